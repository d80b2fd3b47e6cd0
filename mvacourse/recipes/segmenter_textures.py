"""Recipe for the segmenter that judges painted texture scenes, and its scores (F8)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import images, metrics, nets, train
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe

CLASSES = len(images.TEXTURES)

ON_SCENES = f'images.texture_scenes(300, seed={TEST_SEED}, split="test")'
ABOUT_SCENES = f"images.texture_scenes({{n}}, seed={TRAIN_SEED})"

_NAME = "segmenter_textures"


def scenes(n: int) -> tuple[Tensor, Tensor]:
    """Draw n training scenes: label maps and photographs."""
    drawn = images.texture_scenes(n, TRAIN_SEED)
    return drawn.labels, drawn.photographs


def held_out() -> tuple[Tensor, Tensor]:
    """Draw 300 held-out scenes, from the textures' other halves: label maps and photographs."""
    drawn = images.texture_scenes(300, TEST_SEED, split="test")
    return drawn.labels, drawn.photographs


def _segmenter(
    labels: Tensor, photographs: Tensor, *, width: int, n_scales: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.UNet(1, CLASSES, width=width, n_scales=n_scales, residual=False)
    pairs = train.Labelled(labels, photographs, CLASSES, to="labels")
    net, history = train.regression(net, pairs, loss=F.cross_entropy, seed=seed, **options)
    return {_NAME: net}, history


@torch.no_grad()
def scores(
    painted: Tensor, segmenter: nn.Module, labels: Tensor, photographs: Tensor
) -> dict[str, float]:
    """Judge images painted from label maps, and compare them with the photographs.

    ``per_pixel``, ``per_class`` and ``iou`` come from :func:`mvacourse.metrics.segmentation`,
    applied to the labels that the segmenter predicts. ``variance`` is the ratio of their
    :func:`mvacourse.metrics.class_variance` to that of the photographs, averaged over the classes.
    ``l1`` is the mean absolute difference from the photographs. Segmenter and variance look at the
    grey of colour images: the material must be seen without its colour.
    """
    classes = segmenter.out_channels
    found = torch.cat([segmenter(images.grey(x)).argmax(1) for x in painted.split(50)])
    return {
        **metrics.segmentation(found, labels, classes)._asdict(),
        "variance": relative_variance((painted, labels), (photographs, labels)),
        "l1": float((painted - photographs).abs().mean()),
    }


def relative_variance(painted: tuple[Tensor, Tensor], real: tuple[Tensor, Tensor]) -> float:
    """Divide the variances within the classes by those of real images; average over the classes.

    Each pair is images (B,C,H,W), of which the grey counts, and label maps (B,H,W).
    """
    own, true = (metrics.class_variance(images.grey(x), y, CLASSES) for x, y in (painted, real))
    return float((own / true).nanmean())


def _measure(made: Made, labels: Tensor, photographs: Tensor) -> dict[str, float]:
    found = scores(photographs, made[_NAME], labels, photographs)
    return {key: found[key] for key in ("per_pixel", "per_class", "iou")}


_READER = {"width": 8, "n_scales": 4, "batch": 16, "lr": 3e-3, "average": 0.99}

RECIPES = {
    _NAME: Recipe(
        "segmenter of texture scenes",
        ABOUT_SCENES,
        scenes,
        held_out,
        ON_SCENES,
        _segmenter,
        _measure,
        {
            "fast": {"n": 1000, "n_steps": 200, **_READER},
            "full": {"n": 6000, "n_steps": 2000, **_READER},
        },
    ),
}
