"""Run the notebooks with moved seeds and as on other processors; list how far each claim holds."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from claims import table
from claims.runs import SHIFTS, Run, runs

BUILD = Path("build/claims")
RESULTS = Path("benchmarks/results/claims.csv")
PUBLISHED = Path("data/published")


def main() -> int:
    options = _options()
    notebooks = [Path(p) for p in options.notebooks] or sorted(
        Path("notebooks").glob("[0-9]*.ipynb")
    )
    chosen = [run for run in runs(options.shifts) if not options.only or run.name in options.only]
    if not chosen:
        names = ", ".join(repr(run.name) for run in runs(options.shifts))
        raise SystemExit(f"--only {' '.join(options.only)}: choose from {names}")
    state = _state()
    jobs = [(path, run) for run in chosen for path in notebooks]
    with ThreadPoolExecutor(options.jobs) as pool:
        for line in pool.map(lambda job: _run(*job, state), jobs):
            print(line, flush=True)
    return _report(notebooks, chosen, state, write=not (options.notebooks or options.only))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("claims", description=__doc__)
    parser.add_argument("notebooks", nargs="*", help="paths; all notebooks if none is given")
    parser.add_argument("--shifts", type=int, default=SHIFTS, help=f"of the seeds ({SHIFTS})")
    help = "only these runs, such as 'plain' or 'seeds + 1'"
    parser.add_argument("--only", nargs="*", default=[], metavar="RUN", help=help)
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time (2)")
    return parser.parse_args()


def _state() -> str:
    """Return a hash of what every notebook runs, so that old results are not taken for new ones."""
    tools = [Path(__file__).parent / name for name in ("one.py", "shifted_seeds.py")]
    files = [*Path("mvacourse").rglob("*.py"), *Path("data").rglob("*"), *tools]
    return _hash(path for path in files if PUBLISHED not in path.parents)


def _ledger(path: Path, run: Run, state: str) -> Path:
    """Name the result of a run by all that it depends on: code, not text; tables that it names."""
    cells = nbformat.read(path, as_version=4).cells
    code = "\0".join(cell.source for cell in cells if cell.cell_type == "code")
    tables = _hash(table for table in PUBLISHED.glob("*") if table.name in code)
    key = hashlib.sha256("\0".join([state, str(run), code, tables]).encode()).hexdigest()[:16]
    return BUILD / f"{path.stem}, {run.name}, {key}.jsonl"


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(filter(Path.is_file, files)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _run(path: Path, run: Run, state: str) -> str:
    """Run a notebook in its own process, if its ledger is not there yet."""
    ledger = _ledger(path, run, state)
    if ledger.is_file():
        return f"{'known':>8}  {run.name:15} {path.stem}"
    BUILD.mkdir(parents=True, exist_ok=True)
    variables = {"OMP_NUM_THREADS": "1", "MVACOURSE_OFFLINE": "1", "MVACOURSE_BUDGET": "fast"}
    tools = Path(__file__).resolve().parents[1]
    paths = os.pathsep.join([str(tools), str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, **variables, **run.variables, "PYTHONPATH": paths}
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "claims.one", path, str(run.shift), ledger],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:]
        return f"{'FAILED':>8}  {run.name:15} {path.stem}: {''.join(last)}"
    return f"{seconds:6.0f} s  {run.name:15} {path.stem}"


def _report(notebooks: list[Path], chosen: list[Run], state: str, write: bool) -> int:
    """Print the tightest claims and all that failed; write the table if every run is there."""
    files = {
        (path.stem, run.name): _ledger(path, run, state) for run in chosen for path in notebooks
    }
    ledgers = {key: table.read(file) for key, file in files.items() if file.is_file()}
    missing = files.keys() - ledgers.keys()
    found = table.rows(ledgers)
    if write and not missing:
        RESULTS.write_text(table.to_csv(found), encoding="utf-8")
    print("\nleast margins, in standard deviations over the runs")
    for r in table.tightest(found):
        print(f"  {r.spreads:8.2f}  {r}")
    flips = [r for r in found if r.flips]
    for r in flips:
        print(f"FLIP {r} in {', '.join(r.flips)}")
    crashes = [
        (key, e["crash"]) for key, entries in ledgers.items() for e in entries if "crash" in e
    ]
    for (notebook, run), crash in crashes:
        print(f"CRASH {notebook}, {run}: {crash}")
    for notebook, run in sorted(missing):
        print(f"NOT RUN {notebook}, {run}")
    kinds = Counter(r.kind for r in found)
    print(
        f"{len(found)} claims ({kinds['recorded']} recorded, {kinds['false']} shown to be false) × "
        f"{len(chosen)} runs: {len(flips)} flip, "
        f"{len(crashes)} cells crash, {len(missing)} notebooks not run"
    )
    return 1 if flips or crashes or missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
