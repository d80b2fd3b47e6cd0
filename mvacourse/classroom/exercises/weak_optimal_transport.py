"""Exercises of notebook 11: the Bures map, the weak cost, plans, the game, the modes reached."""

from __future__ import annotations

import functools
from functools import partial
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.classroom.exercises.parts import weak_optimal_transport as built
from mvacourse.classroom.exercises.parts.transport_steps import MAP_STEP, POTENTIAL_STEP
from mvacourse.transport import bures_map, weak_cost


def _covariances(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    def one(n: int) -> Tensor:
        root = randn(g, n, n)
        return root @ root.T + 0.3 * torch.eye(n, dtype=torch.float64)

    return [(one(n), one(n)) for n in (2, 3)]


def _draws(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    sizes = [(5, 4, 3, 0.5), (2, 3, 7, 0.9), (3, 5, 1, 0.0), (1, 2, 2, 1.0)]
    return [(randn(g, b, n), randn(g, b, z, n), gamma) for b, z, n, gamma in sizes]


def _taken(g: torch.Generator) -> list[tuple[Tensor, int, float]]:
    many = (10 * rand(g, 6, 50) ** 3).long()
    return [
        (many, 10, 0.05),
        (many, 23, 0.02),
        (torch.tensor([[0] * 18 + [1] * 2, [2] * 15 + [0] * 5]), 3, 0.1),
        (many[:3] % 4, 4, 0.3),
        (torch.zeros(2, 20, dtype=torch.long), 3, 0.1),
        ((14 * rand(g, 3, 20)).long(), 14, 0.12),
        ((4 * rand(g, 3, 40) ** 2).long(), 4, 0.3),
    ]


def _power(S: Tensor, p: float) -> Tensor:
    values, vectors = torch.linalg.eigh(S)
    return vectors * values.clamp(min=0) ** p @ vectors.mT


def _bures(S0: Tensor, S1: Tensor) -> Tensor:
    zero = S0.new_zeros(len(S0))
    return bures_map(zero, S0, zero, S1).A.to(S0.dtype)


def _cost(x: Tensor, y: Tensor, gamma: float, *, half: float = 0.5, lost: int = 1) -> Tensor:
    spread = (y - y.mean(1, keepdim=True)).square().sum((1, 2)) / (y.shape[1] - lost)
    return half * (y - x[:, None]).square().sum(2).mean(1) - gamma / 2 * spread


def _reached(taken: Tensor, n: int, share: float) -> Tensor:
    shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
    return (shares >= share).double().sum(1)


def _floating(count: Function) -> Function:
    """Refuse whole numbers, of which torch takes no mean."""

    @functools.wraps(count)
    def counted(taken: Tensor, n: int, share: float) -> Any:
        found = count(taken, n, share)
        if isinstance(found, Tensor) and not found.is_floating_point():
            raise Wrong(f"it holds {found.dtype}, expected floating-point values")
        return found

    return counted


EXERCISES = (
    Exercise(
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
            "one of the two outer factors Σ₀^(−½) is missing": lambda S0, S1: (
                _power(S0, -0.5) @ _power(_power(S0, 0.5) @ S1 @ _power(S0, 0.5), 0.5)
            ),
        },
        direction="of A and Σ₀, make a symmetric matrix with a square that you know",
        hint="(Σ₀^½ A Σ₀^½)² = Σ₀^½ Σ₁ Σ₀^½: take the root, then undo the two factors",
    ),
    Exercise(
        name="weak_price",
        reference=lambda x, y, gamma: weak_cost(x, y, gamma=gamma),
        inputs=_draws,
        differentiate=(1,),
        mistakes={
            "you forgot the ½ of the distance": lambda x, y, gamma: _cost(x, y, gamma, half=1.0),
            "you divided the spread by Z, not Z − 1: the mean comes from the same draws": (
                lambda x, y, gamma: _cost(x, y, gamma, lost=0)
            ),
            "you added the spread: its sign is minus": lambda x, y, gamma: _cost(x, y, -gamma),
            "you forgot the ½ of the spread": lambda x, y, gamma: _cost(x, y, 2 * gamma),
            "you forgot the γ of the spread": lambda x, y, gamma: _cost(x, y, 1.0),
            "you left the spread out": lambda x, y, gamma: _cost(x, y, 0.0),
            "you took the mean over the components: the norm is a sum": lambda x, y, gamma: (
                _cost(x, y, gamma) / x.shape[1]
            ),
            "you measured the spread around x, not around the mean of the draws": (
                lambda x, y, gamma: (
                    (y - x[:, None]).square().sum(2).mean(1) / 2
                    - gamma / 2 * (y - x[:, None]).square().sum((1, 2)) / (y.shape[1] - 1)
                )
            ),
            "ȳ is a mean of Z draws, so ‖x − ȳ‖² is too large by a share of their variance: use "
            "the first formula, with the mean of ‖x − y‖²": lambda x, y, gamma: (
                (x - y.mean(1)).square().sum(1) / 2 + (1 - gamma) / 2 * y.var(1).sum(1)
            ),
            "you took the distance to the mean of the draws: take the mean of the distances": (
                lambda x, y, gamma: (
                    (x - y.mean(1)).square().sum(1) / 2 - gamma / 2 * y.var(1).sum(1)
                )
            ),
            "you took the mean of the variance over the components: take the sum": (
                lambda x, y, gamma: _cost(x, y, gamma / x.shape[1])
            ),
            "you summed over the draws: the distance is their mean": lambda x, y, gamma: _cost(
                x, y, gamma, half=y.shape[1] / 2
            ),
        },
        direction="one number for each x: which dimension holds the draws, which the components?",
        hint="½·mean over z of ‖x − y‖², minus γ/2 · Σ‖y − ȳ‖²/(Z − 1)",
    ),
    Exercise(
        name="weak_plan",
        kind="build",
        reference=lambda x, y, gamma, n_iter: built.weak_plan(x, y, gamma, n_iter),
        inputs=built.clouds,
        mistakes={
            "you count the steps from 1: the first weight 2/(k + 2) is 1": partial(
                built.weak_plan, first=1
            ),
            "your weight is 1/(k + 1): here it is 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1 / (k + 1)
            ),
            "you keep the last vertex only: mix it with the plan, by the weight 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1.0
            ),
            "this is the plan for γ = 0: each step needs the slope at its plan, with −γ/2": partial(
                built.weak_plan, spread=0.0
            ),
            "the factor N before π E is missing: a row of π has the sum 1/N": partial(
                built.weak_plan, rows=False
            ),
            "the ½ before γ is missing in the slope": partial(built.weak_plan, spread=1.0),
            "the slope is D/2 − γN/2·πE: your second term is half of that (γN/4 belongs to F), or "
            "your first one twice": partial(built.weak_plan, spread=0.25),
            "D holds distances, not their squares": partial(built.weak_plan, square="E"),
            "E holds distances, not their squares": partial(built.weak_plan, square="D"),
            "you took distances, not their squares": partial(built.weak_plan, square=""),
            "E holds distances between y and x: it is between the y": partial(
                built.weak_plan, own=False
            ),
            "the weights are exchanged: the new vertex has the weight 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1 - 2 / (k + 2)
            ),
            "the loop makes one step too many": lambda x, y, gamma, n_iter: built.weak_plan(
                x, y, gamma, n_iter + 1
            ),
            "the loop makes one step too few": lambda x, y, gamma, n_iter: built.weak_plan(
                x, y, gamma, n_iter - 1
            ),
        },
        direction="at the plan of now, which vertex does the slope favour, and how far do you go?",
        hint="in each step: slope = D/2 − γ/2·N·π E, then π ← π + 2/(k + 2)·(cheapest(slope) − π)",
    ),
    MAP_STEP,
    POTENTIAL_STEP,
    Exercise(
        name="modes_reached",
        reference=_reached,
        inputs=_taken,
        probe=_floating,
        mistakes={
            "you counted over all x together: count the modes for each x": (
                lambda taken, n, share: _reached(taken.reshape(1, -1), n, share).expand(len(taken))
            ),
            "you counted every mode that is reached once: compare its share of the Z draws": (
                lambda taken, n, share: _reached(taken, n, 1e-9)
            ),
            "a share equal to `share` counts too: ≥, not >": lambda taken, n, share: _reached(
                taken, n, share + 1e-9
            ),
            "you divided by n, the number of faces: a share is one of the Z draws": (
                lambda taken, n, share: _reached(taken, n, share * n / taken.shape[1])
            ),
            "you counted the faces that are taken less often": lambda taken, n, share: (
                n - _reached(taken, n, share)
            ),
            "the last mode is not looked at: modes are 0, …, n − 1": lambda taken, n, share: (
                _reached(taken, n - 1, share)
            ),
        },
        direction="for one x, what share of its draws has mode k? For which k is it large enough?",
        hint="for each row: compute the share of each mode, and count the shares ≥ `share`",
    ),
)
