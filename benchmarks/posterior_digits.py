"""Which digits explain m measurements? Posterior shares of the ten classes, and intervals (G2).

Protocol. 100 held-out digits of the course, m = 3, 10, 20, 40 Gaussian measurements each, noise
0.01, σ = 1/√m as in notebook 13. The posterior of the VAE's code is drawn by sequential Monte
Carlo, 300 particles and 10 moves at each level.

*Shares.* Two readers say for each draw which digit it is, or that it is not readable:

- the classifier: the class that it finds most probable; not readable if that probability is lower
  than for 98 % of held-out digits;
- the nearest neighbour among 4000 digits; not readable if it is farther than for 98 % of held-out
  digits.

For each digit and reader a row in data/published/posterior_digits.csv: the shares of the ten
classes and of what is not readable, and for the classifier also the mean of its probabilities.

*Intervals.* Per pixel, from the 5 % to the 95 % quantile of the draws; and of the draws plus the
range error, x − G(ẑ), drawn from 200 other digits, among pixels of like grey G(ẑ). For each digit a
row in data/published/posterior_intervals.csv: the share of pixels that are covered, up to half of
1/255, of all and of those where the mean of the draws is above 0.02, "ink".

*New typefaces.* With ``--new-faces``, only the intervals, of 50 digits of the typefaces that no
network has learned from, in data/published/posterior_intervals_new_faces.csv. The range errors are
still those of learned ones: nobody told the intervals.

    python benchmarks/posterior_digits.py
    python benchmarks/posterior_digits.py --new-faces --digits 50

It continues where it stopped; half an hour on one core. Notebook 13 reads the tables.
"""

from __future__ import annotations

import argparse
from functools import lru_cache

import torch
from common import PUBLISHED, read_rows, run, write_rows
from torch import Tensor

from mvacourse import images, noise, operators, priors, start, uncertainty, weights

TABLE = PUBLISHED / "posterior_digits.csv"
INTERVALS = PUBLISHED / "posterior_intervals.csv"
OF_NEW_FACES = PUBLISHED / "posterior_intervals_new_faces.csv"
MEASUREMENTS = (3, 10, 20, 40)
CLASSES = [f"p{c}" for c in range(10)]
COLUMNS = ["m", "digit", "class", "reader", *CLASSES, "unreadable"]
COVERED = ["m", "digit", "plain_all", "plain_ink", "range_all", "range_ink"]
SEED = 1000
"""Of the held-out digits; notebooks show others."""
READABLE = 0.98
"""Share of held-out digits that a reader calls readable."""
LEVEL = 0.9
HALF = 0.5 / 255
GREYS = 20
"""Bins of the grey of G(ẑ) for the range error."""


def draw(digit: Tensor, m: int, seed: int) -> Tensor:
    """Draw 300 digits that explain one set of measurements."""
    A = operators.GaussianSensing(m, (1, 28, 28), seed=seed)
    y = noise.gaussian(A(digit), 0.01, seed=seed)
    G = weights.load("vae_digits").requires_grad_(False).decode
    return uncertainty.latent_posterior(A, y, G, m**-0.5, n_particles=300, n_moves=10, seed=seed).x


