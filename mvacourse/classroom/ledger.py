"""The ledger of claims: a file with one JSON line for each claim that a notebook makes."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, Literal

Kind = Literal["measured", "recorded", "of one seed"]

VARIABLE = "MVACOURSE_CLAIMS"
"""Environment variable that names the file. Without it, nothing is written."""


def note(
    statement: str,
    values: list[float | bool],
    bounds: dict[str, float],
    within: float,
    kind: Kind,
    holds: bool,
) -> None:
    """Append a claim to the file that MVACOURSE_CLAIMS names, if it names one.

    The line holds: ``notebook`` (if Jupyter says which), ``statement``, ``kind`` ("measured",
    "recorded" or "of one seed"), ``least`` and ``most`` (of the values), ``count``, ``bounds``,
    ``within``, ``margin``, ``holds``.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    line: dict[str, Any] = {
        # JupyterLab, and nbclient from version 0.10 on, tell the kernel the notebook's path
        "notebook": Path(os.environ.get("JPY_SESSION_NAME", "")).stem or None,
        "statement": statement,
        "kind": kind,
        "least": min(map(float, values)),
        "most": max(map(float, values)),
        "count": len(values),
        "bounds": bounds,
        "within": within,
        "margin": margin(values, bounds, within),
        "holds": holds,
    }
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(to_line(line))
    except OSError as err:
        raise OSError(
            f"{VARIABLE} = {path} cannot be written: {err.strerror or err}; name a file in a "
            "folder that exists, or unset it"
        ) from err


def to_line(entry: dict[str, Any]) -> str:
    """Write an entry of the ledger as one line of JSON."""
    return json.dumps(entry, ensure_ascii=False) + "\n"


def margin(values: list[float | bool], bounds: dict[str, float], within: float) -> float | None:
    """Return by how much the claim could be worse and still hold, relative to its bound.

    This is the least of all values and bounds: (value − b) / abs(b) for ``value >= b``, and
    (within − abs(value − b)) / within for an equality. It is negative if the claim does not hold.
    A bound of 0 has no scale: the margin is then the sign of the gap. Truth values and exact
    equalities have no margin.

    Returns
    -------
    float or None
        NaN if a value is.
    """
    found = [m for kind, b in bounds.items() for m in (_margin(x, kind, b, within) for x in values)]
    known = [m for m in found if m is not None]
    if not known:
        return None
    return math.nan if any(map(math.isnan, known)) else min(known)


def _margin(value: float, kind: str, bound: float, within: float) -> float | None:
    if kind == "equal to":
        return None if within == 0 else (within - abs(value - bound)) / within
    gap = value - bound if kind in ("at least", "above") else bound - value
    if bound == 0:
        return math.copysign(1.0, gap) if gap else 0.0
    return gap / abs(bound)
