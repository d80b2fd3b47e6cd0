"""Multiples of the right answer: by a constant, or by a number that the input gives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.comparison import distance

CLOSE = 1e-6
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


def near(a: Tensor, b: Tensor) -> bool:
    """Whether two answers are equal; never for constants, which tell nothing."""
    if a.shape != b.shape or not bool(torch.isfinite(b).all()):
        return False
    if b.numel() > 1 and bool((b == b.flatten()[0]).all()):
        return False
    if a.is_complex() != b.is_complex():
        a, b = a.to(torch.complex128), b.to(torch.complex128)
    return distance(a, b.to(a.dtype)) < CLOSE


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


def multiple(outcomes: Sequence[Outcome]) -> str | None:
    """A multiple of the right answer: by one constant, or by a number that the input gives."""
    factors = [_factor(o) for o in outcomes]
    if any(f is None for f in factors):
        return None
    if all(abs(f + 1) < CLOSE for f in factors):
        return "has the wrong sign, and is right but for it"
    one = all(abs(f - factors[0]) <= CLOSE * abs(factors[0]) for f in factors)
    sign = "minus " if factors[0].real < 0 else ""
    if one:
        for number, words in NICE.items():
            if abs(abs(factors[0]) - number) < CLOSE * number and not isinstance(
                factors[0], complex
            ):
                return f"is {sign}{words} the right one"
    for words, count in _counts(outcomes[0]):
        others = [dict(_counts(o)).get(words) for o in outcomes[1:]]
        if all(
            n is not None and abs(f - n) <= CLOSE * abs(n)
            for f, n in zip(factors, [count, *others])
        ):
            return words
    if one and (len(outcomes) > 1 or outcomes[0].wanted.numel() > 1):
        return f"is {factors[0]:.4g} times the right one"
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


def _factor(o: Outcome) -> Any:
    """Return c where got = c · wanted; None if there is no such number."""
    w, g = o.wanted.flatten(), o.got.flatten()
    energy = float(torch.linalg.vector_norm(w)) ** 2
    if not energy > 0 or not bool(torch.isfinite(g).all()):
        return None
    if g.is_complex() or w.is_complex():
        w, g = w.to(torch.complex128), g.to(torch.complex128)
    c = (w.conj() @ g).item() / energy
    if abs(c) < 1e-12 or float(torch.linalg.vector_norm(g - c * w)) > CLOSE * abs(c) * energy**0.5:
        return None
    return c.real if isinstance(c, complex) and abs(c.imag) < CLOSE * abs(c) else c