def by_classifier(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the class of each image, and how sure the classifier is."""
    sure, found = weights.load("classifier_digits")(x).detach().softmax(dim=1).max(dim=1)
    return found, sure


@lru_cache
def neighbours() -> tuple[Tensor, Tensor]:
    """Return 4000 digits with their classes."""
    return images.digits(4000, seed=1)


def by_neighbour(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the class of the nearest of 4000 digits, and minus the distance."""
    known, labels = neighbours()
    nearest = torch.cdist(x.flatten(1), known.flatten(1)).min(dim=1)
    return labels[nearest.indices], -nearest.values


READERS = {"classifier": by_classifier, "neighbour": by_neighbour}


@lru_cache
def limits() -> dict[str, float]:
    """Find how sure a reader is at least of 98 % of held-out digits."""
    x, _ = images.digits(2000, seed=SEED + 1)
    return {name: float(read(x)[1].quantile(1 - READABLE)) for name, read in READERS.items()}


@lru_cache
def range_errors() -> tuple[Tensor, ...]:
    """Return x − G(ẑ) of 200 digits, sorted into bins of the grey of G(ẑ)."""
    x, _ = images.digits(200, seed=SEED + 2)
    G = weights.load("vae_digits").requires_grad_(False).decode
    near = priors.invert(x, G, restarts=2).x
    bins = (near * GREYS).long().clamp(max=GREYS - 1)
    return tuple((x - near)[bins == b] for b in range(GREYS))


def with_range_error(x: Tensor, seed: int) -> Tensor:
    """Add to each pixel an error that the generator made at another pixel of like grey."""
    g = torch.Generator().manual_seed(seed)
    bins, out = (x * GREYS).long().clamp(max=GREYS - 1), x.clone()
    for b, errors in enumerate(range_errors()):
        here = bins == b
        if len(errors) and here.any():
            out[here] += errors[torch.randint(len(errors), (int(here.sum()),), generator=g)]
    return out.clamp(0, 1)


def shares(x: Tensor, key: dict[str, str]) -> list[dict[str, str]]:
    """Let both readers count."""
    rows = []
    for name, read in READERS.items():
        found, sure = read(x)
        readable = sure >= limits()[name]
        counts = torch.bincount(found[readable], minlength=10) / len(x)
        told = {c: f"{p:.4f}" for c, p in zip(CLASSES, counts.tolist())}
        rows.append({**key, "reader": name, **told, "unreadable": f"{1 - counts.sum():.4f}"})
    p = weights.load("classifier_digits")(x).detach().softmax(dim=1).mean(dim=0)
    told = {c: f"{v:.4f}" for c, v in zip(CLASSES, p.tolist())}
    return [*rows, {**key, "reader": "probability", **told, "unreadable": "0"}]


def coverage(x: Tensor, truth: Tensor, seed: int) -> dict[str, str]:
    """Count how many pixels of the truth lie in their interval."""
    ink = x.mean(dim=0) > 0.02
    found = {}
    for name, drawn in (("plain", x), ("range", with_range_error(x, seed))):
        low, high = drawn.quantile(torch.tensor([(1 - LEVEL) / 2, (1 + LEVEL) / 2]), dim=0)
        inside = (truth[0] >= low - HALF) & (truth[0] <= high + HALF)
        found[f"{name}_all"] = f"{inside.float().mean():.4f}"
        found[f"{name}_ink"] = f"{inside[ink].float().mean():.4f}"
    return found


def measure(n: int, new: bool) -> None:
    """Add the rows that are not in the tables yet."""
    intervals = OF_NEW_FACES if new else INTERVALS
    rows, covered = read_rows(TABLE), read_rows(intervals)
    known = {(row["m"], row["digit"]) for row in covered}
    digits, labels = images.digits(n, seed=SEED, faces=images.HELD_OUT_FACES if new else None)
    for i, label in enumerate(labels.tolist()):
        for m in map(str, MEASUREMENTS):
            if (m, str(i)) not in known:
                x = draw(digits[[i]], int(m), seed=i)
                if not new:
                    rows += shares(x, {"m": m, "digit": str(i), "class": str(label)})
                    write_rows(rows, COLUMNS, TABLE)
                covered.append({"m": m, "digit": str(i), **coverage(x, digits[[i]], i)})
                write_rows(covered, COVERED, intervals)


def summary(new: bool) -> None:
    """Print shares, calibration and coverage."""
    rows, covered = read_rows(TABLE), read_rows(OF_NEW_FACES if new else INTERVALS)
    for m in map(str, MEASUREMENTS):
        for reader in () if new else (*READERS, "probability"):
            own = [row for row in rows if row["m"] == m and row["reader"] == reader]
            p = torch.tensor([[float(row[c]) for c in CLASSES] for row in own])
            label = torch.tensor([int(row["class"]) for row in own])
            right = (p.argmax(dim=1) == label).float().mean()
            lost = sum(float(row["unreadable"]) for row in own) / len(own)
            print(
                f"m = {m}, {reader}: best answer {p.amax(dim=1).mean():.2f}, right {right:.2f}, "
                f"not readable {lost:.2f}"
            )
        own = [row for row in covered if row["m"] == m]
        means = {c: sum(float(row[c]) for row in own) / len(own) for c in COVERED[2:]}
        print(f"m = {m}: covered " + ", ".join(f"{c} {v:.3f}" for c, v in means.items()))


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=100)
    parser.add_argument("--new-faces", action="store_true")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    measure(options.digits, options.new_faces)
    summary(options.new_faces)


if __name__ == "__main__":
    run(main)
