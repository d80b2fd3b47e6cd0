"""Compare an answer with the reference of its exercise; say what is wrong, and on which input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking import calls, comparison
from mvacourse.classroom.exercises.checking.comparison import (
    SINGLE,
    NotComparable,
    distance,
    two_numbers,
)
from mvacourse.classroom.exercises.checking.diagnosis import diagnose, diagnose_shape
from mvacourse.classroom.exercises.checking.exercise import SEED, Exercise
from mvacourse.classroom.exercises.checking.multiples import Outcome


class Verdict(NamedTuple):
    """The result of an examination.

    Attributes
    ----------
    right : bool
    words : str
        What is said about the answer, after the exercise's name.
    case : tuple or None
        The first input on which the answer is wrong.
    written : bool
        False if the answer is still the line that the student replaces.
    """

    right: bool
    words: str
    case: tuple[Any, ...] | None = None
    written: bool = True


class _Found(Exception):
    """What is wrong, and on which input."""

    def __init__(self, words: str, case: tuple[Any, ...] | None = None) -> None:
        super().__init__(words)
        self.words, self.case = words, case


def examine(exercise: Exercise, answer: Any, seed: int = SEED) -> Verdict:
    """Compare an answer with the reference.

    The checks are, in this order: not written yet, an error, None, a changed argument, the kind and
    the shape, the values, the gradient. Wrong values are compared with the exercise's common
    mistakes, then with simple functions of the right ones.

    Parameters
    ----------
    exercise : Exercise
    answer : callable, number or Tensor
    seed : int
        Of the random inputs.
    """
    try:
        return _examine(exercise, answer, seed)
    except calls.Unwritten:
        words = "not written yet: replace the line that raises NotWritten"
        return Verdict(False, words, written=False)
    except _Found as found:
        return Verdict(False, found.words, found.case)


def _examine(exercise: Exercise, answer: Any, seed: int) -> Verdict:
    cases = exercise.cases(seed)
    if not callable(exercise.reference):
        cases, got = [()], [answer]
        wanted = [exercise.reference]
        names: list[str] = []
    else:
        if not callable(answer):
            what = comparison.described(answer)
            raise _Found(f"pass the function itself, without calling it, not {what}")
        names = calls.names_of(exercise.reference, len(cases[0]))
        got = [_call(exercise, answer, case, names) for case in cases]
        wanted = [_reference(exercise, case) for case in cases]
    errors, outcomes = [], []
    for case, g, w in zip(cases, got, wanted):
        pairs = _pairs(g, w, case, names, exercise)
        outcomes.append([Outcome(dict(zip(names, case)), *pair) for pair in pairs])
        errors.append([distance(o.got, o.wanted) for o in outcomes[-1]])
    _require_shapes(outcomes, cases, names)
    worst = [max(e) if not any(map(math.isnan, e)) else math.nan for e in errors]
    # NaN compares as false with everything: it must count as wrong
    if not all(e <= max(exercise.tolerance, SINGLE) for e in worst):
        _explain(exercise, cases, names, outcomes, errors, got)
    _require_gradients(exercise, answer, cases, names)
    many = f" on {len(cases)} random inputs" if len(cases) > 1 else ""
    if not all(e <= exercise.tolerance for e in worst):
        return Verdict(True, f"right{many}, but computed in single precision somewhere")
    return Verdict(True, f"agrees with the reference{many}")


def _call(exercise: Exercise, answer: Any, case: tuple[Any, ...], names: Sequence[str]) -> Any:
    function = exercise.probe(answer) if exercise.probe else answer
    try:
        return calls.call(function, case, names)
    except calls.Wrong as error:
        raise _Found(_sentences(str(error), _input(names, case)), case) from error


def _reference(exercise: Exercise, case: tuple[Any, ...]) -> Any:
    function = exercise.probe(exercise.reference) if exercise.probe else exercise.reference
    return function(*calls.copied(case))


def _pairs(
    got: Any, wanted: Any, case: tuple[Any, ...], names: Sequence[str], exercise: Exercise
) -> list[tuple[Tensor, Tensor]]:
    """Pair the values of an answer with those of the reference, as tensors."""
    several = isinstance(wanted, tuple)
    if several and not (isinstance(got, (tuple, list)) and len(got) == len(wanted)):
        what = f"{len(got)} values" if isinstance(got, (tuple, list)) else comparison.described(got)
        raise _Found(f"it gives {what}, expected {len(wanted)} values", case)
    found = []
    for number, (g, w) in enumerate(zip(got, wanted) if several else [(got, wanted)], start=1):
        which = f"value {number} of its {len(wanted)}" if several else "it"
        try:
            found.append((comparison.comparable(g, w), comparison.tensor(w)))
        except NotComparable as error:
            raise _Found(f"{which} {error}", case) from error
    return found


def _require_shapes(
    outcomes: list[list[Outcome]], cases: list[tuple[Any, ...]], names: Sequence[str]
) -> None:
    for i, column in enumerate(zip(*outcomes)):
        wrong = [k for k, o in enumerate(column) if o.got.shape != o.wanted.shape]
        if wrong:
            first = column[wrong[0]]
            which = f"the shape of value {i + 1}" if len(outcomes[0]) > 1 else "its shape"
            words = f"{which} is {tuple(first.got.shape)}, expected {tuple(first.wanted.shape)}"
            if why := diagnose_shape([column[k] for k in wrong]):
                words += f"; {why}"
            raise _Found(_sentences(words, _input(names, cases[wrong[0]])), cases[wrong[0]])


def _explain(
    exercise: Exercise,
    cases: list[tuple[Any, ...]],
    names: Sequence[str],
    outcomes: list[list[Outcome]],
    errors: list[list[float]],
    got: list[Any],
) -> None:
    """Name the mistake: the exercise's own, or a simple one; else say how far off it is."""
    bound = max(exercise.tolerance, SINGLE)
    wrong = [k for k, e in enumerate(errors) if not all(x <= bound for x in e)]
    first = wrong[0]
    place = next(i for i, e in enumerate(errors[first]) if not e <= bound)
    cause = _own_mistake(exercise, cases, got)
    at = _which(names, cases, wrong)
    if not exercise.is_number:
        reason = f"it looks as if {cause}" if cause else "it does not do what the exercise asks"
        raise _Found(reason, cases[first])
    column = [outcomes[k][place] for k in wrong]
    of = f"value {place + 1} of your answer" if len(outcomes[0]) > 1 else "your answer"
    o = column[0]
    fact = diagnose(column)
    if cause:
        fact = f"{of} {fact}: " if fact else ""
        raise _Found(_sentences(f"{fact}it looks as if {cause}", at), cases[first])
    if fact:
        raise _Found(_sentences(f"{of} {fact}", at), cases[first])
    if bad := int((~torch.isfinite(o.got)).sum()):
        kind = "NaN" if bool(o.got.isnan().any()) else "infinite"
        raise _Found(_sentences(f"{bad} of its values are {kind}", at), cases[first])
    if o.wanted.ndim == 0:
        a, b = two_numbers(o.got.item(), o.wanted.item())
        raise _Found(_sentences(f"{of} is {a}, expected {b}", at), cases[first])
    gaps = (o.got - o.wanted).abs()
    where = tuple(int(i) for i in np.unravel_index(int(gaps.argmax()), gaps.shape))
    a, b = two_numbers(o.got[where].item(), o.wanted[where].item())
    words = (
        f"{of} has a relative error of {errors[first][place]:.2g}; the largest deviation is at "
        f"{list(where)}: {a}, expected {b}"
    )
    raise _Found(_sentences(words, at), cases[first])


