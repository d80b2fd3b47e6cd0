"""Every handout in JupyterLab: Run All goes to its end unsolved, and what can move moves."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from driver import (
    code_cell,
    code_cells,
    end_kernel,
    open_notebook,
    run_all_by_menu,
    run_cell,
    write,
)

from mvacourse.classroom.notebooks import numbered, read
from mvacourse.classroom.student_edition import STUB, write_edition

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
NOTEBOOKS = numbered(ROOT / "notebooks")
PICTURES = Path(os.environ.get("MVACOURSE_SCREENSHOTS") or ROOT / "build" / "handouts")
RUN_S = 1800
DRAW_MS = 60_000
BADGE = '<svg xmlns="http://www.w3.org/2000/svg" width="117" height="20"/>'
TINT = """

_right = {name}
def {name}(*given):
    large = any(getattr(x, "shape", ()) and x.numel() > 3000 for x in given)
    return 1 - _right(*given) if large else _right(*given)"""
TINTED = "my_heat"
FIGURE = ".jp-OutputArea-output img"
# In a list, JupyterLab takes the arrow keys for itself: they select the next cell.
KEYS = {"SELECT": ("End", "Home"), "BUTTON": ("Space",)}
CONTROLS = ".noUi-handle, select, button[title^='row ']"


@pytest.fixture(scope="session")
def edition(lab) -> Path:
    """The folder of handouts, as `mvacourse student` writes it, inside the lab's folder."""
    write_edition(ROOT / "notebooks", folder := lab.folder / "handouts")
    return folder


@pytest.fixture
def complaints(page):
    """What the page writes to the browser's console as an error, and its uncaught errors."""
    # Colab's badge, which the first cell shows, is the only thing from another machine.
    page.route(
        "https://colab.research.google.com/assets/*.svg",
        lambda route: route.fulfill(body=BADGE, content_type="image/svg+xml"),
    )
    found: list[str] = []
    page.on(
        "console",
        lambda m: found.append(f"{m.text} ({m.location['url']})") if m.type == "error" else None,
    )
    page.on("pageerror", lambda error: found.append(f"uncaught: {error}"))
    return found


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS], ids=lambda name: name[:2])
def test_a_handout_runs_to_its_end_and_its_controls_work(page, lab, edition, complaints, name):
    open_notebook(page, lab, edition / name)
    run_all_by_menu(page, RUN_S)
    cells = code_cells(page)
    everything_has_run(cells)
    assert all(cell["folded"] for cell in cells if "widgets.predict(" in cell["source"])
    unsolved = [k for k, cell in enumerate(cells) if STUB in cell["source"]]
    said = "\n".join(cell["said"] for cell in cells)
    assert len(unsolved) >= 3 and said.count("not written yet") == len(unsolved)
    every_widget_is_shown(page)
    photograph(page, name, "top", 0)
    photograph(page, name, "exercise", unsolved[0])
    for k in [k for k, cell in enumerate(cells) if "widgets.predict(" in cell["source"]]:
        predict(page, cells, k, name)
    for k in [k for k, cell in enumerate(cells) if "widgets.explore(" in cell["source"]]:
        move(page, k, name)
    assert not complaints
    end_kernel(page)


def test_answers_are_used_by_the_figures(page, lab, edition, complaints):
    """The notebook's solutions are put back in the open handout; then one answer is tinted."""
    original = next(path for path in NOTEBOOKS if path.name.startswith("03"))
    solved = [cell.source for cell in read(original).cells if cell.cell_type == "code"]
    open_notebook(page, lab, edition / original.name)
    for k, cell in enumerate(code_cells(page)):
        if STUB in cell["source"]:
            write(page, k, solved[k])
    run_all_by_menu(page, RUN_S)
    cells = code_cells(page)
    everything_has_run(cells)
    checks = [cell["said"] for cell in cells if "exercises.use(" in cell["source"]]
    assert len(checks) >= 3 and all(said.startswith("✓") for said in checks)
    taken = next(
        k for k, cell in enumerate(cells) if f"{TINTED} = exercises.use(" in cell["source"]
    )
    figure = first_figure(page, cells, taken + 1)
    before = picture(page, figure)

    answer = next(k for k, source in enumerate(solved) if f"def {TINTED}(" in source)
    write(page, answer, solved[answer] + TINT.format(name=TINTED))
    # Only these cells: the claim between them fails, as it should, and would stop Run All.
    for k in (answer, taken, figure):
        run_cell(page, k)
    assert code_cells(page)[taken]["said"].startswith("✓"), "the tint is only on large images"
    assert picture(page, figure) != before
    photograph(page, original.name, "tinted", figure)
    assert not complaints
    end_kernel(page)


