"""Marks: judge what the answers gave, and keep the result of each submission on disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mvacourse.classroom import notebooks
from mvacourse.classroom.exercises import all_exercises
from mvacourse.classroom.exercises.checking.examination import judge
from mvacourse.classroom.grading import submissions
from mvacourse.classroom.grading.processes import Result, Runner, Task
from mvacourse.classroom.grading.questions import Question
from mvacourse.classroom.grading.submissions import Found, Submission
from mvacourse.classroom.notebooks import NotebookError
from mvacourse.storage import write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

_MISSING = re.compile(r"NameError: name '(\w+)' is not defined")
LARGEST = 100 * 2**20


@dataclass(frozen=True)
class Mark:
    """The mark of one exercise.

    Attributes
    ----------
    notebook, exercise : str
    points, out_of : int
    words : str
        What the check says.
    remark : str
        What is unusual about the cell.
    source : str
        The cell that was marked.
    """

    notebook: str
    exercise: str
    points: int
    out_of: int
    words: str
    remark: str = ""
    source: str = ""


@dataclass(frozen=True)
class Marks:
    """The marks of one submission.

    Attributes
    ----------
    student : str
    marks : tuple of Mark
    remarks : tuple of str
        About its files: damaged, renamed, unknown.
    """

    student: str
    marks: tuple[Mark, ...]
    remarks: tuple[str, ...]

    @property
    def points(self) -> int:
        """The sum of the points."""
        return sum(mark.points for mark in self.marks)


@dataclass(frozen=True)
class _Read:
    """A submission's notebooks, by the course's names, and what is to be said about its files."""

    notebooks: dict[str, NotebookNode]
    remarks: tuple[str, ...]


def grade(
    submission: Submission,
    course: Mapping[str, Sequence[Question]],
    runner: Runner,
) -> Marks:
    """Grade one submission.

    Parameters
    ----------
    submission : Submission
    course : dict {notebook: questions}
        What is marked.
    runner : Runner
    """
    read = _read(submission, course)
    asked = [q for stem in read.notebooks for q in course[stem]]
    found = {q.exercise: submissions.answer(q, read.notebooks[q.notebook]) for q in asked}
    run = [q for q in asked if found[q.exercise].source is not None]
    tasks = [_task(q, found[q.exercise], read.notebooks[q.notebook]) for q in run]
    results = runner.run(tasks)
    given = {q.exercise: result for q, result in zip(run, results)}
    marks = [
        _mark(q, found.get(q.exercise), given.get(q.exercise), runner.seed, read.notebooks)
        for questions in course.values()
        for q in questions
    ]
    return Marks(submission.student, tuple(marks), read.remarks)


def _read(submission: Submission, course: Mapping[str, Sequence[Question]]) -> _Read:
    """Read the notebooks; of two copies of one, the later file counts."""
    found: dict[str, tuple[float, Path, Any]] = {}
    remarks = [] if submission.files else ["there is no notebook"]
    for path in submission.files:
        name = path.name
        try:
            if path.stat().st_size > LARGEST:
                raise NotebookError(f"{name} is larger than {LARGEST // 2**20} MB")
            nb = notebooks.read(path)
        except (NotebookError, OSError) as error:
            remarks.append(str(error).replace(str(path), name))
            continue
        stem = submissions.recognise(nb, course)
        if stem is None:
            remarks.append(f"{name} is none of the notebooks that are marked")
            continue
        if path.stem != stem:
            remarks.append(f"{name} was recognised as {stem}")
        time = path.stat().st_mtime
        if stem in found:
            other = found[stem][1].name
            later = name if time > found[stem][0] else other
            remarks.append(f"{other} and {name} are both {stem}: the later one, {later}, was taken")
        if stem not in found or time > found[stem][0]:
            found[stem] = time, path, nb
    return _Read({stem: found[stem][2] for stem in course if stem in found}, tuple(remarks))


def _task(question: Question, found: Found, nb: NotebookNode) -> Task:
    source = found.source or ""
    own = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    return Task(question.exercise, question.prelude(source, own), source, question.answer)


def _mark(
    question: Question,
    found: Found | None,
    result: Result | None,
    seed: int,
    read: Mapping[str, NotebookNode],
) -> Mark:
    known = question.notebook, question.exercise
    if found is None:
        return Mark(*known, 0, question.points, "its notebook was not handed in")
    if result is None:
        return Mark(*known, 0, question.points, found.remark)
    source = found.source or ""
    exercise = all_exercises()[question.exercise]
    cases = exercise.cases(seed) if callable(exercise.reference) else [()]
    complete = any(t.failure for t in result.trials) or len(result.trials) == len(cases)
    if not complete:
        words = "it wrote into the grading"
        return Mark(*known, 0, question.points, words, found.remark, source)
    verdict = judge(exercise, cases, result.trials, lambda: result.gradients)
    words, remark = verdict.words, found.remark
    missing = _MISSING.search(words)
    if missing and submissions.defined_elsewhere(read[question.notebook], source, missing[1]):
        words += f" ({missing[1]} is defined in another cell: only this one is marked)"
    points = question.points if verdict.right else 0
    return Mark(*known, points, question.points, words, remark, source)


def save(marks: Marks, key: str, path: Path) -> None:
    """Write the marks of a submission."""
    write_whole(path, json.dumps({"key": key, **asdict(marks)}, indent=1, ensure_ascii=False))


def load(path: Path, key: str) -> Marks | None:
    """Read marks that were written before; None if there are none, or of another submission."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        if saved.pop("key") != key:
            return None
        marks = tuple(Mark(**mark) for mark in saved["marks"])
        return Marks(saved["student"], marks, tuple(saved["remarks"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def key(submission: Submission, course: Mapping[str, Sequence[Question]], *settings: Any) -> str:
    """Return a hash of all that marks depend on: the files, the questions, the settings."""
    digest = hashlib.sha256(repr((submission.student, settings)).encode(errors="backslashreplace"))
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes())
    for questions in course.values():
        for q in questions:
            digest.update(repr((q.exercise, q.cell, q.answer, q.points)).encode())
    for path in submission.files:
        digest.update(path.name.encode("utf-8", "surrogateescape"))
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()
