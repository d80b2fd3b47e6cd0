"""The student edition: the committed notebooks without solutions and outputs.

A solution stands between two marker lines, as in nbgrader::

    ### BEGIN SOLUTION
    return u + tau * laplacian(u)
    ### END SOLUTION

In the student edition, one line replaces them; it raises ``exercises.NotWritten``. The check after
it says so and raises nothing: "Run All Cells" goes on everywhere, on Colab too. Only a solution
outside a function stops its own cell; that cell has the tag ``raises-exception``, with which
JupyterLab, nbclient and nbconvert continue (Colab does not know it).

A cell that asks for a prediction names the right answer in its code. In the student edition this
code is folded: only the question is seen.
"""

from __future__ import annotations

import ast
import copy
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mvacourse.classroom import solution_markers
from mvacourse.classroom.notebooks import NotebookError, numbered, read
from mvacourse.storage import write_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

STUB = "raise exercises.NotWritten"
"""The line that replaces a solution of a code cell."""

TEXT_STUB = "*Write your answer here.*"
"""The line that replaces one of a Markdown or raw cell."""

MAY_RAISE = "raises-exception"
"""Jupyter's tag for a cell whose error does not stop the next cells."""

_PREDICTS = re.compile(r"\bwidgets\.predict\(")
_ATTACHMENT = re.compile(r"<attachment:([^>]+)>|attachment:([^\s)\"'>\]]+)")


def strip_solutions(nb: NotebookNode, name: str = "notebook") -> NotebookNode:
    """Return the student edition of a notebook, as a copy.

    Each solution of a code cell becomes the line :data:`STUB`, with the indentation of its first
    marker, and each one of a Markdown or raw cell becomes :data:`TEXT_STUB`, without the
    attachments that only the solution shows. A cell with a solution outside a function is tagged
    ``raises-exception``. The code of a cell that calls ``widgets.predict`` is folded, in JupyterLab
    and on Colab. Outputs and execution counts are cleared. Everything else stays: kernel, cell ids,
    other tags, slide metadata.

    Parameters
    ----------
    nb : NotebookNode
        The notebook with its solutions.
    name : str
        Its name in error messages.

    Raises
    ------
    NotebookError
        If the markers of a cell are not in pairs, a line looks like a misspelt marker
        (:mod:`mvacourse.classroom.solution_markers`), or a marker is inside a string, a call or an
        HTML comment, where the stub would have no effect. It names notebook, cell and line.
    """
    nb = copy.deepcopy(nb)
    nb.metadata.pop("widgets", None)
    for number, cell in enumerate(nb.cells, start=1):
        code = cell.cell_type == "code"
        where = f"{name}, cell {number}"
        stripped = _strip(cell.source, where, code=code)
        if not code:
            _drop_attachments(cell, stripped)
            cell.source = stripped
            continue
        _require_stubs(cell.source, stripped, where)
        if STUB in stripped.split("\n"):
            tags = [*cell.metadata.get("tags", []), MAY_RAISE]
            cell.metadata["tags"] = list(dict.fromkeys(tags))
        elif _PREDICTS.search(stripped):
            _fold(cell)
        cell.source = stripped
        cell.outputs = []
        cell.execution_count = None
        cell.metadata.pop("execution", None)
    return nb


def _fold(cell: NotebookNode) -> None:
    """Fold the code of a cell, but not its output: a click opens it."""
    cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
    cell.metadata["cellView"] = "form"  # Colab's word for it


def _drop_attachments(cell: NotebookNode, stripped: str) -> None:
    """Remove the pictures that a solution was attached to, and that no other line shows."""
    if stripped == cell.source or "attachments" not in cell:
        return
    shown = {unquote(quoted or plain) for quoted, plain in _ATTACHMENT.findall(stripped)}
    for name in set(cell.attachments):
        if unquote(name) not in shown:
            del cell.attachments[name]
    if not cell.attachments:
        del cell["attachments"]


def _require_stubs(source: str, stripped: str, where: str) -> None:
    """Require that each stub of a code cell is a statement, if the cell was Python before."""
    if stripped == source or _statements(source) is None:
        return
    statements = _statements(stripped)
    raised = [ast.unparse(s) for s in statements or [] if isinstance(s, ast.Raise)]
    stubs = sum(line.strip() == STUB for line in stripped.split("\n"))
    if statements is None or raised.count(ast.unparse(ast.parse(STUB))) < stubs:
        raise NotebookError(
            f"{where}: without its solution, the cell is no Python, or does not raise the error of "
            "an unsolved exercise: a marker is inside a string or a call, after a backslash, or "
            "less indented than its solution. Put whole statements between the markers"
        )


