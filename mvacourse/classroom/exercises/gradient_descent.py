"""Exercises of notebook 02: the gradient of the data term, steps, rates, early stopping."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.calculus import dot
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.operators import Blur


def _data_terms(g: torch.Generator) -> list[tuple[Tensor, Tensor, Blur]]:
    # the kernel has no symmetry: A and its adjoint differ
    return [
        (randn(g, 1, c, h, w), randn(g, 1, c, h, w), Blur(randn(g, 3, 2)))
        for c, h, w in ((1, 7, 10), (3, 9, 5))
    ]


def _hessian(g: torch.Generator, size: int) -> Tensor:
    B = randn(g, size + 3, size)
    return B.T @ B


def _steps(g: torch.Generator) -> list[tuple[Tensor, Callable[[Tensor], Tensor], float]]:
    H = _hessian(g, 5)
    return [(randn(g, 5), lambda x: H @ x - 1, 0.01), (randn(g, 1, 1, 4, 7), torch.sin, 0.3)]


def _bounds(g: torch.Generator) -> list[tuple[float, float, int, float]]:
    return [(0.1, 2.0, 5, 3.0), (0.01, 0.5, 40, 1.5), (0.25, 1.0, 1, 0.5)]


def _quadratics(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    return [(randn(g, n), _hessian(g, n)) for n in (3, 5, 8)]


def _spectra(g: torch.Generator) -> list[tuple[Tensor, float, int]]:
    # positive, and τs² < 2: the iteration is stable
    return [
        (0.2 + 0.8 * torch.rand(shape, generator=g, dtype=torch.float64), tau, n)
        for shape, tau, n in (((5, 8), 1.2, 6), ((7,), 0.5, 1), ((4, 3), 0.9, 25))
    ]


def _gradient(u: Tensor, v: Tensor, A: Any) -> Tensor:
    return A.T(A(u) - v)


EXERCISES = (
    Exercise(
        name="data_gradient",
        reference=_gradient,
        inputs=_data_terms,
        mistakes={
            "you have a factor 2 too much: the ½ in f cancels it": lambda u, v, A: (
                2 * _gradient(u, v, A)
            ),
            "you forgot the adjoint A.T: this is the residual": lambda u, v, A: A(u) - v,
            "you applied A instead of its adjoint A.T": lambda u, v, A: A(A(u) - v),
            "its sign is wrong: it points downhill": lambda u, v, A: -_gradient(u, v, A),
            "you forgot the data v": lambda u, v, A: A.T(A(u)),
        },
        hint="f(u) = ½‖Au − v‖², so ∇f(u) = Aᵀ(Au − v)",
    ),
    Exercise(
        name="gradient_step",
        reference=lambda x, grad, tau: x - tau * grad(x),
        inputs=_steps,
        mistakes={
            "you went uphill: the step is against the gradient": lambda x, grad, tau: (
                x + tau * grad(x)
            ),
            "you forgot the step size tau": lambda x, grad, tau: x - grad(x),
            "you returned the step without adding it to x": lambda x, grad, tau: -tau * grad(x),
        },
        hint="xₙ₊₁ = xₙ − τ ∇f(xₙ)",
    ),
    Exercise(
        name="largest_step",
        reference=lambda H: 2 / torch.linalg.eigvalsh(H).max(),
        inputs=lambda g: [(_hessian(g, n),) for n in (3, 5, 8)],
        mistakes={
            "you stopped at 1/L: descent works up to 2/L": lambda H: (
                1 / torch.linalg.eigvalsh(H).max()
            ),
            "you used the smallest eigenvalue: L is the largest": lambda H: (
                2 / torch.linalg.eigvalsh(H).min()
            ),
            "you used the Frobenius norm: L is the largest eigenvalue": lambda H: (
                2 / torch.linalg.matrix_norm(H)
            ),
            "you returned L itself": lambda H: torch.linalg.eigvalsh(H).max(),
        },
        hint="gradient descent needs τ < 2/L, and L is the largest eigenvalue of the Hessian "
        "(torch.linalg.eigvalsh)",
    ),
    Exercise(
        name="optimal_step",
        reference=lambda g, H: dot(g, g) / dot(g, H @ g),
        inputs=_quadratics,
        mistakes={
            "your fraction is upside down": lambda g, H: dot(g, H @ g) / dot(g, g),
            "you used norms instead of squared norms": lambda g, H: (
                dot(g, g).sqrt() / dot(g, H @ g).sqrt()
            ),
            "you minimised ‖∇f‖ along the line instead of f": lambda g, H: (
                dot(g, H @ g) / dot(H @ g, H @ g)
            ),
            "your step is twice too long: there, f is back at its first value": lambda g, H: (
                2 * dot(g, g) / dot(g, H @ g)
            ),
        },
        hint="f(x − t g) = f(x) − t⟨g,g⟩ + (t²/2)⟨g,Hg⟩: set its derivative in t to zero",
    ),
    Exercise(
        name="distance_bound",
        reference=lambda tau, alpha, n, d0: math.sqrt((1 - tau * alpha) ** n) * d0,
        inputs=_bounds,
        mistakes={
            "you bounded the distance as if it were squared: take the root of (1 − τα)ⁿ": (
                lambda tau, alpha, n, d0: (1 - tau * alpha) ** n * d0
            ),
            "you bounded the squared distance": lambda tau, alpha, n, d0: (
                (1 - tau * alpha) ** n * d0**2
            ),
            "you left out the initial distance d0": lambda tau, alpha, n, d0: math.sqrt(
                (1 - tau * alpha) ** n
            ),
        },
        hint="the theorem bounds the squared distance: ‖xₙ − x*‖² ≤ (1 − τα)ⁿ ‖x₀ − x*‖²",
    ),
    Exercise(
        name="descent_filter",
        reference=lambda s, tau, n: (1 - (1 - tau * s**2) ** n) / s,
        inputs=_spectra,
        mistakes={
            "you forgot to divide by s: this is the predicted data, s times x": (
                lambda s, tau, n: 1 - (1 - tau * s**2) ** n
            ),
            "you returned the limit 1/s: after n steps a part is missing": lambda s, tau, n: 1 / s,
            "you returned the missing part instead of the recovered part": lambda s, tau, n: (
                (1 - tau * s**2) ** n / s
            ),
            "you wrote s instead of s²: the camera acts twice, as A and as Aᵀ": (
                lambda s, tau, n: (1 - (1 - tau * s) ** n) / s
            ),
            "you counted one step too many: x₀ = 0": lambda s, tau, n: (
                (1 - (1 - tau * s**2) ** (n + 1)) / s
            ),
            "you counted one step too few: x₁ = τsy is not zero": lambda s, tau, n: (
                (1 - (1 - tau * s**2) ** (n - 1)) / s
            ),
        },
        hint="the error x − y/s is multiplied by 1 − τs² at each step, and starts at −y/s",
    ),
)
