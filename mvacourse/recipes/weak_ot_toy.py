"""Recipes for maps in the plane, which show weak transport: one Gaussian to eight (F9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from mvacourse import images, nets, train, validate
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.transport import (
    conditional_variance,
    energy_distance,
    energy_floor,
    push,
    weak_cost,
)

TOYS = {gamma: f"weak_ot_toy_{100 * gamma:.0f}" for gamma in (0.0, 0.25, 0.5, 0.75, 1.0)}
"""γ → name of the map in the plane that was trained with it."""


def _load_toy(n: int) -> tuple[Tensor, Tensor]:
    return images.gaussian_points(n, 2 * TRAIN_SEED), images.eight_gaussians(n, 2 * TRAIN_SEED + 1)


def _held_out_toy() -> tuple[Tensor, Tensor]:
    return images.gaussian_points(16_000, 2 * TEST_SEED), images.eight_gaussians(
        16_000, 2 * TEST_SEED + 1
    )


def _toy_recipe(gamma: float) -> Any:
    """Return the training of one map in the plane."""

    def recipe(
        x: Tensor, y: Tensor, *, depth: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            T, f = nets.TransportMLP(2, depth=depth), nets.PotentialMLP(2, depth=depth)
        cost = partial(weak_cost, gamma=gamma)
        T, _, history = train.weak_ot(T, f, x, y, cost=cost, z_dim=T.k, seed=seed, **options)
        return {TOYS[gamma]: T}, history

    return recipe


@torch.no_grad()
def measure_toy(made: Made, x: Tensor, y: Tensor, *, gamma: float) -> dict[str, float]:
    """Measure the cost of a map in the plane, its variance, and its distance to the target.

    ``cost`` is the weak cost and ``variance`` is E Var T(x, z), over the first 4000 x with 64 z
    each. ``energy`` is the energy distance between T(X, Z) and y, and ``energy_floor`` that between
    two samples of y; both are means over samples of 1000.
    """
    (T,) = made.values()
    generator = validate.generator(1)
    pushed = T(x, torch.randn(len(x), T.k, generator=generator))
    pairs = list(zip(pushed.split(1000), y.split(1000), strict=True))
    x = x[:4000]
    draws = push(T, x, torch.randn(len(x), 64, T.k, generator=generator))
    return {
        "cost": float(weak_cost(x, draws, gamma=gamma).mean()),
        "variance": float(conditional_variance(draws).mean()),
        "energy": sum(energy_distance(*pair) for pair in pairs) / len(pairs),
        "energy_floor": energy_floor(y[:4000], 1000),
    }


_ON_TOYS = {"depth": 3, "n_T": 2, "n_z": 4, "batch": 128, "lr": 1e-3, "average": 0.995}


def _toy(gamma: float) -> Recipe:
    full = {"n": 2**17, "n_steps": 6000, **_ON_TOYS}
    return Recipe(
        f"from a Gaussian to eight in the plane, γ = {gamma:g}",
        f"images.gaussian_points and eight_gaussians({{n}}), seeds from {TRAIN_SEED}",
        _load_toy,
        _held_out_toy,
        f"images: gaussian_points and eight_gaussians(16000, seeds from {2 * TEST_SEED})",
        _toy_recipe(gamma),
        partial(measure_toy, gamma=gamma),
        {"fast": {**full, "n_steps": 500}, "full": full},
    )


RECIPES = {name: _toy(gamma) for gamma, name in TOYS.items()}
