"""What a recipe is: how one of the course's networks is made and measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn

from mvacourse.train import History

TRAIN_SEED = 2017
"""Of drawn images that the networks learn from."""

TEST_SEED = 2018
"""Of those that their cards' metrics are taken on. Notebooks and tests use other seeds."""

Made = dict[str, nn.Module]
"""Networks by the names that they are kept under."""

Data = tuple[Any, ...]
"""Tensors, or lists of them: images and labels, or photographs of all sizes."""


class Recipe(NamedTuple):
    """How one training of the course is done."""

    about: str
    """One line for a list."""
    data: str
    """Where the images come from, as one would write it, with ``{n}`` for their number."""
    load: Callable[[int], Data]
    """n ↦ what to learn from."""
    held_out: Callable[[], Data]
    """What the metrics are taken on."""
    train: Callable[..., tuple[Made, History]]
    """(\\*data, \\**options) ↦ networks and what was logged."""
    measure: Callable[..., dict[str, float]]
    """(networks, \\*held_out) ↦ metrics."""
    budgets: dict[str, dict[str, Any]]
    """``fast`` and ``full`` ↦ ``n``, the number of images, and options of `train`."""
    judge: str | None = None
    """Another network that `train` starts from or that `measure` asks for."""
