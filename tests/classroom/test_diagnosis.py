"""Any wrong answer that is a simple function of the right one is named as such."""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from mvacourse.classroom.exercises import Exercise, all_exercises
from mvacourse.classroom.exercises.checking.examination import examine


def randn(g, *shape):
    return torch.randn(shape, generator=g, dtype=torch.float64)


def right(x, eps):
    """An image of both signs, with no symmetry, neither x nor a multiple of it."""
    return 1.5 * x.roll(1, -1) - x**2 + eps


IMAGE = Exercise(
    "image",
    right,
    inputs=lambda g: [(randn(g, 2, 3, 9, 7), 0.1), (randn(g, 3, 1, 8, 11), 0.3)],
)
NUMBER = Exercise(
    "number",
    lambda x: x.square().mean(),
    inputs=lambda g: [(randn(g, 2, 1, 7, 6),), (randn(g, 3, 3, 5, 8),)],
)
VECTOR = Exercise(
    "vector", lambda x: x.cumsum(0), inputs=lambda g: [(randn(g, 6),), (randn(g, 9),)]
)
COMPLEX = Exercise(
    "complex",
    torch.fft.fft2,
    inputs=lambda g: [(randn(g, 5, 8),), (randn(g, 7, 4),)],
)
PATH = Exercise(
    "path",
    lambda x, n: torch.stack([x * 0.7**k + k for k in range(n + 1)]),
    inputs=lambda g: [(randn(g, 1, 1, 7, 6), 3), (randn(g, 2, 3, 5, 8), 2)],
)
COUNT = Exercise(
    "count",
    lambda x: int((x > 0).sum()),
    inputs=lambda g: [(randn(g, 20),), (randn(g, 31),)],
)


def on_image(f):
    return lambda x, eps: f(right(x, eps))


def border(x, eps):
    y = right(x, eps)
    y[..., 0, :] = 0
    return y


def one_pixel(x, eps):
    y = right(x, eps)
    y[1, 0, 3, 2] += 1
    return y


