"""An exercise of notebook 11: how many typefaces the outputs for one image reach."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand


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


def _shares(taken: Tensor, n: int) -> Tensor:
    return torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)


def _reached(taken: Tensor, n: int, share: float) -> Tensor:
    return (_shares(taken, n) >= share).double().sum(1)


def _floating(count: Function) -> Function:
    """Refuse whole numbers, of which torch takes no mean."""

    @functools.wraps(count)
    def counted(taken: Tensor, n: int, share: float) -> Any:
        found = count(taken, n, share)
        if isinstance(found, Tensor) and not found.is_floating_point():
            raise Wrong(f"it holds {found.dtype}, expected floating-point values")
        return found

    return counted


MODES_REACHED = Exercise(
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
        "face 0 is not looked at: they are 0, …, n − 1": lambda taken, n, share: _reached(
            torch.where(taken == 0, n, taken) - 1, n - 1, share
        ),
        "you counted, for each face, the x: count, for each x, the faces": (
            lambda taken, n, share: _shares(taken, n).ge(share).double().sum(0)
        ),
        "you returned the share of the draws, not the number of faces": (
            lambda taken, n, share: (_shares(taken, n) * (_shares(taken, n) >= share)).sum(1)
        ),
        "you returned the largest share": lambda taken, n, share: _shares(taken, n).amax(1),
        "the last mode is not looked at: modes are 0, …, n − 1": lambda taken, n, share: _reached(
            taken, n - 1, share
        ),
    },
    direction="for one x, what share of its draws has mode k? For which k is it large enough?",
    hint="for each row: compute the share of each mode, and count the shares ≥ `share`",
)
