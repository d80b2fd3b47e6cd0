"""The results of all environments, as a table."""

from __future__ import annotations

import re
from pathlib import Path

from matrix.environments import SHOWN, Environment
from matrix.runs import TESTS, Counts, Run


def page(chosen: list[Environment], results: dict[Run, Counts], root: Path) -> str:
    """Write the table in Markdown, then the names of what failed."""
    lines = ["| set | versions | tests | handouts | notebooks |", "|---|---|---|---|---|"]
    failed = []
    for environment in chosen:
        mine = {run.item: counts for run, counts in results.items() if run[0] == environment}
        failed += [f"{environment.name}: {item}" for item, c in mine.items() if c.failed]
        tests = " | ".join(counted(mine.pop(item, None)) for item in TESTS)
        passed = sum(not counts.failed for counts in mine.values())
        notebooks = f"{passed} of {len(mine)}" if mine else "not run"
        versions = named_versions(environment.versions(root))
        lines.append(f"| {environment.name} | {versions} | {tests} | {notebooks} |")
    return "\n".join([*lines, *(["", "Failed: " + "; ".join(failed)] if failed else [])])


def counted(counts: Counts | None) -> str:
    """Say how many tests passed."""
    return f"{counts.passed} passed, {counts.failed} failed" if counts else "not run"


def named_versions(frozen: str) -> str:
    """Pick the versions to show from the output of `pip freeze`."""
    have = dict(re.findall(r"^([\w.-]+)==(\S+)$", frozen, flags=re.MULTILINE))
    return ", ".join(f"{name} {have[name]}" for name in ("python", *SHOWN) if name in have)
