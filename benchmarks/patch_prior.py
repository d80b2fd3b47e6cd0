"""Restore colour photographs with a prior on patches, against total variation (E1, E5).

Protocol. The seven embedded photographs in colour, the middle square of each, resized to 128×128
with anti-aliasing; the prior has seen none of them. Three tasks:

- noise: σ = 25/255; one pass of the prior.
- holes: 70 % of the pixels missing, noise 0.005.
- x4: MATLAB's bicubic reduction by 4, noise 0.005.

For the last two, half-quadratic splitting from the result of TV, with s from 0.1 to 0.01 in twelve
of fourteen steps, weight 0.23. TV is coupled over the colours and has the best of four λ for each
photograph, chosen by the ground truth. Priors: the mixture on patches of photographs, and that on
patches of coloured digits (the wrong data).

    python benchmarks/patch_prior.py

It continues where it stopped. Rows go to data/published/patch_prior.csv, where notebook 06 reads
them; five minutes on one core.
"""

from __future__ import annotations

import argparse

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

TABLE = PUBLISHED / "patch_prior.csv"
SIZE, LOW, HIGH = 128, 0.005, 25 / 255
LAM = {
    "noise": (0.06, 0.09, 0.13, 0.19),
    "holes": (1e-4, 3e-4, 1e-3, 3e-3),
    "x4": (3e-5, 1e-4, 3e-4, 1e-3),
}
PRIORS = ("patches_photo", "patches_digits")


def in_colour(name: str) -> bool:
    """Find out whether a photograph has colours."""
    u = images.photo(name, color=True)
    return bool((u[:, 0] != u[:, 2]).any())


def operator(task: str, seed: int) -> operators.LinearOperator:
    """Make the forward model of a task."""
    if task == "noise":
        return operators.Identity()
    if task == "holes":
        return operators.Mask(kernels.random_mask((SIZE, SIZE), keep=0.3, seed=seed))
    return operators.Resize(1 / 4)


def restore(name: str, task: str, seed: int) -> dict[str, str]:
    """Restore one photograph with TV and with both priors; return their PSNR."""
    A, u = operator(task, seed), images.photo(name, SIZE, color=True)
    y = noise.gaussian(A(u), HIGH if task == "noise" else LOW, seed=seed)
    y = A.mask * y if task == "holes" else y
    smooth = [variational.smoothed_tv(A, y, lam, eps=0.003, n_iter=400) for lam in LAM[task]]
    tv = max(smooth, key=lambda x: metrics.psnr(x, u).item())
    found = {"tv": tv}
    for key in PRIORS:
        net = weights.load(key).requires_grad_(False)
        if task == "noise":
            found[key] = net(y, HIGH)
        else:
            options = {"noise": LOW, "sigma": 0.01, "sigma0": 0.1, "n_decay": 12, "n_iter": 14}
            found[key] = priors.half_quadratic(A, y, net, **options, x0=tv).x
    values = {key: f"{metrics.psnr(x.clamp(0, 1), u).item():.3f}" for key, x in found.items()}
    return {"task": task, "image": name, **values}


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int)
    start(threads=parser.parse_args().threads)
    names = [photo.name for photo in images.photos() if in_colour(photo.name)]
    rows = read_rows(TABLE)
    known = {(row["task"], row["image"]) for row in rows}
    for task in LAM:
        for seed, name in enumerate(names):
            if (task, name) not in known:
                rows.append(restore(name, task, seed))
                print(rows[-1], flush=True)
                write_rows(rows, ["task", "image", "tv", *PRIORS], TABLE)
        own = [row for row in rows if row["task"] == task]
        for key in PRIORS:
            gain = torch.tensor([float(row[key]) - float(row["tv"]) for row in own])
            error = gain.std() / len(gain) ** 0.5
            print(f"{task}: {key} over TV {gain.mean():+.2f} ± {error:.2f} dB", flush=True)


if __name__ == "__main__":
    run(main)
