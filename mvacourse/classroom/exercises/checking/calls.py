"""Call an answer on a copy of an input, and say what went wrong if it fails."""

from __future__ import annotations

import copy
import inspect
import numbers
import random
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.comparison import described
from mvacourse.classroom.exercises.checking.exercise import Function, NotWritten
from mvacourse.classroom.exercises.checking.sizes import sizes_that_met
from mvacourse.classroom.exercises.checking.time_limit import OutOfTime, limited


class Wrong(Exception):
    """An answer fails on an input; the message says why."""


class Unwritten(Exception):
    """An answer is still the line that the student replaces."""


def call(
    function: Function,
    case: tuple[Any, ...],
    names: Sequence[str],
    seconds: float | None = None,
) -> Any:
    """Call a function on a copy of the input.

    Parameters
    ----------
    function : callable
    case : tuple
    names : sequence of str
        Of the arguments.
    seconds : float, optional
        After this time it is ended, where that is possible: see :mod:`.time_limit`.

    Raises
    ------
    Unwritten
        If the line that the student replaces is still there.
    Wrong
        If it raises another error, returns None, changes one of its arguments, or does not end.
    """
    given = copied(case)
    try:
        with _settings_kept(), limited(seconds):
            result = function(*given)
    except (Wrong, KeyboardInterrupt):  # from a probe, in its own words; by Ctrl-C
        raise
    except OutOfTime:
        raise Wrong(f"not done after {seconds:g} s: is there a loop that never ends?") from None
    except BaseException as error:  # exit() must not end the notebook, nor an error of their own
        raise _refusal(function, case, error, seconds) from error
    if result is None:
        raise Wrong("it returned None: does it end with a return statement?")
    for name, before, after in zip(names, case, given):
        if not unchanged(before, after):
            network = isinstance(before, torch.nn.Module)
            instead = "train a copy, copy.deepcopy" if network else "compute a new value"
            raise Wrong(f"it changed its argument {name}: {instead} instead")
    return result


def _refusal(
    function: Function, case: tuple[Any, ...], error: BaseException, seconds: float | None
) -> Exception:
    """Return what is to be raised for an error of the answer."""
    if _unwritten(error):
        return Unwritten()
    if isinstance(error, SystemExit):
        return Wrong("it raised SystemExit: leave exit() and quit() out")
    said = _said(error)
    if "modified by an inplace operation" in said:
        early = "does the optimiser step, or x -= … come, before backward()?"
        said = f"a value that backward() needs was changed before it: {early}"
    if isinstance(error, (RuntimeError, IndexError)):
        said = _sizes(function, case, said, seconds) or said
    return Wrong(f"it raised {type(error).__name__}: {said}{_line(function, error)}")


def _sizes(function: Function, case: tuple[Any, ...], said: str, seconds: float | None) -> str:
    def again() -> Any:
        with _settings_kept(), limited(seconds):
            return function(*copied(case))

    try:
        return sizes_that_met(again, said)
    except KeyboardInterrupt:
        raise
    except BaseException:  # another one than at first: the answer draws at random, or counts
        return ""


@contextmanager
def _settings_kept() -> Iterator[None]:
    """Undo what an answer sets for all of torch: without gradients the reference may fail."""
    gradients, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    try:
        yield
    finally:
        torch.set_grad_enabled(gradients)
        torch.set_default_dtype(dtype)


def random_states() -> tuple[Any, ...]:
    """Return where the global generators are: they move on if something is drawn from them."""
    numpy = np.random.get_state(legacy=False)["state"]  # noqa: NPY002 - the one that answers use
    return (
        torch.random.get_rng_state().numpy().tobytes(),
        numpy["key"].tobytes(),
        numpy["pos"],
        random.getstate(),
    )


def names_of(function: Function, n: int) -> list[str]:
    """Return the names of the first n arguments of a function."""
    try:
        known = [p.name for p in inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        known = []
    return [*known[:n], *(f"number {i + 1}" for i in range(len(known), n))]


def copied(case: tuple[Any, ...]) -> tuple[Any, ...]:
    """Copy an input, whatever it holds: a student's function may change it."""
    return tuple(_copy(x) for x in case)


def _copy(x: Any) -> Any:
    if isinstance(x, Tensor):
        return x.detach().clone().requires_grad_(x.requires_grad)
    if isinstance(x, torch.Generator):
        return x.clone_state()
    try:
        return copy.deepcopy(x)
    except Exception:  # what cannot be copied, such as a module with hooks, is passed itself
        return x


def unchanged(before: Any, after: Any) -> bool:
    """Whether a value is still what it was; True for what cannot be compared."""
    if isinstance(before, Tensor):
        same = isinstance(after, Tensor) and before.shape == after.shape
        return same and bool(torch.equal(before.nan_to_num(), after.nan_to_num()))
    if isinstance(before, np.ndarray):
        return bool(np.array_equal(before, after))
    if isinstance(before, Mapping):
        return before.keys() == after.keys() and all(
            unchanged(v, after[k]) for k, v in before.items()
        )
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(unchanged, before, after))
    if isinstance(before, torch.nn.Module):
        return unchanged(before.state_dict(), after.state_dict())
    if isinstance(before, (numbers.Number, str)):
        return bool(before == after) or before != before  # NaN is still NaN
    return True


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an error of the student's own, with a mistake in it
        return "(an error without a message)"


def _unwritten(error: BaseException) -> bool:
    """Whether the replaced line was reached; torch raises NotImplementedError for `1 - mask`."""
    if isinstance(error, NotWritten):
        return True
    if not isinstance(error, NotImplementedError):
        return False
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (last.line or "").strip().startswith("raise NotImplementedError")


def _line(answer: Function, error: BaseException) -> str:
    """Say which line of the answer raised; empty if the call itself did."""
    # a probe that is made with functools.wraps shows the answer inside it
    file = getattr(getattr(inspect.unwrap(answer), "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    if not frames:
        return ""
    text = f": {frames[-1].line}" if frames[-1].line else ""  # not known to every kernel
    return f" (line {frames[-1].lineno}{text})"


def told(names: Sequence[str], case: tuple[Any, ...]) -> str:
    """Describe an input: "u: a float64 tensor of shape (7, 10), eps = 0.1"."""
    return ", ".join(
        f"{name} = {x:g}"
        if isinstance(x, (int, float)) and not isinstance(x, bool)
        else f"{name}: {described(x)}"
        for name, x in zip(names, case)
    )


def sentences(words: str, at: str) -> str:
    """End the words like a sentence, and add where they are true."""
    stop = "" if words.endswith(("?", "!", ".")) else "."
    return f"{words}{stop} {at}".rstrip()


def input_told(names: Sequence[str], case: tuple[Any, ...]) -> str:
    """Say on which input an answer fails; nothing if it is a value."""
    return f"The input: {told(names, case)}." if names and case else ""
