"""Range error against the length k of the latent code: one VAE per k, and a flat Σ (E5).

The VAEs differ only in k: width, data, seed and number of steps are the same. The range error of an
image is the mean squared error of the best code, min_z ‖G(z) − x‖²/n, computed by `priors.invert`
on held-out digits. The flat Σ is spanned by the principal components of the same digits.

    python benchmarks/range_error.py

writes data/published/range_error.csv. About three minutes per VAE on one core; finished
ones are not trained again.
"""

from __future__ import annotations

import argparse

import torch
from common import PUBLISHED, machine, read_rows, run, write_rows
from torch import Tensor

from mvacourse import images, metrics, priors, start, train
from mvacourse.recipes import TEST_SEED, TRAIN_SEED

TABLE = PUBLISHED / "range_error.csv"
COLUMNS = ["prior", "k", "range_mse", "steps", "n", "seed", "hardware"]
SIZES = (2, 5, 10, 20, 40, 80)
FLAT = (1, 2, 5, 10, 20, 50, 100, 200, 400)


def vae_error(k: int, learn: Tensor, x: Tensor, options: argparse.Namespace) -> float:
    """Train a VAE with latent codes of length k, and find the nearest points of its range."""
    told = {"beta": 0.3, "lr": 1.5e-3, "n_steps": options.steps, "seed": options.seed}
    net, _ = train.vae(learn, k=k, **told)
    found = priors.invert(x, net.requires_grad_(False).decode)
    return metrics.mse(found.x, x).mean().item()


def flat_errors(learn: Tensor, x: Tensor) -> dict[int, float]:
    """Project onto the principal components."""
    X = learn.flatten(1).double()
    b = X.mean(0)
    V = torch.linalg.eigh((X - b).T @ (X - b)).eigenvectors.flip(1)  # the largest variance first
    gap = x.flatten(1) - b
    return {k: (gap - gap @ V[:, :k] @ V[:, :k].T).square().mean().item() for k in FLAT}


def read() -> dict[tuple[str, str], dict[str, object]]:
    """Read the results of an earlier call, if any."""
    return {(row["prior"], row["k"]): row for row in read_rows(TABLE)}


def write(rows: dict[tuple[str, str], dict[str, object]]) -> None:
    """Write the table, for the benchmarks and for the notebook."""
    ordered = sorted(rows.values(), key=lambda row: (row["prior"], int(row["k"])))
    write_rows(ordered, COLUMNS, TABLE)


def main() -> None:
    """Train the unfinished VAEs, from the shortest code to the longest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--digits", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    learn, _ = images.digits(options.digits, seed=TRAIN_SEED)
    x, _ = images.digits(200, seed=TEST_SEED)
    told = {"n": options.digits, "seed": options.seed, "hardware": machine()["cpu"]}
    rows = read()
    for k, error in flat_errors(learn, x).items():
        row = {"prior": "flat", "k": k, "range_mse": f"{error:.6f}", "n": options.digits}
        rows["flat", str(k)] = row
    for k in SIZES:
        kept = rows.get(("VAE", str(k)), {})
        asked = (options.steps, options.digits, options.seed)
        if tuple(kept.get(key) for key in ("steps", "n", "seed")) == tuple(map(str, asked)):
            continue
        error = vae_error(k, learn, x, options)
        row = {"prior": "VAE", "k": k, "range_mse": f"{error:.6f}", "steps": options.steps}
        rows["VAE", str(k)] = row | told
        write(rows)
        print(f"k = {k}: range error {error:.5f}", flush=True)
    write(rows)


if __name__ == "__main__":
    run(main)
