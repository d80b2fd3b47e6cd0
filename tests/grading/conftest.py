"""Shared by the tests of the grading: a small class and its notebooks."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from handouts import ORIGINAL

from mvacourse.classroom import grading
from mvacourse.classroom.notebooks import read
from mvacourse.classroom.student_edition import strip_solutions


@pytest.fixture(scope="session")
def course():
    return grading.read_course(ORIGINAL.parent, [ORIGINAL.stem])


@pytest.fixture(scope="session")
def questions(course):
    return {q.exercise: q for q in course[ORIGINAL.stem]}


@pytest.fixture(scope="session")
def _handout():
    return strip_solutions(read(ORIGINAL), ORIGINAL.name)


@pytest.fixture
def handout(_handout):
    """What students are given, to be changed."""
    return nbformat.from_dict(_handout)


@pytest.fixture
def hand_in(tmp_path, handout):
    """Write a student's notebook: hand_in("alice", {exercise id: source}); return the folder."""
    folder = tmp_path / "submissions"

    def write(student, sources=(), nb=None, name=ORIGINAL.name):
        nb = nb or nbformat.from_dict(handout)
        for cell in nb.cells:
            if cell.id in dict(sources):
                cell.source = dict(sources)[cell.id]
        (folder / student).mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, folder / student / name)
        return folder

    return write


@pytest.fixture
def solved(tmp_path):
    """The course's own notebook, with its solutions, handed in by a student."""

    def write(student, name=ORIGINAL.name):
        folder = tmp_path / "submissions"
        (folder / student).mkdir(parents=True, exist_ok=True)
        shutil.copy(ORIGINAL, folder / student / name)
        return folder

    return write
