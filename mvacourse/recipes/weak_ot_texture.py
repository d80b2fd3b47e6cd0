"""Recipe for a map from one texture to another, learned without pairs (F9)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import images, nets, train, validate, weights
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.transport import (
    coarse_cost,
    conditional_variance,
    energy_distance,
    push,
)
from mvacourse.transport.image_costs import COARSE, blurred

FROM, TO = "gravel", "grass"
"""The textures of x and of y."""

NAME = "weak_ot_texture"

_JUDGE = "segmenter_textures"
_SCALES = (0.7, 1.4, 2.8, 5.6)


def white_noise(x: Tensor, n_z: int, seed: int = 0) -> Tensor:
    """Draw z for images x (B,1,H,W): white noise (B,n_z,HW)."""
    return torch.randn(len(x), n_z, x[0].numel(), generator=validate.generator(seed))


def bands(y: Tensor) -> Tensor:
    """Compute the contrast of images (B,1,H,W) in five bands, from fine to coarse: (5,).

    The first four are standard deviations of the differences between successive blurs by 0, 0.7,
    1.4, 2.8 and 5.6 pixels. The fifth is that of the last blur. They are taken over the pixels of
    all images, with grey values in [0, 1].
    """
    blurs = [y, *(blurred(y, sigma) for sigma in _SCALES)]
    return torch.stack([*((a - b).std() for a, b in pairwise(blurs)), blurs[-1].std()])


def layout(x: Tensor, y: Tensor) -> Tensor:
    """Compute the correlation of x and y, (B,1,H,W), both blurred as in the cost: (B,)."""
    a, b = (blurred(u, COARSE).flatten(1) for u in (x, y))
    a, b = (u - u.mean(1, keepdim=True) for u in (a, b))
    return F.cosine_similarity(a, b)


@torch.no_grad()
def read(y: Tensor) -> Tensor:
    """Compute the share of pixels that a segmenter assigns to each of the textures: (3,)."""
    segmenter = weights.load(_JUDGE)
    found = torch.cat([segmenter(some).argmax(1) for some in y.clamp(0, 1).split(25)])
    return F.one_hot(found, len(images.TEXTURES)).float().mean((0, 1, 2))


def tails(y: Tensor) -> float:
    """Compute the kurtosis of the differences between neighbouring pixels: E d⁴/(E d²)².

    It is 3 for Gaussian noise of any spectrum, and higher for images with edges, where most
    differences are small and some are large.
    """
    d = torch.cat([y.diff(dim=-1).flatten(), y.diff(dim=-2).flatten()])
    return float(d.pow(4).mean() / d.square().mean().square())


def compare(made: Tensor, y: Tensor) -> dict[str, float]:
    """Compare generated images of a texture with real ones; both (n,1,H,W), at least 32×32 pixels.

    ``read`` is the share of pixels that a segmenter assigns to the texture :data:`TO`.
    ``band_weakest`` and ``band_strongest`` are the smallest and the largest ratio of their contrast
    to that of y, over the :func:`bands`. ``tails`` is as in :func:`tails`. ``energy`` is the energy
    distance to y of windows of 32×32 pixels, averaged over two halves of the images, and
    ``energy_floor`` is that between the two halves of y. No single one of these is enough to judge
    a texture.

    Raises
    ------
    ValueError
        If there are fewer than four images of either kind.
    """
    half = min(len(made), len(y)) // 2
    if half < 2:
        raise ValueError(f"made has {len(made)} images and y has {len(y)}: give four of each")
    ratio = bands(made) / bands(y)
    squares, real = (
        (u[:half], u[half : 2 * half]) for u in (made[..., :32, :32], y[..., :32, :32])
    )
    return {
        "read": float(read(made)[images.TEXTURES.index(TO)]),
        "band_weakest": float(ratio.min()),
        "band_strongest": float(ratio.max()),
        "tails": tails(made),
        "energy": sum(map(energy_distance, squares, real)) / 2,
        "energy_floor": energy_distance(*real),
    }


@torch.no_grad()
def measure(made: Made, x: Tensor, y: Tensor) -> dict[str, float]:
    """Measure T on windows x of one texture, and compare with real windows y of the other.

    The result holds the metrics of :func:`compare` for T(X, Z). ``read_before`` and ``read_real``
    are the shares of x and of y that are read as the target; ``tails_before`` and ``tails_real``
    are the kurtoses of x and of y. ``layout`` is the mean correlation of x and T(x, z), both
    blurred. ``from_z`` is the fraction of the variance of T(X, Z) that remains if x is fixed.
    """
    (T,) = made.values()
    z = white_noise(x, 1)
    pushed = torch.cat([push(T, some, g)[:, 0] for some, g in zip(x.split(25), z.split(25))])
    draws = push(T, x[:20], white_noise(x[:20], 16, seed=1))
    target = images.TEXTURES.index(TO)
    return {
        **compare(pushed, y),
        "read_before": float(read(x)[target]),
        "read_real": float(read(y)[target]),
        "tails_before": tails(x),
        "tails_real": tails(y),
        "layout": float(layout(x, pushed).mean()),
        "from_z": float(conditional_variance(draws).mean() / x[0].numel() / pushed.var()),
    }


def _load(n: int) -> tuple[Tensor, Tensor]:
    return (
        images.texture_windows(FROM, n, TRAIN_SEED),
        images.texture_windows(TO, n, TRAIN_SEED + 1),
    )


def held_out() -> tuple[Tensor, Tensor]:
    """Return 400 windows of 64×64 pixels of each texture, from held-out halves of the pictures."""
    return (
        images.texture_windows(FROM, 400, TEST_SEED, 64, split="test"),
        images.texture_windows(TO, 400, TEST_SEED + 1, 64, split="test"),
    )


def _recipe(
    x: Tensor,
    y: Tensor,
    *,
    gamma: float,
    price: float,
    pool: int,
    width: int,
    width_f: int,
    seed: int,
    **options: Any,
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        T: nn.Module = nets.TextureTransport(pool=pool, width=width)
        f = nets.PatchPotential(width=width_f)
    cost = partial(coarse_cost, gamma=gamma, price=price)
    z_dim = x[0].numel()
    T, _, history = train.weak_ot(T, f, x, y, cost=cost, z_dim=z_dim, seed=seed, **options)
    return {NAME: T}, history


_FULL = {
    **{"n": 3000, "n_steps": 5000, "gamma": 0.5, "price": 30.0},
    **{"pool": 8, "width": 24, "width_f": 40},
    **{"n_T": 1, "n_z": 2, "batch": 16, "lr": 5e-4, "penalty": 0.3, "average": 0.98},
}

RECIPES = {
    NAME: Recipe(
        f"{FROM} to {TO}, without pairs",
        f"images.texture_windows of each texture ({{n}}, seeds from {TRAIN_SEED})",
        _load,
        held_out,
        f'images.texture_windows of each texture (400, seeds from {TEST_SEED}, split="test")',
        _recipe,
        measure,
        {"fast": {**_FULL, "n": 1000, "n_steps": 100}, "full": _FULL},
        _JUDGE,
    ),
}
