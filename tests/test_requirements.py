"""What is imported is declared, with a lower bound, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys

import pytest
from sources import ROOT, nodes_outside, parse, sources

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"mvacourse", *(path.stem for path in (ROOT / "tests").rglob("*.py"))}
OWN |= {path.stem for path in (ROOT / "benchmarks").glob("*.py")} | {
    "mutation",
    "matrix",
    "claims",
    "net",
}
# Distributions that are imported under another name.
IMPORTED_AS = {
    "scikit-image": "skimage",
    "pillow": "PIL",
    "ipython": "IPython",
    "pyyaml": "yaml",
    "pot": "ot",
    "import-linter": "importlinter",
    "pytest-xdist": "xdist",
    "pydata-sphinx-theme": "pydata_sphinx_theme",
}
# Programs, a kernel, pytest's plugins, and what another library asks for: nothing imports them.
NOT_IMPORTED = {
    "jupyterlab-slideshow": "JupyterLab loads it",
    "import-linter": "make lint",
    "ruff": "make lint",
    "pytest-xdist": "make unit",
}


def declared(*extras: str) -> set[str]:
    """Names of the distributions that an installation with these extras asks for."""
    lines = [*PROJECT["dependencies"]]
    lines += [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    return {re.match(r"[\w-]+", line)[0] for line in lines} - {"mvacourse"}


def modules(*names: str) -> set[str]:
    return {IMPORTED_AS.get(name, name).replace("-", "_") for name in names}


def imports(tree: ast.Module) -> set[str]:
    """Modules of others that a source imports when it runs; not what only type checkers read."""
    found: set[str] = set()
    for node in nodes_outside(tree, "TYPE_CHECKING"):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "importorskip":
            found.add(node.args[0].value.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"tomllib"} - OWN  # Python 3.10 lacks it


def imported(*folders: str) -> set[str]:
    return set().union(*(imports(parse(path)) for path in sources(*folders)))


def test_reading_imports_sees_what_runs_and_only_that():
    source = (
        "import torch.nn as nn, json\nfrom . import near\nfrom skimage.data import x\n"
        "if TYPE_CHECKING:\n    import pandas\nelse:\n    import dask\n"
        "def f():\n    import requests\n    pytest.importorskip('bm3d.x')\n"
    )
    assert imports(ast.parse(source)) == {"torch", "skimage", "dask", "requests", "bm3d"}


@pytest.mark.parametrize(
    ("folders", "extras"),
    [
        (("mvacourse", "notebooks"), ("lab",)),
        (("tests",), ("lab", "test")),
        (("benchmarks",), ("lab", "test", "bench")),
        (("docs",), ("lab", "docs")),
    ],
    ids=["course", "tests", "benchmarks", "docs"],
)
def test_what_is_imported_is_declared(folders, extras):
    assert imported(*folders) - modules(*declared(*extras)) == set()


def test_what_an_installation_without_extras_imports_is_declared():
    """Colab has no extras: a notebook must not need them, except to run other notebooks."""
    needs_lab = {"ipykernel", "jupyter_client", "nbclient", "nbconvert", "nbformat"}
    assert imported("mvacourse", "notebooks") - modules(*declared()) == needs_lab


def test_what_is_declared_is_used():
    used = imported("mvacourse", "notebooks", "tests")
    unused = {name for name in declared("lab", "test") if not modules(name) & used}
    assert unused == set(NOT_IMPORTED)
