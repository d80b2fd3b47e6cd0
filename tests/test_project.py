"""The project as a whole: versions, addresses, layers, packaging, the map."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import mvacourse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
ADDRESS = "https://github.com/mvacourse/mvacourse"
TAG = f"v{mvacourse.__version__}"
COLAB = ADDRESS.replace("https://github.com", "https://colab.research.google.com/github")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted((ROOT / "mvacourse").rglob("*.py"))
LAST = {"A": 10, "B": 11, "C": 9, "D": 5, "E": 8, "F": 9, "G": 3}
LECTURE = [f"{part}{n}" for part, last in LAST.items() for n in range(1, last + 1)]
# Where conda-forge's name differs from the package index's.
CONDA_NAMES = {"pytorch": "torch", "jupyter_client": "jupyter-client"}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def python(code: str, **kwargs) -> subprocess.CompletedProcess:
    """Run code in a fresh interpreter, so that nothing is imported yet."""
    command = [sys.executable, "-X", "utf8", "-c", code]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **kwargs)


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))["project"]


# Versions and requirements


def test_version_is_the_same_everywhere():
    assert yaml.safe_load(read("CITATION.cff"))["version"] == mvacourse.__version__
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest and newest[1] == mvacourse.__version__


def test_environment_asks_for_what_the_project_asks_for(project):
    *conda, pip = yaml.safe_load(read("environment.yml"))["dependencies"]
    assert set(pip) == {"pip"}, "the pip section stands last"
    wanted = {*project["dependencies"], *project["optional-dependencies"]["lab"]}
    given = {*conda, *pip["pip"]} - {"pip"}
    given = {re.sub(r"^[\w-]+", lambda m: CONDA_NAMES.get(m[0], m[0]), line) for line in given}
    assert given == wanted | {f"python{project['requires-python']}"}


def test_dependencies_have_a_lower_bound_and_no_upper_one(project):
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["lab"]]:
        assert re.fullmatch(r"[\w-]+>=[\d.]+", requirement), requirement


# Addresses and badges


def first_cell(notebook: Path) -> str:
    return "".join(json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]["source"])


def test_there_are_notebooks():
    assert [path.name[:2] for path in NOTEBOOKS][:8] == [f"{n:02}" for n in range(8)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_badge_opens_its_own_notebook(notebook):
    links = re.findall(rf"\(({re.escape(COLAB)}[^)]*)\)", first_cell(notebook))
    assert links == [f"{COLAB}/blob/{TAG}/notebooks/{notebook.name}"]


def test_readme_links_and_badges_open_every_notebook():
    readme = read("README.md")
    linked = re.findall(r"\]\(notebooks/([^)]+)\)", readme)
    opened = re.findall(rf"{re.escape(COLAB)}/blob/{re.escape(TAG)}/notebooks/([^)]+)\)", readme)
    assert linked == opened == [path.name for path in NOTEBOOKS]


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_between_pages_open_a_file(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)", text)
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_repository_has_one_address():
    texts = [ROOT / "pyproject.toml", ROOT / "CITATION.cff", *PAGES, *NOTEBOOKS, *MODULES]
    address = re.compile(r"github\.com/(?:github/)?([\w.-]+/mvacourse\b)")
    found = {owner for path in texts for owner in address.findall(path.read_text(encoding="utf-8"))}
    assert found == {"mvacourse/mvacourse"}


def test_what_is_installed_from_the_repository_is_the_release():
    for page in [*PAGES, *NOTEBOOKS]:
        text = page.read_text(encoding="utf-8")
        taken = re.findall(rf"{re.escape(ADDRESS)}(?:@|/archive/)(\S*?)(?:\.zip)?[\s\"\\]", text)
        assert set(taken) <= {TAG}, page.name
        assert not re.search(rf"git\+{re.escape(ADDRESS)}[\s\"\\]", text), page.name


# The package


def test_example_of_the_readme_prints_what_it_says(capsys):
    (code,) = re.findall(
        r"^```python\n(.*?)^```", read("README.md"), flags=re.DOTALL | re.MULTILINE
    )
    exec(code)
    promised = [float(number) for number in re.findall(r"\d+\.\d(?= and| dB)", code)]
    printed = [float(number) for number in capsys.readouterr().out.split()]
    assert printed == pytest.approx(promised, abs=0.1)


def drawn_tree() -> dict[str, set[str]]:
    """The tree in CONTRIBUTING: what each folder of the package holds; "" is the package."""
    (tree,) = re.findall(r"^mvacourse/\n(.*?)\ndata/", read("CONTRIBUTING.md"), re.DOTALL | re.M)
    held: dict[str, set[str]] = {"": set()}
    room = ""
    for line in tree.splitlines():
        if match := re.match(r"    (\w+)(\.py|/)  ", line):
            held[""].add(match[1])
            room = match[1]
            if match[2] == "/":
                held[room] = set()
        elif match := re.match(r"        (\w+)/", line):  # a folder in the room, with what it holds
            held[room].add(match[1])
        elif re.match(r"        \w", line):
            held[room] |= set(line.split())
    return held


def files_and_folders(folder: Path) -> set[str]:
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_tree_in_contributing_is_the_tree():
    drawn = drawn_tree()
    for room, names in drawn.items():
        assert names == files_and_folders(ROOT / "mvacourse" / room), room or "mvacourse"
    assert {path.parent.name for path in (ROOT / "mvacourse").glob("*/__init__.py")} < set(drawn)


def test_the_notebooks_in_the_tree_are_those_in_the_folder():
    listed = re.findall(r"\b\d\d_\w+", read("CONTRIBUTING.md").split("\nmvacourse/\n")[0])
    assert listed == [path.stem for path in NOTEBOOKS]


def test_the_table_of_layers_is_the_contract():
    contract = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    bottom_up = [set(re.findall(r"\w+", row)) for row in reversed(contract["layers"])]
    table = re.findall(r"^\| \d \| (.*) \|$", read("CONTRIBUTING.md"), flags=re.MULTILINE)
    told = [set(re.findall(r"\w+", part)) for row in table for part in row.split("·")]
    assert told == [row for row in bottom_up if row != {"__main__"}]


@pytest.mark.parametrize("module", MODULES, ids=names(MODULES))
def test_a_module_has_at_most_300_lines(module):
    n_lines = len(module.read_text(encoding="utf-8").splitlines())
    assert n_lines <= 300


def lines_of_code(function: ast.FunctionDef, source: list[str]) -> int:
    """Lines of a function's body, without its docstring, comments and blank lines."""
    body = function.body[ast.get_docstring(function) is not None :]
    if not body:
        return 0
    lines = source[body[0].lineno - 1 : function.end_lineno]
    return sum(1 for line in lines if line.strip() and not line.lstrip().startswith("#"))


