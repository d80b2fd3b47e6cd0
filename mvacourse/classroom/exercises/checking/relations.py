"""Relations of an answer to the right one: with an argument, along a path, in one channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.multiples import CLOSE, Outcome, near


def one_number(outcomes: Sequence[Outcome]) -> str | None:
    """One number everywhere, where the right values differ."""
    if any(o.wanted.numel() < 2 or bool((o.wanted == _first(o.wanted)).all()) for o in outcomes):
        return None
    if not all(bool((o.got == _first(o.got)).all()) for o in outcomes):
        return None
    zero = all(bool((o.got == 0).all()) for o in outcomes)
    return "is 0 everywhere" if zero else "is one and the same number everywhere"


def out_of_step(outcomes: Sequence[Outcome]) -> str | None:
    """The right values, one place too early or too late along the first dimension."""
    if not all(o.wanted.ndim and len(o.wanted) > 2 for o in outcomes):
        return None
    if all(near(o.got[1:], o.wanted[:-1]) for o in outcomes):
        return "comes one place too late: its second value is the first of the right ones"
    if all(near(o.got[:-1], o.wanted[1:]) for o in outcomes):
        return "comes one place too early: its first value is the second of the right ones"
    return None


def leading(outcomes: Sequence[Outcome]) -> str | None:
    """Right at first, along the first dimension or the channels."""
    counts = {_leading(o.got, o.wanted) for o in outcomes if o.wanted.ndim}
    k = max(counts, default=0)
    if len(counts) == 1 and k > 0 and all(o.wanted.ndim for o in outcomes):
        flat = all(o.wanted.ndim == 1 for o in outcomes)
        first = "the first value" if flat and k == 1 else f"the first {k} along dimension 0"
        return f"is right for {first}, and wrong from then on"
    colour = [o for o in outcomes if o.wanted.ndim == 4 and o.wanted.shape[1] > 1]
    if colour and all(
        _leading(o.got.transpose(0, 1), o.wanted.transpose(0, 1)) == 1 for o in colour
    ):
        return "is right for the first channel alone"
    return None


def with_an_argument(outcomes: Sequence[Outcome]) -> str | None:
    """The right values, with an argument added, or multiplied value by value."""
    for name, v in outcomes[0].given.items():
        values = [o.given[name] for o in outcomes]
        if not isinstance(v, Tensor) or not v.ndim:
            continue
        if not all(x.shape == o.wanted.shape for x, o in zip(values, outcomes)):
            continue
        pairs = list(zip(outcomes, values))
        if factor := _added(pairs):
            return f"is the right one {factor} {name}"
        for words, join in _JOINED.items():
            if all(near(o.got, join(o.wanted, x.to(o.wanted.dtype))) for o, x in pairs):
                return words.format(name)
    return None


_JOINED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "is the right one times {}, value by value": lambda w, x: w * x,
    "is the right one divided by {}, value by value": lambda w, x: w / x,
    "is the right one times {}², value by value": lambda w, x: w * x**2,
    "is {} minus the right one": lambda w, x: x - w,
}


def _added(pairs: Sequence[tuple[Outcome, Tensor]]) -> str:
    """Return "plus", "minus 2 times", … if a multiple of an argument has been added."""
    factors = []
    for o, x in pairs:
        gap, x = (o.got - o.wanted).flatten(), x.flatten().to(o.wanted.dtype)
        energy = float(torch.linalg.vector_norm(x)) ** 2
        if not energy > 0 or not bool(torch.isfinite(gap).all()) or gap.is_complex():
            return ""
        c = float(x @ gap) / energy
        if float(torch.linalg.vector_norm(gap - c * x)) > CLOSE * abs(c) * energy**0.5:
            return ""
        factors.append(c)
    c = factors[0]
    if any(abs(f - c) > CLOSE * abs(c) for f in factors) or abs(c) < CLOSE:
        return ""
    size = "" if abs(abs(c) - 1) < CLOSE else f" {abs(c):.4g} times"
    return f"{'plus' if c > 0 else 'minus'}{size}"


def _leading(got: Tensor, wanted: Tensor) -> int:
    """Count the first entries that are right, if there are more, and all others are wrong."""
    size = float(torch.linalg.vector_norm(wanted))
    right = [
        float(torch.linalg.vector_norm(g - w)) <= CLOSE * size and bool((w != 0).any())
        for g, w in zip(got, wanted)
    ]
    k = right.index(False) if False in right else 0
    return k if len(right) > 2 and not any(right[k:]) else 0


def _first(x: Tensor) -> Tensor:
    return x.flatten()[0]
