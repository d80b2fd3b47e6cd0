"""Operators that act pixel by pixel: identity, mask, subsampling (A3, A5, A6)."""

from __future__ import annotations

from typing import final

from torch import Tensor

from mvacourse import validate
from mvacourse.operators.base import LinearOperator, Shape, fits, owned


@final
class Identity(LinearOperator):
    """Denoising: A = I, so v = u₀ + w (A3). Aᵀ = I and ‖A‖ = 1. The results are copies."""

    def _forward(self, u: Tensor) -> Tensor:
        return u.clone()

    def _adjoint(self, y: Tensor) -> Tensor:
        return y.clone()

    def gram(self, u: Tensor) -> Tensor:
        return self(u)

    def _norm(self, shape: Shape | None) -> float:
        return 1.0


@final
class Mask(LinearOperator):
    """Inpainting: A u = u·1_ω, where ω is the set of known pixels (A6).

    A is a diagonal matrix of zeros and ones, so Aᵀ = A = A² and ‖A‖ = 1. Measurements have the
    size of the image; unknown pixels are zero.

    Parameters
    ----------
    mask : Tensor
        `(H,W)`, true (or 1) where the pixel is known. It is copied.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not a mask; when applied, if the image has a different size.
    """

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", owned(validate.mask(mask)))

    def _forward(self, u: Tensor) -> Tensor:
        fits(u, self.mask.shape, "Mask")
        return u * self.mask

    def _adjoint(self, y: Tensor) -> Tensor:
        fits(y, self.mask.shape, "Mask", "y")
        return y * self.mask

    def _norm(self, shape: Shape | None) -> float:
        return float(self.mask.any())


@final
class Subsample(LinearOperator):
    """Keep one pixel out of s in each direction: u↓s(x,y) = u(sx, sy) (A5).

    Aᵀ puts the values back on the grid, with zeros between them; ‖A‖ = 1. Without a prefilter the
    result is aliased, so super-resolution is ``Compose(Subsample(s), Blur(k))``.

    Parameters
    ----------
    s : int
        Stride s ≥ 1. An image `(H,W)` gives `(⌈H/s⌉, ⌈W/s⌉)`.

    Notes
    -----
    Several sizes give the same subgrid (for s = 2, 7 and 8 rows both give 4): ``T(y, shape)`` says
    which one. By default, `T` returns the size of the last image that `A` itself was applied to if
    that fits, and otherwise s times the subgrid.

    Raises
    ------
    TypeError, ValueError
        If `s` is not a whole number ≥ 1.
    """

    def __init__(self, s: int) -> None:
        super().__init__()
        self.s = validate.count(s, "s")

    def _forward(self, u: Tensor) -> Tensor:
        return u[..., :: self.s, :: self.s].clone()

    def _adjoint(self, y: Tensor) -> Tensor:
        return self._adjoint_to(y, None)

    def _adjoint_to(self, y: Tensor, shape: Shape | None) -> Tensor:
        u = y.new_zeros(*y.shape[:-2], *self._image_size(*y.shape[-2:], shape))
        u[..., :: self.s, :: self.s] = y
        return u

    def _image_size(self, height: int, width: int, shape: Shape | None) -> tuple[int, int]:
        if shape is not None:
            H, W = shape[-2:]
            if (-(-H // self.s), -(-W // self.s)) == (height, width):
                return H, W
        return self.s * height, self.s * width

    def _norm(self, shape: Shape | None) -> float:
        return 1.0

    def extra_repr(self) -> str:
        return f"s={self.s}"
