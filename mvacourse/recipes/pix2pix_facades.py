"""Recipe for pix2pix on the CMP façades, in colour and in twelve classes (F7, F8)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import datasets, images, metrics, nets, train
from mvacourse.recipes.pix2pix_textures import paint
from mvacourse.recipes.recipe import Made, Recipe

CLASSES = len(images.FACADE_PARTS)

_COLORS = 3
_NAME = "pix2pix_facades"
_SIZE, _WHOLE = 128, 144
"""Sides of a window to learn from, and of the photograph that it is cut out of."""


def pairs_of(split: str, n: int | None = None, size: int = _SIZE) -> tuple[Tensor, Tensor]:
    """Load façades: label maps (N,size,size) by the nearest colour, and photographs."""
    palette = torch.tensor(list(images.FACADE_PARTS.values())) / 255
    labels, photographs = [], []
    for i, (photograph, colors) in enumerate(datasets.facades(split)):
        if i == n:
            break
        photographs.append(_resized(photograph, size, "bilinear"))
        # the nearest pixel: a mean of colours could be the colour of another class
        pixels = _resized(colors, size, "nearest-exact")[0].flatten(1).T
        labels.append(torch.cdist(pixels, palette).argmin(1).view(size, size))
    return torch.stack(labels), torch.cat(photographs).clamp(0, 1)


def _resized(x: Tensor, size: int, mode: str) -> Tensor:
    return F.interpolate(x, size=(size, size), mode=mode, antialias=mode == "bilinear")


def _train(
    labels: Tensor,
    photographs: Tensor,
    *,
    width: int,
    n_scales: int,
    detail: int,
    width_D: int,
    n_layers: int,
    seed: int,
    **options: Any,
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        G = nets.Pix2PixUNet(CLASSES, _COLORS, width=width, n_scales=n_scales, detail=detail)
        D = nets.PatchGAN(CLASSES + _COLORS, width=width_D, n_layers=n_layers)
    pairs = train.Labelled(labels, photographs, CLASSES, size=_SIZE)
    G, _, history = train.pix2pix(G, D, pairs, seed=seed, **options)
    return {_NAME: G}, history


def _measure(made: Made, labels: Tensor, photographs: Tensor) -> dict[str, float]:
    painted = paint(made[_NAME], labels)
    variance, true = (
        metrics.class_variance(images.grey(x), labels, CLASSES) for x in (painted, photographs)
    )
    return {
        "variance": float((variance / true).nanmean()),
        "l1": float((painted - photographs).abs().mean()),
    }


_OPTIONS = {
    **{"width": 24, "n_scales": 5, "detail": 16, "width_D": 32, "n_layers": 2},
    **{"lam": 100.0, "batch": 2, "lr": 1e-3, "lr_D": 2e-3, "average": 0.998},
}

RECIPES = {
    _NAME: Recipe(
        "pix2pix on façades, L1 + conditional GAN",
        "the first {n} of the 360 pairs of datasets.facades('train'), at 144×144",
        lambda n: pairs_of("train", n, _WHOLE),
        lambda: pairs_of("test"),
        "the 40 pairs of datasets.facades('test'), at 128×128",
        _train,
        _measure,
        {
            "fast": {"n": 100, "n_steps": 100, "warm_up": 10, **_OPTIONS},
            "full": {"n": 360, "n_steps": 6000, "warm_up": 200, **_OPTIONS},
        },
    ),
}