def _sentences(words: str, at: str) -> str:
    """End the words like a sentence, and add where they are true."""
    stop = "" if words.endswith(("?", "!", ".")) else "."
    return f"{words}{stop} {at}".rstrip()


def _which(names: Sequence[str], cases: list[tuple[Any, ...]], wrong: list[int]) -> str:
    """Say on which inputs it is wrong, if it is right on others."""
    if not names:
        return ""
    if len(wrong) == len(cases):
        return _input(names, cases[wrong[0]])
    right = next(k for k in range(len(cases)) if k not in wrong)
    return (
        f"It is right on {len(cases) - len(wrong)} of {len(cases)} inputs, such as "
        f"({calls.told(names, cases[right])}), and wrong on ({calls.told(names, cases[wrong[0]])})."
    )


def _input(names: Sequence[str], case: tuple[Any, ...]) -> str:
    return f"The input: {calls.told(names, case)}." if names and case else ""


def _own_mistake(exercise: Exercise, cases: list[tuple[Any, ...]], got: list[Any]) -> str:
    """Return the description of the common mistake that gives the same values on all inputs."""
    for description, mistake in exercise.mistakes.items():
        try:
            made = (_made(exercise, mistake, case) for case in cases)
            if all(_equal(g, m, exercise.tolerance) for g, m in zip(got, made)):
                return description
        except Exception:  # a mistake need not be defined for all inputs
            continue
    return ""


