"""Definition of an exercise, and comparison of an answer with its reference."""

from __future__ import annotations

import math
import numbers
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

SEED = 2024
Function = Callable[..., Any]


class ExerciseError(AssertionError):
    """An answer is not right yet; the message says what is wrong, and by how much."""

    def _render_traceback_(self) -> list[str]:
        """Show only the message in IPython: the frames are the package's, not the student's."""
        return [str(self)]


def rand(g: torch.Generator, *shape: int) -> Tensor:
    """Draw uniform float64 numbers in [0, 1): the inputs of most exercises."""
    return torch.rand(shape, generator=g, dtype=torch.float64)


def randn(g: torch.Generator, *shape: int) -> Tensor:
    """Draw float64 numbers from N(0, 1)."""
    return torch.randn(shape, generator=g, dtype=torch.float64)


def _no_inputs(_: torch.Generator) -> Iterable[tuple[Any, ...]]:
    return [()]


@dataclass(frozen=True)
class Exercise:
    """A question with its answer, and with common wrong answers.

    Attributes
    ----------
    name : str
        Its name in the notebook, unique in the course.
    reference : callable, number or Tensor
        The right function of the inputs, or the right value.
    inputs : callable
        Maps a generator to the argument tuples to test: float64, odd and non-square.
    mistakes : dict {description: callable or value}
        Common wrong answers. The description completes "It looks as if …".
    tolerance : float
        Largest relative error ‖answer − reference‖ / ‖reference‖ of a right answer.
    hint : str
        Added to the error message.
    probe : callable, optional
        Converts an answer that cannot be compared, because it prints or raises, to one that can.
    is_number : bool
        False if the compared number only encodes an outcome: no relative error is then reported.
    """

    name: str
    reference: Any
    inputs: Callable[[torch.Generator], Iterable[tuple[Any, ...]]] = _no_inputs
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = 1e-9
    hint: str = ""
    probe: Callable[[Function], Function] | None = None
    is_number: bool = True

    def cases(self) -> list[tuple[Any, ...]]:
        """Draw the inputs; they are the same at every call."""
        return [tuple(case) for case in self.inputs(torch.Generator().manual_seed(SEED))]


def examine(exercise: Exercise, answer: Any) -> str:
    """Compare an answer with the reference; return a line that says that it is right.

    Raises
    ------
    ExerciseError
        If it is not. The checks are, in this order: not written yet, None, an error, wrong type,
        shape or dtype, a common mistake, wrong value.
    """
    cases = exercise.cases()
    if callable(exercise.reference):
        if not callable(answer):
            fail(exercise, f"pass the function itself, without calling it, not {_what(answer)}")
        got = [_call(exercise, answer, case) for case in cases]
        wanted = [exercise.reference(*_copy(case)) for case in cases]
    else:
        got, wanted = [answer], [exercise.reference]
    got = [_comparable(exercise, *each) for each in zip(got, wanted, cases, strict=True)]
    errors = [_distance(g, w) for g, w in zip(got, wanted, strict=True)]
    # NaN compares as false with everything: it must count as wrong
    wrong = [i for i, error in enumerate(errors) if not error <= exercise.tolerance]
    if wrong:
        _explain(exercise, cases, got, wanted, wrong[0], errors[wrong[0]])
    many = f" on {len(cases)} random inputs" if len(cases) > 1 else ""
    return f"✓ {exercise.name}: agrees with the reference{many}"


def fail(exercise: Exercise, reason: str, cause: BaseException | None = None) -> NoReturn:
    """Raise the error of an exercise, with its hint."""
    stop = "" if reason.endswith(("?", "!", ".")) else "."
    hint = f"\nHint: {exercise.hint}" if exercise.hint else ""
    raise ExerciseError(f"✗ {exercise.name}: {reason}{stop}{hint}") from cause


def _call(exercise: Exercise, answer: Function, case: tuple[Any, ...]) -> Any:
    function = exercise.probe(answer) if exercise.probe else answer
    given = _copy(case)
    try:
        result = function(*given)
    except NotImplementedError:
        fail(exercise, "not written yet: replace the line that raises NotImplementedError")
    except Exception as error:
        shapes, line = ", ".join(_what(x) for x in case), _line(answer, error)
        reason = f"it raised {type(error).__name__}: {error} (called with {shapes}{line})"
        fail(exercise, reason, error)
    if result is None:
        fail(exercise, "it returned None: does it end with a return statement?")
    for number, (before, after) in enumerate(zip(case, given, strict=True), start=1):
        if isinstance(before, Tensor) and not torch.equal(before, after):
            fail(exercise, f"it changed its argument number {number}: compute a new tensor instead")
    return result


