"""Compare the runs: how far each claim holds in the worst of them, and how much it varies."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.runs import MOVED, PLAIN

COLUMNS = (
    "notebook",
    "claim",
    "statement",
    "kind",
    "bounds",
    "runs",
    "flips",
    "least_margin",
    "in_run",
    "margin_in_spreads",
    "least_value",
    "most_value",
)


@dataclass(frozen=True)
class Row:
    """One claim over all runs.

    Attributes
    ----------
    notebook, statement, kind : str
    number : int
        Its place among the claims of the notebook, from 1.
    bounds : str
    flips : list of str
        The runs in which it does not hold, if it holds in the plain one. A statement that is false
        there too is a demonstration (nbval would stop at any other), and its kind "false".
    runs : int
        The number of runs in which it was made.
    margin, in_run : float or None, str
        The least margin relative to the bound, and where; None for truths and exact equalities.
    spreads : float or None
        The least margin in standard deviations over the runs; None if it does not vary.
    least, most : float
        Of the values over all runs.
    """

    notebook: str
    number: int
    statement: str
    kind: str
    bounds: str
    flips: list[str]
    runs: int
    margin: float | None
    in_run: str
    spreads: float | None
    least: float
    most: float

    def __str__(self) -> str:
        values = f"{self.least:.4g} … {self.most:.4g}"
        return f"{self.notebook}, {self.number}: {self.statement}  [{self.bounds}]  {values}"


def read(path: Path) -> list[dict[str, Any]]:
    """Read the ledger of one run of one notebook."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(ledgers: dict[tuple[str, str], list[dict[str, Any]]]) -> list[Row]:
    """Join the ledgers, given by notebook and run, to one row per claim.

    A claim of one seed (a recorded file belongs to these pictures) is not tested by moved seeds.
    """
    made: dict[tuple[str, str, int], dict[str, dict[str, Any]]] = defaultdict(dict)
    place: dict[tuple[str, str, int], int] = {}
    for (notebook, run), entries in ledgers.items():
        seen: dict[str, int] = defaultdict(int)
        for number, entry in enumerate((e for e in entries if "statement" in e), start=1):
            # After a flip the rest of its cell does not run, so a claim is found by its words.
            key = (notebook, entry["statement"], seen[entry["statement"]])
            seen[entry["statement"]] += 1
            if entry["kind"] == "of one seed" and run.startswith(MOVED):
                continue
            made[key][run] = entry
            place[key] = max(place.get(key, 0), number)
    order = sorted(made, key=lambda key: (key[0], place[key]))
    return [_row(key[0], place[key], made[key]) for key in order]


def _row(notebook: str, number: int, entries: dict[str, dict[str, Any]]) -> Row:
    first = next(iter(entries.values()))
    margins = {run: e["margin"] for run, e in entries.items() if e["margin"] is not None}
    worst = min(margins, key=lambda run: _nan_first(margins[run]), default="")
    fails = [run for run, e in entries.items() if not e["holds"]]
    false = PLAIN in fails
    return Row(
        notebook=notebook,
        number=number,
        statement=first["statement"],
        kind="false" if false else first["kind"],
        bounds=_bounds(first),
        flips=[] if false else fails,
        runs=len(entries),
        margin=margins.get(worst),
        in_run=worst,
        spreads=_spreads(list(margins.values())),
        least=min(e["least"] for e in entries.values()),
        most=max(e["most"] for e in entries.values()),
    )


def _nan_first(margin: float) -> float:
    return -math.inf if math.isnan(margin) else margin


def _bounds(entry: dict[str, Any]) -> str:
    within = f" within {entry['within']:.6g}" if entry["within"] else ""
    return ", ".join(f"{kind} {bound:.6g}" for kind, bound in entry["bounds"].items()) + within


def _spreads(margins: list[float]) -> float | None:
    """Return the least margin divided by the standard deviation of the margins."""
    if len(margins) < 2 or not all(map(math.isfinite, margins)):
        return None
    mean = sum(margins) / len(margins)
    spread = math.sqrt(sum((m - mean) ** 2 for m in margins) / (len(margins) - 1))
    return min(margins) / spread if spread > 1e-12 else None


def to_csv(found: Iterable[Row]) -> str:
    """Write the rows as CSV, with a header."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for r in found:
        table.writerow(
            [
                *(r.notebook, r.number, r.statement, r.kind, r.bounds, r.runs, " | ".join(r.flips)),
                *(_digits(r.margin), r.in_run, _digits(r.spreads)),
                *(_digits(r.least), _digits(r.most)),
            ]
        )
    return text.getvalue()


def _digits(x: float | None) -> str:
    return "" if x is None else f"{x:.4g}"


def tightest(found: Iterable[Row], n: int = 10) -> list[Row]:
    """Return the `n` measured claims with the least margin, the least first.

    A claim that varies is compared by its spreads: 0.01 of its bound is plenty for a value that
    moves by 1e-6. One that does not vary at all cannot flip, and is left out.
    """
    varying = [r for r in found if r.kind == "measured" and r.spreads is not None]
    return sorted(varying, key=lambda r: r.spreads)[:n]
