"""Inputs for the exercises of notebook 01, probes, and an adjoint with a usual mistake."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import kernels
from mvacourse.classroom.exercises.checking.exercise import Function, rand, randn
from mvacourse.classroom.exercises.checking.refusals import without
from mvacourse.operators import Blur, FourierSampling, LinearOperator, Subsample

without_to_matrix = without(
    LinearOperator, "to_matrix", "it calls to_matrix, which does it all: find M by calls of A alone"
)
without_blur = without(Blur, "__init__", "it uses Blur, which does it all: write the sum yourself")


def _transfer(g: torch.Generator, height: int, width: int) -> Tensor:
    """Compute the Fourier transform of a kernel without symmetry; it has no zeros."""
    k = torch.rand((3, 3), generator=g, dtype=torch.float64)
    k[1, 1] += 2 * k.sum()
    return Blur(k / k.sum()).transfer(height, width)


def blurs(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """Draw images and the transfer functions of blurs."""
    return [(randn(g, 1, c, h, w), _transfer(g, h, w)) for c, h, w in ((1, 7, 10), (3, 9, 5))]


def gains(g: torch.Generator) -> list[tuple[Tensor, float]]:
    """Draw transfer functions without zeros, and strengths of noise."""
    return [(_transfer(g, 7, 10), 0.1), (_transfer(g, 9, 5), 0.02)]


def low_resolution(g: torch.Generator) -> list[tuple[Tensor, int]]:
    """Draw small images, and how much larger their adjoints are."""
    return [(randn(g, 1, 1, 5, 3), 2), (randn(g, 2, 3, 2, 4), 3)]


def photons(g: torch.Generator) -> list[tuple[Tensor, float]]:
    """Draw grey levels, zeros among them, and numbers of photons."""
    return [(1.5 * rand(g, 1, 1, 5, 7), 30.0), (rand(g, 1, 3, 4, 3).round(), 17.5)]


def scans(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Draw k-space data, masks, and coil maps that are not normalised."""
    cases = []
    for height, width, count in ((7, 10, 3), (9, 5, 4)):
        mask = kernels.random_mask((height, width), 0.5, seed=g)
        coils = kernels.coil_maps(count, (height, width)).to(torch.complex128)
        coils = coils * torch.complex(*(randn(g, count, 1, 1) for _ in range(2)))
        y = torch.complex(*(rand(g, 2, count, height, width) - 0.5 for _ in range(2)))
        cases.append((y, mask, coils))
    return cases


def instruments(g: torch.Generator) -> list[tuple[Function, Tensor]]:
    """Draw operators without symmetry, with real and complex data, and images for them."""
    mask = kernels.random_mask((3, 4), 0.6, seed=g)
    return [
        (Blur(randn(g, 3, 2)), randn(g, 1, 1, 4, 5)),
        (Subsample(2), randn(g, 1, 2, 4, 3)),
        (FourierSampling(mask), randn(g, 1, 1, 3, 4)),
    ]


def sums(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """Draw even and odd kernels without symmetry, and images larger than they are."""
    return [
        (randn(g, 3, 5), randn(g, 1, 1, 7, 10)),
        (randn(g, 2, 4), randn(g, 2, 3, 9, 5)),
        (randn(g, 4, 3), randn(g, 1, 2, 6, 8)),
    ]


def blurred_and_noisy(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    """Draw images, transfer functions with exact zeros, and thresholds that none touches."""
    cases = []
    for c, h, w, threshold in ((1, 6, 10, 0.3), (3, 9, 5, 0.4), (2, 8, 7, 0.2)):
        k_hat = Blur(rand(g, 3, 1).expand(3, 2) / 3).transfer(h, w)
        k_hat = torch.where(k_hat.abs() < 1e-9, torch.zeros_like(k_hat), k_hat)  # exact zeros
        cases.append((randn(g, 2, c, h, w), k_hat, threshold))
    return cases


def zero_fill(y: Tensor, s: int, first: int = 0) -> Tensor:
    """Put each value into a block of zeros, s×s."""
    batch, channels, height, width = y.shape
    u = y.new_zeros(batch, channels, s * height, s * width)
    u[..., first::s, first::s] = y
    return u


def repeated(y: Tensor, s: int) -> Tensor:
    """Put each value everywhere into its block."""
    return y.repeat_interleave(s, -2).repeat_interleave(s, -1)
