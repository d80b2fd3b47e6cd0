"""In JupyterLab, Run All Cells continues after an unsolved exercise."""

from __future__ import annotations

import nbformat
import pytest
from driver import run_all
from nbformat.v4 import new_code_cell, new_notebook

from mvacourse.classroom.student_edition import strip_solutions

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


def test_run_all_goes_on_past_an_unsolved_exercise(page, lab, student):
    """Without a tag that allows errors, which Colab does not know: the check raises nothing."""
    assert not any(cell.metadata.get("tags") for cell in student.cells)
    path = lab.folder / "student.ipynb"
    nbformat.write(student, path)
    run_all(page, lab, path)
    page.get_by_text("✗ rmse: not written yet").wait_for(timeout=90_000)
    page.get_by_text("the end", exact=True).wait_for(timeout=30_000)
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
