"""The tool that runs the notebooks in other ways: moved seeds, its ledger, its table."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from claims import table
from claims.runs import runs
from nbformat.v4 import new_code_cell, new_notebook, writes

from mvacourse import claim
from mvacourse.classroom import ledger

ROOT = Path(__file__).parent.parent

DRAWS = """
import json, random
import numpy as np, torch
from claims import shifted_seeds
from mvacourse import images, noise, nets, start
for k in (0, 0, 1):  # a shift by 0 changes nothing, also after another one by 0
    shifted_seeds.shift(k)
    start(seed=3)
    found = [random.random(), np.random.rand(), torch.rand(()).item()]
    found += [torch.rand((), generator=torch.Generator().manual_seed(s)).item() for s in (0, 0, 1)]
    found += [np.random.default_rng(0).random(), np.random.default_rng([0, 1]).random()]
    found += [noise.gaussian(torch.zeros(1, 1, 1, 1), 1.0, seed=0).item()]
    found += [images.digits(1, seed=0)[0].mean().item()]
    print(json.dumps(found))
"""


def draws() -> list[list[float]]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    ended = subprocess.run(
        [sys.executable, "-c", DRAWS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
        encoding="utf-8",
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_shifted_seeds_move_every_draw_and_keep_equal_seeds_equal():
    plain, again, moved = draws()
    assert plain == again
    assert all(a != b for a, b in zip(plain, moved))
    assert moved[3] == moved[4] != moved[5]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_ledger_has_one_line_for_each_claim_also_for_a_false_one(tmp_path, monkeypatch, capsys):
    path = tmp_path / "ledger.jsonl"
    monkeypatch.setenv("MVACOURSE_CLAIMS", str(path))
    monkeypatch.setenv("JPY_SESSION_NAME", "folder/03_tychonov.ipynb")
    claim("gains 5 dB", torch.tensor([6.0, 8.0]), at_least=5.0)
    claim("of the file", 2.0, at_most=4.0, recorded=True)
    claim("true", True)
    claim("the file's", 2.0, at_most=4.0, of_one_seed=True)
    with pytest.raises(AssertionError):
        claim("is one", 2.0, equals=1.0, within=0.5)
    said = capsys.readouterr().out
    assert "✓ gains 5 dB" in said and "✓ recorded: of the file" in said
    gains, recorded, true, files, one = lines(path)
    assert gains == {
        "notebook": "03_tychonov",
        "statement": "gains 5 dB",
        "kind": "measured",
        "least": 6.0,
        "most": 8.0,
        "count": 2,
        "bounds": {"at least": 5.0},
        "within": 0.0,
        "margin": pytest.approx(0.2),
        "holds": True,
    }
    assert recorded["kind"] == "recorded" and recorded["margin"] == 0.5
    assert true["margin"] is None and true["holds"]
    assert files["kind"] == "of one seed" and "✓ the file's" in said
    assert one["margin"] == -1.0 and not one["holds"]


def test_ledger_that_cannot_be_written_names_its_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("MVACOURSE_CLAIMS", str(tmp_path / "missing" / "ledger"))
    with pytest.raises(OSError, match="MVACOURSE_CLAIMS = .*name a file in a folder that exists"):
        claim("true", True)


@pytest.mark.parametrize(
    "values, bounds, within, margin",
    [
        ([3.0, 2.5], {"at least": 2.0}, 0.0, 0.25),
        ([3.0], {"at most": 4.0, "above": 2.0}, 0.0, 0.25),
        ([-3.0], {"at least": -4.0}, 0.0, 0.25),
        ([0.1], {"above": 0.0}, 0.0, 1.0),
        ([0.0], {"at least": 0.0}, 0.0, 0.0),
        ([1.5], {"at most": 1.0}, 0.0, -0.5),
        ([1.2], {"equal to": 1.0}, 0.4, 0.5),
        ([1.0], {"equal to": 1.0}, 0.0, None),
    ],
)
def test_margin_is_relative_to_the_bound(values, bounds, within, margin):
    expected = margin if margin is None else pytest.approx(margin)
    assert ledger.margin(values, bounds, within) == expected


def test_margin_of_nan_is_nan():
    assert math.isnan(ledger.margin([1.0, math.nan], {"at least": 0.0, "at most": 2.0}, 0.0))


def entry(statement: str, value: float, bound: float = 1.0, kind: str = "measured") -> dict:
    return {
        "statement": statement,
        "kind": kind,
        "least": value,
        "most": value,
        "bounds": {"at least": bound},
        "within": 0.0,
        "margin": ledger.margin([value], {"at least": bound}, 0.0),
        "holds": value >= bound,
    }


def test_table_joins_the_runs_by_statement_and_counts_flips():
    found = table.rows(
        {
            ("03", "plain"): [entry("a", 3.0), entry("b", 2.0), entry("a", 5.0)],
            ("03", "seeds + 1"): [entry("b", 0.5), entry("a", 3.0), {"crash": "cell 3"}],
        }
    )
    a, b, second_a = found
    assert [r.statement for r in found] == ["a", "b", "a"]
    assert [r.runs for r in found] == [2, 2, 1] and second_a.number == 3
    assert b.flips == ["seeds + 1"] and b.in_run == "seeds + 1" and b.margin == -0.5
    assert b.spreads == pytest.approx(-0.5 / np.std([1.0, -0.5], ddof=1))
    assert a.spreads is None  # it does not vary
    assert table.tightest(found) == [b]
    line = table.to_csv(found).splitlines()[2]
    assert line.startswith("03,2,b,measured,at least 1,2,seeds + 1,-0.5,")


def test_a_statement_that_is_false_as_it_stands_is_a_demonstration():
    runs_of = {("00", run): [entry("the sun is cold", 0.5)] for run in ("plain", "seeds + 1")}
    (row,) = table.rows(runs_of)
    assert row.flips == [] and row.kind == "false" and table.tightest([row]) == []
    late = {("00", "plain"): [entry("a", 2.0)], ("00", "seeds + 1"): [entry("a", 0.5)]}
    assert table.rows(late)[0].flips == ["seeds + 1"]


def test_runs_are_five_shifts_and_the_processors():
    found = runs()
    assert [run.shift for run in found if run.shift] == [1, 2, 3, 4, 5]
    assert len({run.name for run in found}) == len(found)
    said = {name for run in found for name in run.variables}
    assert said == {"OMP_NUM_THREADS", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR"}


NOTEBOOK = [
    "from mvacourse import claim, start\nimport torch\nstart(seed=0)",
    'x = torch.rand(()).item()\nclaim("in [0, 1]", x, at_least=0.0, at_most=1.0)',
    'claim("this very draw", round(x, 3), equals=0.496)',
    "1 / 0",
]


@pytest.mark.slow
def test_command_runs_notebooks_finds_flips_and_crashes_and_resumes(tmp_path):
    cells = [new_code_cell(source) for source in NOTEBOOK]
    (tmp_path / "00_toy.ipynb").write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])

    def command() -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "claims", "--only", "plain", "seeds + 1", "--", "00_toy.ipynb"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
            encoding="utf-8",
        )
        assert ended.returncode == 1, ended.stderr
        return ended.stdout

    first, second = command(), command()
    assert "FLIP 00_toy, 2: this very draw  [equal to 0.496]" in first
    assert "in seeds + 1" in first and "ZeroDivisionError" in first
    assert "2 claims (0 recorded, 0 shown to be false) × 2 runs: 1 flip, 2 cells crash, 0" in first
    assert second.count("known") == 2


def test_moved_seeds_do_not_test_a_claim_of_one_seed_but_processors_do():
    files = {
        ("05", "plain"): [entry("f", 2.0, kind="of one seed"), entry("a", 2.0)],
        ("05", "ATen default"): [entry("f", 0.9, kind="of one seed"), entry("a", 2.0)],
        ("05", "seeds + 1"): [entry("f", 0.1, kind="of one seed"), entry("a", 0.5)],
    }
    of_file, measured = table.rows(files)
    assert of_file.flips == ["ATen default"] and of_file.runs == 2
    assert measured.flips == ["seeds + 1"] and measured.runs == 3
