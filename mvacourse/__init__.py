"""Restoration with Generative Priors: the tested code behind the course's notebooks.

A submodule is loaded when it is first used, so `import mvacourse` costs almost nothing:

>>> from mvacourse import claim, start
>>> from mvacourse import operators, solvers
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mvacourse.classroom.claim import claim as claim
    from mvacourse.classroom.course import start as start

__version__ = "0.1.0"

_SUBMODULES = (
    *("validate", "dtypes", "calculus", "storage"),  # layer 0
    *("noise", "kernels", "operators", "regularizers", "nets", "losses", "transport"),  # layer 1
    *("weights", "metrics"),
    *("solvers", "closed_form"),  # layer 2
    *("variational", "priors", "train", "uncertainty"),  # layer 3
    *("images", "datasets", "recipes"),  # layer 4
    *("classroom", "cli"),  # layer 5
)
_FROM_CLASSROOM = {"claim": "claim", "start": "course"}

__all__ = ["__version__", *_FROM_CLASSROOM, *_SUBMODULES]


def __getattr__(name: str) -> object:
    """Load a submodule, or one of the two functions that every notebook starts with (PEP 562)."""
    if name in _SUBMODULES:
        return import_module(f"mvacourse.{name}")
    if name in _FROM_CLASSROOM:
        module = import_module(f"mvacourse.classroom.{_FROM_CLASSROOM[name]}")
        value = getattr(module, name)
        globals()[name] = value  # so the next look-up does not call this function
        return value
    raise AttributeError(f"module 'mvacourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what is available, loaded or not."""
    return sorted({*globals(), *__all__})
