"""Metadata with which nbgrader_ hands out, collects and marks the notebooks.

An exercise is two cells for it: the answer, which students change, and the check, which is marked.
While nbgrader runs a notebook, a check that fails writes to stderr; nbgrader then gives no points.

.. _nbgrader: https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mvacourse.classroom.grading.questions import questions

if TYPE_CHECKING:
    from nbformat import NotebookNode

SCHEMA = 3


def annotate(nb: NotebookNode) -> None:
    """Write nbgrader's metadata into the exercises' cells of a notebook that has solutions."""
    cells = {cell.id: cell for cell in nb.cells}
    for question in questions(nb, ""):
        answer: dict[str, Any] = _metadata(question.exercise, solution=True)
        check = _metadata(f"{question.exercise}-check", solution=False)
        check["points"] = question.points
        cells[question.cell].metadata["nbgrader"] = answer
        cells[question.check].metadata["nbgrader"] = check


def _metadata(grade_id: str, *, solution: bool) -> dict[str, Any]:
    return {
        "grade": not solution,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": SCHEMA,
        "solution": solution,
        "task": False,
    }
