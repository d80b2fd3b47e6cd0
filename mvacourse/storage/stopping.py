"""Signals that end a program, as exceptions: what is half-written is undone on the way out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
"""Ctrl-C, a polite kill, the end of the terminal, and Ctrl-Break of Windows."""


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end, by Ctrl-C or otherwise.

    Attributes
    ----------
    signum : int
        The signal.
    """

    def __init__(self, signum: int, message: str = "") -> None:
        super().__init__(message or f"stopped by {signal.Signals(signum).name}")
        self.signum = signum


def exit_code(stop: KeyboardInterrupt) -> int:
    """Return 128 + the number of the signal, as the shells do: 130 after Ctrl-C, 143 after kill."""
    return 128 + getattr(stop, "signum", signal.SIGINT)


def raise_stopped(signum: int, frame: object = None) -> None:
    """Raise :class:`Stopped`; the handler of :func:`on_stop` unless another is given."""
    raise Stopped(signum)


@contextmanager
def on_stop(handler: Callable[[int, Any], None] = raise_stopped) -> Iterator[None]:
    """Call ``handler(signum, frame)`` when a signal asks the program to end, within the block.

    Signals that are ignored stay ignored, as after ``nohup``, and a handler of somebody else stays.
    Outside the main thread, this does nothing.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if _is_free(signal.getsignal(number)):
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _is_free(handler: object) -> bool:
    """Check that a handler is one of Python's own, or one of ours."""
    return handler in (signal.SIG_DFL, signal.default_int_handler, raise_stopped)
