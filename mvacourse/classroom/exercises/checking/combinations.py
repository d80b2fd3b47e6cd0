"""Write a wrong answer as a sum of named terms, and tell which of them has a wrong factor.

The sum is fitted to the answer; it counts only if it gives all values, and there are more of them
than terms. The right factors are those of the reference, fitted in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking import comparison
from mvacourse.classroom.exercises.checking.exercise import Exercise, Terms
from mvacourse.classroom.exercises.checking.multiples import CLOSE, NICE

Case = tuple[Any, ...]
Factors = dict[str, float]
CHANGE = "your steps have the right terms, with factors that change from one step to the next"
STILL = "your iterates do not move: all of them are the start"
START = "each of your steps is right for the point where it begins: is the start another one?"


def wrong_factor(
    exercise: Exercise, cases: Sequence[Case], values: Sequence[Any], rights: Sequence[Any]
) -> str:
    """Complete "it looks as if …" for an answer with wrong factors; "" for all others.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of tuple
        The inputs on which the answer is wrong.
    values, rights : sequence
        What the answer and the reference give on them.
    """
    terms = exercise.terms
    if terms is None:
        return ""
    try:
        got = [_sum(terms, v, case) for v, case in zip(values, cases)]
        wanted = [_sum(terms, v, case) for v, case in zip(rights, cases)]
    except Exception:  # values for which the terms are not defined
        return ""
    if terms.steps and not any(bool(target.any()) for target, _ in got):
        return STILL
    if terms.joint:
        got, wanted = [_joined(got)], [_joined(wanted)]
    pairs = [(fitted(*g), fitted(*w)) for g, w in zip(got, wanted)]
    if any(g is None or w is None for g, w in pairs):
        several = terms.steps and any(len(target) > 1 for target, _ in got)
        return CHANGE if several and all(_step_by_step(*g) for g in got) else ""
    found = [_deviations(g, w) for g, w in pairs]
    if all(found):
        whole = terms.steps and all(set(f) >= _active(w) for f, (_, w) in zip(found, pairs))
        return _step_length(found) if whole and _step_length(found) else _told(found)
    return START if terms.steps and not any(found) else ""


def fitted(target: Tensor, terms: Mapping[str, Tensor]) -> Factors | None:
    """Return the factors with which the terms give the target; None if there are none.

    A term that the ones before it give already is left out.
    """
    b = target.flatten()
    basis: list[Tensor] = []
    kept: list[str] = []
    for name, term in terms.items():
        rest = term.flatten()
        size = float(torch.linalg.vector_norm(rest))
        for q in basis + basis:
            rest = rest - (q @ rest) * q
        if float(torch.linalg.vector_norm(rest)) > CLOSE * size:
            basis.append(rest / torch.linalg.vector_norm(rest))
            kept.append(name)
    if not kept or len(b) <= len(kept) or not bool(torch.isfinite(b).all()):
        return None
    A = torch.stack([terms[name].flatten() for name in kept], dim=1)
    c = torch.linalg.lstsq(A, b[:, None]).solution[:, 0]
    size = float(torch.linalg.vector_norm(b))
    if size == 0 or not float(torch.linalg.vector_norm(A @ c - b)) <= CLOSE * size:
        return None
    return dict(zip(kept, c.tolist()))


def _sum(terms: Terms, value: Any, case: Case) -> tuple[Tensor, dict[str, Tensor]]:
    target, parts = terms.of(value, *case)
    target = comparison.tensor(target)
    return target, {name: comparison.tensor(x).expand_as(target) for name, x in parts.items()}


def _joined(
    sums: Sequence[tuple[Tensor, Mapping[str, Tensor]]],
) -> tuple[Tensor, dict[str, Tensor]]:
    names = list(sums[0][1])
    parts = {name: torch.cat([terms[name].flatten() for _, terms in sums]) for name in names}
    return torch.cat([target.flatten() for target, _ in sums]), parts


def _step_by_step(target: Tensor, terms: Mapping[str, Tensor]) -> bool:
    steps = [(b, {name: x[k] for name, x in terms.items()}) for k, b in enumerate(target)]
    return all(fitted(*step) is not None for step in steps)


def _active(wanted: Factors) -> set[str]:
    """Return the names of the terms that a right answer has."""
    size = max(map(abs, wanted.values()))
    return {name for name, r in wanted.items() if abs(r) > 1e-5 * size}


def _deviations(got: Factors, wanted: Factors) -> dict[str, tuple[float, float]]:
    """Return the wrong factors, and the right ones; 0 of a term that vanishes in the reference."""
    size = max(map(abs, wanted.values()))
    pairs = {name: (c, wanted.get(name, 0.0)) for name, c in got.items()}
    return {name: (c, r) for name, (c, r) in pairs.items() if abs(c - r) > 1e-5 * size}


def _step_length(found: Sequence[Mapping[str, tuple[float, float]]]) -> str:
    """Say that all factors have one ratio to the right ones: the step is too long or too short."""
    if len(found[0]) < 2:
        return ""
    ratios = [[c / r if r else float("inf") for c, r in f.values()] for f in found]
    if any(abs(q - many[0]) > 1e-5 * abs(many[0]) for many in ratios for q in many):
        return ""
    return f"your step is {ratios[0][0]:.4g} times the right one"


def _told(found: Sequence[Mapping[str, tuple[float, float]]]) -> str:
    """Say what is wrong with the factors, in words that are true on all inputs if possible."""
    said = []
    for name, (c, r) in found[0].items():
        pairs = [f[name] for f in found if name in f]
        size = max(abs(c), abs(r))
        if all(abs(g) < 1e-6 * size for g, _ in pairs):
            said.append(f"{name} is missing")
        elif all(abs(w) < 1e-6 * size for _, w in pairs):
            said.append(f"there is {name} too much, with the factor {c:.4g}")
        else:
            said.append(_ratio(name, pairs))
    return " and ".join(said[:3])


def _ratio(name: str, pairs: Sequence[tuple[float, float]]) -> str:
    c, r = pairs[0]
    ratios = [g / w if w else float("inf") for g, w in pairs]
    if all(abs(q + 1) < 1e-5 for q in ratios):
        return f"the sign of {name} is wrong"
    for number, words in NICE.items():
        if all(abs(abs(q) - number) < 1e-5 * number for q in ratios):
            minus = "minus " if ratios[0] < 0 else ""
            return f"the factor of {name} is {minus}{words} the right one"
    a, b = comparison.two_numbers(c, r)
    return f"the factor of {name} is {a}, expected {b}"
