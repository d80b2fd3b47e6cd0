"""Answers that try to do harm get a message and no points; the machine is as it was before."""

from __future__ import annotations

import textwrap
import time

import pytest
from attacks import ATTACKS, ENDS_ITS_PROCESS, LAST

from mvacourse.classroom.exercises import all_exercises
from mvacourse.classroom.exercises.checking.examination import judge
from mvacourse.classroom.grading import isolation, processes
from mvacourse.classroom.grading.limits import NotAllowed
from mvacourse.classroom.grading.processes import Limits, NotStarted, Runner, Stopped, Task

EXERCISE = all_exercises()["total_variation"]
HONEST = "from mvacourse.calculus import grad\nreturn grad(u).norm(dim=-3).sum()"
SEED = 5


def task(body, victim=""):
    source = "def my_tv(u):\n" + textwrap.indent(body, "    ")
    return Task("total_variation", f"VICTIM = {str(victim)!r}\nimport torch", source, "my_tv")


def verdicts(bodies, victim="", seconds=5.0):
    results = Runner(SEED, Limits(seconds)).run([task(body, victim) for body in bodies])
    cases = EXERCISE.cases(SEED)
    return [judge(EXERCISE, cases, r.trials, lambda r=r: r.gradients) for r in results]


def assert_no_harm(names, folder, monkeypatch=None):
    victim = folder / "victim" / "file"
    victim.parent.mkdir()
    victim.write_text("precious", encoding="utf-8")
    found = verdicts([*(ATTACKS[name][0] for name in names), HONEST], victim)
    for name, verdict in zip(names, found):
        assert not verdict.right and ATTACKS[name][1] in verdict.words, (name, verdict.words)
    assert found[-1].right
    assert victim.read_text(encoding="utf-8") == "precious" and list(victim.parent.iterdir()) == [
        victim
    ]


@pytest.fixture(params=["with bubblewrap", "without"])
def isolated(request, monkeypatch):
    if request.param == "without":
        monkeypatch.setattr(isolation, "bubblewrap", lambda: None)
    elif not isolation.bubblewrap():
        pytest.skip("there is no bubblewrap")


def test_attacks_are_refused_in_words(isolated, tmp_path):
    assert_no_harm([name for name in ATTACKS if name not in ENDS_ITS_PROCESS + LAST], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ENDS_ITS_PROCESS, *LAST])
def test_attacks_on_the_process_itself(isolated, name, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    attacked, honest = verdicts([ATTACKS[name][0], HONEST], victim)
    assert not attacked.right and ATTACKS[name][1] in attacked.words
    assert honest.right or name in LAST  # who has patched torch has patched it for all answers
    assert victim.read_text(encoding="utf-8") == "precious"


def test_an_answer_that_ends_its_process_costs_the_others_nothing():
    first, ended, last = verdicts([HONEST, ATTACKS["ends the process"][0], HONEST])
    assert first.right and last.right and "it ended its process" in ended.words


def test_a_refusal_keeps_its_words_when_somebody_adds_a_file_name():
    refusal = NotAllowed("changing files is not allowed here")
    refusal.filename = "victim"  # as shutil.rmtree does from Python 3.13 on
    assert str(refusal) == "changing files is not allowed here"


def test_an_answer_that_never_ends_is_given_up():
    started = time.monotonic()
    endless, honest = verdicts([ATTACKS["never ends"][0], HONEST], seconds=1.0)
    assert "not done after 1 s: is there a loop that never ends?" in endless.words
    assert honest.right and time.monotonic() - started < 60


@pytest.mark.skipif(not isolation.bubblewrap(), reason="there is no bubblewrap")
def test_in_bubblewrap_even_torch_cannot_write_outside_and_hidden_folders_are_empty(tmp_path):
    (tmp_path / "other.ipynb").write_text("another student's", encoding="utf-8")
    writes = f"torch.save(u, {str(tmp_path / 'new')!r})\nreturn u"
    reads = f"import os\nreturn torch.tensor(float(len(os.listdir({str(tmp_path)!r}))))"
    runner = Runner(SEED, Limits(5.0), [tmp_path])
    wrote, read = runner.run([task(writes), task(reads)])
    assert "raised RuntimeError" in wrote.trials[0].failure
    assert read.trials[0].value.item() == 0
    assert [p.name for p in tmp_path.iterdir()] == ["other.ipynb"]


def test_a_runner_that_was_ended_says_so():
    runner = Runner(SEED, Limits())
    runner.end()
    with pytest.raises(Stopped):
        runner.run([task(HONEST)])


def test_a_machine_on_which_nothing_starts_is_told(monkeypatch):
    monkeypatch.setattr(processes.sys, "executable", "/bin/false")
    with pytest.raises(NotStarted, match="answers cannot be run here: exit code 1"):
        Runner(SEED, Limits()).run([task(HONEST)])
