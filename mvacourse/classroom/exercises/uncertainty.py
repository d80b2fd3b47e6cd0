"""Exercises of notebook 12: a Langevin step, the conformal quantile, coverage, the data step."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn

Map = Callable[[Tensor], Tensor]


def _steps(g: torch.Generator) -> list[tuple[Tensor, Map, float, Tensor]]:
    found = []
    for shape, tau in (((3, 1, 5, 4), 0.02), ((2, 7), 0.3)):
        weight = 0.5 + rand(g, *shape)
        grad = lambda x, weight=weight: weight * x + x**3  # noqa: E731
        found.append((randn(g, *shape), grad, tau, randn(g, *shape)))
    return found


def _scores(g: torch.Generator) -> list[tuple[Tensor, float]]:
    # In the first two the + 1 matters, in the last the rounding up.
    return [(randn(g, n), level) for n, level in ((30, 0.9), (12, 0.75), (7, 0.6))]


def _smallest(scores: Tensor, k: int) -> Tensor:
    return scores.sort().values[k - 1]


def _conformal_quantile(scores: Tensor, level: float) -> Tensor:
    return _smallest(scores, math.ceil((len(scores) + 1) * level))


def _intervals(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    found = []
    for shape in ((4, 1, 5, 3), (3, 3, 4, 7)):
        x = randn(g, *shape)
        lower, upper = x - rand(g, *shape) + 0.2, x + rand(g, *shape) - 0.1
        lower, upper = torch.minimum(lower, upper), torch.maximum(lower, upper)
        x[:, :, 0, 0], x[:, :, 1, 1] = lower[:, :, 0, 0], upper[:, :, 1, 1]  # bounds are included
        x[0] = (lower[0] + upper[0]) / 2  # one image is inside everywhere
        found.append((lower, upper, x))
    return found


def _share(inside: Tensor) -> Tensor:
    return inside.double().mean(dim=(1, 2, 3))


def _blurs(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, float]]:
    found = []
    for shape, a in (((2, 1, 5, 6), 0.1), ((1, 3, 7, 4), 0.5)):
        k_hat = torch.fft.fft2(rand(g, *shape[-2:]) / 8)
        found.append((randn(g, *shape), randn(g, *shape), k_hat, a))
    return found


def _data_step(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real


def _without_conjugate(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    top = k_hat * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real


def _without_image(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    return torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y) / (k_hat.abs() ** 2 + a)).real


def _without_square(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() + a)).real


def _without_a_below(x: Tensor, y: Tensor, k_hat: Tensor, a: float) -> Tensor:
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / k_hat.abs() ** 2).real


EXERCISES = (
    Exercise(
        name="langevin_step",
        reference=lambda x, grad, tau, xi: x - tau * grad(x) + math.sqrt(2 * tau) * xi,
        inputs=_steps,
        mistakes={
            "your noise has the factor √τ instead of √(2τ)": lambda x, grad, tau, xi: (
                x - tau * grad(x) + math.sqrt(tau) * xi
            ),
            "your noise has the factor 2τ instead of √(2τ)": lambda x, grad, tau, xi: (
                x - tau * grad(x) + 2 * tau * xi
            ),
            "you went uphill: the drift is −τ∇U": lambda x, grad, tau, xi: (
                x + tau * grad(x) + math.sqrt(2 * tau) * xi
            ),
            "you left the noise out: this is gradient descent": lambda x, grad, tau, xi: (
                x - tau * grad(x)
            ),
        },
        hint="x − τ∇U(x) + √(2τ)ξ",
    ),
    Exercise(
        name="conformal_quantile",
        reference=_conformal_quantile,
        inputs=_scores,
        mistakes={
            "you took k = ⌈n·level⌉: the + 1 for the new image is missing": (
                lambda scores, level: _smallest(scores, math.ceil(len(scores) * level))
            ),
            "you rounded down: k = ⌈(n + 1)·level⌉ is rounded up": (
                lambda scores, level: _smallest(scores, math.floor((len(scores) + 1) * level))
            ),
            "you took torch.quantile, which interpolates and does not use the + 1": (
                torch.quantile
            ),
            "you counted from 0: the k-th smallest has index k − 1": (
                lambda scores, level: scores.sort().values[
                    min(math.ceil((len(scores) + 1) * level), len(scores) - 1)
                ]
            ),
            "you sorted in descending order": lambda scores, level: scores.sort(
                descending=True
            ).values[math.ceil((len(scores) + 1) * level) - 1],
        },
        hint="scores.sort().values[k - 1] with k = math.ceil((n + 1) * level)",
    ),
    Exercise(
        name="covered",
        reference=lambda lower, upper, x: _share((lower <= x) & (x <= upper)),
        inputs=_intervals,
        mistakes={
            "you counted the pixels outside": lambda lower, upper, x: (
                1 - _share((lower <= x) & (x <= upper))
            ),
            "you left the bounds out: a value on the bound is inside": lambda lower, upper, x: (
                _share((lower < x) & (x < upper))
            ),
            "you exchanged the two bounds": lambda lower, upper, x: _share(
                (upper <= x) & (x <= lower)
            ),
            "one of the two is enough for you: a value must be above `lower` *and* below `upper`": (
                lambda lower, upper, x: _share((lower <= x) | (x <= upper))
            ),
            "you forgot the upper bound": lambda lower, upper, x: _share(lower <= x),
            "you forgot the lower bound": lambda lower, upper, x: _share(x <= upper),
            "you required the whole image to lie inside: compute the share of its pixels": (
                lambda lower, upper, x: ((lower <= x) & (x <= upper)).flatten(1).all(dim=1).double()
            ),
        },
        hint="((lower <= x) & (x <= upper)) is True or False: take its mean over (1, 2, 3)",
    ),
    Exercise(
        name="data_step",
        reference=_data_step,
        inputs=_blurs,
        mistakes={
            "the conjugate is missing: Aᵀ multiplies by conj(k̂)": _without_conjugate,
            "you left a·x̂ out of the numerator: z is pulled to x, not to 0": _without_image,
            "you divided by |k̂| + a: AᵀA multiplies by |k̂|²": _without_square,
            "a is missing in the denominator: |k̂|² may be tiny": _without_a_below,
        },
        hint="set the gradient Aᵀ(Az − y) + a(z − x) to 0; in Fourier, solve for each frequency",
    ),
)
