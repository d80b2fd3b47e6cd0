"""Exercises of notebook 08: training pairs, a skip connection, an unrolled step, a misfit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv_transpose2d

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.operators import Blur

Map = Callable[[Tensor], Tensor]


def _windows(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    # as many images as columns: σ of shape (B,) then broadcasts over the wrong dimension unnoticed
    shapes = [(5, 1, 4, 5), (3, 3, 7, 3)]
    return [(1.4 * rand(g, *s) - 0.2, 0.1 + rand(g, s[0]), rand(g, *s) - 0.5) for s in shapes]


def _scales(g: torch.Generator) -> list[tuple[Tensor, Tensor, Map]]:
    found = []
    for fine, coarse, H, W in [(4, 6, 6, 10), (3, 3, 8, 4)]:
        weight = rand(g, coarse, fine, 2, 2) - 0.5
        x, y = randn(g, 2, fine, H, W), randn(g, 2, coarse, H // 2, W // 2)
        found.append((x, y, lambda y, weight=weight: conv_transpose2d(y, weight, stride=2)))
    return found


def _steps(g: torch.Generator) -> list[tuple[Tensor, Tensor, Any, float, Map]]:
    # the kernels have no symmetry: A and its adjoint differ
    found = []
    for tau, shape in ((0.7, (2, 1, 9, 7)), (1.4, (1, 3, 6, 11))):
        A = Blur(rand(g, 3, 2))
        x = randn(g, *shape)
        y = 3 * A(randn(g, *shape))
        found.append((x, y, A, tau, lambda x: 0.3 * x.square() - 0.1 * x.roll(1, -1)))
    return found


def _scans(g: torch.Generator) -> list[tuple[Tensor, Tensor, Any, float]]:
    return [(x, y, A, 0.1 + tau) for x, y, A, tau, _ in _steps(g)]


def _noisy(u: Tensor, sigma: Tensor, w: Tensor) -> Tensor:
    return u + sigma[:, None, None, None] * w


def _step(x: Tensor, y: Tensor, A: Any, tau: float, N: Map) -> Tensor:
    return x - tau * A.T(A(x) - y) + N(x)


def _descended_first(x: Tensor, y: Tensor, A: Any, tau: float, N: Map) -> Tensor:
    half = x - tau * A.T(A(x) - y)
    return half + N(half)


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
            "σ follows the columns, not the windows: it must be shaped (B, 1, 1, 1)": (
                lambda u, sigma, w: (
                    u + (sigma if len(sigma) == u.shape[-1] else sigma[: u.shape[-1]]) * w
                )
            ),
            "you took the variance σ² instead of σ": lambda u, sigma, w: _noisy(u, sigma**2, w),
            "you clipped to [0, 1]: the noise is then no longer Gaussian": (
                lambda u, sigma, w: _noisy(u, sigma, w).clamp(0, 1)
            ),
            "you returned only the noise, without the windows": lambda u, sigma, w: _noisy(
                0 * u, sigma, w
            ),
        },
        hint="v = u + sigma[:, None, None, None] * w",
    ),
    Exercise(
        name="go_up",
        reference=lambda x, y, grow: grow(y) + x,
        inputs=_scales,
        differentiate=(0, 1),
        mistakes={
            "you left the skip connection out": lambda x, y, grow: grow(y),
            "you subtracted the maps x of the way down": lambda x, y, grow: grow(y) - x,
            "you took the mean of the two: take the sum": lambda x, y, grow: (grow(y) + x) / 2,
        },
        hint="grow(y) has the shape of x; add x to it, do not concatenate them",
    ),
    Exercise(
        name="unrolled_step",
        reference=_step,
        inputs=_steps,
        differentiate=(0,),
        mistakes={
            "you went uphill: the step is against the gradient": lambda x, y, A, tau, N: (
                x + tau * A.T(A(x) - y) + N(x)
            ),
            "you forgot the adjoint A.T": lambda x, y, A, tau, N: x - tau * (A(x) - y) + N(x),
            "the network is applied after the gradient step; in this formula its input is x": (
                _descended_first
            ),
            "you forgot the correction N(x)": lambda x, y, A, tau, N: x - tau * A.T(A(x) - y),
            "you forgot the data step": lambda x, y, A, tau, N: x + N(x),
            "the correction is added, not subtracted": lambda x, y, A, tau, N: (
                x - tau * A.T(A(x) - y) - N(x)
            ),
            "you forgot the step size tau": lambda x, y, A, tau, N: x - A.T(A(x) - y) + N(x),
        },
        hint="x − τ Aᵀ(Ax − y) + N(x)",
    ),
    Exercise(
        name="misfit",
        reference=_misfit,
        inputs=_scans,
        mistakes={
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
            "you compared x with y: apply A to x first": lambda x, y, A, sigma: (
                (x - y).square().mean() / sigma**2
            ),
        },
        hint="mean of (A(x) − y)², divided by σ²",
    ),
)