WRONG = [
    (IMAGE, lambda x, eps: x, "is its argument x, unchanged"),
    (IMAGE, on_image(lambda y: -y), "has the wrong sign"),
    (IMAGE, on_image(lambda y: 2 * y), "is twice the right one"),
    (IMAGE, on_image(lambda y: -y / 2), "is minus half of the right one"),
    (IMAGE, on_image(lambda y: math.sqrt(2) * y), "is √2 times the right one"),
    (IMAGE, on_image(lambda y: 255 * y), "is 255 times the right one"),
    (IMAGE, on_image(lambda y: 7.25 * y), "is 7.25 times the right one"),
    (IMAGE, lambda x, eps: eps * right(x, eps), "is too large by the factor eps"),
    (IMAGE, lambda x, eps: right(x, eps) / eps**2, "is too small by the factor eps²"),
    (IMAGE, on_image(lambda y: y.abs()), "is the absolute value of the right one"),
    (IMAGE, on_image(lambda y: y**2), "is the square of the right one"),
    (IMAGE, on_image(lambda y: 1 / y), "is the inverse of the right one"),
    (IMAGE, on_image(lambda y: 1 - y), "is one minus the right one"),
    (IMAGE, on_image(lambda y: y.exp()), "is the exponential of the right one"),
    (IMAGE, on_image(lambda y: y.clamp(0, 1)), "is the right one clamped to [0, 1]"),
    (IMAGE, on_image(lambda y: y.clamp(min=0)), "with its negative values set to zero"),
    (IMAGE, on_image(lambda y: y.round()), "rounded to whole numbers"),
    (IMAGE, on_image(lambda y: y.flip(-1)), "with left and right exchanged"),
    (IMAGE, on_image(lambda y: y.flip(-2)), "upside down"),
    (IMAGE, on_image(lambda y: y.flip(-1, -2)), "turned by 180°"),
    (IMAGE, on_image(lambda y: y.roll(1, -1)), "shifted forwards by one of the columns"),
    (IMAGE, on_image(lambda y: y.roll(-1, -2)), "shifted backwards by one of the rows"),
    (IMAGE, on_image(lambda y: torch.fft.fftshift(y, dim=(-2, -1))), "(an fftshift)"),
    (IMAGE, on_image(lambda y: y + 0.5), "is too large by 0.5, everywhere"),
    (IMAGE, border, "is right inside, and wrong at the border (the outermost pixels)"),
    (IMAGE, one_pixel, "is right everywhere but at [1, 0, 3, 2]"),
    (IMAGE, on_image(lambda y: y.mT), "rows and columns are exchanged"),
    (IMAGE, on_image(lambda y: y.mean()), "it is the mean of the right values"),
    (IMAGE, on_image(lambda y: y.sum()), "it is the sum of the right values"),
    (
        IMAGE,
        on_image(lambda y: torch.cat([y[:1], 0 * y[1:]])),
        "is right for the first image alone",
    ),
    (
        IMAGE,
        on_image(lambda y: y.flatten().sort().values.view_as(y)),
        "has the right values in the wrong places",
    ),
    (
        IMAGE,
        lambda x, eps: right(x, eps) if eps < 0.2 else 3.3 * right(x, eps) ** 3,
        "It is right on 1 of 2 inputs, such as (x: a float64 tensor of shape (2, 3, 9, 7), eps = ",
    ),
    (NUMBER, lambda x: x.square().sum(), "is it a sum where a mean is wanted?"),
    (NUMBER, lambda x: x.square().mean(dim=(1, 2, 3)).sum(), "the number of images in x"),
    (NUMBER, lambda x: x.square().mean().sqrt(), "is the square root of the right one"),
    (NUMBER, lambda x: x.square().sum() / (x.numel() - 1), "divide by n"),
    (NUMBER, lambda x: x.square().mean((1, 2, 3)), "its mean is the right value: take the mean"),
    (NUMBER, lambda x: x.square().mean()[None], "the values are right: use keepdim"),
    (VECTOR, lambda x: x.cumsum(0).flip(0), "is the right one in the opposite order"),
    (VECTOR, lambda x: torch.cat([x.cumsum(0)[:-1], x[:1]]), "but for the last value"),
    (VECTOR, lambda x: torch.cat([x[1:2], x.cumsum(0)[1:]]), "but at [0]"),
    (VECTOR, lambda x: x.cumsum(0).roll(1), "shifted forwards by one of the places"),
    (COMPLEX, lambda x: torch.fft.fft2(x).conj(), "is the complex conjugate of the right one"),
    (COMPLEX, lambda x: torch.fft.fft2(x, norm="ortho"), "too small by the root of the number of"),
    (COMPLEX, lambda x: torch.fft.fft2(x).abs(), "is the absolute value of the right one"),
    (COMPLEX, torch.fft.ifft2, "is"),
    (PATH, lambda x, n: PATH.reference(x, n)[1:], "the first one is missing"),
    (PATH, lambda x, n: PATH.reference(x, n - 1), "the last one is missing"),
    (PATH, lambda x, n: PATH.reference(x, n + 1), "there is one too many at the end"),
    (PATH, lambda x, n: PATH.reference(x, n)[-1], "it is the last one alone"),
    (PATH, lambda x, n: PATH.reference(x, n).flatten(0, 1), "torch.stack makes a new dimension"),
    (PATH, lambda x, n: x.expand(n + 1, *x.shape), "is right for the start, and wrong from"),
    (IMAGE, on_image(torch.zeros_like), "is 0 everywhere"),
    (IMAGE, on_image(lambda y: torch.full_like(y, 0.3)), "is one and the same number everywhere"),
    (IMAGE, lambda x, eps: right(x, eps) + x, "is the right one plus x"),
    (IMAGE, lambda x, eps: right(x, eps) - 2.5 * x, "is the right one minus 2.5 times x"),
    (IMAGE, lambda x, eps: right(x, eps) * x, "is the right one times x, value by value"),
    (IMAGE, lambda x, eps: right(x, eps) / x, "is the right one divided by x, value by value"),
    (IMAGE, lambda x, eps: x - right(x, eps), "is x minus the right one"),
    (IMAGE, lambda x, eps: x + torch.rand_like(x), "as if you draw random numbers"),
    (IMAGE, on_image(lambda y: y.half()), "holds torch.float16"),
    (
        IMAGE,
        lambda x, eps: torch.cat([right(x, eps)[:, :1], 3 * x[:, 1:] ** 2], 1),
        "is right for the first channel alone",
    ),
    (IMAGE, on_image(lambda y: y.sum(0)), "sum of the right values along dimension 0"),
    (IMAGE, on_image(lambda y: y.mean(1, keepdim=True)), "mean of the right values along dim"),
    (IMAGE, on_image(lambda y: y[:, 0]), "at the first place of dimension 1 alone"),
    (IMAGE, on_image(lambda y: y[..., 2:]), "it begins too late along dimension 3"),
    (IMAGE, on_image(lambda y: y[..., :-2, :]), "it ends too early along dimension 2"),
    (IMAGE, on_image(lambda y: torch.cat([y, y[..., :1]], -1)), "it goes on for too long along"),
    (IMAGE, on_image(lambda y: torch.cat([y[..., :1], y], -1)), "it begins too early along"),
    (IMAGE, on_image(lambda y: y.permute(2, 3, 0, 1)), "its dimensions are in another order"),
    (IMAGE, on_image(lambda y: torch.stack([y / 3, 2 * y / 3])), "its sum along dimension 0 is"),
    (IMAGE, on_image(lambda y: torch.stack([y, y], 2)), "its mean along dimension 2 is right"),
    (
        IMAGE,
        on_image(lambda y: torch.nn.functional.pad(y, (1, 2, 0, 3))),
        "there is more around them: do you pad?",
    ),
    (NUMBER, lambda x: x, "that is the shape of x"),
    (PATH, lambda x, n: PATH.reference(x, n).roll(1, 0), "comes one place too late"),
    (PATH, lambda x, n: PATH.reference(x, n + 1)[1:], "comes one place too early"),
    (
        PATH,
        lambda x, n: torch.cat([PATH.reference(x, n)[:2], 5 + PATH.reference(x, n)[2:]]),
        "is right for the first 2 along dimension 0, and wrong from then on",
    ),
    (
        VECTOR,
        lambda x: torch.cat([x[:1], 5 + x[1:]]),
        "is right for the first value, and wrong from then on",
    ),
    (COUNT, lambda x: int((x > 0).sum()) + 1, "is too large by 1"),
    (COUNT, lambda x: int((x > 0).sum()) - 1, "is too small by 1"),
]


