"""Super-resolve Set5 with the deep image prior, and compare the PSNR with the paper's table (E7).

Each image is a separate run: minutes on a large GPU, up to many hours on two cores. You may
interrupt it: every 100 steps its state is written to the work folder, and the next call continues
from there. Finished results are in ``data/published/dip_set5_measured.csv``, the PSNR during the
runs is in ``dip_set5_trace.csv`` beside it; notebook 07 reads both. Use ``--output`` for settings
other than the recorded ones.

Protocol. High resolution: Set5, cropped at the lower right so that the scale divides it. Low
resolution: MATLAB's bicubic of it, rounded to 8 bits; A is the same without the rounding. PSNR on Y
in [16, 235]/255, clipped to [0, 1], with a border of 4 pixels cropped at both scales. One seed and
one number of steps for all images, fixed beforehand: the ground truth is not used.

- bicubic: MATLAB's, rounded to 8 bits.
- no prior: Adam on the pixels, from 0.1·U(0,1), with the paper's step and number of steps.
- TV, paper: the same with 1e-7·TV added to the mean square; far from converged.
- TV: argmin ½‖Au − y‖² + λTV_ε(u), λ and ε tuned on an embedded photograph, not on Set5.
- DIP, last: the network's last output. DIP: the average of its outputs, with weight 0.99.
"""

from __future__ import annotations

import argparse
import csv
import io
import time
from pathlib import Path

import torch
from common import PUBLISHED, RESULTS, processor, read_rows, run, write_figure
from torch import Tensor

from mvacourse import datasets, metrics, nets, operators, regularizers, start, variational
from mvacourse.nets import precision
from mvacourse.operators import Resize
from mvacourse.priors import code, deep_image_prior
from mvacourse.storage import write_whole

ORDER = ["butterfly", "woman", "head", "bird", "baby"]  # smallest first
STEPS = {4: 2000, 8: 4000}
JITTER = {4: 0.03, 8: 0.05}
CHUNK = 100
BORDER = 4
TV = {"lam": 1e-4, "eps": 0.01, "n_iter": 1000}
TABLE = "dip_set5_measured.csv"
RECORDED = {"width": 128, "steps": None, "seed": 0, "precision": "auto"}
COLUMNS = ["scale", "image", "method", "psnr", "steps", "width", "seed", "precision", "seconds"]
COLUMNS += ["hardware"]
TRACE = ["scale", "image", "width", "seed", "step", "loss", "last", "average"]


