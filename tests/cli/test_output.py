"""Every command in every encoding, and what it prints after bad input or a signal."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from mvacourse import cli, storage
from mvacourse.classroom import student_edition
from mvacourse.storage import Stopped

ROOT = Path(__file__).parents[2]

COMMANDS = [
    *([*words, "--help"] for words in ([], ["train"], ["data"], ["data", "fetch"], ["weights"])),
    ["--version"],
    ["nonsense-γ→"],
    ["train", "--list"],
    ["train", "vae_γ"],
    ["train", "vae_digits", "--out", "nets-γ→", "--device", "cpu"],
    ["weights", "list"],
    ["weights", "verify"],
    ["weights", "verify", "--from", "γ→"],
    ["data", "list"],
    ["data", "verify"],
    ["data", "fetch", "set5"],
    ["run", "00_γ→", "--out", "seiten-λ"],
    ["run", "bad→.ipynb"],
    ["student", "course-✓"],
    ["lab", "00_γ→.ipynb"],
]
EXITS = [0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 0, 0, 1, 0, 1, 0, 0]

ALL = """
import json, sys
from mvacourse import cli, recipes
from mvacourse.classroom import kernel, notebooks
from mvacourse.cli import lab

# What takes seconds, and prints nothing.
lab._serve = lambda command, variables: print(*command) or 0
kernel._run = lambda client: None
notebooks.to_html = lambda nb, title: title
recipes.train = lambda name, **options: {"seconds": 1.0, "metrics": {"γ → ✓": 1.0}}
exits = []
for encoding in ("cp1252", "ascii"):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=encoding)
    for words in json.loads(sys.argv[1]):
        try:
            cli.app(words, prog_name="mvacourse")
        except SystemExit as end:
            exits.append(end.code or 0)
with open("exits.json", "w") as file:
    json.dump(exits, file)
"""


def write(path: Path, *sources: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(s) for s in sources]), path)
    return path


def test_every_command_prints_in_a_small_encoding(tmp_path, monkeypatch):
    """As on Windows when the output goes to a file."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path / "cache-λ"))
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    monkeypatch.delenv("PYTHONUTF8", raising=False)
    solved = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    write(tmp_path / "notebooks/00_γ→.ipynb", solved, "print('γ → ✓')")
    (tmp_path / "bad→.ipynb").write_text("{", encoding="utf-8")
    (tmp_path / "cache-λ").mkdir()
    run = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(COMMANDS)],
        capture_output=True,
        cwd=tmp_path,
        check=False,
        timeout=300,
    )
    out, err = run.stdout.decode("cp1252"), run.stderr.decode("cp1252")
    assert run.returncode == 0, err
    assert json.loads((tmp_path / "exits.json").read_text(encoding="utf-8")) == EXITS * 2
    assert "UnicodeEncodeError" not in err and "Traceback" not in err
    assert "00_gamma->.ipynb  ->  " in out and "vae_digits  ->  " in out
    assert "gamma -> ok: 1" in out and "bad->.ipynb is not a notebook" in err
    assert (tmp_path / "seiten-λ/00_γ→.html").exists() and (tmp_path / "course-✓").is_dir()


BENCHMARKS = sorted(
    p.stem for p in (ROOT / "benchmarks").glob("*.py") if "__main__" in p.read_text("utf-8")
)


def test_every_benchmark_goes_through_the_door():
    assert len(BENCHMARKS) > 10
    for name in BENCHMARKS:
        assert (ROOT / "benchmarks" / f"{name}.py").read_text("utf-8").endswith("\n    run(main)\n")


def test_the_command_line_prints_through_one_door():
    """Only `messages` prints: everything else uses its functions."""
    found = []
    for path in (ROOT / "mvacourse/cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and path.name != "messages.py":
                found += [(path.name, n) for n in ("print", "echo") if n in ast.unparse(node.func)]
    assert found == [] or (
        {name for _, name in found} == {"print"} and all("print_version" in str(f) for f in found)
    )


def test_no_file_is_written_past_the_atomic_writes():
    """Every place of the package and of the benchmarks that writes a file uses `storage`."""
    past = (".write_text(", ".write_bytes(", ".savefig(", "open(", "np.save", ".to_csv(")
    past += ("torch.save(", "os.replace(", "shutil.copy", ".rename(", ".touch(")
    allowed = {
        "fig.savefig(content": "into memory",
        "torch.save(state, buffer)": "into memory",
        'os.fdopen(os.dup(1), "wb")': "the standard output",
        "torch.save((state, trace), kept := io.BytesIO())": "into memory",
    }
    found = []
    for path in [*(ROOT / "mvacourse").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        if path.name == "atomic_write.py":
            continue
        for line in path.read_text("utf-8").splitlines():
            reads = "open(" in line and (' "w' not in line and '"wb' not in line)
            hits = [word for word in past if word in line and not (word == "open(" and reads)]
            if hits and not any(words in line for words in allowed):
                found.append(f"{path.name}: {line.strip()}")
    assert found == []


# --- signals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "code", "words"),
    [(KeyboardInterrupt(), 130, "stopped"), (Stopped(15), 143, "stopped by SIGTERM")],
)
@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["data", "fetch", "set5"], (storage, "fetch")),
        (["data", "verify"], (storage, "verify")),
        (["student", "course"], (student_edition, "read")),
        (["weights", "list"], (cli.weights, "figures")),
        (["run"], (cli.run, "_run_one")),
        (["lab"], (cli.lab, "_serve")),
    ],
)
def test_a_signal_ends_every_command_in_one_line(
    tmp_path, monkeypatch, command, place, stop, code, words
):
    def stopped(*args: object, **options: object):
        raise stop

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    write(tmp_path / "notebooks/00_start_here.ipynb", "### BEGIN SOLUTION\n1\n### END SOLUTION")
    monkeypatch.setattr(*place, stopped)
    result = CliRunner().invoke(cli.app, command)
    assert result.exit_code == code
    told = [ln for ln in result.stderr.splitlines() if ln.strip() and "file/s" not in ln]
    assert told == [f"mvacourse: {words}"], "beside the bar"
    assert not (tmp_path / "course").exists()


# --- control codes ----------------------------------------------------------------------------


def test_control_codes_in_names_and_errors_do_nothing_to_the_terminal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    try:
        (tmp_path / "notebooks/00_\x1b]0;title\x07.ipynb").write_text("{", encoding="utf-8")
    except OSError:
        pytest.skip("no such names on this system")
    for command in (["run"], ["student", "course"], ["run", "\x1b[2J"], ["lab", "\x9b2J"]):
        result = CliRunner().invoke(cli.app, command)
        assert result.exit_code in (1, 2)
        assert not set(result.output) & set("\x1b\x07\x9b"), command
