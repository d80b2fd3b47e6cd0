"""Denoise held-out grey photographs: TV, BM3D, and the course's denoiser (F3).

Protocol. v = u + σw, w ~ N(0, I) with one seed, not clipped, σ from 1 to 75 of 255. Photographs:
eight of scikit-image's, in grey, cropped and resized to 256×256 with anti-aliasing; and Set5, in
grey (0.299 R + 0.587 G + 0.114 B), uncropped. PSNR and SSIM of the estimate clipped to [0, 1].

- noisy: v itself.
- TV: argmin ½‖u − v‖² + λTV_ε(u), ε = 0.003, λ tuned for each σ on photographs of BSDS500 train.
- BM3D: the package `bm3d` with its defaults and the true σ. Without it, its rows are not changed.
- denoiser: `weights.load("denoiser_grey")` with the true σ; one network for all σ.

    pip install bm3d
    mvacourse data fetch set5
    python benchmarks/denoise.py

Rows are written one by one to data/published/denoise_measured.csv, where notebooks read them. About
forty minutes on one core, almost all of it for BM3D; with ``--methods denoiser``, a minute.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator

import torch
from common import PUBLISHED, RESULTS, machine, read_rows, run, write_figure, write_rows
from torch import Tensor

from mvacourse import datasets, images, metrics, noise, start, variational, weights
from mvacourse.operators import Identity

TABLE = PUBLISHED / "denoise_measured.csv"
EMBEDDED = ("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "moon", "rocket")
GREY = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
LEVELS = (1, 2, 5, 15, 25, 50, 75)
LAM = {1: 0.00088, 2: 0.0026, 5: 0.0095, 15: 0.039, 25: 0.076, 50: 0.177, 75: 0.286}
"""λ of TV at each level: :func:`tune` found them."""
KEYS = ["sigma", "image", "method"]
COLUMNS = [*KEYS, "psnr", "ssim", "seconds", "hardware"]

Method = Callable[[Tensor, int], Tensor]


def photographs() -> Iterator[tuple[str, Tensor]]:
    """Return each photograph in grey, with its name."""
    for name in EMBEDDED:
        yield name, images.photo(name, 256)
    for name, u in datasets.set5().items():
        yield name, (GREY * u).sum(1, keepdim=True)


def tv(v: Tensor, level: int, lam: float | None = None) -> Tensor:
    """Denoise by smoothed total variation."""
    lam = LAM[level] if lam is None else lam
    return variational.smoothed_tv(Identity(), v, lam, eps=0.003, n_iter=200)


def bm3d(v: Tensor, level: int) -> Tensor:
    """Denoise by BM3D, with the authors' code."""
    from bm3d import bm3d as authors

    return torch.from_numpy(authors(v[0, 0].double().numpy(), level / 255))[None, None].to(v)


def denoiser() -> Method:
    """Load the course's network."""
    net = weights.load("denoiser_grey").requires_grad_(False)
    return lambda v, level: net(v, level / 255)


def methods(chosen: list[str]) -> dict[str, Method]:
    """Return the requested methods that are available; print which are not."""
    found: dict[str, Method] = {}
    for name in chosen:
        if name == "BM3D" and importlib.util.find_spec("bm3d") is None:
            print("BM3D is left out: the package bm3d is not installed (pip install bm3d)")
            continue
        if name == "denoiser" and "denoiser_grey" not in weights.names():
            print("the denoiser is left out: mvacourse train denoiser_grey --budget full")
            continue
        makers = {"noisy": lambda: lambda v, level: v, "TV": lambda: tv, "BM3D": lambda: bm3d}
        found[name] = {**makers, "denoiser": denoiser}[name]()
    return found


