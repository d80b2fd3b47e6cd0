"""Weak costs between images: of all pixels, or of what should stay, shape or coarse parts (F9)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.dtypes import at_least_float32, like
from mvacourse.transport.weak_costs import weak_cost

COARSE = 4.0
"""Standard deviation in pixels of the Gaussian G: the cost does not see finer structure."""


def shape(x: Tensor, sigma: float = 1.0) -> Tensor:
    """Compute the shape of an image without brightness, contrast, colour: (B,C,H,W) to (B,HW/4).

    φ(x) is the mean over the channels, blurred by a Gaussian of `sigma` pixels and averaged over
    2×2 pixels, minus its mean, divided by its norm. Then ½‖φ(x) − φ(y)‖² = 1 − correlation.
    """
    grey = at_least_float32(x).mean(1, keepdim=True)
    coarse = F.avg_pool2d(blurred(grey, sigma), 2).flatten(1)
    coarse = coarse - coarse.mean(1, keepdim=True)
    return F.normalize(coarse, dim=1, eps=1e-3)


def _checked(x: Tensor, y: Tensor, price: float) -> float:
    """Check images x `(B,C,H,W)`, draws y `(B,Z,C,H,W)` and the price, and return the price."""
    validate.batch(x, "x")
    if validate.real(y, "y").ndim != 5 or y.shape[:1] + y.shape[2:] != x.shape or x.is_complex():
        raise ValueError(
            f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: they must be real, (B, C, H, W) "
            "and (B, Z, C, H, W)"
        )
    if min(x.shape[-2:]) < 2:
        raise ValueError(f"x is {x.shape[-2]}×{x.shape[-1]}: it needs 2×2 pixels or more")
    return validate.positive(price, "price")


def shape_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Compute the weak cost between shapes, price · C(φ(x), φ(y)): (B,…) and (B,Z,…) to (B,).

    φ is :func:`shape`: a change of stroke width costs little; contrast and colour cost nothing. The
    price does not change the best plan. But f must grow with it, so training is slower.
    """
    price = _checked(x, y, price)
    phi = shape(y.flatten(0, 1)).unflatten(0, y.shape[:2])
    return price * weak_cost(shape(x), phi, gamma=gamma)


def pixel_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Compute the weak cost between images, price/CHW · C(x, y): (B,C,H,W) and (B,Z,C,H,W) to (B,).

    It is a mean over pixels and channels: the same price suits images of different sizes. For the
    price, see :func:`shape_cost`.
    """
    price = _checked(x, y, price)
    return price / x[0].numel() * weak_cost(x, y, gamma=gamma)


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Blur (B,1,H,W) by a Gaussian, cut at 3σ; border pixels are repeated outside."""
    r, x = int(3 * sigma), at_least_float32(x)
    k = torch.exp(-(torch.arange(-r, r + 1, dtype=torch.float64) ** 2) / (2 * sigma**2))
    k = like(k / k.sum(), x).view(1, 1, 1, -1)
    wide = F.pad(x, (r, r, r, r), mode="replicate")
    return F.conv2d(F.conv2d(wide, k), k.mT)


def coarse_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Compute the weak cost between coarse parts: (B,1,H,W) and (B,Z,1,H,W) to (B,).

    price/HW · C(Gx, Gy), with G a Gaussian of :data:`COARSE` pixels: light and dark regions should
    stay; finer changes cost almost nothing. For the price, see :func:`shape_cost`.
    """
    price = _checked(x, y, price)
    if x.shape[1] != 1:
        raise ValueError(f"x has {x.shape[1]} channels: coarse parts need one, (B, 1, H, W)")
    smooth = blurred(y.flatten(0, 1), COARSE).unflatten(0, y.shape[:2])
    return price / x[0].numel() * weak_cost(blurred(x, COARSE), smooth, gamma=gamma)
