"""Restoration with Generative Priors: the tested code behind the course's notebooks.

A submodule is loaded when it is first used, so `import mvacourse` costs almost nothing:

>>> from mvacourse import claim, start
>>> from mvacourse import operators, solvers
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mvacourse.course import claim as claim
    from mvacourse.course import start as start

__version__ = "0.1.0"

# Read once, when torch is loaded. OpenMP's idle threads otherwise spin, and keep the processor from
# those that work: beside two busy programs a solve took 2 s instead of 0.13 s, on two cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_SUBMODULES = (
    *("course", "check", "calculus", "cache", "files", "precision", "backbones"),  # layer 0
    *("operators", "kernels", "noise", "regularizers", "metrics", "resampling"),  # layer 1
    *("nets", "losses", "transport"),
    *("solvers", "closed_form"),  # layer 2
    *("variational", "priors", "train", "uncertainty"),  # layer 3
    *("images", "datasets", "weights", "perceptual", "catalogue"),  # layer 4
    *("show", "widgets", "exercises", "notebooks", "student", "cli"),  # layer 5
)
_FROM_COURSE = ("claim", "start")

__all__ = ["__version__", *_FROM_COURSE, *_SUBMODULES]


def __getattr__(name: str) -> object:
    """Load a submodule, or one of the two functions every notebook begins with (PEP 562)."""
    if name in _SUBMODULES:
        return import_module(f"mvacourse.{name}")
    if name in _FROM_COURSE:
        value = getattr(import_module("mvacourse.course"), name)
        globals()[name] = value  # the next look-up does not come here
        return value
    raise AttributeError(f"module 'mvacourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what can be had, loaded or not."""
    return sorted({*globals(), *__all__})
