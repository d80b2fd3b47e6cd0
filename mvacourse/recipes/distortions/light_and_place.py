"""Distortions of light, colour and position."""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from mvacourse.recipes.distortions.filters import between, normal, smooth_field, uniform


def contrast(x: Tensor, s: float, g: Generator) -> Tensor:
    """Move values towards their mean, or away from it."""
    factor = 1 - between(0.03, 0.95, s) if uniform(g) < 0.6 else 1 + between(0.03, 2.0, s)
    return (x - x.mean()) * factor + x.mean()


def brightness(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add a constant, or raise to a power (gamma)."""
    sign = 1 if uniform(g) < 0.5 else -1
    if uniform(g) < 0.5:
        return x + sign * between(0.01, 0.5, s)
    return x ** between(1.02, 4.0, s) ** sign


def colour(x: Tensor, s: float, g: Generator) -> Tensor:
    """Shift each channel, or reduce the colour."""
    if uniform(g) < 0.3:
        return x.lerp(x.mean(1, keepdim=True), between(0.05, 1.0, s))
    return x + between(0.01, 0.3, s) * normal(g, 1, x.shape[1], 1, 1)


def shading(x: Tensor, s: float, g: Generator) -> Tensor:
    """Brighten and darken smoothly over the image, in grey or in colour."""
    channels = x.shape[1] if uniform(g) < 0.5 else 1
    return x * (1 + between(0.02, 0.8, s) * smooth_field(g, channels, x, 3))


def blocks(x: Tensor, s: float, g: Generator) -> Tensor:
    """Replace squares by grey, black, their own mean, or noise."""
    H, W = x.shape[-2:]
    x, way = x.clone(), uniform(g)
    side = int(min(H, W) * uniform(g, 1 / 16, 1 / 3))
    for _ in range(max(1, round(between(1, H * W / 2, s) / side**2))):
        i, j = (int(uniform(g, 0, n - side + 1)) for n in (H, W))
        part = x[..., i : i + side, j : j + side]
        if way < 0.4:
            part[:] = 0.5 if way < 0.2 else 0.0
        elif way < 0.7:
            part[:] = part.mean((-2, -1), keepdim=True)
        else:
            part[:] = torch.rand(part.shape, generator=g)
    return x


def warp(x: Tensor, s: float, g: Generator) -> Tensor:
    """Bend the image, or shift, rotate and stretch it."""
    H, W = x.shape[-2:]
    affine = torch.eye(2, 3)[None]
    moves = smooth_field(g, 2, x, 3 + int(uniform(g, 0, 6)))
    if uniform(g) < 0.5:
        moves = normal(g, 1, 2, 1, 1).expand_as(moves)
        affine = affine + 0.1 * s * uniform(g) * F.pad(normal(g, 1, 2, 2), (0, 1))
    grid = F.affine_grid(affine, list(x.shape), align_corners=False)
    pixels = between(0.1, 6.0, s) * moves.permute(0, 2, 3, 1)
    grid = grid + 2 * pixels / torch.tensor([W, H])
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
