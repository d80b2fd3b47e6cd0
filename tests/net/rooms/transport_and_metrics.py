"""transport and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse import transport
from net.entry import Entry, rand, randn, whole


def gaussians() -> dict[str, Tensor]:
    root = randn(3, 3)
    cov = root @ root.T + torch.eye(3)
    return {"mean0": randn(3), "cov0": cov, "mean1": randn(3, seed=1), "cov1": 2 * cov}


def clouds(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"x": randn(4, 2), "y": randn(4, 2, seed=1), **more}


def draws(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"x": randn(4, 2), "y": randn(4, 3, 2, seed=1), **more}


def pictures(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"x": rand(2, 1, 12, 12), "y": rand(2, 3, 1, 12, 12, seed=1), **more}


def pairs(side: int = 16, channels: int = 1, **more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {
        "x": rand(1, channels, side, side), "ref": rand(1, channels, side, side, seed=1), **more
    }  # fmt: skip


WEIGHTS = torch.full((4,), 0.25)
MARGINALS = {"a": "weights", "b": "weights"}
TRANSPORT = {
    "AffineMap.__call__": Entry(
        lambda: {"x": randn(4, 3)}, lambda: transport.bures_map(**gaussians()), like="x"
    ),
    "bures_map": Entry(gaussians),
    "bures_w2": Entry(gaussians),
    "pixel_cost": Entry(pictures(gamma=0.5), kinds={"price": "positive", "x": "stack"}),
    "coarse_cost": Entry(pictures(gamma=0.5), kinds={"price": "positive", "x": "stack"}),
    "shape_cost": Entry(pictures(gamma=0.5), kinds={"price": "positive", "x": "stack"}),
    "conditional_variance": Entry(lambda: {"y": randn(4, 3, 2), "d2": transport.d2_quadratic}),
    "d2_energy": Entry(clouds()),
    "d2_gaussian": Entry(clouds(), kinds={"width": "positive"}),
    "d2_quadratic": Entry(clouds()),
    "discrete_weak_ot": Entry(
        clouds(gamma=0.5, a=WEIGHTS, b=WEIGHTS, n_iter=3), kinds={**MARGINALS, "tol": "positive"}
    ),
    "energy_distance": Entry(clouds()),
    "permutation_test": Entry(lambda: {**clouds()(), "n_permutations": 5, "seed": 0}),
    "energy_floor": Entry(lambda: {"y": randn(4, 2), "n": 3, "m": 4}),
    "frechet_distance": Entry(lambda: {"f": randn(8, 2), "g": randn(8, 2, seed=1)}),
    "push": Entry(lambda: {"T": lambda x, z: x + z, "x": randn(4, 2), "z": randn(4, 3, 2)}),
    "weak_cost": Entry(draws(gamma=0.5)),
    "weak_gaussian": Entry(
        lambda: {"mean0": randn(3), "sigma0": rand(3), "mean1": randn(3, seed=1),
                 "sigma1": rand(3, seed=1), "gamma": 0.5},
        kinds={"sigma0": "tensor"},
    ),
}  # fmt: skip
METRICS = {
    "class_variance": Entry(
        lambda: {"x": rand(2, 1, 8, 6), "labels": whole(3, 2, 8, 6), "classes": 3}
    ),
    "distilled_distance": Entry(pairs(32, 3)),
    "lpips": Entry(pairs(32, 3, net="squeeze", backbone="random")),
    "lpips_layers": Entry(pairs(32, 3, net="squeeze", backbone="random")),
    "lpips_or_distilled": Entry(pairs(32, 3)),
    "luma": Entry(lambda: {"x": rand(1, 3, 8, 6)}, kinds={"x": "image"}),
    "ms_ssim": Entry(pairs(176)),
    "mse": Entry(pairs()),
    "psnr": Entry(pairs(), infinite=True),
    "rmse": Entry(pairs()),
    "segmentation": Entry(
        lambda: {"labels_hat": whole(3, 2, 8, 6), "labels": whole(3, 2, 8, 6), "classes": 3}
    ),
    "spectral_distance": Entry(
        lambda: {"x": rand(2, 1, 32, 32), "ref": rand(2, 1, 32, 32, seed=1)}
    ),
    "ssim": Entry(pairs(window=8)),
    "ssim_map": Entry(pairs(window=8)),
    "ssim_terms": Entry(pairs(window=8)),
    "nearest_tile": Entry(lambda: {"x": rand(2, 3, 12, 13), "period": 3}, kinds={"x": "stack"}),
    "tile_share": Entry(lambda: {"x": rand(2, 3, 12, 13), "period": 3}, kinds={"x": "stack"}),
}
ENTRIES = {f"transport.{name}": entry for name, entry in TRANSPORT.items()}
ENTRIES |= {f"metrics.{name}": entry for name, entry in METRICS.items()}
