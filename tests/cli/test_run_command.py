"""The command `run`: damaged notebooks, folders that cannot be written, signals, kernels."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from mvacourse import cli
from mvacourse.classroom import kernel, notebooks

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and permissions")


def invoke(*arguments: object):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments])


def write(path: Path, *sources: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(s) for s in sources]), path)
    return path


# --- damaged notebooks ------------------------------------------------------------------------

CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "1"}
NB = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [CELL]}


BAD = str(Path("notebooks/00_bad.ipynb"))


def without(key: str) -> dict:
    return {**NB, "cells": [{k: v for k, v in CELL.items() if k != key}]}


DAMAGED = {
    "empty": b"",
    "binary": bytes(range(256)),
    "utf-16": json.dumps(NB).encode("utf-16"),
    "not JSON": b"{",
    "deep": b"[" * 100_000,
    "a number": b"3",
    "a list": b"[]",
    "a text": b'"notebook"',
    "null": b"null",
    "no notebook": b"{}",
    "format 5": json.dumps({**NB, "nbformat": 5}).encode(),
    "format 2": json.dumps({"nbformat": 2, "nbformat_minor": 0, "metadata": {}}).encode(),
    "format x": json.dumps({**NB, "nbformat": "x"}).encode(),
    "format 3, damaged": json.dumps({"nbformat": 3, "worksheets": 3}).encode(),
    "no cells": json.dumps({k: v for k, v in NB.items() if k != "cells"}).encode(),
    "cells are text": json.dumps({**NB, "cells": "1"}).encode(),
    "a cell is a number": json.dumps({**NB, "cells": [1]}).encode(),
    "a cell without source": json.dumps(without("source")).encode(),
    "a cell without type": json.dumps(without("cell_type")).encode(),
    "a cell without outputs": json.dumps(without("outputs")).encode(),
    "a cell without metadata": json.dumps(without("metadata")).encode(),
    "an output of no type": json.dumps({**NB, "cells": [{**CELL, "outputs": [{}]}]}).encode(),
    "metadata is text": json.dumps({**NB, "metadata": "x"}).encode(),
    "tags are a number": json.dumps({**NB, "cells": [{**CELL, "metadata": {"tags": 3}}]}).encode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_notebook_is_named_in_one_line_and_the_others_run(here, executed, content):
    write(here / "notebooks/01_good.ipynb", "1")
    (here / "notebooks/00_bad.ipynb").write_bytes(content)
    result = invoke("run", "notebooks/00_bad.ipynb", "01")
    assert result.exit_code == 1
    assert executed == ["01_good.ipynb"]
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"mvacourse: {BAD} is not a notebook: ") and len(line) < 300
    assert "failed  00_bad.ipynb\nok      01_good.ipynb" in result.stdout
    assert not (here / "build/00_bad.html").exists()
    result = invoke("student", "course")
    assert result.exit_code == 1 and not (here / "course").exists()
    (line,) = result.stderr.splitlines()
    assert line.startswith("mvacourse: ") and f"{BAD} is not a notebook: " in line


def test_a_folder_and_an_unreadable_file_are_named_too(here, executed, monkeypatch):
    (here / "00_folder.ipynb").mkdir()
    write(here / "01_secret.ipynb", "1")
    write(here / "02_good.ipynb", "1")
    read = Path.read_text

    def forbidden(path, *args, **options):
        if path.name == "01_secret.ipynb":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **options)

    monkeypatch.setattr(Path, "read_text", forbidden)
    result = invoke("run", "00_folder.ipynb", "01_secret.ipynb", "02_good.ipynb")
    assert result.exit_code == 1 and executed == ["02_good.ipynb"]
    lines = result.stderr.splitlines()
    assert len(lines) == 2 and "Traceback" not in result.output
    assert lines[0].startswith("mvacourse: 00_folder.ipynb cannot be read: ")
    assert lines[1] == "mvacourse: 01_secret.ipynb cannot be read: Permission denied"


def test_an_older_format_and_cells_without_ids_are_read(here):
    cell = {"cell_type": "code", "language": "python", "input": "1", "outputs": [], "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    (here / "a.ipynb").write_text(json.dumps(old), encoding="utf-8")
    (here / "b.ipynb").write_text(json.dumps({**NB, "nbformat_minor": 5}), encoding="utf-8")
    for name in "ab":
        assert notebooks.read(here / f"{name}.ipynb").cells[0].source == "1"


def test_a_page_that_nbconvert_cannot_make_is_one_failure(here, monkeypatch):
    from nbconvert import HTMLExporter

    monkeypatch.setattr(kernel, "execute", lambda nb, path, timeout: None)

    def broken(*args, **options):
        raise TypeError("a bug")

    monkeypatch.setattr(HTMLExporter, "from_notebook_node", broken)
    write(here / "00_a.ipynb", "1")
    result = invoke("run")
    assert (
        result.exit_code == 1 and "mvacourse: 00_a does not become a page: a bug" in result.stderr
    )


# --- before the work --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocked", "options"), [("build", []), ("pages", ["--out", "pages"]), ("x", ["--out", "x/y"])]
)
def test_a_folder_that_cannot_be_written_is_told_before_the_work(here, executed, blocked, options):
    write(here / "00_a.ipynb", "1")
    (here / blocked).write_text("a file", encoding="utf-8")
    result = invoke("run", *options)
    assert result.exit_code == 1 and executed == []
    assert "cannot be written: " in result.stderr and "--out DIR" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_notebook_that_cannot_be_stored_is_told_before_the_work(here, executed, monkeypatch):
    write(here / "00_a.ipynb", "1")
    access = os.access
    monkeypatch.setattr(os, "access", lambda p, how: "00_a" not in str(p) and access(p, how))
    result = invoke("run", "--inplace")
    assert result.exit_code == 1 and executed == [] and "write-protected" in result.stderr
    assert invoke("run").exit_code == 0 and executed == ["00_a.ipynb"]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_clone_is_told_before_the_work(here, executed):
    write(here / "00_a.ipynb", "1")
    here.chmod(0o555)
    try:
        result = invoke("run")
    finally:
        here.chmod(0o755)
    assert result.exit_code == 1 and executed == [] and "Permission denied" in result.stderr


def test_two_notebooks_that_share_a_page_are_refused(here, executed):
    for folder in "ab":
        write(here / folder / "00_x.ipynb", "1")
    result = invoke("run", "a/00_x.ipynb", "b/00_x.ipynb")
    assert result.exit_code == 2 and executed == [] and "one at a time" in result.stderr
    assert invoke("run", "a/00_x.ipynb", "a/00_x.ipynb").exit_code == 0
    assert executed == ["00_x.ipynb"]


# --- signals ----------------------------------------------------------------------------------

SLEEPS = """
import os, pathlib, time
pathlib.Path("pid.txt.part").write_text(str(os.getpid()))
os.replace("pid.txt.part", "pid.txt")
time.sleep(100)
"""


def started(folder: Path) -> tuple[subprocess.Popen, int]:
    """Start `run` in a folder, and wait until its kernel runs; return both."""
    write(folder / "00_a.ipynb", SLEEPS)
    command = [sys.executable, "-m", "mvacourse", "run", "--inplace"]
    process = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    return process, folder / "pid.txt"


def lives(pid: int) -> bool:
    """Check that a process runs: one that has ended, but that nobody waited for, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state != "Z"
    except FileNotFoundError:
        return False
    except OSError:
        os.kill(pid, 0)
        return True