def _line(answer: Function, error: Exception) -> str:
    """Say which line of the answer raised; empty if the call itself did."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return f"; line {frames[-1].lineno}: {frames[-1].line}" if frames else ""


def _copy(case: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(x.clone() if isinstance(x, Tensor) else x for x in case)


def _what(x: Any) -> str:
    if isinstance(x, Tensor):
        return f"a {str(x.dtype).removeprefix('torch.')} tensor of shape {tuple(x.shape)}"
    return f"the number {x:g}" if isinstance(x, float) else f"a {type(x).__name__}"


def _comparable(exercise: Exercise, got: Any, wanted: Any, case: tuple[Any, ...]) -> Tensor:
    """Convert an answer to a tensor like the reference, or say why this is impossible."""
    if isinstance(got, np.ndarray):
        fail(exercise, "it is a NumPy array: use torch tensors")
    if isinstance(got, (numbers.Number, np.generic)):
        got = _tensor(got)
    if not isinstance(got, Tensor):
        fail(exercise, f"it is {_what(got)}, expected a {_kind(wanted)}")
    wanted = _tensor(wanted)
    if got.shape != wanted.shape:
        fail(exercise, f"its shape is {tuple(got.shape)}, expected {tuple(wanted.shape)}")
    if got.is_complex() and not wanted.is_complex():
        fail(exercise, "it is complex, expected a real answer")
    if not (got.is_floating_point() or got.is_complex()):
        fail(exercise, f"it holds {got.dtype}, expected floating-point values")
    if got.dtype in (torch.float16, torch.float32, torch.complex64):
        fail(exercise, f"it holds {got.dtype}{_precision(case)}")
    return got.detach().cpu()


def _precision(case: tuple[Any, ...]) -> str:
    """Complete "it holds torch.float32": say which precision is expected, and how to get it."""
    dtypes = {x.dtype for x in case if isinstance(x, Tensor)}
    if dtypes & {torch.float64, torch.complex128}:
        return " for inputs in float64: keep the dtype of the inputs"
    if dtypes:
        return f" for inputs in {dtypes.pop()}: convert them with .double()"
    return ": make it with dtype=torch.float64"


def _tensor(x: Any) -> Tensor:
    """Convert numbers to float64: torch's default is float32."""
    if isinstance(x, Tensor):
        return x
    return torch.tensor(
        complex(x) if np.iscomplexobj(x) else float(x),
        dtype=torch.complex128 if np.iscomplexobj(x) else torch.float64,
    )


def _kind(wanted: Any) -> str:
    return f"tensor of shape {tuple(wanted.shape)}" if isinstance(wanted, Tensor) else "number"


def _distance(got: Tensor, wanted: Any) -> float:
    """Compute the relative error in the Euclidean norm; absolute if the reference is zero."""
    wanted = _tensor(wanted)
    if got.shape != wanted.shape:
        return math.inf
    scale = float(torch.linalg.vector_norm(wanted.to(torch.complex128)))
    gap = float(torch.linalg.vector_norm((got - wanted).to(torch.complex128)))
    return gap / scale if scale > 0 else gap


def _explain(
    exercise: Exercise,
    cases: list[tuple[Any, ...]],
    got: list[Tensor],
    wanted: list[Any],
    first: int,
    error: float,
) -> None:
    """Name the mistake if it is a common one; else say how wrong the answer is, and where."""
    for description, mistake in exercise.mistakes.items():
        if _same(exercise, mistake, cases, got):
            by = f" (relative error {error:.2g})" if exercise.is_number else ""
            fail(exercise, f"it looks as if {description}{by}")
    if not exercise.is_number:
        fail(exercise, "it does not do what the exercise asks")
    if math.isnan(error):
        fail(exercise, f"{int(got[first].isnan().sum())} of its values are NaN")
    reference = _tensor(wanted[first])
    if reference.ndim == 0:
        fail(exercise, f"it gives {got[first].item():.6g}, expected {reference.item():.6g}")
    gaps = (got[first] - reference).abs()
    at = tuple(int(i) for i in np.unravel_index(int(gaps.argmax()), gaps.shape))
    fail(
        exercise,
        f"relative error {error:.2g}, above {exercise.tolerance:g}; the largest deviation is at "
        f"{list(at)}: {got[first][at].item():.4g}, expected {reference[at].item():.4g}",
    )


def _same(
    exercise: Exercise, mistake: Any, cases: list[tuple[Any, ...]], got: list[Tensor]
) -> bool:
    if not callable(exercise.reference):
        return _distance(got[0], mistake) <= exercise.tolerance
    function = exercise.probe(mistake) if exercise.probe else mistake
    # all cases must agree: a mistake may be right by chance on one of them
    return all(
        _distance(answer, function(*_copy(case))) <= exercise.tolerance
        for answer, case in zip(got, cases, strict=True)
    )
