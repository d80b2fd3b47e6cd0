"""Checks of the notebooks' statements: `claim` prints a true statement, or raises an error."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from mvacourse.classroom import ledger
from mvacourse.classroom.terminal import say


class ClaimError(AssertionError):
    """A statement of the course does not hold here; the message says by how much."""

    def _render_traceback_(self) -> list[str]:
        """Show only the message in IPython: the course's own frames would hide it."""
        return [f"✗ {self}"]


def claim(
    statement: str,
    value: Any,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    equals: float | None = None,
    within: float = 0.0,
    recorded: bool = False,
    of_one_seed: bool = False,
) -> None:
    """Check a statement of the course; if it holds, print it with the value and its bounds.

    >>> claim("Tychonov gains at least 5 dB", 6.312, at_least=5)
    ✓ Tychonov gains at least 5 dB  [measured 6.31, at least 5]

    The value is printed with a few digits and differs a little between machines. So nbval compares
    the line without it: the pattern is in ``tests/notebooks/nbval_sanitize.cfg``. If the
    environment variable MVACOURSE_CLAIMS names a file, the claim is appended to it, with its value
    and margin (:mod:`mvacourse.classroom.ledger`).

    Parameters
    ----------
    statement : str
        The statement in words: "Tychonov gains at least 5 dB".
    value : float, bool, Tensor or sequence
        The measured value. If there are several, each must satisfy every bound. NaN never does.
        Without bounds, the value must be true or false.
    at_least, at_most, above, below : float, optional
        ``at_least <= value <= at_most`` and ``above < value < below``.
    equals : float, optional
        ``|value - equals| <= within``.
    within : float
        Absolute tolerance of `equals`, 0 by default.
    recorded : bool
        Whether the value was read from a file of earlier results. Then the line says "recorded",
        not "measured": this run could not have shown another value.
    of_one_seed : bool
        Whether the statement is about the numbers of this very seed: that a recorded file belongs
        to the notebook's own pictures. With moved seeds it means nothing, and the ledger says so.

    Raises
    ------
    ClaimError
        If the statement does not hold; the message has the measured value, the bound and the gap.
    TypeError
        If a number has no bound, or a truth value has one.
    ValueError
        If `value` is empty or a bound is not a number.
    """
    bounds = {"at least": at_least, "at most": at_most, "above": above, "below": below}
    bounds = {words: _bound(words, b) for words, b in bounds.items() if b is not None}
    if equals is not None:
        bounds["equal to"] = _bound("equals", equals)
    tolerance = _bound("within", within)
    if tolerance < 0 or (tolerance and equals is None):
        raise ValueError(f"within is {within:g}: it goes with equals, and must not be negative")
    values = _values(value)
    if not values:
        raise ValueError(f"nothing to check: the value of “{statement}” is empty")
    truths = [isinstance(x, bool) for x in values]
    if any(truths) and (bounds or not all(truths)):
        raise TypeError(f"“{statement}”: a truth value takes no bound, and no numbers with it")
    if not any(truths) and not bounds:
        raise TypeError(
            f"“{statement}”: the number needs a bound, for example at_least=… or equals=…"
        )
    error = _failure(statement, values, bounds, tolerance)
    written = "recorded" if recorded else "of one seed" if of_one_seed else "measured"
    ledger.note(statement, values, bounds, tolerance, written, holds=error is None)
    if error is not None:
        raise error
    said = [f"{words} {bound:.12g}" for words, bound in bounds.items()]
    if equals is not None and tolerance:
        said[-1] += f" within {tolerance:.12g}"
    if said:
        digits = 3 if equals is None else _digits(bounds["equal to"], tolerance)
        said.insert(0, f"{'recorded' if recorded else 'measured'} {_span(values, digits)}")
    said_first = "recorded: " if recorded else ""
    say(f"✓ {said_first}{statement}" + (f"  [{', '.join(said)}]" if said else ""))


def _span(values: list[float], digits: int) -> str:
    """Write one value, or the smallest and the largest of several."""
    ends = dict.fromkeys(f"{x:.{digits}g}" for x in (min(values), max(values)))
    return " to ".join(ends)


def _digits(bound: float, tolerance: float) -> int:
    """Count the digits that show whether a value is within the tolerance, from 3 to 12."""
    if not tolerance or math.isinf(bound):
        return 12
    decades = math.log10(max(abs(bound) / tolerance, 1.0))
    return min(12, max(3, 1 + math.ceil(decades)))


def _bound(name: str, bound: float) -> float:
    argument = name.replace(" ", "_")
    if isinstance(bound, (str, bytes, bool)):
        raise TypeError(f"{argument} is a {type(bound).__name__}: a bound must be a number")
    try:
        bound = float(bound.detach() if isinstance(bound, torch.Tensor) else bound)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise TypeError(f"{argument} is not a number: {error}") from None
    if math.isnan(bound):
        raise ValueError(f"{argument}, the bound “{name}”, is NaN: a bound must be a number")
    return bound


def _values(value: Any) -> list[float | bool]:
    """Flatten to a list of Python numbers; truth values stay truth values."""
    if isinstance(value, (bool, np.bool_)):
        return [bool(value)]
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        flat = value.reshape(-1).tolist()
        if any(isinstance(x, complex) for x in flat):
            raise TypeError("value is complex: compare its modulus or its parts")
        return [x if isinstance(x, bool) else float(x) for x in flat]
    if isinstance(value, numbers.Real):
        return [float(value)]
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict)):
        return [x for item in value for x in _values(item)]
    raise TypeError(f"value is a {type(value).__name__}: use a number, a tensor or a truth value")


def _gap(x: float, words: str, bound: float, tolerance: float) -> float:
    """Compute by how much x misses the bound: positive if it does."""
    if words in ("at least", "above"):
        return bound - x
    if words in ("at most", "below"):
        return x - bound
    return 0.0 if x == bound else abs(x - bound) - tolerance


def _failure(
    statement: str, values: list[Any], bounds: dict[str, float], tolerance: float
) -> ClaimError | None:
    """Return the error of the first bound that is missed, or None if the claim holds."""
    if not bounds and not all(values):
        many = f" ({values.count(False)} of {len(values)} are false)" if len(values) > 1 else ""
        return ClaimError(f"“{statement}” does not hold: the value is False{many}")
    for words, bound in bounds.items():
        missed = _missed(values, words, bound, tolerance)
        if missed:
            return ClaimError(f"“{statement}” does not hold: {missed}")
    return None


def _missed(values: list[Any], words: str, bound: float, tolerance: float) -> str:
    strict = words in ("above", "below")
    gaps = [_gap(x, words, bound, tolerance) for x in values]
    # written so that NaN, which compares as false with everything, counts as a miss
    missed = [i for i, gap in enumerate(gaps) if not (gap < 0 if strict else gap <= 0)]
    if not missed:
        return ""
    worst = max(missed, key=lambda i: math.inf if math.isnan(gaps[i]) else gaps[i])
    wanted = f"{words} {bound:.12g}"
    if words == "equal to" and tolerance:
        wanted += f" within {tolerance:.12g}"
    where = f" ({len(missed)} of {len(values)} values miss, the worst is number {worst})"
    return f"measured {values[worst]:.6g}, wanted {wanted}, misses by {gaps[worst]:.3g}" + (
        where if len(values) > 1 else ""
    )
