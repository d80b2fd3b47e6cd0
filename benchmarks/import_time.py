"""Time `import mvacourse` against `import torch`, each in a new interpreter."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from common import median_ratio, report, run

CASES = {
    "import torch": "import torch",
    "import mvacourse": "import mvacourse",
    # The package loads its modules on first use: this is the real total.
    "… and all that computes": (
        "from mvacourse import calculus, closed_form, kernels, metrics, noise, operators, "
        "regularizers, solvers, variational"
    ),
    "… and start() as a notebook does": (
        "from mvacourse import claim, start, closed_form, images, kernels, metrics, noise, "
        "operators, solvers, variational; start()"
    ),
}
AIM = 1.15


def seconds(statement: str) -> float:
    """Run one statement in a new interpreter, and time it from inside."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return float(run.stdout)


def main() -> None:
    """Alternate between the statements, print the table, fail if a computing ratio is too high."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    for statement in CASES.values():
        seconds(statement)  # the first run reads the disk
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(arguments.rounds):
        for name, statement in CASES.items():
            times[name].append(seconds(statement))
    rows = [
        {
            "statement": name,
            "median s": statistics.median(measured),
            "ratio to torch": median_ratio(measured, times["import torch"]),
        }
        for name, measured in times.items()
    ]
    report("import_time", rows)
    if any(row["ratio to torch"] > AIM for row in rows[1:3]):
        raise SystemExit(f"aim missed: more than {AIM} times as long as torch")


if __name__ == "__main__":
    run(main)
