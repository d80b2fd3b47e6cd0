"""Run the unit tests, or one notebook, in an environment; keep the result in a file."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from matrix.environments import Environment

UNIT = "unit"
NBVAL = ("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=600", "-p", "no:xdist")
SETTINGS = {"OMP_NUM_THREADS": "1", "MVACOURSE_OFFLINE": "1", "MVACOURSE_BUDGET": "fast"}
_ENDINGS = (".py", ".toml", ".json", ".csv", ".safetensors", ".ttf")


class Counts(NamedTuple):
    """How many tests, or cells of a notebook, passed."""

    passed: int
    failed: int
    skipped: int = 0


class Run(NamedTuple):
    """The unit tests or one notebook, in one environment."""

    environment: Environment
    item: str
    """`unit`, or the name of a notebook without its suffix."""
    root: Path

    @property
    def report(self) -> Path:
        return self.environment.folder(self.root) / f"{self.item}.xml"

    @property
    def stamp(self) -> Path:
        return self.report.with_suffix(".sha256")

    @property
    def log(self) -> Path:
        return self.report.with_suffix(".log")

    def command(self, jobs: int) -> list[str]:
        python = str(self.environment.interpreter(self.root))
        pytest = [python, "-m", "pytest", "-q", "-ra", f"--junitxml={self.report}"]
        if self.item == UNIT:
            return [*pytest, "-n", str(jobs), "tests"]
        return [*pytest, *NBVAL, f"notebooks/{self.item}.ipynb"]

    def counts(self) -> Counts | None:
        """Read the report; None if there is none, or if it is of other files or versions."""
        if not (self.report.is_file() and self.stamp.is_file()):
            return None
        if self.stamp.read_text(encoding="utf-8") != self.sources():
            return None
        return count(self.report)

    def sources(self) -> str:
        """Compute a hash of the files that the result depends on, and of the versions."""
        found = hashlib.sha256(self.environment.versions(self.root).encode())
        for path in depends_on(self.item, self.root):
            found.update(f"{path.relative_to(self.root).as_posix()}\0".encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def start(self, jobs: int) -> Counts:
        """Run it, and return the counts."""
        before = self.sources()
        self.report.unlink(missing_ok=True)
        with self.log.open("w", encoding="utf-8") as log:
            subprocess.run(
                self.command(jobs),
                cwd=self.root,
                env={**os.environ, **SETTINGS},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if not self.report.is_file():
            return Counts(0, 1)  # pytest itself stopped; the log says why
        self.stamp.write_text(before, encoding="utf-8")
        return count(self.report)


def depends_on(item: str, root: Path) -> list[Path]:
    """List the files that change a result; every folder of the package, and its data."""
    folders = ["mvacourse", "data", *(["tests", "notebooks", "docs"] if item == UNIT else [])]
    endings = (*_ENDINGS, ".ipynb", ".md") if item == UNIT else _ENDINGS
    files = [p for folder in folders for p in (root / folder).rglob("*") if p.suffix in endings]
    files += [] if item == UNIT else [root / "notebooks" / f"{item}.ipynb"]
    return sorted(p for p in files if p.is_file())


def count(report: Path) -> Counts:
    """Count the tests in a report; a run that collects nothing has failed."""
    suite = ElementTree.parse(report).find("testsuite")
    tests, skipped, failures, errors = (
        int(suite.get(key, 0)) for key in ("tests", "skipped", "failures", "errors")
    )
    failed = failures + errors
    return Counts(tests - skipped - failed, failed if tests else 1, skipped)
