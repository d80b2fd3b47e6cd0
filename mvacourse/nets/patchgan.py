"""The discriminator of pix2pix, which judges patches."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from mvacourse import validate
from mvacourse.nets.shapes import check_input

_SLOPE = 0.2
"""Slope of LeakyReLU below zero."""


class PatchGAN(nn.Module):
    """Discriminator of pix2pix, which judges each patch of an image by itself (F7).

    `n_layers` 4×4 convolutions of stride 2, with `width` times 1, 2, 4, 8, 8 … maps; one more of
    stride 1; and one to a map of logits. Between them is LeakyReLU(0.2). All but the first and the
    last have instance norm with gain and shift. With `n_layers` = 0 there are three 1×1
    convolutions: the network judges pixels. The patches overlap; 3 layers see 70×70 pixels, see
    :func:`receptive_field`.

    Parameters
    ----------
    in_channels : int, default 6
        Channels of the image y plus those of its input x.
    width : int, default 64
        Maps of the first layer.
    n_layers : int, default 3
        With 0, 1, 2, 3, 4, 5 layers the patches have a side of 1, 16, 34, 70, 142, 286 pixels.
    norm : {"instance", "spectral"}
        "spectral" has no instance norm. Each convolution except the last is divided by its largest
        singular value (as a matrix of its weights). D's slope is then bounded, and training takes
        small steps. This helps with small batches.

    Raises
    ------
    ValueError
        If a number is out of range, `norm` is unknown, the number of channels is wrong, or the
        image is smaller than a patch.

    References
    ----------
    Isola, Zhu, Zhou and Efros, Image-to-image translation with conditional adversarial networks,
    CVPR 2017. Miyato, Kataoka, Koyama and Yoshida, Spectral normalization for generative
    adversarial networks, ICLR 2018.
    """

    def __init__(
        self,
        in_channels: int = 6,
        *,
        width: int = 64,
        n_layers: int = 3,
        norm: Literal["instance", "spectral"] = "instance",
    ) -> None:
        super().__init__()
        self.in_channels = in_channels = validate.count(in_channels, "in_channels")
        width = validate.count(width, "width")
        n_layers = validate.count(n_layers, "n_layers", at_least=0)
        validate.one_of(norm, ("instance", "spectral"), "norm")
        sizes = {"in_channels": in_channels, "width": width, "n_layers": n_layers}
        self.arguments: dict[str, Any] = {**sizes, "norm": norm}
        strides = [2] * n_layers + [1] if n_layers else [1, 1]
        kernel = {"kernel_size": 4, "padding": 1} if n_layers else {"kernel_size": 1}
        c, layers = in_channels, []
        for i, stride in enumerate(strides):
            w = width * min(2**i, 8)
            if norm == "spectral":
                layers.append(spectral_norm(nn.Conv2d(c, w, stride=stride, **kernel)))
            else:
                layers.append(nn.Conv2d(c, w, stride=stride, bias=i == 0, **kernel))
                layers += [nn.InstanceNorm2d(w, affine=True)] if i else []
            layers.append(nn.LeakyReLU(_SLOPE))
            c = w
        self.layers = nn.Sequential(*layers, nn.Conv2d(c, 1, **kernel))

    def forward(self, y: Tensor, x: Tensor | None = None) -> Tensor:
        """Map images to logits `(B,h,w)`, one per patch: positive where y is judged real.

        Parameters
        ----------
        y, x : Tensor, (B,C,H,W) and (B,C′,H,W)
            The image, and the input it was made from. Without x, D is unconditional.
        """
        channels = self.in_channels
        if x is not None:
            channels -= validate.batch(x, "x").shape[1]
            if channels < 1:
                raise ValueError(f"x has {x.shape[1]} of {self.in_channels} channels: none for y")
            check_input(self, x, x.shape[1])
        check_input(self, y, channels, "y")
        if x is not None and (len(x), *x.shape[-2:]) != (len(y), *y.shape[-2:]):
            raise ValueError(
                f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: only channels may differ"
            )
        y = 2 * y - 1 if x is None else 2 * torch.cat([y, x], dim=1) - 1
        n_layers = self.arguments["n_layers"]
        smallest = 3 * 2**n_layers if n_layers else 1
        if min(y.shape[-2:]) < smallest:
            raise ValueError(
                f"y is {y.shape[-2]}×{y.shape[-1]}: with {n_layers} layers it must have at least "
                f"{smallest} rows and columns; take fewer layers"
            )
        return self.layers(y).squeeze(1).to(y.dtype)


def receptive_field(net: nn.Module) -> int:
    """Count the image rows that one output of a chain of convolutions sees.

    r = 1 + Σᵢ (kᵢ − 1) Πⱼ sⱼ over the strides sⱼ of the layers before i. A norm also sees the mean
    and variance of each map; that is not counted.

    Parameters
    ----------
    net : nn.Module
        Its `Conv2d` layers are listed in the order in which they run, as in :class:`PatchGAN`.

    Returns
    -------
    int
        The side of a patch.

    Raises
    ------
    TypeError
        If `net` is not a network.
    """
    validate.module(net, "net")
    size, jump = 1, 1
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            size += (layer.kernel_size[0] - 1) * layer.dilation[0] * jump
            jump *= layer.stride[0]
    return size
