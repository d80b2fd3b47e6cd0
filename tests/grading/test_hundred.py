"""A class of a hundred: answers of the bank, attacks and damaged files; every mark as expected."""

from __future__ import annotations

import csv
import hashlib
import random
import textwrap
import time

import nbformat
import pytest
from attacks import ATTACKS
from classroom.bank import all_answers
from handouts import ORIGINAL
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner

from mvacourse.classroom import grading
from mvacourse.classroom.notebooks import read
from mvacourse.classroom.student_edition import strip_solutions
from mvacourse.cli import app

# What the answers use and not every notebook imports: its student does, in a cell of their own.
IMPORTS = """import math
import numpy as np
import torch.nn as nn
import torch.nn.functional as F
from mvacourse import operators, regularizers, solvers
from mvacourse.calculus import div
"""
BANK = {answers.exercise: answers for answers in all_answers()}
STUDENTS = 100


def handouts(course):
    folder = ORIGINAL.parent
    return {
        stem: strip_solutions(read(folder / f"{stem}.ipynb"), stem)
        for stem in course
        if all(q.exercise in BANK for q in course[stem])
    }


def solved(nb, questions, draw):
    """Fill a handout with answers of the bank; return it and the points of each exercise."""
    nb = nbformat.from_dict(nb)
    cells = {cell.id: cell for cell in nb.cells}
    points = {}
    for q in questions:
        answers = BANK[q.exercise]
        right = draw.random() < 0.5
        answer = draw.choice(list(answers.right if right else answers.wrong))
        cells[q.cell].source = answers.cell(answer)
        points[q.exercise] = q.points if right else 0
    nb.cells.insert(2, new_code_cell(IMPORTS))
    return nb, points


def attack(nb, cell_id, body, victim):
    nb = nbformat.from_dict(nb)
    source = f"def my_tv(u):\n    VICTIM = {str(victim)!r}\n" + textwrap.indent(body, "    ")
    next(cell for cell in nb.cells if cell.id == cell_id).source = source
    return nb


def damaged(text, kind, draw):
    """Return what is left of a notebook's file."""
    half = len(text) // 2
    return {
        "empty": "",
        "cut off": text[:half],
        "no notebook": "%PDF-1.7\n",
        "a number": "3",
        "without cells": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "bytes": "".join(chr(draw.randrange(32, 500)) for _ in range(2000)),
    }[kind]


def state(folder):
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_a_class_of_a_hundred_gets_the_marks_that_it_should(tmp_path):
    draw = random.Random(0)
    course = grading.read_course(ORIGINAL.parent)
    given = handouts(course)
    tv = next(q for q in course[ORIGINAL.stem] if q.exercise == "total_variation")
    folder, victim = tmp_path / "class", tmp_path / "victim" / "file"
    folder.mkdir()
    victim.parent.mkdir()
    victim.write_text("precious", encoding="utf-8")
    expected = {}
    for name, (body, _) in ATTACKS.items():
        nb = attack(given[ORIGINAL.stem], tv.cell, body, victim)
        nbformat.write(nb, folder / f"attack, {name}.ipynb")
        expected[f"attack, {name}"] = {}
    for kind in ("empty", "cut off", "no notebook", "a number", "without cells", "bytes"):
        text = nbformat.writes(given[ORIGINAL.stem])
        (folder / f"damaged, {kind}.ipynb").write_text(damaged(text, kind, draw), encoding="utf-8")
        expected[f"damaged, {kind}"] = {}
    for number in range(STUDENTS - len(expected)):
        stem = list(given)[number % len(given)]
        nb, expected[f"student {number}"] = solved(given[stem], course[stem], draw)
        (folder / f"student {number}").mkdir()
        nbformat.write(nb, folder / f"student {number}" / f"{stem}.ipynb")

    before, started = state(tmp_path), time.monotonic()
    result = CliRunner().invoke(
        app, ["grade", str(folder), "--out", str(tmp_path / "out"), "--jobs", "2"]
    )
    seconds = time.monotonic() - started
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "marks.csv").open(encoding="utf-8", newline="") as file:
        table = {line["student"]: line for line in csv.DictReader(file)}
    assert len(table) == STUDENTS
    wrong = [
        f"{student}: {column} is {points}"
        for student, line in table.items()
        for column, points in line.items()
        if " /" in column and int(points) != expected[student].get(column.split()[1], 0)
    ]
    assert not wrong, "\n".join(wrong)
    assert all(table[s]["remarks"] for s in table if s.startswith("damaged"))
    after = {path: h for path, h in state(tmp_path).items() if "out" not in path.parts}
    assert after == before
    print(f"{STUDENTS} submissions in {seconds:.0f} s")
    assert seconds < 15 * 60
