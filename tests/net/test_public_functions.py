"""Bad arguments of every public function: an error that names the argument, or a right result.

`make net` makes every call; here, `make unit` draws some of them, others each day.
"""

import datetime
import inspect
import os
import random

import numpy as np
import pytest
import torch

from net.entry import Entry, arguments
from net.judge import judge
from net.report import tried
from net.rooms import entries
from net.walk import calls, described, every, listed, public, sample

SEED = int(os.environ.get("NET_SEED", datetime.date.today().toordinal()))


@pytest.fixture(autouse=True)
def _random_numbers_are_left_as_they_were():
    state, threads = random.getstate(), torch.get_num_threads()
    numpys = np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng(devices=[]):
        yield
    random.setstate(state)
    np.random.set_state(numpys)  # noqa: NPY002
    torch.set_num_threads(threads)


def test_every_public_function_has_an_entry():
    assert set(public()) - set(entries()) == set(), "write valid arguments in tests/net/rooms"
    assert set(entries()) - set(public()) == set()


def test_every_parameter_has_a_valid_value():
    for name, entry in entries().items():
        f = described(name, entry)
        given = {p.lstrip("*") for p in arguments(f, entry)}
        wanted = {
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind != p.VAR_KEYWORD and p.name != "self"
        }
        if name != "operators.Identity":  # nn.Module.__init__ takes anything
            assert wanted <= given, name


def faults(chosen) -> list[str]:
    found = []
    for it in chosen:
        outcome, excused = tried(it)
        if outcome.fault and not excused:
            found.append(f"{it}  {outcome.fault}")
    return found


def test_some_bad_arguments_are_refused_by_name():
    assert faults(sample(200, SEED)) == [], f"to draw the same calls again: NET_SEED={SEED}"


@pytest.mark.slow
def test_all_bad_arguments_are_refused_by_name():
    chosen = every()
    assert len(chosen) >= 20_000
    assert faults(chosen) == []


@pytest.mark.slow
def test_every_exception_is_needed():
    names = [str(it) for it in every()]
    for pattern, _ in listed():
        assert any(map(pattern.search, names)), pattern.pattern


# The net itself: it finds what it should find.


def half(x):
    """Stands for a public function."""
    return x / 2


ENTRY = Entry(lambda: {"x": torch.ones(2)})


def outcome(function, value, verdict="may", finite=True, wanted=None):
    return judge(function, ENTRY, {"x": value}, "x", verdict, finite, wanted)


def changed(x):
    return x.mul_(2)


def refused(x):
    raise ValueError("x is bad: write another")


def obscure(x):
    raise ValueError("something is bad")


@pytest.mark.parametrize(
    ("function", "value", "verdict", "said"),
    [
        (half, torch.ones(2), "may", ""),
        (half, torch.ones(2), "refuse", "is accepted silently"),
        (half, "text", "may", "does not name x"),
        (refused, torch.ones(2), "refuse", ""),
        (refused, torch.ones(2), "same", "is refused"),
        (obscure, torch.ones(2), "refuse", "does not name x"),
        (changed, torch.ones(2), "may", "changes its arguments"),
        (lambda x: x / 0 * 0, torch.ones(2), "may", "gives NaN"),
        (lambda x: x / 0, torch.ones(2), "may", "gives infinite values"),
        (lambda x: x.missing, torch.ones(2), "may", "raises AttributeError"),
        (lambda x: x + 1, torch.ones(2), "same", "gives another result"),
        (half, torch.ones(2), "differs", "gives the result of seed 0"),
    ],
)
def test_the_judge_sees_a_broken_contract(function, value, verdict, said):
    found = outcome(function, value, verdict, wanted=torch.ones(2) / 2).fault
    assert found.startswith(said) and bool(found) == bool(said)


def test_a_bad_value_is_judged_by_the_numbers_in_it():
    assert outcome(half, torch.tensor([torch.nan]), finite=False).fault == ""


def test_calls_are_the_same_every_time():
    entry = entries()["solvers.gradient_descent"]
    first, again = ([str(it) for it in calls("solvers.gradient_descent", entry)] for _ in range(2))
    assert first == again and len(set(first)) == len(first) > 100
