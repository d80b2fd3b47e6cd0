"""A map T(x, z) between photographs that changes colours only (F9)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.shapes import check_codes, check_input
from mvacourse.nets.unet import UNet

_RED, _GREEN, _BLUE = 0.2125, 0.7154, 0.0721
"""Weights of the channels in the grey of a photograph, as in :func:`mvacourse.images.grey`."""

_CONTRAST = 0.2
"""A little more than the contrast of the colours of photographs around grey."""


class ChromaTransport(nn.Module):
    """Stochastic map between photographs that keeps their grey, T(x, z) = x + c(x, z) (F9).

    c changes red by r, blue by b, and green by −(0.2125 r + 0.0721 b)/0.7154. So the grey
    0.2125 R + 0.7154 G + 0.0721 B of T(x, z) is that of x. A U-Net computes r and b at half the
    size of x, where each square of 2×2 pixels is one pixel with 12 channels; then they are enlarged
    linearly. Colours change more slowly over a photograph than its light, so little is lost, and no
    pattern of the size of a pixel can appear. Each component of z is a channel of its own, the same
    number at every pixel. Any height and width work.

    Parameters
    ----------
    k : int, default 8
        Length of z.
    width : int or sequence of int, default (24, 40, 48, 48)
        As for :class:`~mvacourse.nets.UNet`, starting at half the image's size.
    n_scales : int, default 4
        Number of scales; ignored where `width` is a sequence.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, x does not have three channels, or z has the wrong length.
    """

    def __init__(
        self, k: int = 8, *, width: int | Sequence[int] = (24, 40, 48, 48), n_scales: int = 4
    ) -> None:
        super().__init__()
        self.k = k = validate.count(k, "k")
        self.net = UNet(12 + k, 2, width=width, n_scales=n_scales, residual=False)
        self.arguments = {"k": k, "width": self.net.arguments["width"]}

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map photographs x `(B,3,H,W)` and z `(B,k)` to photographs `(B,3,H,W)`, not clamped."""
        check_input(self, x, 3)
        check_codes(self, z, self.k, len(x))
        H, W = x.shape[-2:]
        squares = F.pixel_unshuffle(F.pad(x - 0.5, (0, W % 2, 0, H % 2), mode="replicate"), 2)
        maps = z[..., None, None].expand(*z.shape, *squares.shape[-2:])
        change = _CONTRAST * self.net(torch.cat([squares, maps], 1)).to(x.dtype)
        change = F.interpolate(change, scale_factor=2, mode="bilinear")[..., :H, :W]
        red, blue = change[:, :1], change[:, 1:]
        green = -(_RED * red + _BLUE * blue) / _GREEN
        return x + torch.cat([red, green, blue], 1)