@pytest.mark.parametrize(("exercise", "answer", "words"), WRONG, ids=[w for *_, w in WRONG])
def test_a_simple_function_of_the_right_answer_is_named(exercise, answer, words):
    verdict = examine(exercise, answer)
    assert not verdict.right and words in verdict.words
    assert verdict.case is not None


def test_two_values_in_the_wrong_order_are_named():
    two = Exercise("two", lambda x: (x, x.sum()), inputs=lambda g: [(randn(g, 4),)])
    assert "in the wrong order" in examine(two, lambda x: (x.sum(), x)).words


def test_an_answer_that_draws_as_the_reference_does_is_not_told_so():
    luck = Exercise("luck", lambda x: x + 0 * torch.rand(()), inputs=lambda g: [(randn(g, 4),)])
    assert "random" not in examine(luck, lambda x: x**3 + 0 * torch.rand(())).words


def test_different_numbers_look_as_precise_as_they_are():
    sure = Exercise("sure", 104.86)
    assert examine(sure, 104.9).words == "your answer is 104.90, expected 104.86."


def test_no_relation_is_claimed_that_does_not_hold():
    for k in range(20):
        g = torch.Generator().manual_seed(k)

        def other(x, eps, g=g):
            return right(x, eps) + randn(g, *x.shape)

        words = examine(IMAGE, other).words
        assert "has a relative error of" in words


def test_a_single_number_is_not_explained_by_chance():
    exercise = Exercise("one", 4.0)
    assert examine(exercise, 2.0).words == "your answer is 2, expected 4."


TURNS = [lambda y: -y, lambda y: 2 * y, lambda y: y + 1, lambda y: y**3 + 0.1]


@pytest.mark.parametrize("turn", range(len(TURNS)))
def test_what_is_said_of_the_exercises_never_shows_two_equal_numbers(turn):
    for exercise in all_exercises().values():
        if not callable(exercise.reference) or exercise.probe:
            continue
        wanted = exercise.reference
        verdict = examine(exercise, lambda *case, f=wanted: TURNS[turn](_tensor(f(*case))))
        assert not verdict.right, exercise.name
        if ", expected " in verdict.words:
            got, known = verdict.words.split(", expected ")[:2]
            assert got.split()[-1] != known.split()[0].rstrip("."), verdict.words


def _tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.tensor(float(x), dtype=torch.float64)


