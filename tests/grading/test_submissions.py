"""Submissions are recognised and their answers found, whatever has happened to the files."""

from __future__ import annotations

import shutil

import pytest
from handouts import ORIGINAL
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mvacourse.classroom import grading
from mvacourse.classroom.grading import submissions
from mvacourse.classroom.grading.marks import _read

ANSWER = "def my_tv(u):\n    return grad(u).norm(dim=-3).sum()"


def tv_cell(nb, questions):
    return next(cell for cell in nb.cells if cell.id == questions["total_variation"].cell)


def test_folders_and_files_are_submissions(hand_in):
    folder = hand_in("alice")
    (folder / "alice" / "deeper").mkdir()
    shutil.copy(folder / "alice" / ORIGINAL.name, folder / "alice" / "deeper" / "again.ipynb")
    shutil.copy(folder / "alice" / ORIGINAL.name, folder / "bob.ipynb")
    (folder / "alice" / ".ipynb_checkpoints").mkdir()
    (folder / "alice" / ".ipynb_checkpoints" / "old.ipynb").write_text("{}", encoding="utf-8")
    (folder / "carol").mkdir()
    (folder / "notes.txt").write_text("no submission", encoding="utf-8")
    found = {s.student: [p.name for p in s.files] for s in grading.find(folder)}
    assert found == {"alice": [ORIGINAL.name, "again.ipynb"], "bob": ["bob.ipynb"], "carol": []}


def test_no_folder_and_an_empty_one_are_refused_by_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="is not a folder: give one that holds"):
        grading.find(tmp_path / "missing")
    with pytest.raises(FileNotFoundError, match="holds no submissions: put a notebook"):
        grading.find(tmp_path)


def test_answer_in_its_own_cell_needs_no_remark(handout, questions):
    tv_cell(handout, questions).source = ANSWER
    assert submissions.answer(questions["total_variation"], handout) == (
        submissions.Found(ANSWER, "")
    )


def empty(cell, nb):
    cell.source = " \n"


def delete(cell, nb):
    nb.cells.remove(cell)


def make_text(cell, nb):
    nb.cells[nb.cells.index(cell)] = new_markdown_cell(cell.source, id=cell.id)


def rename(cell, nb):
    cell.source = ANSWER.replace("my_tv", "tv_of_mine")


@pytest.mark.parametrize(
    "change, words",
    [
        (empty, "its cell is empty, and no other one defines my_tv"),
        (delete, "its cell was deleted, and no other cell defines my_tv"),
        (make_text, "its cell is no code cell any more"),
        (rename, "its cell does not define my_tv any more"),
    ],
)
def test_missing_answer_is_told(change, words, handout, questions):
    change(tv_cell(handout, questions), handout)
    found = submissions.answer(questions["total_variation"], handout)
    assert found.source is None and words in found.remark


def test_answer_in_another_cell_is_taken_and_told(handout, questions):
    question = questions["total_variation"]
    handout.cells.insert(3, new_code_cell(ANSWER))
    found = submissions.answer(question, handout)
    assert found.source == ANSWER
    assert found.remark == "my_tv is not defined in its own cell: another cell's was taken"
    handout.cells.remove(tv_cell(handout, questions))
    assert (
        "its own cell, which was deleted: another" in submissions.answer(question, handout).remark
    )


def test_of_two_answers_the_one_in_its_place_is_taken(handout, questions):
    tv_cell(handout, questions).source = ANSWER
    handout.cells.append(new_code_cell(ANSWER + " / 2"))
    found = submissions.answer(questions["total_variation"], handout)
    assert found.source == ANSWER
    assert found.remark == "2 cells define my_tv: the one in its own place was taken"


def test_order_of_cells_does_not_matter(handout, questions):
    tv_cell(handout, questions).source = ANSWER
    handout.cells.reverse()
    assert submissions.answer(questions["total_variation"], handout).source == ANSWER


def test_cell_that_is_no_python_is_still_the_answer(handout, questions):
    tv_cell(handout, questions).source = "def my_tv(u:\n    return u"
    assert submissions.answer(questions["total_variation"], handout).source.startswith("def my_tv(")
    tv_cell(handout, questions).source = "my_tv = = 2"
    assert submissions.answer(questions["total_variation"], handout).source == "my_tv = = 2"


def read(folder, course):
    (submission,) = grading.find(folder)
    return _read(submission, course)


def test_renamed_notebook_is_recognised_by_its_cells(hand_in, course):
    found = read(hand_in("alice", name="homework (1).ipynb"), course)
    assert list(found.notebooks) == [ORIGINAL.stem]
    assert found.remarks == ("homework (1).ipynb was recognised as 04_total_variation",)


def test_notebook_whose_ids_are_new_is_recognised_by_its_functions(hand_in, handout, course):
    for number, cell in enumerate(handout.cells):
        cell.id = f"new{number}"
    found = read(hand_in("alice", nb=handout), course)
    assert list(found.notebooks) == [ORIGINAL.stem] and not found.remarks


def test_damaged_foreign_and_missing_notebooks_get_a_line(hand_in, course, tmp_path):
    folder = hand_in("alice", nb=new_notebook(cells=[new_code_cell("x = 1")]), name="mine.ipynb")
    whole = ORIGINAL.read_text(encoding="utf-8")
    (folder / "alice" / "half.ipynb").write_text(whole[: len(whole) // 2], encoding="utf-8")
    (folder / "alice" / "nothing.ipynb").write_text("", encoding="utf-8")
    found = read(folder, course)
    assert not found.notebooks
    half, mine, nothing = found.remarks
    assert half.startswith("half.ipynb is not a notebook: ") and str(tmp_path) not in half
    assert mine == "mine.ipynb is none of the notebooks that are marked"
    assert nothing.startswith("nothing.ipynb is not a notebook: ")
    for file in (folder / "alice").iterdir():
        file.unlink()
    assert read(folder, course).remarks == ("there is no notebook",)


def test_of_two_copies_the_later_one_is_taken(hand_in, course):
    import os

    folder = hand_in("alice")
    hand_in("alice", name="copy.ipynb")
    os.utime(folder / "alice" / "copy.ipynb", (0, 0))
    found = read(folder, course)
    assert f"the later one, {ORIGINAL.name}, was taken" in found.remarks[-1]


def test_what_is_still_the_stub_is_not_run_and_what_only_keeps_it_is(handout, questions):
    question = questions["total_variation"]
    assert submissions.answer(question, handout) == submissions.Found(None, submissions.NOT_WRITTEN)
    cell = tv_cell(handout, questions)
    for stub in ("raise NotImplementedError()", '"""Doc."""\n    raise exercises.NotWritten'):
        cell.source = f"def my_tv(u):\n    # YOUR CODE HERE\n    {stub}\n"
        assert submissions.answer(question, handout).source is None
    cell.source = f"{ANSWER}\n    raise exercises.NotWritten"
    assert submissions.answer(question, handout).source == cell.source
