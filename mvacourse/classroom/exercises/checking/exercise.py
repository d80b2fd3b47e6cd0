"""Definition of an exercise: its question's inputs, its answer, and common wrong answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor

from mvacourse import validate

SEED = 2024
POINTS = {"warm-up": 1, "build": 3}
"""What a right answer of each kind is worth."""
Function = Callable[..., Any]


class NotWritten(NotImplementedError):
    """Raised by the line that the student replaces: this answer is not written yet."""


def rand(g: torch.Generator, *shape: int) -> Tensor:
    """Draw uniform float64 numbers in [0, 1): the inputs of most exercises."""
    return torch.rand(shape, generator=g, dtype=torch.float64)


def randn(g: torch.Generator, *shape: int) -> Tensor:
    """Draw float64 numbers from N(0, 1)."""
    return torch.randn(shape, generator=g, dtype=torch.float64)


def _no_inputs(_: torch.Generator) -> Iterable[tuple[Any, ...]]:
    return [()]


@dataclass(frozen=True)
class Terms:
    """Named terms of which a right answer is a sum; a wrong one often is, with other factors.

    Attributes
    ----------
    of : callable
        Maps an answer's value and the input to what is a sum, and to a dict of its terms. The names
        complete "the factor of …".
    steps : bool
        Whether the first dimension counts the steps of an algorithm.
    joint : bool
        Whether the factors are the same on all inputs.
    """

    of: Callable[..., tuple[Any, Mapping[str, Any]]]
    steps: bool = False
    joint: bool = False


@dataclass(frozen=True)
class Exercise:
    """A question with its answer, and with common wrong answers.

    Attributes
    ----------
    name : str
        Its name in the notebook, unique in the course.
    reference : callable, number or Tensor
        The right function of the inputs, or the right value. A function may return a tuple.
    inputs : callable
        Maps a generator to the argument tuples to test: float64, odd and non-square.
    mistakes : dict {description: callable or value}
        Common wrong answers. The description completes "It looks as if …".
    tolerance : float
        Largest relative error ‖answer − reference‖ / ‖reference‖ of a right answer.
    direction : str
        A thought that leads to the answer, without a formula; shown after a second try.
    hint : str
        The formula or the functions to use; shown after a third try (a second one without
        `direction`).
    differentiate : tuple of int
        Positions of the arguments through which the course descends: there the gradient of the
        answer must be right, too.
    probe : callable, optional
        Converts an answer that cannot be compared, because it prints, raises or trains a network
        in place, to one that can. The reference goes through it, too.
    parts : tuple of str
        What the values of a tuple are called in messages: "the change of D's weights".
    is_number : bool
        False if the compared number only encodes an outcome: no relative error is then reported.
    terms : Terms, optional
        Of a right answer, to name wrong factors that no mistake has.
    kind : "warm-up" or "build"
        A formula of a line or two; or an algorithm, of five lines or more.
    """

    name: str
    reference: Any
    inputs: Callable[[torch.Generator], Iterable[tuple[Any, ...]]] = _no_inputs
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = 1e-9
    direction: str = ""
    hint: str = ""
    differentiate: tuple[int, ...] = ()
    probe: Callable[[Function], Function] | None = None
    parts: tuple[str, ...] = ()
    is_number: bool = True
    terms: Terms | None = None
    kind: Literal["warm-up", "build"] = "warm-up"

    @property
    def points(self) -> int:
        """What a right answer is worth."""
        return POINTS[self.kind]

    def cases(self, seed: int | torch.Generator | None = SEED) -> list[tuple[Any, ...]]:
        """Draw the inputs; they are the same at every call with one seed."""
        g = validate.generator(seed)
        return [tuple(case) for case in self.inputs(torch.default_generator if g is None else g)]
