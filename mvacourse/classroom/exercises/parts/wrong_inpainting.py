"""More common mistakes of notebook 04: in the choice of λ, and in projected descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.calculus import norm
from mvacourse.classroom.exercises.checking.exercise import Function, Terms
from mvacourse.classroom.exercises.parts.total_variation import fill, halve, rms


def _bisect(
    begin: float = -2.0,
    end: float = 0.0,
    base: float = 10.0,
    middle: Function = lambda low, high: (low + high) / 2,
    moves: tuple[bool, bool] = (True, True),
    size: Function = rms,
    again: bool = False,
) -> Callable[[Any, Tensor, float], float]:
    """Halve another interval, in another place, or keep one end."""

    def wrong(denoise: Any, v: Tensor, sigma: float) -> float:
        low, high = begin, end
        for _ in range(10):
            mid = middle(low, high)
            clean = denoise(v, base**mid)
            if size(clean - v) < sigma:
                low = mid if moves[0] else low
            else:
                high = mid if moves[1] else high
            v = clean if again else v
        return base**mid

    return wrong


DISCREPANCY = {
    "your powers are those of e: of 10": _bisect(base=2.718281828459045),
    "your powers are those of 2: of 10": _bisect(base=2.0),
    "your exponents begin at −1: they begin at −2": _bisect(begin=-1.0),
    "the upper end never moves, or you tried the lower end instead of the middle": _bisect(
        moves=(True, False)
    ),
    "the lower end never moves, or you tried the upper end instead of the middle": _bisect(
        moves=(False, True)
    ),
    "you denoised what was already denoised: v stays": _bisect(again=True),
    "you compare the largest change: take the RMS": _bisect(size=lambda d: d.abs().max()),
    "you compare the length of the change, not its RMS: divide by the number of pixels": _bisect(
        size=lambda d: d.norm() / d.shape[-1] ** 0.5
    ),
    "you compare half of the RMS": _bisect(size=lambda d: rms(d) / 2),
    "you compare twice the RMS": _bisect(size=lambda d: rms(d) * 2),
    "your middle is that of the interval's length: add low": _bisect(
        middle=lambda low, high: (high - low) / 2
    ),
    "you halved five times: ten are needed": halve(count=5),
    "you halved three times: ten are needed": halve(count=3),
    "you looked at the first row alone": _bisect(size=lambda d: rms(d[0, 0, 0])),
}

INPAINTING_PROJECTION = {
    "you filled in the mean of u where nothing is known: the projection keeps u": (
        lambda u, v, mask: torch.where(mask, v, u.mean())
    ),
    "you filled in the mean of v where nothing is known: the projection keeps u": (
        lambda u, v, mask: torch.where(mask, v, v.mean())
    ),
    "you used the first row of the mask alone": lambda u, v, mask: torch.where(mask[0], v, u),
    "you used the first column of the mask alone": lambda u, v, mask: torch.where(
        mask[:, :1], v, u
    ),
    "you subtracted v at the known pixels: it must replace u": lambda u, v, mask: torch.where(
        mask, u - v, u
    ),
    "you subtracted u from v at the known pixels: v must replace u": lambda u, v, mask: torch.where(
        mask, v - u, u
    ),
    "you set negative values to zero: the projection keeps them": lambda u, v, mask: torch.where(
        mask, v, u.clamp(min=0)
    ),
    "you took the larger of u and v at the known pixels": lambda u, v, mask: torch.where(
        mask, torch.maximum(u, v), u
    ),
    "you set the known pixels to zero": lambda u, v, mask: torch.where(mask, 0, u),
    "you multiplied u and v at the known pixels": lambda u, v, mask: torch.where(mask, u * v, u),
    "you subtracted (u − v)² at the known pixels": lambda u, v, mask: u - mask * (u - v) ** 2,
}


def _filled(step: Function, start: Function | None = None) -> Callable[..., Tensor]:
    return fill(step, start) if start else fill(step)


def _known_start(value: Function) -> Callable[..., Tensor]:
    return fill(start=lambda v, m: torch.where(m, v, value(v, m)))


def _never_back(v: Tensor, mask: Tensor, gradient: Any, tau: float, n_iter: int) -> Tensor:
    """Project what is returned, and go on from what is not projected."""
    path = fill(lambda x, v, m, t, g: x - t * g(x))(v, mask, gradient, tau, n_iter)
    return torch.where(mask, v, path)


def _from_first(v: Tensor, mask: Tensor, gradient: Any, tau: float, n_iter: int) -> Tensor:
    first = torch.where(mask, v, v[..., mask].mean())
    path = [first]
    for _ in range(n_iter):
        path.append(torch.where(mask, v, first - tau * gradient(path[-1])))
    return torch.stack(path)


PROJECTED_DESCENT = {
    "you project copies alone: the next step starts from the projected image": _never_back,
    "each step begins at the first image again: continue from the last iterate": _from_first,
    "you project the gradient: project the image after the step": _filled(
        lambda x, v, m, t, g: x - t * torch.where(m, v, g(x))
    ),
    "you pull towards the known pixels, with a data term: set them": _filled(
        lambda x, v, m, t, g: x - t * (g(x) + m * (x - v))
    ),
    "you clamped the iterates": _filled(
        lambda x, v, m, t, g: torch.where(m, v, x - t * g(x)).clamp(0, 1)
    ),
    "your start has the median of the known values: take their mean": _known_start(
        lambda v, m: v[..., m].median()
    ),
    "your start has 0.5 at the unknown pixels: take the mean of the known values": _known_start(
        lambda v, m: 0.5
    ),
    "your start has the mean of the first channel: take that of all known values": _known_start(
        lambda v, m: v[0, 0][m].mean()
    ),
    "your start has the largest known value: take the mean": _known_start(
        lambda v, m: v[..., m].max()
    ),
    "your start has the mean of the known values that are not 0: a known pixel may be black": (
        _known_start(lambda v, m: v[v != 0].mean())
    ),
    "your start has the mean of each row: take one for all known values": _known_start(
        lambda v, m: v.sum(-1, keepdim=True) / m.sum(-1, keepdim=True).clamp(min=1)
    ),
    "your start is 1 at the unknown pixels: take the mean of the known values": _known_start(
        lambda v, m: 1.0
    ),
    "you took two steps before each projection": _filled(
        lambda x, v, m, t, g: torch.where(m, v, x - t * g(x) - t * g(x - t * g(x)))
    ),
    "you normalised the gradient": _filled(
        lambda x, v, m, t, g: torch.where(m, v, x - t * g(x) / norm(g(x)))
    ),
}


def _gaps_move(path: Tensor, v: Tensor, mask: Tensor, g: Function, *_: Any) -> tuple[Tensor, dict]:
    x = path[:-1]
    slope = torch.stack([g(image) for image in x])
    return path.diff(dim=0), {
        "the gradient at the unknown pixels": slope * ~mask,
        "the gradient at the known pixels": slope * mask,
        "x − v at the known pixels": (x - v) * mask,
        "x at the unknown pixels": x * ~mask,
    }


PROJECTED_TERMS = Terms(_gaps_move, steps=True)
