"""The tool that runs the course on several sets of versions: what it reads, keeps and prints."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from matrix import __main__ as tool
from matrix import environments, runs, table
from matrix.environments import Environment
from matrix.runs import Counts, Run

ROOT = Path(__file__).parent.parent
SETS = environments.read(ROOT)
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def test_the_sets_begin_at_the_lowest_bounds_on_the_oldest_python():
    lowest = SETS["lowest"]
    assert lowest.resolution == "lowest-direct" and not lowest.constraints
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={lowest.python}"' in project
    assert (ROOT / SETS["colab"].constraints).is_file()
    assert SETS["newest"].resolution == "highest"


def test_a_package_is_left_out_only_while_the_constraints_forbid_it():
    colab = (ROOT / SETS["colab"].constraints).read_text(encoding="utf-8")
    ipython = re.search(r"^ipython==(\d+)\.(\d+)", colab, flags=re.MULTILINE)
    is_old = tuple(map(int, ipython.groups())) < (8, 10)  # what nbgrader asks for
    assert SETS["colab"].without == (("nbgrader",) if is_old else ())
    assert not any(e.without for name, e in SETS.items() if name != "colab")


def test_the_workflow_runs_every_set_and_every_system():
    jobs = WORKFLOW["jobs"]
    assert jobs["matrix"]["strategy"]["matrix"]["set"] == list(SETS)
    assert jobs["cpu"]["strategy"]["matrix"]["os"] == [
        f"{system}-latest" for system in ("ubuntu", "macos", "windows")
    ]
    pythons = jobs["cpu"]["strategy"]["matrix"]["python"]
    assert {e.python for e in SETS.values()} <= set(pythons)
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert {"make claims", "make mutants", "make handouts"} <= set(commands)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[a]\nabout = "x"\npython = "3.10"', r"\[a\] has no resolution; the keys are about"),
        (
            '[a]\nabout = "x"\npython = "3.10"\nresolution = "highest"\nos = "x"',
            r"\[a\] has os; the keys are about, python",
        ),
        (
            '[a]\nabout = "x"\npython = "3.10"\nresolution = "low"',
            r"\[a\] resolution must be highest or lowest-direct",
        ),
    ],
)
def test_a_set_with_a_mistake_is_explained(text, message):
    with pytest.raises(SystemExit, match=message):
        environments.parse(text)


def test_elsewhere_it_says_where_to_start_it(tmp_path):
    with pytest.raises(SystemExit, match="run this from the root"):
        environments.read(tmp_path)


def test_requirements_change_with_the_bounds_and_the_constraints(tmp_path):
    e = Environment("a", "x", "3.10", "highest", "c.txt")
    found = set()
    for bounds, constraints in (("a>=1", "b"), ("a>=1", "c"), ("a>=2", "c")):
        text = f'[project]\ndependencies = ["{bounds}"]\noptional-dependencies = {{ test = [] }}\n'
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        (tmp_path / "c.txt").write_text(constraints, encoding="utf-8")
        found.add(environments.requirements(e, tmp_path))
        found.add(environments.requirements(e._replace(resolution="lowest-direct"), tmp_path))
        (tmp_path / "pyproject.toml").write_text(f"{text}[tool]\n", encoding="utf-8")
        found.add(environments.requirements(e, tmp_path))
    assert len(found) == 6


def test_an_interpreter_is_found_by_its_version():
    running = "{}.{}".format(*sys.version_info)
    assert environments.find_python(running) == sys.executable
    assert environments.find_python("3.999") == "3.999"  # left to uv


def test_a_command_that_fails_ends_it_with_the_error():
    with pytest.raises(SystemExit, match="no such option"):
        environments.run([sys.executable, "-c", "raise SystemExit('no such option')"], ROOT)


@pytest.fixture
def course(tmp_path) -> Path:
    """A course of one module, one test and one notebook."""
    for path, text in (
        ("mvacourse/a.py", "A = 1"),
        ("tests/test_a.py", "def test(): pass"),
        ("tests/notebooks/test_handouts.py", ""),
        ("data/registry.json", "{}"),
        ("notebooks/00_a.ipynb", "{}"),
        ("pyproject.toml", ""),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def finish(run: Run, *numbers: int) -> None:
    """Leave the report of a run that has ended."""
    run.report.parent.mkdir(parents=True, exist_ok=True)
    run.report.write_text(REPORT.format(*numbers), encoding="utf-8")
    run.stamp.write_text(run.sources(), encoding="utf-8")


@pytest.mark.parametrize(
    ("item", "changed", "kept"),
    [
        ("unit", "mvacourse/a.py", False),
        ("unit", "tests/test_a.py", False),
        ("unit", "notebooks/00_a.ipynb", False),
        ("unit", "pyproject.toml", False),
        ("handouts", "mvacourse/a.py", False),
        ("handouts", "notebooks/00_a.ipynb", False),
        ("handouts", "tests/notebooks/test_handouts.py", False),
        ("handouts", "tests/test_a.py", True),
        ("00_a", "mvacourse/a.py", False),
        ("00_a", "data/registry.json", False),
        ("00_a", "notebooks/00_a.ipynb", False),
        ("00_a", "tests/test_a.py", True),
    ],
)
def test_a_result_is_kept_until_a_file_that_it_depends_on_changes(course, item, changed, kept):
    run = Run(SETS["lowest"], item, course)
    assert run.counts() is None
    finish(run, 5, 1, 1, 1)
    assert run.counts() == Counts(2, 2, 1)
    (course / changed).write_text("changed", encoding="utf-8")
    assert (run.counts() is not None) == kept


def test_other_versions_need_another_run(course):
    run = Run(SETS["lowest"], "unit", course)
    finish(run, 5, 0, 0, 0)
    versions = SETS["lowest"].folder(course) / "versions.txt"
    versions.write_text("torch==2.6.0\n", encoding="utf-8")
    assert run.counts() is None


def test_a_run_that_collects_nothing_has_failed(course):
    run = Run(SETS["lowest"], "unit", course)
    finish(run, 0, 0, 0, 0)
    assert run.counts() == Counts(0, 1)


@pytest.fixture
def real(course, monkeypatch) -> Run:
    """A run of the course's tests with the interpreter of these tests, in one process."""
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")  # these tests may be run by several processes
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(Environment, "interpreter", lambda self, root: Path(sys.executable))
    run = Run(SETS["lowest"], "unit", course)
    usual = Run.command

    def command(self: Run, jobs: int) -> list[str]:
        found = usual(self, jobs)
        begin = found.index("-n")
        return [*found[:begin], "-c", os.devnull, "--rootdir", str(course), *found[begin + 2 :]]

    monkeypatch.setattr(Run, "command", command)
    shutil.copytree(ROOT / "tests" / "matrix", course / "tests" / "matrix")
    run.report.parent.mkdir(parents=True)
    return run