def tune() -> None:
    """Print the PSNR of TV against λ, on eight photographs that training may see."""
    crops = [
        (GREY * u).sum(1, keepdim=True)[..., :256, :256] for u in datasets.bsds500("train")[:8]
    ]
    for level in LEVELS:
        psnr: dict[int, float] = {}
        best, sigma = 0, level / 255
        while not {best - 1, best, best + 1} <= set(psnr):  # climb, in steps of 8 %
            for k in {best - 1, best, best + 1} - set(psnr):
                psnr[k] = mean_psnr(crops, level, 0.9 * sigma * 1.08**k)
            best = max(psnr, key=psnr.get)
        print(f"{level}: {0.9 * sigma * 1.08**best:.4g},  # {psnr[best]:.3f} dB", flush=True)


def mean_psnr(crops: list[Tensor], level: int, lam: float) -> float:
    """Denoise all crops by TV with one λ."""
    pairs = ((tv(noise.gaussian(u, level / 255, seed=0), level, lam), u) for u in crops)
    return sum(metrics.psnr(x, u).item() for x, u in pairs) / len(crops)


def write(rows: list[dict[str, str]]) -> None:
    """Write the table, ordered by level and method."""
    order = {name: i for i, name in enumerate(["noisy", "TV", "BM3D", "denoiser"])}
    rows = sorted(rows, key=lambda row: (int(row["sigma"]), order[row["method"]]))
    write_rows(rows, COLUMNS, TABLE)


def measure(chosen: dict[str, Method], levels: list[int]) -> None:
    """Denoise all photographs at all levels; each row replaces the one with the same keys."""
    table = {tuple(row[key] for key in KEYS): row for row in read_rows(TABLE)}
    for name, u in photographs():
        for level in levels:
            v = noise.gaussian(u, level / 255, seed=level)
            for method, restore in chosen.items():
                begun = time.perf_counter()
                x = restore(v, level).clamp(0, 1)
                row = {"sigma": str(level), "image": name, "method": method}
                row["psnr"] = f"{metrics.psnr(x, u).item():.3f}"
                row["ssim"] = f"{metrics.ssim(x, u).item():.4f}"
                row["seconds"] = f"{time.perf_counter() - begun:.2f}"
                row["hardware"] = machine()["cpu"]
                table[tuple(row[key] for key in KEYS)] = row
                print(f"{name}, sigma {level}: {method} {row['psnr']} dB", flush=True)
        write(list(table.values()))


def figure() -> None:
    """Print the means, and draw the gains over TV to ``results/denoise.png``."""
    import matplotlib.pyplot as plt

    rows = {tuple(row[key] for key in KEYS): float(row["psnr"]) for row in read_rows(TABLE)}
    names = list(dict.fromkeys(name for _, name, _ in rows))
    known = ("noisy", "TV", "BM3D", "denoiser")
    every = [(str(level), name) for level in LEVELS for name in names]
    shown = [m for m in known if all((*place, m) in rows for place in every)]
    size = {"figsize": (20, 4), "sharey": True, "constrained_layout": True}
    fig, axes = plt.subplots(1, len(LEVELS), **size)
    for ax, level in zip(axes, map(str, LEVELS)):
        for method in shown:
            psnr = [rows[level, name, method] for name in names]
            print(f"sigma {level}: {method} {sum(psnr) / len(psnr):.2f} dB on average")
            if method in ("BM3D", "denoiser"):
                gain = [p - rows[level, name, "TV"] for p, name in zip(psnr, names)]
                ax.plot(gain, "o" if method == "denoiser" else "x", label=method)
        ax.set_xticks(range(len(names)), names, rotation=90)
        ax.set(title=f"σ = {level}/255")
        ax.grid(axis="y", alpha=0.3)
    axes[0].set_ylabel("PSNR gained over TV (dB)")
    axes[0].legend()
    write_figure(fig, RESULTS / "denoise.png", 100)


def main() -> None:
    """Measure, print, write and draw."""
    known = ["noisy", "TV", "BM3D", "denoiser"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", default=known, choices=known)
    parser.add_argument("--levels", nargs="+", type=int, default=LEVELS, choices=LEVELS)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--tune", action="store_true", help="print TV's PSNR against λ, and stop")
    options = parser.parse_args()
    start(threads=options.threads)
    if options.tune:
        tune()
        return
    measure(methods(options.methods), options.levels)
    figure()


if __name__ == "__main__":
    run(main)
