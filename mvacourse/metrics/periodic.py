"""Periodic artefacts: how much of a picture is one small tile, repeated."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.dtypes import at_least_float32

_ROUNDING = 16
"""Deviations below this many units of rounding, relative to the largest value, are none."""


def nearest_tile(x: Tensor, period: int = 4) -> Tensor:
    """Find the tile that is nearest to an image when it is repeated over all of it (F5).

    t(i, j) = mean of x over all pixels (i + pk, j + pl), minus the mean of the channel. It is the
    part of x at the frequencies that are multiples of 1/p, without frequency 0.

    Parameters
    ----------
    x : Tensor, (B,C,H,W)
        In any unit. Rows and columns beyond multiples of p are left out.
    period : int, default 4
        p ≥ 2, at most half of H and of W.

    Returns
    -------
    Tensor
        `(B,C,p,p)`, in the unit of x; it has a gradient if x has one.

    Raises
    ------
    TypeError, ValueError
        If `x` is not a batch of real images, or `period` is no whole number in its range.
    """
    return _phases(validate.real(validate.batch(x, "x"), "x"), period).mean((4, 5))


def tile_share(x: Tensor, period: int = 4) -> Tensor:
    """Compute the share of an image's energy that one repeated tile explains (F5).

    With t the tile of p×p pixels that is nearest to x when it is repeated over the whole image,

    share = Σ ‖t‖² / ‖x‖²,  t(i, j) = mean of x over all pixels (i + pk, j + pl),

    the mean of each channel being removed first. Networks that enlarge by pixel shuffle or by
    strided transposed convolution can leave such a grid. A photograph hardly has one: look at what
    a network *adds*, the difference of two estimates.

    Parameters
    ----------
    x : Tensor, (B,C,H,W)
        In any unit. Rows and columns beyond multiples of p are left out.
    period : int, default 4
        p ≥ 2, at most half of H and of W.

    Returns
    -------
    Tensor
        `(B,)`, in [0, 1]: 1 for a repeated tile, 0 for a constant image. White noise has
        about (p² − 1)/(HW) by chance.

    Raises
    ------
    TypeError, ValueError
        If `x` is not a batch of real images, or `period` is no whole number in its range.

    References
    ----------
    Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts, Distill, 2016.
    """
    x = at_least_float32(validate.finite(validate.real(validate.batch(x, "x"), "x"), "x"))
    x = x / x.abs().amax((1, 2, 3), keepdim=True).clamp_min(torch.finfo(x.dtype).tiny)
    phases = _phases(x, period)
    tile = phases.mean((4, 5)).square().sum((1, 2, 3))
    whole = phases.square().mean((4, 5)).sum((1, 2, 3))
    constant = whole <= (_ROUNDING * torch.finfo(x.dtype).eps) ** 2
    return torch.where(constant, 0.0, tile / torch.where(constant, 1.0, whole))


def _phases(x: Tensor, period: int) -> Tensor:
    """Sort the pixels of each channel, minus its mean, by their place in a tile: (B,C,p,p,h,w)."""
    p, (H, W) = validate.count(period, "period", at_least=2), x.shape[-2:]
    if 2 * p > min(H, W):
        raise ValueError(f"period = {p} does not fit twice into {H}×{W} pixels: take a smaller one")
    phases = F.pixel_unshuffle(x[..., : H // p * p, : W // p * p], p)
    phases = phases.unflatten(1, (x.shape[1], p, p))
    return phases - phases.mean((2, 3, 4, 5), keepdim=True)