def wait_for(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    "names",
    [("SIGINT",), pytest.param(("SIGTERM", "SIGHUP", "SIGKILL"), marks=pytest.mark.slow)],
)
def test_a_signal_ends_the_run_and_its_kernel_in_one_line(here, names):
    runs = {name: started(here / name) for name in names}
    before = {name: (here / name / "00_a.ipynb").read_bytes() for name in names}
    try:
        for name, (process, file) in runs.items():
            wait_for(file.exists)
            process.send_signal(getattr(signal, name))
        for name, (process, file) in runs.items():
            told = process.communicate(timeout=60)[1]
            number = getattr(signal, name)
            wait_for(lambda file=file: not lives(int(file.read_text(encoding="utf-8"))), 20)
            assert (here / name / "00_a.ipynb").read_bytes() == before[name]
            assert sorted(os.listdir(here / name)) == ["00_a.ipynb", "pid.txt"]
            if name == "SIGKILL":
                assert process.returncode == -number
                continue
            assert process.returncode == 128 + number, told
            lines = [line for line in told.splitlines() if line and "cell/s" not in line]
            assert lines == [f"mvacourse: stopped by {name}"], "beside the bar"
    finally:
        for process, _ in runs.values():
            process.kill()
            process.communicate()


# --- kernels ----------------------------------------------------------------------------------


@pytest.fixture
def foreign_kernel(here, monkeypatch):
    """A user's `python3` kernel that is another program."""
    folder = here / "jupyter/kernels/python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/bin/false"], "display_name": "other", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    (here / "jupyter/kernels/other").mkdir()
    (here / "jupyter/kernels/other/kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(here / "jupyter"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(here / "jupyter"))


def test_run_uses_this_interpreter_whatever_python3_is(here, foreign_kernel):
    nb = write(here / "00_a.ipynb", "import sys\nprint(sys.executable)")
    content = nbformat.read(nb, 4)
    content.metadata["kernelspec"] = {"name": "other", "display_name": "other"}
    nbformat.write(content, nb)
    result = invoke("run", "--inplace")
    assert result.exit_code == 0, result.output
    assert nbformat.read(nb, 4).cells[0].outputs[0].text.strip() == sys.executable


def test_the_lab_offers_this_interpreter_as_python3(foreign_kernel):
    from jupyter_client.kernelspec import KernelSpecManager

    assert KernelSpecManager().get_kernel_spec("python3").argv == ["/bin/false"]
    specs = kernel.ThisPython()
    assert specs.get_kernel_spec("python3").argv[0] == sys.executable
    every = specs.get_all_specs()
    assert every["python3"]["spec"]["argv"][0] == sys.executable
    assert every["other"]["spec"]["argv"] == ["/bin/false"], "other kernels stay"


def test_the_tests_of_the_notebooks_use_this_interpreter():
    """nbval takes `python3` of the user unless it is told otherwise."""
    root = Path(__file__).parents[2]
    for name in ("Makefile", ".github/workflows/ci.yml"):
        calls = (root / name).read_text("utf-8").split("--nbval-lax")[1:]
        assert calls and all(call.startswith(" --nbval-current-env") for call in calls)


def test_a_kernel_that_does_not_start_is_one_failure(here, monkeypatch):
    async def broken(self, **options):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(kernel.AsyncKernelManager, "start_kernel", broken)
    write(here / "00_a.ipynb", "1")
    result = invoke("run")
    assert result.exit_code == 1
    assert "00_a.ipynb: the kernel does not work: Kernel died before" in result.stderr
