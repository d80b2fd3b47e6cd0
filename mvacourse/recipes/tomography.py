"""Recipes for tomography with few views: a U-Net after FBP, and an unrolled network (F3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse import images, metrics, nets, noise, train
from mvacourse.operators import Radon
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.train.scan_pairs import Tomography

SIZE = 128
"""Height and width of the phantoms."""

VIEWS = 30
"""Number of views in half a turn; this image size would need about 200 (π/2 times its width)."""

SIGMA = 1.0
"""Level of the noise on the sinogram, whose largest values are about 70."""

FILTER = "hann"
"""Filter of the filtered back-projection (FBP) that both networks start from."""

UNET = {"width": (32, 48, 64), "depth": 2, "fold": 2}
UNROLLED = {"n_iter": 5, "width": (24, 48)}


def scanner(n_views: int = VIEWS) -> Radon:
    """Return the operator for evenly spaced views over half a turn."""
    return Radon([180 * i / n_views for i in range(n_views)], SIZE)


def _phantoms(n: int) -> tuple[Tensor]:
    return (images.ellipses(n, TRAIN_SEED, SIZE),)


def _held_out() -> tuple[Tensor]:
    return (images.ellipses(32, TEST_SEED, SIZE),)


def _recipe(
    name: str, make: Callable[[], torch.nn.Module], given: str
) -> Callable[..., tuple[Made, train.History]]:
    def recipe(phantoms: Tensor, *, seed: int, **options: Any) -> tuple[Made, train.History]:
        with train.seeded(seed):
            net = make()
        pairs = Tomography(phantoms, scanner(), SIGMA, given=given, filter=FILTER)
        net, history = train.regression(net, pairs, seed=seed, **options)
        return {name: net}, history

    return recipe


@torch.no_grad()
def restore(net: torch.nn.Module, y: Tensor, A: Radon) -> Tensor:
    """Call a network as in its training: on the filtered back-projection, or on the scan."""
    x0 = A.fbp(y, FILTER)
    return net(y, A, x0) if isinstance(net, nets.Unrolled) else net(x0)


def of_tomography(made: Made, phantoms: Tensor) -> dict[str, float]:
    """Compute the mean PSNR (dB): as trained, with other numbers of views, and with other noise.

    ``fbp`` is the PSNR of the filtered back-projection that the network starts from.
    """
    net = next(iter(made.values()))

    def psnr(name: str, n_views: int = VIEWS, sigma: float = SIGMA) -> dict[str, float]:
        A = scanner(n_views)
        y = noise.gaussian(A(phantoms), sigma, seed=0)
        x = torch.cat([restore(net, part, A) for part in y.split(8)])
        return {name: float(metrics.psnr(x, phantoms).mean())}

    A = scanner()
    x0 = A.fbp(noise.gaussian(A(phantoms), SIGMA, seed=0), FILTER)
    return {
        **psnr("psnr"),
        "fbp": float(metrics.psnr(x0, phantoms).mean()),
        **psnr("psnr_15_views", n_views=15),
        **psnr("psnr_60_views", n_views=60),
        **psnr("psnr_half_noise", sigma=SIGMA / 2),
        **psnr("psnr_double_noise", sigma=2 * SIGMA),
    }


_ON = f"images.ellipses(32, seed={TEST_SEED}, size={SIZE})"
_DATA = (f"images.ellipses({{n}}, seed={TRAIN_SEED}, size={SIZE})", _phantoms, _held_out, _ON)

RECIPES = {
    "unet_tomography": Recipe(
        f"U-Net after filtered back-projection, {VIEWS} views",
        *_DATA,
        _recipe("unet_tomography", lambda: nets.UNet(**UNET), "fbp"),
        of_tomography,
        {
            "fast": {"n": 200, "n_steps": 300, "batch": 4, "lr": 2e-3, "warm_up": 30},
            "full": {"n": 2000, "n_steps": 5000, "batch": 4, "lr": 2e-3, "warm_up": 100},
        },
    ),
    "unrolled_tomography": Recipe(
        f"unrolled gradient descent, 5 steps, {VIEWS} views",
        *_DATA,
        _recipe("unrolled_tomography", lambda: nets.Unrolled(**UNROLLED), "scan"),
        of_tomography,
        {
            "fast": {"n": 200, "n_steps": 300, "batch": 2, "lr": 2e-3, "warm_up": 30},
            "full": {"n": 2000, "n_steps": 6000, "batch": 2, "lr": 2e-3, "warm_up": 100},
        },
    ),
}
