"""Refuse an answer that calls the very function of the package that it is to build."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Function


def without(owner: type, name: str, words: str) -> Callable[[Function], Function]:
    """Make a probe: while the answer runs, a method of the package raises Wrong.

    Parameters
    ----------
    owner : type
        The class that defines the method.
    name : str
        The method: "__init__", if no object of this class is to be made.
    words : str
        What the student is told.
    """

    def probe(answer: Function) -> Function:
        @functools.wraps(answer)
        def alone(*case: Any) -> Any:
            with _refused(owner, name, words):
                return answer(*case)

        return alone

    return probe


@contextmanager
def _refused(owner: type, name: str, words: str) -> Iterator[None]:
    def refuse(*_: Any, **__: Any) -> None:
        raise Wrong(words)

    method = vars(owner)[name]
    setattr(owner, name, refuse)
    try:
        yield
    finally:
        setattr(owner, name, method)
