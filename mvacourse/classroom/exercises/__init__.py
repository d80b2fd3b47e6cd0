"""Checks for the notebooks' exercises: they say what is wrong, and on which input.

>>> from mvacourse.classroom import exercises
>>> exercises.check("largest_step", largest_step)
✓ largest_step: agrees with the reference on 3 random inputs

An answer that a later cell needs goes through :func:`use`, which returns the student's function if
it is right, else the course's own. So the next picture is the student's, and the notebook runs to
its end before anything is solved.

One file per notebook has its exercises in the tuple ``EXERCISES``; new files are found
automatically.
"""

from __future__ import annotations

import os
import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from mvacourse.classroom.exercises.checking.examination import Verdict, examine
from mvacourse.classroom.exercises.checking.exercise import Exercise, NotWritten
from mvacourse.classroom.exercises.checking.tries import Tries
from mvacourse.classroom.terminal import say

_tries: dict[str, Tries] = {}


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
    """Check the answer to an exercise, and print whether it is right.

    The answer is tested on random inputs in float64, with odd and non-square sizes if possible. If
    it is wrong, the first try says what is wrong; further tries add a direction, then the hint.
    Nothing is raised: the cells below go on. An answer that takes more than 30 s on one input is
    ended; where the system cannot do that (Windows, another thread), a line says so.

    Parameters
    ----------
    name : str
        The exercise's name in the notebook.
    answer : callable, number or Tensor
        The student's answer: the function itself, not its value.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    _judge(name, answer)


def use(name: str, answer: Any) -> Any:
    """Check an answer like :func:`check`; return it if it is right, else the course's own.

    >>> heat = exercises.use("heat", heat)
    ✗ heat: not written yet: replace the line that raises NotWritten
      The cells below use the course's own heat.

    Parameters
    ----------
    name : str
        The exercise's name in the notebook.
    answer : callable, number or Tensor
        The student's answer.

    Returns
    -------
    callable, number or Tensor
        What the cells below use.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    if _judge(name, answer).right:
        return answer
    say(f"  The cells below use the course's own {name}.")
    return _exercise(name).reference


def case(name: str) -> tuple[Any, ...]:
    """Return an input to try an answer on: the one on which the last check failed, or the first.

    >>> u, eps = exercises.case("smoothed_tv_gradient")

    Raises
    ------
    KeyError
        If there is no such exercise.
    ValueError
        If the exercise asks for a value, so that there is no input.
    """
    exercise = _exercise(name)
    if not callable(exercise.reference):
        raise ValueError(f"{name} asks for a value, not for a function: it has no input")
    known = _tries.get(name)
    return known.case() if known and known.failed else exercise.cases()[0]


def _judge(name: str, answer: Any) -> Verdict:
    exercise = _exercise(name)
    verdict = examine(exercise, answer)
    # nbgrader gives no points for a check that writes to stderr, and goes on.
    marked = "NBGRADER_EXECUTION" in os.environ and not verdict.right
    say(_tries.setdefault(name, Tries(exercise)).told(answer, verdict), error=marked)
    return verdict


def _exercise(name: str) -> Exercise:
    known = all_exercises()
    if not isinstance(name, str) or name not in known:
        raise KeyError(f"no exercise is called {name!r}: choose one of {', '.join(known)}")
    return known[name]


__all__ = ["Exercise", "NotWritten", "all_exercises", "case", "check", "use"]
