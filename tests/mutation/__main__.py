"""Spoil the package in many small ways, and list what no test notices."""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import time
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path

from mutation import children, report, settings
from mutation.mutants import Mutant, mutants
from mutation.reach import Reach, Tests

BUILD = Path("build/mutants")


def main() -> int:
    options = _options()
    if not hasattr(os, "fork"):
        raise SystemExit("this needs os.fork, which Windows has not: run it under Linux or macOS")
    root = Path.cwd()
    chosen = settings.read(root)
    within = settings.expand(root, options.paths) if options.paths else chosen.core
    everything = [m for path in within for m in mutants(root, path)]
    sample = _sample(everything, None if options.all else options.sample, options.seed, root)
    stale = [
        key
        for key in chosen.equivalent.keys() - {m.key for m in everything}
        if key[0] in within or not options.paths
    ]
    if options.list:
        for m in sample:
            print(f"{m.path} {m.function}\n  - {m.before}\n  + {m.after}")
        return 0

    packages = sorted({Path(module).parts[0] for module in [*chosen.core, *within]})
    reach = _prepare(root, chosen, packages, options.jobs)
    results = []
    for result in _run(sample, reach, options, chosen.equivalent, root):
        results.append(result)
        print(f"{len(results):4}/{len(sample)} {result.line()}", flush=True)
    page = BUILD / "report.md"
    page.write_text(report.page(results, chosen.equivalent, stale, root), encoding="utf-8")
    for key in stale:
        print(f"no such mutant any more, correct {settings.FILE}: {' | '.join(key)}")
    print(f"{report.summary(results)}; see {page}")
    survived = sum(result.fate == "survived" for result in results)
    return 1 if stale or survived > options.allow / 100 * len(results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("mutants", description=__doc__)
    parser.add_argument("paths", nargs="*", help="modules or folders; the core if none is given")
    parser.add_argument("--sample", type=int, default=300, help="how many, drawn at random (300)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (0)")
    parser.add_argument("--all", action="store_true", help="every mutant instead of a sample")
    parser.add_argument("--list", action="store_true", help="show them and run nothing")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    help = "fail if more than so many percent survive without an explanation (3)"
    parser.add_argument("--allow", type=float, default=3.0, help=help)
    help = "leave out the slowest tests of a mutant, beyond so many seconds (60)"
    parser.add_argument("--seconds", type=float, default=60.0, help=help)
    return parser.parse_args()


def _sample(everything: list[Mutant], n: int | None, seed: int, root: Path) -> list[Mutant]:
    """Draw n of those that are another program, without repetition."""
    order = random.Random(seed).sample(everything, len(everything)) if n else everything
    drawn: list[Mutant] = []
    for m in order:
        if n and len(drawn) == n:
            break
        if m.differs(root):
            drawn.append(m)
    return drawn


def _prepare(root: Path, chosen: settings.Settings, packages: list[str], jobs: int) -> Reach:
    """Load what is heavy, and find out which test runs which line."""
    (root / BUILD).mkdir(parents=True, exist_ok=True)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("COVERAGE_CORE", "ctrace")  # the only one that can tell tests apart
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(root / BUILD / "hypothesis"))
    for name in chosen.loaded:
        importlib.import_module(name)
    sys.path.insert(0, str(root))
    early = [name for name in packages if name in sys.modules]
    if early:
        raise SystemExit(f"{settings.FILE}: `loaded` has loaded {', '.join(early)} too")
    reach = Reach(root, chosen.tests, packages, root / BUILD / "reach")
    log = root / BUILD / "reach.log"
    log.write_text("", encoding="utf-8")
    for file, ended in reach.measure(jobs, log):
        print(f"which lines it runs: {ended.seconds:5.1f} s  {file}", flush=True)
        if ended.code:
            raise SystemExit(f"{file} cannot be run, pytest gave {ended.code}: see {log}")
    for name in reach.failed():
        print(f"fails without any mutant, and is left out: {name}")
    return reach


def _run(
    sample: list[Mutant],
    reach: Reach,
    options: argparse.Namespace,
    equivalent: dict[settings.Key, str],
    root: Path,
) -> Iterator[report.Result]:
    tests = {m: reach.tests(m.path, m.lines) for m in sample}
    tried = {m: _fast(tests[m], options.seconds) for m in sample}
    log = root / BUILD / "mutants.log"
    log.write_text("", encoding="utf-8")

    def result(m: Mutant, fate: str, seconds: float) -> report.Result:
        if fate == "survived" and m.key in equivalent:
            fate = "explained"
        return report.Result(m, fate, len(tried[m]), len(tests[m]), seconds)

    for m in sample:
        if not tests[m]:
            yield result(m, "survived", 0.0)
    reached = [m for m in sample if tests[m]]
    started = children.each(reached, lambda m: _try(m, tried[m], root), options.jobs, log)
    for m, ended in started:
        fate = "timed out" if ended.timed_out else "killed" if ended.code else "survived"
        yield result(m, fate, ended.seconds)


def _fast(tests: Tests, seconds: float) -> Tests:
    """The first tests, at least one, that take no longer in all."""
    chosen, total = [], 0.0
    for name, duration in tests:
        total += duration
        if chosen and total > seconds:
            break
        chosen.append((name, duration))
    return chosen


def _try(m: Mutant, tests: Tests, root: Path) -> int:
    """In a child: put the mutant in the place of its module, and run its tests."""
    print(f"\n{m.diff(root)}{time.strftime('%X')}", flush=True)
    path, source = root / m.path, m.source(root)
    get_code = SourceFileLoader.get_code

    def spoiled(loader: SourceFileLoader, fullname: str) -> object:
        if Path(loader.path) == path:
            return compile(source, loader.path, "exec", dont_inherit=True)
        return get_code(loader, fullname)

    SourceFileLoader.get_code = spoiled
    arguments = ["-x", "--tb=line", *(name for name, _ in tests)]
    return children.run_pytest(arguments, children.Alarm(dict(tests)))


if __name__ == "__main__":
    raise SystemExit(main())
