"""The committed notebooks keep the rules, and each rule catches its fault."""

from __future__ import annotations

import base64
import copy
import itertools
import re
from importlib import metadata

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rules import (
    CHECK,
    RELEASE,
    code_cells,
    committed,
    complaints,
    exercise_cells,
    setup,
    statements,
)

import mvacourse
from mvacourse.classroom import exercises, show
from mvacourse.classroom.exercises import all_exercises
from mvacourse.classroom.kernel import execute
from mvacourse.classroom.student_edition import MAY_RAISE, STUB, strip_solutions

NOTEBOOKS = committed()
FIRST_HALF = ("00", "01", "02", "03", "04", "05")


def read(path):
    return nbformat.read(path, as_version=4)


def test_the_first_half_of_the_course_is_there():
    assert {path.name[:2] for path in NOTEBOOKS} >= set(FIRST_HALF)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_rules(path):
    found = complaints(read(path), path.name)
    assert not found, f"{path.name}:\n  " + "\n  ".join(found)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_student_edition_has_no_solution_and_its_stubs_fail(path, capsys):
    student = strip_solutions(read(path), path.name)
    assert "SOLUTION" not in nbformat.writes(student).replace("SOLUTIONS", "")
    assert not any(cell.outputs for cell in code_cells(student))
    assert_stubs_fail(read(path), student, capsys)


def assert_stubs_fail(nb, student, capsys):
    """Each exercise cell of the student edition defines a function that its check refuses."""
    cells = [cell.source for cell in code_cells(student)]
    pairs = [(stub, check) for stub, check in itertools.pairwise(cells) if is_exercise(stub, check)]
    assert len(pairs) == len(exercise_cells(nb))
    for stub, check in pairs:
        names = {name: getattr(mvacourse, name) for name in mvacourse.__all__}
        names |= {"torch": torch, "exercises": exercises}
        exec(stub, names)
        exec(check, names)
    said = capsys.readouterr().out
    assert said.count("not written yet") == len(pairs) and "✓" not in said


def test_run_all_goes_through_a_student_edition_and_its_errors_are_short(tmp_path):
    path = NOTEBOOKS[0]
    student = strip_solutions(read(path), path.name)
    false = 'claim("one is two", 1, equals=2)'
    student.cells.append(new_code_cell(false, metadata={"tags": [MAY_RAISE]}))
    assert execute(student, tmp_path / path.name) is None
    assert all(cell.execution_count for cell in code_cells(student))
    errors = [o for c in code_cells(student) for o in c.outputs if o.output_type == "error"]
    kinds = [error.ename for error in errors]
    assert kinds == ["ClaimError"]
    assert len(errors[0].traceback) == 1 and "\n" not in errors[0].traceback[0]
    said = "".join(o.get("text", "") for c in code_cells(student) for o in c.outputs)
    assert said.count("not written yet") == len(exercise_cells(read(path)))


def is_exercise(stub, check):
    return STUB in stub and CHECK.search(check)


# A notebook that keeps every rule, and one way at a time to break it.

BADGE = "https://colab.research.google.com/github/mvacourse/mvacourse/blob/v1.0/notebooks/"
SETUP = f"""{setup()}start
from mvacourse.classroom import (
    exercises,
    widgets,
)
course = start()"""
BRANCH = SETUP.replace("    assert", "    import mvacourse\n    assert")


THREE = list(all_exercises())[:3]


def code(source, *outputs, **metadata):
    cell = new_code_cell(source, outputs=list(outputs))
    cell.metadata.update(slideshow={"slide_type": "-"}, **metadata)
    return cell


def text(source):
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": "slide"}})


def printed(said):
    return new_output("stream", name="stdout", text=said)


def picture(width=8):
    png = show.encode(torch.zeros(4, width), width=width)
    return new_output("display_data", data={"image/png": base64.b64encode(png).decode()})


def solved(name):
    body = "    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    yield code(f"def {name}(*_):\n{body}")
    yield code(f'exercises.check("{name}", {name})', printed(f"✓ {name}: agrees\n"))


