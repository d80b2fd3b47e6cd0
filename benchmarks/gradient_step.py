"""Restore with a denoiser that steps on a prior: does F fall at each step, what does it cost? (G3).

Protocol. The photographs, the blur and the noise (its first seed) are those of plug_and_play.py,
whose values for TV and for the free denoiser stand beside. The descent starts from what the same
denoiser makes in the loop of the free form, `start`. One λ and one level serve for all, chosen on
six crops of training photographs and two of this list, *cell* and *clock*. Then 70 % of the pixels
of a crop of *camera* are missing, for twenty masks; there the descent starts from TV's image.
`rises` counts the steps after which the objective F was larger than before; `first` and `last` are
its values, and `residual` is the last change of the image, of 1.

    python benchmarks/gradient_step.py

It continues where it stopped. Rows go to data/published/gradient_step_deblur.csv and
gradient_step_holes.csv, where notebook 12 reads them.
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from common import PUBLISHED, read_rows, run, write_rows
from plug_and_play import DEBLUR as FREE
from plug_and_play import SEEDS, SIGMA, best_tv, blurred, falling_levels, psnr, with_holes

from mvacourse import priors, start, weights

DEBLUR, HOLES = PUBLISHED / "gradient_step_deblur.csv", PUBLISHED / "gradient_step_holes.csv"
OPTIONS = {"sigma": SIGMA, "lam": 0.35}
MASKS = range(20)
MEASURED = ["psnr", "first", "last", "rises", "residual"]


def measured(run: priors.GradientStep, u: torch.Tensor) -> dict[str, Any]:
    """Describe one run."""
    F = run.objective[:, 0]
    return {
        "psnr": f"{psnr(run.x, u):.3f}",
        "first": f"{F[0]:.6g}",
        "last": f"{F[-1]:.6g}",
        "rises": int((F.diff() > 0).sum()),
        "residual": f"{run.residuals[-1, 0]:.3g}",
    }


def deblur(name: str, seed: int, denoiser: torch.nn.Module) -> dict[str, Any]:
    """Restore one photograph."""
    A, u, y = blurred(name, seed)
    x0 = falling_levels(A, y, denoiser)
    found = measured(priors.gradient_step(A, y, denoiser, x0=x0, **OPTIONS, n_iter=40), u)
    return {"image": name, "seed": seed, "start": f"{psnr(x0, u):.3f}", **found}


def fill(mask: int, denoiser: torch.nn.Module) -> dict[str, Any]:
    """Fill the holes of one mask."""
    A, u, y = with_holes(mask)
    tv = best_tv(A, y, u)
    found = measured(priors.gradient_step(A, y, denoiser, x0=tv, **OPTIONS, n_iter=100), u)
    return {"mask": mask, "tv": f"{psnr(tv, u):.3f}", **found}


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    denoiser = weights.load("denoiser_gradient_step").requires_grad_(False)
    rows = read_rows(DEBLUR)
    known = {(row["image"], str(row["seed"])) for row in rows}
    others = read_rows(FREE)
    seed = SEEDS[0]
    for other in others:
        name = other["image"]
        if other["seed"] == str(seed) and (name, str(seed)) not in known:
            rows.append(deblur(name, seed, denoiser))
            rows[-1] |= {"tv": other["tv"], "free": other["pnp"]}
            print(rows[-1], flush=True)
            write_rows(rows, ["image", "seed", "tv", "free", "start", *MEASURED], DEBLUR)
    rows = read_rows(HOLES)
    for mask in MASKS:
        if str(mask) not in {str(row["mask"]) for row in rows}:
            rows.append(fill(mask, denoiser))
            print(rows[-1], flush=True)
            write_rows(rows, ["mask", "tv", *MEASURED], HOLES)


if __name__ == "__main__":
    run(main)
