"""`start` sets up a notebook without output, and every kind of claim can fail."""

from __future__ import annotations

import math
import os
import random
import re

import numpy as np
import pytest
import torch
from sources import compared_by_nbval

from mvacourse.classroom import course
from mvacourse.classroom.claim import ClaimError, claim
from mvacourse.classroom.course import start


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """Neither the caller's variables nor this test's threads leak."""
    threads = torch.get_num_threads()
    for name in ("MVACOURSE_DEVICE", "MVACOURSE_BUDGET", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    yield
    torch.set_num_threads(threads)


def test_start_is_quiet_and_repeatable(capsys):
    draws = []
    for _ in range(2):
        start(seed=3)
        numpys = np.random.rand()  # noqa: NPY002 (this is the generator that libraries use)
        draws.append((torch.rand(()).item(), numpys, random.random()))
    start(seed=4)
    assert draws[0] == draws[1] and torch.rand(()).item() != draws[0][0]
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_budget_comes_from_the_argument_then_the_environment(monkeypatch):
    assert start().budget == "fast"
    monkeypatch.setenv("MVACOURSE_BUDGET", "full")
    assert start().budget == "full" and start(budget="fast").budget == "fast"
    assert start().pick(fast=1, full=2) == 2 and start(budget="fast").pick(fast=1, full=2) == 1
    with pytest.raises(ValueError, match="budget.*'big'.*'fast' or 'full'"):
        start(budget="big")


def test_device_comes_from_the_argument_then_the_environment(monkeypatch):
    monkeypatch.setenv("MVACOURSE_DEVICE", "cpu")
    assert start().device == torch.device("cpu")
    monkeypatch.setenv("MVACOURSE_DEVICE", "")
    best = "cuda" if torch.cuda.is_available() else "mps"
    best = best if best == "cuda" or torch.backends.mps.is_available() else "cpu"
    assert start().device.type == best
    with pytest.raises(ValueError, match="device.*'gpu'"):
        start(device="gpu")


def test_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="'cuda', but this machine has none"):
        start(device="cuda")


def test_threads_come_from_the_argument_then_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1,2")
    assert start().threads == torch.get_num_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert start().threads == course._default_threads()
    assert start(threads=2).threads == torch.get_num_threads() == 2
    with pytest.raises(ValueError, match="threads = 0"):
        start(threads=0)


@pytest.mark.parametrize(("usable", "threads"), [(2, 2), (64, 8)])
def test_threads_are_those_the_process_may_use_and_not_too_many(monkeypatch, usable, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(usable)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 999)
    assert start().threads == threads


@pytest.mark.parametrize(("there", "threads"), [(4, 4), (None, 1)])
def test_threads_where_no_affinity_is_known(monkeypatch, there, threads):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: there)
    assert start().threads == threads


def test_course_prints_in_one_line_and_is_frozen():
    chosen = start(seed=7, device="cpu", threads=1)
    assert repr(chosen) == "Course(device cpu, budget fast, 1 thread, seed 7)"
    with pytest.raises(AttributeError):
        chosen.seed = 1


HOLDS = [
    (5.0, {"at_least": 5}, "[measured 5, at least 5]"),
    (4.12345, {"at_most": 5.0}, "[measured 4.12, at most 5]"),
    (1e-13, {"above": 0, "below": 1e-12}, "[measured 1e-13, above 0, below 1e-12]"),
    (2.5, {"equals": 2.5}, "[measured 2.5, equal to 2.5]"),
    (2.6, {"equals": 2.5, "within": 0.2}, "[measured 2.6, equal to 2.5 within 0.2]"),
    (2217831, {"equals": 2217831}, "[measured 2217831, equal to 2217831]"),
    (
        0.5243761,
        {"equals": 0.524375743163, "within": 1e-6},
        "[measured 0.5243761, equal to 0.524375743163 within 1e-06]",
    ),
    (-1e-9, {"equals": 0, "within": 1e-6}, "[measured -1e-09, equal to 0 within 1e-06]"),
    (torch.tensor(3.0), {"above": 2}, "[measured 3, above 2]"),
    (torch.tensor([1.0, -2.5]), {"at_least": -3}, "[measured -2.5 to 1, at least -3]"),
    ([np.float32(1), torch.tensor(2)], {"at_least": 1}, "[measured 1 to 2, at least 1]"),
    (np.array([[1, 2], [3, 4]]), {"below": 5}, "[measured 1 to 4, below 5]"),
    ([12345.6, 12344.9], {"below": 5e4}, "[measured 1.23e+04, below 50000]"),
    (math.inf, {"at_least": 5}, "[measured inf, at least 5]"),
    (math.inf, {"equals": math.inf}, "[measured inf, equal to inf]"),
    (0.37, {"at_most": 1, "recorded": True}, "[recorded 0.37, at most 1]"),
]


