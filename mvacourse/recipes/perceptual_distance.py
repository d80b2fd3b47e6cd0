"""Recipe for the perceptual distance: distilled from LPIPS on distorted photographs (D4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mvacourse import images, metrics, train, validate
from mvacourse.datasets import set5
from mvacourse.nets import PerceptualDistance
from mvacourse.nets.precision import memory_format
from mvacourse.recipes import distortions
from mvacourse.recipes.data import ABOUT_PHOTOGRAPHS, photographs
from mvacourse.recipes.recipe import TEST_SEED, Made, Recipe
from mvacourse.train import History
from mvacourse.train.crop_pairs import Crops
from mvacourse.train.seeds import Draw, fingerprint

_UNDISTORTED = 0.5
"""Share of the pairs whose reference is the photograph itself."""
_GREY = 0.3
"""Share of the pairs in grey, because half of the course's pictures are grey."""
KNEE = 2e-3
"""Above this distance, relative errors count; it is just below what observers can see."""


class Distorted:
    """Pairs of distorted versions of one photograph, with the distance that a judge computes.

    x is a window, distorted by :func:`mvacourse.recipes.distortions.mixture`. The reference is the
    window itself in half of the cases, and another distortion of it in the other half. So the
    network also learns the distance between two distorted images. Three pairs in ten are grey,
    with three equal channels.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (3,H,W)
    size : int, default 64
        Height and width of a window, at least 32, which is the reach of the distortions.
    judge : callable, default LPIPS with SqueezeNet
        ``judge(x, ref)`` computes the distances (B,) to learn. It is called at every step, so no
        pair is used twice.

    Raises
    ------
    DownloadError
        If a file of the judge is missing. The judge is called once at the start to check this.
    TypeError, ValueError
        As :class:`mvacourse.train.Crops`.
    """

    def __init__(
        self,
        photographs: Sequence[Tensor],
        size: int = 64,
        judge: Callable[[Tensor, Tensor], Tensor] = metrics.lpips,
    ) -> None:
        self.crops = Crops(photographs, validate.count(size, "size", at_least=32))
        self.judge = judge
        first = self.crops.cut(0, 0, 0, 0)[None].float() / 255
        judge(first, first)
        name = getattr(judge, "__qualname__", repr(judge))
        self.fingerprint = f"{name} of {size}, {fingerprint(*self.crops.photographs)}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Draw x and ref, (B,3,size,size) in [0, 1], and their distances (B,)."""
        windows = self.crops(draw, batch).cpu()
        # Each pair has its own generator, so it does not depend on how the batch is shared.
        drawn = (2**24 * draw.uniform(batch)).long().tolist()
        pairs = [_pair(u, validate.generator(seed)) for u, seed in zip(windows.split(1), drawn)]
        x, ref = (torch.cat(side).to(draw.device) for side in zip(*pairs))
        # A convolutional judge computes in the memory format of its input.
        layout = memory_format(draw.device)
        x, ref = (side.contiguous(memory_format=layout) for side in (x, ref))
        with torch.no_grad():
            return (x, ref), self.judge(x, ref)


