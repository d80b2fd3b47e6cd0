"""The course's perceptual distance: what it learns from, and how it is held against LPIPS (D4)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import check, images, metrics, nets, train
from mvacourse.catalogue.entry import TEST_SEED, Entry, Made
from mvacourse.catalogue.photographs import to_learn_from
from mvacourse.datasets import set5
from mvacourse.train import distortions
from mvacourse.train.distance import KNEE

_EMBEDDED = (
    *("astronaut", "brick", "camera", "chelsea", "coffee"),
    *("coins", "grass", "gravel", "moon", "rocket"),
)
_SIZE = 128
"""Of a window's sides: twice what is learned from, for whole photographs are larger too."""


def _held_out() -> tuple[list[Tensor]]:
    colours = {photo.name: photo.color for photo in images.photos()}
    embedded = [images.photo(name, color=colours[name]) for name in _EMBEDDED]
    return ([*embedded, *set5().values()],)


def _distance(
    photographs: list[Tensor], *, width: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.PerceptualDistance(width)
    net, history = train.distance(net, photographs, seed=seed, **options)
    return {"perceptual_distance": net}, history


def ladder(
    photographs: list[Tensor], n_windows: int = 1, size: int = _SIZE, seed: int = TEST_SEED
) -> tuple[Tensor, Tensor]:
    """Spoil windows of photographs in every way there is, each with a strength drawn at random.

    Parameters
    ----------
    photographs : list of Tensor, (1,C,H,W)
        In colour or in grey, which is spoiled in grey and then repeated in three channels.
    n_windows : int
        Of each photograph.
    size : int
        Height and width of a window, at least 32.
    seed : int
        Of places, strengths and distortions.

    Returns
    -------
    x : Tensor, (n,K,3,size,size)
        Window i spoiled in way j: first the `KINDS` of :mod:`mvacourse.train.distortions`, then its
        `NEW_KINDS`.
    ref : Tensor, (n,3,size,size)
        The windows.
    """
    generator = check.generator(seed)
    kinds = (*distortions.KINDS, *distortions.NEW_KINDS)
    refs, spoiled = [], []
    for photograph in photographs:
        H, W = photograph.shape[-2:]
        for _ in range(n_windows):
            i, j = (int(torch.randint(n - size + 1, (), generator=generator)) for n in (H, W))
            ref = photograph[..., i : i + size, j : j + size]
            strengths = torch.rand(len(kinds), generator=generator).clamp(min=0.02).tolist()
            refs.append(ref.expand(-1, 3, -1, -1))
            spoiled.append(
                [distortions.distort(ref, k, s, generator) for k, s in zip(kinds, strengths)]
            )
    x = torch.stack([torch.cat(row).expand(-1, 3, -1, -1) for row in spoiled])
    return x, torch.cat(refs)


@torch.no_grad()
def of_distance(
    made: Made, photographs: list[Tensor], n_windows: int = 3, size: int = _SIZE
) -> dict[str, float]:
    """Hold a distance against LPIPS-squeeze on a :func:`ladder` of distortions.

    For the kinds that it was trained on, and for the others (``…_new_kinds``): ``spearman``, the
    correlation of the ranks; ``agreement``, how often both say which of two distorted versions of
    one window is nearer to it, as observers are asked; ``relative_error``, the median of
    exp|log (d̂ + δ)/(d + δ)| − 1.
    """
    from scipy.stats import spearmanr

    (net,) = made.values()
    x, ref = ladder(photographs, n_windows, size)
    d_hat, d = (
        torch.stack([judge(one, r.expand_as(one)) for one, r in zip(x, ref[:, None])])
        for judge in (net, metrics.lpips)
    )
    n = len(distortions.KINDS)
    found = {}
    for end, part in (("", slice(n)), ("_new_kinds", slice(n, None))):
        p, q = d_hat[:, part], d[:, part]
        found[f"spearman{end}"] = float(spearmanr(p.flatten(), q.flatten()).statistic)
        found[f"agreement{end}"] = _agreement(p, q)
        error = ((p + KNEE) / (q + KNEE)).log().abs()
        found[f"relative_error{end}"] = float(error.median().expm1())
    return found


def _agreement(a: Tensor, b: Tensor) -> float:
    """Count how often two judges order two entries of one row alike."""
    i, j = torch.triu_indices(a.shape[1], a.shape[1], 1)
    return float(((a[:, i] < a[:, j]) == (b[:, i] < b[:, j])).float().mean())


ENTRIES = {
    "perceptual_distance": Entry(
        "small network that learned the values of LPIPS-squeeze",
        "the first {n} photographs of BSDS500 train and test, distorted at random",
        to_learn_from,
        _held_out,
        _distance,
        of_distance,
        {
            "fast": {"n": 100, "width": 40, "n_steps": 250, "batch": 32, "lr": 2e-3, "warm_up": 30},
            # At 2e-3 so long a training loses its way after a thousand steps.
            "full": {
                **{"n": 400, "width": 40, "n_steps": 6000},
                **{"batch": 32, "lr": 7e-4, "warm_up": 200},
            },
        },
    ),
}
