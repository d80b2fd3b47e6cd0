"""Recipes for maps from faded photographs to fresh ones, learned without pairs (F9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import images, nets, train, validate
from mvacourse.recipes.data import photographs
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.transport import (
    conditional_variance,
    energy_distance,
    energy_floor,
    permutation_test,
    pixel_cost,
    push,
)

Z_DIM = 8
"""Length of z."""

SIZE = 64
"""Height and width of a window, in pixels of photographs at half their size."""

_N_WINDOWS = 4000
_N_TEST = 1000


def windows(photographs: Sequence[Tensor], n: int, seed: int, size: int = SIZE) -> Tensor:
    """Cut n windows out of photographs at half their size, mirrored at random: (n,3,size,size).

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (3,H,W)
        Each at least 2·size high and wide.
    n : int
        Number of windows; each is from a photograph drawn at random.
    seed : int
        Random seed.
    size : int
        Height and width of a window.

    Returns
    -------
    Tensor, (n,3,size,size), float32
        In [0, 1].
    """
    generator = validate.generator(seed)
    halved = [F.avg_pool2d(x[None] / 255, 2)[0] for x in photographs]
    found = []
    for which, down, right, turn in torch.rand(n, 4, generator=generator).tolist():
        x = halved[int(which * len(halved))]
        top, left = (int(part * (length - size + 1))
                     for part, length in zip((down, right), x.shape[-2:]))  # fmt: skip
        window = x[:, top : top + size, left : left + size]
        found.append(window.flip(-1) if turn < 0.5 else window)
    return torch.stack(found)


class Colours(NamedTuple):
    """How T(x, z) changes colours, over photographs x and draws z."""

    slope: float
    """s of the line E[T(x, z)|x] ≈ s · x, for the colours of both (their difference to grey)."""
    from_z: float
    """Part of the variance of the colours of T(X, Z) that remains if x is fixed."""
    error: float
    """‖E[T(x, z)|x] − u‖²/‖u‖², for the colours of the photograph u that x was before."""


def colours(T: nn.Module, u: Tensor, n_z: int = 16, seed: int = 0) -> Colours:
    """Measure what T makes of the faded versions of photographs u (B,3,H,W), over `n_z` draws."""
    x = images.faded(u)
    z = torch.randn(len(u), n_z, Z_DIM, generator=validate.generator(seed))
    with torch.no_grad():
        y = torch.cat([push(T, some, codes) for some, codes in zip(x.split(10), z.split(10))])
    spread = float(conditional_variance(y).mean()) / u[0].numel()
    paper = images.faded(images.grey(u).expand_as(u))  # the same print, had it been grey
    of_x, of_y, of_u = x - paper, y.mean(1) - images.grey(u), u - images.grey(u)
    slope = (of_x * of_y).sum() / of_x.square().sum()
    centred = of_y - of_y.mean((0, 2, 3), keepdim=True)
    between = float(centred.square().mean()) - spread / n_z  # the mean of the draws still varies
    error = float((of_y - of_u).square().sum() / of_u.square().sum())
    return Colours(float(slope), spread / (spread + between), error)


@torch.no_grad()
def measure(made: Made, u: Tensor, y: Tensor) -> dict[str, float]:
    """Compare T(X, Z) with real windows y, X the faded u, and measure its :func:`colours`.

    ``p`` is the p-value of a permutation test for n = 1000 windows; ``p_faded`` is that of X
    itself, which should fail, and ``p_real`` that of u, which should not. ``energy`` and
    ``energy_floor`` are the distance behind ``p`` and its expected value for two real samples.
    ``contrast`` is the contrast of the colours of T(X, Z) over that of y.
    """
    (T,) = made.values()
    x = images.faded(u)
    z = torch.randn(len(x), Z_DIM, generator=validate.generator(TEST_SEED))
    pushed = torch.cat([T(some, codes) for some, codes in zip(x.split(50), z.split(50))])
    strength = [(v - images.grey(v)).square().mean().sqrt() for v in (pushed, y)]
    return {
        **colours(T, u[:100])._asdict(),
        "contrast": float(strength[0] / strength[1]),
        "energy": energy_distance(pushed, y),
        "energy_floor": energy_floor(y, len(x), len(y)),
        "p": permutation_test(pushed, y),
        "p_faded": permutation_test(x, y),
        "p_real": permutation_test(u, y),
    }


def _load(n: int) -> tuple[Tensor, Tensor]:
    (found,) = photographs(n)
    x = windows(found[: n // 2], _N_WINDOWS, TRAIN_SEED)
    return images.faded(x), windows(found[n // 2 :], _N_WINDOWS, TRAIN_SEED + 1)


def _held_out() -> tuple[Tensor, Tensor]:
    (found,) = photographs(400)
    return tuple(windows(found[300:], _N_TEST, TEST_SEED + i) for i in range(2))


def _map(name: str) -> Callable[..., tuple[Made, train.History]]:
    def recipe(
        x: Tensor, y: Tensor, *, gamma: float, price: float, width_f: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            T = nets.ChromaTransport(Z_DIM)
            f = nets.PatchPotential(3, width=width_f, n_scales=2)
        cost = partial(pixel_cost, gamma=gamma, price=price)
        T, _, history = train.weak_ot(T, f, x, y, cost=cost, z_dim=Z_DIM, seed=seed, **options)
        return {name: T}, history

    return recipe


def _recipe(name: str, about: str, gamma: float) -> Recipe:
    full = {
        **{"n": 300, "n_steps": 2500, "gamma": gamma, "price": 300.0, "width_f": 40},
        **{"n_T": 1, "n_z": 2, "batch": 8, "lr": 5e-4, "penalty": 0.3, "average": 0.99},
    }
    return Recipe(
        f"faded photographs to fresh ones, without pairs, {about}",
        "windows of the first {n} photographs of BSDS500 train and test at half their size: one "
        "half of them faded, the other in colour",
        _load,
        _held_out,
        "1000 windows of the 301st to 400th photograph of BSDS500 train and test, and 1000 others",
        _map(name),
        measure,
        {"fast": {**full, "n": 100, "n_steps": 60}, "full": full},
    )


RECIPES = {
    "weak_ot_colours": _recipe("weak_ot_colours", "γ = 0.9", 0.9),
    "weak_ot_colours_classical": _recipe("weak_ot_colours_classical", "γ = 0", 0.0),
}
