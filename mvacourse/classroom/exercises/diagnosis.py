"""Name what is wrong with any answer, from its values and those of the reference alone.

A wrong answer is often a simple function of the right one: its negative, its double, its transpose.
Each such relation is tried on all inputs on which the answer is wrong; it is named only if it holds
on all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from mvacourse.classroom.exercises.comparison import distance

_CLOSE = 1e-6
"""Relative error up to which a relation holds; single precision passes."""


class Outcome(NamedTuple):
    """What an answer gave on one input.

    Attributes
    ----------
    given : dict {argument: value}
    got, wanted : Tensor
    """

    given: dict[str, Any]
    got: Tensor
    wanted: Tensor


def diagnose(outcomes: Sequence[Outcome]) -> str | None:
    """Complete "your answer …" for answers of the right shape; None if nothing simple is wrong.

    Of a single number nothing is said: some simple relation would hold by chance.
    """
    if sum(o.wanted.numel() for o in outcomes) < 2:
        return None
    for relation in (
        _argument,
        _off_by_one,
        _multiple,
        _function,
        _moved,
        _shifted_value,
        _partly,
        _same_values,
    ):
        if words := relation(outcomes):
            return words
    return None


def diagnose_shape(outcomes: Sequence[Outcome]) -> str | None:
    """Complete "its shape is …" for answers of another shape than the reference."""
    for words, same in _SHAPES.items():
        if all(distance(*pair) < _CLOSE for o in outcomes for pair in [same(o)]):
            return words
    return None


# Each relation: all outcomes → words, or None.


def _argument(outcomes: Sequence[Outcome]) -> str | None:
    for name in outcomes[0].given:
        values = [o.given[name] for o in outcomes]
        if all(
            isinstance(v, Tensor) and v.shape == o.got.shape and _near(o.got, v)
            for v, o in zip(values, outcomes)
        ):
            return f"is its argument {name}, unchanged"
    return None


def _off_by_one(outcomes: Sequence[Outcome]) -> str | None:
    """Of whole numbers, one too many or too few."""
    if any(o.wanted.is_complex() or not _near(o.wanted, o.wanted.round()) for o in outcomes):
        return None
    for gap, words in ((1, "is too large by 1"), (-1, "is too small by 1")):
        if all(_near(o.got, o.wanted + gap) for o in outcomes):
            return words
    return None


NICE = {
    2.0: "twice",
    0.5: "half of",
    3.0: "three times",
    1 / 3: "a third of",
    4.0: "four times",
    0.25: "a quarter of",
    8.0: "eight times",
    0.125: "an eighth of",
    math.pi: "π times",
    1 / math.pi: "1/π times",
    2 * math.pi: "2π times",
    0.5 / math.pi: "1/(2π) times",
    math.sqrt(2): "√2 times",
    math.sqrt(0.5): "1/√2 times",
    10.0: "ten times",
    0.1: "a tenth of",
    20.0: "twenty times",
    math.log(10): "ln 10 times",
    1 / math.log(10): "1/ln 10 times",
    math.log(2): "ln 2 times",
    255.0: "255 times",
    1 / 255: "1/255 of",
    255.0**2: "255² times",
}


def _multiple(outcomes: Sequence[Outcome]) -> str | None:
    """A multiple of the right answer: by one constant, or by a number that the input gives."""
    factors = [_factor(o) for o in outcomes]
    if any(f is None for f in factors):
        return None
    if all(abs(f + 1) < _CLOSE for f in factors):
        return "has the wrong sign, and is right but for it"
    one = all(abs(f - factors[0]) <= _CLOSE * abs(factors[0]) for f in factors)
    sign = "minus " if factors[0].real < 0 else ""
    if one:
        for number, words in NICE.items():
            if abs(abs(factors[0]) - number) < _CLOSE * number and not isinstance(
                factors[0], complex
            ):
                return f"is {sign}{words} the right one"
    for words, count in _counts(outcomes[0]):
        others = [dict(_counts(o)).get(words) for o in outcomes[1:]]
        if all(
            n is not None and abs(f - n) <= _CLOSE * abs(n)
            for f, n in zip(factors, [count, *others])
        ):
            return words
    if one and (len(outcomes) > 1 or outcomes[0].wanted.numel() > 1):
        return f"is {_number(factors[0])} times the right one"
    return None


def _counts(o: Outcome) -> Iterator[tuple[str, float]]:
    """Yield factors that an input gives: how many values, rows, images there are; its numbers."""
    sizes: dict[str, int] = {}
    tensors = {name: v for name, v in o.given.items() if isinstance(v, Tensor) and v.ndim}
    for name, v in tensors.items():
        sizes[f"the number of values of {name}"] = v.numel()
        if v.ndim == 4:
            sizes[f"the number of images in {name}"] = len(v)
            sizes[f"the number of channels of {name}"] = v.shape[1]
            sizes[f"the number of pixels of {name}"] = v.shape[-1] * v.shape[-2]
            sizes[f"the number of values of one image of {name}"] = v[0].numel()
        else:
            for d, n in enumerate(v.shape):
                sizes[f"the size of {name} along dimension {d}"] = n
    for name, n in sizes.items():
        if n < 2:
            continue
        yield f"is too large by a factor of {name}: is it a sum where a mean is wanted?", n
        yield f"is too small by a factor of {name}: is it a mean where a sum is wanted?", 1 / n
        yield f"is too large by the root of {name}", math.sqrt(n)
        yield f"is too small by the root of {name}", 1 / math.sqrt(n)
        yield f"is n/(n − 1) times the right one, with n {name}: divide by n", n / (n - 1)
        yield f"is (n − 1)/n times the right one, with n {name}: divide by n − 1", (n - 1) / n
        yield f"is n/(n + 1) times the right one, with n {name}", n / (n + 1)
        yield f"is (n + 1)/n times the right one, with n {name}", (n + 1) / n
    for name, v in o.given.items():
        if isinstance(v, Tensor) and not v.ndim and v.is_floating_point():
            v = v.item()
        if isinstance(v, bool) or not isinstance(v, (int, float)) or v in (0, 1):
            continue
        yield f"is too large by the factor {name}", v
        yield f"is too small by the factor {name}: you divided by it, or left it out", 1 / v
        yield f"is too large by the factor {name}²", v * v
        yield f"is too small by the factor {name}²", 1 / (v * v)
        if v > 0:
            yield f"is too large by the factor √{name}", math.sqrt(v)
            yield f"is too small by the factor √{name}", 1 / math.sqrt(v)


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
    for words, f in _functions().items():
        try:
            if all(_near(o.got, f(o.wanted)) for o in outcomes):
                return words
        except RuntimeError:  # not defined for complex numbers
            continue
    return None


_TURNS: dict[str, Callable[[Tensor], Tensor]] = {
    "is the right one transposed: rows and columns are exchanged": lambda w: _matrix(w).mT,
    "is the right one upside down": lambda w: w.flip(-2),
    "is the right one with left and right exchanged": lambda w: w.flip(-1),
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
    if all(o.wanted.ndim == 1 and _near(o.got, o.wanted.flip(0)) for o in outcomes):
        return "is the right one in the opposite order"
    dims = min(o.wanted.ndim for o in outcomes)
    for back in range(1, min(dims, 3) + 1):
        for k in (1, -1, 2, -2):
            if all(_near(o.got, o.wanted.roll(k, -back)) for o in outcomes):
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
    return turned.shape == o.got.shape and _near(o.got, turned)


def _shifted_value(outcomes: Sequence[Outcome]) -> str | None:
    """A constant too much; for whole numbers, off by one."""
    gaps = [o.got - o.wanted for o in outcomes]
    c = gaps[0].flatten()[0].item()
    known = len(outcomes) > 1 or gaps[0].numel() > 1
    if known and all(
        (g - c).abs().max() <= _CLOSE * (abs(c) + o.wanted.abs().max())
        for g, o in zip(gaps, outcomes)
    ):
        much = "too large" if c.real > 0 else "too small"
        return f"is {much} by {_number(abs(c))}, everywhere"
    return None


def _partly(outcomes: Sequence[Outcome]) -> str | None:
    """Right in a part: inside, in the first image or channel, in all rows but one."""
    for edge in (1, 2, 3):
        inside = (..., slice(edge, -edge), slice(edge, -edge))
        if all(
            o.wanted.ndim >= 2
            and min(o.wanted.shape[-2:]) > 2 * edge + 1
            and _near(o.got[inside], o.wanted[inside])
            for o in outcomes
        ):
            width = "the outermost pixels" if edge == 1 else f"the {edge} outermost pixels"
            return (
                f"is right inside, and wrong only at the border ({width}): how does it go on there?"
            )
    several = [o for o in outcomes if o.wanted.ndim >= 3 and len(o.wanted) > 1]
    if several and all(_near(o.got[0], o.wanted[0]) for o in several):
        return "is right for the first image alone"
    one = [o for o in outcomes if o.wanted.ndim >= 1 and o.wanted.numel() > 2]
    if len(one) == len(outcomes):
        wrong = [(o.got - o.wanted).abs() > 1e-9 * o.wanted.abs().max() for o in outcomes]
        places = {tuple(w.nonzero()[0].tolist()) for w in wrong if int(w.sum()) == 1}
        if all(int(w.sum()) == 1 for w in wrong):
            where = f"[{', '.join(map(str, places.pop()))}]" if len(places) == 1 else "one place"
            return f"is right everywhere but at {where}"
        if all(o.wanted.ndim == 1 for o in outcomes):
            if all(w[-1] and not w[:-1].any() for w in wrong):
                return "is right but for the last value"
            if all(w[0] and not w[1:].any() for w in wrong):
                return "is right but for the first value"
    return None


def _same_values(outcomes: Sequence[Outcome]) -> str | None:
    if all(
        o.wanted.numel() > 2
        and not o.wanted.is_complex()
        and _near(o.got.flatten().sort().values, o.wanted.flatten().sort().values)
        for o in outcomes
    ):
        return "has the right values in the wrong places"
    return None


_SHAPES: dict[str, Callable[[Outcome], tuple[Tensor, Tensor]]] = {
    "the values are right: use keepdim=True, or add the missing dimensions with [None]": lambda o: (
        o.got.squeeze() if o.got.numel() == o.wanted.numel() else o.got,
        o.wanted.squeeze(),
    ),
    "rows and columns are exchanged": lambda o: (
        o.got,
        o.wanted.mT if o.wanted.ndim > 1 else o.wanted,
    ),
    "it is the mean of the right values: keep one value for each": lambda o: (
        o.got,
        o.wanted.mean() if o.wanted.is_floating_point() else o.wanted,
    ),
    "it is the sum of the right values: keep one value for each": lambda o: (o.got, o.wanted.sum()),
    "its sum is the right value: add them up": lambda o: (o.got.sum(), o.wanted.squeeze()),
    "its mean is the right value: take the mean": lambda o: (o.got.mean(), o.wanted.squeeze()),
}


def _near(a: Tensor, b: Tensor) -> bool:
    """Whether two answers are equal; never for constants, which tell nothing."""
    if a.shape != b.shape or not bool(torch.isfinite(b).all()):
        return False
    if a.is_complex() != b.is_complex():
        a, b = a.to(torch.complex128), b.to(torch.complex128)
    return distance(a, b.to(a.dtype)) < _CLOSE


def _factor(o: Outcome) -> Any:
    """Return c where got = c · wanted; None if there is no such number."""
    w, g = o.wanted.flatten(), o.got.flatten()
    energy = float(torch.linalg.vector_norm(w)) ** 2
    if not energy > 0 or not bool(torch.isfinite(g).all()):
        return None
    if g.is_complex() or w.is_complex():
        w, g = w.to(torch.complex128), g.to(torch.complex128)
    c = (w.conj() @ g).item() / energy
    if abs(c) < 1e-12 or float(torch.linalg.vector_norm(g - c * w)) > _CLOSE * abs(c) * energy**0.5:
        return None
    return c.real if isinstance(c, complex) and abs(c.imag) < _CLOSE * abs(c) else c


def _number(c: Any) -> str:
    return f"{c:.4g}"
