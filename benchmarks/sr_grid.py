"""Look for a grid in what the course's SRGANs add to SRResNet (F5), and measure the slopes.

On each of the course's photographs, the middle 256×256 pixels (less where the photograph is
smaller), made four times smaller by MATLAB's bicubic and rounded to 8 bits:

- added: root mean square of SRGAN's image minus SRResNet's, in grey levels of 255;
- tile: share of the energy of that difference which one tile of 4×4 pixels explains,
  ``metrics.tile_share``. White noise has about 0.02 % by chance;
- slope: mean absolute difference of neighbours in luma, divided by the photograph's.

    python benchmarks/sr_grid.py                        # a minute on one core
    python benchmarks/sr_grid.py --folder build/mine    # srgan_vgg22 trained there

The table is written to ``results/sr_grid.csv``, with the first digits of the networks' hashes.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

import torch
from common import RESULTS, run, write_rows
from torch import Tensor, nn

from mvacourse import images, metrics, operators, start, weights

SCALE, SIZE = 4, 256
BASE = "sr_photo"
COLUMNS = ["photograph", "method", "added", "tile", "slope", "network"]
LARGEST = 0.03
"""A larger share is a grid that one sees."""

Row = dict[str, Any]


def middle(x: Tensor) -> Tensor:
    """Cut the middle out of a photograph: sides are multiples of the scale, at most SIZE."""
    H, W = (min(SIZE, side) // SCALE * SCALE for side in x.shape[-2:])
    top, left = (x.shape[-2] - H) // 2, (x.shape[-1] - W) // 2
    return x[..., top : top + H, left : left + W]


def slope(x: Tensor) -> Tensor:
    """Sum of the mean absolute differences of neighbours in luma."""
    Y = metrics.luma(x)
    return Y.diff(dim=-1).abs().mean() + Y.diff(dim=-2).abs().mean()


@torch.no_grad()
def measure(networks: dict[str, nn.Module], digits: dict[str, str]) -> list[Row]:
    """Compute a row for each photograph and method; the first network is SRResNet."""
    rows = []
    for photo in images.photos():
        x = middle(images.photo(photo.name, color=True))
        y = operators.bicubic(x, 1 / SCALE, round_to_8bit=True)
        x_hat = {name: net(y).clamp(0, 1) for name, net in networks.items()}
        base = next(iter(x_hat.values()))
        for name, v in x_hat.items():
            row = {"photograph": photo.name, "method": name, "network": digits[name]}
            row["slope"] = f"{slope(v) / slope(x):.3f}"
            if v is not base:
                row["added"] = f"{255 * (v - base).square().mean().sqrt():.2f}"
                row["tile"] = f"{metrics.tile_share(v - base).item():.4f}"
            rows.append({key: row.get(key, "") for key in COLUMNS})
            print(*(row.get(key, "-") for key in COLUMNS[:5]), flush=True)
    return rows


def main() -> None:
    """Measure the shipped networks, or one from a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where another srgan_vgg22 was trained")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    names = {"SRResNet": BASE, "SRGAN-MSE": "srgan_mse", "SRGAN-VGG22": "srgan_vgg22"}
    networks = {method: weights.load(name) for method, name in names.items()}
    digits = {method: weights.card(name)["sha256"][:12] for method, name in names.items()}
    if options.folder:
        other = {"folder": options.folder}
        networks["SRGAN-VGG22"] = weights.load("srgan_vgg22", **other)
        digits["SRGAN-VGG22"] = weights.card("srgan_vgg22", **other)["sha256"][:12]
    rows = measure(networks, digits)
    for method in list(networks)[1:]:
        own = [row for row in rows if row["method"] == method]
        tiles = sorted(float(row["tile"]) for row in own)
        few = sum(tile <= LARGEST for tile in tiles)
        print(f"{method}: tile {tiles[0]:.1%} to {tiles[-1]:.1%}, median "
              f"{statistics.median(tiles):.1%}, {few} of {len(tiles)} at most {LARGEST:.0%}; slope "
              f"{statistics.mean(float(row['slope']) for row in own):.3f}")  # fmt: skip
    if not options.folder:
        write_rows(rows, COLUMNS, RESULTS / "sr_grid.csv")


if __name__ == "__main__":
    run(main)
