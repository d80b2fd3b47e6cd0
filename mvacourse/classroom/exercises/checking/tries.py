"""Remember how often a student has tried an exercise: each new try is told a little more."""

from __future__ import annotations

from typing import Any

from mvacourse.classroom.exercises.checking import calls
from mvacourse.classroom.exercises.checking.examination import Verdict
from mvacourse.classroom.exercises.checking.exercise import Exercise


class Tries:
    """The different wrong answers to one exercise in this session.

    Attributes
    ----------
    failed : tuple or None
        The input on which the last answer was wrong.
    """

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._seen: list[str] = []
        self.failed: tuple[Any, ...] | None = None

    def told(self, answer: Any, verdict: Verdict) -> str:
        """Say what the check found: one line, and after several tries the help for them."""
        name = self._exercise.name
        if verdict.right:
            return f"✓ {name}: {verdict.words}"
        line = f"✗ {name}: {verdict.words}"
        if not verdict.written:
            return line
        self.failed = verdict.case
        written = _fingerprint(answer)
        if written not in self._seen:
            self._seen.append(written)
        return "\n  ".join([line, *self._help()])

    def case(self) -> tuple[Any, ...]:
        """Return a copy of the input on which the last answer was wrong."""
        return calls.copied(self.failed or ())

    def _help(self) -> list[str]:
        exercise, tries = self._exercise, len(self._seen)
        steps = [f"Direction: {exercise.direction}"] if exercise.direction else []
        steps += [f"Hint: {exercise.hint}"] if exercise.hint else []
        steps.append("The solution is in the course's own edition of this notebook.")
        found = steps[: max(tries - 1, 0)]
        if self.failed and tries < 3:
            found.append(f'To try it out: exercises.case("{exercise.name}") is this input.')
        return found


def _fingerprint(answer: Any) -> str:
    """Tell answers apart by what they do, not by where they stand: the same one is no new try."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return repr(answer)
    inner = [c.co_code if hasattr(c, "co_code") else c for c in code.co_consts]
    return repr((code.co_code, inner, code.co_names))
