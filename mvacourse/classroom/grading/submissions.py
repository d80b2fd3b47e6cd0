"""What students hand in: find it, recognise it, and take the answers out of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path
from typing import TYPE_CHECKING

from mvacourse.classroom.grading.questions import Question, bound, parse

if TYPE_CHECKING:
    from nbformat import NotebookNode

_STUBS = ("exercises.NotWritten", "NotWritten", "NotImplementedError")
NOT_WRITTEN = "not written yet: replace the line that raises NotWritten"
_IGNORED = (".ipynb_checkpoints", "__pycache__", "__MACOSX")


@dataclass(frozen=True)
class Submission:
    """What one student hands in.

    Attributes
    ----------
    student : str
        The name of the folder, or of the file without ``.ipynb``.
    files : tuple of Path
        Its notebooks, in any number of folders.
    """

    student: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Found:
    """The answer to one exercise in a submission.

    Attributes
    ----------
    source : str or None
        The cell; None if there is none.
    remark : str
        What is unusual about it, or why there is none.
    """

    source: str | None
    remark: str = ""


def find(folder: Path) -> list[Submission]:
    """List the submissions in a folder: its folders, one per student, and its notebooks.

    Raises
    ------
    FileNotFoundError
        If it is no folder, or has neither.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder: give one that holds the submissions")
    found = []
    for place in sorted(folder.iterdir()):
        if place.name.startswith(".") or place.name in _IGNORED:
            continue
        if place.is_dir():
            inside = [p for p in sorted(place.rglob("*.ipynb")) if not set(p.parts) & set(_IGNORED)]
            found.append(Submission(place.name, tuple(p for p in inside if p.is_file())))
        elif place.suffix == ".ipynb":
            found.append(Submission(place.stem, (place,)))
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no submissions: put a notebook or a folder in it for each student"
        )
    return found


def recognise(nb: NotebookNode, course: Mapping[str, Sequence[Question]]) -> str | None:
    """Find out which notebook of the course this is, whatever its file is called.

    Cells keep their ids in the student edition. If a tool has changed them, a notebook is the one
    of which it defines more than half of the functions.
    """
    ids = {cell.get("id") for cell in nb.cells}
    defined = set().union(*(_defined(cell.source) for cell in nb.cells if _is_code(cell)))
    scores = {
        stem: (
            sum(q.cell in ids for q in questions),
            sum(q.answer in defined for q in questions) / max(len(questions), 1),
        )
        for stem, questions in course.items()
    }
    best = max(scores, key=lambda stem: scores[stem], default=None)
    known = best is not None and (scores[best][0] > 0 or scores[best][1] > 0.5)
    return best if known else None


def answer(question: Question, nb: NotebookNode) -> Found:
    """Take the answer to a question: from its own cell, or from another that defines the same."""
    own = [cell for cell in nb.cells if cell.get("id") == question.cell]
    name = question.answer
    code = [cell for cell in nb.cells if _is_code(cell)]
    defining = [cell for cell in code if name in _defined(cell.source)]
    written = [cell for cell in defining if not _is_stub(cell.source, name)]
    if not defining:
        return _none(own, name)
    if not written:
        return Found(None, NOT_WRITTEN)
    in_place = [cell for cell in written if cell.get("id") == question.cell]
    chosen = (in_place or written)[-1]
    remarks = []
    if len(written) > 1:
        which = "the one in its own place" if in_place else "the last one"
        remarks.append(f"{len(written)} cells define {name}: {which} was taken")
    elif not in_place:
        where = "" if own else ", which was deleted"
        remarks.append(f"{name} is not defined in its own cell{where}: another cell's was taken")
    return Found(chosen.source, "; ".join(remarks))


def _none(own: Sequence[NotebookNode], name: str) -> Found:
    if not own:
        return Found(None, f"its cell was deleted, and no other cell defines {name}")
    if not _is_code(own[0]):
        return Found(None, f"its cell is no code cell any more, and no other one defines {name}")
    if not own[0].source.strip():
        return Found(None, f"its cell is empty, and no other one defines {name}")
    if parse(own[0].source) is None:
        return Found(own[0].source)  # the message then says which line is no Python
    return Found(None, f"its cell does not define {name} any more")


def _is_stub(source: str, name: str) -> bool:
    """Whether a function does nothing but raise what stands in the handout."""
    for node in getattr(parse(source), "body", ()):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = next((s for s in node.body if not _is_docstring(s)), None)
            raised = first.exc if isinstance(first, ast.Raise) else None
            raised = raised.func if isinstance(raised, ast.Call) else raised
            return raised is not None and ast.unparse(raised) in _STUBS
    return False


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code"


def _defined(source: str) -> set[str]:
    """Return the names that a cell binds; of a cell that is no Python, its functions."""
    tree = parse(source)
    try:
        if tree is not None:
            return set().union(*map(bound, filterfalse(_hands_on, tree.body)))
    except RecursionError:  # expressions within expressions, thousands deep
        pass
    return set(re.findall(r"^(?:async )?def (\w+)\(", source, re.MULTILINE))


def _hands_on(statement: ast.stmt) -> bool:
    """Whether a statement is a check: `f = exercises.use("f", f)` defines no answer."""
    called = getattr(statement, "value", None)
    return isinstance(called, ast.Call) and ast.unparse(called.func) == "exercises.use"


def defined_elsewhere(nb: NotebookNode, source: str, missing: str) -> bool:
    """Whether another cell than the answer's defines a name that the answer misses."""
    return any(
        missing in _defined(cell.source)
        for cell in nb.cells
        if _is_code(cell) and cell.source != source
    )
