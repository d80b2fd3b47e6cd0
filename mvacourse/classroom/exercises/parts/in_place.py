"""The mistake of x -= …: all iterates in the list are the last one."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

LAST_ONLY = "all your iterates are the last one: x -= … changes x in place, also in the list"


def last_only(loop: Callable[..., Tensor], after: int = 0) -> Callable[..., Tensor]:
    """Make a loop that changes its iterate in place, from the one with index `after` on."""

    def changed(*case: object) -> Tensor:
        path = loop(*case)
        path[after:] = path[-1].clone()
        return path

    return changed
