"""The command line: its actions, its output, its exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from typer.testing import CliRunner

import mvacourse
from mvacourse import cli, storage
from mvacourse.classroom import notebooks, student_edition
from mvacourse.storage import cache

CONTENT = b"a file of tier 2"


def invoke(*arguments: object):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments])


def write(path, *sources: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(s) for s in sources]), path)
    return path


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tier2(tmp_path, monkeypatch):
    """Two files in one set; nothing is listening at their address."""
    pinned = hashlib.sha256(CONTENT).hexdigest()
    entry = {
        "description": "a toy set",
        "licence": "none",
        "citation": "none",
        "folder": "toy",
        "sources": ["http://127.0.0.1:9/{remote}"],
        "files": {name: {"sha256": pinned, "bytes": len(CONTENT)} for name in ("a.bin", "b.bin")},
    }
    (tmp_path / "registry.json").write_text(json.dumps({"toy": entry}), encoding="utf-8")
    monkeypatch.setattr(cache, "data_dir", lambda: tmp_path)
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    cache._read_registry.cache_clear()
    (tmp_path / "cache/toy").mkdir(parents=True)
    yield tmp_path / "cache/toy"
    cache._read_registry.cache_clear()


# --- help -------------------------------------------------------------------------------------

COMMANDS = [
    *("lab", "run", "train", "student"),
    *("data list", "data fetch", "data verify", "weights list", "weights verify"),
]


@pytest.mark.parametrize("command", ["", "data", "weights", *COMMANDS])
def test_every_help_has_an_example(command):
    result = invoke(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Example: mvacourse {command}".rstrip() in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_first_sentence_fits_a_list_of_commands(command):
    group, _, name = command.rpartition(" ")
    listed = next(
        line.split(maxsplit=1)
        for line in invoke(*group.split(), "--help").output.splitlines()
        if line.split(maxsplit=1)[:1] == [name]
    )
    assert listed[1].endswith(".") and not listed[1].endswith("...") and len(listed[1]) <= 55


def test_arguments_are_called_the_same_everywhere():
    usage = {c: invoke(*c.split(), "--help").output.split("\n")[0].split()[-1] for c in COMMANDS}
    wanted = dict.fromkeys(("lab", "run"), "NOTEBOOK")
    wanted |= dict.fromkeys(("train", "data fetch", "data verify", "weights verify"), "NAME")
    assert {c: usage[c].strip("[]{}.") for c in wanted} == wanted
    for command in ("run", "train"):
        assert "MVACOURSE_BUDGET" in invoke(command, "--help").output


def test_version():
    result = invoke("--version")
    assert (result.exit_code, result.output) == (0, f"mvacourse {mvacourse.__version__}\n")


def test_help_is_fast_because_nothing_heavy_is_imported():
    code = (
        "import sys, mvacourse.cli; "
        "print([m for m in ('torch', 'skimage', 'matplotlib', 'nbclient', 'nbformat', 'jupyterlab',"
        "'nbconvert', 'pooch') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [(), ("data",), ("weights",), ("nonsense",), ("student",), ("data", "fetch")],
)
def test_a_wrong_command_line_ends_with_2(arguments):
    assert invoke(*arguments).exit_code == 2


def test_the_package_is_a_command_too():
    run = subprocess.run(
        [sys.executable, "-m", "mvacourse", "nonsense"], capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 2 and run.stderr.startswith("Usage: mvacourse ")


# --- find -------------------------------------------------------------------------------------


def test_notebooks_are_found_by_number_name_and_path(here):
    for name in ("00_start_here", "03_tychonov", "10_unet"):
        write(here / "notebooks" / f"{name}.ipynb", "1")
    tychonov = here / "notebooks/03_tychonov.ipynb"
    for name in ("03", "3", "03_tychonov", "03_tychonov.ipynb"):
        assert notebooks.find(name) == tychonov
    other = write(here / "mine.ipynb", "1")
    assert notebooks.find("mine.ipynb").resolve() == other
    with pytest.raises(FileNotFoundError, match=r"'07'.*00_start_here, 03_tychonov, 10_unet"):
        notebooks.find("07")
    write(here / "notebooks/03_other.ipynb", "1")
    with pytest.raises(FileNotFoundError, match=r"several.*'03'.*03_other, 03_tychonov"):
        notebooks.find("03")


def test_the_folder_one_stands_in_comes_first(here):
    write(here / "notebooks/00_start_here.ipynb", "1")
    assert notebooks.folder() == here / "notebooks"
    write(here / "00_start_here.ipynb", "1")  # a student edition
    assert notebooks.folder() == here


def test_solutions_are_looked_for_in_a_clone_before_loose_notebooks(here, monkeypatch):
    monkeypatch.setattr(notebooks, "_CLONE", here / "clone")
    with pytest.raises(FileNotFoundError, match="no notebooks in"):
        notebooks.originals()
    write(here / "00_stray.ipynb", "1")
    assert notebooks.originals() == here
    write(here / "clone/notebooks/00_a.ipynb", "1")
    assert notebooks.originals() == here / "clone/notebooks"
    assert notebooks.folder() == here
    write(here / "notebooks/00_a.ipynb", "1")
    assert notebooks.originals() == here / "notebooks"
    monkeypatch.chdir(here / "notebooks")
    assert notebooks.originals() == here / "notebooks"


def test_only_numbered_notebooks_are_the_courses(here):
    for name in ("02_b", "00_a", "00_a.failed", "mine", "1_x"):
        write(here / f"{name}.ipynb", "1")
    assert [path.name for path in notebooks.numbered(here)] == ["00_a.ipynb", "02_b.ipynb"]
    assert notebooks.find("00").name == "00_a.ipynb"


# --- run --------------------------------------------------------------------------------------


def test_run_writes_a_page_and_leaves_the_notebook(here):
    path = write(
        here / "notebooks/00_a.ipynb", "import os\nprint('in', os.path.basename(os.getcwd()))"
    )
    before = path.read_bytes()
    result = invoke("run")
    assert result.exit_code == 0, result.output
    assert "ok      00_a.ipynb" in result.output
    page = (here / "build/00_a.html").read_text(encoding="utf-8")
    assert "in notebooks" in page and "<title>00_a</title>" in page
    assert path.read_bytes() == before


def test_run_inplace_is_tidy_and_repeatable(here):
    path = write(
        here / "00_a.ipynb",
        "import sys\nprint('out')\nprint('noise', file=sys.stderr)\nprint('more')",
        "",
        "import ipywidgets\nipywidgets.IntSlider()",
        "1 + 1",
    )
    ids = [c.id for c in nbformat.read(path, 4).cells]
    assert invoke("run", "00", "--inplace", "--out", here / "pages").exit_code == 0
    first = path.read_bytes()
    nb = nbformat.read(path, 4)
    nbformat.validate(nb)
    assert [c.id for c in nb.cells] == ids
    assert [c.execution_count for c in nb.cells] == [1, None, 2, 3]
    assert [o.text for o in nb.cells[0].outputs] == ["out\nmore\n"]
    assert nb.cells[2].outputs == []  # the slider
    assert nb.cells[3].outputs[0].execution_count == 3
    assert nb.metadata.kernelspec.name == "python3"
    for word in ("widget", "noise", "iopub", "3.1"):
        assert word not in json.dumps(nb.metadata) + json.dumps(
            [c.get("outputs") for c in nb.cells]
        )
    assert first.endswith(b"}\n")
    assert invoke("run", "00", "--inplace", "--out", here / "pages").exit_code == 0
    assert path.read_bytes() == first


def test_a_failing_notebook_is_reported_and_the_others_still_run(here):
    bad = write(here / "00_bad.ipynb", "x = 1", "", "1 / 0", "never = True")
    before = bad.read_bytes()
    (here / "01_broken.ipynb").write_text("{", encoding="utf-8")
    write(here / "02_good.ipynb", "print('fine')")
    result = invoke("run", "--inplace")
    assert result.exit_code == 1
    assert "mvacourse: 00_bad.ipynb, cell [2]: ZeroDivisionError: division by zero" in result.output
    assert "01_broken.ipynb is not a notebook" in result.output
    assert "ok      02_good.ipynb" in result.output and "Traceback" not in result.output
    assert (here / "build/02_good.html").exists()
    assert "ZeroDivisionError" in (here / "build/00_bad.html").read_text(encoding="utf-8")
    assert bad.read_bytes() == before  # a failure is not stored


def test_a_cell_that_takes_too_long_and_a_kernel_that_dies(here):
    write(here / "00_slow.ipynb", "import time\ntime.sleep(60)")
    write(here / "01_dead.ipynb", "x = 1", "import os\nos._exit(1)")
    result = invoke("run", "--timeout", 3)
    assert result.exit_code == 1
    assert "00_slow.ipynb, cell [1]: not done after 3 s" in result.output
    assert "01_dead.ipynb, cell [2]: the kernel died" in result.output


def test_errors_that_a_tag_allows_stop_nothing(here):
    path = write(here / "00_a.ipynb", "1 / 0", "print('after')")
    nb = nbformat.read(path, 4)
    nb.cells[0].metadata["tags"] = ["raises-exception"]
    nbformat.write(nb, path)
    result = invoke("run")
    assert result.exit_code == 0, result.output
    assert "ok      00_a.ipynb" in result.output and "(1 cell raised an error" in result.output
    assert "after" in (here / "build/00_a.html").read_text(encoding="utf-8")


def test_run_of_an_unknown_notebook_ends_with_2_and_lists(here):
    write(here / "00_a.ipynb", "1")
    result = invoke("run", "05")
    assert result.exit_code == 2
    assert "no notebook is called '05': choose one of 00_a" in result.output


def test_normalise_keeps_what_is_not_noise():
    picture = new_output(
        "display_data",
        data={"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>", notebooks._WIDGET: {}},
    )
    cell = new_code_cell(
        "f()",
        execution_count=7,
        outputs=[picture],
        metadata={"tags": ["x"], "execution": {"iopub.status.busy": "now"}},
    )
    nb = new_notebook(cells=[cell], metadata={"widgets": {}, "title": "kept"})
    tidy = notebooks.normalise(nb)
    assert set(tidy.cells[0].outputs[0].data) == {"image/png", "text/plain"}
    assert tidy.cells[0].metadata == {"tags": ["x"]} and tidy.cells[0].execution_count == 1
    assert "widgets" not in tidy.metadata and tidy.metadata.title == "kept"
    assert nb.cells[0].execution_count == 7 and "widgets" in nb.metadata  # a copy


# --- lab --------------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch):
    commands = []
    monkeypatch.setattr(cli.lab, "_serve", lambda command, _: commands.append(command) or 0)
    return commands


def test_lab_opens_the_first_notebook_on_this_machine_only(here, served):
    write(here / "notebooks/00_start_here.ipynb", "1")
    assert invoke("lab").exit_code == 0
    assert "--ip=127.0.0.1" in served[0] and "--port=8888" in served[0]
    assert f"--ServerApp.root_dir={here / 'notebooks'}" in served[0]
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in served[0]
    assert "--no-browser" not in served[0] and not [a for a in served[0] if "token" in a]


def test_lab_shows_the_clone_so_that_links_to_its_pages_open(here, served):
    write(here / "notebooks/00_start_here.ipynb", "1")
    (here / "mvacourse").mkdir()
    (here / "mvacourse/__init__.py").touch()
    assert invoke("lab").exit_code == 0
    assert f"--ServerApp.root_dir={here}" in served[0]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in served[0]


def test_lab_opens_another_notebook_on_another_port(here, served):
    write(here / "03_tychonov.ipynb", "1")
    assert invoke("lab", "03", "--port", 8901, "--no-browser").exit_code == 0
    assert "--port=8901" in served[0] and "--no-browser" in served[0]
    assert "--LabApp.default_url=/lab/tree/03_tychonov.ipynb" in served[0]


@pytest.mark.parametrize("name", ["a #2 50%.ipynb", "été?.ipynb", "x&y=1;.ipynb"])
def test_lab_quotes_the_name_in_the_address(here, served, name):
    write(here / name, "1")
    assert invoke("lab", name).exit_code == 0
    (address,) = [a.partition("=")[2] for a in served[0] if "default_url" in a]
    assert re.fullmatch(r"/lab/tree/[\w.%-]+", address, re.ASCII)
    assert unquote(address) == f"/lab/tree/{name}"


@pytest.mark.parametrize("port", [-1, 65536, 99_999_999, "x"])
def test_lab_refuses_an_impossible_port(here, served, port):
    write(here / "00_start_here.ipynb", "1")
    result = invoke("lab", "--port", port)
    assert result.exit_code == 2 and "--port" in result.output and not served
    assert invoke("lab", "--port", 0).exit_code == 0
    (chosen,) = [int(a.partition("=")[2]) for a in served[0] if a.startswith("--port=")]
    assert 1024 <= chosen <= 65535, "any free one"


def test_lab_never_asks_about_news(here, monkeypatch):
    from jupyterlab_server.config import get_page_config

    given = []
    monkeypatch.setattr(cli.lab, "_serve", lambda command, more: given.append((command, more)) or 0)
    write(here / "00_start_here.ipynb", "1")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(here))
    assert invoke("lab").exit_code == 0
    command, variables = given[0]
    assert variables["JUPYTER_CONFIG_PATH"].endswith(os.pathsep + str(here))
    announcements = "@jupyterlab/apputils-extension:announcements"
    assert announcements not in get_page_config([])["disabledExtensions"]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert announcements in get_page_config([])["disabledExtensions"]
    assert "--LabApp.news_url=None" in command


def test_lab_without_jupyterlab_names_the_extra(here, served, monkeypatch):
    write(here / "00_start_here.ipynb", "1")
    monkeypatch.setattr(cli.messages, "find_spec", lambda name: None)
    result = invoke("lab")
    assert result.exit_code == 1 and not served
    assert "needs jupyterlab" in result.output and "'mvacourse[lab]'" in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exec")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_server(number):
    server = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    command = f"[sys.executable, '-c', {server!r}]"
    code = f"import sys; from mvacourse.cli import lab; lab._serve({command}, {{}})"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(number)
        assert process.wait(10) == -number


def test_on_windows_the_servers_exit_code_is_ours_and_ctrl_c_is_the_servers(monkeypatch):
    class Server:
        answers = iter([KeyboardInterrupt, KeyboardInterrupt, 3])

        def __init__(self, command: list[str], env: dict[str, str]) -> None:
            assert env["A"] == "b" and "PATH" in env

        def __enter__(self):
            return self

        def __exit__(self, *exc: object) -> None: ...
        def wait(self) -> int:
            answer = next(self.answers)
            if answer is KeyboardInterrupt:
                raise answer
            return answer

    monkeypatch.setattr(cli.lab.subprocess, "Popen", Server)
    monkeypatch.setattr(cli.lab.sys, "platform", "win32")
    assert cli.lab._serve(["jupyter"], {"A": "b"}) == 3


# --- data -------------------------------------------------------------------------------------


def test_data_list_counts_what_is_here(tier2):
    (tier2 / "a.bin").write_bytes(CONTENT)
    result = invoke("data", "list")
    assert result.exit_code == 0
    assert "1 of   2  a toy set" in result.output and str(tier2.parent) in result.output


@pytest.mark.parametrize("command", ["list", "verify"])
def test_a_folder_that_is_not_there_is_said(tier2, monkeypatch, command):
    assert "no such folder" not in invoke("data", command).output
    elsewhere = tier2 / "elsewhere"
    monkeypatch.setenv("MVACOURSE_DATA", str(elsewhere))
    result = invoke("data", command)
    assert result.exit_code == (1 if command == "verify" else 0), "a typing error is no success"
    lines = result.output.splitlines()
    assert lines[0] == f"cache: {elsewhere} (named by MVACOURSE_DATA)"
    assert lines[1].strip() == "there is no such folder: is the name right?"
    monkeypatch.delenv("MVACOURSE_DATA")
    monkeypatch.setattr(storage, "cache_dir", lambda: elsewhere)
    lines = invoke("data", command).output.splitlines()
    assert lines[0] == f"cache: {elsewhere}" and "the first download creates it" in lines[1]


def test_data_fetch(tier2):
    for name in ("a.bin", "b.bin"):
        (tier2 / name).write_bytes(CONTENT)
    for name, said in {"toy": "2 files", "all": "2 files", "toy/a.bin": "1 file"}.items():
        result = invoke("data", "fetch", name)
        assert result.exit_code == 0 and f"{said} in {tier2.parent}" in result.output
    (tier2 / "b.bin").unlink()
    result = invoke("data", "fetch", "toy")
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "mvacourse: toy/b.bin is not in the cache" in result.output


def test_data_fetch_of_an_unknown_name_ends_with_2_and_suggests(tier2):
    result = invoke("data", "fetch", "toys")
    assert result.exit_code == 2 and "did you mean toy" in result.output


def test_data_verify(tier2):
    assert invoke("data", "verify").exit_code == 0  # tier 2 is optional
    (tier2 / "a.bin").write_bytes(CONTENT)
    result = invoke("data", "verify")
    assert result.exit_code == 0 and "toy       1 ok, 1 missing" in result.output
    assert invoke("data", "verify", "toy").exit_code == 1  # asked for by name
    assert "toy       1 ok, 1 missing" in invoke("data", "verify", "all").output
    (tier2 / "b.bin").write_bytes(CONTENT[:5])
    result = invoke("data", "verify")
    assert result.exit_code == 1 and "1 ok, 1 altered" in result.output
    assert str(tier2 / "b.bin") in result.output
    (tier2 / "b.bin").write_bytes(CONTENT)
    assert invoke("data", "verify", "toy").exit_code == 0
    assert invoke("data", "verify", "nothing").exit_code == 2


# --- student ----------------------------------------------------------------------------------


def test_student_writes_once_and_refuses_to_overwrite(here):
    solved = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    write(here / "notebooks/00_a.ipynb", solved)
    result = invoke("student", here / "course")
    assert result.exit_code == 0
    assert f"wrote 1 notebook from {here / 'notebooks'} to {here / 'course'}" in result.output
    mine = write(here / "course/00_a.ipynb", "my answer")
    result = invoke("student", here / "course")
    assert result.exit_code == 1 and "would be overwritten" in result.output
    assert "--force" in result.output
    assert "my answer" in mine.read_text(encoding="utf-8")
    assert invoke("student", here / "course", "--force").exit_code == 0
    assert student_edition.STUB in mine.read_text(encoding="utf-8")


def test_student_inside_a_student_edition(here, monkeypatch):
    solved = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    monkeypatch.setattr(notebooks, "_CLONE", here / "clone")
    for name in ("00_a", "01_b"):
        write(here / f"clone/notebooks/{name}.ipynb", solved)
    assert invoke("student", here / "course").exit_code == 0
    monkeypatch.chdir(here / "course")
    again = invoke("student", ".")  # nothing is written there yet: a newer edition is welcome
    assert again.exit_code == 0 and "wrote 2 notebooks from" in again.output
    monkeypatch.setattr(notebooks, "_CLONE", here / "installed")
    for target in (".", "other"):
        result = invoke("student", target)
        assert result.exit_code == 1 and "is a student edition itself" in result.output


def test_from_any_folder_the_notebooks_are_those_of_the_clone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clone = Path(__file__).parents[2] / "notebooks"
    assert notebooks.folder() == notebooks.originals() == clone
    assert notebooks.find("03") == clone / "03_tychonov.ipynb"
