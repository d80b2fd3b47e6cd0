"""Other words for the markers are refused by name, and what replaces a solution has an effect."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from mvacourse.classroom import notebooks, student_edition
from mvacourse.classroom.student_edition import STUB, TEXT_STUB

NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
EVERY = """\
# BEGIN REFERENCE SOLUTION
# BEGIN SAMPLE SOLUTION
# BEGIN EXAMPLE SOLUTION
# BEGIN INSTRUCTOR SOLUTION
# BEGIN PRIVATE SOLUTION
# BEGIN EXERCISE SOLUTION
# BEGIN PART A SOLUTION
### BEGIN: REFERENCE SOLUTION
# end of the reference solution
# SOLUTION 1 BEGIN
# solution of exercise 3 ends
# <solution>
# </solution>
### /SOLUTION
# BEGIN SOLN
# END SOL
# BEGIN HIDDEN
# hidden tests end
### begin mark scheme
# DEBUT SOLUTION
# Début de la solution
# FIN SOLUTION
# finish solution
# close solution
# edn soluton
### BGEIN SOLTUION
### Begin solution of exercise 3""".split("\n")
IN_CODE = """\
# SOLUTION
x = 3  # SOLUTION
x = 3  # solution
x = 3  # ANSWER
pass; '''begin solution'''
'''begin solution
begin solution
# some of the words in a long comment: start solution""".split("\n")
IN_PROSE = """\
<!-- begin solution --> secret <!-- end solution -->
secret words that go on and on <!-- end of solution -->
**Begin solution of exercise 3, which is long**
<solution>
% begin reference solution
[//]: # (begin reference solution)""".split("\n")
SENTENCES = """\
# close to the solution
# closed-form solution
# stop if the solution is found
# stop, solution found
# end of the iteration: solution found
# start near the solution
# starting solution
# the solution at the end
# steady state solution
# resolution begins to matter
# the solver starts here
# start hidden layers of the net
# both ends of the solution path
# open problem: is the solution unique?
# start optimising the solution""".split("\n")
CODE = """\
solutions = [f(x) for x in ends]  # a list of solutions
begin_solution = 3
print(solution.begin)
answers = {}  # per class
assert f(2) == 42  # answer""".split("\n")
PROSE = """\
Start the solution with the definition of the gradient.
At the end, the solution is smooth.
<summary>Solution</summary>
See https://example.org/begin/solution for more and more about it.""".split("\n")


def strip(kind: str, source: str, **options) -> nbformat.NotebookNode:
    nb = new_notebook(cells=[NEW[kind](source, **options)])
    return student_edition.strip_solutions(nb, "03").cells[0]


def refused(kind: str, source: str, message: str) -> None:
    with pytest.raises(notebooks.NotebookError, match=rf"03, cell 1.*{message}"):
        strip(kind, source)


@pytest.mark.parametrize(
    ("kind", "line"),
    [(kind, line) for kind in NEW for line in EVERY]
    + [("code", line) for line in IN_CODE]
    + [(kind, line) for kind in ("markdown", "raw") for line in IN_PROSE],
)
def test_other_words_for_a_marker_are_refused(kind, line):
    refused(kind, f"before\n{line}\nsecret", "line 2: .* looks like the marker")


@pytest.mark.parametrize(
    ("kind", "line"),
    [(kind, line) for kind in NEW for line in SENTENCES]
    + [("code", line) for line in CODE]
    + [(kind, line) for kind in ("markdown", "raw") for line in PROSE],
)
def test_other_sentences_about_solutions_stay(kind, line):
    assert strip(kind, line).source == line


# --- where the stub has an effect --------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "<!--\nBEGIN SOLUTION\n-->\nsecret\n<!--\nEND SOLUTION\n-->",
        "<!-- hint\n### BEGIN SOLUTION\nsecret\n### END SOLUTION\n-->",
        "### BEGIN SOLUTION\nsecret <!--\n### END SOLUTION\n-->",
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_marker_inside_an_html_comment_is_refused(kind, source):
    refused(kind, source, "the marker is inside an HTML comment")