def _pair(u: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    grey, undistorted = torch.rand(2, generator=generator).tolist()
    ref = u.mean(1, keepdim=True) if grey < _GREY else u
    x = distortions.mixture(ref, generator)
    if undistorted > _UNDISTORTED:
        ref = distortions.mixture(ref, generator)
    return x.expand_as(u), ref.expand_as(u)


def relative_error(d_hat: Tensor, d: Tensor) -> Tensor:
    """Compare distances of all sizes: the mean of |log(d̂ + δ) − log(d + δ)|, δ = 0.002.

    Perceptual distances span three decades. Strongly distorted images would dominate a mean of
    differences. Ratios give barely visible distortions the same weight. Below δ, the difference
    counts again.

    Parameters
    ----------
    d_hat, d : Tensor, (B,)
        Non-negative.

    Returns
    -------
    Tensor
        0-d, approximately the mean relative error.
    """
    validate.same_shape(d_hat, d, ("d_hat", "d"))
    return ((d_hat + KNEE) / (d + KNEE)).log().abs().mean()


def distil(
    net: PerceptualDistance,
    photographs: Sequence[Tensor],
    *,
    size: int = 64,
    judge: Callable[[Tensor, Tensor], Tensor] = metrics.lpips,
    n_steps: int = 8000,
    batch: int = 32,
    lr: float = 2e-3,
    warm_up: int = 0,
    **options: Any,
) -> tuple[PerceptualDistance, History]:
    """Train a network to imitate the distances of a judge, on distorted photographs (D4).

    This is distillation: min_θ E |log(d_θ(x, ref) + δ) − log(d(x, ref) + δ)| over the pairs of
    :class:`Distorted`. The judge was trained on a million labelled photographs. The network learns
    the part of its knowledge that shows in distorted photographs. Once trained, it needs neither
    the judge nor the labelled photographs.

    Parameters
    ----------
    net : PerceptualDistance
        The network with its initial weights; it is not changed.
    photographs, size, judge
        As for :class:`Distorted`.
    n_steps, batch, lr, warm_up, **options
        As for :func:`mvacourse.train.regression`.

    Returns
    -------
    net : PerceptualDistance
        In evaluation mode.
    history : History
        ``loss``, approximately the mean relative error.

    Raises
    ------
    CheckpointError, DownloadError, TypeError, ValueError
        As :class:`Distorted` and :func:`mvacourse.train.regression`.

    References
    ----------
    Hinton, Vinyals and Dean, Distilling the knowledge in a neural network, arXiv:1503.02531, 2015.
    """
    pairs = Distorted(photographs, size, judge)
    return train.regression(
        net,
        pairs,
        loss=relative_error,
        n_steps=n_steps,
        batch=batch,
        lr=lr,
        warm_up=warm_up,
        **options,
    )


_EMBEDDED = (
    *("astronaut", "brick", "camera", "chelsea", "coffee"),
    *("coins", "grass", "gravel", "moon", "rocket"),
)
_SIZE = 128
"""Size of test windows: twice that of training windows, because whole photographs are larger."""
_MEASURED_ON = (
    f"three windows of {_SIZE}×{_SIZE} of each of {len(_EMBEDDED)} photographs of images.photos "
    "and of Set5, distorted at random"
)


def _held_out() -> tuple[list[Tensor]]:
    colours = {photo.name: photo.color for photo in images.photos()}
    embedded = [images.photo(name, color=colours[name]) for name in _EMBEDDED]
    return ([*embedded, *set5().values()],)


def _distilled(
    photographs: list[Tensor], *, width: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = PerceptualDistance(width)
    net, history = distil(net, photographs, seed=seed, **options)
    return {"perceptual_distance": net}, history


def ladder(
    photographs: list[Tensor], n_windows: int = 1, size: int = _SIZE, seed: int = TEST_SEED
) -> tuple[Tensor, Tensor]:
    """Distort windows of photographs in every available way, each with a random strength.

    Parameters
    ----------
    photographs : list of Tensor, (1,C,H,W)
        In colour or grey. Grey ones are distorted in grey, then repeated in three channels.
    n_windows : int
        Number of windows per photograph.
    size : int
        Height and width of a window, at least 32.
    seed : int
        Random seed for places, strengths and distortions.

    Returns
    -------
    x : Tensor, (n,K,3,size,size)
        Window i with distortion j: first the `KINDS` of :mod:`mvacourse.recipes.distortions`, then
        its `NEW_KINDS`.
    ref : Tensor, (n,3,size,size)
        The windows.
    """
    generator = validate.generator(seed)
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
    """Compare a distance with LPIPS-squeeze on a :func:`ladder` of distortions.

    The metrics are computed for the kinds used in training, and for the others
    (``…_new_kinds``). ``spearman`` is the correlation of the ranks. ``agreement`` is how often both
    distances agree on which of two distorted versions of a window is closer to it; observers in
    studies answer the same question. ``relative_error`` is the median of
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
    """Compute how often two judges put two entries of one row in the same order."""
    i, j = torch.triu_indices(a.shape[1], a.shape[1], 1)
    return float(((a[:, i] < a[:, j]) == (b[:, i] < b[:, j])).float().mean())


RECIPES = {
    "perceptual_distance": Recipe(
        "small network that learned the values of LPIPS-squeeze",
        f"{ABOUT_PHOTOGRAPHS}, distorted at random",
        photographs,
        _held_out,
        _MEASURED_ON,
        _distilled,
        of_distance,
        {
            "fast": {"n": 100, "width": 40, "n_steps": 250, "batch": 32, "lr": 2e-3, "warm_up": 30},
            # With lr = 2e-3, such a long training becomes unstable after a thousand steps.
            "full": {
                **{"n": 400, "width": 40, "n_steps": 6000},
                **{"batch": 32, "lr": 7e-4, "warm_up": 200},
            },
        },
    ),
}
