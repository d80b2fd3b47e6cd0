"""A plugin of pytest: leave out the tests that have passed, and note each that passes.

So an interrupted run of the unit tests continues where it stopped. Each line of the file is the
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    done = earlier(Path(os.environ[VARIABLE]))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
    items[:] = [item for item in items if item.nodeid not in done]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed and "PYTEST_XDIST_WORKER" not in os.environ:
        with open(os.environ[VARIABLE], "a", encoding="utf-8") as file:
            file.write(json.dumps(report.nodeid) + "\n")
