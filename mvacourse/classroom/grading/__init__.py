"""Grade students' notebooks: ``mvacourse grade SUBMISSIONS``.

From each submission only the answers' cells are taken. Each runs below those cells of the course's
own notebook that it depends on, in a process with limits (:mod:`.limits`, :mod:`.isolation`), on
inputs from a seed that students do not know. What it returns comes back as plain numbers and is
compared in a process that has run nothing of the student's.

::

    questions     the exercises of the course's notebooks
    submissions   files of students, and the answers in them
    processes     runs answers in a process of `worker`, which sends numbers by `wire`
    marks         judges them, and keeps the marks on disk
    pages         the table and the pages
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from mvacourse.classroom import notebooks
from mvacourse.classroom.grading import marks as marking
from mvacourse.classroom.grading import pages
from mvacourse.classroom.grading.isolation import WITHOUT, bubblewrap
from mvacourse.classroom.grading.marks import Mark, Marks
from mvacourse.classroom.grading.processes import Limits, NotStarted, Runner
from mvacourse.classroom.grading.questions import Question, questions
from mvacourse.classroom.grading.submissions import Submission, find, recognise
from mvacourse.storage import is_plain, write_all, write_whole

__all__ = [
    "Limits",
    "Mark",
    "Marks",
    "NotStarted",
    "Submission",
    "find",
    "grade",
    "handed_in",
    "pages",
    "protection",
    "read_course",
]

SEED_FILE = "seed.json"


def read_course(folder: Path, chosen: Sequence[str] = ()) -> dict[str, list[Question]]:
    """Read the exercises of the course's own notebooks in a folder, those with solutions.

    Parameters
    ----------
    folder : Path
    chosen : sequence of str
        The notebooks to mark, such as "04_total_variation"; all if there is none.

    Raises
    ------
    ValueError
        If a notebook has no solutions: it is a student edition.
    """
    course = {}
    for path in notebooks.numbered(folder):
        if chosen and path.stem not in chosen:
            continue
        course[path.stem] = questions(notebooks.read(path), path.stem)
        if not course[path.stem]:
            raise ValueError(
                f"{path} has no solutions: grade from a clone of the course, not from a student "
                "edition"
            )
    return course


def handed_in(found: Sequence[Submission], course: Mapping[str, Sequence[Question]]) -> set[str]:
    """Return the course's notebooks that at least one submission holds."""
    stems = set()
    for path in (path for submission in found for path in submission.files):
        with suppress(notebooks.NotebookError):
            stems.add(recognise(notebooks.read(path), course))
    return stems - {None}


def protection() -> str:
    """Say in one line how this machine is protected from answers."""
    return f"answers run in {bubblewrap()}" if bubblewrap() else WITHOUT


def grade(
    found: Sequence[Submission],
    course: Mapping[str, Sequence[Question]],
    out: Path,
    *,
    limits: Limits | None = None,
    seed: int | None = None,
    jobs: int = 1,
    hidden: Sequence[Path] = (),
    done: Callable[[Marks, bool], None] = lambda marks, known: None,
) -> list[Marks]:
    """Grade submissions, and write a page for each; what was graded before is not run again.

    Parameters
    ----------
    found : sequence of Submission
    course : dict {notebook: questions}
    out : Path
        Folder for the marks, ``marks/``, and the pages, ``pages/``. It also keeps the seed, so that
        a second call goes on with the first one.
    limits : Limits, optional
    seed : int, optional
        Of the inputs; by default random, and kept in `out`.
    jobs : int
        Submissions at a time.
    hidden : sequence of Path
        Folders that answers must not see.
    done : callable
        Called after each submission with its marks, and whether they were known.

    Returns
    -------
    list of Marks
        In the order of the submissions.
    """
    runner = Runner(_seed(out, seed), limits or Limits(), hidden)
    names = dict(zip(found, _file_names(found)))

    def one(submission: Submission) -> Marks:
        key = marking.key(submission, course, runner.seed, runner.limits)
        path = out / "marks" / f"{names[submission]}.json"
        known = marking.load(path, key)
        marks = known or marking.grade(submission, course, runner)
        if not known:
            marking.save(marks, key, path)
        done(marks, known is not None)
        return marks

    with ThreadPoolExecutor(jobs) as pool:
        try:
            all_marks = list(pool.map(one, found))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runner.end()
            raise
    titles = {stem: stem.replace("_", " ") for stem in course}
    written = {
        out / "pages" / f"{names[s]}.html": pages.to_page(m, titles)
        for s, m in zip(found, all_marks)
    }
    write_all(written)
    return all_marks


def _seed(out: Path, seed: int | None) -> int:
    """Return the seed; without one, that of an earlier grading in this folder, or a new one."""
    path = out / SEED_FILE
    if seed is None:
        try:
            return int(json.loads(path.read_text(encoding="utf-8"))["seed"])
        except (OSError, ValueError, KeyError, TypeError):
            seed = secrets.randbits(31)
    write_whole(path, json.dumps({"seed": seed}))
    return seed


def _file_names(found: Sequence[Submission]) -> list[str]:
    """Give each student a file name of their own that every system accepts."""
    taken: set[str] = set()
    names = []
    for submission in found:
        words = re.sub(r"[^\w.-]+", "_", submission.student).strip("._-")[:80].rstrip(".")
        first = words if is_plain(words) else f"student_{words}".rstrip("_.")
        name, number = first, 1
        while name.lower() in taken:
            number += 1
            name = f"{first}-{number}"
        taken.add(name.lower())
        names.append(name)
    return names
