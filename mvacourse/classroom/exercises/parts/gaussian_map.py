"""An exercise of notebook 11: the map between two Gaussians."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.transport import bures_map


def _covariances(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    def one(n: int) -> Tensor:
        root = randn(g, n, n)
        return root @ root.T + 0.3 * torch.eye(n, dtype=torch.float64)

    return [(one(n), one(n)) for n in (2, 3)]


def _power(S: Tensor, p: float) -> Tensor:
    values, vectors = torch.linalg.eigh(S)
    return vectors * values**p @ vectors.mT


def _bures(S0: Tensor, S1: Tensor) -> Tensor:
    zero = S0.new_zeros(len(S0))
    return bures_map(zero, S0, zero, S1).A.to(S0.dtype)


def _sandwich(S0: Tensor, S1: Tensor) -> Tensor:
    root, inverse = _power(S0, 0.5), _power(S0, -0.5)
    return inverse @ _power(root @ S1 @ root, 0.5) @ inverse


GAUSSIAN_MAP = Exercise(
    name="gaussian_map",
    reference=_bures,
    inputs=_covariances,
    tolerance=1e-6,
    mistakes={
        "you wrote Σ₁^½ Σ₀^(−½), which is not symmetric: it turns the mass for nothing": (
            lambda S0, S1: _power(S1, 0.5) @ _power(S0, -0.5)
        ),
        "you wrote Σ₀^(−½) Σ₁^½: it is not symmetric, and A Σ₀ Aᵀ is not Σ₁": (
            lambda S0, S1: _power(S0, -0.5) @ _power(S1, 0.5)
        ),
        "you left out the two outer factors Σ₀^(−½)": lambda S0, S1: _power(
            _power(S0, 0.5) @ S1 @ _power(S0, 0.5), 0.5
        ),
        "you swapped Σ₀ and Σ₁: this is the inverse map": lambda S0, S1: _bures(S1, S0),
        "you forgot the root in the middle": lambda S0, S1: (
            _power(S0, -0.5) @ _power(S0, 0.5) @ S1 @ _power(S0, 0.5) @ _power(S0, -0.5)
        ),
        "you exchanged Σ₀^½ and Σ₀^(−½)": lambda S0, S1: (
            _power(S0, 0.5)
            @ _power(_power(S0, -0.5) @ S1 @ _power(S0, -0.5), 0.5)
            @ _power(S0, 0.5)
        ),
        "you used Cholesky factors: their map is not symmetric": lambda S0, S1: (
            torch.linalg.cholesky(S1) @ torch.linalg.inv(torch.linalg.cholesky(S0))
        ),
        "the last factor is Σ₀^½: it is Σ₀^(−½), as is the first": lambda S0, S1: (
            _sandwich(S0, S1) @ _power(S0, 1.0)
        ),
        "the first factor is Σ₀^½: it is Σ₀^(−½), as is the last": lambda S0, S1: (
            _power(S0, 1.0) @ _sandwich(S0, S1)
        ),
        "the first outer factor Σ₀^(−½) is missing": lambda S0, S1: (
            _power(S0, 0.5) @ _sandwich(S0, S1)
        ),
        "the outer factors are Σ₀^(−1): they are Σ₀^(−½)": lambda S0, S1: (
            _power(S0, -0.5) @ _sandwich(S0, S1) @ _power(S0, -0.5)
        ),
        "the power in the middle is −½: it is ½": lambda S0, S1: (
            _power(S0, -0.5)
            @ _power(_power(S0, 0.5) @ S1 @ _power(S0, 0.5), -0.5)
            @ _power(S0, -0.5)
        ),
        "the outer factors are Σ₀^½: they are Σ₀^(−½)": lambda S0, S1: (
            _power(S0, 1.0) @ _sandwich(S0, S1) @ _power(S0, 1.0)
        ),
        "with Σ₁^½ outside, the power in the middle is −½": lambda S0, S1: (
            _power(S1, 0.5) @ _power(_power(S1, 0.5) @ S0 @ _power(S1, 0.5), 0.5) @ _power(S1, 0.5)
        ),
        "Σ₁ is in the middle without Σ₀^½, and without a root": lambda S0, S1: (
            _power(S0, -0.5) @ S1 @ _power(S0, -0.5)
        ),
        "the two inner factors Σ₀^½ are missing": lambda S0, S1: (
            _power(S0, -0.5) @ _power(S1, 0.5) @ _power(S0, -0.5)
        ),
        "the inner factors are Σ₀: they are Σ₀^½": lambda S0, S1: (
            _power(S0, -0.5) @ _power(S0 @ S1 @ S0, 0.5) @ _power(S0, -0.5)
        ),
        "you took the root of a product that is not symmetric: `power` then takes another": (
            lambda S0, S1: _power(torch.linalg.inv(S0) @ S1, 0.5)
        ),
        "you took the root of a product that is not symmetric, Σ₁ Σ₀⁻¹": (
            lambda S0, S1: _power(S1 @ torch.linalg.inv(S0), 0.5)
        ),
        "this is right only if Σ₀ Σ₁ = Σ₁ Σ₀": lambda S0, S1: (
            _power(S0, -0.25) @ _power(S1, 0.5) @ _power(S0, -0.25)
        ),
        "you took roots of the numbers in the matrices: the root of a matrix is power(S, 0.5)": (
            lambda S0, S1: (1 / S0.sqrt()) @ (S0.sqrt() @ S1 @ S0.sqrt()).sqrt() @ (1 / S0.sqrt())
        ),
        "one of the two outer factors Σ₀^(−½) is missing": lambda S0, S1: (
            _power(S0, -0.5) @ _power(_power(S0, 0.5) @ S1 @ _power(S0, 0.5), 0.5)
        ),
    },
    direction="of A and Σ₀, make a symmetric matrix with a square that you know",
    hint="(Σ₀^½ A Σ₀^½)² = Σ₀^½ Σ₁ Σ₀^½: take the root, then undo the two factors",
)
