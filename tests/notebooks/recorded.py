"""Find the claims of a notebook that compare only what was read from a file of earlier results.

Such a claim cannot fail by what the notebook computes, so it has to say ``recorded=True``. Values
are followed through the notebook's assignments: a name is *recorded* if it comes from a file of
``data/published`` or a network's card, *measured* if it comes from any other call.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable

import nbformat

RECORDED, MEASURED = "recorded", "measured"
_SOURCES = {"data_dir", "card"}
_PASS_THROUGH = {"tensor", "as_tensor", "stack", "cat", "Path", "pairwise", "DictReader"}
_PASS_THROUGH |= {name for name in dir(builtins) if name != "open"}

_ADDS = {"append", "extend", "add", "update", "insert"}

Labels = frozenset[str]


class _Notebook(ast.NodeVisitor):
    """Follow the labels of names; collect the claims with the labels of their values."""

    def __init__(self) -> None:
        self.names: dict[str, Labels] = {}
        self.functions: dict[str, Labels] = {}
        self.claims: list[tuple[str, Labels, bool]] = []

    def labels(self, node: ast.AST | None) -> Labels:
        if node is None:
            return frozenset()
        if isinstance(node, ast.Name):
            return self.names.get(node.id, frozenset())
        if isinstance(node, ast.Lambda):
            return frozenset()
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Subscript):  # the index chooses, and is not part of the value
            return self.labels(node.value)
        if isinstance(node, ast.Dict):
            return frozenset().union(*map(self.labels, node.values))
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for part in node.generators:
                self._bind(part.target, self.labels(part.iter))
            return self.labels(node.value if isinstance(node, ast.DictComp) else node.elt)
        if isinstance(node, ast.NamedExpr):
            self._bind(node.target, self.labels(node.value))
        return frozenset().union(*map(self.labels, ast.iter_child_nodes(node)))

    def _call(self, node: ast.Call) -> Labels:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if name in _SOURCES:
            return frozenset({RECORDED})
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        given = [self.labels(a) for a in (owner, *node.args, *(k.value for k in node.keywords))]
        found = frozenset().union(*given) | self.functions.get(name, frozenset())
        if found or name in _PASS_THROUGH or isinstance(owner, ast.Constant):
            return found
        return frozenset({MEASURED})

    def _bind(self, target: ast.AST, labels: Labels, add: bool = False) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                into = add or not isinstance(target, (ast.Name, ast.Tuple, ast.List))
                before = self.names.get(node.id, frozenset()) if into else frozenset()
                self.names[node.id] = before | labels

    def visit_Assign(self, node: ast.Assign) -> None:
        labels = self.labels(node.value)
        for target in node.targets:
            self._bind(target, labels)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._bind(node.target, self.labels(node.value), add=True)

    def visit_For(self, node: ast.For) -> None:
        self._bind(node.target, self.labels(node.iter))
        self.generic_visit(node)
        self.generic_visit(node)  # what a turn of the loop assigns, the next one uses

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._bind(item.optional_vars, self.labels(item.context_expr))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        inner = _Notebook()
        inner.names = {**self.names, **{a.arg: frozenset() for a in node.args.args}}
        inner.functions = dict(self.functions)
        for part in node.body:
            inner.visit(part)
        returned = [inner.labels(r.value) for r in ast.walk(node) if isinstance(r, ast.Return)]
        found = frozenset().union(*returned)
        self.functions[node.name] = found if RECORDED in found else frozenset()
        self.claims += inner.claims

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "claim" and len(node.args) > 1:
            told = any(k.arg == "recorded" for k in node.keywords)
            self.claims.append((ast.unparse(node.args[0]), self.labels(node.args[1]), told))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _ADDS:
            self._bind(node.func.value, self.labels(node.args[0]), add=True)
        self.generic_visit(node)


def told_wrongly(sources: Iterable[str]) -> list[str]:
    """List the claims that are recorded and do not say so, and those that say so and are not."""
    reader = _Notebook()
    for source in sources:
        reader.visit(ast.parse(source))
    wrong = []
    # a loop's body is read twice; the second time counts
    for statement, labels, told in {c[0]: c for c in reader.claims}.values():
        recorded = labels == {RECORDED}
        if recorded and not told:
            wrong.append(f"{statement} compares a recorded value: write recorded=True")
        if told and RECORDED not in labels:
            wrong.append(f"{statement} compares no recorded value: leave out recorded=True")
    return wrong


def code(nb: nbformat.NotebookNode) -> list[str]:
    """Return the source of the code cells; ``pass`` stands for IPython's own commands."""
    cells = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    return [re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE) for source in cells]
