"""Forked children that run pytest: they start with the heavy libraries loaded."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

Task = TypeVar("Task")
# Processor seconds for a test that takes no time at all, or for loading the package.
PATIENCE = float(os.environ.get("MUTANTS_PATIENCE", "20"))


class Ended(NamedTuple):
    """How a child ended."""

    code: int
    """What pytest returned: 0 if every test passed."""
    timed_out: bool
    seconds: float


def each(
    tasks: Iterable[Task], work: Callable[[Task], int], jobs: int, log: Path
) -> Iterator[tuple[Task, Ended]]:
    """Do every task in a child of its own, some at a time, and give it when it has ended.

    What the children print is appended to a file. One that is over its time kills itself by an
    alarm: see :class:`Alarm`.
    """
    gc.freeze()  # a child's garbage collector need not go through all that is loaded
    queue, running = iter(tasks), {}
    try:
        while True:
            for task in islice(queue, jobs - len(running)):
                running[_start(lambda task=task: work(task), log)] = task, time.monotonic()
            if not running:
                return
            pid, status = os.wait()
            _kill(pid)  # what it has left behind
            task, begun = running.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            timed_out = code in (-signal.SIGPROF, -signal.SIGALRM)
            yield task, Ended(code, timed_out, time.monotonic() - begun)
    finally:
        for pid in running:
            _kill(pid)


def _start(work: Callable[[], int], log: Path) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        os.setsid()
        for fd, where, how in ((0, os.devnull, os.O_RDONLY), (1, log, os.O_WRONLY | os.O_APPEND)):
            os.dup2(os.open(where, how | os.O_CREAT), fd)
        os.dup2(1, 2)
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def run_pytest(arguments: list[str], *plugins: object) -> int:
    """Run pytest in this process, so that nothing of it is kept and Hypothesis draws the same."""
    set_alarm(PATIENCE)  # loading may take for ever too
    folder = tempfile.mkdtemp()
    try:
        own = ["-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", f"--basetemp={folder}/t"]
        # Of the plugins that are installed some take seconds to load, and one is used.
        own += ["-p", "_hypothesis_pytestplugin"]
        own += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # it is loaded already
        own += ["-o", "python_files=test_*.py"]  # or it would itself load a module x_test.py
        return int(pytest.main([*own, *arguments], list(plugins)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_alarm(seconds: float) -> None:
    """Let this process be killed after so many seconds of the processor, or ten times as long."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10 * seconds)


class Alarm:
    """A plugin of pytest: a test that takes far longer than it did kills the process."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        usual = self.seconds.get(item.nodeid, 0.0)
        set_alarm(PATIENCE + 10 * usual)
        return (yield)