def _statements(source: str) -> list[ast.AST] | None:
    """Parse a code cell, whose magics become calls; None if it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    body = re.sub(r"\A\s*%%\w.*\n", "", source)  # of %%time, which would hide all other lines
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of unusual escapes in strings
            return list(ast.walk(ast.parse(TransformerManager().transform_cell(body))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _strip(source: str, where: str, *, code: bool) -> str:
    kept: list[str] = []
    begun = 0
    hidden = set() if code else _inside_comments(source)
    for number, line in enumerate(source.split("\n"), start=1):
        kind = solution_markers.kind(line, code=code)
        if kind and number in hidden:
            raise NotebookError(
                f"{where}, line {number}: the marker is inside an HTML comment, where nobody sees "
                "what replaces the solution: write <!-- BEGIN SOLUTION --> on one line, or end the "
                "comment before"
            )
        if kind == "near":
            raise NotebookError(
                f"{where}, line {number}: {line.strip()!r} looks like the marker of a solution, "
                "and its solution would stay: write ### BEGIN SOLUTION or ### END SOLUTION on a "
                "line of its own, or other words"
            )
        if kind is None:
            if not begun:
                kept.append(line)
        elif kind == "BEGIN":
            if begun:
                raise NotebookError(
                    f"{where}, line {number}: a solution begins inside the one of line {begun}; "
                    "end that one first"
                )
            begun = number
            indent = line[: len(line) - len(line.lstrip())]
            kept.append(indent + STUB if code else TEXT_STUB)
        elif begun:
            begun = 0
        else:
            raise NotebookError(f"{where}, line {number}: END SOLUTION without BEGIN SOLUTION")
    if begun:
        raise NotebookError(f"{where}, line {begun}: BEGIN SOLUTION without END SOLUTION")
    return "\n".join(kept)


def _inside_comments(source: str) -> set[int]:
    """Return the numbers of the lines that begin inside an HTML comment of several lines."""
    begins = [m.end() for m in re.finditer("\n", source)]
    comments = [m.span() for m in re.finditer(r"<!--.*?(?:-->|\Z)", source, re.DOTALL)]
    return {n for n, at in enumerate(begins, start=2) if any(a < at < b for a, b in comments)}


def _is_edition(nbs: Iterable[NotebookNode]) -> bool:
    """Check whether the notebooks contain stubs and no solution."""
    sources = [cell.source for nb in nbs for cell in nb.cells if cell.cell_type == "code"]
    lines = "\n".join(sources).split("\n")
    stubs = any(line.strip() == STUB for line in lines)
    return stubs and not any(solution_markers.kind(line, code=True) for line in lines)


def write_edition(
    source_dir: str | Path, target_dir: str | Path, *, force: bool = False
) -> list[Path]:
    """Write the student edition of every numbered notebook of a folder into another folder.

    It writes all notebooks or none. Before it writes the first, it reads and strips all of them,
    and compares them with existing files. So a bad marker, a student's own work or a full disk
    cannot stop it half-way.

    Parameters
    ----------
    source_dir, target_dir : path
        Folders of the committed notebooks and of the edition (created if missing).
    force : bool
        Overwrite notebooks that differ, including a student's work.

    Returns
    -------
    list of Path
        The notebooks of the edition, in order.

    Raises
    ------
    FileNotFoundError
        If `source_dir` contains no notebook called ``NN_name.ipynb``.
    FileExistsError
        If a different notebook already exists and `force` is not set.
    OSError
        If the disk is full or not writable; every file is as before.
    NotebookError
        If a notebook cannot be read, or its markers are not in pairs.
    ValueError
        If the two folders are the same, or a notebook of `target_dir` is a link to one of
        `source_dir` (the solutions would be lost), or `source_dir` is a student edition itself.
    """
    import nbformat

    source_dir, target_dir = Path(source_dir), Path(target_dir)
    sources = {path: read(path) for path in numbered(source_dir)}
    if not sources:
        raise FileNotFoundError(f"source_dir = {source_dir} contains no notebook NN_name.ipynb")
    if _is_edition(sources.values()):
        raise ValueError(
            f"source_dir = {source_dir} is a student edition itself, without solutions to "
            "remove: start from a clone of the course"
        )
    if source_dir.resolve() == target_dir.resolve():
        raise ValueError(f"target_dir = {target_dir} has the solutions: choose another folder")
    edition = {
        target_dir / path.name: nbformat.writes(strip_solutions(nb, path.name)) + "\n"
        for path, nb in sources.items()
    }
    _require_other_files(edition, sources)
    changed = [path for path, text in edition.items() if path.exists() and not _holds(path, text)]
    if changed and not force:
        raise FileExistsError(
            f"{', '.join(p.name for p in changed)} in {target_dir} would be overwritten, with all "
            "changes: choose another folder, or overwrite with --force (force=True)"
        )
    try:
        write_all(edition)
    except OSError as err:
        told = f"{err.strerror or err}; nothing was written"
        raise OSError(err.errno, told, str(target_dir)) from err
    return list(edition)


def _require_other_files(targets: Iterable[Path], sources: Iterable[Path]) -> None:
    """Require that no file to write is one of the originals, under another name."""
    originals = [(status.st_dev, status.st_ino) for status in map(Path.stat, sources)]
    for path in filter(Path.exists, targets):
        status = path.stat()
        if (status.st_dev, status.st_ino) in originals:
            raise ValueError(
                f"{path} is a link to a notebook with the solutions, which would be lost: delete "
                "the link, or choose another folder"
            )


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False
