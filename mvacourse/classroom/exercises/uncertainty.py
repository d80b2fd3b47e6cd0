"""Exercises of notebook 13: Langevin, conformal intervals, coverage."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts.langevin import CALIBRATE, LANGEVIN


def _scores(g: torch.Generator) -> list[tuple[Tensor, float]]:
    # In the first two the + 1 matters, in the third the rounding up.
    # In the fourth the nearest whole number is below; in the fifth (n + 1)·level is whole.
    sizes = [((30,), 0.9), ((5, 12), 0.75), ((2, 3, 7), 0.6), ((3, 24), 0.85), ((2, 19), 0.75)]
    sizes += [((4, 20), 0.3)]  # here ⌈(n − 1)·level⌉ + 1 is right, and the nearest number not
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
    LANGEVIN,
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
            "you took n − 1 in place of n + 1": lambda scores, level: _smallest(
                scores, math.ceil((scores.shape[-1] - 1) * level)
            ),
            "your index is ⌈(n − 1)·level⌉: it is ⌈(n + 1)·level⌉ − 1": lambda scores, level: (
                _smallest(scores, math.ceil((scores.shape[-1] - 1) * level) + 1)
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
            "you took the first dimension: the scores of a row are along the last": (
                lambda scores, level: scores.sort(dim=0).values[
                    min(math.ceil((len(scores) + 1) * level), len(scores)) - 1
                ]
            ),
            "you took one quantile of all rows together: each row has its own": (
                lambda scores, level: _smallest(
                    scores.flatten(), min(_rank(scores.flatten(), level), scores.numel())
                )
            ),
            "n is the number of rows for you: it is that of the scores in a row": (
                lambda scores, level: _smallest(scores, math.ceil((len(scores) + 1) * level))
            ),
            "you took k = ⌈n·level⌉ + 1: it is ⌈(n + 1)·level⌉": lambda scores, level: _smallest(
                scores, min(math.ceil(scores.shape[-1] * level) + 1, scores.shape[-1])
            ),
            "you took the largest score": lambda scores, level: scores.amax(-1),
            "you took torch.quantile at the right level: it interpolates between two scores": (
                lambda scores, level: scores.quantile(
                    min((scores.shape[-1] + 1) * level / scores.shape[-1], 1.0), dim=-1
                )
            ),
            "you sorted the moduli of the scores": lambda scores, level: _smallest(
                scores.abs(), _rank(scores, level)
            ),
            "you did not sort the scores": lambda scores, level: scores[
                ..., _rank(scores, level) - 1
            ],
        },
        direction="with the new image there are n + 1 scores: which rank has the promised share?",
        hint="scores.sort(dim=-1).values[..., k - 1] with k = math.ceil((n + 1) * level)",
    ),
    CALIBRATE,
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
            "you took the mean over all images: keep one value for each of them": (
                lambda lower, upper, x: ((lower <= x) & (x <= upper)).double().mean(dim=(0, 2, 3))
            ),
            "this is the place in the interval: is the value inside or not?": (
                lambda lower, upper, x: (
                    ((x - lower) / (upper - lower)).clamp(0, 1).mean(dim=(1, 2, 3))
                )
            ),
            "you took the mean over the images: take it over their values": (
                lambda lower, upper, x: ((lower <= x) & (x <= upper)).double().mean(0)
            ),
            "this is the mean width of the intervals: count the values inside": (
                lambda lower, upper, x: (upper - lower).mean(dim=(1, 2, 3))
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
)