def test_an_html_comment_beside_the_markers_changes_nothing():
    source = "<!-- a\nb -->\n<!-- BEGIN SOLUTION -->\nsecret\n<!-- END SOLUTION -->\n<!-- c -->"
    assert strip("markdown", source).source == f"<!-- a\nb -->\n{TEXT_STUB}\n<!-- c -->"


SOLUTION = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


@pytest.mark.parametrize(
    "source",
    [
        'text = """\n' + SOLUTION.format("secret") + '\n"""',
        "f(1,\n" + SOLUTION.format("  2,") + "\n)",
        "x = [\n" + SOLUTION.format("  2,") + "\n]",
        "x = 1 \\\n" + SOLUTION.format("y = 2"),
        "def f():\n" + SOLUTION.format("    return 1"),
        "%%time\nf(1,\n" + SOLUTION.format("  2,") + "\n)",
        "%matplotlib inline\nf(\n" + SOLUTION.format("2") + "\n)",
    ],
)
def test_a_stub_that_is_no_statement_is_refused(source):
    refused("code", source, "a marker is inside a string or a call")


@pytest.mark.parametrize(
    ("source", "solution"),
    [
        ("%matplotlib inline\n!ls\n{}\nx?", "x = 1"),
        ("%%time\n{}", "x = 1"),
        ("%%bash\necho $((1\n{}\n))", "+ 1"),
        ("await f()\n{}", "await g()"),
        ("this is no Python\n{}", "x = 1"),
    ],
)
def test_magics_and_what_was_no_python_before_are_stripped(source, solution):
    """The solution goes, the stub takes its place, and the other lines stay as they are."""
    cell = strip("code", source.format(SOLUTION.format(solution)))
    assert cell.source == source.format(STUB)


# --- attachments -------------------------------------------------------------------------------

PICTURE = {"image/png": "c2VjcmV0"}


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_picture_of_a_solution_goes_with_it(kind):
    names = ["a.png", "a.pn", "my b.png", "ç.png", "secret.png"]
    source = (
        "![1](attachment:a.png) ![2](<attachment:my b.png>) ![3](attachment:%C3%A7.png)\n"
        + SOLUTION.format("![4](attachment:secret.png) ![5](attachment:a.png)")
    )
    cell = strip(kind, source, attachments=dict.fromkeys(names, PICTURE))
    assert set(cell.attachments) == {"a.png", "my b.png", "ç.png"}
    alone = SOLUTION.format("![4](attachment:secret.png)")
    assert "attachments" not in strip(kind, alone, attachments={"secret.png": PICTURE})
    other = strip(kind, "no solution", attachments={"a.png": PICTURE})
    assert set(other.attachments) == {"a.png"}


# --- links to the originals --------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "course").mkdir()
    for name in ("00_a", "01_b"):
        nb = new_notebook(cells=[new_code_cell(SOLUTION.format("secret = 1"))])
        nbformat.write(nb, tmp_path / "src" / f"{name}.ipynb")
    return tmp_path / "src", tmp_path / "course"


@pytest.mark.parametrize("original", ["00_a", "01_b"])
@pytest.mark.parametrize("force", [False, True])
def test_a_link_to_an_original_is_refused_even_by_force(folders, original, force):
    source, target = folders
    try:
        (target / "00_a.ipynb").symlink_to(f"../src/{original}.ipynb")
    except OSError:
        pytest.skip("no links on this system")
    before = {path: path.read_bytes() for path in source.iterdir()}
    with pytest.raises(ValueError, match=r"00_a.ipynb is a link to a notebook with the solutions"):
        student_edition.write_edition(source, target, force=force)
    assert {path: path.read_bytes() for path in source.iterdir()} == before
    assert [path.name for path in target.iterdir()] == ["00_a.ipynb"]
    assert (target / "00_a.ipynb").is_symlink()
