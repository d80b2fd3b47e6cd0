"""Recipes for maps learned without pairs: digits of one typeface to many others (F9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import images, nets, train, validate, weights
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.transport import energy_distance, energy_floor, push, shape_cost

Z_DIM = 8
"""Length of z."""

_FACES, _DIGITS = "classifier_faces", "classifier_digits"
_N_FACES = len(images.TARGET_FACES)


@torch.no_grad()
def spread(
    T: nn.Module, x: Tensor, labels: Tensor, n_z: int = 100, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Map each digit n_z times, and let two classifiers read the results.

    Parameters
    ----------
    T : nn.Module
        T(x, z), z of length :data:`Z_DIM`.
    x : Tensor, (B,C,S,S)
        Digits as from :func:`mvacourse.images.source_digits`, with the number of channels that T
        needs. For results in colour, the classifiers see the maximum over the channels.
    labels : Tensor, (B,)
        Labels of the digits.
    n_z : int
        Number of draws of z per digit.
    seed : int
        Random seed for z.

    Returns
    -------
    kept : Tensor, (B,n_z), bool
        Whether ``classifier_digits`` reads the label of x.
    faces : Tensor, (B,n_z), int64
        Number of the face in :data:`mvacourse.images.TARGET_FACES` that ``classifier_faces`` reads.
    """
    digits, faces = weights.load(_DIGITS), weights.load(_FACES)
    z = torch.randn(len(x), n_z, Z_DIM, generator=validate.generator(seed))
    kept, taken = [], []
    for some, codes, true in zip(x.split(5), z.split(5), labels.split(5)):
        seen = push(T, some, codes).flatten(0, 1).clamp(0, 1).amax(1, keepdim=True)
        kept.append(read(digits, seen).view(len(some), n_z) == true[:, None])
        taken.append(faces(seen).argmax(1).view(len(some), n_z))
    return torch.cat(kept), torch.cat(taken)


def read(judge: nn.Module, seen: Tensor) -> Tensor:
    """Classify white-on-black images, enlarged to the size of the judge: digits (B,)."""
    large = F.interpolate(seen, size=judge.shape[-2:], mode="bilinear", align_corners=False)
    return judge(large).argmax(1)


def reached(faces: Tensor, share: float = 0.03) -> Tensor:
    """Count, in each row, the faces that at least `share` of its draws have: (B,Z) to (B,)."""
    return (F.one_hot(faces, _N_FACES).float().mean(1) >= share).sum(1)


def _load_digits(n: int) -> tuple[Tensor, Tensor]:
    return images.source_digits(n, TRAIN_SEED)[0], images.target_digits(n, TRAIN_SEED).images


def _held_out_digits() -> tuple[Tensor, Tensor, Tensor]:
    return *images.source_digits(1000, TEST_SEED), images.target_digits(1000, TEST_SEED).images


def _load_coloured(n: int) -> tuple[Tensor, Tensor]:
    x, y = _load_digits(n)
    return x.expand(-1, 3, -1, -1), images.painted(y, TRAIN_SEED)


def _held_out_coloured() -> tuple[Tensor, Tensor, Tensor]:
    x, labels, y = _held_out_digits()
    return x.expand(-1, 3, -1, -1), labels, images.painted(y, TEST_SEED)


