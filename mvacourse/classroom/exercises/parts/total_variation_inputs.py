"""Inputs for the exercises of notebook 04."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from mvacourse import closed_form
from mvacourse.classroom.exercises.checking.exercise import rand, randn
from mvacourse.classroom.exercises.parts.total_variation import Denoiser
from mvacourse.regularizers import smoothed_tv_grad, tychonov_grad


def images(g: torch.Generator) -> list[tuple[Tensor]]:
    """Draw images, one of them with a flat part."""
    return [(randn(g, 1, 1, 7, 10),), (_with_a_flat_part(g),)]


def _with_a_flat_part(g: torch.Generator) -> Tensor:
    u = randn(g, 2, 3, 9, 5)
    u[..., :4, :] = 0.5
    return u


def smoothed(g: torch.Generator) -> list[tuple[Tensor, float]]:
    """Draw images, and smoothings ε."""
    return [(randn(g, 1, 1, 7, 10), 0.1), (_with_a_flat_part(g), 0.3)]


def holes(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Draw images, data with holes, and masks: what is 0 may be known."""
    cases = []
    for channels, height, width in ((1, 7, 10), (3, 9, 5)):
        u, clean = (randn(g, 1, channels, height, width) for _ in range(2))
        mask = rand(g, height, width) < 0.4
        black = rand(g, height, width) < 0.3  # what is 0 may be known
        cases.append((u, torch.where(mask & ~black, 1.0 + clean, 0.0), mask))
    return cases


def denoisings(g: torch.Generator) -> list[tuple[Tensor, float, float, int]]:
    """Draw images, weights λ, smoothings ε, and numbers of steps."""
    return [(randn(g, 1, 1, 7, 10), 0.08, 0.1, 4), (_with_a_flat_part(g), 0.3, 0.05, 2)]


def noisy(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw denoisers, data, and strengths of noise."""
    return [
        (Denoiser(lambda v, lam: v / (1 + 30 * lam)), 0.3 + randn(g, 1, 1, 9, 6), 0.5),
        (Denoiser(closed_form.tychonov), randn(g, 1, 1, 8, 11), 0.65),
        (Denoiser(closed_form.tychonov), 0.3 * randn(g, 1, 3, 7, 10), 0.1),
    ]


def gaps(g: torch.Generator) -> list[tuple[Tensor, Tensor, Any, float, int]]:
    """Draw data with holes, masks, gradients, steps, and numbers of steps."""
    (_, *grey), (_, *color) = holes(g)
    smooth = partial(smoothed_tv_grad, eps=0.3)
    return [(*grey, tychonov_grad, 0.1, 4), (*color, smooth, 0.07, 2)]
