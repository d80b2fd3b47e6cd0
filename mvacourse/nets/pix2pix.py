"""The generator of pix2pix: a U-Net that turns label maps into images."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.drawn_numbers import Noise, uniform_numbers
from mvacourse.nets.shapes import check_input

_SLOPE = 0.2
"""Slope of LeakyReLU below zero."""

_DROPPED = 3
"""How many decoder layers, from the innermost, use dropout at most; as in the paper."""


class Pix2PixUNet(nn.Module):
    """Generator of pix2pix: label image x ↦ an image of what the labels stand for (F7).

    A U-Net of 4×4 convolutions of stride 2. On the way down, LeakyReLU(0.2) comes before each
    except the first. On the way up: ReLU and a transposed convolution, which also sees the
    encoder's maps at that scale. The widths are `width` times 1, 2, 4, 8, 8 … The image is
    (1 + tanh)/2. With the defaults it has the paper's 54.4 M parameters.

    In all layers except the first, the innermost and the last, each pixel's channels are scaled to
    mean 0 and variance 1, then get a gain and a shift. The paper uses batch norm on a batch of one,
    which takes the mean and variance of each channel over the image. Where a map has few labels,
    this erases them; and a window alone would look different from the same window in a larger
    image.

    The network is fully convolutional: trained at one size, it runs at any other. Inside, the last
    rows and columns are repeated until 2^n_scales divides both sizes.

    Noise enters only by dropout, in at most the first three layers of the decoder, and only at a
    quarter of the size or coarser (at half, if there are only two scales): finer noise makes grain,
    not bricks. There is no mode to set: ``G(x)`` is without noise, ``G(x, seed)`` with noise, both
    in training and in use.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of x and of the image; 3 and 3 by default.
    width : int, default 64
        Channels at half the size.
    n_scales : int, default 8
        Number of halvings.
    dropout : float, default 0.5
        Probability that dropout sets a value to zero, in [0, 1).
    detail : int, default 0
        If positive, two 3×3 convolutions at full size, with `detail` channels between them, replace
        the last transposed one; they also see x. The paper has none, but draws 256 pixels. At 64, a
        blade of grass is two or three pixels wide, and without this layer it consists of squares.

    Raises
    ------
    ValueError
        If a number is out of range, or x has the wrong number of channels.

    References
    ----------
    Isola, Zhu, Zhou and Efros, Image-to-image translation with conditional adversarial networks,
    CVPR 2017.
    """

    def __init__(
        self,
        in_channels: int = 3,
        out_channels: int = 3,
        *,
        width: int = 64,
        n_scales: int = 8,
        dropout: float = 0.5,
        detail: int = 0,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels = validate.count(in_channels, "in_channels")
        out_channels = validate.count(out_channels, "out_channels")
        width = validate.count(width, "width")
        n_scales = validate.count(n_scales, "n_scales", at_least=2)
        self.dropout = dropout = validate.fraction(dropout, "dropout")
        self.detail = detail = validate.count(detail, "detail", at_least=0)
        self.arguments = {"in_channels": in_channels, "out_channels": out_channels}
        self.arguments |= {"width": width, "n_scales": n_scales}
        self.arguments |= {"dropout": dropout, "detail": detail}
        w = [width * min(2**i, 8) for i in range(n_scales)]
        last = n_scales - 1
        self.down = nn.ModuleList(
            _layer(nn.Conv2d, c, w[i], norm=0 < i < last)
            for i, c in enumerate([in_channels, *w[:-1]])
        )
        self.up = nn.ModuleList(
            _layer(nn.ConvTranspose2d, w[i] * (1 + (i < last)), w[i - 1])
            for i in range(last, 0, -1)
        )
        if detail:
            self.last = nn.Sequential(
                nn.Conv2d(2 * width + in_channels, detail, 3, padding=1),
                nn.LeakyReLU(_SLOPE),
                nn.Conv2d(detail, out_channels, 3, padding=1),
            )
        else:
            self.last = nn.ConvTranspose2d(2 * width, out_channels, 4, 2, 1)

    def forward(self, x: Tensor, noise: Noise | None = None) -> Tensor:
        """Map x `(B,in_channels,H,W)`, in [0, 1], to images `(B,out_channels,H,W)` in (0, 1).

        Parameters
        ----------
        x : Tensor, (B,in_channels,H,W)
            Label maps, one plane per class as from :func:`one_hot`, or a picture of them.
        noise : int, torch.Generator, callable or None
            Random seed of the dropout, drawn on the CPU; None drops nothing. Or a function
            ``noise(B, C, h, w)`` that returns uniform numbers in [0, 1).

        Raises
        ------
        TypeError, ValueError
            If x is not such a batch.
        """
        check_input(self, x, self.in_channels)
        H, W = x.shape[-2:]
        step = 2 ** len(self.down)
        y = whole = F.pad(2 * x - 1, (0, -W % step, 0, -H % step), mode="replicate")
        kept = []
        for i, layer in enumerate(self.down):
            y = layer(F.leaky_relu(y, _SLOPE) if i else y)
            kept.append(y)
        drop = self._dropper(noise)
        y = F.relu(kept.pop())
        for i, layer in enumerate(self.up):
            y = layer(y)
            if drop is not None and i < min(_DROPPED, max(1, len(self.up) - 1)):
                y = drop(y)
            y = F.relu(torch.cat([y, kept.pop()], dim=1))
        if self.detail:
            y = torch.cat([F.interpolate(y, scale_factor=2), whole], dim=1)
        return (1 + torch.tanh(self.last(y)[..., :H, :W].to(x.dtype))) / 2

    def _dropper(self, noise: Noise | None) -> Callable[[Tensor], Tensor] | None:
        if noise is None or self.dropout == 0:
            return None
        uniform = uniform_numbers(noise)

        def drop(y: Tensor) -> Tensor:
            keep = uniform(y.shape).to(y.device) >= self.dropout
            return y * keep / (1 - self.dropout)

        return drop


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Convert label maps `(B,H,W)` of whole numbers to planes `(B,classes,H,W)` of 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If `labels` are not maps of whole numbers from 0 to `classes` − 1.
    """
    validate.labels(labels, classes)
    return F.one_hot(labels.long(), classes).permute(0, 3, 1, 2).float()


class _ChannelNorm(nn.Module):
    """Scale each pixel's channels to mean 0 and variance 1; then a gain and a shift each."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        x = F.layer_norm(x.permute(0, 2, 3, 1), self.gain.shape, self.gain, self.shift)
        return x.permute(0, 3, 1, 2)


def _layer(
    kind: type[nn.Conv2d] | type[nn.ConvTranspose2d], ins: int, outs: int, *, norm: bool = True
) -> nn.Sequential:
    # A norm has its own shift: a bias before it is not needed.
    layer = kind(ins, outs, 4, 2, 1, bias=not norm)
    return nn.Sequential(layer, _ChannelNorm(outs)) if norm else nn.Sequential(layer)