def load(name: str, scale: int) -> tuple[Tensor, Tensor]:
    """Return the cropped photograph and its low-resolution version."""
    u = datasets.set5()[name]
    H, W = (n // scale * scale for n in u.shape[-2:])
    u = u[..., :H, :W]
    return u, operators.bicubic(u, 1 / scale, round_to_8bit=True)


def psnr(x: Tensor, u: Tensor) -> float:
    """Compute the PSNR on Y without the border."""
    inside = (..., slice(BORDER, -BORDER), slice(BORDER, -BORDER))
    return metrics.psnr(*(metrics.luma(w.clamp(0, 1))[inside] for w in (x, u))).item()


def pixels(A: Resize, y: Tensor, size: torch.Size, n_iter: int, weight: float) -> Tensor:
    """Run gradient descent on the pixels themselves: mean square plus weight·TV."""
    x = 0.1 * torch.rand(size, generator=torch.Generator().manual_seed(0))
    x.requires_grad_()
    optimiser = torch.optim.Adam([x], lr=0.01)
    for _ in range(n_iter):
        loss = (A(x) - y).square().mean()
        if weight:
            loss = loss + weight * regularizers.smoothed_tv(x, 1e-4)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return x.detach()


def baselines(name: str, scale: int) -> dict[str, tuple[Tensor, int]]:
    """Restore by all methods except the deep image prior; return also their numbers of steps."""
    u, y = load(name, scale)
    A, n = Resize(1 / scale), STEPS[scale]
    return {
        "bicubic": (operators.bicubic(y, scale, round_to_8bit=True), 0),
        "no prior": (pixels(A, y, u.shape, n, 0.0), n),
        "TV, paper": (pixels(A, y, u.shape, n, 1e-7), n),
        "TV": (variational.smoothed_tv(A, y, **TV), TV["n_iter"]),
    }


def fit(name: str, scale: int, options: argparse.Namespace, device: torch.device) -> None:
    """Run the deep image prior on one image, from its last checkpoint if there is one."""
    u, y = (w.to(device) for w in load(name, scale))
    n_iter = options.steps or STEPS[scale]
    dtype = _precision(options, device)
    settings = f"{name}_x{scale}_w{options.width}_s{options.seed}_{device.type}_{dtype}"
    file = options.work / f"{settings}.pt"
    state, trace, seconds = None, [], 0.0
    if file.exists():
        state, trace = torch.load(file, weights_only=True, map_location="cpu")
        seconds = trace[-1][-1]
    torch.manual_seed(options.seed)
    net = nets.SkipNet(width=options.width)
    z = code(u, seed=options.seed)
    while (done := len(trace) * CHUNK) < n_iter:
        begun = time.perf_counter()
        found = deep_image_prior(
            Resize(1 / scale),
            y,
            net,
            z,
            n_iter=CHUNK,
            jitter=JITTER[scale],
            seed=options.seed,
            state=state,
            precision=dtype,
        )
        state, seconds = found.state, seconds + time.perf_counter() - begun
        loss = found.losses[-CHUNK:].mean().item()
        trace.append([loss, psnr(found.last, u), psnr(found.x, u), seconds])
        torch.save((state, trace), kept := io.BytesIO())
        write_whole(file, kept.getvalue())
        print(
            f"{name} ×{scale}: step {done + CHUNK}, loss {loss:.2e}, last "
            f"{trace[-1][1]:.2f} dB, average {trace[-1][2]:.2f} dB, {seconds:.0f} s",
            flush=True,
        )
    trace = trace[: n_iter // CHUNK]
    head = [scale, name]
    _, last, average, seconds = trace[-1]
    tail = [n_iter, options.width, options.seed, dtype, round(seconds), processor(device)]
    for method, found in (("DIP, last", last), ("DIP", average)):
        update(options.output, TABLE, COLUMNS, 3, [[*head, method, f"{found:.3f}", *tail]])
    rows = [
        [*head, options.width, options.seed, CHUNK * i, f"{loss:.3e}", f"{a:.3f}", f"{b:.3f}"]
        for i, (loss, a, b, _) in enumerate(trace, 1)
    ]
    update(options.output, "dip_set5_trace.csv", TRACE, 5, rows)


def _precision(options: argparse.Namespace, device: torch.device) -> str:
    """Return the precision in which the network computes."""
    if options.precision != "auto":
        return options.precision
    return "bfloat16" if precision.has_bfloat16(device) else "float32"


def update(folder: Path, file: str, columns: list[str], n_keys: int, rows: list[list]) -> None:
    """Put rows into a table; each replaces the row with the same first `n_keys` cells."""
    table = {tuple(row.values())[:n_keys]: list(row.values()) for row in read_rows(folder / file)}
    table |= {tuple(map(str, row[:n_keys])): row for row in rows}
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([columns, *table.values()])
    write_whole(folder / file, text.getvalue())


def figure(folder: Path) -> None:
    """Draw measured and published values, image by image, to ``dip_set5.png``."""
    import matplotlib.pyplot as plt

    with open(PUBLISHED / "dip_set5.csv", encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream))
    measured = read_rows(folder / TABLE)
    styles = [
        (published, "bicubic", "bicubic, published", {"marker": "_", "color": "tab:gray"}),
        (measured, "bicubic", "bicubic", {"marker": "x", "color": "tab:gray"}),
        (measured, "TV", "TV, converged", {"marker": "s", "color": "tab:orange"}),
        (published, "DIP", "DIP, published", {"marker": "_", "color": "tab:blue"}),
        (measured, "DIP", "DIP", {"marker": "o", "color": "tab:blue"}),
    ]
    fig, axes = plt.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
    for ax, scale in zip(axes, (4, 8), strict=True):
        for i, (table, method, label, style) in enumerate(styles):
            rows = {r["image"]: float(r["psnr"]) for r in table
                    if (r["scale"], r["method"]) == (str(scale), method)}  # fmt: skip
            known = [name for name in sorted(ORDER) if name in rows]
            at = [sorted(ORDER).index(name) + 0.12 * (i - 2) for name in known]
            ax.scatter(at, [rows[name] for name in known], label=label, s=70, **style)
        ax.set_xticks(range(5), sorted(ORDER))
        ax.set(title=f"Set5, ×{scale}", ylabel="PSNR on Y (dB)")
        ax.grid(axis="y", alpha=0.3)
    axes[0].legend(loc="lower right")
    place = RESULTS if folder == PUBLISHED else folder
    write_figure(fig, place / "dip_set5.png", 100)


def main() -> None:
    """Run the unfinished cases: the smallest images first, ×4 before ×8."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=int, nargs="+", default=[4, 8], choices=[4, 8])
    parser.add_argument("--images", nargs="+", default=ORDER, choices=ORDER)
    parser.add_argument("--width", type=int, default=128, help="channels; 128 in the paper")
    parser.add_argument("--steps", type=int, help="instead of 2000 at ×4 and 4000 at ×8")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", help="cpu, cuda or mps; the fastest by default")
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--work", type=Path, default=Path("build/dip_set5"))
    parser.add_argument("--only", choices=["baselines", "dip"], help="leave the others as they are")
    parser.add_argument(
        "--output", type=Path, help="folder of the tables; data/published by default"
    )
    options = parser.parse_args()
    if options.steps is not None and (options.steps <= 0 or options.steps % CHUNK):
        parser.error(f"--steps is {options.steps}: give a multiple of {CHUNK}")
    if options.output is None:
        other = [f"--{key}" for key, value in RECORDED.items() if getattr(options, key) != value]
        if other:
            parser.error(
                f"the tables in data/published are not of this {other[0]}: add --output DIR"
            )
        options.output = PUBLISHED
    course = start(threads=options.threads, device=options.device)
    for scale in options.scale:
        for name in options.images if options.only != "dip" else ():
            u, _ = load(name, scale)
            for method, (x, steps) in baselines(name, scale).items():
                row = [scale, name, method, f"{psnr(x, u):.3f}", steps, "", "", "", "", ""]
                update(options.output, TABLE, COLUMNS, 3, [row])
                print(f"{name} ×{scale}: {method} {row[3]} dB", flush=True)
        for name in options.images if options.only != "baselines" else ():
            fit(name, scale, options, course.device)
    figure(options.output)


if __name__ == "__main__":
    run(main)
