"""The notebooks work with nbgrader: it hands them out, and marks what comes back."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

import nbformat
import pytest
from handouts import ORIGINAL

from mvacourse.classroom import nbgrader
from mvacourse.classroom.grading.questions import questions
from mvacourse.classroom.notebooks import numbered, read

ANSWER = "def my_tv(u):\n    return grad(u).norm(dim=-3).sum()"


@pytest.mark.parametrize("path", numbered(ORIGINAL.parent), ids=lambda path: path.stem)
def test_every_notebook_carries_its_metadata(path):
    nb = read(path)
    stored = [cell.metadata.get("nbgrader") for cell in nb.cells]
    nbgrader.annotate(nb)
    assert stored == [cell.metadata.get("nbgrader") for cell in nb.cells]
    points = sum(entry["points"] for entry in stored if entry and entry["grade"])
    assert points == sum(q.points for q in questions(nb, path.stem)) > 0


def run(folder, *command):
    scripts = os.path.dirname(sys.executable)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ORIGINAL.parents[1]), os.environ.get("PYTHONPATH", "")]),
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "PYTHONWARNINGS": "ignore",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.returncode == 0, ended.stderr[-3000:]


def test_an_assignment_is_handed_out_and_marked(tmp_path, questions):
    pytest.importorskip("nbgrader")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    kept = {"total_variation", "smoothed_tv_gradient"}
    ids = {i for name in kept for i in (questions[name].cell, questions[name].check)}
    nb = read(ORIGINAL)
    nb.cells = [cell for k, cell in enumerate(nb.cells) if k < 4 or cell.id in ids]
    (tmp_path / "source" / "tv").mkdir(parents=True)
    nbformat.write(nb, tmp_path / "source" / "tv" / ORIGINAL.name)
    run(tmp_path, "generate_assignment", "tv")

    released = read(tmp_path / "release" / "tv" / ORIGINAL.name)
    assert "SOLUTION" not in nbformat.writes(released)
    for student, source in (("alice", None), ("bob", ANSWER)):
        for cell in released.cells:
            if source and cell.id == questions["total_variation"].cell:
                cell.source = source
        folder = tmp_path / "submitted" / student / "tv"
        folder.mkdir(parents=True)
        nbformat.write(released, folder / ORIGINAL.name)
    run(tmp_path, "autograde", "tv")
    run(tmp_path, "export")
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {line["student_id"]: float(line["score"]) for line in csv.DictReader(file)}
    assert scores == {"alice": 0.0, "bob": float(questions["total_variation"].points)}
