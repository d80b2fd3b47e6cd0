"""The two networks of pix2pix: a U-Net that paints, and a discriminator that looks at patches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import check

Noise = int | torch.Generator | Callable[..., Tensor]
"""A seed, or what gives numbers uniform in [0, 1) of a shape, as ``torch.rand`` does."""

_SLOPE = 0.2
"""Of LeakyReLU below zero."""

_DROPPED = 3
"""Most of the decoder's layers, from the innermost, that drop values; as in the paper."""


class Pix2PixUNet(nn.Module):
    """Generator of pix2pix: an image x of labels ↦ an image of what they stand for (F7).

    A U-Net of 4×4 convolutions of stride 2. Down: LeakyReLU(0.2) before each but the first; up:
    ReLU and a transposed convolution, which takes what the encoder had at that scale as well. The
    widths are `width` times 1, 2, 4, 8, 8 … The image is (1 + tanh)/2. With the defaults it has the
    paper's 54.4 M parameters.

    In all layers but the first, the innermost and the last, each pixel's channels are brought to
    mean 0 and variance 1, then get a gain and a shift. The paper's batch norm, on its batch of one,
    takes mean and variance of each channel over the image instead. Where a map has few labels,
    that wipes them out; and a window would be painted otherwise alone than in a larger image.

    It is fully convolutional: trained at one size, it runs at any other. Inside, the last rows and
    columns are repeated until 2^n_scales divides both sizes.

    Noise comes in by dropout alone, in the three first layers of the decoder, or fewer so that it
    stays at a quarter of the size or coarser: finer noise makes grain, not bricks. There is no mode
    to set: ``G(x)`` is without noise, ``G(x, seed)`` with it, in training and in use.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of x, and of the image; 3 and 3 by default.
    width : int, default 64
        Channels at half the size.
    n_scales : int, default 8
        Number of halvings.
    dropout : float, default 0.5
        Probability with which noise sets a value to zero, in [0, 1).

    Raises
    ------
    ValueError
        If a number is out of range, or x has other channels.

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
    ) -> None:
        super().__init__()
        self.in_channels = check.count(in_channels, "in_channels")
        check.count(out_channels, "out_channels")
        check.count(width, "width")
        check.count(n_scales, "n_scales", at_least=2)
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout = {dropout} must lie in [0, 1)")
        self.dropout = dropout
        self.arguments = {"in_channels": in_channels, "out_channels": out_channels}
        self.arguments |= {"width": width, "n_scales": n_scales, "dropout": dropout}
        w = [width * min(2**i, 8) for i in range(n_scales)]
        last = n_scales - 1
        self.down = nn.ModuleList(
            _layer(nn.Conv2d, c, w[i], _ChannelNorm if 0 < i < last else None, padding=1)
            for i, c in enumerate([in_channels, *w[:-1]])
        )
        self.up = nn.ModuleList(
            _layer(
                nn.ConvTranspose2d,
                w[i] * (1 + (i < last)),
                c,
                _ChannelNorm if i > 0 else None,
                padding=1,
            )
            for i, c in reversed(list(enumerate([out_channels, *w[:-1]])))
        )

    def forward(self, x: Tensor, noise: Noise | None = None) -> Tensor:
        """Map x `(B,in_channels,H,W)`, in [0, 1], to images `(B,out_channels,H,W)` in (0, 1).

        Parameters
        ----------
        x : Tensor, (B,in_channels,H,W)
            Label maps, one plane a class as :func:`one_hot` makes them, or a picture of them.
        noise : int, torch.Generator, callable or None
            Seed of the dropout, drawn on the CPU; None drops nothing. Or ``noise(B, C, h, w)`` that
            gives numbers uniform in [0, 1).

        Raises
        ------
        TypeError, ValueError
            If x is no such batch.
        """
        check.batch(x, "x")
        if x.shape[1] != self.in_channels:
            raise ValueError(
                f"x has {x.shape[1]} channels, but the network takes {self.in_channels}"
            )
        H, W = x.shape[-2:]
        step = 2 ** len(self.down)
        y = F.pad(2 * x - 1, (0, -W % step, 0, -H % step), mode="replicate")
        kept = []
        for i, layer in enumerate(self.down):
            y = layer(F.leaky_relu(y, _SLOPE) if i else y)
            kept.append(y)
        drop = self._dropper(noise)
        for i, layer in enumerate(self.up):
            y = kept.pop() if i == 0 else torch.cat([y, kept.pop()], dim=1)
            y = layer(F.relu(y))
            if drop is not None and i < min(_DROPPED, max(1, len(self.up) - 2)):
                y = drop(y)
        return (1 + torch.tanh(y[..., :H, :W].to(x.dtype))) / 2

    def _dropper(self, noise: Noise | None) -> Callable[[Tensor], Tensor] | None:
        if noise is None or self.dropout == 0:
            return None
        if callable(noise):
            uniform = noise
        else:
            generator = check.generator(noise)
            uniform = lambda *shape: torch.rand(*shape, generator=generator)  # noqa: E731

        def drop(y: Tensor) -> Tensor:
            keep = uniform(*y.shape).to(y.device) >= self.dropout
            return y * keep / (1 - self.dropout)

        return drop


class PatchGAN(nn.Module):
    """Discriminator of pix2pix, which judges each patch of an image by itself (F7).

    `n_layers` 4×4 convolutions of stride 2, with `width` times 1, 2, 4, 8, 8 … maps, one more of
    stride 1, and one to a map of logits; LeakyReLU(0.2) between them, and instance norm with gain
    and shift in all but the first and the last. With `n_layers` = 0 the three are 1×1: it judges
    pixels. The patches overlap; for 3 layers they are of 70×70, see :func:`receptive_field`.

    Parameters
    ----------
    in_channels : int, default 6
        Channels of the image y and of what it was made from, together.
    width : int, default 64
        Maps of the first layer.
    n_layers : int, default 3
        0, 1, 2, 3, 4, 5 see patches of 1, 16, 34, 70, 142, 286 pixels.

    Raises
    ------
    ValueError
        If a number is out of range, the channels are others, or the image gives no patch.

    References
    ----------
    Isola, Zhu, Zhou and Efros, Image-to-image translation with conditional adversarial networks,
    CVPR 2017.
    """

    def __init__(self, in_channels: int = 6, *, width: int = 64, n_layers: int = 3) -> None:
        super().__init__()
        self.in_channels = check.count(in_channels, "in_channels")
        check.count(width, "width")
        check.count(n_layers, "n_layers", at_least=0)
        self.arguments = {"in_channels": in_channels, "width": width, "n_layers": n_layers}
        strides = [2] * n_layers + [1] if n_layers else [1, 1]
        kernel = {"kernel_size": 4, "padding": 1} if n_layers else {"kernel_size": 1}
        c, layers = in_channels, []
        for i, stride in enumerate(strides):
            w = width * min(2**i, 8)
            norm = partial(nn.InstanceNorm2d, affine=True) if i else None
            layers += [_layer(nn.Conv2d, c, w, norm, stride=stride, **kernel)]
            layers += [nn.LeakyReLU(_SLOPE)]
            c = w
        self.layers = nn.Sequential(*layers, nn.Conv2d(c, 1, stride=1, **kernel))

    def forward(self, y: Tensor, x: Tensor | None = None) -> Tensor:
        """Map images to logits `(B,h,w)`, one a patch: positive where y is taken for a real one.

        Parameters
        ----------
        y, x : Tensor, (B,C,H,W) and (B,C′,H,W)
            The image, and what it is of. Without x, the discriminator of an unconditional GAN.
        """
        check.batch(y, "y")
        y = 2 * y - 1 if x is None else 2 * torch.cat([y, x], dim=1) - 1
        if y.shape[1] != self.in_channels:
            raise ValueError(
                f"y and x have {y.shape[1]} channels, but the network takes {self.in_channels}"
            )
        n_layers = self.arguments["n_layers"]
        smallest = 3 * 2**n_layers if n_layers else 1
        if min(y.shape[-2:]) < smallest:
            raise ValueError(
                f"y is {y.shape[-2]}×{y.shape[-1]}: with {n_layers} layers it must have at least "
                f"{smallest} rows and columns; take fewer layers"
            )
        return self.layers(y).squeeze(1).to(y.dtype)


def receptive_field(net: nn.Module) -> int:
    """Count the rows of the image that one output of a chain of convolutions sees.

    r = 1 + Σᵢ (kᵢ − 1) Πⱼ sⱼ over the strides sⱼ of the layers before i. What a norm sees, the mean
    and variance of each map, is not counted.

    Parameters
    ----------
    net : nn.Module
        Its `Conv2d` layers stand in the order in which they are applied, as in :class:`PatchGAN`.

    Returns
    -------
    int
        The side of a patch.
    """
    size, jump = 1, 1
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            size += (layer.kernel_size[0] - 1) * layer.dilation[0] * jump
            jump *= layer.stride[0]
    return size


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Turn label maps `(B,H,W)` of whole numbers into planes `(B,classes,H,W)` of 0 and 1.

    Raises
    ------
    TypeError, ValueError
        If the labels are no whole numbers from 0 to `classes` − 1, or no maps.
    """
    check.labels(labels, classes)
    return F.one_hot(labels.long(), classes).permute(0, 3, 1, 2).float()


class _ChannelNorm(nn.Module):
    """Each pixel's channels less their mean and over their deviation; a gain and a shift each."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        x = F.layer_norm(x.permute(0, 2, 3, 1), self.gain.shape, self.gain, self.shift)
        return x.permute(0, 3, 1, 2)


def _layer(
    kind: type[nn.Conv2d] | type[nn.ConvTranspose2d],
    ins: int,
    outs: int,
    norm: type[nn.Module] | None,
    *,
    stride: int = 2,
    kernel_size: int = 4,
    padding: int = 0,
) -> nn.Sequential:
    # The shift of a norm does what a bias before it would do.
    layer = kind(ins, outs, kernel_size, stride, padding, bias=norm is None)
    return nn.Sequential(layer) if norm is None else nn.Sequential(layer, norm(outs))
