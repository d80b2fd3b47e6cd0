"""Resizing as a linear operator: the forward model of super-resolution benchmarks (A5, E7)."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import final

import torch
from torch import Tensor

from mvacourse import check
from mvacourse.operators.base import LinearOperator
from mvacourse.resampling import resize_matrix


@final
class Resize(LinearOperator):
    """Bicubic resizing, anti-aliased when it shrinks, with no rounding: A u = M₁ u M₂ᵀ (A5).

    M₁ and M₂ are the matrices of :func:`mvacourse.resampling.resize_matrix`, so A u equals
    ``resampling.bicubic(u, scale)``: MATLAB's ``imresize``, which super-resolution papers mean.
    Aᵀ y = M₁ᵀ y M₂, and ‖A‖ = ‖M₁‖·‖M₂‖, which is close to `scale` when it shrinks.

    Parameters
    ----------
    scale : float or Fraction
        Factor > 0: ``Resize(1/4)`` for ×4 super-resolution. An image `(H,W)` gives
        `(⌈scale·H⌉, ⌈scale·W⌉)`.

    Notes
    -----
    Several sizes may give one small size. `T` returns the size of the last image `A` was applied
    to where that fits, and otherwise the data's size divided by `scale`.

    Raises
    ------
    TypeError, ValueError
        If `scale` is no number, or not positive.
    """

    def __init__(self, scale: float | Fraction) -> None:
        super().__init__()
        # As a fraction, 1/3 of 255 is 85 and not a little more, which would be rounded up to 86.
        check.positive(scale, "scale")
        self.scale = Fraction(scale).limit_denominator(10**6)

    def _forward(self, u: Tensor) -> Tensor:
        rows, cols = (self._matrix(n, u) for n in u.shape[-2:])
        return rows @ u.contiguous() @ cols.T  # a channels_last image would be copied row by row

    def _adjoint(self, y: Tensor) -> Tensor:
        rows, cols = (self._matrix(n, y) for n in self._image_size(*y.shape[-2:]))
        return rows.T @ y.contiguous() @ cols

    def _matrix(self, n: int, like: Tensor) -> Tensor:
        return _matrix(n, math.ceil(self.scale * n), self.scale, like.dtype, like.device)

    def _image_size(self, height: int, width: int) -> tuple[int, int]:
        if self.image_shape is not None:
            H, W = self.image_shape[-2:]
            if (math.ceil(self.scale * H), math.ceil(self.scale * W)) == (height, width):
                return H, W
        return math.floor(height / self.scale), math.floor(width / self.scale)

    def _norm(self, shape: tuple[int, int, int] | None) -> float:
        rows, cols = (
            self._matrix(n, torch.empty(0, dtype=torch.float64)) for n in self._known(shape)[-2:]
        )
        return float(torch.linalg.matrix_norm(rows, 2) * torch.linalg.matrix_norm(cols, 2))

    def extra_repr(self) -> str:
        return f"scale={self.scale}"


@lru_cache(maxsize=32)
def _matrix(
    n_in: int, n_out: int, scale: Fraction, dtype: torch.dtype, device: torch.device
) -> Tensor:
    # Built in inference mode, the kept matrix could serve no later gradient.
    with torch.inference_mode(False):
        return resize_matrix(n_in, n_out, scale, dtype=dtype, device=device)
