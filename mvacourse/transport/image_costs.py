"""Weak costs between images that see only what should stay: a shape, or what is coarse (F9)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse.transport.weak_costs import weak_cost

COARSE = 4.0
"""Standard deviation in pixels of the Gaussian G: the cost sees no finer than that."""


def shape(x: Tensor, sigma: float = 1.0) -> Tensor:
    """Give the shape of an image without brightness, contrast and colour: (B,C,H,W) to (B,HW/4).

    φ(x) is the mean over the channels, blurred by a Gaussian of `sigma` pixels and averaged over
    2×2 pixels, less its mean, divided by its norm. Then ½‖φ(x) − φ(y)‖² = 1 − correlation.
    """
    coarse = F.avg_pool2d(blurred(x.mean(1, keepdim=True), sigma), 2).flatten(1)
    coarse = coarse - coarse.mean(1, keepdim=True)
    return F.normalize(coarse, dim=1, eps=1e-3)


def shape_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Give the weak cost between shapes, price · C(φ(x), φ(y)): (B,…) and (B,Z,…) to (B,).

    φ is :func:`shape`: the weight of a stroke costs little, contrast and colour nothing. The price
    does not change the best plan; f must grow as high, and so moves the slower against it.
    """
    phi = shape(y.flatten(0, 1)).unflatten(0, y.shape[:2])
    return price * weak_cost(shape(x), phi, gamma=gamma)


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Blur (B,1,H,W) by a Gaussian, cut at 3σ; outside, the border goes on."""
    r = int(3 * sigma)
    k = torch.exp(-(torch.arange(-r, r + 1, device=x.device) ** 2) / (2 * sigma**2))
    k = (k / k.sum()).to(x).view(1, 1, 1, -1)
    wide = F.pad(x, (r, r, r, r), mode="replicate")
    return F.conv2d(F.conv2d(wide, k), k.mT)


def coarse_cost(x: Tensor, y: Tensor, *, gamma: float, price: float = 1.0) -> Tensor:
    """Give the weak cost of what is coarse: (B,1,H,W) and (B,Z,1,H,W) to (B,).

    price/HW · C(Gx, Gy), G a Gaussian of :data:`COARSE` pixels: light and dark regions should stay,
    and what is finer is all but free. The price changes no best plan; f must grow as high.
    """
    smooth = blurred(y.flatten(0, 1), COARSE).unflatten(0, y.shape[:2])
    return price / x[0].numel() * weak_cost(blurred(x, COARSE), smooth, gamma=gamma)
