"""Answers that students give: right ones, and wrong ones with the cause that the check must name.

One module per notebook, with the exercises' answers in the tuple ``ANSWERS``. Each answer is the
text of a cell, so that the check and ``mvacourse grade`` can be tried on the same ones.
"""

from __future__ import annotations

import math
import pkgutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import matplotlib
import numpy as np
import torch

import mvacourse
from mvacourse import calculus
from mvacourse.classroom import exercises

OTHERWISE = None
"""In place of a cause: the check need not name it, but must not name another one."""


@dataclass(frozen=True)
class Answers:
    """The answers to one exercise.

    Attributes
    ----------
    exercise : str
        Its name for the check.
    head : str
        The line that the notebook gives: "def my_tv(u):".
    right : sequence of str
        Right answers, each at least as different from the others as two students' would be: an
        expression to return, or the lines of the function's body.
    wrong : dict {answer: cause}
        The cause is a regular expression that the first message must contain; or OTHERWISE.
    before : str
        Lines of the notebook that the answers use, besides its imports.
    """

    exercise: str
    head: str
    right: Sequence[str]
    wrong: Mapping[str, str | None]
    before: str = ""

    def cell(self, answer: str) -> str:
        """Write an answer as the cell that a student would write."""
        body = textwrap.dedent(answer).strip("\n")
        if "\n" not in body and not body.startswith(("return", "raise", "pass", "yield")):
            body = f"return {body}"
        return f"{self.head}\n{textwrap.indent(body, '    ')}\n"

    def function(self, answer: str) -> Any:
        """Run the cell, and return the function that it defines."""
        names = names_of_a_notebook()
        exec(textwrap.dedent(self.before), names)
        exec(self.cell(answer), names)
        return names[self.head.removeprefix("def ").partition("(")[0]]


def names_of_a_notebook() -> dict[str, Any]:
    """Return what the notebooks import."""
    names = {name: getattr(mvacourse, name) for name in mvacourse.__all__}
    names |= {name: value for name, value in vars(calculus).items() if name[0] != "_"}
    names |= {"math": math, "np": np, "torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    return names | {"exercises": exercises, "matplotlib": matplotlib}


def all_answers() -> list[Answers]:
    """Collect the answers of all modules."""
    modules = [import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return [answers for module in modules for answers in module.ANSWERS]
