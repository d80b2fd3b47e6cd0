"""Functions that the distortions share: random numbers, filters, the scale of strengths."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F


def between(weak: float, strong: float, strength: float) -> float:
    """Interpolate geometrically from `weak` (strength 0) to `strong` (strength 1)."""
    return weak * (strong / weak) ** strength


def uniform(generator: Generator, low: float = 0.0, high: float = 1.0) -> float:
    """Draw a number from U(low, high)."""
    return low + (high - low) * float(torch.rand((), generator=generator, dtype=torch.float64))


def normal(generator: Generator, *shape: int) -> Tensor:
    """Draw from N(0, 1)."""
    return torch.randn(*shape, generator=generator)


def rounded(x: Tensor) -> Tensor:
    """Round to 8 bits in [0, 1], as a file does."""
    return (255 * x).round().clamp(0, 255) / 255


def convolve(x: Tensor, k: Tensor) -> Tensor:
    """Convolve each channel of (1,C,H,W) with k (h,w), with reflected borders."""
    C, (h, w) = x.shape[1], k.shape
    x = F.pad(x, (w // 2, w - 1 - w // 2, h // 2, h - 1 - h // 2), mode="reflect")
    return F.conv2d(x, k.flip(0, 1).expand(C, 1, h, w), groups=C)


def smooth_field(generator: Generator, n: int, like: Tensor, knots: int) -> Tensor:
    """Draw n smooth maps (1,n,H,W) of standard deviation about 1, from `knots` knots per side."""
    coarse = normal(generator, 1, n, knots, knots)
    return F.interpolate(coarse, like.shape[-2:], mode="bicubic", align_corners=True)
