"""Deblur and fill holes with the denoiser as prior, against total variation (G3).

Protocol. The embedded photographs of at least 256 pixels a side, in grey, cropped and resized to
256×256; the denoiser was trained on none of them. Motion blur of 9 pixels at 30°, noise 0.02, three
noise seeds. TV has the best of five λ for each photograph and seed, chosen by the ground truth;
Plug-and-Play has the settings of notebook 12 for all.

Then 70 % of the pixels of a crop of *camera* are missing, for eight masks: gradient steps and the
denoiser in turn, at s = 2.5 σ, σ, σ/2, where s falls in 60 steps, 500 steps in all. `growth` is
the last change of the image over the smallest one.

    python benchmarks/plug_and_play.py

It continues where it stopped; with ``--again``, for another denoiser, it keeps the values of TV.
Rows go to data/published/plug_and_play_deblur.csv and plug_and_play_holes.csv, where notebook 12
reads them; half an hour on one core.
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from common import PUBLISHED, read_rows, run, write_rows

from mvacourse import (
    images,
    kernels,
    metrics,
    noise,
    operators,
    priors,
    start,
    variational,
    weights,
)

DEBLUR, HOLES = PUBLISHED / "plug_and_play_deblur.csv", PUBLISHED / "plug_and_play_holes.csv"
SIGMA = 0.02
S0 = 49 / 255
SEEDS = (1, 2, 3)
MASKS = range(8)
STOPS = (2.5, 1.0, 0.5)
TV_BLUR = (1e-3, 1.4e-3, 2e-3, 2.8e-3, 4e-3)
TV_HOLES = (1e-3, 2e-3, 4e-3, 8e-3)


def psnr(x: torch.Tensor, u: torch.Tensor) -> float:
    """PSNR of one image, in dB."""
    return metrics.psnr(x, u).item()


def blurred(name: str, seed: int) -> tuple[operators.Blur, torch.Tensor, torch.Tensor]:
    """Return A, the photograph u, and y = Au + noise."""
    A, u = operators.Blur(kernels.motion(9, 30)), images.photo(name, 256)
    return A, u, noise.gaussian(A(u), SIGMA, seed=seed)


def with_holes(mask: int) -> tuple[operators.Mask, torch.Tensor, torch.Tensor]:
    """Return A, a crop of *camera* u, and y = A(u + noise)."""
    A = operators.Mask(kernels.random_mask((128, 128), keep=0.3, seed=mask))
    u = images.photo("camera", 256)[..., 40:168, 60:188]
    return A, u, noise.gaussian(A(u), SIGMA, seed=mask) * A.mask


def falling_levels(A: operators.Blur, y: torch.Tensor, denoiser: torch.nn.Module) -> torch.Tensor:
    """Restore with the settings of notebook 12, section 1."""
    options = {"noise": SIGMA, "sigma": SIGMA, "sigma0": S0, "n_decay": 12}
    return priors.half_quadratic(A, y, denoiser, **options, weight=0.23, n_iter=24).x


def best_tv(A: operators.Mask, y: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """Return TV's image with the λ that is best for the holes."""
    filled = [variational.smoothed_tv(A, y, lam, eps=0.003, n_iter=500) for lam in TV_HOLES]
    return max(filled, key=lambda v: psnr(v, u))


def deblur(
    name: str, seed: int, denoiser: torch.nn.Module, best: str | None = None
) -> dict[str, Any]:
    """Restore one photograph with both, or use the `best` PSNR of TV that is known."""
    A, u, y = blurred(name, seed)
    if best is None:
        tv = [variational.smoothed_tv(A, y, lam, eps=0.003, n_iter=300) for lam in TV_BLUR]
        best = f"{max(psnr(z, u) for z in tv):.3f}"
    plugged = psnr(falling_levels(A, y, denoiser), u)
    return {"image": name, "seed": seed, "tv": best, "pnp": f"{plugged:.3f}"}


def fill(mask: int, denoiser: torch.nn.Module) -> list[dict[str, Any]]:
    """Fill the holes of one mask, at each level s."""
    A, u, y = with_holes(mask)
    tv = psnr(best_tv(A, y, u), u)
    return [
        {"mask": mask, "s": s, "tv": f"{tv:.3f}", **descend(A, y, u, s, denoiser)} for s in STOPS
    ]


def descend(
    A: operators.Mask, y: torch.Tensor, u: torch.Tensor, s: float, denoiser: torch.nn.Module
) -> dict[str, str]:
    """Run gradient steps and the denoiser in turn; return best and last PSNR, and growth."""
    path: list[float] = []
    options = {"sigma": s * SIGMA, "sigma0": S0, "n_decay": 60, "n_iter": 500}
    options["callback"] = lambda n, v: path.append(psnr(v, u))
    change = priors.plug_and_play(A, y, denoiser, **options).residuals[:, 0]
    growth = float(change[-1] / change.min())
    return {"best": f"{max(path):.3f}", "last": f"{path[-1]:.3f}", "growth": f"{growth:.3g}"}


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int)
    parser.add_argument("--again", action="store_true", help="measure Plug-and-Play again")
    options = parser.parse_args()
    start(threads=options.threads)
    denoiser = weights.load("denoiser_grey").requires_grad_(False)
    names = [photo.name for photo in images.photos() if min(photo.size) >= 256]
    rows = read_rows(DEBLUR)
    tv = {(row["image"], row["seed"]): row["tv"] for row in rows}
    if options.again:
        rows = []
        HOLES.unlink(missing_ok=True)
    known = {(row["image"], row["seed"]) for row in rows}
    for seed in SEEDS:
        for name in names:
            if (name, str(seed)) not in known:
                rows.append(deblur(name, seed, denoiser, tv.get((name, str(seed)))))
                print(rows[-1], flush=True)
                write_rows(rows, ["image", "seed", "tv", "pnp"], DEBLUR)
    rows = read_rows(HOLES)
    for mask in MASKS:
        if str(mask) not in {str(row["mask"]) for row in rows}:
            rows += fill(mask, denoiser)
            print(*rows[-len(STOPS) :], sep="\n", flush=True)
            write_rows(rows, ["mask", "s", "tv", "best", "last", "growth"], HOLES)


if __name__ == "__main__":
    run(main)
