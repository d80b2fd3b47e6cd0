"""A plugin of pytest: leave out the tests that have passed, and note each that passes.

So an interrupted run of tests continues where it stopped. Each line of the file is the
name of a test, as JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

VARIABLE = "MVACOURSE_MATRIX_PASSED"
"""Names the file in the environment of pytest."""


def begin(passed: Path) -> None:
    """Keep what has passed until now apart: all processes of pytest must leave out the same."""
    text = passed.read_text(encoding="utf-8") if passed.is_file() else ""
    passed.with_suffix(".earlier").write_text(text, encoding="utf-8")


def earlier(passed: Path) -> set[str]:
    """Read the tests that had passed when the run began."""
    file = passed.with_suffix(".earlier")
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {json.loads(line) for line in text.splitlines()}


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a process of pytest-xdist reports to the main one
        config.pluginmanager.register(Recorder(Path(os.environ[VARIABLE])))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    done = earlier(Path(os.environ[VARIABLE]))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
    items[:] = [item for item in items if item.nodeid not in done]


class Recorder:
    """Write down the name of each test that passes."""

    def __init__(self, passed: Path) -> None:
        self.passed = passed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            with self.passed.open("a", encoding="utf-8") as file:
                file.write(json.dumps(report.nodeid) + "\n")
