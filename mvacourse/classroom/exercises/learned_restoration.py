"""Exercises of notebook 08: training pairs, a training, a U-Net, a descent, a misfit."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts.learned_networks import TRAIN_BY_HAND
from mvacourse.classroom.exercises.parts.learned_unet import UNET_FORWARD
from mvacourse.classroom.exercises.parts.unrolled import UNROLLED
from mvacourse.operators import Blur


def _windows(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    # as many images as columns: σ of shape (B,) then broadcasts over the wrong dimension unnoticed
    shapes = [(5, 1, 4, 5), (3, 3, 7, 3)]
    return [(1.4 * rand(g, *s) - 0.2, 0.1 + rand(g, s[0]), rand(g, *s) - 0.5) for s in shapes]


def _scans(g: torch.Generator) -> list[tuple[Tensor, Tensor, Any, float]]:
    # the kernels have no symmetry: A and its adjoint differ
    found = []
    for sigma, shape in ((0.8, (2, 1, 9, 7)), (1.5, (1, 3, 6, 11))):
        A = Blur(rand(g, 3, 2))
        found.append((randn(g, *shape), 3 * A(randn(g, *shape)), A, sigma))
    return found


def _noisy(u: Tensor, sigma: Tensor, w: Tensor) -> Tensor:
    return u + sigma[:, None, None, None] * w


def _misfit(x: Tensor, y: Tensor, A: Any, sigma: float) -> Tensor:
    return (A(x) - y).square().mean() / sigma**2


EXERCISES = (
    Exercise(
        name="noisy_windows",
        reference=_noisy,
        inputs=_windows,
        mistakes={
            "you gave all windows the same σ: each has its own": lambda u, sigma, w: (
                u + sigma.mean() * w
            ),
            "all windows get the first σ: each has its own": lambda u, sigma, w: u + sigma[0] * w,
            "all windows get the last σ: each has its own": lambda u, sigma, w: u + sigma[-1] * w,
            "σ follows the channels, not the windows: it must be shaped (B, 1, 1, 1)": (
                lambda u, sigma, w: u + sigma[None, :, None, None] * w
            ),
            "σ follows the rows, not the windows: it must be shaped (B, 1, 1, 1)": (
                lambda u, sigma, w: u + sigma[None, None, :, None] * w
            ),
            "you took a share 1 − σ of u: all of u stays": lambda u, sigma, w: _noisy(
                u - sigma[:, None, None, None] * u, sigma, w
            ),
            "you divided the noise by σ: multiply it": lambda u, sigma, w: _noisy(u, 1 / sigma, w),
            "you took the root of σ: σ is a standard deviation already": lambda u, sigma, w: _noisy(
                u, sigma.sqrt(), w
            ),
            "you multiplied the noise by the window: add σ times w": lambda u, sigma, w: _noisy(
                u, sigma, u * w
            ),
            "you multiplied u by σ as well": lambda u, sigma, w: _noisy(0 * u, sigma, u + w),
            "σ multiplies u: it multiplies w": lambda u, sigma, w: _noisy(w, sigma, u),
            "σ follows the columns, not the windows: it must be shaped (B, 1, 1, 1)": (
                lambda u, sigma, w: (
                    u + (sigma if len(sigma) == u.shape[-1] else sigma[: u.shape[-1]]) * w
                )
            ),
            "you took the variance σ² instead of σ": lambda u, sigma, w: _noisy(u, sigma**2, w),
            "you clipped to [0, 1]: the noise is then no longer Gaussian": (
                lambda u, sigma, w: _noisy(u, sigma, w).clamp(0, 1)
            ),
            "you subtracted the noise: add it": lambda u, sigma, w: _noisy(u, -sigma, w),
            "you left σ out": lambda u, sigma, w: u + w,
            "you returned only the noise, without the windows": lambda u, sigma, w: _noisy(
                0 * u, sigma, w
            ),
        },
        hint="v = u + sigma[:, None, None, None] * w",
    ),
    TRAIN_BY_HAND,
    UNET_FORWARD,
    UNROLLED,
    Exercise(
        name="misfit",
        reference=_misfit,
        inputs=_scans,
        mistakes={
            "you divided each residual by σ², and then squared": lambda x, y, A, sigma: _misfit(
                x, y, A, sigma**2
            ),
            "you took the norm, divided by σ: take the mean of the squares": (
                lambda x, y, A, sigma: (A(x) - y).norm() / sigma
            ),
            "you halved it: the mean of the squares has no ½": lambda x, y, A, sigma: (
                _misfit(x, y, A, sigma) / 2
            ),
            "you subtracted σ²: divide by it": lambda x, y, A, sigma: (
                (A(x) - y).square().mean() - sigma**2
            ),
            "you subtracted 1": lambda x, y, A, sigma: _misfit(x, y, A, sigma) - 1,
            "you applied A to both: y is measured already": lambda x, y, A, sigma: (
                A(x - y).square().mean() / sigma**2
            ),
            "you went back with A.T and compared with x": lambda x, y, A, sigma: (
                (x - A.T(y)).square().mean() / sigma**2
            ),
            "you added y: the residual is A(x) − y": lambda x, y, A, sigma: _misfit(
                x, -y, A, sigma
            ),
            "you forgot to divide by σ²": lambda x, y, A, sigma: (A(x) - y).square().mean(),
            "you divided by σ, but the residual is squared: divide by σ²": (
                lambda x, y, A, sigma: (A(x) - y).square().mean() / sigma
            ),
            "you took the sum: take the mean over all measurements": (
                lambda x, y, A, sigma: (A(x) - y).square().sum() / sigma**2
            ),
            "you took the root: take the mean of the squares": lambda x, y, A, sigma: _misfit(
                x, y, A, sigma
            ).sqrt(),
            "you took the absolute value: take the mean of the squares": lambda x, y, A, sigma: (
                (A(x) - y).abs().mean() / sigma
            ),
            "you averaged before squaring: residuals of opposite signs then cancel": (
                lambda x, y, A, sigma: (A(x) - y).mean().square() / sigma**2
            ),
            "you applied Aᵀ to the residual: it is compared as it is": lambda x, y, A, sigma: (
                A.T(A(x) - y).square().mean() / sigma**2
            ),
            "you divided by the size of y: divide by σ²": lambda x, y, A, sigma: (
                (A(x) - y).square().mean() / y.square().mean()
            ),
            "you multiplied by σ²: divide by it": lambda x, y, A, sigma: _misfit(
                x, y, A, 1 / sigma
            ),
            "you took the variance, which ignores the mean of the residual": (
                lambda x, y, A, sigma: (A(x) - y).var() / sigma**2
            ),
            "you compared x with y: apply A to x first": lambda x, y, A, sigma: (
                (x - y).square().mean() / sigma**2
            ),
        },
        hint="mean of (A(x) − y)², divided by σ²",
    ),
)
