"""Recipe for the conditional GAN: digits of a requested class (F6)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from mvacourse import train, validate, weights
from mvacourse.nets import ConditionalGenerator
from mvacourse.recipes.data import ABOUT_DIGITS, ON_DIGITS, digits, held_out_digits
from mvacourse.recipes.recipe import Made, Recipe
from mvacourse.transport import frechet_distance

_NAME = "cgan_digits"
_JUDGE = "classifier_digits"


def _cgan(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
    G, _, history = train.conditional_gan(x, labels, **options)
    return {_NAME: G}, history


@torch.no_grad()
def of_conditional_gan(
    G: ConditionalGenerator, x: Tensor, labels: Tensor, judge: nn.Module
) -> dict[str, float]:
    """Measure a conditional GAN with a classifier; the requested classes are those in `labels`.

    ``read`` is the share of samples that the classifier assigns to the requested class, and
    ``worst_class`` is this share for the worst class. ``frechet`` is the Fréchet distance between
    the classifier's features of samples and of real images. ``variety`` is the mean standard
    deviation of a pixel within a class, divided by that of real images: about 0 if classes have
    collapsed to one image, 1 at best.
    """
    z = torch.randn(len(x), G.k, generator=validate.generator(0))
    fake = torch.cat([G(a, c) for a, c in zip(z.split(500), labels.split(500))])
    right = torch.cat([judge(y).argmax(1) for y in fake.split(500)]) == labels
    classes = labels.unique()
    return {
        "read": float(right.float().mean()),
        "worst_class": min(float(right[labels == c].float().mean()) for c in classes),
        "frechet": frechet_distance(judge.features(fake), judge.features(x)),
        "variety": _spread(fake, labels) / _spread(x, labels),
    }


def _spread(x: Tensor, labels: Tensor) -> float:
    return sum(float(x[labels == c].std(0).mean()) for c in labels.unique())


def _measure(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return of_conditional_gan(made[_NAME], x, labels, weights.load(_JUDGE))


RECIPES = {
    _NAME: Recipe(
        "conditional GAN, k = 64, on typographic digits",
        ABOUT_DIGITS,
        digits,
        held_out_digits,
        ON_DIGITS,
        _cgan,
        _measure,
        {"fast": {"n": 20_000, "n_steps": 600}, "full": {"n": 60_000, "n_steps": 3000}},
        _JUDGE,
    ),
}
