"""Notebook 05 with the trained LPIPS backbone, which a first run does not have."""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from rules import code_cells
from sources import compared_by_nbval

from mvacourse import storage
from mvacourse.classroom.kernel import execute

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "05_metrics.ipynb"


@pytest.fixture
def real_cache(monkeypatch):
    if not os.environ.get("MVACOURSE_DATA"):
        pytest.skip("MVACOURSE_DATA does not name a filled cache")
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.data
def test_every_claim_holds_and_prints_the_same(real_cache, tmp_path):
    path = Path(shutil.copy(NOTEBOOK, tmp_path))
    nb = nbformat.read(path, as_version=4)
    assert execute(nb, path, timeout=300) is None
    said = [printed(cell) for cell in code_cells(nb)]
    assert any("The backbone here has trained weights" in text for text in said)
    assert any("recorded" in text and ", here" in text for text in said)
    committed = code_cells(nbformat.read(NOTEBOOK, as_version=4))
    for text, cell in zip(said, committed, strict=True):
        if "nbval-check-output" in cell.metadata.get("tags", []):
            assert compared_by_nbval(text) == compared_by_nbval(printed(cell))


@pytest.mark.data
def test_the_recorded_values_can_be_measured_again(real_cache, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")  # the script imports what they share
    spec = importlib.util.spec_from_file_location(
        "lpips_equal_mse", ROOT / "benchmarks" / "lpips_equal_mse.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    measured = script.measure(script.pictures(NOTEBOOK))
    table = storage.data_dir() / "published" / "lpips_equal_mse.csv"
    with table.open(encoding="utf-8") as stream:
        recorded = list(csv.DictReader(stream))
    names = [(row["experiment"], row["image"]) for row in recorded]
    assert names == [(row["experiment"], row["image"]) for row in measured]
    for old, new in zip(recorded, measured, strict=True):
        for metric in ("psnr", "ssim", "lpips"):
            assert float(old[metric]) == pytest.approx(float(new[metric]), rel=0.02, abs=1e-3), old
