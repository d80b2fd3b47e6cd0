"""Digits in coloured ink: how they are painted, and which hue one has (F9)."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import check


def painted(m: Tensor, seed: int) -> Tensor:
    """Paint white digits (n,1,S,S) in bright colours, each in one, drawn at random: (n,3,S,S).

    The hue is uniform, the saturation uniform in [½, 1], and the value 1.
    """
    from skimage.color import hsv2rgb

    generator = check.generator(seed)
    hue, saturation = torch.rand(2, len(m), 1, generator=generator)
    colours = hsv2rgb(torch.stack([hue, 0.5 + saturation / 2, torch.ones_like(hue)], -1).numpy())
    return m * torch.from_numpy(colours).to(m).view(-1, 3, 1, 1)


def hue(y: Tensor) -> Tensor:
    """Tell the hue of the ink of digits on black, (B,3,S,S) to (B,) in [0, 1), red at 0.

    It is the angle of the mean colour of the bright pixels.
    """
    bright = y.clamp(0, 1).amax(1, keepdim=True) ** 4
    r, g, b = ((y * bright).sum((2, 3)) / bright.sum((2, 3)).clamp(min=1e-6)).unbind(1)
    return torch.atan2(3**0.5 * (g - b), 2 * r - g - b) / (2 * torch.pi) % 1
