"""Name what is wrong with the shape of an answer: what was added up, lost, cut or exchanged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from mvacourse.classroom.exercises.checking.comparison import distance
from mvacourse.classroom.exercises.checking.multiples import CLOSE, Outcome

Relation = Callable[[Outcome], tuple[Tensor, Tensor]]
FRAME = 12
"""Most rows and columns that padding is looked for in."""


def diagnose_shape(outcomes: Sequence[Outcome]) -> str | None:
    """Complete "its shape is …" for answers of another shape than the reference."""
    for words, same in itertools.chain(_SHAPES.items(), _along_dimensions(outcomes)):
        if all(_equal(o, same) for o in outcomes):
            return words
    if all(_framed(o) for o in outcomes):
        return "the right values are inside, and there is more around them: do you pad?"
    for name in outcomes[0].given:
        shapes = [getattr(o.given[name], "shape", None) for o in outcomes]
        if all(o.got.ndim and s == o.got.shape for s, o in zip(shapes, outcomes)):
            return f"that is the shape of {name}"
    return "return one number" if all(not o.wanted.ndim for o in outcomes) else None


def exchanged(first: Outcome, second: Outcome) -> bool:
    """Whether each of two values is what the other one should be."""
    return (
        max(distance(first.got, second.wanted), distance(second.got, first.wanted)) < CLOSE
        and distance(first.got, first.wanted) >= CLOSE
    )


def _equal(o: Outcome, same: Relation) -> bool:
    try:
        return distance(*same(o)) < CLOSE
    except (IndexError, RuntimeError):  # there is no such dimension
        return False


def _along_dimensions(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Relation]]:
    """Yield what may have happened to one dimension: lost, added, cut, moved."""
    for d in range(outcomes[0].wanted.ndim):
        for keep in (False, True):
            yield (
                f"it is the sum of the right values along dimension {d}: keep them apart",
                lambda o, d=d, keep=keep: (o.got, o.wanted.sum(d, keepdim=keep)),
            )
            yield (
                f"it is the mean of the right values along dimension {d}: keep them apart",
                lambda o, d=d, keep=keep: (o.got, o.wanted.mean(d, keepdim=keep)),
            )
        for place, which in ((0, "first"), (-1, "last")):
            yield (
                f"these are the right values at the {which} place of dimension {d} alone",
                lambda o, d=d, k=place: (o.got, o.wanted.select(d, k)),
            )
            yield (
                f"these are the right values at the {which} place of dimension {d} alone",
                lambda o, d=d, k=place: (o.got, o.wanted.select(d, k).unsqueeze(d)),
            )
        yield from _cuts(d)
    for d in range(outcomes[0].got.ndim):
        yield (
            f"its sum along dimension {d} is right: add it up",
            lambda o, d=d: (o.got.sum(d).squeeze(), o.wanted.squeeze()),
        )
        yield (
            f"its mean along dimension {d} is right: take the mean",
            lambda o, d=d: (o.got.mean(d).squeeze(), o.wanted.squeeze()),
        )
    for order in itertools.permutations(range(min(outcomes[0].wanted.ndim, 5))):
        yield (
            "the values are right, and its dimensions are in another order",
            lambda o, order=order: (o.got, o.wanted.permute(order)),
        )


def _cuts(d: int) -> Iterator[tuple[str, Relation]]:
    """Yield that one dimension is too short or too long at an end."""

    def size(x: Tensor, y: Tensor) -> int:
        return min(x.shape[d], y.shape[d])

    def end(x: Tensor, n: int) -> Tensor:
        return x.narrow(d, x.shape[d] - n, n)

    yield (
        f"it ends too early along dimension {d}",
        lambda o: (o.got, o.wanted.narrow(d, 0, size(*o[1:]))),
    )
    yield f"it begins too late along dimension {d}", lambda o: (o.got, end(o.wanted, size(*o[1:])))
    yield (
        f"it goes on for too long along dimension {d}",
        lambda o: (o.got.narrow(d, 0, size(*o[1:])), o.wanted),
    )
    yield f"it begins too early along dimension {d}", lambda o: (end(o.got, size(*o[1:])), o.wanted)


def _framed(o: Outcome) -> bool:
    """Whether the right image is somewhere in a larger one."""
    if o.got.ndim != o.wanted.ndim or o.got.ndim < 2 or o.got.shape[:-2] != o.wanted.shape[:-2]:
        return False
    more = [g - w for g, w in zip(o.got.shape[-2:], o.wanted.shape[-2:])]
    if min(more) < 0 or max(more) > FRAME:
        return False
    height, width = o.wanted.shape[-2:]
    return any(
        distance(o.got[..., i : i + height, j : j + width], o.wanted) < CLOSE
        for i in range(more[0] + 1)
        for j in range(more[1] + 1)
    )


def _rows(x: Tensor, first: int, end: int | None = None) -> Tensor:
    """Take a part along the first dimension: iterates, of an algorithm that returns all of them."""
    return x[first:end] if x.ndim else x


def _elsewhere(o: Outcome) -> tuple[Tensor, Tensor]:
    """Look for the first dimension in another place: stacked along a wrong one."""
    moved = [o.wanted.movedim(0, d) for d in range(1, o.wanted.ndim) if o.wanted.ndim > 2]
    return o.got, next((w for w in moved if distance(o.got, w) < CLOSE), o.got[None])


_SHAPES: dict[str, Relation] = {
    "the values are right, but its first dimension should be another one: along which one do you "
    "stack?": _elsewhere,
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
    "the first one is missing: does it begin with the start?": lambda o: (
        o.got,
        _rows(o.wanted, 1),
    ),
    "the last one is missing": lambda o: (o.got, _rows(o.wanted, 0, -1)),
    "there is one too many at the end": lambda o: (_rows(o.got, 0, -1), o.wanted),
    "there is one too many at the beginning": lambda o: (_rows(o.got, 1), o.wanted),
    "these are the first ones alone: does the loop, or a return in it, end too early?": lambda o: (
        o.got,
        _rows(o.wanted, 0, max(len(o.got), 1) if o.got.ndim else 0),
    ),
    "it is the last one alone: keep all of them": lambda o: (
        o.got,
        o.wanted[-1] if o.wanted.ndim else o.wanted,
    ),
    "the values are right: torch.stack makes a new dimension, torch.cat does not": lambda o: (
        o.got.flatten() if o.got.ndim != o.wanted.ndim else o.got,
        o.wanted.flatten(),
    ),
    "the values are right, and in the right order: are the sizes of a reshape exchanged?": (
        lambda o: (o.got.flatten(), o.wanted.flatten())
    ),
}
