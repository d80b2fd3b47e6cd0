"""Recipe for the denoiser of grey photographs, for all noise levels (F3, G3)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import metrics, nets, train
from mvacourse.datasets import set5
from mvacourse.recipes import data
from mvacourse.recipes.recipe import TEST_SEED, Made, Recipe
from mvacourse.train.crop_pairs import Denoising

_LEVELS = (15, 25, 50)
"""Noise levels for the card; the unit is 1/255."""


def _photographs(n: int) -> tuple[list[Tensor]]:
    return ([data.to_8bit(data.grey(x / 255)) for x in data.photographs(n)[0]],)


def _held_out() -> tuple[list[Tensor]]:
    return ([data.grey(x[0])[None] for x in set5().values()],)


def _denoiser(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.Denoiser()
    net, history = train.regression(net, Denoising(photographs, size), seed=seed, **options)
    return {"denoiser_grey": net}, history


@torch.no_grad()
def of_denoiser(made: Made, photographs: list[Tensor]) -> dict[str, float]:
    """Compute the mean PSNR (dB) at three noise levels; neither input nor output is clipped."""
    net = next(iter(made.values()))
    generator = torch.Generator().manual_seed(TEST_SEED)
    noise = [torch.randn(u.shape, generator=generator) for u in photographs]
    found = {}
    for level in _LEVELS:
        sigma = level / 255
        values = [metrics.psnr(net(u + sigma * w, sigma), u) for u, w in zip(photographs, noise)]
        found[f"psnr_{level}"] = float(torch.cat(values).mean())
    return found


RECIPES = {
    "denoiser_grey": Recipe(
        "denoiser of grey photographs, for noise from 5 to 50 of 255",
        f"{data.ABOUT_PHOTOGRAPHS}, in grey",
        _photographs,
        _held_out,
        "Set5, in grey",
        _denoiser,
        of_denoiser,
        {
            "fast": {"n": 100, "n_steps": 1200, "batch": 4, "size": 64, "warm_up": 30, "clip": 0.5},
            "full": {
                "n": 400,
                "n_steps": 20_000,
                "batch": 4,
                "size": 64,
                "lr": 1e-3,
                "warm_up": 200,
                "clip": 0.5,
            },
        },
    ),
}
