"""Bicubic resizing as in MATLAB's ``imresize``, which super-resolution papers use (A5).

Other bicubic functions differ. On Set5 at ×4, torch's ``interpolate`` (a = −3/4, and by default no
anti-aliasing) is 0.7 dB away. PIL uses the same kernel, but resizes columns first and treats the
border differently: one pixel in six has another grey level, which changes the mean PSNR by only
0.002 dB. Do not compare results obtained with different bicubic functions.

References
----------
.. [1] Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans.
   Acoustics, Speech, and Signal Processing 29(6), 1981.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import final

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators.base import LinearOperator, Shape

_SUPPORT = 4
"""Width of the cubic kernel, in samples."""


_RANGE = (1e-3, 1e3)
"""Smallest and largest factor."""


def _cubic(t: Tensor) -> Tensor:
    """Keys' kernel with a = −1/2: it interpolates, and is exact on parabolas."""
    t = t.abs()
    near = (1.5 * t - 2.5) * t**2 + 1
    far = ((-0.5 * t + 2.5) * t - 4) * t + 2
    return torch.where(t <= 1, near, torch.where(t <= 2, far, 0.0))


def resize_matrix(
    n_in: int,
    n_out: int,
    scale: float | Fraction | None = None,
    *,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
) -> Tensor:
    """Make the matrix M that resizes one dimension: a signal f of n_in samples becomes M f.

    Sample i of the result is at t = (i + ½)/scale − ½ in the signal, and is Σ_j h(t − j) f(j) with
    weights of sum 1. To enlarge, h is the cubic kernel. To shrink, h is stretched by 1/scale: it
    averages, and so prevents aliasing (A5). Beyond its ends, the signal repeats its last sample, as
    in the published files. Programs that reflect it instead differ in the outermost pixels.

    Parameters
    ----------
    n_in, n_out : int
        Number of samples before and after.
    scale : float or Fraction, optional
        Default: n_out/n_in. The two differ if a size was rounded up.
    dtype : torch.dtype, optional
        Default: torch's default dtype. The matrix is made in float64 and rounded once.
    device : torch.device, optional

    Returns
    -------
    Tensor (n_out,n_in)

    Raises
    ------
    TypeError, ValueError
        If a size is below 1, or scale <= 0.
    """
    n_in, n_out = validate.count(n_in, "n_in"), validate.count(n_out, "n_out")
    scale = float(n_out / n_in if scale is None else _checked(scale))
    shrink = min(scale, 1.0)
    radius = _SUPPORT / 2 / shrink
    t = (torch.arange(n_out, dtype=torch.float64) + 0.5) / scale - 0.5
    j = torch.floor(t - radius)[:, None] + torch.arange(math.ceil(2 * radius) + 2)
    weights = _cubic(shrink * (t[:, None] - j))
    weights = weights / weights.sum(dim=1, keepdim=True)
    j = j.long().clamp(0, n_in - 1)
    matrix = torch.zeros(n_out, n_in, dtype=torch.float64).scatter_add_(1, j, weights)
    device = None if device is None else validate.device(device)
    complex_ = isinstance(dtype, torch.dtype) and dtype.is_complex
    return matrix.to(device=device, dtype=validate.dtype(dtype, complex=complex_))


def _checked(scale: float | Fraction) -> float:
    """Check a factor: positive, and such that an image stays an image."""
    scale = validate.positive(scale, "scale")
    if not _RANGE[0] <= scale <= _RANGE[1]:
        raise ValueError(f"scale = {scale} must be from {_RANGE[0]} to {_RANGE[1]}")
    return scale


def _round(levels: Tensor) -> Tensor:
    """Round values in 0–255 to 8 bits, halves up, as MATLAB's uint8 does."""
    # Exact halves are frequent (×2 has dyadic weights). Depending on the order of its additions, a
    # machine may get slightly less. The small offset makes the result the same everywhere.
    return torch.floor(levels + (0.5 + 1e-9)).clamp(0, 255)


