"""A wrong answer that is a sum of the right terms is told which factor is wrong."""

from __future__ import annotations

import pytest
import torch

from mvacourse.classroom.exercises import Exercise
from mvacourse.classroom.exercises.checking.examination import examine
from mvacourse.classroom.exercises.checking.exercise import Terms


def randn(g, *shape):
    return torch.randn(shape, generator=g, dtype=torch.float64)


SUM = Exercise(
    "blend",
    lambda x, y, t: x - t * y,
    inputs=lambda g: [(randn(g, 2, 5), randn(g, 2, 5), 0.3), (randn(g, 7), randn(g, 7), 0.7)],
    terms=Terms(lambda got, x, y, t: (got, {"x": x, "y": y, "x²": x**2})),
)
LINE = Exercise(
    "line",
    lambda t: 1 + 16 * t,
    inputs=lambda g: [(0.1,), (1.0,), (7.5,)],
    terms=Terms(lambda got, t: (got, {"the 1": 1.0, "t": t}), joint=True),
)


def walk(x, tau, n, start=1.0, fades=1.0):
    path = [start * x]
    for k in range(n):
        path.append(path[-1] - tau * fades**k * path[-1] ** 3)
    return torch.stack(path)


WALK = Exercise(
    "walk",
    walk,
    inputs=lambda g: [(randn(g, 5), 0.1, 4), (randn(g, 2, 3), 0.05, 2)],
    terms=Terms(lambda got, x, tau, n: (got.diff(dim=0), {"the cube": got[:-1] ** 3}), steps=True),
)
WRONG = [
    (SUM, lambda x, y, t: x + t * y, "the sign of y is wrong"),
    (SUM, lambda x, y, t: x - 2 * t * y, "the factor of y is twice the right one"),
    (SUM, lambda x, y, t: x - t**2 * y, "the factor of y is -0.09, expected -0.3"),
    (SUM, lambda x, y, t: 3 * x, "the factor of x is three times the right one and y is missing"),
    (SUM, lambda x, y, t: x - t * y + x**2, "there is x² too much, with the factor 1"),
    (LINE, lambda t: 1 + 4 * t, "the factor of t is a quarter of the right one"),
    (
        LINE,
        lambda t: 3 - 16 * t,
        "the factor of the 1 is three times the right one and the sign of t is wrong",
    ),
    (
        WALK,
        lambda x, tau, n: walk(x, tau / 2, n),
        "the factor of the cube is half of the right one",
    ),
    (WALK, lambda x, tau, n: walk(x, tau, n, fades=0.9), "factors that change from one step"),
    (WALK, lambda x, tau, n: walk(3 * x, 0.0, n), "your iterates do not move"),
    (WALK, lambda x, tau, n: walk(x, tau, n, start=2.0), "is the start another one?"),
]


@pytest.mark.parametrize(("exercise", "answer", "words"), WRONG, ids=[w for *_, w in WRONG])
def test_a_wrong_factor_is_named(exercise, answer, words):
    verdict = examine(exercise, answer)
    assert not verdict.right and words in verdict.words


OTHER = [
    (SUM, lambda x, y, t: x * y),
    (SUM, lambda x, y, t: x.abs()),
    (LINE, lambda t: (1 + t) ** 2),
    (WALK, lambda x, tau, n: walk(x, tau, n).sin()),
    (WALK, lambda x, tau, n: "a text"),
]


@pytest.mark.parametrize(("exercise", "answer"), OTHER)
def test_what_is_no_sum_of_the_terms_has_no_wrong_factor(exercise, answer):
    words = examine(exercise, answer).words
    assert "factor" not in words and "looks as if" not in words
