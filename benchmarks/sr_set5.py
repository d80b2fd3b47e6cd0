"""Enlarge Set5 four times with the course's networks, and compare with the SRGAN paper (F5).

The protocol is that of Ledig et al. (2017). The small images are made by MATLAB's bicubic, rounded
to 8 bits (the files of SelfExSR). Results are rounded to 8 bits. PSNR and SSIM are on Y, with 4
pixels cropped at each side. LPIPS (squeeze) is on the same pixels in colour; the paper has none.
The paper's SSIM is from another program, and about 0.01 higher (on bicubic) than that of Wang et
al., used here.

The networks are smaller than the paper's and trained for less time: 0.95 million weights instead of
1.5, hours of one processor instead of days of a GPU, 400 photographs instead of 350 000. Only the
*order* can be reproduced: content in pixels keeps the PSNR, content in VGG22 improves LPIPS.

    mvacourse data fetch set5 weights
    python benchmarks/sr_set5.py

One row per image is written to data/published/sr_set5_measured.csv as soon as it is known, with the
first digits of the network's hash; notebook 09 reads it there. The next call computes only missing
rows, also after a network was trained again. About a minute on two cores; the figure is
results/sr_set5.png.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from typing import Any

import torch
from common import PUBLISHED, RESULTS, read_rows, run, write_figure, write_rows
from torch import Tensor

from mvacourse import datasets, nets, operators, start, weights
from mvacourse.recipes.sr_photo import quality

SCALE = 4
TABLE = PUBLISHED / "sr_set5_measured.csv"
METHODS = {
    "bicubic": None,
    "SRResNet": "sr_photo",
    "SRResNet ×8": "sr_photo",
    "SRResNet, large": "sr_photo_large",
    "SRGAN-MSE": "srgan_mse",
    "SRGAN-VGG22": "srgan_vgg22",
    "SRGAN-VGG54": "srgan_vgg54",
}
"""Each with the name of its network; a missing one is left out."""
ENSEMBLE = "SRResNet ×8"
"""Applied eight times, turned and mirrored; the paper has none."""
COLUMNS = ["image", "method", "psnr", "ssim", "lpips", "seconds", "network"]
CROP = ("butterfly", slice(60, 124), slice(110, 190))

Row = dict[str, Any]


def method(name: str) -> tuple[str, Callable[[Tensor], Tensor]] | None:
    """Return the first digits of a network's hash, and its function; None if it is missing."""
    network = METHODS[name]
    if network is None:
        return "", lambda y: operators.bicubic(y, SCALE, round_to_8bit=True)
    if network not in weights.names():
        return None
    net = weights.load(network)
    digits = weights.card(network)["sha256"][:12]
    return digits, nets.SelfEnsemble(net) if name == ENSEMBLE else net


def measure(only: list[str]) -> list[Row]:
    """Compute missing rows, image by image."""
    images = datasets.set5_lr(SCALE)
    for name in only:
        if (found := method(name)) is None:
            print(f"{name}: {METHODS[name]} is not trained yet", flush=True)
            continue
        digits, enlarge = found
        for image, (x, y) in images.items():
            known = [row for row in read() if (row["image"], row["method"]) == (image, name)]
            if known and known[0]["network"] == digits:
                continue
            begun = time.perf_counter()
            with torch.no_grad():
                x_hat = enlarge(y)
            seconds = time.perf_counter() - begun
            values = quality(x_hat, x)
            update(
                {
                    "image": image,
                    "method": name,
                    "psnr": f"{values['psnr_y']:.3f}",
                    "ssim": f"{values['ssim_y']:.4f}",
                    "lpips": f"{values['lpips_squeeze']:.4f}",
                    "seconds": f"{seconds:.2f}",
                    "network": digits,
                }
            )
    return read()


def read() -> list[Row]:
    """Read the table; empty if there is none."""
    return read_rows(TABLE)


def update(row: Row) -> None:
    """Put a row into the table; it replaces the row with the same image and method."""
    table = {(r["method"], r["image"]): r for r in [*read(), row]}
    ordered = [table[m, i] for m in METHODS for i in datasets.set5() if (m, i) in table]
    write_rows(ordered, COLUMNS, TABLE)


def means(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Average over the images, method by method."""
    found = {}
    for name in METHODS:
        own = [row for row in rows if row["method"] == name]
        if own:
            keys = ("psnr", "ssim", "lpips")
            found[name] = {key: sum(float(row[key]) for row in own) / len(own) for key in keys}
    return found


def published() -> dict[str, Row]:
    """Read the paper's values on Set5."""
    with open(PUBLISHED / "sr_set5.csv", encoding="utf-8", newline="") as stream:
        return {row["method"]: row for row in csv.DictReader(stream) if row["set"] == "Set5"}


def tell(rows: list[Row]) -> None:
    """Print the means next to the paper's."""
    paper = published()
    print(f"{'Set5 ×4':14s}{'PSNR':>8s}{'paper':>8s}{'SSIM':>9s}{'paper':>9s}{'LPIPS':>9s}")
    for name, mean in means(rows).items():
        psnr, ssim = (paper[name][key] if name in paper else "" for key in ("psnr", "ssim"))
        print(
            f"{name:14s}{mean['psnr']:8.2f}{psnr:>8s}{mean['ssim']:9.4f}{ssim:>9s}"
            f"{mean['lpips']:9.4f}"
        )


def figure(rows: list[Row]) -> None:
    """Draw PSNR against LPIPS, and one crop per method, to ``results/sr_set5.png``."""
    import matplotlib.pyplot as plt

    found, paper = means(rows), published()
    crops = [name for name in found if name not in ("SRGAN-VGG54", ENSEMBLE) and method(name)]
    fig = plt.figure(figsize=(3 * (len(crops) + 1), 6.5), constrained_layout=True)
    top, bottom = fig.subfigures(2, 1, height_ratios=(1, 0.8))
    ax = top.subplots()
    for marker, (name, mean) in zip("osP^vD", found.items()):
        (dot,) = ax.plot(mean["psnr"], mean["lpips"], marker, markersize=9, label=name)
        if name in paper:
            ax.axvline(float(paper[name]["psnr"]), color=dot.get_color(), ls=":", lw=1)
    ax.set(xlabel="PSNR on Y (dB); dotted: the paper", ylabel="LPIPS (squeeze), less is better")
    ax.set_title("Set5 ×4: fidelity against looks")
    ax.legend()
    image, *at = CROP
    x, y = datasets.set5_lr(SCALE)[image]
    for panel, name in zip(bottom.subplots(1, len(crops) + 1), [*crops, None]):
        with torch.no_grad():
            u = x if name is None else method(name)[1](y)
        panel.imshow(u[0][:, at[0], at[1]].clamp(0, 1).permute(1, 2, 0))
        row = next((r for r in rows if (r["image"], r["method"]) == (image, name)), None)
        panel.set_title(f"{name}\n{row['psnr']} dB, {row['lpips']}" if row else "original")
        panel.axis("off")
    write_figure(fig, RESULTS / "sr_set5.png", 90)


def main() -> None:
    """Compute missing rows, print the table, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    rows = measure(options.methods)
    tell(rows)
    figure(rows)


if __name__ == "__main__":
    run(main)
