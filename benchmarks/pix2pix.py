"""Read painted images with a segmenter, beside the table of the pix2pix paper (F7, F8).

Isola et al. (2017) let a network that labels real photographs of streets read painted ones: what
it cannot recognise was not painted well. Here the subjects are

- textures: 300 scenes of ``images.texture_scenes(…, split="test")``, painted by the networks that
  the course ships, read by its segmenter. Both learned from the other halves of the textures.
- patches: the same scenes, L1 + cGAN with discriminators that see 1, 16, 34, 70 or 142 pixels. In
  images of 64 pixels 142 is the whole. They are trained here, all for as many steps, fewer than the
  shipped ones (minutes each).
- facades: CMP façades at 64×64 in twelve classes. Segmenter and painters are trained here, on 360
  pairs, and judged on the other 40. The paper gives no such numbers. (Half an hour on one core;
  needs the files.) What was painted is drawn to build/pix2pix/facades.png.

The textures' painters have λ = 20, which is 10 for images in [−1, 1] where the paper has 100;
batches of 4, Adam along a cosine from 2e-3 (D: 4e-3), a running mean of G's weights, a norm over
the channels of a pixel in the place of batch norm, and a U-Net of 0.6 million weights. On façades
λ is the paper's, and the cGAN alone has a quarter of the rates. Noise is dropout, one draw, seed 0.
Variance is the one within classes, over that of real images.

    python benchmarks/pix2pix.py                          # textures: seconds
    python benchmarks/pix2pix.py --subjects patches facades

Every row goes to results/pix2pix.csv as soon as it is known. A training that is interrupted goes on
from its checkpoint in build/pix2pix.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from common import RESULTS, machine, read_rows, write_rows
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import datasets, images, nets, start, train, weights
from mvacourse.recipes import TRAIN_SEED, pix2pix_textures, segmenter_textures

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "published"
LOSSES = {"L1": "pix2pix_l1", "cGAN": "pix2pix_cgan", "L1 + cGAN": "pix2pix_l1_cgan"}
LOOP = ("batch", "lr", "lr_D", "warm_up", "average")
PATCHES = {0: 1, 1: 16, 2: 34, 3: 70, 4: 142}
COLUMNS = ["subject", "loss", "patch", "per_pixel", "per_class", "iou", "variance", "l1", "steps"]
COLUMNS += ["seconds", "hardware"]
PALETTE = [
    *((0, 48, 255), (0, 0, 222), (0, 128, 255), (255, 80, 0), (176, 0, 0), (192, 255, 63)),
    *((255, 160, 0), (0, 208, 255), (32, 255, 224), (112, 255, 144), (255, 0, 0), (255, 240, 0)),
]
"""Colours of the twelve classes in the façades' label maps."""

Row = dict[str, Any]


def score(
    name: tuple[str, str, int | str],
    painted: Tensor,
    scenes: tuple[Tensor, Tensor],
    segmenter: nn.Module,
    told: Row,
) -> None:
    """Judge painted images, and put the row into the table."""
    found = segmenter_textures.scores(painted, segmenter, *scenes)
    row = dict(zip(("subject", "loss", "patch"), name))
    row |= {key: f"{value:.4f}" for key, value in found.items()}
    row |= {key: told.get(key, "") for key in ("steps", "seconds", "hardware")}
    update({key: str(row[key]) for key in COLUMNS})
    print(*(f"{key} {row[key]}" for key in COLUMNS[:8]), flush=True)


def score_textures(options: argparse.Namespace) -> None:
    """Judge the shipped networks."""
    scenes, segmenter = segmenter_textures.held_out(), weights.load("segmenter_textures")
    card = weights.card("segmenter_textures")
    score(("textures", "real", ""), scenes[1], scenes, segmenter, card)
    for loss, name in LOSSES.items():
        if name not in weights.names():
            print(f"{loss} is left out: mvacourse train {name} --budget full")
            continue
        card = weights.card(name)
        patch = "" if loss == "L1" else PATCHES[card["options"]["n_layers"]]
        painted = pix2pix_textures.paint(weights.load(name), scenes[0])
        score(("textures", loss, patch), painted, scenes, segmenter, card)


