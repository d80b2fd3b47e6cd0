"""The sources of the project, for tests that read them without running them."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("mvacourse", "tests", "benchmarks", "docs", "notebooks")


@cache
def sources(*folders: str) -> list[Path]:
    """List every module and every notebook, but not the copies of notebooks in docs."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    copied = (ROOT / "docs" / "notebooks", ".ipynb_checkpoints")
    return [
        path
        for path in found
        if path.suffix in (".py", ".ipynb")
        and copied[0] not in path.parents
        and copied[1] not in path.parts
    ]


@cache
def parse(path: Path) -> ast.Module:
    """Read a module, or the code of a notebook; what is too new for Python 3.10 is an error."""
    return ast.parse(text_of(path), str(path), feature_version=(3, 10))


def text_of(path: Path) -> str:
    return code_of(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")


def code_of(notebook: Path) -> str:
    """Join the code of a notebook, without IPython's own lines."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", "\n".join(code), flags=re.MULTILINE)


def compared_by_nbval(printed: str) -> str:
    """Take the measured values out of what a cell has printed, as nbval does."""
    from nbval.plugin import get_sanitize_patterns

    rules = (ROOT / "tests/notebooks/nbval_sanitize.cfg").read_text(encoding="utf-8")
    for pattern, put in get_sanitize_patterns(rules):
        printed = re.sub(pattern, put, printed)
    return printed


def nodes_outside(tree: ast.Module, condition: str) -> list[ast.AST]:
    """List the nodes of a source, without what an `if` with this condition holds."""
    everything = list(ast.walk(tree))
    blocks = [n for n in everything if isinstance(n, ast.If) and condition in ast.unparse(n.test)]
    inside = {id(n) for block in blocks for part in block.body for n in ast.walk(part)}
    return [n for n in everything if id(n) not in inside] if inside else everything
