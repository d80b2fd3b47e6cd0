"""What is printed can be read in any encoding, and does nothing to the terminal."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from mvacourse.classroom import terminal
from mvacourse.classroom.terminal import Door, readable, visible


def test_control_codes_become_visible():
    assert visible("\x1b]0;title\x07\r\x9b2J\x00\x7f") == r"\x1b]0;title\x07\x0d\x9b2J\x00\x7f"
    assert visible("a\u202eb\u2028c\udcffd") == r"a\u202eb\u2028c\udcffd"
    assert visible("σ = 25\tλ\n", keep="\n\t") == "σ = 25\tλ\n"
    assert visible("two\nlines", keep="") == r"two\x0alines"


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("γ → ✓ é", "utf-8", "γ → ✓ é"),
        ("γ → ✓ é", "cp1252", "gamma -> ok é"),
        ("γ → ✓ é", "ascii", "gamma -> ok e"),
        ("“Δ ≤ ½”", "ascii", '"Delta <= 1/2"'),
        ("100%|████▌| ×4 ‖x̂‖²", "ascii", "100%|#####| x4 ||x_hat||^2"),
        ("Aᵀy₁ ∈ Λ", "ascii", "A^Ty_1 in Lambda"),
        ("日本", "cp1252", r"\u65e5\u672c"),
        ("λ", None, "λ"),
        ("λ", "no such encoding", "lambda"),
    ],
)
def test_characters_that_an_encoding_lacks_are_spelt(text, encoding, shown):
    assert readable(text, encoding) == shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-8", "utf-16"])
def test_a_door_lets_every_character_pass(encoding):
    everything = "".join(map(chr, [*range(0x2A00), *range(0xD7F0, 0xE010), 0x1F600, 0x10FFFF]))
    stream = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
    assert Door(stream).write(everything) == len(everything)
    stream.flush()
    seen = stream.buffer.getvalue().decode(encoding)
    assert {c for c in seen if unicodedata.category(c) == "Cc"} == set("\n\t\r")
    assert not set(seen) & set("\x1b\x07\x9b\u202e\x00")


def test_a_door_is_the_stream_in_all_else(capsys):
    with terminal.safe_output(), terminal.safe_output():
        assert isinstance(sys.stdout, Door) and not isinstance(sys.stdout._stream, Door)
        print("γ", flush=True)
        assert sys.stdout.isatty() is False
        with pytest.raises(TypeError):
            sys.stdout.write(b"bytes")
    assert not isinstance(sys.stdout, Door)
    assert capsys.readouterr().out == "γ\n"


SCRIPT = """
import sys
from pathlib import Path
from mvacourse import claim
for encoding in ("cp1252", "ascii"):
    sys.stdout.reconfigure(encoding=encoding)
    claim("γ → 0 in ‖·‖", 1.0, at_least=0.5)
sys.path.insert(0, sys.argv[1])
import common
common.RESULTS = Path(sys.argv[2])
common.run(lambda: common.report("x", [{"σ → γ": 1.0}]))
"""
LINES = [f"ok gamma -> 0 in {bars}  [measured 1, at least 0.5]" for bars in ("||·||", "||.||")]
LINES += ["sigma -> gamma", "1"]


def test_a_claim_and_a_benchmark_print_in_a_small_encoding(tmp_path, monkeypatch):
    """In plain scripts, which do not go through the command line."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.delenv("PYTHONUTF8", raising=False)
    benchmarks = Path(__file__).parents[2] / "benchmarks"
    command = [sys.executable, "-c", SCRIPT, benchmarks, tmp_path]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.decode("cp1252").splitlines() == LINES
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
