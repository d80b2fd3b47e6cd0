"""Compressed sensing of MNIST with a VAE as prior: error against number of measurements.

The protocol of Bora et al. (2017) on digits of the test set: m Gaussian measurements with noise,
restored by their VAE (Adam at 0.01, 1000 steps, 10 restarts, penalty λ‖z‖² with λ = 0.1 and 0), by
the Lasso with their α = 0.1 in the pixel basis, clipped to [0, 1], and by the pseudo-inverse. Two
stronger baselines are added: the Lasso with the best α for each m, found on other digits, in the
pixel basis and in a cosine basis. A third addition is the same prior with our search, which starts
from the best of 1000 codes. The error is the mean squared error per pixel.

Scaling. They draw A with entries N(0, 1), add noise of standard deviation 0.1 to each measurement,
and minimise the *mean* of the squared residuals plus λ‖z‖². Here A has entries N(0, 1/m), the noise
is 0.1/√m, and the *sum* is minimised: this is the same problem. Their Lasso is scikit-learn's,
(1/2m)‖Au − y‖² + α‖u‖₁, which is ½‖Au − y‖² + α‖u‖₁ after the scaling.

    mvacourse data fetch mnist
    python benchmarks/csgm_mnist.py

Each row is written to data/published/csgm_mnist.csv as soon as it is known; notebook 06 reads it
there. A stopped run continues if its settings are the same. About 25 minutes on two cores.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from common import PUBLISHED, RESULTS, machine, run
from torch import Tensor

from mvacourse import closed_form, datasets, priors, start, weights
from mvacourse.classroom import show
from mvacourse.operators import GaussianSensing
from mvacourse.storage import write_whole

M = [10, 25, 50, 100, 200, 300, 400, 500, 750]
NOISE = 0.1
SHAPE = (1, 28, 28)
PER_MATRIX = 25
"""Number of digits that share one matrix A; the next ones get another."""
ALPHAS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
LASSO_STEPS = 2000
CLAIM = "paper: the Lasso needs 5 to 10 times the measurements"

Method = Callable[[GaussianSensing, Tensor], Tensor]
Row = dict[str, Any]


def measurements(x: Tensor, m: int, seed: int) -> list[tuple[GaussianSensing, Tensor]]:
    """Measure the digits, `PER_MATRIX` at a time, each group with its own A and noise."""
    problems = []
    for i, part in enumerate(x.split(PER_MATRIX)):
        g = torch.Generator().manual_seed(1000 * seed + 10 * i)
        A = GaussianSensing(m, SHAPE, g)
        y = A(part)
        problems.append((A, y + NOISE / math.sqrt(m) * torch.randn(y.shape, generator=g)))
    return problems


def errors(method: Method, problems: list[tuple[GaussianSensing, Tensor]], x: Tensor) -> Tensor:
    """Compute the mean squared error per pixel of each digit."""
    found = torch.cat([method(A, y) for A, y in problems])
    return (found - x).square().mean((1, 2, 3))


def lasso(alpha: float, basis: Any = None) -> Method:
    """Restore by the Lasso, clipped to [0, 1]."""
    return lambda A, y: priors.lasso(A, y, alpha, basis=basis, n_iter=LASSO_STEPS, clip=(0, 1))


def csgm(G: Callable[[Tensor], Tensor], lam: float) -> Method:
    """Restore by the generative prior with the paper's optimiser."""
    options = {"n_iter": 1000, "lr": 0.01, "decay": False, "restarts": 10, "candidates": 0}
    return lambda A, y: priors.csgm(A, y, G, lam=lam, **options).x


def ours(G: Callable[[Tensor], Tensor], lam: float) -> Method:
    """Restore by the prior with the package's defaults: the best starts of 1000, 200 steps."""
    return lambda A, y: priors.csgm(A, y, G, lam=lam).x


def tuned(x: Tensor, m: int, seed: int, basis: Any) -> float:
    """Find the α with the smallest error on digits outside the test."""
    problems = measurements(x, m, seed)
    return min(ALPHAS, key=lambda alpha: float(errors(lasso(alpha, basis), problems, x).mean()))


def methods(G: Callable[[Tensor], Tensor], others: Tensor, seed: int) -> dict[str, Any]:
    """List the compared methods: name → (m → (method, its parameter))."""
    cosines = (priors.dct2, priors.idct2)

    def tuned_lasso(basis: Any) -> Callable[[int], tuple[Method, float]]:
        def make(m: int) -> tuple[Method, float]:
            alpha = tuned(others, m, seed + 1, basis)
            return lasso(alpha, basis), alpha

        return make

    return {
        "pseudo-inverse": lambda m: (closed_form.pseudo_inverse, 0.0),
        "Lasso, α = 0.1": lambda m: (lasso(0.1), 0.1),
        "Lasso, best α": tuned_lasso(None),
        "Lasso of cosines, best α": tuned_lasso(cosines),
        "VAE, λ = 0.1": lambda m: (csgm(G, 0.1), 0.1),
        "VAE, λ = 0": lambda m: (csgm(G, 0.0), 0.0),
        "VAE, λ = 0.1, chosen starts": lambda m: (ours(G, 0.1), 0.1),
    }


