"""Numbers whose squares are zero or infinite in float32: norms and products at any scale.

A vector is multiplied by a power of two, which is exact. Ordinary vectors stay as they are.
"""

from __future__ import annotations

import math

from torch import Tensor

from mvacourse import dtypes
from mvacourse.calculus import norm

_ORDINARY = 2.0**20
"""Norms from its inverse to this need no care: their sixth power fits float32."""


def exponent(x: Tensor) -> int:
    """Return j such that x/2ʲ has values of about 1, or 0 if the norm of x is ordinary."""
    return 0 if 1 / _ORDINARY < norm(x) < _ORDINARY else dtypes.exponent(x)


def length(x: Tensor) -> Tensor:
    """Return ‖x‖ at any scale."""
    j = exponent(x)
    return norm(x) if j == 0 else norm(dtypes.shifted(x, j)) * 2.0**j


def growth(Gp: Tensor, pp: Tensor) -> float:
    """Return ‖Gp‖/‖p‖ at any scale of G, where pp = ‖p‖² is ordinary."""
    ratio = float((norm(Gp) / pp.sqrt()).detach())
    if 0 < ratio < math.inf:
        return ratio
    j = exponent(Gp)
    return float((norm(dtypes.shifted(Gp, j)) / pp.sqrt()).detach()) * 2.0**j