def test_a_run_continues_after_the_tests_that_have_passed(real, course):
    tests = course / "tests" / "test_a.py"
    flag = course / "flag"
    source = "from pathlib import Path\n\ndef test_one(): pass\n\n"
    source += f"def test_two(): assert Path({str(flag)!r}).exists()\n"
    tests.write_text(source, encoding="utf-8")
    assert real.start(1) == real.counts() == Counts(1, 1)
    flag.touch()
    assert real.start(1) == real.counts() == Counts(2, 0)
    assert real.report.read_text(encoding="utf-8").count("<testcase") == 1
    assert real.start(1, again=True) == Counts(2, 0)
    assert real.report.read_text(encoding="utf-8").count("<testcase") == 2
    tests.write_text(source + "\n", encoding="utf-8")
    assert real.counts() is None


def test_a_run_that_pytest_does_not_finish_has_failed(real, course):
    (course / "tests" / "test_a.py").write_text("import os\nos._exit(3)", encoding="utf-8")
    assert real.start(1) == Counts(0, 1) and real.counts() is None


def test_the_table_counts_tests_handouts_and_notebooks(course):
    lowest, colab = SETS["lowest"], SETS["colab"]
    folder = lowest.folder(course)
    folder.mkdir(parents=True)
    text = "python==3.10.1\nnumpy==1.26.0\nzipp==1\n"
    (folder / "versions.txt").write_text(text, encoding="utf-8")
    results = {
        Run(lowest, "unit", course): Counts(10, 2),
        Run(lowest, "00_a", course): Counts(3, 0),
        Run(lowest, "01_b", course): Counts(3, 1),
        Run(lowest, "handouts", course): Counts(1, 1),
        Run(colab, "unit", course): Counts(12, 0),
    }
    lines = table.page([lowest, colab], results, course).splitlines()
    first = "| lowest | python 3.10.1, numpy 1.26.0 | 10 passed, 2 failed | 1 passed, 1 failed | "
    assert lines[2:4] == [
        first + "1 of 2 |",
        "| colab |  | 12 passed, 0 failed | not run | not run |",
    ]
    assert lines[-1] == "Failed: lowest: unit; lowest: 01_b; lowest: handouts"


def test_each_item_has_its_own_command(course):
    unit, notebook = (Run(SETS["newest"], item, course).command(3) for item in ("unit", "00_a"))
    assert unit[-3:] == ["-n", "3", "tests"] and notebook[-1] == "notebooks/00_a.ipynb"
    assert set(runs.NBVAL) <= set(notebook) and "--nbval-lax" not in unit
    handouts = Run(SETS["colab"], "handouts", course).command(3)
    assert handouts[-3:] == ["-m", "slow", "tests/notebooks/test_handouts.py"]
    assert (ROOT / handouts[-1]).is_file() and "-n" in handouts


@pytest.mark.parametrize(
    ("only", "items"),
    [
        (None, ["unit", "handouts", "00_a"]),
        ("unit", ["unit"]),
        ("handouts", ["handouts"]),
        ("notebooks", ["00_a"]),
    ],
)
def test_a_part_can_be_chosen(course, only, items):
    assert tool.chosen_items(only, course) == items


def test_the_tests_run_before_the_notebooks(course, monkeypatch):
    begun = []
    monkeypatch.setattr(
        Run, "start", lambda run, jobs, again: begun.append(run.item) or Counts(1, 0)
    )
    wanted = [Run(SETS["colab"], item, course) for item in ("00_a", "handouts", "unit")]
    assert set(tool._run(wanted, 1, again=False)) == set(wanted)
    assert begun == ["handouts", "unit", "00_a"]


def test_the_step_of_the_handouts_runs_only_what_is_marked_slow(real, course):
    text = "import pytest\n\n@pytest.mark.slow\ndef test(): pass\n\ndef test_quick(): assert 0\n"
    (course / runs.HANDOUTS_TEST).write_text(text, encoding="utf-8")
    handouts = real._replace(item="handouts")
    assert handouts.start(1) == handouts.counts() == Counts(1, 0)
    assert handouts.report.name == "handouts.xml" and real.counts() is None