def _recipe(name: str, network: type[nn.Module] = nets.TransportUNet) -> Any:
    """Return the training of one map: (x, y, **options) ↦ networks and history."""

    def recipe(
        x: Tensor,
        y: Tensor,
        *,
        gamma: float,
        price: float,
        width: int,
        n_scales: int,
        fold: int,
        width_f: int,
        seed: int,
        **options: Any,
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            T = network(x.shape[1], Z_DIM, width=width, n_scales=n_scales, fold=fold)
            f = nets.Discriminator(y.shape[1:], width_f)
        cost = partial(shape_cost, gamma=gamma, price=price)
        T, _, history = train.weak_ot(T, f, x, y, cost=cost, z_dim=Z_DIM, seed=seed, **options)
        return {name: T}, history

    return recipe


@torch.no_grad()
def measure_digits(made: Made, x: Tensor, labels: Tensor, y: Tensor) -> dict[str, float]:
    """Measure T on held-out digits x, and compare its results with real digits y of the target.

    ``class_kept`` is the share of T(x, z) that a classifier reads as the class of x, and
    ``worst_class`` is this share for the worst class. ``faces_mean`` and ``faces_min`` are the mean
    and minimum, over 100 x, of the number of faces that at least 3 % of 100 draws have.
    ``rarest_face`` is the share of the rarest face, 0.1 at best. ``energy`` is the energy distance
    between T(X, Z) and y, and ``energy_floor`` that between two samples of y.
    """
    (T,) = made.values()
    _, faces = spread(T, x[:100], labels[:100])
    once, taken = spread(T, x, labels, n_z=1)
    share = torch.bincount(taken.flatten(), minlength=_N_FACES) / taken.numel()
    z = torch.randn(len(x), Z_DIM, generator=validate.generator(1))
    pushed = torch.cat([T(some, codes) for some, codes in zip(x.split(200), z.split(200))])
    n_faces = reached(faces).double()
    return {
        "class_kept": float(once.double().mean()),
        "worst_class": min(float(once[labels == c].double().mean()) for c in range(10)),
        "faces_mean": float(n_faces.mean()),
        "faces_min": float(n_faces.min()),
        "rarest_face": float(share.min()),
        "energy": energy_distance(pushed, y),
        "energy_floor": energy_floor(y, len(pushed), len(y)),
    }


@torch.no_grad()
def measure_coloured(made: Made, x: Tensor, labels: Tensor, y: Tensor) -> dict[str, float]:
    """Compute the metrics of :func:`measure_digits`, and two more for the colours.

    ``hues_mean`` and ``hues_min`` are the mean and minimum, over 100 x, of the number of sixths of
    the colour circle that contain at least 3 % of 100 draws.
    """
    (T,) = made.values()
    z = torch.randn(100, 100, Z_DIM, generator=validate.generator(2))
    pairs = zip(x[:100].split(5), z.split(5))
    hues = torch.cat([images.hue(push(T, *pair).flatten(0, 1)).view(-1, 100) for pair in pairs])
    n_hues = reached((6 * hues).long().clamp(max=5)).double()
    found = {"hues_mean": float(n_hues.mean()), "hues_min": float(n_hues.min())}
    return measure_digits(made, x, labels, y) | found


_ON_DIGITS = {
    **{"width": 24, "n_scales": 2, "fold": 2, "n_T": 1, "n_z": 2},
    **{"batch": 32, "lr": 1e-3, "penalty": 1.0, "average": 0.98},
}


def _digits(name: str, about: str, gamma: float, **options: Any) -> Recipe:
    white = {"n_steps": 6000, "price": 2.5, "width_f": 48}
    full = {"n": 20_000, "gamma": gamma, **white, **options, **_ON_DIGITS}
    return Recipe(
        f"digits of {images.SOURCE_FACE} to {_N_FACES} other typefaces, without pairs, {about}",
        f"images.source_digits and target_digits({{n}}, seed={TRAIN_SEED})",
        _load_digits,
        _held_out_digits,
        f"images: source_digits and target_digits(1000, seed={TEST_SEED})",
        _recipe(name),
        measure_digits,
        {"fast": {**full, "n": 5000, "n_steps": 200}, "full": full},
        _FACES,
    )


def _coloured(name: str) -> Recipe:
    options = {"n_steps": 3000, "price": 5.0, "width_f": 24}
    return _digits(name, "one to many, in colour", 0.9, **options)._replace(
        data=f"images: source_digits, painted target_digits({{n}}, seed={TRAIN_SEED})",
        load=_load_coloured,
        held_out=_held_out_coloured,
        measured_on=f"images: source_digits, painted target_digits(1000, seed={TEST_SEED})",
        train=_recipe(name, nets.ColouredTransport),
        measure=measure_coloured,
    )


RECIPES = {
    "weak_ot_digits": _digits("weak_ot_digits", "one to many", 0.9),
    "weak_ot_coloured": _coloured("weak_ot_coloured"),
    "weak_ot_digits_classical": _digits("weak_ot_digits_classical", "γ = 0", 0.0),
}
