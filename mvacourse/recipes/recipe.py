"""The type of a recipe: how one of the course's networks is trained and measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn

from mvacourse.train import History

TRAIN_SEED = 2017
"""Random seed of the generated images for training."""

TEST_SEED = 2018
"""Random seed of the images for the metrics in the cards. Notebooks and tests use other seeds."""

Made = dict[str, nn.Module]
"""Networks by the names that they are saved under."""

Data = tuple[Any, ...]
"""Tensors, or lists of tensors: images and labels, or photographs of different sizes."""


class Recipe(NamedTuple):
    """How to train and measure one network of the course."""

    about: str
    """Description in one line."""
    data: str
    """Where the images come from, as text or code, with ``{n}`` for their number."""
    load: Callable[[int], Data]
    """n ↦ training data."""
    held_out: Callable[[], Data]
    """Return the held-out data, for the metrics."""
    measured_on: str
    """Description of the held-out data: on which images the metrics were computed."""
    train: Callable[..., tuple[Made, History]]
    """(\\*data, \\**options) ↦ networks and history."""
    measure: Callable[..., dict[str, float]]
    """(networks, \\*held_out) ↦ metrics."""
    budgets: dict[str, dict[str, Any]]
    """``fast`` and ``full`` ↦ ``n``, the number of images, and options of `train`."""
    judge: str | None = None
    """Name of another network that `train` starts from, or that `measure` needs."""
