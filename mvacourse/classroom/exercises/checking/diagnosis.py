"""Name what is wrong with any answer, from its values and those of the reference alone.

A wrong answer is often a simple function of the right one: its negative, its double, its transpose.
Each such relation is tried on all inputs on which the answer is wrong; it is named only if it holds
on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.multiples import CLOSE, Outcome, multiple, near
from mvacourse.classroom.exercises.checking.relations import (
    leading,
    one_number,
    out_of_step,
    with_an_argument,
)


def diagnose(outcomes: Sequence[Outcome], named: bool = False) -> str | None:
    """Complete "your answer …" for answers of the right shape; None if nothing simple is wrong.

    Of a single number nothing is said: some simple relation would hold by chance. What only says
    where an answer is wrong is left out if its mistake is `named`.
    """
    if sum(o.wanted.numel() for o in outcomes) < 2:
        return None
    first = (_argument, *(() if named else (one_number,)), _off_by_one, multiple, _function, _moved)
    last = (_same_values,) if named else (leading, _same_values, with_an_argument)
    between = (_shifted_value, _partly) if named else (out_of_step, _shifted_value, _partly)
    for relation in (*first, *between, *last):
        if words := relation(outcomes):
            return words
    return None


# Each relation: all outcomes → words, or None.


def _argument(outcomes: Sequence[Outcome]) -> str | None:
    for name in outcomes[0].given:
        values = [o.given[name] for o in outcomes]
        if all(
            isinstance(v, Tensor) and v.shape == o.got.shape and near(o.got, v)
            for v, o in zip(values, outcomes)
        ):
            return f"is its argument {name}, unchanged"
    return None


def _off_by_one(outcomes: Sequence[Outcome]) -> str | None:
    """Of whole numbers, one too many or too few."""
    if any(o.wanted.is_complex() or not near(o.wanted, o.wanted.round()) for o in outcomes):
        return None
    for gap, words in ((1, "is too large by 1"), (-1, "is too small by 1")):
        if all(near(o.got, o.wanted + gap) for o in outcomes):
            return words
    return None


def _functions() -> dict[str, Callable[[Tensor], Tensor]]:
    return {
        "is the complex conjugate of the right one": lambda w: w.conj(),
        "is the absolute value of the right one": lambda w: w.abs(),
        "is the square of the right one": lambda w: w**2,
        "is minus the square of the right one": lambda w: -(w**2),
        "is the square root of the right one": lambda w: w.abs().sqrt(),
        "is the inverse of the right one (one divided by it)": lambda w: 1 / w,
        "is minus the inverse of the right one": lambda w: -1 / w,
        "is the inverse of the square of the right one": lambda w: 1 / w**2,
        "is the inverse of the square root of the right one": lambda w: w.abs().rsqrt(),
        "is one minus the right one": lambda w: 1 - w,
        "is the right one minus one": lambda w: w - 1,
        "is the exponential of the right one": lambda w: w.exp(),
        "is the logarithm of the right one": lambda w: w.abs().log(),
        "is the right one clamped to [0, 1]": lambda w: w.clamp(0, 1),
        "is the right one with its negative values set to zero": lambda w: w.clamp(min=0),
        "is the right one cut off at 1": lambda w: w.clamp(max=1),
        "is the right one rounded to whole numbers": lambda w: w.round(),
        "is the right one rounded down": lambda w: w.floor(),
        "is the right one rounded up": lambda w: w.ceil(),
    }


def _function(outcomes: Sequence[Outcome]) -> str | None:
    numbers = all(o.wanted.ndim == 0 for o in outcomes)
    for words, f in _functions().items():
        if numbers and ("clamped" in words or "cut off" in words):  # any answer 1 would be that
            continue
        try:
            if all(near(o.got, f(o.wanted)) for o in outcomes):
                return words
        except RuntimeError:  # not defined for complex numbers
            continue
    return None


_TURNS: dict[str, Callable[[Tensor], Tensor]] = {
    "is the right one transposed: rows and columns are exchanged": lambda w: _matrix(w).mT,
    "is the right one upside down": lambda w: w.flip(-2),
    "is the right one with left and right exchanged": lambda w: _matrix(w).flip(-1),
    "is the right one turned by 180°": lambda w: w.flip(-1, -2),
    "is the right one with its channels in the opposite order": lambda w: w.flip(-3),
    "is the right one with its two quadrant pairs exchanged (an fftshift)": lambda w: (
        torch.fft.fftshift(w, dim=(-2, -1))
    ),
}


def _moved(outcomes: Sequence[Outcome]) -> str | None:
    for words, turn in _TURNS.items():
        if all(_turned(o, turn) for o in outcomes):
            return words
    if any(o.wanted.ndim == 0 for o in outcomes):
        return None
    if all(o.wanted.ndim == 1 and near(o.got, o.wanted.flip(0)) for o in outcomes):
        return "is the right one in the opposite order"
    dims = min(o.wanted.ndim for o in outcomes)
    for back in range(1, min(dims, 3) + 1):
        for k in (1, -1, 2, -2):
            if all(near(o.got, o.wanted.roll(k, -back)) for o in outcomes):
                along = {1: "columns", 2: "rows", 3: "channels"}[back] if dims > 1 else "places"
                way = "forwards" if k > 0 else "backwards"
                number = "one of the" if abs(k) == 1 else "two of the"
                return f"is the right one, shifted {way} by {number} {along}"
    return None


def _matrix(w: Tensor) -> Tensor:
    if w.ndim < 2:
        raise IndexError("not a matrix")
    return w


def _turned(o: Outcome, turn: Callable[[Tensor], Tensor]) -> bool:
    try:
        turned = turn(o.wanted)
    except (IndexError, RuntimeError):
        return False
    return turned.shape == o.got.shape and near(o.got, turned)


def _shifted_value(outcomes: Sequence[Outcome]) -> str | None:
    """A constant too much; for whole numbers, off by one."""
    gaps = [o.got - o.wanted for o in outcomes]
    c = gaps[0].flatten()[0].item()
    known = len(outcomes) > 1 or gaps[0].numel() > 1
    if known and all(
        (g - c).abs().max() <= CLOSE * (abs(c) + o.wanted.abs().max())
        for g, o in zip(gaps, outcomes)
    ):
        much = "too large" if c.real > 0 else "too small"
        return f"is {much} by {abs(c):.4g}, everywhere"
    return None


def _partly(outcomes: Sequence[Outcome]) -> str | None:
    """Right in a part: all but one value, the inside, the first image."""
    wrong = [(o.got - o.wanted).abs() > 1e-9 * o.wanted.abs().max() for o in outcomes]
    if all(o.wanted.numel() > 2 and int(w.sum()) == 1 for o, w in zip(outcomes, wrong)):
        return _one_place(wrong)
    for edge in (1, 2, 3):
        inside = (..., slice(edge, -edge), slice(edge, -edge))
        if all(
            o.wanted.ndim >= 2
            and min(o.wanted.shape[-2:]) > 2 * edge + 1
            and near(o.got[inside], o.wanted[inside])
            for o in outcomes
        ):
            width = "the outermost pixels" if edge == 1 else f"the {edge} outermost pixels"
            return f"is right inside, and wrong at the border ({width}): how does it go on there?"
    several = [o for o in outcomes if o.wanted.ndim >= 3 and len(o.wanted) > 1]
    if several and all(
        [near(*pair) for pair in zip(o.got, o.wanted)] == [True] + [False] * (len(o.wanted) - 1)
        for o in several
    ):
        if all(len(o.wanted) == 2 for o in several):
            return "is right in the first of its two parts, and wrong in the second"
        first = {4: "first image alone", 5: "start, and wrong from then on"}
        return f"is right for the {first.get(several[0].wanted.ndim, 'first entry alone')}"
    return None


def _one_place(wrong: Sequence[Tensor]) -> str:
    at = [w.nonzero()[0].tolist() for w in wrong]
    if all(place == at[0] for place in at):
        return f"is right everywhere but at {at[0]}"
    if all(place == [len(w) - 1] for place, w in zip(at, wrong)):
        return "is right everywhere but for the last value"
    return "is right everywhere but at one place"


def _same_values(outcomes: Sequence[Outcome]) -> str | None:
    if all(
        o.wanted.numel() > 2
        and not o.wanted.is_complex()
        and near(o.got.flatten().sort().values, o.wanted.flatten().sort().values)
        for o in outcomes
    ):
        return "has the right values in the wrong places"
    return None
