"""The tool that spoils the package: its edits, and what it says of a package of three functions."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mutation import settings
from mutation.mutants import mutants

ROOT = Path(__file__).parent.parent

CALC = '''\
"""Three functions."""

def double(x):
    return x * 2

def wait(n):
    while n:
        n //= 2

def unused(x):
    return -x
'''
# Pytest takes the module for a file of tests, and must not load it in a way of its own.
TESTS = """\
from toy.calc_test import double, wait

def test_double():
    assert double(0) == 0

def test_wait():
    wait(5)

def test_fails_anyway():
    assert double(1) == 3
"""
TOML = """\
core = ["toy"]
tests = ["tests"]

[[equivalent]]
module = "toy/calc_test.py"
function = "double"
line = "return x * 2"
becomes = "return x * 3"
why = "zero is three times zero"

[[equivalent]]
module = "toy/calc_test.py"
function = "double"
line = "return 2 * x"
becomes = "return 3 * x"
why = "it was written so once"
"""


def changes(folder: Path, text: str) -> dict[str, list[str]]:
    """What lines become."""
    (folder / "a.py").write_text(text, encoding="utf-8")
    found: dict[str, list[str]] = {}
    for m in mutants(folder, "a.py"):
        if m.differs(folder):
            found.setdefault(m.before, []).append(m.after)
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = a + b", {"y = a - b", "y = a", "y = b"}),
        ("y = (a + b) * c", {"y = (a + b) / c", "y = (a + b)", "y = c"} | {"y = (a - b) * c"}),
        ("y = A @ B", {"y = B @ A", "y = A"}),
        ("y = a < b", {"y = a <= b", "y = a >= b"}),
        ("y = a is not b", {"y = a is b"}),
        ("y = a and not b", {"y = a or not b", "y = a and b"}),
        ("y = -3.0", {"y = 3.0", "y = -6.0", "y = -0.0"}),
        ("y = True", {"y = False"}),
        ("y = u.conj()", {"y = u"}),
        ("y = A.T(v)", {"y = A(v)"}),
        ("y = torch.abs(a)", {"y = a"}),
        ("x = project(x0)", {"x = x0"}),
        ("y = f(a, b)", {"y = f(b, a)"}),
        ("y = f(a, dim=b)", {"y = f(a)"}),
        ("y = u[:n]", {"y = u[:n + 1]"}),
        ("y = u.amin()", {"y = u.amax()"}),
        ("y = a if c else b", {"y = a if not (c) else b"}),
        ("x.grad = g", {"pass"}),
        ("check(a, 'a')", {"pass"}),
    ],
)
def test_a_line_becomes(tmp_path, line, expected):
    after = changes(tmp_path, f"def f():\n    û = 'û'; {line}\n").popitem()[1]
    assert {text.removeprefix("û = 'û'; ") for text in after} >= expected
    assert len(after) == len(set(after))


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring, 2 lines."""',
        "import torch",
        "__all__ = ['a', *b[1:]]",
        "raise ValueError(f'{a + 1}', 2)",
        "if TYPE_CHECKING:\n    x = 1",
        "x: Literal[1] | None = y",
        "def f(x: Literal[1]) -> Literal[2]: ...",
        "T = TypeVar('T', bound=A)",
    ],
)
def test_what_nobody_runs_is_left(tmp_path, text):
    assert changes(tmp_path, text) == {}


def test_a_constant_shows_where_functions_run_and_a_default_in_its_own(tmp_path):
    (tmp_path / "a.py").write_text(
        "A = 1\ndef f(x=2):\n    return x\ndef g():\n    return A\n", encoding="utf-8"
    )
    lines = {(m.function, m.before): set(m.lines) for m in mutants(tmp_path, "a.py")}
    assert lines == {("", "A = 1"): {3, 5}, ("f", "def f(x=2):"): {3}}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    root = tmp_path_factory.mktemp("project")
    files = {"toy/calc_test.py": CALC, "tests/test_calc.py": TESTS, settings.FILE: TOML}
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests"), "MUTANTS_PATIENCE": "1.5"}
    done = subprocess.run(
        [sys.executable, "-m", "mutation", "--all"],
        cwd=root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    page = (root / "build/mutants/report.md").read_text(encoding="utf-8")
    return done, page


def fates(output: str) -> dict[str, str]:
    """The fate of each mutant, by what its line becomes."""
    row = re.compile(r"^ *\d+/\d+ (\w+(?: out)?) +[\d.]+ s  \S+ \w+: (.*)$", flags=re.MULTILINE)
    return {after: fate for fate, after in row.findall(output)}


def test_a_mutant_is_killed_survives_is_explained_or_times_out(run):
    done, _ = run
    fate = fates(done.stdout)
    assert fate["return 2"] == "killed"
    assert fate["n //= 0"] == "killed"
    assert fate["return x / 2"] == fate["n //= 3"] == fate["return x"] == "survived"
    assert fate["return x * 3"] == "explained"
    assert fate["pass"] == "timed out"


def test_the_page_shows_survivors_and_the_tests_they_met(run):
    done, page = run
    assert "-    return x * 2\n+    return x / 2\n" in page
    assert "1 of 1 tests that run this line were tried" in page
    assert "no test runs this line" in page.split("unused")[1]
    assert done.stdout.splitlines()[-1].endswith("see build/mutants/report.md")


def test_a_stale_entry_and_a_test_that_fails_anyway_are_told(run):
    done, page = run
    assert done.returncode == 1
    assert "no such mutant any more" in done.stdout and "return 3 * x" in page
    assert "left out: tests/test_calc.py::test_fails_anyway" in done.stdout


def test_the_table_names_files_that_exist_and_mutants_that_exist():
    chosen = settings.read(ROOT)
    assert chosen.core and chosen.tests
    modules = {key[0] for key in chosen.equivalent}
    known = {m.key for module in modules & set(chosen.core) for m in mutants(ROOT, module)}
    assert set(chosen.equivalent) <= known
