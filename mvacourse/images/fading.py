"""Old prints: photographs whose colours have faded (F9)."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.images.photographs import GREY, grey

_YELLOWED = (0.03, -0.06)
"""What yellowed paper adds to red and to blue; green keeps the grey."""


def faded(u: Tensor, keep: float = 0.25) -> Tensor:
    """Fade the colours of photographs: F(u) = g + keep · (u − g) + yellow, with g the grey of u.

    Dyes lose their colour with the years, and paper turns yellow. The grey of F(u), as by
    :func:`grey`, is that of u: only the colours fade. So F is affine, and it can be undone exactly
    by whoever knows it: ``(faded(u, keep) - faded(g, keep)) / keep + g``, g in three channels.

    Parameters
    ----------
    u : Tensor, (B,3,H,W)
        Photographs in colour.
    keep : float, default 0.25
        What is left of the colours, from 0 (nothing) to 1 (all).

    Returns
    -------
    Tensor, (B,3,H,W)
        Not clamped: white paper may be a little above 1 in red.

    Raises
    ------
    TypeError, ValueError
        If `u` is no batch of photographs in colour, or `keep` is not in [0, 1].
    """
    if validate.image(u, "u").shape[1] != 3 or u.is_complex():
        raise ValueError(
            f"u has shape {tuple(u.shape)}: give real photographs in colour, (B,3,H,W)"
        )
    keep = validate.non_negative(keep, "keep")
    if keep > 1:
        raise ValueError(f"keep = {keep:g} must be at most 1: colours do not become stronger")
    g, (red, blue) = grey(u), _YELLOWED
    green = -(GREY[0] * red + GREY[2] * blue) / GREY[1]
    yellow = torch.tensor([red, green, blue], dtype=u.dtype, device=u.device).view(1, 3, 1, 1)
    return g + keep * (u - g) + yellow
