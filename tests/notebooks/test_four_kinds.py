"""Each notebook lets its reader build, predict, explain and explore, and uses the answers."""

from __future__ import annotations

import ast
import copy
import re

import nbformat
import pytest
from rules import code_cells, committed, exercise_cells, names, plain

from mvacourse.classroom.exercises import all_exercises

DONE = ("09", "10")
"""The notebooks, by number, that have all four kinds."""
NOTEBOOKS = [path for path in committed() if path.name[:2] in DONE]

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def text(nb):
    return [cell.source for cell in nb.cells if cell.cell_type == "markdown"]


def headings(nb, first):
    found = re.compile(rf"^#+ (?:\d+\. )?{first}\b.*$", re.MULTILINE)
    return [line for source in text(nb) for line in found.findall(source)]


def test_two_algorithms_are_built(path):
    kinds = [all_exercises()[name].kind for name, _, _ in exercise_cells(read(path))]
    assert kinds.count("build") >= 2
    assert len(headings(read(path), "Build")) >= 2


def test_two_predictions_are_asked_for_before_the_figure_and_answered_after_it(path):
    cells = [cell.source for cell in code_cells(read(path))]
    asked = {}
    for number, source in enumerate(cells):
        if found := re.search(r"(\w+) = widgets\.predict\(", source):
            asked[found[1]] = number
    assert len(asked) >= 2
    for name, number in asked.items():
        answered = [k for k, source in enumerate(cells) if f"{name}.reveal()" in source]
        assert answered and answered[0] > number + 1, name


def test_something_is_explained_or_proved_in_a_fold(path):
    found = [
        source
        for source in text(read(path))
        if re.search(r"^### (Explain|Prove)\b", source, re.MULTILINE)
    ]
    assert found and any("<details>" in source for source in found)


def test_the_end_is_a_project_on_the_readers_own_photograph(path):
    nb = read(path)
    assert len(headings(nb, "Explore")) == 1
    start = next(k for k, cell in enumerate(nb.cells) if headings_of(cell, "Explore"))
    assert start >= len(nb.cells) - 8
    assert any("images.read(" in cell.source for cell in nb.cells[start:])


def headings_of(cell, first):
    return cell.cell_type == "markdown" and re.search(rf"^#+ (?:\d+\. )?{first}\b", cell.source)


def test_two_answers_are_used_below(path):
    cells = [ast.parse(plain(cell.source)) for cell in code_cells(read(path))]
    sources = [cell.source for cell in code_cells(read(path))]
    used = 0
    for number, source in enumerate(sources):
        if found := re.search(r"^(\w+) = exercises\.use\(", source, re.MULTILINE):
            used += any(found[1] in names(tree, ast.Load) for tree in cells[number + 1 :])
    assert used >= 2


def test_no_visible_cell_gives_a_solution_away(path):
    """Statements of a solution, with all names alike, stand in no cell before its exercise."""
    before = set()
    for cell in code_cells(read(path)):
        tree = ast.parse(plain(cell.source))
        if "### BEGIN SOLUTION" in cell.source:
            for statement in solution(cell.source, tree):
                assert shape(statement) not in before, ast.unparse(statement)
        before |= {shape(node) for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr))}


def solution(source, tree):
    """The statements between the markers, and what they return or assign, if large enough."""
    lines = source.splitlines()
    begin = next(k for k, line in enumerate(lines, 1) if "### BEGIN SOLUTION" in line)
    end = next(k for k, line in enumerate(lines, 1) if "### END SOLUTION" in line)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and begin < node.lineno < end and size(node) >= 14:
            yield node
            if isinstance(node, (ast.Return, ast.Assign)) and size(node.value) >= 14:
                yield node.value


def size(node):
    return sum(1 for _ in ast.walk(node) if not isinstance(_, (ast.Load, ast.Store)))


def shape(node):
    """The syntax tree with its own names numbered in the order in which they appear."""
    seen = {}

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node):
            new = seen.setdefault(node.id, f"name {len(seen)}")
            return ast.copy_location(ast.Name(id=new, ctx=ast.Load()), node)

    return ast.dump(Rename().visit(copy.deepcopy(node)))
