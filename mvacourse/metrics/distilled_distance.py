"""A perceptual distance that needs no download: LPIPS, distilled into a network of the course (D4).

Its values approximate LPIPS; they are not LPIPS values. When you report them, name this distance.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mvacourse import storage, validate, weights
from mvacourse.metrics.lpips import lpips

LPIPS = "LPIPS-squeeze"
DISTILLED = "distilled distance"

_NETWORK = "perceptual_distance"
_BACKBONE = "weights/squeezenet1_1_features.pth"
_SMALLEST = 17
"""Minimum for LPIPS-squeeze; the course's own network could take one less."""
_SLACK = 0.5
"""How far a restored image may leave [0, 1]; beyond this, its range must be a mistake."""


class Judgment(NamedTuple):
    """Distances, and the name of the metric."""

    name: str
    """``"LPIPS-squeeze"`` or ``"distilled distance"``."""
    values: Tensor
    """(B,)"""


def distilled_distance(x: Tensor, ref: Tensor) -> Tensor:
    """Measure how different two photographs look, with the network that the course ships (D4).

    The network was trained to predict LPIPS-squeeze, and has the form of LPIPS
    (:class:`mvacourse.nets.PerceptualDistance`). Its card says how well the two agree
    (``weights.card("perceptual_distance")``). The distance runs in float32, and is differentiable
    in x.

    Parameters
    ----------
    x, ref : Tensor, (B,C,H,W)
        In [0, 1]; C is 3, or 1 for grey; at least 17×17 pixels.

    Returns
    -------
    Tensor, (B,)
        ≥ 0, symmetric, and 0 for equal images; smaller means more similar.

    Raises
    ------
    TypeError, ValueError
        If the images are not real batches of the same shape in [0, 1], or are too small.
    WeightsError
        If the network's file is missing or altered.
    """
    _check(x, ref)
    return _network(x.device)(x.float(), ref.float())


def _check(x: Tensor, ref: Tensor) -> None:
    for image, name in ((x, "x"), (ref, "ref")):
        if validate.image(image, name).is_complex():
            raise TypeError(f"{name} is complex: compare real images, for instance {name}.abs()")
        low, high = (float(bound) for bound in image.detach().aminmax())
        if low < -_SLACK or high > 1 + _SLACK:
            raise ValueError(
                f"{name} spans [{low:.3g}, {high:.3g}], but this distance needs images in [0, 1]: "
                f"write ({name} + 1) / 2 if it is in [-1, 1], otherwise {name}.clamp(0, 1)"
            )
    validate.same_shape(x, ref)
    if min(x.shape[-2:]) < _SMALLEST:
        raise ValueError(
            f"x is {x.shape[-2]}×{x.shape[-1]}: at least {_SMALLEST} rows and columns are needed"
        )


def lpips_or_distilled(x: Tensor, ref: Tensor) -> Judgment:
    """Measure with LPIPS-squeeze if its file is there, otherwise :func:`distilled_distance`.

    Nothing is downloaded. The two scales are similar, but never mix values of both in one table.

    Parameters
    ----------
    x, ref : Tensor, (B,C,H,W)
        As for :func:`distilled_distance`.

    Returns
    -------
    Judgment
        ``name`` says which metric gave the ``values``.

    Raises
    ------
    DownloadError
        If LPIPS's file is there but altered.
    TypeError, ValueError, WeightsError
        As :func:`distilled_distance` and :func:`lpips`.
    """
    _check(x, ref)
    if storage.is_cached(_BACKBONE):
        return Judgment(LPIPS, lpips(x, ref))
    return Judgment(DISTILLED, distilled_distance(x, ref))


@lru_cache(maxsize=4)
@torch.inference_mode(False)  # the network that is kept must serve autograd later
def _network(device: torch.device) -> nn.Module:
    return weights.load(_NETWORK, device).requires_grad_(False)
