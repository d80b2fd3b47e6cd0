"""The figures are the student's: a right answer that also tints large images is seen in them."""

from __future__ import annotations

import ast
import functools
import re

import nbformat
import pytest
import torch
from rules import code_cells, committed

from mvacourse.classroom import exercises
from mvacourse.classroom.exercises.checking.examination import examine
from mvacourse.classroom.grading.questions import bound, free_names, needed, plain

PATHS = {path.name[:2]: path for path in committed()}
LARGE = 3000
"""Values; the inputs of the checks have fewer, the images of the figures more."""

FIGURES = [("01", "careful_inverse"), ("03", "my_heat"), ("04", "my_descent")]


def tinted(f):
    """A function that is right on small inputs, and gives the negative on large ones."""

    @functools.wraps(f)
    def answer(*given):
        found = f(*given)
        large = any(isinstance(x, torch.Tensor) and x.numel() > LARGE for x in given)
        return 1 - found if large and isinstance(found, torch.Tensor) else found

    return answer


def figure_with(name, nb):
    """The code that a later figure depends on, its cell, and the exercise behind the name."""
    cells = code_cells(nb)
    sources = [cell.source for cell in cells]
    (k, use), *_ = [
        (k, found)
        for k, source in enumerate(sources)
        if (found := re.search(rf'^{name} = exercises\.use\("(\w+)"', source, re.MULTILINE))
    ]
    drawn = next(
        j
        for j in range(k + 1, len(cells))
        if name in free_names(plain(sources[j]))
        and any("image/png" in output.get("data", {}) for output in cells[j].outputs)
    )
    return needed(sources[:drawn], sources[drawn]), sources[drawn], use[1]


def draw(before, cell, change=""):
    """Run the cells, with a line after the check, and return the bytes of the figure."""
    names = {"tinted": tinted}
    lines = []
    for statement in ast.parse(before).body:
        lines.append(ast.unparse(statement))
        if change and "exercises.use(" in lines[-1] and bound(statement) == {change}:
            lines.append(f"{change} = tinted({change})")
    exec("\n".join(lines), names)
    *rest, last = ast.parse(plain(cell)).body
    exec(compile(ast.Module(rest, []), "<cell>", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return shown.png() if hasattr(shown, "png") else shown.data


@pytest.mark.parametrize("number, name", FIGURES)
def test_a_tinted_answer_passes_and_is_seen(number, name, capsys):
    nb = nbformat.read(PATHS[number], as_version=4)
    before, cell, exercise = figure_with(name, nb)
    plain_figure = draw(before, cell)
    assert plain_figure == draw(before, cell)
    assert plain_figure != draw(before, cell, name)
    known = exercises.all_exercises()[exercise]
    assert examine(known, tinted(known.reference)).right