@pytest.mark.parametrize(("value", "bounds", "said"), HOLDS)
def test_claim_prints_statement_value_and_bounds_and_nbval_leaves_the_value_out(
    value, bounds, said, capsys
):
    claim("it [holds, at least]", value, **bounds)
    printed = capsys.readouterr().out
    first = "recorded: " if bounds.get("recorded") else ""
    assert printed == f"✓ {first}it [holds, at least]  {said}\n"
    number = re.search(r"(?<=measured |recorded )\S.*?(?=,)", said)[0]
    assert number in said
    assert compared_by_nbval(printed) == printed.replace(f" {number}, ", ", ", 1)


def test_nbval_still_sees_another_bound_or_statement():
    line = "✓ it holds  [measured 5, at least 5]\n"
    assert compared_by_nbval(line) == compared_by_nbval(
        line.replace("measured 5", "measured -1e-7 to 6.25")
    )
    for other in ("at least 6]", "at most 5]"):
        assert compared_by_nbval(line) != compared_by_nbval(line.replace("at least 5]", other))
    assert compared_by_nbval(line) != compared_by_nbval(line.replace("holds", "held"))
    assert compared_by_nbval(line) != compared_by_nbval(line.replace("measured", "recorded"))


@pytest.mark.parametrize("value", [True, np.True_, torch.tensor(True), [True, True]])
def test_truth_values_need_no_bound(value, capsys):
    claim("it is so", value)
    assert capsys.readouterr().out == "✓ it is so\n"


FAILS = [
    (4.5, {"at_least": 5}, "measured 4.5, wanted at least 5, misses by 0.5"),
    (5.25, {"at_most": 5}, "measured 5.25, wanted at most 5, misses by 0.25"),
    (5.0, {"above": 5}, "wanted above 5, misses by 0"),
    (5.0, {"below": 5}, "wanted below 5, misses by 0"),
    (3.0, {"above": 2, "below": 2.5}, "wanted below 2.5, misses by 0.5"),
    (1.0, {"equals": 2}, "wanted equal to 2, misses by 1"),
    (1.0, {"equals": 2, "within": 0.75}, "equal to 2 within 0.75, misses by 0.25"),
    (torch.tensor([1.0, 7.0, 9.0]), {"at_most": 5}, r"measured 9.*2 of 3.*worst is number 2"),
    (False, {}, "the value is False"),
    (torch.tensor([True, False, False]), {}, "2 of 3 are false"),
]


@pytest.mark.parametrize(("value", "bounds", "said"), FAILS)
def test_every_kind_of_claim_can_fail(value, bounds, said, capsys):
    with pytest.raises(ClaimError, match=f"“it holds” does not hold: .*{said}"):
        claim("it holds", value, **bounds)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("kind", ["at_least", "at_most", "above", "below", "equals"])
@pytest.mark.parametrize("bound", [0.0, math.inf, -math.inf])
def test_nan_never_satisfies_a_claim(kind, bound):
    for value in (math.nan, torch.tensor([bound, math.nan])):
        with pytest.raises(ClaimError):
            claim("not a number", value, **{kind: bound})
    with pytest.raises(ClaimError):
        claim("not a number", math.nan, equals=0.0, within=math.inf)


@pytest.mark.parametrize(
    ("value", "bounds", "error", "message"),
    [
        (3.0, {}, TypeError, "needs a bound"),
        (torch.tensor([1.0]), {}, TypeError, "needs a bound"),
        (True, {"at_least": 1}, TypeError, "truth value takes no bound"),
        ([True, 2.0], {}, TypeError, "truth value takes no bound"),
        ([], {"at_least": 1}, ValueError, "is empty"),
        (torch.empty(0), {"at_least": 1}, ValueError, "is empty"),
        (1.0, {"at_least": math.nan}, ValueError, "at least.*NaN"),
        (1.0, {"equals": 1, "within": -1}, ValueError, "within is -1"),
        (1.0, {"at_least": 1, "within": 1}, ValueError, "goes with equals"),
        ("5", {"at_least": 1}, TypeError, "value is a str"),
        (None, {"at_least": 1}, TypeError, "value is a NoneType"),
        (torch.tensor(1j), {"at_least": 1}, TypeError, "complex"),
    ],
)
def test_claims_that_mean_nothing_are_refused(value, bounds, error, message):
    with pytest.raises(error, match=message):
        claim("what?", value, **bounds)


def test_claim_error_is_an_assertion_and_shows_its_message_alone_in_ipython():
    assert issubclass(ClaimError, AssertionError)
    with pytest.raises(ClaimError) as caught:
        claim("it holds", 4.5, at_least=5)
    assert caught.value._render_traceback_() == [f"✗ {caught.value}"]