def score_patches(options: argparse.Namespace) -> None:
    """Train with other discriminators, and judge what comes of it."""
    scenes, segmenter = segmenter_textures.held_out(), weights.load("segmenter_textures")
    shipped = dict(weights.card("pix2pix_l1_cgan")["options"])
    learned = images.texture_scenes(4000, TRAIN_SEED)
    pairs = train.Labelled(learned.labels, learned.photographs, segmenter_textures.CLASSES)
    for n_layers, patch in PATCHES.items():
        sizes = {key: shipped[key] for key in ("width", "n_scales", "detail")}
        loop = {key: shipped[key] for key in ("lam", *LOOP)}
        judge = {"width": shipped["width_D"], "n_layers": n_layers}
        told, G = paint_by(pairs, f"patch{patch}", options, sizes, judge, loop)
        painted = pix2pix_textures.paint(G, scenes[0])
        score(("patches", "L1 + cGAN", patch), painted, scenes, segmenter, told)


def score_facades(options: argparse.Namespace) -> None:
    """Train segmenter and painters on façades, and judge them."""
    learned, held_out = facades("train"), facades("test")
    classes = len(PALETTE)
    segmenter = read_by(train.Labelled(*learned, classes, to="labels"), options)
    score(("facades", "real", ""), held_out[1], held_out, segmenter, {})
    pairs = train.Labelled(*learned, classes)
    shipped, painted = dict(weights.card("pix2pix_l1_cgan")["options"]), {"real": held_out[1]}
    for loss in LOSSES:
        sizes = {key: shipped[key] for key in ("width", "n_scales", "detail")}
        judge = {"width": shipped["width_D"], "n_layers": shipped["n_layers"]}
        loop = {key: shipped[key] for key in LOOP}
        loop["lam"] = 0.0 if loss == "cGAN" else 200.0  # the paper's 100, for images in [0, 1]
        if loss == "cGAN":  # with the rates of the others it collapses into one colour
            loop |= {"lr": shipped["lr"] / 4, "lr_D": shipped["lr_D"] / 4}
        judge = None if loss == "L1" else judge
        told, G = paint_by(pairs, f"facades_{LOSSES[loss]}", options, sizes, judge, loop)
        painted[loss] = pix2pix_textures.paint(G, held_out[0])
        patch = "" if loss == "L1" else PATCHES[judge["n_layers"]]
        score(("facades", loss, patch), painted[loss], held_out, segmenter, told)
    sheet(held_out[0], painted, options.work / "facades.png")


