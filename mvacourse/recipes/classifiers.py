"""Recipes for the classifiers that judge images: one of digits, and one of typefaces."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import images, train
from mvacourse.nets import Classifier
from mvacourse.recipes.data import ABOUT_DIGITS, ON_NEW_DIGITS, digits, held_out_digits, new_digits
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe


def _classifier(name: str, classes: int) -> Any:
    def train_one(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
        net, history = train.classifier(x, labels, classes=classes, **options)
        return {name: net}, history

    return train_one


@torch.no_grad()
def accuracy(net: Classifier, x: Tensor, labels: Tensor) -> dict[str, float]:
    """Compute the share of images that are classified correctly."""
    right = torch.cat([net(some).argmax(1) for some in x.split(500)]) == labels
    return {"accuracy": float(right.float().mean())}


def _measure(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    (net,) = made.values()
    return accuracy(net, x, labels)


def _measure_digits(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    (net,) = made.values()
    new = accuracy(net, *new_digits())["accuracy"]
    return {**accuracy(net, x, labels), "accuracy_new_faces": new}


def _faces(n: int) -> tuple[Tensor, Tensor]:
    y = images.target_digits(n, TRAIN_SEED)
    return y.images, y.faces


def _held_out_faces() -> tuple[Tensor, Tensor]:
    y = images.target_digits(2000, TEST_SEED)
    return y.images, y.faces


RECIPES = {
    "classifier_digits": Recipe(
        "classifier of typographic digits",
        ABOUT_DIGITS,
        digits,
        held_out_digits,
        ON_NEW_DIGITS,
        _classifier("classifier_digits", 10),
        _measure_digits,
        {"fast": {"n": 20_000, "n_steps": 800}, "full": {"n": 60_000, "n_steps": 2500}},
    ),
    "classifier_faces": Recipe(
        f"classifier of {len(images.TARGET_FACES)} typefaces",
        f"images.target_digits({{n}}, seed={TRAIN_SEED})",
        _faces,
        _held_out_faces,
        f"images.target_digits(2000, seed={TEST_SEED})",
        _classifier("classifier_faces", len(images.TARGET_FACES)),
        _measure,
        {"fast": {"n": 4000, "n_steps": 300}, "full": {"n": 10_000, "n_steps": 1000}},
    ),
}
