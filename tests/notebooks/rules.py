"""Rules for a committed notebook, besides running: each rule returns a list of complaints."""

from __future__ import annotations

import ast
import base64
import builtins
import copy
import io
import itertools
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import nbformat

import mvacourse

LIMIT = 1_000_000
LINES, SOLUTION_LINES, SETUP_STATEMENTS = 12, 20, 7
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ABSOLUTE = re.compile(r"(?<![\w.:/<])/(?:tmp|home|root|work|usr|opt|var|content|Users|mnt)/\w+")
WINDOWS = re.compile(r"\b[A-Z]:\\\w+")
CLAIM = re.compile(r"(?<![\w.])(?:course\.)?claim\(")
EXPLORE = re.compile(r"\bexplore\(\s*(\w+)")
CHECK = re.compile(r"""\b(?:check|use)\(\s*["'](\w+)["']""")
RELEASE = f"https://github.com/mvacourse/mvacourse/archive/v{mvacourse.__version__}.zip"
BADGE = r"https://colab\.research\.google\.com/github/[\w.-]+/[\w.-]+/blob/v[\d.]+/notebooks/{name}"


def complaints(nb: nbformat.NotebookNode, name: str) -> list[str]:
    """Everything that is wrong with a notebook called `name`."""
    return [text for rule in RULES for text in rule(nb, name)]


