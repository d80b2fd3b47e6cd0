"""Gains of a U-Net from skip connections and the residual form (F1, F2): four trainings.

The task is to denoise grey photographs, σ = 15/255. Training uses windows of six of scikit-image's
photographs; two others are held out. The four forms, with and without skip connections,
y = x + N(x) and y = N(x), have the same number of weights, the same initial weights, batches,
learning rate and number of steps.

    python benchmarks/unet_forms.py

writes the PSNR during training to data/published/unet_forms.csv, and draws it to
results/unet_forms.png. About ten minutes on one core.
"""

from __future__ import annotations

import argparse
import itertools

import torch
from common import PUBLISHED, RESULTS, run, write_figure, write_rows
from torch import Tensor

from mvacourse import images, metrics, nets, noise, start, train
from mvacourse.train.crop_pairs import Crops
from mvacourse.train.seeds import Draw

COLUMNS = ["skips", "residual", "seed", "step", "psnr"]
LEARN = ("astronaut", "brick", "chelsea", "coins", "gravel", "rocket")
TRY = ("camera", "coffee")
SIGMA = 15 / 255
EVERY = 20


class Noisy:
    """Pairs of a noisy window and its clean window."""

    fingerprint = "noisy windows"

    def __init__(self) -> None:
        self.crops = Crops([(255 * images.photo(n)[0]).round().byte() for n in LEARN], 64)

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor], Tensor]:
        """Draw v and u."""
        u = self.crops(draw, batch)
        return (u + SIGMA * draw.normal(batch, *u.shape[1:]),), u


def curve(skips: bool, residual: bool, seed: int, n_steps: int) -> list[dict[str, object]]:
    """Train one form, and measure it during training."""
    u = torch.cat([images.photo(name, 256) for name in TRY])
    v = noise.gaussian(u, SIGMA, seed=0)
    rows = []

    @torch.no_grad()
    def look(step: int, net: torch.nn.Module) -> None:
        if step % EVERY == 0:
            psnr = metrics.psnr(net(v), u).mean().item()
            form = {"skips": skips, "residual": residual, "seed": seed}
            rows.append({**form, "step": step, "psnr": f"{psnr:.3f}"})

    with train.seeded(seed):
        net = nets.UNet(width=(16, 32, 64), skips=skips, residual=residual)
    options = {"batch": 4, "lr": 1e-3, "average": 0.95, "warm_up": 20, "progress": False}
    train.regression(net, Noisy(), n_steps=n_steps, seed=seed, callback=look, **options)
    print(f"skips {skips}, residual {residual}, seed {seed}: {rows[-1]['psnr']} dB", flush=True)
    return rows


def figure(rows: list[dict[str, object]]) -> None:
    """Draw the curves, averaged over the seeds."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 4), constrained_layout=True)
    for skips, residual in itertools.product((True, False), repeat=2):
        steps: dict[int, list[float]] = {}
        for row in rows:
            if (row["skips"], row["residual"]) == (skips, residual):
                steps.setdefault(int(row["step"]), []).append(float(row["psnr"]))
        label = f"{'with' if skips else 'without'} skips, y = {'x + ' if residual else ''}N(x)"
        style = {"color": "tab:blue" if residual else "tab:orange", "ls": "-" if skips else "--"}
        ax.plot(steps.keys(), [sum(p) / len(p) for p in steps.values()], label=label, **style)
    ax.set(xlabel="step", ylabel="PSNR (dB)")
    ax.grid(alpha=0.3)
    ax.legend()
    write_figure(fig, RESULTS / "unet_forms.png", 100)


def main() -> None:
    """Train the four forms, write and draw their curves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    start(threads=options.threads)
    forms = itertools.product((True, False), (True, False), range(options.seeds))
    rows = [row for form in forms for row in curve(*form, options.steps)]
    write_rows(rows, COLUMNS, PUBLISHED / "unet_forms.csv")
    figure(rows)


if __name__ == "__main__":
    run(main)
