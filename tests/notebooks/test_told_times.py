"""Each section says how long it takes, the sums are those of the first cell, long ones pause."""

from __future__ import annotations

import re

import nbformat
import pytest
from rules import committed

IN_TWO_SITTINGS = ("01", "02", "03", "04", "05", "06", "11", "13")

SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
TOLD = re.compile(r"^\*(?P<read>\d+) min to read(?:, (?P<work>\d+) for the exercises)?\.\*$", re.M)
PROJECT = re.compile(r"^\*A project of about \d+ minutes\.\*$", re.MULTILINE)
TOTAL = re.compile(r"(?P<read>\d+) minutes to read, (?P<work>\d+) for the exercises")
ROW = re.compile(r"^\| (?P<section>\d+) · [^|]+ \| (?P<minutes>\d+) \|", re.MULTILINE)
PAUSE = re.compile(r"^## Pause\b", re.MULTILINE)
STEPS = {"warm-up": 4, "build": 15, "prediction": 2, "fold": 6}
"""Minutes of work that each kind takes, about."""

NOTEBOOKS = committed()


def sections(nb):
    """(title, cells) of each section that is not the pause."""
    found = []
    for cell in nb.cells[1:]:
        if cell.cell_type == "markdown" and (heading := SECTION.search(cell.source)):
            found.append((heading["title"], []))
        if found:
            found[-1][1].append(cell)
    return [(title, cells) for title, cells in found if not title.startswith("Pause")]


def reading_minutes(cells):
    """About how long a student reads: words, lines of code, and pictures to look at."""
    seconds = 0.0
    for cell in cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL)
            seconds += len(text.split()) * 0.4
        else:
            seconds += 3 * len([line for line in cell.source.splitlines() if line.strip()])
            seconds += 30 * any("image/png" in o.get("data", {}) for o in cell.outputs)
    return seconds / 60


def working_minutes(cells):
    """About how long the exercises, predictions and folded proofs take."""
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    solutions = [source for source in code if "### BEGIN SOLUTION" in source]
    lines = [source.split("### BEGIN SOLUTION")[1].count("\n") for source in solutions]
    builds = sum(n > 5 for n in lines)
    return (
        STEPS["build"] * builds
        + STEPS["warm-up"] * (len(solutions) - builds)
        + STEPS["prediction"] * sum("widgets.predict(" in source for source in code)
        + STEPS["fold"] * sum("<details>" in c.source for c in cells if c.cell_type == "markdown")
    )


def is_near(told, estimated):
    """Within a factor of two, or four minutes."""
    return estimated / 2 <= told <= estimated * 2 or abs(told - estimated) <= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_section_tells_its_time_and_the_sum_is_that_of_the_first_cell(path):
    nb = nbformat.read(path, as_version=4)
    read = work = 0
    for title, cells in sections(nb):
        if PROJECT.search(cells[0].source):
            continue
        told = TOLD.search(cells[0].source)
        assert told, f"{title}: no line such as *8 min to read, 15 for the exercises.*"
        read += int(told["read"])
        work += int(told["work"] or 0)
        assert is_near(int(told["read"]), reading_minutes(cells)), (title, reading_minutes(cells))
        assert is_near(int(told["work"] or 0), working_minutes(cells)), (
            title,
            working_minutes(cells),
        )
    total = TOTAL.search(nb.cells[0].source)
    assert total, f"the first cell should say “{read} minutes to read, {work} for the exercises”"
    assert (int(total["read"]), int(total["work"])) == (read, work)


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path.name[:2] in IN_TWO_SITTINGS], ids=lambda p: p.stem
)
def test_a_long_notebook_pauses_in_its_middle_with_a_recap(path):
    nb = nbformat.read(path, as_version=4)
    found = [
        (i / len(nb.cells), cell.source)
        for i, cell in enumerate(nb.cells)
        if cell.cell_type == "markdown" and PAUSE.search(cell.source)
    ]
    assert len(found) == 1, "one section is called “## Pause”"
    (place, text), *_ = found
    assert 0.3 <= place <= 0.7
    assert len(re.findall(r"^- ", text, flags=re.MULTILINE)) >= 3, "the recap is a list"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_table_of_sections_in_the_first_cell_has_their_minutes(path):
    nb = nbformat.read(path, as_version=4)
    rows = {row["section"]: int(row["minutes"]) for row in ROW.finditer(nb.cells[0].source)}
    if not rows:
        return
    told = {}
    for title, cells in sections(nb):
        if title[0].isdigit() and (found := TOLD.search(cells[0].source)):
            told[title.split(".")[0]] = int(found["read"]) + int(found["work"] or 0)
    assert rows == told
