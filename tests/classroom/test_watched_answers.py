"""While an answer runs: sizes that do not fit, what it may not call, errors, and time."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
import torch
import torch.nn.functional as F

from mvacourse import operators
from mvacourse.classroom.exercises import Exercise, all_exercises
from mvacourse.classroom.exercises.checking import time_limit
from mvacourse.classroom.exercises.checking.calls import Wrong, call
from mvacourse.classroom.exercises.checking.examination import examine

DOUBLE = Exercise(
    name="double",
    reference=lambda x: 2 * x,
    inputs=lambda g: [(torch.rand(3, 5, generator=g, dtype=torch.float64),)],
)
POSIX = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers on this system")


def words_about(answer, exercise=DOUBLE):
    verdict = examine(exercise, answer)
    assert not verdict.right
    return verdict.words


# --- sizes --------------------------------------------------------------------------------------

W = torch.zeros(2, 1, 3, 3, dtype=torch.float64)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x + x.mT, "of the shapes (3, 5) and (5, 3) met in +, and do not fit together"),
        (lambda x: x - x[:, :4], "(3, 5) and (3, 4) met in -"),
        (lambda x: x @ x[:4, :3], "(3, 5) and (3, 3) met in @"),
        (lambda x: torch.cat((x, x.mT)), "(3, 5) and (5, 3) met in torch.cat"),
        (lambda x: torch.stack([x, x[0], x]), "(3, 5) and (5,) and (3, 5) met in torch.stack"),
        (lambda x: x.clone().copy_(x.mT), "(3, 5) and (5, 3) met in copy_"),
        (lambda x: F.linear(x, x.mT), "shape (3, 5) met a linear layer that takes 3 numbers"),
        (
            lambda x: F.conv2d(x.expand(2, 4, 3, 5), W),
            "shape (2, 4, 3, 5) met a convolution that takes 1 channel and gives 2",
        ),
    ],
)
def test_sizes_that_do_not_fit_are_told(answer, words):
    said, line, _ = words_about(answer).partition(" (line ")  # a line of this file follows
    assert said.startswith("it raised RuntimeError: ") and words in said and line


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x @ x.mT.float(), "dtype"),  # the shapes differ, and are not to blame
        (lambda x: x.view(4, 4), "shape '[4, 4]' is invalid for input of size 15"),
        (lambda x: x[7], "index 7 is out of bounds"),
        (lambda x: torch.ones(2) + x[9, 9], "index 9 is out of bounds"),
    ],
)
def test_other_errors_of_torch_keep_their_words(answer, words):
    said = words_about(answer).partition(" (line ")[0]
    assert words in said and " met " not in said


def test_an_error_that_does_not_come_again_keeps_its_words():
    runs = []

    def moody(x):
        runs.append(1)
        return x + x.mT if len(runs) == 1 else 2 * x

    assert "The size of tensor a (5) must match" in words_about(moody)
    assert len(runs) == 2


def test_settings_are_restored_after_the_second_run():
    def answer(x):
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return x + x.mT

    assert "met in +" in words_about(answer)
    assert torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32


# --- what it may not call -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("convolve", lambda k, u: operators.Blur(k)(u), "uses Blur"),
        ("operator_matrix", lambda A, u: A.to_matrix(u.shape[1:]), "calls to_matrix"),
    ],
)
def test_the_packages_own_function_is_refused_while_the_answer_runs(name, answer, words):
    exercise = all_exercises()[name]
    assert words in words_about(answer, exercise)
    assert words in words_about(lambda *case: answer(*case), exercise)
    case = exercise.cases()[0]
    assert torch.isfinite(answer(*case)).all()  # and afterwards it is what it was
    assert examine(exercise, exercise.reference).right


def test_an_answer_that_fails_leaves_the_package_as_it_was():
    exercise = all_exercises()["convolve"]
    before = operators.Blur.__init__
    words_about(lambda k, u: u / torch.zeros(7, 7, 7, 7, 7), exercise)
    assert operators.Blur.__init__ is before


# --- errors of one's own ------------------------------------------------------------------------


class Halt(BaseException):
    pass


def halts(x):
    raise Halt("enough")


def test_an_error_of_the_students_own_does_not_pass_through():
    assert "it raised Halt: enough (line " in words_about(halts)


def test_a_keyboard_interrupt_passes_through():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine(DOUBLE, answer)


# --- time ---------------------------------------------------------------------------------------


def endless(x):
    while True:
        x = x + 1


def stubborn(x):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(time_limit, "SECONDS", 0.3)
    monkeypatch.setattr(time_limit, "_AGAIN", 0.05)


@pytest.fixture
def alarm():
    """A handler of somebody else, who has no timer running."""

    def handler(signum, frame):
        pytest.fail("an alarm of a check that is over")

    before = signal.signal(signal.SIGALRM, handler)
    yield handler
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@POSIX
@pytest.mark.parametrize("answer", [endless, stubborn])
def test_an_endless_loop_ends_with_a_sentence(soon, alarm, answer):
    said = words_about(answer)
    assert said.startswith("not done after 0.3 s: is there a loop that never ends? The input: x: ")
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is alarm


@POSIX
def test_a_bare_except_is_met_again(soon, alarm):
    rings = []

    def answer(x):
        while len(rings) < 3:
            try:
                time.sleep(0.02)
            except:  # noqa: E722
                rings.append(1)
        return endless(x)

    assert "not done after" in words_about(answer)


@POSIX
def test_a_right_answer_is_not_timed_afterwards(soon, alarm):
    assert examine(DOUBLE, lambda x: 2 * x).right
    time.sleep(0.4)
    assert signal.getsignal(signal.SIGALRM) is alarm


@POSIX
def test_an_interrupt_ends_the_check_and_the_timer(alarm):
    def answer(x):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in Jupyter
    try:
        with pytest.raises(KeyboardInterrupt):
            examine(DOUBLE, answer)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert signal.getsignal(signal.SIGALRM) is alarm
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def slow(x):
    time.sleep(0.6)
    return 2 * x


@POSIX
def test_a_timer_of_somebody_else_is_left_alone(soon, capsys):
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        assert examine(DOUBLE, slow).right
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung == [1]
    assert "It cannot be ended from here: interrupt the kernel" in capsys.readouterr().out


@pytest.mark.parametrize("posix", [True, False])
def test_where_nothing_can_end_it_it_is_said_how(soon, monkeypatch, capsys, posix):
    if posix:  # in a thread
        found = []
        thread = threading.Thread(target=lambda: found.append(examine(DOUBLE, slow)))
        thread.start()
        thread.join()
        assert found[0].right
    else:
        monkeypatch.delattr(signal, "setitimer", raising=False)
        assert examine(DOUBLE, slow).right
    said = capsys.readouterr().out
    assert said.startswith("not done after 0.3 s: is there a loop that never ends?")
    assert said.count("\n") == 1
    assert examine(DOUBLE, lambda x: 2 * x).right
    time.sleep(0.4)
    assert not capsys.readouterr().out


def test_without_a_limit_an_answer_takes_its_time(soon):
    (case,) = DOUBLE.cases()
    assert torch.equal(call(slow, case, ["x"]), 2 * case[0])
    with pytest.raises(Wrong, match="it raised Halt"):
        call(halts, case, ["x"])
