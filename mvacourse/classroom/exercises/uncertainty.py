"""Exercises of notebook 12: Langevin, conformal intervals, coverage, Plug-and-Play."""

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts import uncertainty as built
from mvacourse.classroom.exercises.parts.plug_and_play import DATA_STEP, PLUG_AND_PLAY


def _scores(g: torch.Generator) -> list[tuple[Tensor, float]]:
    # In the first two the + 1 matters, in the third the rounding up.
    # In the fourth the nearest whole number is below; in the fifth (n + 1)·level is whole.
    sizes = [((30,), 0.9), ((5, 12), 0.75), ((2, 3, 7), 0.6), ((3, 24), 0.85), ((2, 19), 0.75)]
    return [(randn(g, *size), level) for size, level in sizes]


def _smallest(scores: Tensor, k: int) -> Tensor:
    return scores.sort(dim=-1).values[..., k - 1]


def _rank(scores: Tensor, level: float) -> int:
    return math.ceil((scores.shape[-1] + 1) * level)


def _intervals(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    found = []
    for shape in ((4, 1, 5, 3), (3, 3, 4, 7)):
        x = randn(g, *shape)
        lower, upper = x - rand(g, *shape) + 0.2, x + rand(g, *shape) - 0.1
        lower, upper = torch.minimum(lower, upper), torch.maximum(lower, upper)
        x[:, :, 0, 0], x[:, :, 1, 1:] = lower[:, :, 0, 0], upper[:, :, 1, 1:]  # bounds are inside
        x[0] = (lower[0] + upper[0]) / 2  # one image is inside everywhere
        found.append((lower, upper, x))
    return found


def _share(inside: Tensor) -> Tensor:
    return inside.double().mean(dim=(1, 2, 3))


EXERCISES = (
    Exercise(
        name="langevin",
        kind="build",
        reference=built.langevin,
        inputs=built.chains,
        parts=("the last images", "the mean", "the variance"),
        mistakes={
            "your noise has the factor 2√τ instead of √(2τ)": partial(
                built.langevin, loud=lambda tau: 2 * math.sqrt(tau)
            ),
            "your noise has the factor √2·τ instead of √(2τ)": partial(
                built.langevin, loud=lambda tau: math.sqrt(2) * tau
            ),
            "your noise has the factor √τ instead of √(2τ)": partial(
                built.langevin, loud=math.sqrt
            ),
            "your noise has the factor 2τ instead of √(2τ)": partial(
                built.langevin, loud=lambda tau: 2 * tau
            ),
            "your noise has the factor τ instead of √(2τ)": partial(
                built.langevin, loud=lambda tau: tau
            ),
            "your noise has the factor 1 instead of √(2τ)": partial(
                built.langevin, loud=lambda tau: 1.0
            ),
            "you went uphill: the drift is −τ∇U": partial(built.langevin, drift=1.0),
            "you left the noise out: this is gradient descent": partial(
                built.langevin, loud=lambda tau: 0.0
            ),
            "every step has the same noise: call draw() inside the loop": partial(
                built.langevin, fresh=False
            ),
            "you count from step burn_in + 2 on: the first `burn_in` steps do not count": partial(
                built.langevin, late=1
            ),
            "you count all steps: the first `burn_in` of them do not count": (
                lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                    grad, x, tau, n_iter, 0, draw
                )
            ),
            "you count one step too early: the first `burn_in` steps do not count": partial(
                built.langevin, late=-1
            ),
            "you made burn_in + n_iter steps: the burn-in is a part of the n_iter": (
                lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                    grad, x, tau, n_iter + burn_in, burn_in, draw
                )
            ),
            "you took mean and variance of the last images alone": partial(
                built.langevin, last=True
            ),
            "you count each x before its step, not after it": partial(built.langevin, before=True),
            "you averaged the chains' own variances: chains differ in their means, too": partial(
                built.langevin, chains_apart=True
            ),
            "you divided the variance by the number of draws minus 1": partial(
                built.langevin, lost=1
            ),
            "you returned the deviation: the variance is its square": (
                lambda *case: (*(found := built.langevin(*case))[:2], found[2].sqrt())
            ),
            "you returned the mean of the squares: the square of the mean is missing": (
                lambda *case: (*(m := built.langevin(*case))[:2], m[2] + m[1].square())
            ),
            "the loop makes one step too many": (
                lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                    grad, x, tau, n_iter + 1, burn_in, draw
                )
            ),
            "the loop begins with 1: n_iter steps are those from 0 to n_iter − 1": (
                lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                    grad, x, tau, n_iter - 1, max(burn_in - 1, 0), draw
                )
            ),
            "the loop makes one step too few": (
                lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                    grad, x, tau, n_iter - 1, burn_in, draw
                )
            ),
        },
        direction="what moves x downhill, what shakes it, and which x are draws?",
        hint="x = x − τ·grad(x) + √(2τ)·draw(); after the burn-in add x.mean(0) and "
        "x.square().mean(0) to sums; the variance is the mean of the squares minus mean²",
    ),
    Exercise(
        name="conformal_quantile",
        reference=lambda scores, level: _smallest(scores, _rank(scores, level)),
        inputs=_scores,
        mistakes={
            "you took k = ⌈n·level⌉: the + 1 for the new image is missing": (
                lambda scores, level: _smallest(scores, math.ceil(scores.shape[-1] * level))
            ),
            "you rounded down: k = ⌈(n + 1)·level⌉ is rounded up": lambda scores, level: _smallest(
                scores, math.floor((scores.shape[-1] + 1) * level)
            ),
            "you rounded to the nearest: k = ⌈(n + 1)·level⌉ is rounded up": (
                lambda scores, level: _smallest(scores, round((scores.shape[-1] + 1) * level))
            ),
            "you took the score before the k-th": lambda scores, level: _smallest(
                scores, _rank(scores, level) - 1
            ),
            "you exchanged level and 1 − level": lambda scores, level: _smallest(
                scores, _rank(scores, 1 - level)
            ),
            "you took torch.quantile, which interpolates and does not use the + 1": (
                lambda scores, level: scores.quantile(level, dim=-1)
            ),
            "you counted from 0: the k-th smallest has index k − 1": lambda scores, level: (
                _smallest(scores, min(_rank(scores, level), scores.shape[-1] - 1) + 1)
            ),
            "you sorted in descending order": lambda scores, level: (
                -_smallest(-scores, _rank(scores, level))
            ),
            "you did not sort the scores": lambda scores, level: scores[
                ..., _rank(scores, level) - 1
            ],
        },
        direction="with the new image there are n + 1 scores: which rank has the promised share?",
        hint="scores.sort(dim=-1).values[..., k - 1] with k = math.ceil((n + 1) * level)",
    ),
    Exercise(
        name="calibrate",
        kind="build",
        reference=lambda x_hat, x, s, level: built.calibrate(x_hat, x, s, level),
        inputs=built.restored,
        mistakes={
            "the + 1 above is missing: the new image counts as if all of it were outside": partial(
                built.calibrate, outside=0
            ),
            "the + 1 below is missing: there are n + 1 images": partial(built.calibrate, new=0),
            "both + 1 are missing: the new image does not count": partial(
                built.calibrate, new=0, outside=0
            ),
            "you exchanged level and 1 − level": lambda x_hat, x, s, level: built.calibrate(
                x_hat, x, s, 1 - level
            ),
            "you did not divide the error by s": partial(
                built.calibrate, score=lambda gap, s: gap.abs()
            ),
            "you multiplied the error by s: q is in units of s": partial(
                built.calibrate, score=lambda gap, s: gap.abs() * s
            ),
            "you forgot the absolute value of the error": partial(
                built.calibrate, score=lambda gap, s: gap / s
            ),
            "you took the error with its sign, x̂ − x": partial(
                built.calibrate, score=lambda gap, s: -gap / s
            ),
            "you squared the error": partial(
                built.calibrate, score=lambda gap, s: gap.square() / s
            ),
            "you took the next smaller score: there one pixel too many is outside": partial(
                built.calibrate, index=-1
            ),
            "you took the next larger score: the index counts from 0": partial(
                built.calibrate, index=1
            ),
            "you treated each pixel as an image: n is the number of images": built.rank_of_pixels,
            "you counted images, not pixels: of all n images together more pixels may be outside": (
                built.few_outside
            ),
            "you want whole images inside: M̂ is a share of pixels": built.rank_of_images,
            "you took torch.quantile of all pixels: the + 1 are missing": (
                lambda x_hat, x, s, level: ((x - x_hat).abs() / s).quantile(level)
            ),
        },
        direction="how many of all the n·H·W pixels may be outside? Which score leaves so many?",
        hint="outside = floor(((n + 1)(1 − level) − 1)·pixels); sort |x − x̂|/s over all images, "
        "and take the one with exactly so many above it",
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
            "the upper bound itself is left out: a value on it is inside": (
                lambda lower, upper, x: _share((lower <= x) & (x < upper))
            ),
            "the lower bound itself is left out: a value on it is inside": (
                lambda lower, upper, x: _share((lower < x) & (x <= upper))
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
        direction="for each value: inside or not? Then, for each image: which share of them?",
        hint="((lower <= x) & (x <= upper)) is True or False: take its mean over (1, 2, 3)",
    ),
    DATA_STEP,
    PLUG_AND_PLAY,
)
