"""Valid arguments of every public function, class and method: one entry each, by room."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from net.entry import Entry


def entries() -> dict[str, Entry]:
    """Collect the entries of all files of this folder, by name: "solvers.gradient_descent"."""
    found: dict[str, Entry] = {}
    for info in pkgutil.iter_modules(__path__):
        for name, entry in import_module(f"{__name__}.{info.name}").ENTRIES.items():
            assert name not in found, f"{name} has two entries"
            found[name] = entry
    return found
