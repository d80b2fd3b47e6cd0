"""Distortions that are never used in training, to test a distance."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from mvacourse import kernels
from mvacourse.recipes.distortions.filters import between, convolve, normal, uniform


def motion(x: Tensor, s: float, g: Generator) -> Tensor:
    """Blur along a line."""
    return convolve(x, kernels.motion(2 * round(between(1, 12, s)) + 1, uniform(g, 0, 180)))


def impulses(x: Tensor, s: float, g: Generator) -> Tensor:
    """Turn pixels black or white (salt and pepper)."""
    u = torch.rand(1, 1, *x.shape[-2:], generator=g)
    share = between(0.001, 0.3, s)
    return torch.where(u < share / 2, 0.0, torch.where(u > 1 - share / 2, 1.0, x))


def stripes(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add a random number to each row."""
    return x + between(1 / 255, 60 / 255, s) * normal(g, 1, 1, x.shape[-2], 1)


def mosaic(x: Tensor, s: float, g: Generator) -> Tensor:
    """Replace each square block by its mean."""
    side = max(2, round(between(1.5, 12, s)))
    return F.interpolate(F.avg_pool2d(x, side, ceil_mode=True), x.shape[-2:], mode="nearest")


def shuffle(x: Tensor, s: float, g: Generator) -> Tensor:
    """Take each pixel from a random place nearby, as if seen through frosted glass."""
    H, W = x.shape[-2:]
    reach = between(0.5, 6.0, s)
    i = (torch.arange(H)[:, None] + reach * normal(g, H, W)).round().long().clamp(0, H - 1)
    j = (torch.arange(W) + reach * normal(g, H, W)).round().long().clamp(0, W - 1)
    return x[..., i, j]
