"""The course's networks for texture scenes: three that paint, and one that reads (F7, F8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import images, metrics, nets, train, weights
from mvacourse.catalogue.entry import TEST_SEED, TRAIN_SEED, Entry, Made

CLASSES = len(images.TEXTURES)

_JUDGE = "segmenter_textures"


def _scenes(n: int) -> tuple[Tensor, Tensor]:
    scenes = images.texture_scenes(n, TRAIN_SEED)
    return scenes.labels, scenes.photographs


def held_out() -> tuple[Tensor, Tensor]:
    """Give the label maps and the photographs of 300 scenes, of the textures' other halves."""
    scenes = images.texture_scenes(300, TEST_SEED, split="test")
    return scenes.labels, scenes.photographs


def _pix2pix(name: str) -> Callable[..., tuple[Made, train.History]]:
    def recipe(
        labels: Tensor,
        photographs: Tensor,
        *,
        width: int,
        n_scales: int,
        detail: int,
        width_D: int | None = None,
        n_layers: int = 2,
        seed: int,
        **options: Any,
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            G = nets.Pix2PixUNet(CLASSES, 1, width=width, n_scales=n_scales, detail=detail)
            D = width_D and nets.PatchGAN(CLASSES + 1, width=width_D, n_layers=n_layers)
        pairs = train.Labelled(labels, photographs, CLASSES)
        G, _, history = train.pix2pix(G, D, pairs, seed=seed, **options)
        return {name: G}, history

    return recipe


def _segmenter(
    labels: Tensor, photographs: Tensor, *, width: int, n_scales: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.UNet(1, CLASSES, width=width, n_scales=n_scales, residual=False)
    pairs = train.Labelled(labels, photographs, CLASSES, to="labels")
    net, history = train.regression(net, pairs, loss=F.cross_entropy, seed=seed, **options)
    return {_JUDGE: net}, history


@torch.no_grad()
def paint(G: nets.Pix2PixUNet, labels: Tensor, seed: int | None = 0) -> Tensor:
    """Paint label maps (B,H,W) with the noise of a seed, None for none: (B,C,H,W)."""
    noise = None if seed is None else torch.Generator().manual_seed(seed)
    return torch.cat([G(nets.one_hot(some, G.in_channels), noise) for some in labels.split(50)])


@torch.no_grad()
def scores(
    painted: Tensor, segmenter: nn.Module, labels: Tensor, photographs: Tensor
) -> dict[str, float]:
    """Judge images painted after label maps, beside the photographs that these are of.

    ``per_pixel``, ``per_class`` and ``iou`` are those of :func:`mvacourse.metrics.segmentation` for
    what the segmenter reads in them; ``variance`` is their :func:`mvacourse.metrics.class_variance`
    over that of the photographs, averaged over the classes; ``l1`` their mean absolute difference.
    """
    classes = segmenter.out_channels
    found = torch.cat([segmenter(x).argmax(1) for x in painted.split(50)])
    variance, true = (metrics.class_variance(x, labels, classes) for x in (painted, photographs))
    return {
        **metrics.segmentation(found, labels, classes)._asdict(),
        "variance": float((variance / true).nanmean()),
        "l1": float((painted - photographs).abs().mean()),
    }


def _measure_segmenter(made: Made, labels: Tensor, photographs: Tensor) -> dict[str, float]:
    found = scores(photographs, made[_JUDGE], labels, photographs)
    return {key: found[key] for key in ("per_pixel", "per_class", "iou")}


def _measure_painter(made: Made, labels: Tensor, photographs: Tensor) -> dict[str, float]:
    (G,) = made.values()
    segmenter = weights.load(_JUDGE)
    found = scores(paint(G, labels), segmenter, labels, photographs)
    real = scores(photographs, segmenter, labels, photographs)
    return {**found, "of_real": found["per_pixel"] / real["per_pixel"]}


_SCENES = (f"images.texture_scenes({{n}}, seed={TRAIN_SEED})", _scenes, held_out)
_G = {"width": 20, "n_scales": 4, "detail": 16, "batch": 4, "lr": 2e-3, "average": 0.998}
_D = {"width_D": 32, "n_layers": 2, "lr_D": 4e-3, "warm_up": 200}
_READER = {"width": 8, "n_scales": 4, "batch": 16, "lr": 3e-3, "average": 0.99}


def _painter(name: str, about: str, n_steps: int, **options: Any) -> Entry:
    full = {"n": 6000, "n_steps": n_steps, **_G, **options}
    fast = {**full, "n": 1000, "n_steps": 300}
    if "warm_up" in fast:
        fast["warm_up"] = 30
    return Entry(
        f"pix2pix on texture scenes, {about}",
        *_SCENES,
        _pix2pix(name),
        _measure_painter,
        {"fast": fast, "full": full},
        _JUDGE,
    )


ENTRIES = {
    _JUDGE: Entry(
        "segmenter of texture scenes",
        *_SCENES,
        _segmenter,
        _measure_segmenter,
        {
            "fast": {"n": 1000, "n_steps": 200, **_READER},
            "full": {"n": 6000, "n_steps": 2000, **_READER},
        },
    ),
    "pix2pix_l1": _painter("pix2pix_l1", "L1 alone", 4000, lam=1.0),
    "pix2pix_cgan": _painter("pix2pix_cgan", "conditional GAN alone", 16_000, lam=0.0, **_D),
    "pix2pix_l1_cgan": _painter("pix2pix_l1_cgan", "L1 + conditional GAN", 10_000, lam=20.0, **_D),
}
