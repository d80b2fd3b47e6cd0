"""The mutants of a module: which nodes are edited, and which lines must run to notice."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from mutation.edits import Source, edits

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
# What a reader of an error sees, what a type checker reads, what only loads other modules.
SKIPPED = (ast.Raise, ast.Import, ast.ImportFrom, ast.JoinedStr)
FOR_TYPES = {"TypeVar", "ParamSpec", "NewType", "cast"}


class Mutant(NamedTuple):
    """One edit of one module."""

    path: str
    function: str
    before: str
    after: str
    """The lines that change, stripped and joined, as they were and as they become."""
    edit: tuple[int, int, str]
    lines: frozenset[int]
    """A test that runs none of these lines cannot notice."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names it when lines have moved."""
        return self.path, self.function, self.before, self.after

    def source(self, root: Path) -> str:
        """The whole text of the spoiled module."""
        text = (root / self.path).read_text(encoding="utf-8").encode()
        start, end, new = self.edit
        return (text[:start] + new.encode() + text[end:]).decode()

    def diff(self, root: Path) -> str:
        """What `git diff` would show."""
        old = (root / self.path).read_text(encoding="utf-8").splitlines(keepends=True)
        new = self.source(root).splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, self.path, self.path, n=2))

    def differs(self, root: Path) -> bool:
        """Whether it is Python, and means another thing than the module does."""
        try:
            spoiled = ast.dump(ast.parse(self.source(root)))
        except SyntaxError:
            return False
        return spoiled != _meaning(root / self.path)


@lru_cache
def _meaning(path: Path) -> str:
    return ast.dump(ast.parse(path.read_text(encoding="utf-8")))


def mutants(root: Path, path: str) -> list[Mutant]:
    """Every mutant of a module, from its top to its end."""
    text = (root / path).read_text(encoding="utf-8")
    s = Source(text)
    tree = ast.parse(text)
    seen: dict[tuple[int, int, str], Mutant] = {}
    # A call whose value nobody uses is left out whole, not replaced by its argument.
    whole = {s.span(n) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node, function, lines in _nodes(tree, "", _bodies(tree) or _range(tree.body), False):
        for edit in edits(node, s):
            if edit[:2] in whole and edit[2] != "pass":
                continue
            seen.setdefault(edit, Mutant(path, function, *_changed(s, edit), edit, lines))
    return sorted(seen.values(), key=lambda mutant: mutant.edit)


def _changed(s: Source, edit: tuple[int, int, str]) -> tuple[str, str]:
    start, end, new = edit
    first = s.bytes.rfind(b"\n", 0, start) + 1
    last = s.bytes.find(b"\n", end)
    last = len(s.bytes) if last < 0 else last
    texts = s[first:last], s[first:start] + new + s[end:last]
    before, after = (" ".join(map(str.strip, text.splitlines())) for text in texts)
    return before, after


def _nodes(
    node: ast.AST, name: str, lines: frozenset[int], inside: bool
) -> Iterator[tuple[ast.AST, str, frozenset[int]]]:
    """What may be edited, the function it stands in, and the lines that run it.

    `inside` a function a statement runs by itself. Outside of one it has run when the module is
    loaded; what it made shows when the functions of the module or of the class run.
    """
    if isinstance(node, SKIPPED) or _is_for_others(node):
        return
    if isinstance(node, (*FUNCTION, ast.ClassDef)):
        name = f"{name}.{node.name}" if name else node.name
        if isinstance(node, FUNCTION):
            body = _range(node.body)
            for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                yield from _nodes(default, name, body, False)
            inside = True
        else:
            lines = _bodies(node) or lines
        for statement in node.body:
            yield from _nodes(statement, name, lines, inside)
        return
    if inside and isinstance(node, ast.stmt):
        lines = _header(node)
    yield node, name, lines
    for field, value in ast.iter_fields(node):
        if field != "annotation":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _nodes(child, name, lines, inside)


def _is_for_others(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return getattr(node.test, "id", "") == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):  # such as __all__
        return any(getattr(target, "id", "").startswith("__") for target in node.targets)
    if isinstance(node, ast.keyword):  # which line a warning blames
        return node.arg == "stacklevel"
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in FOR_TYPES


def _range(body: list[ast.stmt]) -> frozenset[int]:
    return frozenset(range(body[0].lineno, body[-1].end_lineno + 1)) if body else frozenset()


def _bodies(node: ast.AST) -> frozenset[int]:
    """The lines of the functions in a module or a class."""
    bodies = [_range(n.body) for n in ast.walk(node) if isinstance(n, FUNCTION)]
    return frozenset().union(*bodies)


def _header(node: ast.stmt) -> frozenset[int]:
    """The lines of a statement, of a compound one those before its body."""
    body = getattr(node, "body", None)
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
    return frozenset(range(node.lineno, last + 1))
