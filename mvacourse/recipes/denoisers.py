"""Recipes for the denoisers of photographs, for all noise levels (F3, G3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import metrics, nets, train, weights
from mvacourse.datasets import set5
from mvacourse.nets.denoiser import typical_error
from mvacourse.recipes import data
from mvacourse.recipes.recipe import TEST_SEED, Data, Made, Recipe
from mvacourse.train.crop_pairs import Denoising

_LEVELS = (1, 5, 15, 25, 50, 75)
"""Noise levels for the card; the unit is 1/255."""

Net = TypeVar("Net", bound=nn.Module)


def grey_photographs(n: int) -> tuple[list[Tensor]]:
    """Return the first n photographs for training, in grey, in 8 bits, (1,H,W)."""
    return ([data.to_8bit(data.grey(x / 255)) for x in data.photographs(n)[0]],)


def grey_set5() -> tuple[list[Tensor]]:
    """Return Set5 in grey, each (1,1,H,W)."""
    return ([data.grey(x[0])[None] for x in set5().values()],)


def _colour_set5() -> tuple[list[Tensor]]:
    return (list(set5().values()),)


def _denoiser(name: str, channels: int) -> Callable[..., tuple[Made, train.History]]:
    def recipe(
        photographs: list[Tensor], *, size: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            net = nets.Denoiser(channels)
        net, history = _regression(net, photographs, size, seed=seed, **options)
        return {name: net}, history

    return recipe


def _gradient_step(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    """Continue from the free denoiser: it is a good N, and only needs to learn its new task."""
    free = weights.load("denoiser_grey")
    sizes = {key: value for key, value in free.arguments.items() if key != "activation"}
    net = nets.GradientStepDenoiser(**sizes)
    net.N.load_state_dict(free.state_dict())
    net, history = _regression(net, photographs, size, seed=seed + 1, **options)
    return {"denoiser_gradient_step": net}, history


def _regression(
    net: Net, photographs: list[Tensor], size: int, **options: Any
) -> tuple[Net, train.History]:
    """Train on all noise levels, each with the same weight, towards the conditional mean."""
    pairs = Denoising(photographs, size, sigma=(0.0, 1.0), median=20 / 255)
    return train.regression(net, pairs, loss=F.mse_loss, scale=typical_error, **options)


@torch.no_grad()
def of_denoiser(made: Made, photographs: list[Tensor]) -> dict[str, float]:
    """Compute the mean PSNR (dB) at six noise levels; neither input nor output is clipped."""
    net = next(iter(made.values()))
    generator = torch.Generator().manual_seed(TEST_SEED)
    noise = [torch.randn(u.shape, generator=generator) for u in photographs]
    found = {}
    for level in _LEVELS:
        sigma = level / 255
        values = [metrics.psnr(net(u + sigma * w, sigma), u) for u, w in zip(photographs, noise)]
        found[f"psnr_{level}"] = float(torch.cat(values).mean())
    return found


def _recipe(
    name: str, channels: int, load: Callable[[int], Data], held_out: Callable[[], Data]
) -> Recipe:
    kind = "grey" if channels == 1 else "colour"
    return Recipe(
        f"denoiser of {kind} photographs, for all noise levels",
        f"{data.ABOUT_PHOTOGRAPHS}, in {kind}",
        load,
        held_out,
        f"Set5, in {kind}",
        _denoiser(name, channels),
        of_denoiser,
        {
            "fast": {"n": 100, "n_steps": 600, "batch": 4, "size": 64, "warm_up": 30, "clip": 1.0},
            "full": {
                "n": 400,
                "n_steps": 44_000,
                "batch": 4,
                "size": 64,
                "lr": 4e-4,
                "warm_up": 500,
                "clip": 1.0,
            },
        },
    )


_GRADIENT_STEP = _recipe("denoiser_gradient_step", 1, grey_photographs, grey_set5)._replace(
    about="denoiser of grey photographs that is a gradient step, from denoiser_grey",
    train=_gradient_step,
    budgets={
        "fast": {"n": 100, "n_steps": 100, "batch": 4, "size": 64, "warm_up": 30, "clip": 1.0},
        "full": {
            "n": 400,
            "n_steps": 6000,
            "batch": 4,
            "size": 64,
            "lr": 3e-4,
            "warm_up": 200,
            "clip": 1.0,
        },
    },
    judge="denoiser_grey",
)

RECIPES = {
    "denoiser_grey": _recipe("denoiser_grey", 1, grey_photographs, grey_set5),
    "denoiser_colour": _recipe("denoiser_colour", 3, data.photographs, _colour_set5),
    "denoiser_gradient_step": _GRADIENT_STEP,
}
