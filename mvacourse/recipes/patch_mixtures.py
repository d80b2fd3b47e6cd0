"""Recipes for generative priors on patches: of photographs, and of digits (E1, E5)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import images, metrics, nets, train
from mvacourse.datasets import set5
from mvacourse.recipes import data
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe

_LEVEL = 25


def _digits(n: int) -> tuple[list[Tensor]]:
    drawn, _ = images.coloured_digits(n, seed=TRAIN_SEED)
    return (list(data.to_8bit(drawn)),)


def _held_out_digits() -> tuple[list[Tensor]]:
    drawn, _ = images.coloured_digits(200, seed=TEST_SEED)
    return (list(drawn[:, None]),)


def _held_out_photographs() -> tuple[list[Tensor]]:
    return (list(set5().values()),)


def _mixture(name: str) -> Any:
    def recipe(photographs: list[Tensor], **options: Any) -> tuple[Made, train.History]:
        net, history = train.patch_mixture(photographs, **options)
        return {name: net}, history

    return recipe


@torch.no_grad()
def of_patches(made: Made, pictures: list[Tensor]) -> dict[str, float]:
    """Compute the log-likelihood of a patch (nats), and the PSNR (dB) after denoising, σ = 25."""
    (net,) = made.values()
    assert isinstance(net, nets.PatchMixture)
    generator = torch.Generator().manual_seed(TEST_SEED)
    sigma = _LEVEL / 255
    likely, psnr = [], []
    for u in pictures:
        likely.append(net.log_prob(net.cut(u, net.side)))
        v = u + sigma * torch.randn(u.shape, generator=generator)
        psnr.append(metrics.psnr(net(v, sigma), u))
    return {
        "log_likelihood": float(torch.cat(likely).mean()),
        f"psnr_{_LEVEL}": float(torch.cat(psnr).mean()),
    }


RECIPES = {
    "patches_photo": Recipe(
        "mixture of Gaussians on patches of colour photographs",
        data.ABOUT_PHOTOGRAPHS,
        data.photographs,
        _held_out_photographs,
        "Set5",
        _mixture("patches_photo"),
        of_patches,
        {
            "fast": {"n": 100, "n_steps": 40, "n_components": 20},
            "full": {"n": 400, "n_steps": 600, "batch": 128},
        },
    ),
    "patches_digits": Recipe(
        "mixture of Gaussians on patches of coloured digits",
        f"images.coloured_digits({{n}}, seed={TRAIN_SEED})",
        _digits,
        _held_out_digits,
        f"images.coloured_digits(200, seed={TEST_SEED})",
        _mixture("patches_digits"),
        of_patches,
        {
            "fast": {"n": 500, "n_steps": 40, "n_components": 20, "size": 28},
            "full": {"n": 5000, "n_steps": 300, "n_components": 40, "size": 28, "batch": 128},
        },
    ),
}
