"""Tier 2 of the data as tensors: benchmark sets, by name.

Files come from :mod:`mvacourse.cache`, which verifies them, downloads what is missing, or raises
:class:`mvacourse.cache.DownloadError`. Images are (1,C,H,W) float32 in [0, 1], on the CPU.
"""

from __future__ import annotations

from typing import Any

from mvacourse.datasets.labelled import facades, mnist
from mvacourse.datasets.photographs import DIP, SCALES, bsds500, dip, dip_mask, set5, set5_lr
from mvacourse.datasets.reading import Files, choose
from mvacourse.datasets.scans import mri

__all__ = [
    "Files",
    "bsds500",
    "dip",
    "dip_mask",
    "facades",
    "load",
    "mnist",
    "mri",
    "names",
    "set5",
    "set5_lr",
]

_LOADERS = {f.__name__: f for f in (set5, set5_lr, mnist, bsds500, facades, mri, dip)}
_NEEDS: dict[str, tuple[Any, ...]] = {"set5_lr": SCALES, "dip": tuple(DIP)}  # no default


def names() -> tuple[str, ...]:
    """List what :func:`load` can load."""
    return tuple(_LOADERS)


def load(name: str, /, *args: Any, **options: Any) -> Any:
    """Load a set by name: ``load("mnist", "test")`` is ``mnist("test")``.

    Raises
    ------
    ValueError, TypeError
        If there is no such set, or it needs a choice and none is given; the message lists them.
    """
    loader = _LOADERS[choose(name, names(), "name")]
    if name in _NEEDS and not (args or options):
        raise TypeError(f"load({name!r}, …) lacks its argument: write one of {_NEEDS[name]}")
    return loader(*args, **options)
