"""End an answer that never ends, where the system can; say so where it cannot."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mvacourse.classroom.terminal import say

SECONDS = 30.0
"""What an answer may take on one input in a notebook; the course's own take less than one."""
_AGAIN = 1.0
"""Seconds until an answer that goes on nevertheless, as ``except:`` may do, is ended again."""


class OutOfTime(BaseException):
    """An answer has not ended in time; not an Exception, which an answer may catch."""


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTime if what is done in this context takes longer; None is without a limit.

    A timer of POSIX does this, in the main thread, where notebooks run their cells. It leaves
    Ctrl-C and Jupyter's interrupt as they are. On Windows, in another thread, or if somebody else
    uses the timer, nothing can be ended: then it is said how to do so by hand.
    """
    if seconds is None:
        yield
    elif _can_end():
        with _alarm(seconds):
            yield
    else:
        reminder = threading.Timer(seconds, _remind, [seconds])
        reminder.daemon = True
        reminder.start()
        try:
            yield
        finally:
            reminder.cancel()


def _can_end() -> bool:
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0  # else somebody else waits for it
    )


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    running = True

    def ring(signum: int, frame: Any) -> None:
        if running:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        try:
            running = False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)


def _remind(seconds: float) -> None:
    say(
        f"not done after {seconds:g} s: is there a loop that never ends? It cannot be ended from "
        "here: interrupt the kernel"
    )