def good():
    tag = {"tags": ["nbval-check-output"]}
    cells = [
        text(f"# 01 · Good\n\n[badge]({BADGE}01_good.ipynb) A1–A3, 1 minute"),
        code(SETUP),
        code("widgets.static(render, n=1)", picture()),
        code("widgets.explore(render, n=1)"),
        text("See how."),
        code("claim('a', 1, at_least=0)", printed("✓ a  [at least 0]\n"), **tag),
        code("claim('b', True)", printed("✓ b\n"), **tag),
        *(cell for name in THREE for cell in solved(name)),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for number, cell in enumerate(code_cells(nb), start=1):
        cell.execution_count = number
    return nb


def break_with(nb, fault):
    """Apply a fault to a copy of the good notebook; cells are numbered as in `good`."""
    nb = copy.deepcopy(nb)
    fault(nb)
    return nb


def put(index, **values):
    return lambda nb: nb.cells[index].update(values)


def output(index, *outputs):
    return lambda nb: nb.cells[index].outputs.extend(outputs)


VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
FAULTS = [
    (put(0, cell_type="poem"), "not a valid notebook"),
    (lambda nb: nb.cells[1].update(id=nb.cells[0].id), "two of the same"),
    (lambda nb: nb.metadata.update(widgets={}), "metadata.widgets"),
    (lambda nb: nb.metadata.kernelspec.update(name="venv"), "not called python3"),
    (output(2, printed("x" * 1_000_000)), "larger than"),
    (put(2, execution_count=None), "execution counts"),
    (put(2, execution_count=9), "execution counts"),
    (output(2, new_output("error", ename="ValueError", evalue="")), "the error ValueError"),
    (output(2, new_output("stream", name="stderr", text="w")), "wrote to stderr"),
    (output(2, printed("see /home/me/x.py")), "absolute path /home/me"),
    (output(2, printed(r"see C:\Users\x.py")), "absolute path C:"),
    (lambda nb: nb.cells[2].metadata.update(execution={}), "time of its execution"),
    (output(3, new_output("display_data", data=VIEW)), "widget's view"),
    (put(0, source="# T\n\nA1, 1 minute"), "Colab badge"),
    (put(0, source=f"# T\n\nA1, 1 minute {BADGE}02_bad.ipynb"), "Colab badge"),
    (put(0, source=f"# T\n\nA1 {BADGE}01_good.ipynb"), "how long"),
    (put(0, source=f"# T\n\n1 minute {BADGE}01_good.ipynb"), "lecture ids"),
    (put(0, source=f"A1, 1 minute {BADGE}01_good.ipynb"), "a title"),
    (lambda nb: nb.cells.pop(0), "does not begin with text"),
    (put(1, source=SETUP + "\na = 1"), "set-up cell has 8"),
    (
        put(1, source=SETUP.replace("from mvacourse import start\n", "")),
        "uses start, which no line outside",
    ),
    (put(1, source=BRANCH.replace("= st", "= mvacourse.st")), "set-up cell uses mvacourse, which"),
    (
        lambda nb: (put(1, source=BRANCH)(nb), put(3, source="explore(mvacourse.x)")(nb)),
        "cell .3. uses mvacourse, which no line",
    ),
    (put(1, source=SETUP.replace("archive/v", "archive/u")), "set-up cell does not begin"),
    (put(1, source=SETUP.replace("≥ 3.10", "≥ 3.9")), "set-up cell does not begin"),
    (put(1, source=SETUP.replace("widgets,", "widgets as w,")), "imports w, which no cell uses"),
    (put(2, source="widgets.static(render)\n" * 13), "13 lines, more than 12"),
    (put(7, source="### BEGIN SOLUTION\n" + "a = 1\n" * 20), "21 lines, more than 20"),
    (put(3, source="a = 1"), "has no slider"),
    (put(2, source="widgets.static(other)"), "no static.render, …. before"),
    (put(3, source="claim('a', 1)\nexplore(render)"), "mixes a slider with a claim"),
    (put(2, source='widgets.predict("?", {})'), "shows the answer of its prediction"),
    (lambda nb: nb.cells.pop(4), "no text after the picture of cell .2."),
    (output(3, picture()), "no text between the pictures of cells .2. and .3."),
    (output(2, picture(1200)), "1200 pixels wide"),
    (put(5, source="a = 1"), "1 cells with a claim"),
    (lambda nb: nb.cells[5].metadata.pop("tags"), "not tagged nbval-check-output"),
    (lambda nb: nb.cells[5].outputs.clear(), "no ✓ is stored"),
    (lambda nb: nb.cells.__delitem__(slice(7, 9)), "has 2 exercises"),
    (put(8, source="a = 1"), "3 solutions for 2 checks"),
    (put(8, source='exercises.check("nothing", nothing)'), "'nothing', which is no exercise"),
    (lambda nb: nb.cells[8].outputs.clear(), "is not seen to pass"),
    (put(2, source=f"widgets.static(render, n={THREE[0]}(1))"), f"cell .2. uses {THREE[0]}, which"),
    (put(7, source="### BEGIN SOLUTION\nrender = 1\n### END SOLUTION"), "uses render, which stu"),
    (lambda nb: nb.cells[3].metadata.pop("slideshow"), "slide metadata"),
]


def test_a_good_notebook_gives_no_complaint():
    assert complaints(good(), "01_good.ipynb") == []


@pytest.mark.parametrize(("fault", "complaint"), FAULTS, ids=[c for _, c in FAULTS])
def test_each_fault_is_found(fault, complaint):
    found = complaints(break_with(good(), fault), "01_good.ipynb")
    assert any(re.search(complaint, text) for text in found), found


def test_stubs_of_the_good_notebook_fail(capsys):
    assert_stubs_fail(good(), strip_solutions(good()), capsys)


def test_a_wrapped_statement_counts_once():
    assert statements(SETUP) == 7


def run_setup(monkeypatch, *found):
    """Run the first lines of the set-up, with pip as a step that changes nothing."""
    answers = iter(found)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: next(answers))
    steps = re.sub(r"%pip (.*)", r"installed.append('\1')", setup())
    names = {"installed": []}
    exec(steps.removesuffix("from mvacourse import "), names)
    return names["installed"]


def test_set_up_installs_only_what_is_missing(monkeypatch):
    assert run_setup(monkeypatch, "there") == []
    assert run_setup(monkeypatch, None, "there") == [f"install -q --no-deps {RELEASE}"]


def test_set_up_that_fails_says_in_one_line_what_to_do(monkeypatch):
    with pytest.raises(AssertionError) as caught:
        run_setup(monkeypatch, None, None)
    lowest = metadata.metadata("mvacourse")["Requires-Python"].removeprefix(">=")
    said = str(caught.value).splitlines()[0]
    assert said == f"pip failed: check the network, and that Python is ≥ {lowest}"
