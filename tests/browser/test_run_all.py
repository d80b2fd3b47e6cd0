"""In JupyterLab, Run All Cells continues after an unsolved exercise."""

from __future__ import annotations

import nbformat
import pytest
from driver import run_all
from nbformat.v4 import new_code_cell, new_notebook

from mvacourse.classroom.student_edition import MAY_RAISE, strip_solutions

pytestmark = pytest.mark.browser

CELLS = [
    "from mvacourse.classroom import exercises",
    "def rmse(x, ref):\n    ### BEGIN SOLUTION\n    return 0\n    ### END SOLUTION",
    'exercises.check("rmse", rmse)',
    "print('the', 'end')",
]


@pytest.fixture
def student():
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_code_cell(source) for source in CELLS]
    return strip_solutions(new_notebook(cells=cells, metadata={"kernelspec": kernel}))


def outputs(page, lab, nb, name):
    """Run all cells, and return the check's output and the number of times the end was reached."""
    path = lab.folder / name
    nbformat.write(nb, path)
    run_all(page, lab, path)
    page.get_by_text("✗ rmse: not written yet").wait_for(timeout=90_000)
    # what was sent together is answered together, or not at all: the last cell by then has no star
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-InputPrompt')]"
        ".every(prompt => !prompt.innerText.includes('*'))",
        timeout=30_000,
    )
    errors = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
    return errors.inner_text(), page.get_by_text("the end", exact=True).count()


def test_run_all_goes_on_past_an_unsolved_exercise(page, lab, student):
    error, ends = outputs(page, lab, student, "student.ipynb")
    assert ends == 1
    message, hint = error.strip().split("\n")  # no traceback of the package's insides
    assert message.startswith("✗ rmse: not written yet") and hint.startswith("Hint: ")


def test_without_the_tag_it_stops(page, lab, student):
    assert student.cells[2].metadata.pop("tags") == [MAY_RAISE]
    assert outputs(page, lab, student, "untagged.ipynb")[1] == 0
