"""What solvers take: maps between tensors, and callbacks."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

Map = Callable[[Tensor], Tensor]
"""A function of one tensor: a gradient, a projection, x ↦ Gx."""

Callback = Callable[[int, Tensor], object]
"""``callback(k, x)``, called after step k = 1, 2, …; what it returns is ignored."""


def ignore(k: int, x: Tensor) -> None:
    """Stand in for a callback that was not given."""