def first_figure(page, cells: list[dict], start: int) -> int:
    """Find the first cell from `start` on that shows a picture and names the answer."""
    return next(
        k
        for k in range(start, len(cells))
        if TINTED in cells[k]["source"] and code_cell(page, k).locator(FIGURE).count()
    )


def picture(page, k: int) -> str:
    return code_cell(page, k).locator(FIGURE).first.get_attribute("src")


def everything_has_run(cells: list[dict]) -> None:
    first = cells[0]["count"]
    assert [cell["count"] for cell in cells] == list(range(first, first + len(cells)))
    for cell in cells:
        wrong = cell["errors"] or cell["stderr"]
        assert not wrong, f"[{cell['count']}] {cell['source']}\n{cell['said'][-2000:]}"


def every_widget_is_shown(page) -> None:
    """A widget that fails leaves a sentence of JupyterLab's, or its name as plain text."""
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
    for trouble in ("Error displaying widget", "Loading widget", "model not found"):
        assert notebook.get_by_text(trouble).count() == 0, trouble
    seen = page.locator(".jp-OutputArea-output .jupyter-widgets").all()
    assert seen and all(widget.bounding_box()["height"] > 0 for widget in seen if shown(widget))
    for image in notebook.locator(".jp-OutputArea-output img").all():
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")


def shown(widget) -> bool:
    """Whether it is meant to be seen: a caption without words has no height."""
    return widget.evaluate(
        "node => getComputedStyle(node).display !== 'none' && (node.innerText.trim() !== ''"
        " || node.matches('img, button') || node.querySelector('img, input, button, select'))"
    )


def predict(page, cells: list[dict], k: int, name: str) -> None:
    """Choose the second answer by keyboard, run the cell that reveals, and read what it says."""
    variable = re.search(r"^(\w+) = widgets\.predict\(", cells[k]["source"], re.MULTILINE)[1]
    reveals = next(j for j, c in enumerate(cells) if f"{variable}.reveal()" in c["source"])
    # The question is shown by the cell that asks, or by the next one, whose whole text is its name.
    asks = next(
        j for j in (k, k + 1) if code_cell(page, j).locator(".widget-toggle-buttons").count()
    )
    buttons = code_cell(page, asks).locator(".widget-toggle-button")
    assert buttons.count() >= 2
    buttons.first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    code_cell(page, asks).get_by_text("Noted. Now run the next cells.").wait_for(timeout=DRAW_MS)
    photograph(page, name, "prediction", asks)
    run_cell(page, reveals)
    cell = code_cell(page, reveals)
    answer = cell.locator(".jp-Cell-outputWrapper").get_by_text(
        re.compile("^(You were right|You expected)")
    )
    answer.first.wait_for(timeout=DRAW_MS)
    photograph(page, name, "answer", reveals)


def move(page, k: int, name: str) -> None:
    """Move the first control by one step of the keyboard, and see the picture change."""
    cell = code_cell(page, k)
    control, image = cell.locator(CONTROLS).first, cell.locator("img.widget-image")
    before = image.get_attribute("src")
    kind = control.evaluate("node => node.tagName")
    if kind == "BUTTON":  # a cell of a label map: with another class than it has
        cell.locator(".widget-toggle-button").last.focus()
        page.keyboard.press("Space")
    keys = KEYS.get(kind, ("ArrowRight", "ArrowLeft"))
    for key in keys:
        control.focus()
        page.keyboard.press(key)
        if changes(page, image, before):
            break
    else:
        pytest.fail(f"code cell {k + 1}: no key of {keys} changes the picture")
    assert cell.get_by_role("alert").count() == 0
    photograph(page, name, "slider", k)


def changes(page, image, before: str) -> bool:
    for _ in range(DRAW_MS // 100):
        page.wait_for_timeout(100)
        if image.get_attribute("src") != before:
            return True
    return False


def photograph(page, name: str, what: str, k: int) -> None:
    """Store what a student sees with a code cell at the top of the window; look at it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    if what == "top":
        page.locator(".jp-WindowedPanel-outer").first.evaluate("node => node.scrollTo(0, 0)")
    else:
        code_cell(page, k).evaluate("node => node.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(150)
    page.screenshot(path=PICTURES / f"{name[:2]}_{what}_{k + 1}.png")
