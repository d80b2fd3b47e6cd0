"""Which test runs which line, and in what time."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import coverage
import pytest

from mutation import children

Tests = list[tuple[str, float]]
"""Names of tests, as pytest spells them, with the seconds that each takes."""


class Reach:
    """What the tests reach, file by file: measured once, and again where a source has changed.

    The result for a file of tests is kept in `folder`, under a key made from the package, the file
    and what the tests share.
    """

    def __init__(self, root: Path, files: list[str], packages: list[str], folder: Path) -> None:
        self.root, self.files, self.packages, self.folder = root, files, packages, folder
        folder.mkdir(parents=True, exist_ok=True)
        shared = [p for name in packages for p in sorted((root / name).rglob("*.py"))]
        self.modules = [path.relative_to(root).as_posix() for path in shared]
        for path in sorted((root / "tests").rglob("*.py")):
            if path.name[:5] != "test_" and Path(__file__).parent not in path.parents:
                shared.append(path)
        self._shared = b"".join(path.read_bytes() for path in shared)
        self._found: list[dict] = []

    def _store(self, file: str) -> Path:
        digest = hashlib.sha256(self._shared + (self.root / file).read_bytes())
        name = file.replace("/", "-").removesuffix(".py")
        return self.folder / f"{name}.{digest.hexdigest()[:16]}.json"

    def stale(self) -> list[str]:
        """Files of tests that have to be run."""
        return [file for file in self.files if not self._store(file).exists()]

    def measure(self, jobs: int, log: Path) -> Iterator[tuple[str, children.Ended]]:
        """Run what is stale, giving each file as it is done."""
        yield from children.each(self.stale(), self._measure, jobs, log)

    def _measure(self, file: str) -> int:
        children.PATIENCE = 3600
        include = [str(self.root / name / "*") for name in self.packages]
        tracer = coverage.Coverage(
            data_file=None, include=include, config_file=False, messages=False
        )
        recorder = Recorder(tracer, self.packages)
        tracer.start()
        code = children.run_pytest([file], recorder)
        tracer.stop()
        if code in (0, 1, 5):  # 5: all its tests are left out by their marks
            found = recorder.found(tracer.get_data(), self.root, self.modules)
            store = self._store(file)
            for old in self.folder.glob(f"{store.name.split('.')[0]}.*.json"):
                old.unlink()
            store.write_text(json.dumps(found), encoding="utf-8")
            return 0
        return code

    def failed(self) -> list[str]:
        """Tests that fail without any mutant, and so are of no use."""
        return [name for part in self._load() for name in part["failed"]]

    def tests(self, path: str, lines: Iterable[int]) -> Tests:
        """The tests that run any of these lines, fast files and fast tests first."""
        files = []
        for part in self._load():
            reached = part["lines"].get(path, {})
            numbers = {n for line in lines for n in reached.get(str(line), ())}
            files.append(sorted((part["tests"][n] for n in numbers), key=lambda test: test[1]))
        files.sort(key=lambda tests: sum(seconds for _, seconds in tests))
        return [(name, seconds) for tests in files for name, seconds in tests]

    def _load(self) -> list[dict]:
        if not self._found:
            stores = map(self._store, self.files)
            self._found = [json.loads(s.read_text(encoding="utf-8")) for s in stores if s.exists()]
        return self._found


class Recorder:
    """A plugin of pytest that tells the tracer which test is running.

    What a fixture of a whole module runs counts for every test that uses it, and what runs while
    the file is loaded for every test in it.
    """

    def __init__(self, tracer: coverage.Coverage, packages: list[str]) -> None:
        self.tracer, self.packages = tracer, packages
        self.names = [""]
        self.uses: dict[str, set[str]] = {}
        self.seconds: dict[str, float] = {}
        self.failures: set[str] = set()

    @contextmanager
    def _context(self, name: str) -> Iterator[None]:
        self.names.append(name)
        self.tracer.switch_context(name)
        try:
            yield
        finally:
            self.names.pop()
            self.tracer.switch_context(self.names[-1])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._forget_results()
        fixtures = {f"fixture {name}" for name in getattr(item, "fixturenames", ())}
        self.uses[item.nodeid] = {"", item.nodeid} | fixtures
        begun = time.perf_counter()
        with self._context(item.nodeid):
            result = yield
        self.seconds[item.nodeid] = round(time.perf_counter() - begun, 4)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        with self._context(f"fixture {fixturedef.argname}"):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures.add(report.nodeid)

    def _forget_results(self) -> None:
        """Empty every cache of a function, or only the first test would be seen to run it."""
        for name, module in list(sys.modules.items()):
            for value in list(vars(module).values()) if name.split(".")[0] in self.packages else ():
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()

    def found(self, data: coverage.CoverageData, root: Path, modules: list[str]) -> dict:
        """Tests with their seconds, and by module and line the numbers of those that run it."""
        tests = [name for name in self.seconds if name not in self.failures]
        users: dict[str, list[int]] = {}
        for number, test in enumerate(tests):
            for name in self.uses[test]:
                users.setdefault(name, []).append(number)
        lines = {}
        for module in modules:
            by_line = {
                line: sorted({n for name in names for n in users.get(name, ())})
                for line, names in data.contexts_by_lineno(str(root / module)).items()
            }
            if by_line:
                lines[module] = by_line
        timed = [(test, self.seconds[test]) for test in tests]
        return {"tests": timed, "lines": lines, "failed": sorted(self.failures)}
