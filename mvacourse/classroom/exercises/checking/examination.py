"""Compare an answer with the reference of its exercise; say what is wrong, and on which input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from torch import Tensor

from mvacourse.classroom.exercises.checking import calls, comparison, time_limit
from mvacourse.classroom.exercises.checking.combinations import wrong_factor
from mvacourse.classroom.exercises.checking.comparison import (
    SINGLE,
    NotComparable,
    distance,
    far_off,
)
from mvacourse.classroom.exercises.checking.diagnosis import diagnose
from mvacourse.classroom.exercises.checking.exercise import SEED, Exercise
from mvacourse.classroom.exercises.checking.failing_alike import failing_alike
from mvacourse.classroom.exercises.checking.multiples import Outcome
from mvacourse.classroom.exercises.checking.own_mistakes import own_mistake
from mvacourse.classroom.exercises.checking.shapes import diagnose_shape, exchanged
from mvacourse.classroom.exercises.checking.trials import (
    Case,
    Trial,
    argument_names,
    attempt,
    gradients,
)

Gradients = list[list[Tensor | None]] | None


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
    case: Case | None = None
    written: bool = True


class _Found(Exception):
    """What is wrong, and on which input."""

    def __init__(self, words: str, case: Case | None = None) -> None:
        super().__init__(words)
        self.words, self.case = words, case


class _Tested(NamedTuple):
    """One input, what the answer gave on it, and how far that is from the reference.

    Attributes
    ----------
    case : tuple
    value : object
    outcomes : list of Outcome
        One for each value that the reference returns.
    errors : list of float
    draws : bool
        Whether the answer draws random numbers, and the reference does not.
    right : object
        What the reference gives.
    """

    case: Case
    value: Any
    outcomes: list[Outcome]
    errors: list[float]
    draws: bool
    right: Any

    def within(self, bound: float) -> bool:
        """Whether all values are right; NaN, which compares as false with everything, is not."""
        return all(e <= bound for e in self.errors)


def examine(exercise: Exercise, answer: Any, seed: int = SEED) -> Verdict:
    """Run an answer on the inputs of its exercise, and compare it with the reference.

    Parameters
    ----------
    exercise : Exercise
    answer : callable, number or Tensor
    seed : int
        Of the random inputs.
    """
    cases = exercise.cases(seed) if callable(exercise.reference) else [()]
    trials = attempt(exercise, answer, cases, time_limit.SECONDS)
    return judge(exercise, cases, trials, lambda: gradients(exercise, answer, cases))


def judge(
    exercise: Exercise,
    cases: Sequence[Case],
    trials: Sequence[Trial],
    slopes: Callable[[], Gradients],
) -> Verdict:
    """Compare what an answer gave with the reference.

    The checks are, in this order: not written yet, an error, None, a changed argument, the kind and
    the shape, the values, the gradient. Wrong values are compared with the exercise's common
    mistakes, then with simple functions of the right ones.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of tuple
        Its inputs.
    trials : sequence of Trial
        The answer's values on them, as :func:`~.trials.attempt` returns them.
    slopes : callable
        Returns the answer's gradients; called only if the values are right.
    """
    names = argument_names(exercise, cases)
    failed = next((k for k, trial in enumerate(trials) if trial.failure), None)
    if failed is not None:
        trial, case = trials[failed], cases[failed]
        if not trial.written:
            return Verdict(False, trial.failure, written=False)
        if cause := failing_alike(exercise, cases, trials[: failed + 1]):
            words = f"{trial.failure}; it looks as if {cause}"
            return Verdict(False, calls.sentences(words, calls.input_told(names, case)), case)
        words = calls.sentences(trial.failure, calls.input_told(names, case))
        if cause := _mistake_before(exercise, cases, trials[:failed], names):
            words = f"it looks as if {cause}. On another input {words}"
        return Verdict(False, words, case)
    try:
        tested = [_compare(exercise, c, t, names) for c, t in zip(cases, trials)]
        _require_shapes(exercise, tested, names)
        if not all(t.within(max(exercise.tolerance, SINGLE)) for t in tested):
            _explain(exercise, tested, names)
        if exercise.differentiate:
            _require_gradients(exercise, cases, slopes(), names)
    except _Found as found:
        return Verdict(False, found.words, found.case)
    many = f" on {len(cases)} random inputs" if len(cases) > 1 else ""
    if not all(t.within(exercise.tolerance) for t in tested):
        return Verdict(True, f"right{many}, but computed in single precision somewhere")
    return Verdict(True, f"agrees with the reference{many}")


def _compare(exercise: Exercise, case: Case, trial: Trial, names: Sequence[str]) -> _Tested:
    wanted = exercise.reference
    before = calls.random_states()
    if callable(wanted):
        function = exercise.probe(wanted) if exercise.probe else wanted
        wanted = function(*calls.copied(case))
    draws = trial.draws and calls.random_states() == before
    given = dict(zip(names, case))
    outcomes = [Outcome(given, *pair) for pair in _pairs(exercise, trial.value, wanted, case)]
    errors = [distance(o.got, o.wanted) for o in outcomes]
    return _Tested(case, trial.value, outcomes, errors, draws, wanted)


def _pairs(exercise: Exercise, got: Any, wanted: Any, case: Case) -> list[tuple[Tensor, Tensor]]:
    """Pair the values of an answer with those of the reference, as tensors."""
    several = isinstance(wanted, tuple)
    if several and not (isinstance(got, (tuple, list)) and len(got) == len(wanted)):
        what = f"{len(got)} values" if isinstance(got, (tuple, list)) else comparison.described(got)
        raise _Found(f"it gives {what}, expected {len(wanted)} values", case)
    found = []
    for number, (g, w) in enumerate(zip(got, wanted) if several else [(got, wanted)], start=1):
        which = f"value {number} of its {len(wanted)}" if several else "it"
        which = _part(exercise, number - 1, which)
        try:
            found.append((comparison.comparable(g, w), comparison.tensor(w)))
        except NotComparable as error:
            raise _Found(f"{which} {error}", case) from error
    return found


def _part(exercise: Exercise, place: int, otherwise: str) -> str:
    """Say what a value of a tuple is called."""
    return exercise.parts[place] if place < len(exercise.parts) else otherwise


def _require_shapes(exercise: Exercise, tested: Sequence[_Tested], names: Sequence[str]) -> None:
    count = len(tested[0].outcomes)
    if count == 2 and all(exchanged(*t.outcomes) for t in tested):
        cause = _own_mistake(exercise, tested) or "exchange them"
        words = f"its two values are right, and in the wrong order: {cause}"
        case = tested[0].case
        raise _Found(calls.sentences(words, calls.input_told(names, case)), case)
    for i in range(count):
        wrong = [t for t in tested if t.outcomes[i].got.shape != t.outcomes[i].wanted.shape]
        if wrong:
            first = wrong[0].outcomes[i]
            part = _part(exercise, i, f"value {i + 1}")
            which = f"the shape of {part}" if count > 1 else "its shape"
            words = f"{which} is {tuple(first.got.shape)}, expected {tuple(first.wanted.shape)}"
            cause = _own_mistake(exercise, tested)
            other = diagnose_shape([t.outcomes[i] for t in wrong])
            why = f"it looks as if {cause}" if cause else other
            words += f"; {why}" if why else ""
            case = wrong[0].case
            raise _Found(calls.sentences(words, calls.input_told(names, case)), case)


def _explain(exercise: Exercise, tested: Sequence[_Tested], names: Sequence[str]) -> None:
    """Name the mistake: the exercise's own, or a simple one; else say how far off it is."""
    bound = max(exercise.tolerance, SINGLE)
    wrong = [t for t in tested if not t.within(bound)]
    first = wrong[0]
    place = next(i for i, e in enumerate(first.errors) if not e <= bound)
    outcomes = [t.outcomes[place] for t in wrong]
    cause = _own_mistake(exercise, tested) or _general_mistake(exercise, wrong, outcomes)
    if not exercise.is_number:
        reason = f"it looks as if {cause}" if cause else "it does not do what the exercise asks"
        raise _Found(reason, first.case)
    fact = diagnose(outcomes, named=bool(cause))
    which = f"value {place + 1} of " if len(first.outcomes) > 1 else ""
    of = _part(exercise, place, f"{which}your answer")
    if cause:
        fact = f"{of} {fact.partition(':')[0]}: " if fact else ""
        words = f"{fact}it looks as if {cause}"
    elif fact:
        words = f"{of} {fact}"
    else:
        o = first.outcomes[place]
        words = far_off(o.got, o.wanted, first.errors[place], of)
    raise _Found(calls.sentences(words, _which(names, tested, wrong)), first.case)


