"""Shared by the benchmarks: machine description, fair timing, table, result file."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from mvacourse.classroom.terminal import through_the_door
from mvacourse.storage import write_whole

RESULTS = Path(__file__).parent / "results"
"""Figures, and what was timed."""
PUBLISHED = Path(__file__).resolve().parents[1] / "data" / "published"
"""Tables that notebooks show beside those of the papers; unlike this folder, they are installed."""


def machine() -> dict[str, Any]:
    """Describe processor, cores, threads and versions, without names of persons or places."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "date": datetime.date.today().isoformat(),
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((ln.split(":", 1)[1].strip() for ln in lines if ln.startswith("model name")), "?")


def processor(device: torch.device) -> str:
    """Return the name of the graphics card or processor behind `device`."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu_model()


def alternate(functions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time several functions in turn, `rounds` times, in seconds, after one unmeasured round.

    In turn, so that another program on the machine disturbs all of them equally.
    """
    for function in functions.values():
        function()
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Compute the median of ours/theirs over the rounds: below 1, ours is faster."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def report(name: str, rows: list[dict[str, Any]]) -> None:
    """Print a table, and write it with the machine's description to ``results/NAME.json``."""
    cells = [list(rows[0]), *([_text(v) for v in row.values()] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    for line in cells:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
    text = json.dumps({"machine": machine(), "rows": rows}, indent=2, ensure_ascii=False)
    write_whole(RESULTS / f"{name}.json", text + "\n")


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Read the rows of a table; none if it does not exist yet."""
    if not file.exists():
        return []
    with open(file, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(rows: Iterable[dict[str, Any]], columns: Sequence[str], file: Path) -> None:
    """Write a table to a file, completely or not at all."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(file, text.getvalue())


def write_figure(fig: Any, file: Path, dpi: int) -> None:
    """Write a figure of matplotlib as PNG, completely or not at all."""
    content = io.BytesIO()
    fig.savefig(content, dpi=dpi, format="png")
    write_whole(file, content.getvalue())


def run(main: Callable[[], None]) -> None:
    """Run a benchmark, whose output any terminal and any encoding can show."""
    through_the_door()
    main()


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