def sheet(labels: Tensor, painted: dict[str, Tensor], path: Path, n: int = 8) -> None:
    """Draw what was painted, a row for each painter; a picture to look at, not to pass on."""
    import matplotlib.pyplot as plt

    colours = torch.tensor(PALETTE)[labels[:n]].permute(0, 3, 1, 2) / 255
    rows = {"labels": colours, **painted}
    fig, axes = plt.subplots(len(rows), n, figsize=(n, len(rows)), constrained_layout=True)
    for line, (name, x) in zip(axes, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for ax, one in zip(line, x[:n], strict=True):
            ax.imshow(one.permute(1, 2, 0))
            ax.set(xticks=[], yticks=[])
    fig.savefig(path, dpi=100)
    plt.close(fig)


def facades(split: str) -> tuple[Tensor, Tensor]:
    """Give façades at 64×64: labels (N,H,W) by the nearest colour, and photographs."""
    palette = torch.tensor(PALETTE) / 255
    photographs, labels = [], []
    for photograph, colours in datasets.facades(split):
        photographs.append(F.avg_pool2d(photograph, 4))
        # the middle of each 4×4 square: a mean of colours would be the colour of another class
        pixels = colours[0, :, 2::4, 2::4].flatten(1).T
        labels.append(torch.cdist(pixels, palette).argmin(1).view(64, 64))
    return torch.stack(labels), torch.cat(photographs)


def paint_by(
    pairs: train.Labelled,
    name: str,
    options: argparse.Namespace,
    sizes: Row,
    judge: Row | None,
    loop: Row,
) -> tuple[Row, nn.Module]:
    """Train a painter, or take up its training; with it, its steps and seconds."""
    channels = pairs.photographs.shape[1]
    with train.seeded(0):
        G = nets.Pix2PixUNet(pairs.classes, channels, **sizes)
        D = judge and nets.PatchGAN(pairs.classes + channels, **judge)
    G, _, history = train.pix2pix(
        *(G, D, pairs),
        n_steps=options.steps,
        checkpoint=options.work / f"{name}.checkpoint",
        resume=True,
        **loop,
    )
    return told(history, options.steps), G


def read_by(pairs: train.Labelled, options: argparse.Namespace) -> nn.Module:
    """Train a segmenter, or take up its training."""
    with train.seeded(0):
        net = nets.UNet(pairs.photographs.shape[1], pairs.classes, width=16, residual=False)
    return train.regression(
        *(net, pairs),
        loss=F.cross_entropy,
        n_steps=1500,
        lr=1e-3,
        warm_up=100,
        clip=1.0,
        average=0.99,
        checkpoint=options.work / "facades_segmenter.checkpoint",
        resume=True,
    )[0]


def told(history: train.History, n_steps: int) -> Row:
    """Say how long it was trained, and where."""
    return {"steps": n_steps, "seconds": round(history.seconds), "hardware": machine()["cpu"]}


def read() -> list[Row]:
    """Read the table, or none."""
    return read_rows(RESULTS / "pix2pix.csv")


def update(row: Row) -> None:
    """Put a row into the table, in the place of that of the same subject, loss and patch."""
    table = {tuple(r.values())[:3]: r for r in [*read(), row]}
    write_rows(table.values(), COLUMNS, RESULTS / "pix2pix.csv")


def figure() -> None:
    """Draw scenes painted by each loss, and what is read in them, to ``results/pix2pix.png``."""
    import matplotlib.pyplot as plt

    labels, photographs = (part[:6] for part in segmenter_textures.held_out())
    rows = {"labels": labels[:, None] / 2, "real": photographs}
    rows |= {
        loss: pix2pix_textures.paint(weights.load(name), labels) for loss, name in LOSSES.items()
    }
    with open(SHIPPED / "pix2pix.csv", encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream))
    fig = plt.figure(figsize=(11, 6), constrained_layout=True)
    left, right = fig.subfigures(1, 2, width_ratios=(1.2, 1))
    for line, (name, x) in zip(left.subplots(len(rows), 6), rows.items(), strict=True):
        line[0].set_ylabel(name)
        for ax, image in zip(line, x, strict=True):
            ax.imshow(image[0], cmap="gray", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
    ax = right.subplots()
    subjects = [("published, Cityscapes", published, "Cityscapes")]
    subjects += [(subject, read(), subject) for subject in ("textures", "facades")]
    for i, (label, table, subject) in enumerate(subjects):
        own = {r["loss"]: float(r["per_pixel"]) for r in reversed(table) if r["subject"] == subject}
        known = [loss for loss in (*LOSSES, "real") if loss in own]
        if not known:
            continue
        at = [[*LOSSES, "real"].index(loss) + 0.25 * (i - 1) for loss in known]
        style = {"color": ("#999999", "#E69F00", "#56B4E9")[i], "hatch": ("", "//", "..")[i]}
        ax.bar(at, [own[loss] for loss in known], 0.24, label=label, edgecolor="white", **style)
    ax.set_xticks(range(4), [*LOSSES, "real"])
    ax.set(ylabel="pixels whose class a segmenter finds", ylim=(0, 1))
    ax.legend()
    fig.savefig(RESULTS / "pix2pix.png", dpi=90)


SUBJECTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "textures": score_textures,
    "patches": score_patches,
    "facades": score_facades,
}


def main() -> None:
    """Measure what is asked for, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", nargs="+", default=["textures"], choices=list(SUBJECTS))
    parser.add_argument("--steps", type=int, default=5000, help="of the painters trained here")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--work", type=Path, default=Path("build/pix2pix"))
    options = parser.parse_args()
    start(threads=options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    for subject in options.subjects:
        SUBJECTS[subject](options)
    figure()


if __name__ == "__main__":
    main()
