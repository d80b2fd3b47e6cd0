"""Run an answer on the inputs of its exercise: what it gives, before anything is compared.

`mvacourse grade` runs answers in another process than the one that compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking import calls, comparison
from mvacourse.classroom.exercises.checking.exercise import SEED, Exercise

Case = tuple[Any, ...]


class Trial(NamedTuple):
    """What an answer gave on one input.

    Attributes
    ----------
    value : object
        None if it failed.
    failure : str
        Why there is no value; empty if there is one.
    written : bool
        False if the answer is still the line that the student replaces.
    draws : bool
        True if the answer drew random numbers.
    """

    value: Any = None
    failure: str = ""
    written: bool = True
    draws: bool = False


def attempt(
    exercise: Exercise, answer: Any, cases: Sequence[Case], seconds: float | None = None
) -> list[Trial]:
    """Run an answer on the inputs, up to the first on which it fails.

    `seconds` is what it may take on one of them, where a system can end it; None: any time.
    """
    if not callable(exercise.reference):
        return [Trial(answer)]
    if not callable(answer):
        what = comparison.described(answer)
        return [Trial(failure=f"pass the function itself, without calling it, not {what}")]
    names = argument_names(exercise, cases)
    function = exercise.probe(answer) if exercise.probe else answer
    trials: list[Trial] = []
    for case in cases:
        trials.append(_try(function, case, names, seconds))
        if trials[-1].failure:
            break
    return trials


def _try(function: Any, case: Case, names: Sequence[str], seconds: float | None) -> Trial:
    before = calls.random_states()
    try:
        value = calls.call(function, case, names, seconds)
        return Trial(value, draws=calls.random_states() != before)
    except calls.Unwritten:
        words = "not written yet: replace the line that raises NotWritten"
        return Trial(failure=words, written=False)
    except calls.Wrong as error:
        return Trial(failure=str(error))


def argument_names(exercise: Exercise, cases: Sequence[Case]) -> list[str]:
    """Return the names of the arguments, as the reference calls them; none if it is a value."""
    if not callable(exercise.reference):
        return []
    return calls.names_of(exercise.reference, len(cases[0]))


def gradients(
    exercise: Exercise, answer: Any, cases: Sequence[Case]
) -> list[list[Tensor | None]] | None:
    """Differentiate ⟨r, answer⟩, r random, with respect to what the course descends on.

    Returns
    -------
    list per input of list per argument, or None
        None where the answer cannot be differentiated; altogether None if nothing is descended.
    """
    if not exercise.differentiate:
        return None
    return [_gradients(exercise, answer, case) for case in cases]


def _gradients(exercise: Exercise, answer: Any, case: Case) -> list[Tensor | None]:
    given = list(calls.copied(case))
    leaves = []
    for position in exercise.differentiate:
        given[position] = given[position].detach().clone().requires_grad_()
        leaves.append(given[position])
    nothing: list[Tensor | None] = [None] * len(leaves)
    with torch.enable_grad():
        try:
            value = answer(*given)
        except Exception:  # such as "Can't call numpy() on a Tensor that requires grad"
            return nothing
    value = value[0] if isinstance(value, (tuple, list)) else value
    if not isinstance(value, Tensor) or not value.requires_grad:
        return nothing
    g = torch.Generator().manual_seed(SEED)
    r = torch.randn(value.shape, generator=g, dtype=torch.float64).to(value.dtype)
    try:
        found = torch.autograd.grad((r * value).sum(), leaves, allow_unused=True)
    except RuntimeError:  # a value that is needed was changed in place
        return nothing
    return [torch.zeros_like(x) if d is None else d for d, x in zip(found, leaves)]
