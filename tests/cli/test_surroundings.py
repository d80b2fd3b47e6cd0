"""Commands in bad surroundings: a full disk, a deleted folder, odd arguments and environments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from mvacourse import cli, recipes
from mvacourse.classroom import kernel, notebooks
from mvacourse.train import CheckpointError


def invoke(*arguments: object):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments])


def told(result) -> str:
    """Return the one line that the command printed on stderr, beside a bar."""
    assert isinstance(result.exception, SystemExit), result.exception
    lines = [ln for ln in result.stderr.splitlines() if ln.strip() and "/s]" not in ln]
    assert len(lines) == 1, lines
    return lines[0]


def write(path: Path, *sources: str) -> Path:
    nbformat.write(new_notebook(cells=[new_code_cell(s) for s in sources]), path)
    return path


# --- notebooks --------------------------------------------------------------------------------


def test_half_a_character_stops_one_notebook_and_not_the_others(here, executed):
    path = write(here / "00_a.ipynb", "X")
    path.write_text(path.read_text("utf-8").replace('"X"', r'"print(\"\ud800\")"'), "utf-8")
    write(here / "01_b.ipynb", "1")
    result = invoke("run")
    assert result.exit_code == 1 and executed == ["01_b.ipynb"]
    assert told(result).endswith(r"00_a.ipynb is not a notebook: it holds half a character, \ud800")


def test_half_a_character_in_a_page_stops_one_notebook(here, executed, monkeypatch):
    pages = {"00_a": "\ud800", "01_b": "page"}
    monkeypatch.setattr(notebooks, "to_html", lambda nb, title: pages[title])
    for name in pages:
        write(here / f"{name}.ipynb", "1")
    result = invoke("run")
    assert result.exit_code == 1 and executed == ["00_a.ipynb", "01_b.ipynb"]
    assert "00_a.html cannot be written: it holds half a character" in told(result)
    assert os.listdir(here / "build") == ["01_b.html"]


def test_a_notebook_with_a_byte_order_mark_is_read(here, executed):
    path = write(here / "00_a.ipynb", "1")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert invoke("run").exit_code == 0 and executed == ["00_a.ipynb"]


def test_an_error_of_a_cell_cannot_look_like_another_line(here, executed, monkeypatch):
    error = notebooks.NotebookError("00_a.ipynb, cell [1]: ValueError: a\nmvacourse: 9 files")
    monkeypatch.setattr(kernel, "execute", lambda nb, path, timeout: error)
    write(here / "00_a.ipynb", "1")
    assert told(invoke("run")).endswith(r"ValueError: a\x0amvacourse: 9 files")


@pytest.mark.parametrize("timeout", ["1e400", "inf", "nan", "-inf", "0", "1e300"])
def test_an_impossible_time_limit_ends_with_2(here, executed, timeout):
    write(here / "00_a.ipynb", "1")
    result = invoke("run", "--timeout", timeout)
    assert result.exit_code == 2 and "--timeout" in result.stderr and not executed


@pytest.mark.parametrize("command", ["run", "lab"])
@pytest.mark.parametrize("end", ["", ".ipynb"])
def test_a_name_of_5000_characters_is_one_short_line(here, command, end):
    write(here / "00_a.ipynb", "1")
    result = invoke(command, "a" * 5000 + end)
    assert result.exit_code == 2 and len(told(result)) < 500


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder of Linux")
@pytest.mark.slow
def test_a_kernel_that_does_not_start_leaves_nothing_for_the_end(here, monkeypatch):
    write(here / "00_a.ipynb", "1")
    environment = {**os.environ, "IPYTHONDIR": "/proc/x"}
    command = [sys.executable, "-m", "mvacourse", "run", "00_a.ipynb"]
    run = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 1 and "atexit" not in run.stderr
    last = run.stderr.splitlines()[-1]
    assert last.startswith("mvacourse: 00_a.ipynb: the kernel does not work: ")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a folder that is in use")
@pytest.mark.parametrize("command", [["run"], ["lab"], ["student", "course"]])
def test_a_deleted_folder_is_named(tmp_path, monkeypatch, command):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = invoke(*command)
    assert result.exit_code in (1, 2)
    assert "the current folder does not exist any more" in told(result)


# --- arguments --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["student", ""],
        ["run", "--out", ""],
        ["train", "vae_digits", "--out", ""],
        ["weights", "list", "--from", ""],
        ["weights", "verify", "--from", ""],
    ],
)
def test_an_empty_name_of_a_folder_ends_with_2(here, executed, command):
    write(here / "00_a.ipynb", "1")
    result = invoke(*command)
    assert result.exit_code == 2 and "the name of the folder is empty" in result.stderr
    assert os.listdir(here) == ["00_a.ipynb"] and not executed


def test_a_seed_that_is_too_large_ends_with_2(here):
    result = invoke("train", "vae_digits", "--out", "x", "--seed", 10**23)
    assert result.exit_code == 2 and "--seed" in result.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FloatingPointError("loss is nan at step 3: lower lr"), "loss is nan at step 3: lower lr"),
        (CheckpointError("step 3: continue from it with resume=True"), "from it with --resume"),
    ],
)
def test_a_training_that_fails_says_so_in_one_line(here, monkeypatch, error, words):
    def train(*args: object, **options: object):
        raise error

    monkeypatch.setattr(recipes, "train", train)
    result = invoke("train", "vae_digits", "--out", "x", "--device", "cpu")
    assert result.exit_code == 1 and told(result).endswith(words)


# --- environment ------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="names of users")
@pytest.mark.parametrize("command", [["list"], ["verify"], ["fetch", "set5"]])
def test_an_unknown_user_in_the_name_of_the_cache_is_named(monkeypatch, command):
    monkeypatch.setenv("MVACOURSE_DATA", "~nouser/x")
    result = invoke("data", *command)
    assert result.exit_code == 1
    assert "MVACOURSE_DATA = '~nouser/x': there is no such user" in told(result)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", [["--version"], ["data", "list"]])
def test_an_output_that_cannot_be_written_is_one_line(here, command):
    write(here / "00_a.ipynb", "1")
    with FULL.open("w", encoding="utf-8") as full:
        run = subprocess.run(
            [sys.executable, "-m", "mvacourse", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.startswith("mvacourse: ") and "No space left on device" in line


def test_an_error_without_stderr_does_not_go_to_stdout(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    cli.messages.complain("an error")
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exec")
def test_the_lab_starts_without_stdout(monkeypatch):
    started = []
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given))
    cli.lab._serve(["jupyter"], {})
    assert started[0][:2] == ("jupyter", ["jupyter"])


def test_a_card_does_not_fill_the_screen(two_networks):
    path = two_networks / "vae_a.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card |= {"metrics": {"a" * 9999: 1, "n": 10**4000}, "command": "x" * 9999}
    path.write_text(json.dumps(card), encoding="utf-8")
    result = invoke("weights", "list")
    assert result.exit_code == 0 and max(map(len, result.output.splitlines())) < 300
