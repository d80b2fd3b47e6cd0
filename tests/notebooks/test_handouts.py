"""Run All goes to the end in every handout before anything is solved, on Colab too."""

from __future__ import annotations

import nbformat
import pytest
from rules import code_cells, committed, exercise_cells

from mvacourse.classroom.kernel import execute
from mvacourse.classroom.student_edition import MAY_RAISE, strip_solutions


@pytest.mark.slow
@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_an_unsolved_handout_runs_to_its_end_without_the_tag_that_colab_does_not_know(
    path, tmp_path
):
    original = nbformat.read(path, as_version=4)
    handout = strip_solutions(original, path.name)
    for cell in handout.cells:
        cell.metadata["tags"] = [t for t in cell.metadata.get("tags", []) if t != MAY_RAISE]
    assert execute(handout, tmp_path / path.name) is None
    said = "".join(o.get("text", "") for cell in code_cells(handout) for o in cell.outputs)
    assert said.count("not written yet") == len(exercise_cells(original))
    uses = sum("exercises.use(" in check for _, _, check in exercise_cells(original))
    assert said.count("The cells below use the course's own") == uses
