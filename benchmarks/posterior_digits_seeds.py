"""By how much do the shares of the digits differ between two runs of the sampler (G2)?

Protocol. The twelve digits of notebook 13 and its ten measurements. The posterior of the VAE's code
is drawn with 500 particles and 40 moves at each level, once for each seed; the classifier reads the
draws. For each digit and seed a row: the class of the digit, and the mean of the ten probabilities
over the draws.

    python benchmarks/posterior_digits_seeds.py

It continues where it stopped. Rows go to data/published/posterior_digits_seeds.csv, where notebook
12 reads them; five minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import torch
from common import PUBLISHED, read_rows, run, write_rows
from torch import Tensor

from mvacourse import images, noise, operators, start, uncertainty, weights

TABLE = PUBLISHED / "posterior_digits_seeds.csv"
N_MEASURED = 10
CLASSES = [f"p{c}" for c in range(10)]
COLUMNS = ["digit", "seed", "class", *CLASSES]


def probabilities(digit: Tensor, seed: int) -> Tensor:
    """Return the share of each class in one run of the sampler."""
    A = operators.GaussianSensing(N_MEASURED, (1, 28, 28), seed=N_MEASURED)
    y = noise.gaussian(A(digit), 0.01, seed=1)
    G = weights.load("vae_digits").requires_grad_(False).decode
    judge = weights.load("classifier_digits").requires_grad_(False)
    options = {"n_particles": 500, "n_moves": 40, "seed": seed}
    drawn = uncertainty.latent_posterior(A, y, G, N_MEASURED**-0.5, **options)
    return judge(drawn.x).softmax(dim=1).mean(dim=0)


def measure(seeds: range) -> Iterator[dict[str, str]]:
    """Give the rows that are not in the table yet."""
    known = {(row["digit"], row["seed"]) for row in read_rows(TABLE)}
    digits, labels = images.digits(12, seed=100)
    for seed in seeds:
        for i, label in enumerate(labels.tolist()):
            if (str(i), str(seed)) not in known:
                p = probabilities(digits[[i]], seed)
                shares = {name: f"{x:.4f}" for name, x in zip(CLASSES, p.tolist())}
                yield {"digit": str(i), "seed": str(seed), "class": str(label), **shares}


def summary() -> None:
    """Print the standard deviation of one run's shares, over the answers of 5 % and more."""
    rows = read_rows(TABLE)
    p = torch.tensor([[float(row[c]) for c in CLASSES] for row in rows])
    digit = torch.tensor([int(row["digit"]) for row in rows])
    runs = torch.stack([p[digit == i] for i in digit.unique()])  # (digits, seeds, 10)
    counts = runs.mean(dim=1) >= 0.05
    between = runs.var(dim=1)[counts]
    print(f"{runs.shape[1]} seeds, {int(counts.sum())} answers of 5 % and more")
    print(f"one run: ± {between.mean().sqrt():.3f}; the worst answer ± {between.max().sqrt():.3f}")


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    rows = read_rows(TABLE)
    for row in measure(range(options.seeds)):
        rows.append(row)
        write_rows(rows, COLUMNS, TABLE)
    summary()


if __name__ == "__main__":
    run(main)
