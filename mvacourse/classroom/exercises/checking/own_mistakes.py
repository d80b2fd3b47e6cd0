"""Find the common mistake of an exercise that gives the same values as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mvacourse.classroom.exercises.checking import calls, comparison
from mvacourse.classroom.exercises.checking.comparison import SINGLE, distance
from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.checking.trials import Case


def own_mistake(exercise: Exercise, cases: Sequence[Case], values: Sequence[Any]) -> str:
    """Return the description of the mistake that gives these values on all inputs, or "".

    Where all values are NaN, several mistakes may look alike: then only a single one is named.
    """
    without_numbers = []
    for description, mistake in exercise.mistakes.items():
        try:
            made = [_made(exercise, mistake, case) for case in cases]
            alike = all(_equal(v, m, exercise.tolerance) for v, m in zip(values, made))
            if alike and any(map(_some_finite, made)):
                return description
        except Exception:  # a mistake need not be defined for all inputs
            continue
        without_numbers += [description] if alike else []
    return without_numbers[0] if len(without_numbers) == 1 else ""


def _made(exercise: Exercise, mistake: Any, case: Case) -> Any:
    if not callable(exercise.reference):
        return mistake
    function = exercise.probe(mistake) if exercise.probe else mistake
    return function(*calls.copied(case))


def _equal(got: Any, made: Any, tolerance: float) -> bool:
    got, made = (v if isinstance(v, (tuple, list)) else (v,) for v in (got, made))
    if len(got) != len(made):
        return False
    pairs = [(comparison.tensor(g), comparison.tensor(m)) for g, m in zip(got, made)]
    return all(_near(g, m, max(tolerance, SINGLE)) for g, m in pairs)


def _some_finite(made: Any) -> bool:
    """Whether there is a number."""
    parts = made if isinstance(made, (tuple, list)) else (made,)
    return any(bool(comparison.tensor(part).isfinite().any()) for part in parts)


def _near(got: Tensor, made: Tensor, bound: float) -> bool:
    """Compare values; both may be NaN, or infinite, at the same places."""
    if got.shape != made.shape or bool((made.isfinite() != got.isfinite()).any()):
        return False
    finite = made.isfinite()
    if not bool(finite.any()) and got.ndim == 0:
        return bool(got.isnan() == made.isnan())
    return distance(got[finite], made[finite]) <= bound
