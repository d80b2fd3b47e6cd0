"""Measure LPIPS with its trained backbone on the pictures of notebook 05, for readers without it.

Writes data/published/lpips_equal_mse.csv, one line per picture: PSNR in dB, SSIM, and LPIPS 0.1
with SqueezeNet. The notebook's own cells with the tag `equal-mse` make the pictures, so nothing is
defined twice. LPIPS sees them clamped to [0, 1]. It needs the backbone's file:

    mvacourse data fetch weights
    python benchmarks/lpips_equal_mse.py
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import Any

import nbformat
import torch
from common import run

import mvacourse
from mvacourse import metrics
from mvacourse.classroom import exercises, show
from mvacourse.classroom.notebooks import save

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "05_metrics.ipynb"
TABLE = ROOT / "data" / "published" / "lpips_equal_mse.csv"
EXPERIMENTS = {
    "equal MSE": ("equal", "u"),
    "denoising": ("denoised", "u"),
    "lawn": ("restored", "truth"),
}
"""The notebook's names of each dictionary of pictures and of their reference."""


def pictures(notebook: Path) -> dict[str, Any]:
    """Run the tagged cells, and return everything they define."""
    names = {name: getattr(mvacourse, name) for name in mvacourse.__all__}
    names |= {"show": show, "exercises": exercises}
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [cell.source for cell in cells if "equal-mse" in cell.metadata.get("tags", [])]
    if not tagged:
        raise SystemExit(f"{notebook.name} has no cell tagged equal-mse")
    for source in tagged:
        exec(source, names)
    return names


def measure(names: dict[str, Any]) -> list[dict[str, str]]:
    """Measure every picture of every experiment."""
    rows = []
    for experiment, (dictionary, reference) in EXPERIMENTS.items():
        ref = names[reference]
        for image, x in names[dictionary].items():
            row = {"experiment": experiment, "image": image}
            row["psnr"] = f"{metrics.psnr(x, ref).item():.3f}"
            row["ssim"] = f"{metrics.ssim(x, ref).item():.4f}"
            row["lpips"] = f"{metrics.lpips(x.clamp(0, 1), ref).item():.4f}"
            rows.append(row)
    return rows


def main() -> None:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notebook", type=Path, default=NOTEBOOK)
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = measure(pictures(arguments.notebook))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    print(text.getvalue(), end="")
    save(text.getvalue(), arguments.output)


if __name__ == "__main__":
    run(main)
