"""In JupyterLab a label map is painted by mouse and by keyboard, and the picture follows."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from driver import IDLE, run_all
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CELL = """
import torch
from mvacourse import images
from mvacourse.classroom import widgets
def render(labels):
    painted = images.smooth_labels(labels, 64)[0]
    return [("map", painted / 2)], f"gravel: {(painted == 2).sum().item()} pixels"
widgets.explore(render, labels=widgets.label_map(images.TEXTURES, size=(3, 4)))
"""


def test_cells_are_painted_by_mouse_and_by_keyboard(page, lab):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = new_notebook(cells=[new_code_cell(CELL.strip())], metadata={"kernelspec": kernel})
    nbformat.write(nb, path := lab.folder / "painting.ipynb")
    run_all(page, lab, path)
    page.wait_for_selector("img.widget-image", timeout=240_000)
    page.wait_for_selector(IDLE, timeout=240_000)
    cells = page.locator("button.jupyter-button[title^='row ']")
    assert cells.count() == 12
    image = page.locator("img.widget-image")
    said = page.get_by_role("status").filter(has_text="gravel")
    assert said.inner_text() == "gravel: 0 pixels"
    plain = image.get_attribute("src")

    page.get_by_role("button", name="2 gravel").click()
    cells.nth(5).click()  # row 2, column 2
    page.locator("button[title='row 2, column 2: gravel']").wait_for(timeout=10_000)
    page.wait_for_timeout(300)
    one = int(said.inner_text().split()[1])
    assert one > 0 and image.get_attribute("src") != plain

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("button[title='row 2, column 3: gravel']").wait_for(timeout=10_000)
    page.wait_for_timeout(300)
    assert int(said.inner_text().split()[1]) > one
    (ROOT / "build").mkdir(exist_ok=True)
    page.screenshot(path=ROOT / "build" / "painting.png")
