"""Recipes for GANs of digits, white and in colour, with their discriminators (E2, E3, E8)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import images, train, validate, weights
from mvacourse.nets import Classifier, Discriminator, Generator
from mvacourse.recipes.data import ABOUT_DIGITS, ON_DIGITS, digits, held_out_digits
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.transport import frechet_distance

_JUDGE = "classifier_digits"


def _coloured(n: int) -> tuple[Tensor, Tensor]:
    return images.coloured_digits(n, seed=TRAIN_SEED)


def _held_out_coloured() -> tuple[Tensor, Tensor]:
    return images.coloured_digits(2000, seed=TEST_SEED)


def _gan(name: str) -> Any:
    def train_one(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
        G, D, history = train.gan(x, **options)
        return {name: G, f"{name}_discriminator": D}, history

    return train_one


def _measure(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return of_gan(*made.values(), x, weights.load(_JUDGE))


@torch.no_grad()
def of_gan(G: Generator, D: Discriminator, images: Tensor, judge: Classifier) -> dict[str, float]:
    """Measure samples with a classifier, and how well D distinguishes them from real images.

    ``confidence`` is the classifier's mean probability for the class it chooses. ``rarest_class``
    is the share of the rarest class (with ten classes 0.1 at best, 0 if a class is lost).
    ``frechet`` is the Fréchet distance between the classifier's features of samples and of real
    images. ``told_apart`` is the share of correct answers of D (½ is best for G).
    """
    codes = torch.randn(len(images), G.k, generator=validate.generator(0))
    fake = torch.cat([G(z) for z in codes.split(500)])
    ink, true_ink = _ink(fake), _ink(images)
    p = torch.cat([judge(x).softmax(1) for x in ink.split(500)])
    share = torch.bincount(p.argmax(1), minlength=p.shape[1]) / len(p)
    right = torch.cat([D(images) > 0, D(fake) <= 0])
    return {
        "confidence": float(p.amax(1).mean()),
        "rarest_class": float(share.min()),
        "frechet": frechet_distance(judge.features(ink), judge.features(true_ink)),
        "told_apart": float(right.float().mean()),
    }


def _ink(x: Tensor) -> Tensor:
    """Convert bright digits on a dark coloured background to white on black; keep grey images."""
    if x.shape[1] == 1:
        return x
    x = x.amax(1, keepdim=True)
    ground = x.amin((-2, -1), keepdim=True)
    return (x - ground) / (1 - ground).clamp(min=0.1)


_BUDGETS = {"fast": {"n": 20_000, "n_steps": 600}, "full": {"n": 60_000, "n_steps": 3000}}

RECIPES = {
    "gan_digits": Recipe(
        "GAN, k = 64, on typographic digits, with its discriminator",
        ABOUT_DIGITS,
        digits,
        held_out_digits,
        ON_DIGITS,
        _gan("gan_digits"),
        _measure,
        _BUDGETS,
        _JUDGE,
    ),
    "gan_coloured": Recipe(
        "GAN, k = 64, on coloured digits, with its discriminator",
        f"images.coloured_digits({{n}}, seed={TRAIN_SEED})",
        _coloured,
        _held_out_coloured,
        f"images.coloured_digits(2000, seed={TEST_SEED})",
        _gan("gan_coloured"),
        _measure,
        _BUDGETS,
        _JUDGE,
    ),
}
