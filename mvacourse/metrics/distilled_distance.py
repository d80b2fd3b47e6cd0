"""A perceptual distance that needs no download: LPIPS, distilled into a network of the course (D4).

Its values stand for those of LPIPS and are none: whoever reports them says whose they are.
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
"""What LPIPS-squeeze asks for; the course's own network would do with one less."""
_SLACK = 0.5
"""How far a restored image may leave [0, 1]; beyond, another range was meant."""


class Judgment(NamedTuple):
    """Distances, and whose they are."""

    name: str
    """``"LPIPS-squeeze"`` or ``"distilled distance"``."""
    values: Tensor
    """(B,)"""


def distilled_distance(x: Tensor, ref: Tensor) -> Tensor:
    """Measure how different two photographs look, with the network that the course ships (D4).

    It learned the values of LPIPS-squeeze, has the form of LPIPS
    (:class:`mvacourse.nets.PerceptualDistance`), and agrees with it as far as its card says
    (``weights.card("perceptual_distance")``). It can be differentiated: autograd reaches x.

    Parameters
    ----------
    x, ref : Tensor, (B,C,H,W)
        In [0, 1]; C is 3, or 1 for grey; at least 17×17 pixels.

    Returns
    -------
    Tensor, (B,)
        ≥ 0, symmetric, and 0 for equal images; smaller means more alike.

    Raises
    ------
    TypeError, ValueError
        If the images are no real batches of one shape in [0, 1], or too small.
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
                f"{name} spans [{low:.3g}, {high:.3g}], but this distance knows images in [0, 1]: "
                f"write ({name} + 1) / 2 if [-1, 1] was meant, and else {name}.clamp(0, 1)"
            )
    validate.same_shape(x, ref)
    if min(x.shape[-2:]) < _SMALLEST:
        raise ValueError(
            f"x is {x.shape[-2]}×{x.shape[-1]}: at least {_SMALLEST} rows and columns are wanted"
        )


def lpips_or_distilled(x: Tensor, ref: Tensor) -> Judgment:
    """Measure with LPIPS-squeeze where its file is there, else with :func:`distilled_distance`.

    Nothing is downloaded. The two scales are alike, but never put values of both in one table.

    Parameters
    ----------
    x, ref : Tensor, (B,C,H,W)
        As for :func:`distilled_distance`.

    Returns
    -------
    Judgment
        ``name`` says whose ``values`` they are.

    Raises
    ------
    DownloadError
        If LPIPS's file is there, but altered.
    TypeError, ValueError, WeightsError
        As :func:`distilled_distance` and :func:`lpips`.
    """
    _check(x, ref)
    if storage.is_cached(_BACKBONE):
        return Judgment(LPIPS, lpips(x, ref))
    return Judgment(DISTILLED, distilled_distance(x, ref))


@lru_cache(maxsize=4)
def _network(device: torch.device) -> nn.Module:
    return weights.load(_NETWORK, device).requires_grad_(False)
