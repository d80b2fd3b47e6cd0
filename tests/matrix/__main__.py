"""Run every test, handout and notebook on several sets of versions, and print a table."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from matrix import environments, table
from matrix.runs import HANDOUTS, TESTS, UNIT, Counts, Run

NOTEBOOKS = "notebooks"


def main() -> int:
    root = Path.cwd()
    known = environments.read(root)
    options = _options(list(known))
    chosen = [known[name] for name in options.names or known]
    if options.list:
        for e in chosen:
            print(f"{e.name:14} Python {e.python}, {e.about}")
        return 0
    items = chosen_items(options.only, root)
    results: dict[Run, Counts] = {}
    for environment in chosen:
        print(f"== {environment.name}: {environment.about}", flush=True)
        environments.make(environment, root)
        if not options.setup:
            results |= _run([Run(environment, i, root) for i in items], options.jobs, options.again)
    page = table.page(chosen, results, root)
    (root / environments.BUILD / "report.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if any(counts.failed for counts in results.values()) else 0


def chosen_items(only: str | None, root: Path) -> list[str]:
    """List what to run: the unit tests, the handouts, each notebook, or one of the three kinds."""
    notebooks = [path.stem for path in sorted((root / "notebooks").glob("*.ipynb"))]
    kinds = {UNIT: [UNIT], HANDOUTS: [HANDOUTS], NOTEBOOKS: notebooks}
    return kinds[only] if only else [item for items in kinds.values() for item in items]


def _options(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("matrix", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; default all")
    parser.add_argument(
        "--only",
        choices=(UNIT, HANDOUTS, NOTEBOOKS),
        help="a part: the unit tests, the handouts (notebooks without solutions, run to their end "
        "by nbclient), or the notebooks with solutions",
    )
    parser.add_argument("--setup", action="store_true", help="make the environments, run nothing")
    parser.add_argument("--again", action="store_true", help="also run what has passed")
    parser.add_argument("--list", action="store_true", help="show the sets of versions")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    options = parser.parse_args()
    for name in set(options.names) - set(names):
        parser.error(f"there is no {name!r} in {environments.FILE}: choose from {', '.join(names)}")
    return options


def _run(wanted: list[Run], jobs: int, again: bool) -> dict[Run, Counts]:
    """Run what has no result yet, or a failed one: first the tests, then the notebooks."""
    results: dict[Run, Counts] = {}
    due = []
    for run in wanted:
        counts = None if again else run.counts()
        if counts and not counts.failed:
            results[run] = counts
        else:
            due.append(run)
    for run in [r for r in due if r.item in TESTS]:
        results[run] = _start(run, jobs, again)
    with ThreadPoolExecutor(jobs) as pool:
        notebooks = [r for r in due if r.item not in TESTS]
        results |= dict(zip(notebooks, pool.map(lambda run: _start(run, 1, again), notebooks)))
    return results


def _start(run: Run, jobs: int, again: bool) -> Counts:
    began = time.monotonic()
    counts = run.start(jobs, again)
    seconds = time.monotonic() - began
    told = f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped"
    print(f"{seconds:5.0f} s  {run.environment.name} {run.item}: {told}", flush=True)
    if counts.failed:
        print(f"         see {run.log.relative_to(run.root)}", flush=True)
    return counts


if __name__ == "__main__":
    raise SystemExit(main())