def measure(method: Method, parameter: float, name: str, m: int, x: Tensor, seed: int) -> Row:
    """Compute one row of the table."""
    begin = time.perf_counter()
    error = errors(method, measurements(x, m, seed), x)
    return {
        "method": name,
        "m": m,
        "parameter": f"{parameter:g}",
        "error": f"{error.mean():.6f}",
        "standard_error": f"{error.std() / math.sqrt(len(error)):.6f}",
        "digits": len(x),
        "seconds": f"{time.perf_counter() - begin:.1f}",
    }


def known(path: Path, settings: dict[str, Any]) -> list[Row]:
    """Read the rows of an earlier run with the same settings."""
    about = path.with_suffix(".json")
    if not (path.exists() and about.exists()):
        return []
    if json.loads(about.read_text(encoding="utf-8"))["settings"] != settings:
        raise SystemExit(f"{path.name} was made with other settings: move it away, or use --output")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(path: Path, rows: list[Row], settings: dict[str, Any]) -> None:
    """Write table and settings, each completely or not at all."""
    about = {"machine": machine(), "settings": settings, "claim": CLAIM}
    told = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    write_whole(path.with_suffix(".json"), told)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def curve(rows: list[Row], name: str) -> list[tuple[int, float]]:
    """Return the points (m, error) of a method, by increasing m."""
    return sorted((int(r["m"]), float(r["error"])) for r in rows if r["method"] == name)


def reaches(points: list[tuple[int, float]], error: float) -> float:
    """Find the m at which a curve first falls to `error`, interpolated in log m."""
    if points[0][1] <= error:
        return float(points[0][0])
    for (m0, e0), (m1, e1) in itertools.pairwise(points):
        if e1 <= error:
            t = (e0 - error) / (e0 - e1)
            return m0 ** (1 - t) * m1**t
    return math.inf


def compare(rows: list[Row], prior: str = "VAE, λ = 0.1", m: int = 50) -> None:
    """Print how many times more measurements each Lasso needs than the prior."""
    error = dict(curve(rows, prior))[m]
    print(f"\n{prior} has error {error:.4f} at m = {m}. For the same error:")
    for name in dict.fromkeys(r["method"] for r in rows):
        if "Lasso" in name:
            needed = reaches(curve(rows, name), error)
            times = f"{needed / m:.1f}" if needed < math.inf else f"more than {M[-1] / m:g}"
            print(f"  {name} needs {times} times as many measurements")
    print(f"  ({CLAIM})")


def draw(rows: list[Row], path: Path) -> None:
    """Draw the curves with error bars of two standard errors."""
    names = list(dict.fromkeys(r["method"] for r in rows))
    labels = {"xlabel": "number of measurements m", "ylabel": "error per pixel"}
    points = {name: tuple(zip(*curve(rows, name))) for name in names}
    fig = show.curves(points, logx=True, logy=True, title=CLAIM, width=760, height=460, **labels)
    axes = fig.axes[0]
    for name, line in zip(names, list(axes.lines)):
        mine = sorted((r for r in rows if r["method"] == name), key=lambda r: int(r["m"]))
        bars = [2 * float(r["standard_error"]) for r in mine]
        axes.errorbar(*points[name], bars, fmt="none", ecolor=line.get_color(), capsize=2)
    axes.set_xticks(M, labels=M)
    axes.minorticks_off()
    write_whole(path, show.encode(fig))


def main() -> None:
    """Compute missing rows, then print the comparison and draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--digits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path, default=PUBLISHED / "csgm_mnist.csv")
    arguments = parser.parse_args()
    start(seed=arguments.seed, threads=arguments.threads)
    x, _ = datasets.mnist("test")
    x, others = x[: arguments.digits], x[-50:]
    card = weights.card("vae_mnist")
    settings = {
        "prior": {"name": "vae_mnist", "sha256": card["sha256"]},
        "data": "first digits of the MNIST test set; α tuned on its last 50",
        "A": f"N(0, 1/m), a new one for every {PER_MATRIX} digits",
        "noise": f"{NOISE}/sqrt(m) per measurement",
        "csgm": "Adam 0.01, 1000 steps, 10 restarts, least total loss kept",
        "lasso": f"FISTA, {LASSO_STEPS} steps, clipped to [0, 1] at the end",
        "digits": arguments.digits,
        "seed": arguments.seed,
    }
    rows = known(arguments.output, settings)
    done = {(r["method"], int(r["m"])) for r in rows}
    for name, make in methods(weights.load("vae_mnist").decode, others, arguments.seed).items():
        for m in M:
            if (name, m) not in done:
                rows.append(measure(*make(m), name, m, x, arguments.seed))
                write(arguments.output, rows, settings)
                print("  ".join(str(v) for v in rows[-1].values()), flush=True)
    compare(rows)
    folder = RESULTS if arguments.output.parent == PUBLISHED else arguments.output.parent
    draw(rows, folder / f"{arguments.output.stem}.png")


if __name__ == "__main__":
    run(main)