def code_cells(nb: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def exercise_cells(nb: nbformat.NotebookNode) -> list[tuple[str, str, str]]:
    """(name, stub cell, check cell) of each exercise: two code cells, one after the other."""
    cells = [cell.source for cell in code_cells(nb)]
    return [
        (CHECK.search(after)[1], stub, after)
        for stub, after in itertools.pairwise(cells)
        if "### BEGIN SOLUTION" in stub and CHECK.search(after)
    ]


def is_valid(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    ids = [cell.get("id") for cell in nb.cells]
    if None in ids or len(set(ids)) < len(ids):
        yield "has cells without id, or two of the same"
        return
    try:
        nbformat.validate(copy.deepcopy(nb))  # it may repair what it is given
    except nbformat.ValidationError as error:
        yield f"not a valid notebook: {str(error).splitlines()[0]}"
    if "widgets" in nb.metadata:
        yield "has metadata.widgets: GitHub calls such a notebook invalid"
    if nb.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "its kernel is not called python3"
    if len(nbformat.writes(nb).encode()) >= LIMIT:
        yield f"is larger than {LIMIT} bytes: show smaller images"


def was_executed(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    counts = [cell.execution_count for cell in code_cells(nb)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}: run all its cells from the top"
    for number, cell in enumerate(code_cells(nb), start=1):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell [{number}] holds the error {output.ename}"
            if output.get("name") == "stderr":
                yield f"cell [{number}] wrote to stderr"


def outputs_are_clean(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    for number, cell in enumerate(code_cells(nb), start=1):
        if "execution" in cell.metadata:
            yield f"cell [{number}] stores the time of its execution"
        for output in cell.outputs:
            data = output.get("data", {})
            if WIDGET_VIEW in data:
                yield f"cell [{number}] stores a widget's view, which nobody can open"
            texts = [output.get("text", "")] + [v for k, v in data.items() if "text" in k]
            for text in map(str, texts):
                for path in ABSOLUTE.findall(text) + WINDOWS.findall(text):
                    yield f"cell [{number}] shows the absolute path {path}"


def first_cell_introduces(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    first = nb.cells[0]
    if first.cell_type != "markdown":
        yield "does not begin with text"
        return
    wanted = {
        "a title": r"^# \S",
        "lecture ids, such as A1": r"\b[A-G]\d\b",
        "how long it takes": r"\b(minutes?|seconds?|min|s)\b",
        "a Colab badge with its own path": BADGE.format(name=re.escape(name)),
    }
    for what, pattern in wanted.items():
        if not re.search(pattern, first.source):
            yield f"its first cell lacks {what}"


def cells_are_short(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    cells = code_cells(nb)
    if (n := statements(cells[0].source)) > SETUP_STATEMENTS:
        yield f"its set-up cell has {n} statements, at most {SETUP_STATEMENTS} are read"
    for number, cell in enumerate(cells[1:], start=2):
        lines = sum(1 for line in cell.source.splitlines() if line.strip())
        limit = SOLUTION_LINES if "BEGIN SOLUTION" in cell.source else LINES
        if lines > limit:
            yield f"cell [{number}] has {lines} lines, more than {limit}"


def statements(source: str) -> int:
    """Lines of code, where a wrapped statement counts once and a comment not at all."""
    tokens = tokenize.generate_tokens(io.StringIO(plain(source)).readline)
    return sum(token.type == tokenize.NEWLINE for token in tokens)


def plain(source: str) -> str:
    """Python without IPython's own lines."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE) + "\n"


def names(tree: ast.AST, kind: type[ast.expr_context]) -> set[str]:
    """Names that the code reads (ast.Load) or binds (ast.Store), imports included."""
    nodes = list(ast.walk(tree))
    found = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, kind)}
    if kind is ast.Store:
        imports = [n for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom))]
        found |= {a.asname or a.name.partition(".")[0] for n in imports for a in n.names}
    return found


def sets_up_as_the_others(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    """It installs the release that it belongs to: a branch would change under a class."""
    source = code_cells(nb)[0].source
    if not any(source.startswith(setup(needs)) for needs in ("", "lpips ")):
        yield f"its set-up cell does not begin as all do:\n{setup()}"


def setup(needs: str = "") -> str:
    """The first lines of every set-up cell; `needs` is what Colab lacks besides the course."""
    return (
        "from importlib.util import find_spec\n\n"
        'if not find_spec("mvacourse"):\n'
        f"    %pip install -q --no-deps {needs}{RELEASE}\n"
        '    assert find_spec("mvacourse"), '
        '"pip failed: check the network, and that Python is ≥ 3.10"\n'
        "from mvacourse import "
    )


def works_on_colab(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    """There a branch may not run, so that what it would have bound is missing."""
    setup, *others = [ast.parse(plain(cell.source)) for cell in code_cells(nb)]
    bound, maybe = set(dir(builtins)), set()
    for node in setup.body:
        if isinstance(node, (ast.If, ast.Try)):
            maybe |= names(node, ast.Store)
            continue
        for missing in sorted(names(node, ast.Load) - bound):
            yield f"its set-up cell uses {missing}, which no line outside a branch imports"
        bound |= names(node, ast.Store)
    for number, tree in enumerate(others, start=2):
        bound |= names(tree, ast.Store)
        for missing in sorted(names(tree, ast.Load) & maybe - bound):
            yield f"cell [{number}] uses {missing}, which no line outside a branch imports"


def imports_are_used(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    """The linter sees all cells as one module; here a name must be used by a cell."""
    cells = [ast.parse(plain(cell.source)) for cell in code_cells(nb)]
    used = set().union(*(names(cell, ast.Load) for cell in cells))
    for number, cell in enumerate(cells, start=1):
        imports = [n for n in cell.body if isinstance(n, (ast.Import, ast.ImportFrom))]
        for unused in sorted(set().union(*(names(n, ast.Store) for n in imports)) - used):
            yield f"cell [{number}] imports {unused}, which no cell uses"


def sliders_have_a_static_figure(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    cells = code_cells(nb)
    found = [(n, EXPLORE.search(cell.source)) for n, cell in enumerate(cells)]
    found = [(n, match[1]) for n, match in found if match]
    if not found:
        yield "has no slider: explore(render, …)"
    for number, render in found:
        before = "\n".join(cell.source for cell in cells[: number + 1])
        if not re.search(rf"\bstatic\(\s*{render}\b", before):
            yield f"cell [{number + 1}] has no static({render}, …) before its slider"
        if CLAIM.search(cells[number].source):
            yield f"cell [{number + 1}] mixes a slider with a claim"


def predictions_are_folded(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    """The code of a prediction names its answer: Jupyter and Colab show only its output."""
    for number, cell in enumerate(code_cells(nb)):
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        folded = folded and cell.metadata.get("cellView") == "form"
        if "widgets.predict(" in cell.source and not folded:
            yield f"cell [{number + 1}] shows the answer of its prediction: fold its code"


def pictures_are_explained(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    waiting = None
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            waiting = None
        elif any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            if waiting is not None:
                yield f"no text between the pictures of cells [{waiting}] and " + (
                    f"[{cell.execution_count}]: say what to see"
                )
            waiting = cell.execution_count
            for output in cell.outputs:
                yield from _fits(output.get("data", {}).get("image/png"), waiting)
    if waiting is not None:
        yield f"no text after the picture of cell [{waiting}]: say what to see"


def _fits(png: str | None, number: int) -> Iterator[str]:
    if png:
        # width: bytes 16–20 of a PNG file
        width = int.from_bytes(base64.b64decode(png[:64])[16:20], "big")
        if width > 1000:
            yield f"cell [{number}] shows a picture {width} pixels wide, over 1000"


def claims_are_compared(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    claims = [
        (number, cell)
        for number, cell in enumerate(code_cells(nb), start=1)
        # a claim inside an exercise's solution is only defined there
        if CLAIM.search(cell.source) and "BEGIN SOLUTION" not in cell.source
    ]
    if len(claims) < 2:
        yield f"has {len(claims)} cells with a claim: at least 2 are wanted"
    for number, cell in claims:
        if "nbval-check-output" not in cell.metadata.get("tags", []):
            yield f"cell [{number}] claims, but is not tagged nbval-check-output"
        if not any("✓" in output.get("text", "") for output in cell.outputs):
            yield f"cell [{number}] claims, but no ✓ is stored"


def exercises_are_complete(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    from mvacourse.classroom.exercises import all_exercises

    found = exercise_cells(nb)
    if len(found) < 3:
        yield f"has {len(found)} exercises with solution and check: at least 3 are wanted"
    solutions = sum("### BEGIN SOLUTION" in cell.source for cell in code_cells(nb))
    if solutions != len(found):
        yield f"has {solutions} solutions for {len(found)} checks right after them"
    stored = "".join(o.get("text", "") for cell in code_cells(nb) for o in cell.outputs)
    for exercise, _, _ in found:
        if exercise not in all_exercises():
            yield f"checks {exercise!r}, which is no exercise"
        elif f"✓ {exercise}" not in stored:
            yield f"its solution of {exercise!r} is not seen to pass"


def goes_on_without_solutions(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    """In the student edition only a check may stumble over what is not solved yet."""
    unsolved = set()
    for _, stub, _ in exercise_cells(nb):
        cell = ast.parse(plain(stub))
        functions = [n for n in cell.body if isinstance(n, ast.FunctionDef)]
        unsolved |= {f.name for f in functions if "SOLUTION" in ast.get_source_segment(stub, f)}
        if re.search(r"^### BEGIN", stub, flags=re.MULTILINE):
            unsolved |= names(cell, ast.Store)
    for number, cell in enumerate(code_cells(nb), start=1):
        if "BEGIN SOLUTION" in cell.source:
            continue
        if CHECK.search(cell.source):
            unsolved -= names(ast.parse(plain(cell.source)), ast.Store)  # by exercises.use
            continue
        for used in sorted(names(ast.parse(plain(cell.source)), ast.Load) & unsolved):
            yield f"cell [{number}] uses {used}, which students may not have solved yet"


def has_slides(nb: nbformat.NotebookNode, name: str) -> Iterator[str]:
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in nb.cells]
    if kinds[0] != "slide" or None in kinds:
        yield "has cells without slide metadata, or does not begin with a slide"


RULES = (
    is_valid,
    was_executed,
    outputs_are_clean,
    first_cell_introduces,
    cells_are_short,
    sets_up_as_the_others,
    works_on_colab,
    imports_are_used,
    sliders_have_a_static_figure,
    predictions_are_folded,
    pictures_are_explained,
    claims_are_compared,
    exercises_are_complete,
    goes_on_without_solutions,
    has_slides,
)


def committed() -> list[Path]:
    """The notebooks of the course."""
    return sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
