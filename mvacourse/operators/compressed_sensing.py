"""Compressive sensing with random matrices: Gaussian and Bernoulli ensembles (A2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators.base import LinearOperator, Shape


class _DenseSensing(LinearOperator):
    """A matrix `(m,n)` applied to the flattened image, n = C·H·W."""

    def __init__(self, m: int, shape: Sequence[int]) -> None:
        super().__init__()
        self.m = validate.count(m, "m")
        self.image_shape = validate.image_shape(shape)
        self.n = math.prod(self.image_shape)
        if self.m > self.n:
            raise ValueError(
                f"m = {m} measurements exceed the n = {self.n} pixels of shape {self.image_shape}: "
                "compressive sensing needs m <= n"
            )

    def _forward(self, u: Tensor) -> Tensor:
        if tuple(u.shape[1:]) != self.image_shape:
            raise ValueError(
                f"u has shape {tuple(u.shape)}, but this matrix was drawn for images "
                f"(B, {', '.join(map(str, self.image_shape))})"
            )
        return u.flatten(1) @ self.matrix.to(u.dtype).T

    def _adjoint(self, y: Tensor) -> Tensor:
        if y.ndim != 2 or y.shape[1] != self.m:
            raise ValueError(f"y has shape {tuple(y.shape)}, but measurements are (B, {self.m})")
        return (y @ self.matrix.to(y.dtype)).reshape(-1, *self.image_shape)

    def _norm(self, shape: Shape | None) -> float:
        matrix = dtypes.float64(self.matrix)
        return float(torch.linalg.eigvalsh(matrix @ matrix.T)[-1].sqrt())

    def extra_repr(self) -> str:
        return f"m={self.m}, shape={self.image_shape}"


@final
class GaussianSensing(_DenseSensing):
    """Compressive sensing with a Gaussian matrix: A `(m,n)`, entries N(0, 1/m) (A2).

    With this scaling E‖Au‖² = ‖u‖². Aᵀ is the transposed matrix, and ‖A‖ ≈ 1 + √(n/m).

    Parameters
    ----------
    m : int
        Number of measurements, m ≤ n = C·H·W.
    shape : (C, H, W)
        Size of the images.
    seed : int or torch.Generator, default 0
        The same seed gives the same matrix.

    Raises
    ------
    TypeError, ValueError
        If m > n, `shape` is not (C, H, W), or an image has a different size.
    """

    def __init__(
        self, m: int, shape: Sequence[int], seed: int | torch.Generator | None = 0
    ) -> None:
        super().__init__(m, shape)
        generator, dtype = validate.generator(seed), torch.get_default_dtype()
        with torch.inference_mode(False):  # autograd must be able to use the matrix later
            matrix = dtypes.normal((self.m, self.n), generator, dtype) / math.sqrt(self.m)
        self.register_buffer("matrix", matrix)


@final
class BernoulliSensing(_DenseSensing):
    """Compressive sensing with random signs: A `(m,n)`, entries ±1/√m, equally likely (A2).

    With this scaling E‖Au‖² = ‖u‖². Aᵀ is the transposed matrix.

    Parameters
    ----------
    m, shape, seed
        As for :class:`GaussianSensing`.

    Raises
    ------
    TypeError, ValueError
        As for :class:`GaussianSensing`.
    """

    def __init__(
        self, m: int, shape: Sequence[int], seed: int | torch.Generator | None = 0
    ) -> None:
        super().__init__(m, shape)
        with torch.inference_mode(False):
            heads = dtypes.uniform((self.m, self.n), validate.generator(seed)) < 0.5
            matrix = (2.0 * heads - 1.0) / math.sqrt(self.m)
        self.register_buffer("matrix", matrix)