ODD = {
    "sparse": lambda x: right_mean(x).to_sparse(),
    "nested": lambda x: torch.nested.nested_tensor([x.flatten()]),
    "on no device": lambda x: right_mean(x).to("meta"),
    "a huge integer": lambda x: 10**400,
    "an array of text": lambda x: np.array("a"),
    "an array of objects": lambda x: np.array(None),
    "exit()": lambda x: sys.exit(1),
    "True": lambda x: True,
}


def right_mean(x):
    return x.square().mean()


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_answer_of_an_odd_kind_is_refused_without_an_error(answer):
    verdict = examine(NUMBER, answer)
    assert not verdict.right and verdict.words.startswith("it ")


def test_a_path_that_is_too_short_or_too_long_is_named():
    path = Exercise(
        "path",
        lambda x: torch.stack([x, 2 * x, 3 * x, 4 * x]),
        inputs=lambda g: [(randn(g, 5),), (randn(g, 2, 3),)],
    )
    early = examine(path, lambda x: torch.stack([x, 2 * x])).words
    long = examine(path, lambda x: torch.stack([0 * x, x, 2 * x, 3 * x, 4 * x])).words
    assert "end too early" in early and "too many at the beginning" in long


def test_a_mistake_that_changes_the_shape_is_named():
    flat = Exercise(
        "flat",
        lambda x: x.sum(),
        inputs=lambda g: [(randn(g, 4, 5),)],
        mistakes={"you kept the largest": lambda x: x.amax(0)},
    )
    assert "looks as if you kept the largest" in examine(flat, lambda x: x.amax(0)).words


def joined(x, y):
    return torch.cat((x, y), dim=1)


def failing(**more):
    mistakes = {"you joined the rows": lambda x, y: torch.cat((x, y), dim=0)}
    inputs = lambda g: [(randn(g, 2, 2), randn(g, 2, 2)), (randn(g, 3, 4), randn(g, 3, 5))]  # noqa: E731
    return Exercise("joined", joined, inputs=inputs, mistakes={**mistakes, **more})


def test_an_error_is_traced_to_the_mistake_that_raises_it():
    for answer in (lambda x, y: torch.cat([x, y]), lambda x, y: torch.vstack([x, y])):
        words = examine(failing(), answer).words
        assert "it raised RuntimeError: tensors of the shapes (3, 4) and (3, 5)" in words
        assert "; it looks as if you joined the rows. The input: x:" in words


@pytest.mark.parametrize(
    "answer, more",
    [
        (lambda x, y: torch.cat([y, x]), {}),
        (lambda x, y: x + y, {}),
    ],
    ids=["other sizes", "another operation"],
)
def test_an_error_is_not_traced_by_chance(answer, more):
    words = examine(failing(**more), answer).words
    assert "raised RuntimeError" in words and "looks as if" not in words


def test_an_error_that_two_mistakes_raise_names_none():
    """Only where it shows nothing before: equal values on another input tell them apart."""
    two = failing(**{"you added one": lambda x, y: torch.cat((x, y)) + 1})
    at_once = replace(two, inputs=lambda g: [(randn(g, 3, 4), randn(g, 3, 5))])
    answer = lambda x, y: torch.cat([x, y])  # noqa: E731
    assert "looks as if" not in examine(at_once, answer).words
    assert "you joined the rows" in examine(two, answer).words


def test_a_mistake_with_nan_is_named_but_nan_alone_names_none():
    root = Exercise(
        "root",
        lambda x: x.abs().sqrt(),
        inputs=lambda g: [(randn(g, 30).abs() - k,) for k in (0, 0.5)],
        mistakes={"you forgot the absolute value, and the root twice": lambda x: x.sqrt().sqrt()},
    )
    assert "forgot the absolute" in examine(root, lambda x: x**0.25).words
    assert "NaN" in examine(root, lambda x: x * math.nan).words
    assert "looks as if" not in examine(root, lambda x: x * math.nan).words


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda x, eps: right(x, eps).movedim(0, 1), "along which one do you stack"),
        (lambda x, eps: right(x, eps).mT, "rows and columns are exchanged"),
        (
            lambda x, eps: torch.stack([right(x, eps) - 1, right(x, eps) + 1]),
            "its mean along dimension 0",
        ),
        (lambda x, eps: right(x, eps).reshape(x.mT.shape), "sizes of a reshape exchanged"),
        (lambda x, eps: right(x, eps).flatten(0, 1), "torch.stack makes a new dimension"),
    ],
)
def test_a_wrong_shape_with_right_values_is_explained(answer, words):
    assert words in examine(IMAGE, answer).words
