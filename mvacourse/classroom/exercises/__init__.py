"""Checks for the notebooks' exercises: they say what is wrong, and by how much.

>>> from mvacourse import exercises
>>> exercises.check("largest_step", largest_step)
✓ largest_step: agrees with the reference on 3 random inputs

One file per notebook has its exercises in the tuple ``EXERCISES``; new files are found
automatically.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from mvacourse.classroom.exercises.exercise import Exercise, ExerciseError, examine
from mvacourse.classroom.terminal import say


@cache
def all_exercises() -> dict[str, Exercise]:
    """Collect all exercises of the course by name, in the order of the file names.

    Raises
    ------
    ValueError
        If two exercises share a name.
    """
    found: dict[str, Exercise] = {}
    for module in pkgutil.iter_modules(__path__):
        for exercise in getattr(import_module(f"{__name__}.{module.name}"), "EXERCISES", ()):
            if exercise.name in found:
                raise ValueError(f"two exercises are called {exercise.name!r}: rename one")
            found[exercise.name] = exercise
    return found


def check(name: str, answer: Any) -> None:
    """Check the answer to an exercise, and print one line if it is right.

    The answer is tested on random inputs in float64, with odd and non-square sizes if possible.

    Parameters
    ----------
    name : str
        The exercise's name in the notebook.
    answer : callable, number or Tensor
        The student's answer: the function itself, not its value.

    Raises
    ------
    ExerciseError
        If the answer is not right: says why and by how much, and names common mistakes.
    KeyError
        If there is no such exercise.
    """
    known = all_exercises()
    if not isinstance(name, str) or name not in known:
        raise KeyError(f"no exercise is called {name!r}: choose one of {', '.join(known)}")
    say(examine(known[name], answer))


__all__ = ["Exercise", "ExerciseError", "all_exercises", "check"]