def bicubic(
    u: Tensor,
    scale: float | Fraction | None = None,
    *,
    size: int | Sequence[int] | None = None,
    round_to_8bit: bool = False,
) -> Tensor:
    """Resize an image as MATLAB's ``imresize`` does: bicubic, anti-aliased when it shrinks.

    u ↦ M₁ u M₂ᵀ, rows first, with the matrices of :func:`resize_matrix`. Linear in u and
    differentiable, unless it rounds.

    Parameters
    ----------
    u : Tensor (B,C,H,W)
    scale : float or Fraction, optional
        Factor > 0; ``1/4`` for ×4 super-resolution. The result has ⌈scale·H⌉ × ⌈scale·W⌉ pixels.
    size : (int, int), optional
        Instead of `scale`: height and width of the result.
    round_to_8bit : bool
        Round u, and the result of each of the two dimensions, to multiples of 1/255 in [0, 1], as
        for images of type uint8. *The result then equals the published low-resolution files bit for
        bit. Without it, nothing is clamped, and values may leave [0, 1] at edges.*

    Returns
    -------
    Tensor (B,C,H',W'), of the dtype and device of u

    Raises
    ------
    TypeError, ValueError
        If u is not an image batch in [0, 1], or is complex and to be rounded, not exactly one of
        scale and size is given, or it is not positive.
    """
    validate.image(u, "u")
    if round_to_8bit and u.is_complex():
        raise TypeError("u is complex, and has no 8-bit values: leave out round_to_8bit")
    if (scale is None) == (size is None):
        raise ValueError("give exactly one of scale and size")
    if size is None:
        # As a fraction, 1/3 of 255 is 85 and not a little more, which would be rounded up to 86.
        scale = Fraction(float(_checked(scale))).limit_denominator(10**6)
        shape = (math.ceil(scale * u.shape[-2]), math.ceil(scale * u.shape[-1]))
    else:
        shape = validate.image_size(size)
    rows, cols = (
        resize_matrix(n_in, n_out, scale, dtype=torch.float64)
        for n_in, n_out in zip(u.shape[-2:], shape)
    )
    if round_to_8bit:
        levels = _round(255 * dtypes.float64(u))
        rows, cols = rows.to(levels.device), cols.to(levels.device)
        return dtypes.like(_round(_round(rows @ levels) @ cols.T) / 255, u)
    return dtypes.like(rows, u) @ u @ dtypes.like(cols, u).T


@final
class Resize(LinearOperator):
    """Bicubic resizing without rounding, anti-aliased when it shrinks: A u = M₁ u M₂ᵀ (A5).

    M₁ and M₂ are the matrices of :func:`resize_matrix`. So A u equals :func:`bicubic`: MATLAB's
    ``imresize``, which super-resolution papers use. Aᵀ y = M₁ᵀ y M₂, and ‖A‖ = ‖M₁‖·‖M₂‖, which is
    close to `scale` when A shrinks images.

    Parameters
    ----------
    scale : float or Fraction
        Factor > 0: ``Resize(1/4)`` for ×4 super-resolution. An image `(H,W)` gives
        `(⌈scale·H⌉, ⌈scale·W⌉)`.

    Notes
    -----
    Several sizes may give the same small size: ``T(y, shape)`` says which one. By default, `T`
    returns the size of the last image that `A` itself was applied to if that fits, and otherwise
    the data's size divided by `scale`.

    Raises
    ------
    TypeError, ValueError
        If `scale` is not a number, or not positive; in `T`, if A makes no image of y's size.
    """

    def __init__(self, scale: float | Fraction) -> None:
        super().__init__()
        # As a fraction, 1/3 of 255 is 85 and not a little more, which would be rounded up to 86.
        checked = _checked(scale)
        scale = scale if isinstance(scale, Fraction) else checked
        self.scale = Fraction(scale).limit_denominator(10**6)

    def _forward(self, u: Tensor) -> Tensor:
        rows, cols = (self._matrix(n, u) for n in u.shape[-2:])
        return rows @ u.contiguous() @ cols.T  # a channels_last image would be copied row by row

    def _adjoint(self, y: Tensor) -> Tensor:
        return self._adjoint_to(y, None)

    def _adjoint_to(self, y: Tensor, shape: Shape | None) -> Tensor:
        rows, cols = (self._matrix(n, y) for n in self._image_size(*y.shape[-2:], shape))
        return rows.T @ y.contiguous() @ cols

    def _matrix(self, n: int, like: Tensor) -> Tensor:
        return _matrix(n, math.ceil(self.scale * n), self.scale, like.dtype, like.device)

    def _image_size(self, height: int, width: int, shape: Shape | None) -> tuple[int, int]:
        if shape is not None:
            H, W = shape[-2:]
            if (math.ceil(self.scale * H), math.ceil(self.scale * W)) == (height, width):
                return H, W
        return self._undone(height, "rows"), self._undone(width, "columns")

    def _undone(self, n_out: int, what: str) -> int:
        """Return the largest number of rows or columns that A makes `n_out` of."""
        n = math.floor(n_out / self.scale)
        if n < 1 or math.ceil(self.scale * n) != n_out:
            raise ValueError(
                f"y has {n_out} {what}, but no image has {n_out} after Resize({self.scale}): "
                "give y the size of A(u)"
            )
        return n

    def _norm(self, shape: Shape | None) -> float:
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
    # If it were built in inference mode, the cached matrix could not be used for later gradients.
    with torch.inference_mode(False):
        return resize_matrix(n_in, n_out, scale, dtype=dtype, device=device)
