"""``mvacourse grade``: a table, a page per student, and a second call that goes on."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from mvacourse.classroom.grading import isolation, processes
from mvacourse.classroom.grading.processes import Runner
from mvacourse.cli import app

ANSWER = "def my_tv(u):\n    return grad(u).norm(dim=-3).sum()"
HOSTILE = "def my_tv(u):\n    raise ValueError('<script>alert(1)</script>')"


def graded(folder, *options):
    out = folder.parent / "grades"
    result = CliRunner().invoke(app, ["grade", str(folder), "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    with (out / "marks.csv").open(encoding="utf-8", newline="") as file:
        return {line["student"]: line for line in csv.DictReader(file)}, out, result.output


@pytest.fixture
def small_class(hand_in, solved, questions):
    """One has solved all, one a single exercise, one tries to harm, one file is damaged."""
    tv = questions["total_variation"].cell
    hand_in("bob", {tv: ANSWER})
    hand_in("=cmd()", {tv: HOSTILE})
    folder = solved("alice", name="mine.ipynb")
    (folder / "dave.ipynb").write_text("{", encoding="utf-8")
    return folder


def test_a_class_is_graded_and_a_second_call_runs_nothing_again(
    small_class, questions, monkeypatch
):
    table, out, said = graded(small_class, "--jobs", "2")
    column = f"04 total_variation /{questions['total_variation'].points}"
    full = str(sum(q.points for q in questions.values()))
    assert list(table) == ["'=cmd()", "alice", "bob", "dave"]
    assert table["alice"]["points"] == table["alice"]["out of"] == full
    assert table["alice"]["remarks"] == "mine.ipynb was recognised as 04_total_variation"
    assert int(table["bob"]["points"]) == int(table["bob"][column]) > 0
    assert table["'=cmd()"]["points"] == table["dave"]["points"] == "0"
    assert "dave.ipynb is not a notebook" in table["dave"]["remarks"]
    pages = {path.name: path.read_text(encoding="utf-8") for path in (out / "pages").iterdir()}
    assert sorted(pages) == ["alice.html", "bob.html", "cmd.html", "dave.html"]
    assert "agrees with the reference" in pages["bob.html"]
    assert "not written yet" in pages["bob.html"]
    assert "&lt;script&gt;" in pages["cmd.html"] and "<script>" not in pages["cmd.html"]
    assert "bwrap" in said or isolation.WITHOUT in said

    def refuse(*_):
        raise AssertionError("nothing is run again")

    monkeypatch.setattr(Runner, "run", refuse)
    seed = (out / "seed.json").read_text(encoding="utf-8")
    assert graded(small_class)[0] == table
    assert (out / "seed.json").read_text(encoding="utf-8") == seed


def test_only_what_has_changed_is_run_again(hand_in, questions, monkeypatch):
    tv = questions["total_variation"].cell
    hand_in("alice")
    folder = hand_in("bob")
    graded(folder)
    hand_in("bob", {tv: ANSWER})
    runs = []
    run = Runner.run
    monkeypatch.setattr(Runner, "run", lambda self, tasks: runs.append(1) or run(self, tasks))
    table, *_ = graded(folder)
    assert runs == [1] and int(table["bob"]["points"]) > 0 and table["alice"]["points"] == "0"


def test_a_notebook_that_was_not_handed_in_counts_nothing(hand_in):
    table, out, _ = graded(hand_in("alice"), "--notebook", "3")
    assert table["alice"]["points"] == "0" and int(table["alice"]["out of"]) > 0
    assert "is none of the notebooks that are marked" in table["alice"]["remarks"]
    page = (out / "pages" / "alice.html").read_text(encoding="utf-8")
    assert "its notebook was not handed in" in page


@pytest.mark.parametrize(
    "options, words",
    [
        (["--notebook", "77"], "--notebook 77: choose one of 00_start_here, "),
        (["--seconds", "0"], "Invalid value for '--seconds'"),
        (["--memory", "nan"], "--memory"),
    ],
)
def test_bad_options_are_refused_by_name(hand_in, options, words):
    result = CliRunner().invoke(app, ["grade", str(hand_in("alice")), *options])
    assert result.exit_code == 2 and words in result.output


def test_folder_without_a_notebook_of_the_course_is_told(tmp_path):
    (tmp_path / "alice.ipynb").write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(app, ["grade", str(tmp_path)])
    assert result.exit_code == 1 and "choose what to mark with --notebook" in result.output
    result = CliRunner().invoke(app, ["grade", str(tmp_path / "missing")])
    assert result.exit_code == 1 and "is not a folder" in result.output


def test_stopped_grading_ends_its_processes_and_keeps_what_was_marked(
    hand_in, questions, monkeypatch
):
    tv = questions["total_variation"].cell
    hand_in("alice", {tv: ANSWER})
    folder = hand_in("zoe", {tv: ANSWER})
    run = Runner.run

    def stops_at_the_second(self, tasks):
        if list((folder.parent / "grades" / "marks").glob("*.json")):
            raise KeyboardInterrupt
        return run(self, tasks)

    monkeypatch.setattr(Runner, "run", stops_at_the_second)
    out = folder.parent / "grades"
    command = ["grade", str(folder), "--out", str(out), "--jobs", "1"]
    assert CliRunner().invoke(app, command).exit_code == 130
    kept = json.loads((out / "marks" / "alice.json").read_text(encoding="utf-8"))
    assert kept["student"] == "alice" and not (out / "marks.csv").exists()
    monkeypatch.setattr(Runner, "run", run)
    table, *_ = graded(folder)
    assert table["zoe"]["points"] == table["alice"]["points"] != "0"


def test_the_environment_of_answers_has_no_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("MY_TOKEN", "secret")
    given = processes._environment(tmp_path)
    assert "MY_TOKEN" not in given and given["HOME"] == str(tmp_path)
