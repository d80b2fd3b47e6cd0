"""Recipe: a small network learns the values of a large perceptual distance (D4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mvacourse import check, metrics
from mvacourse.nets import PerceptualDistance
from mvacourse.precision import memory_format
from mvacourse.train import distortions
from mvacourse.train.common import History
from mvacourse.train.draws import Draw, fingerprint
from mvacourse.train.pairs import Crops
from mvacourse.train.regression import regression

_UNDISTORTED = 0.5
"""Share of the pairs whose reference is the photograph itself."""
_GREY = 0.3
"""Share of the pairs in grey: half of the course's pictures are."""
KNEE = 2e-3
"""Distance from which on relative errors count; just below what observers see."""


class Distorted:
    """Pairs of distorted views of one photograph, with the distance that a judge gives them.

    x is a window, distorted as :func:`mvacourse.train.distortions.mixture` does; the reference is
    the window itself or another distortion of it, each in half of the cases. So pairs of two
    spoiled images, of one kind or of two, are learned as well as spoiled and true. Three in ten are
    in grey, in three equal channels.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (3,H,W)
    size : int, default 64
        Height and width of a window, 32 at least: distortions reach that far.
    judge : callable, default LPIPS with SqueezeNet
        ``judge(x, ref)`` gives the distances (B,) to learn; it is asked at every step, so that no
        pair is seen twice.

    Raises
    ------
    DownloadError
        If the judge lacks a file: it is asked once at the start.
    TypeError, ValueError
        As :class:`mvacourse.train.pairs.Crops`.
    """

    def __init__(
        self,
        photographs: Sequence[Tensor],
        size: int = 64,
        judge: Callable[[Tensor, Tensor], Tensor] = metrics.lpips,
    ) -> None:
        self.crops = Crops(photographs, check.count(size, "size", at_least=32))
        self.judge = judge
        first = self.crops.cut(0, 0, 0, 0)[None].float() / 255
        judge(first, first)
        name = getattr(judge, "__qualname__", repr(judge))
        self.fingerprint = f"{name} of {size}, {fingerprint(*self.crops.photographs)}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Draw x and ref, (B,3,size,size) in [0, 1], and their distances (B,)."""
        windows = self.crops(draw, batch).cpu()
        # Each pair has a generator of its own: it does not depend on how the batch is shared out.
        drawn = (2**24 * draw.uniform(batch)).long().tolist()
        pairs = [_pair(u, check.generator(seed)) for u, seed in zip(windows.split(1), drawn)]
        x, ref = (torch.cat(side).to(draw.device) for side in zip(*pairs))
        # A judge of convolutions keeps to the order that it is given.
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

    Perceptual distances span three decades. Their differences would be those of the ruined images
    alone; their ratios count a barely seen distortion as much. Below δ it is the difference again.

    Parameters
    ----------
    d_hat, d : Tensor, (B,)
        Not negative.

    Returns
    -------
    Tensor
        0-d: about the mean relative error.
    """
    check.same_shape(d_hat, d, ("d_hat", "d"))
    return ((d_hat + KNEE) / (d + KNEE)).log().abs().mean()


def distance(
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
    """Train a network to give the distances that a judge gives, of distorted photographs (D4).

    min_θ E |log(d_θ(x, ref) + δ) − log(d(x, ref) + δ)| over the pairs of :class:`Distorted`:
    distillation. What the judge knows of the world it learned from a million labelled photographs;
    the network learns of it what shows in distorted photographs, and needs neither.

    Parameters
    ----------
    net : PerceptualDistance
        As its first weights are; it is left as it is.
    photographs, size, judge
        As for :class:`Distorted`.
    n_steps, batch, lr, warm_up, **options
        As for :func:`mvacourse.train.regression`.

    Returns
    -------
    net : PerceptualDistance
        In evaluation mode.
    history : History
        ``loss``: about the mean relative error.

    Raises
    ------
    CheckpointError, DownloadError, TypeError, ValueError
        As :class:`Distorted` and :func:`mvacourse.train.regression` say.

    References
    ----------
    Hinton, Vinyals and Dean, Distilling the knowledge in a neural network, arXiv:1503.02531, 2015.
    """
    pairs = Distorted(photographs, size, judge)
    return regression(
        net,
        pairs,
        loss=relative_error,
        n_steps=n_steps,
        batch=batch,
        lr=lr,
        warm_up=warm_up,
        **options,
    )
