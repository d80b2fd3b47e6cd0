"""Exercises of notebook 11: the Bures map, the weak cost, the two losses, the modes reached."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.transport import bures_map, weak_cost


def _covariances(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    def one(n: int) -> Tensor:
        root = randn(g, n, n)
        return root @ root.T + 0.3 * torch.eye(n, dtype=torch.float64)

    return [(one(n), one(n)) for n in (2, 3)]


def _draws(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [(randn(g, 5, 3), randn(g, 5, 4, 3), 0.5), (randn(g, 2, 7), randn(g, 2, 3, 7), 0.9)]


def _values(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    return [(rand(g, 6), 2 * rand(g, 6, 4) - 1, rand(g, 5) - 1) for _ in range(2)]


def _taken(g: torch.Generator) -> list[tuple[Tensor, int, float]]:
    many = (10 * rand(g, 6, 50) ** 3).long()
    return [
        (many, 10, 0.05),
        (many, 23, 0.02),
        (torch.tensor([[0] * 18 + [1] * 2, [2] * 15 + [0] * 5]), 3, 0.1),
        (many[:3] % 4, 4, 0.3),
        (torch.zeros(2, 20, dtype=torch.long), 3, 0.1),
    ]


def _power(S: Tensor, p: float) -> Tensor:
    values, vectors = torch.linalg.eigh(S)
    return vectors * values.clamp(min=0) ** p @ vectors.mT


def _bures(S0: Tensor, S1: Tensor) -> Tensor:
    zero = S0.new_zeros(len(S0))
    return bures_map(zero, S0, zero, S1).A


def _cost(x: Tensor, y: Tensor, gamma: float, *, half: float = 0.5, lost: int = 1) -> Tensor:
    spread = (y - y.mean(1, keepdim=True)).square().sum((1, 2)) / (y.shape[1] - lost)
    return half * (y - x[:, None]).square().sum(2).mean(1) - gamma / 2 * spread


def _losses(C: Tensor, f_pushed: Tensor, f_real: Tensor) -> Tensor:
    return torch.stack([C.mean() - f_pushed.mean(), f_pushed.mean() - f_real.mean()])


def _reached(taken: Tensor, n: int, share: float) -> Tensor:
    shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
    return (shares >= share).double().sum(1)


EXERCISES = (
    Exercise(
        name="gaussian_map",
        reference=_bures,
        inputs=_covariances,
        tolerance=1e-6,
        mistakes={
            "you wrote Σ₁^½ Σ₀^(−½), which is right only if the two commute": (
                lambda S0, S1: _power(S1, 0.5) @ _power(S0, -0.5)
            ),
            "you left out the two outer factors Σ₀^(−½)": lambda S0, S1: _power(
                _power(S0, 0.5) @ S1 @ _power(S0, 0.5), 0.5
            ),
            "you swapped Σ₀ and Σ₁: this is the inverse map": lambda S0, S1: _bures(S1, S0),
            "you forgot the root in the middle": lambda S0, S1: (
                _power(S0, -0.5) @ _power(S0, 0.5) @ S1 @ _power(S0, 0.5) @ _power(S0, -0.5)
            ),
        },
        hint="A = Σ₀^(−½) (Σ₀^½ Σ₁ Σ₀^½)^½ Σ₀^(−½)",
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
            "you took the mean over the components: the norm is a sum": lambda x, y, gamma: (
                _cost(x, y, gamma) / x.shape[1]
            ),
        },
        hint="½·mean over z of ‖x − y‖², minus γ/2 · Σ‖y − ȳ‖²/(Z − 1)",
    ),
    Exercise(
        name="game_losses",
        reference=_losses,
        inputs=_values,
        differentiate=(0, 1),
        mistakes={
            "the sign of f in T's loss is wrong: T looks for points where f is high": (
                lambda C, f_pushed, f_real: torch.stack(
                    [C.mean() + f_pushed.mean(), f_pushed.mean() - f_real.mean()]
                )
            ),
            "f's loss has the wrong sign: f must fall where too much mass arrives": (
                lambda C, f_pushed, f_real: (
                    _losses(C, f_pushed, f_real) * torch.tensor([1.0, -1.0], dtype=C.dtype)
                )
            ),
            "T's loss lacks the cost: without it, T may send x anywhere": (
                lambda C, f_pushed, f_real: _losses(0 * C, f_pushed, f_real)
            ),
        },
        hint="T: E C − E f(T(x, z));  f: E f(T(x, z)) − E f(y)",
    ),
    Exercise(
        name="modes_reached",
        reference=_reached,
        inputs=_taken,
        mistakes={
            "you counted over all x together: count the modes for each x": (
                lambda taken, n, share: _reached(taken.reshape(1, -1), n, share).expand(len(taken))
            ),
            "you counted every mode that is reached once: compare its share with `share`": (
                lambda taken, n, share: _reached(taken, n, 1e-9)
            ),
            "a share equal to `share` counts too: ≥, not >": lambda taken, n, share: _reached(
                taken, n, share + 1e-9
            ),
        },
        hint="for each row: compute the share of each mode, and count the shares ≥ `share`",
    ),
)
