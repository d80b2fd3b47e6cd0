"""The exercises of the course's own notebooks, and the code above them that an answer needs."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import threading
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mvacourse.classroom.exercises import all_exercises

if TYPE_CHECKING:
    from nbformat import NotebookNode

_MAGIC = re.compile(r"^(\s*)(?:[%!].*|.*\?\s*)$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\A\s*%%.*\n?")
_PARSER = threading.Lock()
"""Held while Python parses: up to 3.11, two threads that do it at once can raise SystemError."""


@dataclass(frozen=True)
class Question:
    """An exercise in the course's own notebook.

    Attributes
    ----------
    notebook : str
        The notebook's name, without ``.ipynb``.
    exercise : str
        The exercise's name for the check.
    cell : str
        Id of the cell that holds its solution, so also of the student's answer.
    check : str
        Id of the cell that checks it.
    answer : str
        What is checked, as code: nearly always the name of a function.
    above : tuple of str
        The code cells above it.
    points : int
    """

    notebook: str
    exercise: str
    cell: str
    check: str
    answer: str
    above: tuple[str, ...]
    points: int

    def prelude(self, source: str, own: Iterable[str] = ()) -> str:
        """Select the statements of the cells above that an answer's names depend on.

        The default type is among them: `torch.zeros(n)` depends on it without a name.

        Parameters
        ----------
        source : str
            The answer's cell.
        own : iterable of str
            All code cells of the student's notebook: what they import may be used, too.
        """
        lines = [line for cell in self.above for line in cell.splitlines()]
        types = [line for line in lines if line.startswith("torch.set_default_dtype(")]
        above = needed(self.above, source)
        known = set().union(*(bound(s) for s in getattr(parse(above), "body", ())))
        first = ["import torch", *types] if types else []
        return "\n".join([*first, imports(own, _read_by(source) - known), above])


def questions(nb: NotebookNode, stem: str) -> list[Question]:
    """Find the exercises of a notebook with solutions, in their order.

    Parameters
    ----------
    nb : NotebookNode
    stem : str
        Its name, such as "04_total_variation".
    """
    found: list[Question] = []
    above: list[str] = []
    solution: tuple[str, int] | None = None
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        if "### BEGIN SOLUTION" in cell.source:
            solution = (cell.id, len(above))
        elif solution and (checked := checks(cell.source)):
            name, answer = checked
            if name in all_exercises():
                points = all_exercises()[name].points
                cells = tuple(above[: solution[1]])
                found.append(Question(stem, name, solution[0], cell.id, answer, cells, points))
            solution = None
        above.append(cell.source)
    return found


def checks(source: str) -> tuple[str, str] | None:
    """Return the exercise that a cell checks or uses, and what it passes, as code."""
    tree = parse(source)
    for node in ast.walk(tree) if tree else ():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("check", "use")
            and len(node.args) == 2
            and isinstance(node.args[0], ast.Constant)
        ):
            return str(node.args[0].value), ast.unparse(node.args[1])
    return None


def plain(source: str) -> str:
    """Make a cell Python, of the same number of lines: without Jupyter's own ones."""
    source = _CELL_MAGIC.sub("\n", source)
    try:
        _tree(source)
        return source
    except (SyntaxError, ValueError):
        return _MAGIC.sub(r"\1pass", source)


def parse(source: str) -> ast.Module | None:
    """Parse a cell; None if it is no Python."""
    try:
        return _tree(plain(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _tree(source: str) -> ast.Module:
    with _PARSER, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of unusual escapes in strings
        return ast.parse(source)


def free_names(source: str) -> set[str]:
    """Return the global names that a piece of Python reads, without Python's own."""
    read: set[str] = set()
    todo = [symtable.symtable(source, "<cell>", "exec")]
    while todo:
        table = todo.pop()
        todo += table.get_children()
        top = table.get_type() == "module"
        read |= {
            s.get_name()
            for s in table.get_symbols()
            if s.is_referenced() and (top or s.is_global())
        }
    return read - set(dir(builtins))


def _read_by(source: str) -> set[str]:
    try:
        return free_names(plain(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()


def imports(cells: Iterable[str], wanted: set[str]) -> str:
    """Select the imports of some names; one that fails takes no others with it."""
    kept = []
    for statement in (s for cell in cells for s in getattr(parse(cell), "body", ())):
        if isinstance(statement, (ast.Import, ast.ImportFrom)) and bound(statement) & wanted:
            line = ast.unparse(_only(statement, wanted))
            kept.append(f"try:\n    {line}\nexcept ImportError:\n    pass")
    return "\n".join(kept)


def needed(above: Iterable[str], source: str) -> str:
    """Select the statements, from the last to the first, that bind a name that is read below.

    A name that a method call or an index changes is not followed.
    """
    wanted = _read_by(source)
    statements = [s for cell in above for s in getattr(parse(cell), "body", ())]
    kept: list[str] = []
    for statement in reversed(statements):
        binds = bound(statement)
        if not binds & wanted:
            continue
        code = ast.unparse(_only(statement, wanted))
        kept.append(code)
        if isinstance(statement, (ast.Assign, ast.FunctionDef, ast.ClassDef)):
            wanted -= binds  # what stood there before is gone
        wanted |= free_names(code)
    return "\n".join(reversed(kept))


def _only(statement: ast.stmt, wanted: set[str]) -> ast.stmt:
    """Of an import, keep the names that are wanted."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return statement
    names = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in wanted]
    if isinstance(statement, ast.Import):
        return ast.Import(names)
    return ast.ImportFrom(statement.module, names, statement.level)


def bound(tree: ast.AST) -> set[str]:
    """Return the names that a statement binds at the top level of a cell."""
    if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {tree.name}
    if isinstance(tree, (ast.Import, ast.ImportFrom)):
        return {a.asname or a.name.partition(".")[0] for a in tree.names}
    found = {tree.id} if isinstance(tree, ast.Name) and isinstance(tree.ctx, ast.Store) else set()
    if isinstance(tree, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return found
    return found.union(*map(bound, ast.iter_child_nodes(tree)))
