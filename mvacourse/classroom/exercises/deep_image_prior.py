"""Exercises of notebook 07: the network, its fit, averages, and three ways to stop in time."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts.network_fit import FIT_NETWORK
from mvacourse.classroom.exercises.parts.seen_pixels import FIT_SEEN_PIXELS
from mvacourse.classroom.exercises.parts.skip_network import HOURGLASS


def _outputs(g: torch.Generator) -> list[tuple[Tensor, float]]:
    return [(randn(g, 5, 3, 7, 4), 0.9), (randn(g, 9, 1, 3, 5), 0.5), (randn(g, 1, 3, 4, 5), 0.99)]


def _residuals(g: torch.Generator) -> list[tuple[Tensor, float]]:
    """Make residuals that shrink slowly: another measure of size stops at another step.

    In the first case they go up and down again; in the third one they stay above σ; in the last
    one even their norm falls below σ.
    """
    cases = []
    for shape, sigma, stop in (
        ((3, 5, 4), 0.1, 41),
        ((1, 7, 3), 0.2, 30),
        ((1, 4, 5), 0.1, 70),
        ((1, 1, 3), 0.3, 20),
    ):
        r = rand(g, 60, *shape) - 0.05
        r = r / r.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        scale = torch.linspace(2.0, 0.5, 70, dtype=torch.float64)
        scale = 0.99 * scale[:60] / scale[stop - 1]
        scale[56] *= 0.9  # the smallest one is not the last
        if stop == 41:
            scale[47:51] = torch.tensor([1.1, 1.001, 1.05, 0.999])
        cases.append((sigma * scale[:, None, None, None] * r, sigma))
    r = randn(g, 60, 1, 4, 3)
    r = r / r.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
    slow = torch.linspace(1.2, 0.9, 60, dtype=torch.float64)  # 0.98 σ comes four steps after σ
    return [*cases, (0.5 * slow[:, None, None, None] * r, 0.5)]


def _noises(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [
        (rand(g, 1, 1, 7, 10), rand(g, 1, 1, 7, 10) - 0.5, 0.3),
        (rand(g, 2, 3, 5, 4), rand(g, 2, 3, 5, 4) - 0.5, 2.0),
    ]


def _averages(outputs: Tensor, a: float) -> Tensor:
    found = [outputs[0]]
    for k, x in enumerate(outputs[1:], start=2):
        found.append(torch.lerp(found[-1], x, (1 - a) / (1 - a**k)))
    return torch.stack(found)


def _windows(weight: Callable[[float, int], float]) -> Callable[[Tensor, float], Tensor]:
    """Average the outputs so far, where one that is i steps old has a given weight."""

    def averages(outputs: Tensor, a: float) -> Tensor:
        found = []
        for k in range(1, len(outputs) + 1):
            weights = torch.tensor([weight(a, i) for i in range(k - 1, -1, -1)]).to(outputs)
            found.append(torch.tensordot(weights / weights.sum(), outputs[:k], dims=1))
        return torch.stack(found)

    return averages


def _sums(outputs: Tensor, a: float) -> Tensor:
    return _recursive("zero")(outputs, a) / (1 - a)


def _divided_again(outputs: Tensor, a: float) -> Tensor:
    mean, weight, found = torch.zeros_like(outputs[0]), 0.0, []
    for x in outputs:
        weight = a * weight + 1
        mean = (a * mean + x) / weight
        found.append(mean)
    return torch.stack(found)


def _late(outputs: Tensor, a: float) -> Tensor:
    found = [outputs[0]]
    for k, x in enumerate(outputs[1:], start=1):
        found.append(torch.lerp(found[-1], x, (1 - a) / (1 - a**k)))
    return torch.stack(found)


def _recursive(start: str, swapped: bool = False) -> Callable[[Tensor, float], Tensor]:
    """Repeat m ← a·m + (1 − a)·x, starting from zero or from the first output."""

    def averages(outputs: Tensor, a: float) -> Tensor:
        a = 1 - a if swapped else a
        mean, found = torch.zeros_like(outputs[0]), []
        for k, x in enumerate(outputs):
            mean = x if k == 0 and start == "first" else a * mean + (1 - a) * x
            found.append(mean)
        return torch.stack(found)

    return averages


def _first(size: Callable[[Tensor], Tensor], sign: int = 1) -> Callable[[Tensor, float], float]:
    def step(residuals: Tensor, sigma: float) -> float:
        below = torch.stack([size(r) for r in residuals]) <= sign * sigma
        return float(below.nonzero()[0] + 1) if below.any() else float(len(residuals))

    return step


def _rms(r: Tensor) -> Tensor:
    return r.square().mean().sqrt()


def _sizes(residuals: Tensor) -> Tensor:
    return torch.stack([_rms(r) for r in residuals])


def _after_the_last_above(residuals: Tensor, sigma: float) -> float:
    above = (_sizes(residuals) > sigma).nonzero().flatten()
    return min(float(above[-1] + 2), float(len(residuals)))


EXERCISES = (
    HOURGLASS,
    FIT_NETWORK,
    Exercise(
        name="running_averages",
        kind="build",
        reference=_averages,
        inputs=_outputs,
        mistakes={
            "you started from zero and did not divide by the sum of the weights: too dark": (
                _recursive("zero")
            ),
            "you started from the first output, which then keeps too large a weight": (
                _recursive("first")
            ),
            "you exchanged a and 1 − a": _recursive("first", swapped=True),
            "you gave all outputs the same weight": _windows(lambda a, i: 1.0),
            "you gave the largest weight to the oldest output": _windows(lambda a, i: a**-i),
            "you did not divide by the sum of the weights": _sums,
            "your k is one too small: the second average has k = 2": _late,
            "you divided by the number of outputs: divide by the sum of their weights": (
                lambda outputs, a: torch.stack(
                    [s / k for k, s in enumerate(_sums(outputs, a), start=1)]
                )
            ),
            "you kept the average where the sum before its division is needed": _divided_again,
            "you divided by 1 − aᵏ⁺¹: the first output has k = 1": lambda outputs, a: torch.stack(
                [m / (1 - a ** (k + 2)) for k, m in enumerate(_recursive("zero")(outputs, a))]
            ),
            "the newest output has the weight a: its weight is 1": lambda outputs, a: (
                a * _averages(outputs, a)
            ),
            "you multiplied each output by 1 − a, and also divided by the sum of the weights": (
                lambda outputs, a: (1 - a) * _averages(outputs, a)
            ),
            "each of your averages is one step late: x̄ₖ contains xₖ": lambda outputs, a: torch.cat(
                (outputs[:1], _averages(outputs, a)[:-1])
            ),
            "you counted the first output twice": lambda outputs, a: _averages(
                torch.cat((outputs[:1], outputs)), a
            )[1:],
            "you divided by (1 − a)ᵏ instead of 1 − aᵏ": lambda outputs, a: torch.stack(
                [m / (1 - a) ** k for k, m in enumerate(_recursive("zero")(outputs, a), start=1)]
            ),
        },
        direction="keep two things from step to step: the weighted sum, and the sum of the weights",
        hint="total = a * total + x and weight = a * weight + 1; the average is total / weight",
    ),
    Exercise(
        name="discrepancy_step",
        reference=_first(_rms),
        inputs=_residuals,
        mistakes={
            "you compared the mean square with σ: take its root, or compare with σ²": _first(
                lambda r: r.square().mean()
            ),
            "you compared the norm with σ: divide by the root of the number of values": _first(
                lambda r: r.square().sum().sqrt()
            ),
            "you compared the mean absolute value with σ": _first(lambda r: r.abs().mean()),
            "you took the standard deviation, which ignores the mean of the residual": _first(
                lambda r: r.std()
            ),
            "you compared with 0.98 σ: here it is σ itself": lambda r, sigma: _first(_rms)(
                r, 0.98 * sigma
            ),
            "you took the first residual that is still above σ": _first(lambda r: -_rms(r), -1),
            "you counted from zero: the first step is number 1": lambda r, sigma: (
                _first(_rms)(r, sigma) - 1
            ),
            "you counted one step too many: the first step is number 1": lambda r, sigma: (
                _first(_rms)(r, sigma) + (1 if bool((_sizes(r) <= sigma).any()) else 0)
            ),
            "you answered 1 where no residual is small enough: the answer is then the last step": (
                lambda r, sigma: float((_sizes(r) <= sigma).int().argmax() + 1)
            ),
            "you took the last residual of at most σ: take the first one": lambda r, sigma: float(
                (_sizes(r) <= sigma).nonzero()[-1] + 1 if (_sizes(r) <= sigma).any() else len(r)
            ),
            "you answered K + 1 where no residual is small enough: the answer is then K": (
                lambda r, sigma: _first(_rms)(torch.cat((r, 0 * r[:1])), sigma)
            ),
            "you counted the residuals above σ, and one more: it may go up and down": (
                lambda r, sigma: float((_sizes(r) > sigma).sum() + 1)
            ),
            "you took one root mean square of all residuals together: each step has its own": (
                lambda r, sigma: 1.0 if _rms(r) <= sigma else float(len(r))
            ),
            "you looked at each residual's mean, in which opposite signs cancel": _first(
                lambda r: r.mean().abs()
            ),
            "you counted the residuals of at most σ: find the first one": lambda r, sigma: float(
                (_sizes(r) <= sigma).sum()
            ),
            "you compared the largest value with σ": _first(lambda r: r.abs().max()),
            "you took the step whose residual is nearest to σ: take the first one at most σ": (
                lambda r, sigma: float((_sizes(r) - sigma).abs().argmin() + 1)
            ),
            "you took the smallest residual: take the first one at most σ": lambda r, sigma: float(
                _sizes(r).argmin() + 1
            ),
            "you waited until no later residual is above σ: stop at the first one at most σ": (
                _after_the_last_above
            ),
            "you counted the residuals above σ: it may go up and down": lambda r, sigma: float(
                min((_sizes(r) > sigma).sum() + 1, len(r))
            ),
        },
        direction="reduce each residual to one number of the kind of σ, then look for the first",
        hint="the first step k = 1, 2, … whose residual has a root mean square of at most σ",
    ),
    Exercise(
        name="split_in_two",
        reference=lambda y, n, alpha: torch.stack((y + alpha * n, y - n / alpha)),
        inputs=_noises,
        mistakes={
            "the signs of n are exchanged: y₁ is y + αn": lambda y, n, alpha: torch.stack(
                (y - alpha * n, y + n / alpha)
            ),
            "you took β = 1, so that the covariance is σ²(1 − α)": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y - n)
            ),
            "you took β = 1/α²: the covariance is σ²(1 − αβ)": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y - n / alpha**2)
            ),
            "you took β = 1 − α: the covariance is σ²(1 − αβ)": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y - (1 - alpha) * n)
            ),
            "your second part is built on y₁: it is y − βn": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y + alpha * n - n / alpha)
            ),
            "your second part is αy − n: it is y − βn": lambda y, n, alpha: torch.stack(
                (y + alpha * n, alpha * y - n)
            ),
            "you multiplied y by 1 + α, or 1 − β": lambda y, n, alpha: torch.stack(
                (y + alpha * y, y - y / alpha)
            ),
            "you took β = √(1 − α²): the covariance is σ²(1 − αβ)": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y - math.sqrt(abs(1 - alpha**2)) * n)
            ),
            "β is 1/α in both: the first has α": lambda y, n, alpha: torch.stack(
                (y + n / alpha, y - n / alpha)
            ),
            "you returned the mean of the two": lambda y, n, alpha: y + (alpha - 1 / alpha) / 2 * n,
            "you returned the noise alone, without y": lambda y, n, alpha: torch.stack(
                (alpha * n, -n / alpha)
            ),
            "both have +n: their noises then have covariance 2σ²": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y + n / alpha)
            ),
            "you took −αn in the second: its covariance with the first is then σ²(1 − α²)": (
                lambda y, n, alpha: torch.stack((y + alpha * n, y - alpha * n))
            ),
            "you exchanged the two: the first one is fitted and gets αn": lambda y, n, alpha: (
                torch.stack((y - n / alpha, y + alpha * n))
            ),
        },
        direction="write the covariance of the two noises, and ask when it is zero",
        hint="y + αn and y − βn: the covariance is σ² − αβσ²; for which β is it zero?",
    ),
    FIT_SEEN_PIXELS,
)
