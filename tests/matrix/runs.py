"""Run the unit tests, the handouts or one notebook in an environment; keep the result in a file."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from matrix import resume
from matrix.environments import Environment

UNIT = "unit"
HANDOUTS = "handouts"
TESTS = (UNIT, HANDOUTS)
"""Items that are tests; all others are notebooks."""
HANDOUTS_TEST = "tests/notebooks/test_handouts.py"
NBVAL = ("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=600", "-p", "no:xdist")
SETTINGS = {"OMP_NUM_THREADS": "1", "MVACOURSE_OFFLINE": "1", "MVACOURSE_BUDGET": "fast"}
_ENDINGS = (".py", ".toml", ".json", ".csv", ".safetensors", ".ttf")


class Counts(NamedTuple):
    """How many tests, or cells of a notebook, passed."""

    passed: int
    failed: int
    skipped: int = 0


class Run(NamedTuple):
    """The unit tests, the handouts or one notebook, in one environment."""

    environment: Environment
    item: str
    """`unit`, `handouts`, or the name of a notebook without its suffix."""
    root: Path

    @property
    def report(self) -> Path:
        return self.environment.folder(self.root) / f"{self.item}.xml"

    @property
    def stamp(self) -> Path:
        return self.report.with_suffix(".sha256")

    @property
    def passed(self) -> Path:
        """Names of the tests that have passed: an interrupted run continues after them."""
        return self.report.with_suffix(".passed")

    @property
    def log(self) -> Path:
        return self.report.with_suffix(".log")

    def command(self, jobs: int) -> list[str]:
        python = str(self.environment.interpreter(self.root))
        pytest = [python, "-m", "pytest", "-q", "-ra", f"--junitxml={self.report}"]
        if self.item in TESTS:
            tests = {UNIT: ["tests"], HANDOUTS: ["-m", "slow", HANDOUTS_TEST]}[self.item]
            return [*pytest, "-p", "matrix.resume", "-n", str(jobs), *tests]
        return [*pytest, *NBVAL, f"notebooks/{self.item}.ipynb"]

    def counts(self) -> Counts | None:
        """Read the report; None if there is none, or if it is of other files or versions."""
        if not (self.report.is_file() and self.is_current()):
            return None
        found = count(self.report)
        earlier = len(resume.earlier(self.passed))
        if not earlier + sum(found):  # a run that collects nothing has failed
            return Counts(0, 1)
        return found._replace(passed=found.passed + earlier)

    def is_current(self) -> bool:
        """Whether the stored results are of these files and versions."""
        return self.stamp.is_file() and self.stamp.read_text(encoding="utf-8") == self.sources()

    def sources(self) -> str:
        """Compute a hash of the files that the result depends on, and of the versions."""
        found = hashlib.sha256(self.environment.versions(self.root).encode())
        for path in depends_on(self.item, self.root):
            found.update(f"{path.relative_to(self.root).as_posix()}\0".encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def start(self, jobs: int, again: bool = False) -> Counts:
        """Run it, without the tests that have passed, and return the counts."""
        if again or not self.is_current():
            self.passed.unlink(missing_ok=True)
            self.stamp.write_text(self.sources(), encoding="utf-8")
        self.report.unlink(missing_ok=True)
        resume.begin(self.passed)
        path = os.pathsep.join([str(self.root / "tests"), os.environ.get("PYTHONPATH", "")])
        settings = {**SETTINGS, "PYTHONPATH": path, resume.VARIABLE: str(self.passed)}
        with self.log.open("w", encoding="utf-8") as log:
            subprocess.run(
                self.command(jobs),
                cwd=self.root,
                env={**os.environ, **settings},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return self.counts() or Counts(0, 1)  # without a report pytest stopped; the log says why


def depends_on(item: str, root: Path) -> list[Path]:
    """List the files that change a result; every folder of the package, and its data."""
    more = {UNIT: ["tests", "notebooks", "docs"], HANDOUTS: ["tests/notebooks", "notebooks"]}
    folders = ["mvacourse", "data", *more.get(item, [])]
    endings = (*_ENDINGS, ".ipynb", ".md") if item in TESTS else _ENDINGS
    files = [p for folder in folders for p in (root / folder).rglob("*") if p.suffix in endings]
    files += [] if item in TESTS else [root / "notebooks" / f"{item}.ipynb"]
    files.append(root / "pyproject.toml")  # pytest's settings
    return sorted(p for p in files if p.is_file())


def count(report: Path) -> Counts:
    """Count the tests in a report."""
    suite = ElementTree.parse(report).find("testsuite")
    tests, skipped, failures, errors = (
        int(suite.get(key, 0)) for key in ("tests", "skipped", "failures", "errors")
    )
    failed = failures + errors
    return Counts(tests - skipped - failed, failed, skipped)
