"""Langevin and calibration, for notebook 13, with usual mistakes, and inputs for them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import rand, randn

Map = Callable[[Tensor], Tensor]


class Noise:
    """A source of noise: each call returns the next of some given draws."""

    def __init__(self, draws: Tensor) -> None:
        self._draws, self._n = draws, 0

    def __call__(self) -> Tensor:
        self._n += 1
        return self._draws[(self._n - 1) % len(self._draws)].clone()


def chains(g: torch.Generator) -> list[tuple[Map, Tensor, float, int, int, Noise]]:
    """Draw chains, the gradient of a potential, and the noise of each step."""
    found = []
    for shape, tau, n_iter, burn_in in (
        ((3, 1, 5, 4), 0.02, 6, 2),
        ((2, 2, 3, 7), 0.1, 4, 0),
        ((4, 1, 2, 3), 0.05, 5, 3),
    ):
        weight = 0.5 + rand(g, *shape[1:])
        grad = lambda x, weight=weight: weight * x + x**3  # noqa: E731
        noise = Noise(randn(g, n_iter + 4, *shape))
        found.append((grad, randn(g, *shape), tau, n_iter, burn_in, noise))
    return found


def langevin(
    grad: Map,
    x: Tensor,
    tau: float,
    n_iter: int,
    burn_in: int,
    draw: Callable[[], Tensor],
    *,
    loud: Callable[[float], float] = lambda tau: math.sqrt(2 * tau),
    drift: float = -1.0,
    fresh: bool = True,
    late: int = 0,
    last: bool = False,
    before: bool = False,
    chains_apart: bool = False,
    of_means: bool = False,
    divided: Callable[[int, int, int], int] = lambda n, n_iter, burn_in: n,
    noise_first: bool = False,
    slope_at_start: bool = False,
    lost: int = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Sample by gradient steps with noise; mean and variance of all draws after the burn-in."""
    start, first = x, draw() if not fresh else None
    total, squares, n = torch.zeros_like(x), torch.zeros_like(x), 0
    for k in range(n_iter):
        old = x
        noise = loud(tau) * (draw() if first is None else first)
        place = start if slope_at_start else x + noise if noise_first else x
        x = x + drift * tau * grad(place) + noise
        if k >= burn_in + late:
            kept = old if before else x
            kept = kept.mean(0, keepdim=True).expand_as(x) if of_means else kept
            total, squares, n = total + kept, squares + kept.square(), n + 1
    if last:
        total, squares, n = x, x.square(), 1
    n = divided(n, n_iter, burn_in)
    mean = total.mean(0, keepdim=True) / n
    around = total.square() / n**2 if chains_apart else mean.square()
    variance = (squares / n - around).mean(0, keepdim=True)
    return x, mean, variance * n * len(x) / (n * len(x) - lost)


def restored(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, float]]:
    """Draw restorations, the truth, guesses of the error, and a level.

    The number of pixels that may be outside is never whole: rounding 1 − level does not matter.
    """
    found = []
    for shape, level in (((21, 1, 7, 3), 0.9), ((12, 2, 3, 4), 0.8), ((30, 1, 2, 3), 0.77)):
        x, s = randn(g, *shape), 0.2 + rand(g, *shape)
        x_hat = x + s * randn(g, *shape) ** 3
        x_hat[0, 0, 0] -= 9  # the worst pixels are in one image
        found.append((x_hat, x, s, level))
    return found


def calibrate(
    x_hat: Tensor,
    x: Tensor,
    s: Tensor,
    level: float,
    *,
    new: int = 1,
    outside: int = 1,
    score: Callable[[Tensor, Tensor], Tensor] = lambda gap, s: gap.abs() / s,
    index: int = 0,
) -> Tensor:
    """Find the smallest q with (n R̂(q) + 1)/(n + 1) ≤ 1 − level."""
    n, pixels = len(x), x[0].numel()
    allowed = math.floor(((n + new) * (1 - level) - outside) * pixels + 1e-6)
    ordered = score(x - x_hat, s).flatten().sort().values
    return ordered[min(max(n * pixels - allowed - 1 + index, 0), n * pixels - 1)]


def rank_of_pixels(x_hat: Tensor, x: Tensor, s: Tensor, level: float) -> Tensor:
    """Take the conformal quantile of all pixels, as if each were an image."""
    ordered = ((x - x_hat).abs() / s).flatten().sort().values
    return ordered[math.ceil((len(ordered) + 1) * level) - 1]


def few_outside(x_hat: Tensor, x: Tensor, s: Tensor, level: float) -> Tensor:
    """Forget that each image has many pixels."""
    ordered = ((x - x_hat).abs() / s).flatten().sort().values
    return ordered[-1 - math.floor((len(x) + 1) * (1 - level) - 1)]


def rank_of_images(x_hat: Tensor, x: Tensor, s: Tensor, level: float) -> Tensor:
    """Take the conformal quantile of each image's worst pixel."""
    worst = ((x - x_hat).abs() / s).flatten(1).amax(1).sort().values
    return worst[math.ceil((len(worst) + 1) * level) - 1]
