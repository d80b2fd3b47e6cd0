"""What became of the mutants: a line for each, a summary, and a page with the survivors."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mutation.mutants import Mutant
from mutation.settings import FILE, Key


class Result(NamedTuple):
    """One mutant, when its tests have run."""

    mutant: Mutant
    fate: str
    """`killed`, `timed out`, `survived` or `explained`."""
    tried: int
    """Tests that ran."""
    of: int
    """Tests that run its line."""
    seconds: float

    def line(self) -> str:
        """What the terminal shows."""
        m = self.mutant
        where = f"{m.path}:{min(m.lines, default=0)}"
        return f"{self.fate:9} {self.seconds:5.1f} s  {where} {m.function}: {m.after}"


def summary(results: list[Result]) -> str:
    """Count what survived, in one line; a mutant that timed out is noticed, hence killed."""
    count = {
        fate: sum(r.fate == fate for r in results)
        for fate in ("killed", "timed out", "survived", "explained")
    }
    killed = count["killed"] + count["timed out"]
    share = 100 * count["survived"] / max(len(results), 1)
    text = (
        f"{len(results)} mutants, {killed} killed, {count['survived']} survived ({share:.0f} %), "
        f"{count['timed out']} timed out"
    )
    return text + (f", {count['explained']} explained" if count["explained"] else "")


def page(results: list[Result], equivalent: dict[Key, str], stale: list[Key], root: Path) -> str:
    """Give the survivors as diffs, in Markdown."""
    parts = [f"# Mutants\n\n{summary(results)}.\n"]
    for title, fate in (("Survived", "survived"), ("Explained", "explained")):
        chosen = sorted((r for r in results if r.fate == fate), key=lambda r: r.mutant[:1])
        parts += [f"## {title}\n"] if chosen else []
        parts += [_entry(r, equivalent.get(r.mutant.key, ""), root) for r in chosen]
    late = [f"- {r.line()}" for r in results if r.fate == "timed out"]
    parts += ["## Timed out\n", "\n".join(late) + "\n"] if late else []
    parts += [f"## No such mutant any more: mend {FILE}\n"] if stale else []
    parts += ["\n".join("- " + " | ".join(key) for key in stale) + "\n"] if stale else []
    return "\n".join(parts)


def _entry(result: Result, why: str, root: Path) -> str:
    m = result.mutant
    tried = f"{result.tried} of {result.of} tests that run this line were tried"
    tests = tried if result.of else "no test runs this line"
    head = f"### `{m.path}` {m.function or 'at the top'}\n\n{tests}{': ' * bool(why)}{why}"
    return f"{head}\n\n```diff\n{m.diff(root).rstrip()}\n```\n"
