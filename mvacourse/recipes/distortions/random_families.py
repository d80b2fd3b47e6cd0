"""Families of distortions with many random parameters, so that each draw is different."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from mvacourse import kernels
from mvacourse.recipes.distortions.filters import between, convolve, normal, uniform


def kernel(x: Tensor, s: float, g: Generator) -> Tensor:
    """Convolve with a random positive kernel: a sum of shifted copies with random weights.

    The kernel is not centred, so the image also shifts by a few pixels.
    """
    radius, n = between(0.7, 7.0, s), int(uniform(g, 2, 12))
    side = 2 * math.ceil(radius) + 1
    angles, weights = (torch.rand(n, generator=g) for _ in range(2))
    reach = radius * torch.rand(n, generator=g).sqrt()
    places = torch.stack([reach * (2 * math.pi * angles + turn).sin() for turn in (0, math.pi / 2)])
    axis = torch.arange(side) - side // 2
    # Each point is spread over its four neighbours. Otherwise small radii would give one pixel.
    rows, columns = ((1 - (axis - p[:, None]).abs()).clamp(min=0) for p in places)
    k = torch.einsum("n,ni,nj->ij", weights + 0.05, rows, columns)
    return convolve(x, k / k.sum())


def spectrum(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add noise with a random spectrum: coarse or fine, and different along and across a line."""
    H, W = x.shape[-2:]
    fi, fj = torch.fft.fftfreq(H)[:, None], torch.fft.rfftfreq(W)
    angle = uniform(g, 0, math.pi)
    along, across = (math.cos(angle) * a + math.sin(angle) * b for a, b in ((fi, fj), (fj, -fi)))
    width_along, width_across = between(0.5, 0.02, uniform(g)), between(0.5, 0.1, uniform(g))
    power = torch.exp(-((along / width_along) ** 2 + (across / width_across) ** 2))
    grains = normal(g, 1, x.shape[1] if uniform(g) < 0.6 else 1, H, W)
    grains = torch.fft.irfft2(power * torch.fft.rfft2(grains), s=(H, W))
    return x + between(1 / 255, 60 / 255, s) * grains / grains.std().clamp(min=1e-6)


def outliers(x: Tensor, s: float, g: Generator) -> Tensor:
    """Add noise with heavy tails, n|n|ᵖ: with larger p, fewer pixels hold most of the noise."""
    n = normal(g, 1, x.shape[1] if uniform(g) < 0.5 else 1, *x.shape[-2:])
    n = n * n.abs() ** uniform(g, 1, 6)
    return x + between(2 / 255, 100 / 255, s) * n / n.square().mean().sqrt()


def jitter(x: Tensor, s: float, g: Generator) -> Tensor:
    """Move pixels by a random field that varies within a few pixels, as uneven glass does."""
    H, W = x.shape[-2:]
    k = kernels.gaussian(13, uniform(g, 0.6, 2.5))
    moves = convolve(normal(g, 1, 2, H, W), k / k.square().sum().sqrt())
    grid = F.affine_grid(torch.eye(2, 3)[None], list(x.shape), align_corners=False)
    grid = grid + between(0.2, 5.0, s) * moves.permute(0, 2, 3, 1) * 2 / torch.tensor([W, H])
    mode = "bilinear" if uniform(g) < 0.5 else "nearest"
    return F.grid_sample(x, grid, mode=mode, padding_mode="reflection", align_corners=False)


def cells(x: Tensor, s: float, g: Generator) -> Tensor:
    """Average over irregular cells: each holds the pixels nearest to one of many random points."""
    C, H, W = x.shape[1:]
    n = max(2, round(H * W / between(2, 120, s)))
    points = torch.rand(n, 2, generator=g) * torch.tensor([H, W])
    ii, jj = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    places = torch.stack([ii, jj], -1).reshape(-1, 2).float()
    nearest = torch.cat(
        [torch.cdist(p, points).argmin(1) for p in places.split(max(1, 2**22 // n))]
    )
    sums = torch.zeros(n, C).index_add_(0, nearest, x[0].flatten(1).T)
    means = sums / torch.bincount(nearest, minlength=n).clamp(min=1)[:, None]
    return means[nearest].T.reshape(1, C, H, W)
