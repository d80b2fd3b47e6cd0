"""Exercises of notebook 04: total variation, its smoothed gradient, steps, projections."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.calculus import grad, grad_T
from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn


def _images(g: torch.Generator) -> list[tuple[Tensor]]:
    return [(randn(g, 1, 1, 7, 10),), (_with_a_flat_part(g),)]


def _with_a_flat_part(g: torch.Generator) -> Tensor:
    u = randn(g, 2, 3, 9, 5)
    u[..., :4, :] = 0.5
    return u


def _smoothed(g: torch.Generator) -> list[tuple[Tensor, float]]:
    return [(randn(g, 1, 1, 7, 10), 0.1), (_with_a_flat_part(g), 0.3)]


def _holes(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    cases = []
    for channels, height, width in ((1, 7, 10), (3, 9, 5)):
        u, clean = (randn(g, 1, channels, height, width) for _ in range(2))
        mask = rand(g, height, width) < 0.4
        cases.append((u, clean * mask, mask))
    return cases


def _weighted(weight: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, float], Tensor]:
    """Make u, ε ↦ ∇ᵀ(∇u / weight), with a weight that depends on ∇u and ε."""
    return lambda u, eps: grad_T(grad(u) / weight(grad(u), eps))


def _square(p: Tensor) -> Tensor:
    return p.square().sum(dim=-3, keepdim=True)


_gradient = _weighted(lambda p, eps: (eps**2 + _square(p)).sqrt())

EXERCISES = (
    Exercise(
        name="total_variation",
        reference=lambda u: _square(grad(u)).sqrt().sum(),
        inputs=_images,
        mistakes={
            "you added the moduli of the two derivatives: a diagonal edge then costs more": (
                lambda u: grad(u).abs().sum()
            ),
            "you forgot the square root: this is Tychonov": lambda u: grad(u).square().sum(),
            "you averaged over the pixels instead of summing": lambda u: (
                _square(grad(u)).sqrt().mean()
            ),
            "you took one root of the whole sum: take one root per pixel": lambda u: (
                grad(u).square().sum().sqrt()
            ),
        },
        hint="TV(u) = Σ √(|∂₁u|² + |∂₂u|²): one root per pixel, then the sum",
    ),
    Exercise(
        name="smoothed_tv_gradient",
        reference=_gradient,
        inputs=_smoothed,
        mistakes={
            "you forgot to square eps": _weighted(lambda p, eps: (eps + _square(p)).sqrt()),
            "you added eps outside of the root": _weighted(lambda p, eps: eps + _square(p).sqrt()),
            "its sign is wrong: div is −∇ᵀ": lambda u, eps: -_gradient(u, eps),
            "you normalised each derivative by itself instead of by the length of ∇u": _weighted(
                lambda p, eps: (eps**2 + p.square()).sqrt()
            ),
            "you forgot the square root in the denominator": _weighted(
                lambda p, eps: eps**2 + _square(p)
            ),
        },
        hint="∇TV_ε(u) = ∇ᵀ(∇u / √(ε² + ‖∇u‖²)), with calculus.grad and calculus.grad_T",
    ),
    Exercise(
        name="smoothed_tv_step",
        reference=lambda lam, eps: 2 / (1 + 8 * lam / eps),
        inputs=lambda g: [(0.1, 0.01), (0.05, 0.1), (2.0, 0.3)],
        mistakes={
            "you forgot the data term, which adds 1 to L": lambda lam, eps: 2 / (8 * lam / eps),
            "you multiplied by eps: a smaller eps must make the step smaller": lambda lam, eps: (
                2 / (1 + 8 * lam * eps)
            ),
            "you returned L instead of the step 2/L": lambda lam, eps: 1 + 8 * lam / eps,
            "you used Tychonov's 16 λ": lambda lam, eps: 2 / (1 + 16 * lam),
            "you stopped at 1/L": lambda lam, eps: 1 / (1 + 8 * lam / eps),
        },
        hint="∇TV_ε is (8/ε)-Lipschitz and the data term of denoising 1-Lipschitz; τ < 2/L",
    ),
    Exercise(
        name="inpainting_projection",
        reference=lambda u, v, mask: torch.where(mask, v, u),
        inputs=_holes,
        mistakes={
            "you kept u at the measured pixels and v elsewhere: it is the other way round": (
                lambda u, v, mask: torch.where(mask, u, v)
            ),
            "you set the unknown pixels to zero: the projection keeps them": lambda u, v, mask: (
                v.clone()
            ),
            "you added the data to u: at measured pixels, it must replace u": lambda u, v, mask: (
                u + v
            ),
            "you went half-way to the data: it must replace u": lambda u, v, mask: torch.where(
                mask, (u + v) / 2, u
            ),
        },
        hint="the nearest image that agrees with v where mask is true; torch.where",
    ),
)
