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

_FOLD, _POOL = 4, 4
"""Side of the squares that the U-Net sees as one pixel, and of the squares of its output."""

_CONTRAST = 0.2
"""A little more than the contrast of the colours of photographs around grey."""

_STRONGER = 10.0
"""Colours are weaker than grey, and faded ones still more: as inputs they are multiplied by it."""


class ChromaTransport(nn.Module):
    """Stochastic map between photographs that keeps their grey, T(x, z) = x + c(x, z) (F9).

    With g = 0.2125 R + 0.7154 G + 0.0721 B, the grey of x, the change c is (r, −(0.2125 r +
    0.0721 b)/0.7154, b), so the grey of T(x, z) is g as well. At each pixel, r and b are affine
    functions of the pixel's own g, R − g and B − g. Their eight coefficients are an image 16 times
    smaller than x, enlarged linearly. A U-Net computes them from x and z. So an edge of c is an
    edge of x, and no pattern can appear that x does not have. Each component of z is a channel of
    its own, the same number at every pixel. Any height and width work.

    Parameters
    ----------
    k : int, default 8
        Length of z.
    width : int or sequence of int, default (32, 48, 64)
        As for :class:`~mvacourse.nets.UNet`, starting at a quarter of the image's size.
    n_scales : int, default 3
        Number of scales; ignored where `width` is a sequence.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, x does not have three channels, or z has the wrong length.

    References
    ----------
    Gharbi, Chen, Barron, Hasinoff and Durand, Deep bilateral learning for real-time image
    enhancement, SIGGRAPH 2017, for the small image of affine maps.
    """

    def __init__(
        self, k: int = 8, *, width: int | Sequence[int] = (32, 48, 64), n_scales: int = 3
    ) -> None:
        super().__init__()
        self.k = k = validate.count(k, "k")
        self.net = UNet(3 * _FOLD**2 + k, 8, width=width, n_scales=n_scales, residual=False)
        self.arguments = {"k": k, "width": self.net.arguments["width"]}

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Map photographs x `(B,3,H,W)` and z `(B,k)` to photographs `(B,3,H,W)`, not clamped."""
        check_input(self, x, 3)
        check_codes(self, z, self.k, len(x))
        g = _RED * x[:, :1] + _GREEN * x[:, 1:2] + _BLUE * x[:, 2:]
        own = torch.cat(
            [2 * g - 1, _STRONGER * (x[:, ::2] - g)], 1
        )  # of each pixel: g, R − g, B − g
        of_g, of_red, of_blue, offset = self._coefficients(own, z).chunk(4, 1)
        change = of_g * own[:, :1] + of_red * own[:, 1:2] + of_blue * own[:, 2:] + offset
        red, blue = (_CONTRAST * change).chunk(2, 1)
        return x + torch.cat([red, -(_RED * red + _BLUE * blue) / _GREEN, blue], 1)

    def _coefficients(self, own: Tensor, z: Tensor) -> Tensor:
        """Compute the coefficients for each pixel, `(B,8,H,W)`."""
        (H, W), side = own.shape[-2:], _FOLD * _POOL
        whole = F.pad(own, (0, -W % side, 0, -H % side), mode="replicate")
        squares = F.pixel_unshuffle(whole, _FOLD)
        maps = z[..., None, None].expand(*z.shape, *squares.shape[-2:])
        small = F.avg_pool2d(self.net(torch.cat([squares, maps], 1)), _POOL).to(own.dtype)
        return F.interpolate(small, scale_factor=side, mode="bilinear")[..., :H, :W]
