"""Common mistakes of notebook 03 in the adjoint of the gradient, and in the Laplacian's symbol."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse.calculus import grad_T
from mvacourse.classroom.exercises.checking.exercise import Terms


def _sine(count: int, power: int = 2, turn: float = math.pi) -> Tensor:
    return torch.sin(turn * torch.arange(count, dtype=torch.float64) / count) ** power


def _ends(count: int) -> Tensor:
    """Index count points from 0 to 1, both included, among those of a grid of count − 1."""
    return torch.arange(count) % (count - 1)


def _squares(count: int) -> Tensor:
    return torch.fft.fftfreq(count, dtype=torch.float64) ** 2


def _symbol(rows: Tensor, columns: Tensor) -> Tensor:
    return 4 * (rows[:, None] + columns[None])


def _forward(p: Tensor) -> Tensor:
    return p[0] - p[0].roll(-1, 0) + p[1] - p[1].roll(-1, 1)


def _cut(p: Tensor) -> Tensor:
    """Compute ∇ᵀp as if p were zero beyond the first row and column."""
    last = p.clone()
    last[0, -1], last[1, :, -1] = 0, 0
    return last[0].roll(1, 0) - p[0] + last[1].roll(1, 1) - p[1]


GRAD_ADJOINT = {
    "its sign is wrong: this is the divergence, div = −∇ᵀ": lambda p: -grad_T(p),
    "you took forward differences: the adjoint uses backward ones, p(x−1) − p(x)": _forward,
    "you forgot that the grid is periodic: the first row needs the last row": _cut,
    "you exchanged rows and columns": lambda p: p[0].roll(1, 1) - p[0] + p[1].roll(1, 0) - p[1],
    "you rolled by −1, which brings the next pixel: +1 brings the previous one": (
        lambda p: -_forward(p)
    ),
    "you took the first component alone: add the second": lambda p: p[0].roll(1, 0) - p[0],
    "both of your differences go along the rows: ∂₂ goes along dimension 1": lambda p: (
        p.roll(1, 1) - p
    ).sum(0),
    "you did not say along which dimension to roll: p[0].roll(1, 0)": lambda p: (
        p[0].roll(1) - p[0] + p[1].roll(1) - p[1]
    ),
    "you did not add the two components": lambda p: torch.stack(
        (p[0].roll(1, 0) - p[0], p[1].roll(1, 1) - p[1])
    ),
    "you rolled by 2: the neighbour is one pixel away": lambda p: (
        p[0].roll(2, 0) - p[0] + p[1].roll(2, 1) - p[1]
    ),
    "you did not say along which dimension to roll p[0]: p[0].roll(1, 0)": lambda p: (
        p[0].roll(1) - p[0] + p[1].roll(1, 1) - p[1]
    ),
    "you did not say along which dimension to roll p[1]: p[1].roll(1, 1)": lambda p: (
        p[0].roll(1, 0) - p[0] + p[1].roll(1) - p[1]
    ),
    "you took the second component alone: add the first": lambda p: p[1].roll(1, 1) - p[1],
    "you rolled both components both ways: each has its own dimension": lambda p: (
        p.roll((1, 1), (1, 2)) - p
    ).sum(0),
    "you multiplied the two components: add them": lambda p: (
        (p[0].roll(1, 0) - p[0]) * (p[1].roll(1, 1) - p[1])
    ),
    "you took the length of the two components: add them": lambda p: torch.hypot(
        p[0].roll(1, 0) - p[0], p[1].roll(1, 1) - p[1]
    ),
    "you took moduli: the signs count": lambda p: (
        (p[0].roll(1, 0) - p[0]).abs() + (p[1].roll(1, 1) - p[1]).abs()
    ),
    "you dropped the values at the first row and column": lambda p: torch.nn.functional.pad(
        grad_T(p)[1:, 1:], (1, 0, 1, 0)
    ),
}

ADJOINT_TERMS = Terms(
    lambda got, p: (
        got,
        {
            "p₁ of the row above": p[0].roll(1, 0),
            "p₁": p[0],
            "p₂ of the column before": p[1].roll(1, 1),
            "p₂": p[1],
            "p₁ of the row below": p[0].roll(-1, 0),
            "p₂ of the column after": p[1].roll(-1, 1),
            "p₁ of the column before": p[0].roll(1, 1),
            "p₂ of the row above": p[1].roll(1, 0),
            "p₁ of the column after": p[0].roll(-1, 1),
            "p₂ of the row below": p[1].roll(-1, 0),
        },
    ),
    joint=True,
)


def _grid(M: int, N: int, turn: float = 2 * math.pi) -> tuple[Tensor, Tensor]:
    """Return the angles of the rows and the columns."""
    angles = [turn * torch.arange(n, dtype=torch.float64) / n for n in (M, N)]
    return angles[0][:, None].expand(M, N), angles[1].expand(M, N)


def _chords(M: int, N: int) -> tuple[Tensor, Tensor]:
    a, b = _grid(M, N)
    return torch.exp(1j * a) - 1, torch.exp(1j * b) - 1


LAPLACIAN_SYMBOL = {
    "you forgot the factor 4": lambda M, N: _symbol(_sine(M), _sine(N)) / 4,
    "you exchanged M and N": lambda M, N: _symbol(
        torch.sin(math.pi * torch.arange(M, dtype=torch.float64) / N) ** 2,
        torch.sin(math.pi * torch.arange(N, dtype=torch.float64) / M) ** 2,
    ),
    "you forgot the squares of the sines": lambda M, N: _symbol(_sine(M, 1), _sine(N, 1)),
    "your frequencies go from 0 to 1 with the end (linspace): they are ξ/M, ξ < M": (
        lambda M, N: _symbol(*(_sine(n - 1)[_ends(n)] for n in (M, N)))
    ),
    "your frequencies begin at 1: they are 0, …, M − 1": lambda M, N: _symbol(
        _sine(M).roll(-1), _sine(N).roll(-1)
    ),
    "this is the symbol of the plane, 4π²(ξ²/M² + ζ²/N²): the grid has sines": (
        lambda M, N: 4 * math.pi**2 * (_squares(M)[:, None] + _squares(N))
    ),
    "you wrote 2π instead of π in the sines": lambda M, N: _symbol(
        _sine(M, turn=2 * math.pi), _sine(N, turn=2 * math.pi)
    ),
    "you added the angles inside of one sine: each has its own": lambda M, N: (
        4 * torch.sin(sum(_grid(M, N, math.pi))) ** 2
    ),
    "you squared the sum of the sines: square each": lambda M, N: (
        4 * (_sine(M, 1)[:, None] + _sine(N, 1)) ** 2
    ),
    "you took frequencies up to M and N without their mirror images: the grid has sines": (
        lambda M, N: sum(x**2 for x in _grid(M, N))
    ),
    "you took cosines instead of sines": lambda M, N: 8 - _symbol(_sine(M), _sine(N)),
    "you multiplied the two squares: add them": lambda M, N: 4 * _sine(M)[:, None] * _sine(N),
    "your angles are half of the right ones: sin²(πξ/M), or 2 − 2 cos(2πξ/M)": lambda M, N: (
        4 - 2 * sum(x.cos() for x in _grid(M, N, math.pi))
    ),
    "you added d̂₁ and d̂₂ before the modulus: add the squared moduli": lambda M, N: (
        sum(_chords(M, N)).abs() ** 2
    ),
    "you squared d̂₁ and d̂₂: take their squared moduli": lambda M, N: (
        sum(d**2 for d in _chords(M, N)).real
    ),
    "you took the moduli of d̂₁ and d̂₂ without squares": lambda M, N: sum(
        d.abs() for d in _chords(M, N)
    ),
    "you took the real parts of d̂₁ and d̂₂": lambda M, N: sum(d.real for d in _chords(M, N)),
    "you left π out of the sines": lambda M, N: _symbol(_sine(M, turn=1.0), _sine(N, turn=1.0)),
    "you took the larger of the two: add them": lambda M, N: (
        4 * torch.maximum(*torch.broadcast_tensors(_sine(M)[:, None], _sine(N)))
    ),
}

SYMBOL_TERMS = Terms(
    lambda got, M, N: (
        got,
        {"sin²(πξ/M)": _sine(M)[:, None], "sin²(πζ/N)": _sine(N), "the constant 1": 1.0},
    ),
    joint=True,
)
