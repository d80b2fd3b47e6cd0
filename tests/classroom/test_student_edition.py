"""The student edition: no solution, no output, everything else, and no student's work lost."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from mvacourse.classroom import exercises, notebooks, student_edition

SOLVED = """\
def step(u, tau):
    # one step of descent
    ### BEGIN SOLUTION
    g = grad(u)
    return u - tau * g
    ### END SOLUTION
"""


CHECK = 'exercises.check("step", step)'


def make_notebook(*sources: str):
    cells = [new_markdown_cell("# Title\n\n`### BEGIN SOLUTION` is a marker.")]
    cells += [
        new_code_cell(
            source,
            execution_count=i,
            outputs=[new_output("stream", name="stdout", text="seen\n")],
            metadata={"tags": ["nbval-check-output"], "slideshow": {"slide_type": "slide"}},
        )
        for i, source in enumerate(sources, start=1)
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write(path, *sources):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(make_notebook(*sources), path)
    return path


def test_the_code_of_a_prediction_is_folded_because_it_names_the_answer():
    asks = 'guess = widgets.predict("Which?", {"a": "", "b": ""}, right="b")\nguess'
    nb = make_notebook(asks, "guess.reveal()", "y = model.predict(x)")
    nb.cells[1].metadata["jupyter"] = {"outputs_hidden": False}
    _, prediction, *others = student_edition.strip_solutions(nb).cells
    assert prediction.metadata.jupyter == {"outputs_hidden": False, "source_hidden": True}
    assert prediction.metadata.cellView == "form" and prediction.source == asks
    assert not any({"jupyter", "cellView"} & cell.metadata.keys() for cell in others)
    assert "cellView" not in nb.cells[1].metadata


def test_a_solution_becomes_a_stub_at_its_own_indentation():
    source = student_edition.strip_solutions(make_notebook(SOLVED)).cells[1].source
    assert source == (
        "def step(u, tau):\n    # one step of descent\n    raise exercises.NotWritten\n"
    )
    names = {"exercises": exercises}
    exec(source, names)
    with pytest.raises(exercises.NotWritten):
        names["step"](0, 0)


def test_several_solutions_in_one_cell_and_at_top_level():
    twice = SOLVED + "\n###  BEGIN SOLUTION\ntau = 1 / 8\n### END SOLUTION\nprint(tau)"
    source = student_edition.strip_solutions(make_notebook(twice)).cells[1].source
    assert source.count(student_edition.STUB) == 2
    assert source.endswith(f"\n{student_edition.STUB}\nprint(tau)") and "1 / 8" not in source


def test_all_but_solutions_and_outputs_stays():
    nb = make_notebook(SOLVED, "x = 1")
    stripped = student_edition.strip_solutions(nb)
    nbformat.validate(stripped)
    assert stripped.metadata == nb.metadata
    assert [c.id for c in stripped.cells] == [c.id for c in nb.cells]
    assert [c.metadata for c in stripped.cells] == [c.metadata for c in nb.cells]
    assert stripped.cells[0] == nb.cells[0] and stripped.cells[2].source == "x = 1"
    for cell in stripped.cells[1:]:
        assert cell.outputs == [] and cell.execution_count is None
    assert nb.cells[1].source == SOLVED and nb.cells[1].outputs  # the original is not touched


def tags(*sources):
    cells = student_edition.strip_solutions(make_notebook(*sources)).cells[1:]
    return [cell.metadata.tags[1:] for cell in cells]


def test_checks_raise_nothing_and_need_no_tag():
    assert tags(SOLVED, CHECK, CHECK, "x = 1", CHECK) == [[], [], [], [], []]


def test_a_stub_outside_a_function_may_raise():
    assert tags("### BEGIN SOLUTION\ntau = 1\n### END SOLUTION", "tau") == [
        [student_edition.MAY_RAISE],
        [],
    ]
    nb = make_notebook("### BEGIN SOLUTION\ntau = 1\n### END SOLUTION")
    nb.cells[1].metadata.tags.append(student_edition.MAY_RAISE)
    assert (
        student_edition.strip_solutions(nb).cells[1].metadata.tags.count(student_edition.MAY_RAISE)
        == 1
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", r"03.ipynb, cell 2, line 1: BEGIN .* without END"),
        ("x = 1\n### END SOLUTION", r"03.ipynb, cell 2, line 2: END .* without BEGIN"),
        (
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
            r"03.ipynb, cell 2, line 2: a solution begins inside the one of line 1",
        ),
    ],
)
def test_markers_not_in_pairs_are_named(source, message):
    with pytest.raises(notebooks.NotebookError, match=message):
        student_edition.strip_solutions(make_notebook(source), "03.ipynb")


def test_write_edition_writes_every_notebook_and_can_be_repeated(tmp_path):
    for name in ("00_a", "01_b"):
        write(tmp_path / "src" / f"{name}.ipynb", SOLVED)
    target = tmp_path / "new" / "course"
    written = student_edition.write_edition(tmp_path / "src", target)
    assert [p.name for p in written] == ["00_a.ipynb", "01_b.ipynb"]
    assert all("BEGIN" not in nbformat.read(p, 4).cells[1].source for p in written)
    assert student_edition.write_edition(tmp_path / "src", target) == written
    assert sorted(target.iterdir()) == written  # no temporary file stays


def test_a_students_work_is_not_overwritten(tmp_path):
    write(tmp_path / "src/00_a.ipynb", SOLVED)
    write(tmp_path / "src/01_b.ipynb", SOLVED)
    mine = write(tmp_path / "course/01_b.ipynb", "my own answer")
    before = mine.read_bytes()
    with pytest.raises(FileExistsError, match=r"01_b.ipynb in .*course would be overwritten"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    assert mine.read_bytes() == before
    assert not (tmp_path / "course/00_a.ipynb").exists()  # nothing is half done
    with pytest.raises(FileExistsError, match=r"--force \(force=True\)"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    student_edition.write_edition(tmp_path / "src", tmp_path / "course", force=True)
    assert student_edition.STUB in nbformat.read(mine, 4).cells[1].source


def test_a_bad_marker_writes_nothing(tmp_path):
    write(tmp_path / "src/00_a.ipynb", SOLVED)
    write(tmp_path / "src/01_b.ipynb", "### BEGIN SOLUTION")
    with pytest.raises(notebooks.NotebookError, match="01_b.ipynb, cell 2"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    assert not (tmp_path / "course").exists()


def test_the_solutions_own_folder_is_refused_even_by_force(tmp_path):
    path = write(tmp_path / "00_a.ipynb", SOLVED)
    with pytest.raises(ValueError, match="has the solutions"):
        student_edition.write_edition(tmp_path, tmp_path / "x" / "..", force=True)
    assert "BEGIN" in path.read_text(encoding="utf-8")


def test_only_numbered_notebooks_count(tmp_path):
    for name in ("00_a", "00_a.failed", "mine", "Untitled1"):
        write(tmp_path / "src" / f"{name}.ipynb", SOLVED)
    written = student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    assert [p.name for p in written] == ["00_a.ipynb"]


def test_a_student_edition_has_no_student_edition(tmp_path):
    write(tmp_path / "src/00_a.ipynb", SOLVED)
    student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    for target in ("course", "other"):
        with pytest.raises(ValueError, match=r"course is a student edition itself.*a clone"):
            student_edition.write_edition(tmp_path / "course", tmp_path / target, force=True)
    assert not (tmp_path / "other").exists()


def test_a_folder_without_notebooks_and_a_broken_notebook(tmp_path):
    with pytest.raises(FileNotFoundError, match="contains no notebook"):
        student_edition.write_edition(tmp_path, tmp_path / "course")
    (tmp_path / "00_a.ipynb").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(notebooks.NotebookError, match=r"00_a.ipynb is not a notebook"):
        student_edition.write_edition(tmp_path, tmp_path / "course")


NAMES = ["00_a.ipynb", "01_b.ipynb", "02_c.ipynb"]


def test_a_full_disk_leaves_no_new_edition(tmp_path, each_failure):
    for name in NAMES:
        write(tmp_path / "src" / name, SOLVED)
    target, failed = tmp_path / "new" / "course", 0
    for _ in each_failure():
        try:
            student_edition.write_edition(tmp_path / "src", target)
            assert sorted(os.listdir(target)) == NAMES
            for name in NAMES:
                (target / name).unlink()
            target.rmdir()
        except OSError as err:
            failed += 1
            assert "No space left on device; nothing was written" in str(err)
            assert str(target) in str(err) and not target.exists()
    assert failed >= 9, "each notebook is created, forced to the disk and renamed"


def test_a_full_disk_leaves_an_old_edition_as_it_is(tmp_path, each_failure):
    for name in NAMES:
        write(tmp_path / "src" / name, SOLVED)
    target, failed = tmp_path / "course", 0
    target.mkdir()
    for _ in each_failure():
        for name in NAMES[::2]:
            (target / name).write_bytes(b"my answer")
        try:
            student_edition.write_edition(tmp_path / "src", target, force=True)
            (target / NAMES[1]).unlink()
        except OSError:
            failed += 1
            assert {p.name: p.read_bytes() for p in target.iterdir()} == dict.fromkeys(
                NAMES[::2], b"my answer"
            )
    assert failed >= 9


def test_what_is_no_file_is_in_the_way(tmp_path):
    write(tmp_path / "src/00_a.ipynb", SOLVED)
    (tmp_path / "course/00_a.ipynb").mkdir(parents=True)
    with pytest.raises(FileExistsError, match="00_a.ipynb in"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course")
    with pytest.raises(OSError, match="something else than a file; nothing was written"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course", force=True)
    (tmp_path / "course/00_a.ipynb").rmdir()
    (tmp_path / "course/00_a.ipynb").write_bytes(b"\xff")  # not text
    with pytest.raises(FileExistsError, match="00_a.ipynb in"):
        student_edition.write_edition(tmp_path / "src", tmp_path / "course")


MARKERS = [
    "### {} SOLUTION",
    "# {} SOLUTION",
    "###{} SOLUTION",
    "#### {} SOLUTION ####",
    "### {} SOLUTION:",
    "### {}  SOLUTION",
    "### {}\tSOLUTION\r",
    "### {}_SOLUTION",
    "### {}-SOLUTION",
    "### {}SOLUTION",
    "### {}\u00a0SOLUTION",
    "### \u200b{} SOLUTION",
    "// {} SOLUTION",
    "<!-- {} SOLUTION -->",
]
NEAR_MARKERS = [
    "### {} SOLUTIONS",
    "### {} SOLUTION (2 points)",
    "### {} OF SOLUTION",
    "### {} SOLUTIN",
    "### {} SOULTION",
    "### {} ANSWER",
    "### {} HIDDEN TESTS",
    "### SOLUTION {}",
    "# the solution {}s here",
    "x = 1  ### {} SOLUTION",
]
NO_MARKERS = [
    "# the solution of the heat equation",
    "# start from the end of the path",
    "# begin with a solution of the inverse problem",
    "### Solution",
    "## Your solution",
    "The solution starts at the boundary, and then it moves on.",
    "Your answer is between `### BEGIN SOLUTION` and `### END SOLUTION`.",
]


def one_cell(kind: str, source: str):
    cell = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}[kind](source)
    return new_notebook(cells=[cell])


@pytest.mark.parametrize("kind", ["code", "markdown", "raw"])
@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
@pytest.mark.parametrize("spelling", MARKERS)
def test_no_spelling_of_the_markers_lets_a_solution_through(spelling, case, kind):
    begin, end = case(spelling.format("begin")), case(spelling.format("end"))
    source = f"before\n{begin}\nsecret\n{end}\nafter"
    (cell,) = student_edition.strip_solutions(one_cell(kind, source)).cells
    stub = student_edition.STUB if kind == "code" else student_edition.TEXT_STUB
    assert cell.source == f"before\n{stub}\nafter"


@pytest.mark.parametrize("kind", ["code", "markdown", "raw"])
@pytest.mark.parametrize("word", ["BEGIN", "END", "begin", "end"])
@pytest.mark.parametrize("spelling", NEAR_MARKERS)
def test_what_looks_like_a_marker_is_refused_by_name(spelling, word, kind):
    line = spelling.format(word)
    with pytest.raises(
        notebooks.NotebookError, match=r"03, cell 1, line 2: .* looks like the mark"
    ):
        student_edition.strip_solutions(one_cell(kind, f"before\n{line}\nsecret"), "03")


@pytest.mark.parametrize("kind", ["code", "markdown", "raw"])
def test_the_words_of_a_marker_in_capitals_are_refused_in_any_line(kind):
    line = "### BEGIN SOLUTION: the formula of the slide with the constant of the proof"
    with pytest.raises(notebooks.NotebookError, match="looks like the marker"):
        student_edition.strip_solutions(one_cell(kind, line))


@pytest.mark.parametrize(
    "kind, line",
    [(kind, line) for kind in ("markdown", "raw") for line in NO_MARKERS]
    + [("code", line) for line in NO_MARKERS if "`" not in line],
)
def test_a_sentence_about_solutions_is_no_marker(kind, line):
    (cell,) = student_edition.strip_solutions(one_cell(kind, line)).cells
    assert cell.source == line
