"""Name the mistake behind an error: a common mistake that fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mvacourse.classroom.exercises.checking import calls, comparison
from mvacourse.classroom.exercises.checking.comparison import distance
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function
from mvacourse.classroom.exercises.checking.trials import Case, Trial, argument_names

_OF_THE_CODE = re.compile(r" \(line \d+.*\)$|(?<= met in )torch\.(?!stack)\w+(?=,)", re.DOTALL)
"""Where it failed, and whether torch.cat or torch.hstack did."""


def failing_alike(exercise: Exercise, cases: Sequence[Case], trials: Sequence[Trial]) -> str:
    """Return the description of the one mistake that raises the same error as the answer.

    It must give the same values on the inputs before. If several mistakes do, none is named.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of tuple
    trials : sequence of Trial
        Of the answer: the last one failed.
    """
    if not trials[-1].failure.startswith("it raised"):
        return ""
    alike = [
        description
        for description, mistake in exercise.mistakes.items()
        if callable(mistake) and _same(exercise, mistake, cases, trials)
    ]
    return alike[0] if len(alike) == 1 else ""


def _same(
    exercise: Exercise, mistake: Function, cases: Sequence[Case], trials: Sequence[Trial]
) -> bool:
    function = exercise.probe(mistake) if exercise.probe else mistake
    names = argument_names(exercise, cases)
    for case, trial in zip(cases, trials):
        try:
            value = calls.call(function, case, names)
        except calls.Wrong as error:
            alike = _OF_THE_CODE.sub("", str(error)) == _OF_THE_CODE.sub("", trial.failure)
            return alike and trial is trials[-1]
        if trial.failure or not _near(trial.value, value):
            return False
    return False


def _near(got: object, made: object) -> bool:
    got, made = (v if isinstance(v, (tuple, list)) else (v,) for v in (got, made))
    try:
        pairs = [(comparison.tensor(g), comparison.tensor(m)) for g, m in zip(got, made)]
    except (TypeError, ValueError):
        return False
    return len(got) == len(made) and all(distance(g, m) <= comparison.SINGLE for g, m in pairs)