def _made(exercise: Exercise, mistake: Any, case: tuple[Any, ...]) -> Any:
    if not callable(exercise.reference):
        return mistake
    function = exercise.probe(mistake) if exercise.probe else mistake
    return function(*calls.copied(case))


def _equal(got: Any, made: Any, tolerance: float) -> bool:
    got, made = (v if isinstance(v, (tuple, list)) else (v,) for v in (got, made))
    if len(got) != len(made):
        return False
    pairs = [(comparison.tensor(g), comparison.tensor(m)) for g, m in zip(got, made)]
    return all(distance(g, m) <= max(tolerance, SINGLE) for g, m in pairs)


def _require_gradients(
    exercise: Exercise, answer: Any, cases: list[tuple[Any, ...]], names: Sequence[str]
) -> None:
    """Compare the gradients of ⟨r, answer⟩ and ⟨r, reference⟩, r random, where it is descended."""
    if not exercise.differentiate:
        return
    for case in cases:
        known = _gradients(exercise, exercise.reference, case)
        own = _gradients(exercise, answer, case)
        for position, wanted, got in zip(exercise.differentiate, known, own):
            name = names[position]
            if got is None:
                raise _Found(
                    f"its values are right, but they cannot be differentiated with respect to "
                    f"{name}: no_grad, detach, item, numpy and torch.tensor cut the graph. "
                    f"{_input(names, case)}",
                    case,
                )
            if not distance(got, wanted) <= 1e-4:
                raise _Found(
                    f"its values are right, but its gradient with respect to {name} is wrong (it "
                    f"has {'NaN' if got.isnan().any() else 'other values'}): is a part of it cut "
                    f"off from the graph? {_input(names, case)}",
                    case,
                )


def _gradients(exercise: Exercise, f: Any, case: tuple[Any, ...]) -> list[Tensor | None]:
    given = list(calls.copied(case))
    leaves = []
    for position in exercise.differentiate:
        given[position] = given[position].detach().clone().requires_grad_()
        leaves.append(given[position])
    with torch.enable_grad():
        try:
            value = f(*given)
        except RuntimeError as error:
            if "grad" in str(error):  # such as "Can't call numpy() on a Tensor that requires grad"
                return [None] * len(leaves)
            raise
    value = value[0] if isinstance(value, (tuple, list)) else value
    if not isinstance(value, Tensor) or not value.requires_grad:
        return [None] * len(leaves)
    g = torch.Generator().manual_seed(SEED)
    r = torch.randn(value.shape, generator=g, dtype=torch.float64).to(value.dtype)
    found = torch.autograd.grad((r * value).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(x) if d is None else d for d, x in zip(found, leaves)]
