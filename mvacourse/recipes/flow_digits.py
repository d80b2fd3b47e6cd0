"""Recipe for the normalising flow, on typographic digits (E3)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import train, validate
from mvacourse.losses import bits_per_dimension, flow_nll
from mvacourse.nets import Flow
from mvacourse.recipes.data import ABOUT_DIGITS, ON_DIGITS, digits, held_out_digits
from mvacourse.recipes.recipe import Made, Recipe
from mvacourse.train.flow import NOISE

_NAME = "flow_digits"


def _flow(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
    net, history = train.flow(x, **options)
    return {_NAME: net}, history


def _measure(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return of_flow(made[_NAME], x)


@torch.no_grad()
def of_flow(net: Flow, images: Tensor) -> dict[str, float]:
    """Compute bits per dimension, dequantised as in training, and the error of the inverse."""
    noise = torch.rand(images.shape, generator=validate.generator(0))
    x = (1 - NOISE) * images + NOISE * noise
    z, logdet = net(x)
    nll = float(flow_nll(z, logdet))
    return {
        "nll": nll,
        "bits_per_dimension": bits_per_dimension(nll, net.k, round(1 / NOISE)),
        "inverse_error": float((net.inverse(net(images)[0]) - images).abs().max()),
    }


RECIPES = {
    _NAME: Recipe(
        "normalising flow on typographic digits",
        ABOUT_DIGITS,
        digits,
        held_out_digits,
        ON_DIGITS,
        _flow,
        _measure,
        {"fast": {"n": 20_000, "n_steps": 400}, "full": {"n": 60_000, "n_steps": 3000}},
    ),
}