@pytest.mark.parametrize("module", MODULES, ids=names(MODULES))
def test_a_function_has_at_most_40_lines_of_code(module):
    text = module.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    too_long = [f.name for f in functions if lines_of_code(f, text.splitlines()) > 40]
    assert too_long == []


def test_every_module_is_announced():
    assert files_and_folders(ROOT / "mvacourse") == set(mvacourse._SUBMODULES)
    assert set(mvacourse.__all__) <= set(dir(mvacourse))


@pytest.mark.parametrize(("given", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_the_commands_let_idle_threads_sleep_unless_told_otherwise(given, expected):
    environment = {key: v for key, v in os.environ.items() if key != "OMP_WAIT_POLICY"}
    if given:
        environment["OMP_WAIT_POLICY"] = given
    code = (
        "import os; from mvacourse import cli; cli.app(['run', '--help'], standalone_mode=False); "
        "print(os.environ['OMP_WAIT_POLICY'])"
    )
    run = python(code, cwd=ROOT, env=environment)
    assert run.stdout.split()[-1] == expected, run.stderr


def test_import_loads_nothing_heavy():
    result = python("import mvacourse, sys; print(*sys.modules)")
    assert result.returncode == 0, result.stderr
    heavy = {"torch", "numpy", "scipy", "matplotlib", "skimage", "ipywidgets", "typer"}
    assert heavy.isdisjoint(result.stdout.split())


def test_a_lower_layer_loads_nothing_that_draws_and_leaves_the_environment_alone():
    result = python(
        "import os, sys; before = dict(os.environ); "
        "from mvacourse import start, variational, metrics; "
        "print(before == dict(os.environ), *sys.modules)"
    )
    assert result.returncode == 0, result.stderr
    alone, *modules = result.stdout.split()
    assert {"matplotlib", "skimage", "ipywidgets"}.isdisjoint(modules)
    assert alone == "True"


def test_lazy_names():
    from mvacourse import claim, start

    assert (claim.__module__, start.__module__) == (
        "mvacourse.classroom.claim",
        "mvacourse.classroom.course",
    )
    with pytest.raises(AttributeError, match="no attribute 'clain'"):
        _ = mvacourse.clain


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    result = python(code, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_package_and_the_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    data = {f"mvacourse/_data/{name}" for name in ("registry.json", "fonts/LICENCE.txt")}
    assert data | {"mvacourse/py.typed"} <= packed
    assert {path for path in names(MODULES) if path not in packed} == set()
    assert {path.split("/")[0] for path in packed} == {
        "mvacourse",
        f"mvacourse-{mvacourse.__version__}.dist-info",
    }


def test_data_is_found_in_an_installed_wheel(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "from mvacourse.storage import data_dir, registry; registry(); print(data_dir())"
    result = python(code, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert result.returncode == 0, result.stderr
    assert Path(result.stdout.strip()).samefile(tmp_path / "mvacourse" / "_data")


# The map of the lecture


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Rows of the tables of docs/map.md, by lecture id: formula, function, test, notebook."""
    lines = re.findall(r"^\| *([A-G]\d+) *\|(.*)\|\s*$", read("docs/map.md"), flags=re.MULTILINE)
    return {key: [cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for key, row in lines}


def test_every_item_is_on_the_map(rows):
    assert [item for item in LECTURE if item not in rows] == []
    incomplete = [item for item, cells in rows.items() if len(cells) != 4 or not all(cells)]
    assert incomplete == [], "a row names formula, function, test and notebook"


def test_files_and_tests_on_the_map_exist():
    for path, test in re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", read("docs/map.md")):
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in read(path), f"{path} has no {test}"


def test_functions_on_the_map_exist(rows):
    for item, (_, function, *_) in rows.items():
        for name in re.findall(r"`([\w.]+)`", function):
            found: object = mvacourse
            for part in name.split("."):
                found = getattr(found, part, None)
            assert found is not None, f"{item}: there is no {name}"
