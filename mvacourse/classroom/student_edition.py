"""The student edition: the committed notebooks, without their solutions and outputs.

A solution stands between two lines, by nbgrader's convention::

    ### BEGIN SOLUTION
    return u + tau * laplacian(u)
    ### END SOLUTION

In the student edition one line stands in their place, which raises ``NotImplementedError``. The
check that follows then fails until the exercise is solved. It carries the tag
``raises-exception``, so that "Run All Cells" goes on past it in JupyterLab (a browser test sees it
do so, and stop without the tag), and so do nbclient and nbconvert. Colab is not known to read the
tag: "Run all" may stop there at an exercise that is not solved yet.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mvacourse.classroom.notebooks import NotebookError, numbered, read, save

if TYPE_CHECKING:
    from nbformat import NotebookNode

STUB = 'raise NotImplementedError("write your solution here")'
"""What a student finds in the place of a solution."""

MAY_RAISE = "raises-exception"
"""Jupyter's tag for a cell whose error does not stop the cells after it."""

_CHECK = re.compile(r"""\bcheck\(\s*["']\w+["']""")
_MARKER = re.compile(r"^(?P<indent>[ \t]*)###\s*(?P<which>BEGIN|END)\s+SOLUTION\s*$")


def strip_solutions(nb: NotebookNode, name: str = "notebook") -> NotebookNode:
    """Make the student edition of a notebook, as a copy.

    Each solution of a code cell becomes one line that raises ``NotImplementedError``, as far
    indented as its first marker. The checks right after it are tagged ``raises-exception``, and so
    is a cell whose solution stands outside a function. Outputs and execution counts are cleared.
    Everything else stays: kernel, cell ids, other tags, slide metadata.

    Parameters
    ----------
    nb : NotebookNode
        The notebook with its solutions.
    name : str
        What to call it in an error.

    Raises
    ------
    NotebookError
        If the markers of a cell are not in pairs; it names the notebook, the cell and the line.
    """
    nb = copy.deepcopy(nb)
    nb.metadata.pop("widgets", None)
    unsolved = False
    for number, cell in enumerate(nb.cells, start=1):
        if cell.cell_type != "code":
            continue
        stripped = _strip(cell.source, f"{name}, cell {number}")
        checks = unsolved and bool(_CHECK.search(stripped))
        unsolved = checks or stripped != cell.source
        if checks or STUB in stripped.split("\n"):
            tags = [*cell.metadata.get("tags", []), MAY_RAISE]
            cell.metadata["tags"] = list(dict.fromkeys(tags))
        cell.source = stripped
        cell.outputs = []
        cell.execution_count = None
        cell.metadata.pop("execution", None)
    return nb


def _strip(source: str, where: str) -> str:
    kept: list[str] = []
    begun = 0
    for number, line in enumerate(source.split("\n"), start=1):
        marker = _MARKER.match(line)
        if marker is None:
            if not begun:
                kept.append(line)
        elif marker["which"] == "BEGIN":
            if begun:
                raise NotebookError(
                    f"{where}, line {number}: a solution begins inside the one of line {begun}; "
                    "end that one first"
                )
            begun = number
            kept.append(marker["indent"] + STUB)
        elif begun:
            begun = 0
        else:
            raise NotebookError(f"{where}, line {number}: END SOLUTION without BEGIN SOLUTION")
    if begun:
        raise NotebookError(f"{where}, line {begun}: BEGIN SOLUTION without END SOLUTION")
    return "\n".join(kept)


def _is_edition(nbs: Iterable[NotebookNode]) -> bool:
    """Tell whether stubs stand in the notebooks, and not one solution."""
    sources = [cell.source for nb in nbs for cell in nb.cells if cell.cell_type == "code"]
    lines = "\n".join(sources).split("\n")
    return any(line.strip() == STUB for line in lines) and not any(map(_MARKER.match, lines))


def write_edition(
    source_dir: str | Path, target_dir: str | Path, *, force: bool = False
) -> list[Path]:
    """Write the student edition of every numbered notebook of a folder into another one.

    All or nothing: the notebooks are read, stripped and compared with what is there before the
    first is written, so neither a bad marker nor a student's own work stops it half-way.

    Parameters
    ----------
    source_dir, target_dir : path
        The committed notebooks, and where the edition goes (made if missing).
    force : bool
        Overwrite notebooks that differ, and with them what a student has written.

    Returns
    -------
    list of Path
        The notebooks of the edition, in order.

    Raises
    ------
    FileNotFoundError
        If `source_dir` holds no notebook called ``NN_name.ipynb``.
    FileExistsError
        If a notebook of another content is in the way and `force` is not set.
    NotebookError
        If a notebook cannot be read, or its markers are not in pairs.
    ValueError
        If the two folders are one (the solutions would be lost), or `source_dir` is a student
        edition itself.
    """
    import nbformat

    source_dir, target_dir = Path(source_dir), Path(target_dir)
    sources = {path: read(path) for path in numbered(source_dir)}
    if not sources:
        raise FileNotFoundError(f"source_dir = {source_dir} holds no notebook NN_name.ipynb")
    if _is_edition(sources.values()):
        raise ValueError(
            f"source_dir = {source_dir} is a student edition itself, without solutions to take "
            "out: start from a clone of the course"
        )
    if source_dir.resolve() == target_dir.resolve():
        raise ValueError(f"target_dir = {target_dir} holds the solutions: choose another folder")
    edition = {
        target_dir / path.name: nbformat.writes(strip_solutions(nb, path.name)) + "\n"
        for path, nb in sources.items()
    }
    changed = [p for p, text in edition.items() if p.exists() and p.read_text("utf-8") != text]
    if changed and not force:
        raise FileExistsError(
            f"{', '.join(p.name for p in changed)} in {target_dir} would be overwritten, with what "
            "was written there: choose another folder, or overwrite with --force (force=True)"
        )
    for path, text in edition.items():
        save(text, path)
    return list(edition)
