"""Which digits explain m measurements? Posterior probabilities of the ten classes (G2).

Protocol. 100 held-out digits of the course, m = 3, 10, 20 Gaussian measurements each, noise 0.01,
σ = 1/√m as in notebook 12. The posterior of the VAE's code is drawn by sequential Monte Carlo; the
classifier reads the draws; the probability of a class is its mean over them. For each digit a row:
its class, the ten probabilities.

    python benchmarks/posterior_digits.py

It continues where it stopped. Rows go to data/published/posterior_digits.csv, where notebook 12
reads them; a quarter of an hour on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import torch
from common import PUBLISHED, read_rows, run, write_rows
from torch import Tensor

from mvacourse import images, noise, operators, start, uncertainty, weights

TABLE = PUBLISHED / "posterior_digits.csv"
MEASUREMENTS = (3, 10, 20)
CLASSES = [f"p{c}" for c in range(10)]
COLUMNS = ["m", "digit", "class", *CLASSES]
SEED = 1000
"""Of the held-out digits; notebooks show others."""


def probabilities(digit: Tensor, m: int, seed: int) -> Tensor:
    """Return the posterior probability of each class, from one set of measurements."""
    A = operators.GaussianSensing(m, (1, 28, 28), seed=seed)
    y = noise.gaussian(A(digit), 0.01, seed=seed)
    G = weights.load("vae_digits").requires_grad_(False).decode
    judge = weights.load("classifier_digits").requires_grad_(False)
    drawn = uncertainty.latent_posterior(A, y, G, m**-0.5, n_particles=300, n_moves=10, seed=seed)
    return judge(drawn.x).softmax(dim=1).mean(dim=0)


def measure(n: int) -> Iterator[dict[str, str]]:
    """Give the rows that are not in the table yet."""
    known = {(row["m"], row["digit"]) for row in read_rows(TABLE)}
    digits, labels = images.digits(n, seed=SEED)
    for i, label in enumerate(labels.tolist()):
        for m in MEASUREMENTS:
            if (str(m), str(i)) not in known:
                p = probabilities(digits[[i]], m, seed=i)
                shares = {name: f"{x:.4f}" for name, x in zip(CLASSES, p.tolist())}
                yield {"m": str(m), "digit": str(i), "class": str(label), **shares}


def summary() -> None:
    """Print how many classes are possible, and how probable the right one is."""
    rows = read_rows(TABLE)
    for m in MEASUREMENTS:
        own = [row for row in rows if row["m"] == str(m)]
        p = torch.tensor([[float(row[c]) for c in CLASSES] for row in own])
        right = p[torch.arange(len(own)), torch.tensor([int(row["class"]) for row in own])]
        possible = (p >= 0.05).sum(dim=1)
        shares = [f"{k}: {(possible == k).float().mean():.0%}" for k in range(1, 8)]
        print(f"m = {m}, {len(own)} digits: classes of 5 % and more, " + ", ".join(shares))
        print(f"    the right class: mean {right.mean():.2f}, below 5 % for {(right < 0.05).sum()}")


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=100)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    rows = read_rows(TABLE)
    for row in measure(options.digits):
        rows.append(row)
        write_rows(rows, COLUMNS, TABLE)
    summary()


if __name__ == "__main__":
    run(main)
