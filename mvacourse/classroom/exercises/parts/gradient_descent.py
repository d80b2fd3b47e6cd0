"""Inputs for the exercises of notebook 02."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function, rand, randn
from mvacourse.operators import Blur

CALLS = 500
"""How often an objective may be called before an inner loop is taken to be endless."""


class Objective:
    """A function that counts its calls, to stop a search for a step that would never end."""

    def __init__(self, f: Function) -> None:
        self._f, self._count = f, 0

    def __call__(self, x: Tensor) -> Tensor:
        """Return f(x)."""
        self._count += 1
        if self._count > CALLS:
            said = f"f has been called {CALLS} times: does the inner loop end?"
            raise RuntimeError(f"{said} It must ask for a fall of τ/2 ‖g‖², not for more")
        return self._f(x)


def hessian(g: torch.Generator, size: int) -> Tensor:
    """Draw a positive definite matrix."""
    B = randn(g, size + 3, size)
    return B.T @ B


def hessians(g: torch.Generator) -> list[tuple[Tensor]]:
    """Draw positive definite matrices."""
    return [(hessian(g, n),) for n in (3, 5, 8)]


def steps(g: torch.Generator) -> list[tuple[Tensor, Function, float]]:
    """Draw points, gradients and steps."""
    H = hessian(g, 5)
    return [(randn(g, 5), lambda x: H @ x - 1, 0.01), (randn(g, 1, 1, 4, 7), torch.sin, 0.3)]


def walks(g: torch.Generator) -> list[tuple[Function, Tensor, float, int]]:
    """Draw gradients, starts of several shapes, steps, and small numbers of iterations."""
    H, b = hessian(g, 5), randn(g, 5)
    return [
        (lambda x: H @ x - b, randn(g, 5), 0.05, 4),
        (torch.sin, randn(g, 2, 3, 4, 7), 0.3, 3),
        (lambda x: x**3 - x, randn(g, 1, 1, 3, 5), 0.1, 1),
    ]


def weighted_data(g: torch.Generator) -> list[tuple[Tensor, Tensor, Blur, Tensor]]:
    """Draw images, data, kernels without symmetry, and weights, zeros among them."""
    cases = []
    for b, c, h, w in ((1, 1, 7, 10), (2, 3, 9, 5)):
        weight = 2 * rand(g, b, c, h, w) * (rand(g, b, c, h, w) > 0.3)
        cases.append((randn(g, b, c, h, w), randn(g, b, c, h, w), Blur(randn(g, 3, 2)), weight))
    return cases


def quadratics(g: torch.Generator) -> list[tuple[Function, Function, Tensor, int]]:
    """Draw gradients and Hessians of quadratics, and starts."""
    H, b = hessian(g, 5), randn(g, 5)
    A, v = Blur(randn(g, 3, 2)), randn(g, 1, 2, 6, 7)
    return [
        (lambda x: H @ x - b, lambda p: H @ p, randn(g, 5), 4),
        (lambda x: A.T(A(x) - v), A.gram, randn(g, 1, 2, 6, 7), 3),
    ]


def symmetric(g: torch.Generator) -> list[tuple[Function, Tensor, int]]:
    """Draw products with positive operators, and starts that are not normalised."""
    H, A = hessian(g, 6), Blur(randn(g, 3, 2))
    return [(lambda x: H @ x, 3 * randn(g, 6), 4), (A.gram, randn(g, 1, 2, 5, 8), 6)]


def bounds(g: torch.Generator) -> list[tuple[float, float, int, float]]:
    """Steps, convexities, numbers of iterations and first distances."""
    return [(0.3, 0.7, 5, 3.0), (0.01, 0.5, 40, 1.5), (0.25, 0.9, 1, 0.5)]


def objectives(g: torch.Generator) -> list[tuple[Function, Function, Tensor, float, int]]:
    """Draw objectives that need steps far shorter, and far longer, than the first one."""
    H = hessian(g, 5)
    return [
        (Objective(lambda x: 0.5 * (x * (H @ x)).sum()), lambda x: H @ x, randn(g, 5), 1.0, 4),
        (
            Objective(lambda x: (0.01 + x**2).sqrt().sum()),
            lambda x: x / (0.01 + x**2).sqrt(),
            2 * randn(g, 1, 1, 4, 7),
            0.7,
            6,
        ),
        (Objective(lambda x: (x**4).sum() / 4), lambda x: x**3, 2 * randn(g, 3, 5), 2.3, 3),
        (Objective(lambda x: x.square().sum() / 2), lambda x: 1.0 * x, randn(g, 2, 3), 0.1, 4),
    ]


def convex(g: torch.Generator) -> list[tuple[Function, Tensor, Tensor, Tensor, int]]:
    """Draw gradients of strongly convex functions, starts, L and α (tensors), and iterations."""
    cases: list[Any] = []
    for shape, n_iter in (((5,), 4), ((1, 2, 3, 4), 5)):
        h = 0.1 + rand(g, *shape)
        c = randn(g, *shape)
        cases.append((lambda x, h=h, c=c: h * (x - c), randn(g, *shape), h.max(), h.min(), n_iter))
    return cases


def spectra(g: torch.Generator) -> list[tuple[Tensor, float, int]]:
    """Draw singular values and stable steps: τs² < 2."""
    return [
        (0.2 + 0.8 * rand(g, *shape), tau, n)
        for shape, tau, n in (((5, 8), 1.2, 6), ((7,), 0.5, 1), ((4, 3), 0.9, 25))
    ]