def _general_mistake(
    exercise: Exercise, wrong: Sequence[_Tested], outcomes: Sequence[Outcome]
) -> str:
    """Name what may be wrong in any exercise: random numbers, or the factor of a term."""
    if all(t.draws for t in wrong):
        return "you draw random numbers: all that is needed is in the arguments"
    fact = diagnose(outcomes, named=True) or ""
    if fact and not fact.startswith("is right"):  # it says enough
        return ""
    cases, values, rights = zip(*((t.case, t.value, t.right) for t in wrong))
    return wrong_factor(exercise, cases, values, rights)


def _which(names: Sequence[str], tested: Sequence[_Tested], wrong: Sequence[_Tested]) -> str:
    """Say on which inputs it is wrong, if it is right on others."""
    if not names:
        return ""
    if len(wrong) == len(tested):
        return calls.input_told(names, wrong[0].case)
    right = next(t for t in tested if all(t is not w for w in wrong))
    return (
        f"It is right on {len(tested) - len(wrong)} of {len(tested)} inputs, such as "
        f"({calls.told(names, right.case)}), and wrong on ({calls.told(names, wrong[0].case)})."
    )


def _own_mistake(exercise: Exercise, tested: Sequence[_Tested]) -> str:
    return own_mistake(exercise, [t.case for t in tested], [t.value for t in tested])


def _mistake_before(
    exercise: Exercise, cases: Sequence[Case], trials: Sequence[Trial], names: Sequence[str]
) -> str:
    """Name the mistake that shows on the inputs before the one on which an answer fails."""
    try:
        tested = [_compare(exercise, c, t, names) for c, t in zip(cases, trials)]
    except _Found:
        return ""
    wrong = not all(t.within(max(exercise.tolerance, SINGLE)) for t in tested)
    return _own_mistake(exercise, tested) if wrong else ""


def _require_gradients(
    exercise: Exercise, cases: Sequence[Case], slopes: Gradients, names: Sequence[str]
) -> None:
    known = gradients(exercise, exercise.reference, cases) or []
    for case, wanted_here, got_here in zip(cases, known, slopes or []):
        for position, wanted, got in zip(exercise.differentiate, wanted_here, got_here):
            name = names[position]
            if got is None:
                raise _Found(
                    f"its values are right, but they cannot be differentiated with respect to "
                    f"{name}: no_grad, detach, item, numpy and torch.tensor cut the graph. "
                    f"{calls.input_told(names, case)}",
                    case,
                )
            if not distance(got, wanted) <= 1e-4:
                raise _Found(
                    f"its values are right, but its gradient with respect to {name} is wrong (it "
                    f"has {'NaN' if got.isnan().any() else 'other values'}): is a part of it cut "
                    f"off from the graph? {calls.input_told(names, case)}",
                    case,
                )
