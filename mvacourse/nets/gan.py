"""Generator and discriminator of a small convolutional GAN."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.shapes import check_codes, check_images

_SLOPE = 0.2
"""Slope of LeakyReLU below zero."""


class Generator(nn.Module):
    """Convolutional generator z ↦ x of a GAN, a prior without an encoder (E2, E3, E8).

    Four blocks: a dense layer from z to 2·width maps of size H/4 × W/4; a 3×3 convolution; a 4×4
    transposed convolution to `width` maps of twice the size; and another one to the image, with a
    sigmoid. The first three end with a LeakyReLU(0.2), and then divide each pixel's vector of
    channels by its root mean square. No layer mixes the images of a batch: an image G(z) does not
    depend on the other codes.

    Parameters
    ----------
    k : int, default 64
        Length of z, which is N(0, I) in training.
    shape : (C, H, W)
        Size of the images; 4 must divide H and W.
    width : int, default 32
        Maps at half the size.

    Attributes
    ----------
    blocks : nn.ModuleList
        The four blocks, from z to the image: the first hold the shape, the last the detail.

    Raises
    ------
    ValueError
        If a size is not positive, 4 does not divide H or W, or z has the wrong length.

    References
    ----------
    Radford, Metz and Chintala, Unsupervised representation learning with deep convolutional
    generative adversarial networks, ICLR 2016; Karras et al., Progressive growing of GANs, ICLR
    2018, for the normalisation.
    """

    def __init__(self, k: int = 64, shape: Sequence[int] = (1, 28, 28), width: int = 32) -> None:
        super().__init__()
        self.k = k = validate.count(k, "k")
        self.shape = validate.image_shape(shape)
        C, H, W = self.shape
        if H % 4 or W % 4:
            raise ValueError(f"shape = {self.shape}: 4 must divide the height and the width")
        width = validate.count(width, "width")
        self.arguments = {"k": k, "shape": list(self.shape), "width": width}
        self.blocks = nn.ModuleList(
            [
                nn.Sequential(
                    nn.Linear(k, 2 * width * H * W // 16),
                    nn.Unflatten(1, (2 * width, H // 4, W // 4)),
                    _Act(),
                ),
                nn.Sequential(nn.Conv2d(2 * width, 2 * width, 3, padding=1), _Act()),
                nn.Sequential(nn.ConvTranspose2d(2 * width, width, 4, 2, 1), _Act()),
                nn.Sequential(nn.ConvTranspose2d(width, C, 4, 2, 1), nn.Sigmoid()),
            ]
        )

    def forward(self, z: Tensor) -> Tensor:
        """Map z `(B,k)` to images `(B,C,H,W)` in (0, 1)."""
        check_codes(self, z, self.k)
        x = z
        for block in self.blocks:
            x = block(x)
        return x


class Discriminator(nn.Module):
    """Convolutional discriminator of a GAN; its maps also measure how alike two images are (E8).

    Two 4×4 convolutions that halve the size, with width and 2·width maps, and a 3×3 convolution
    with 4·width maps, each with a LeakyReLU(0.2). Then a dense layer to one logit. There is no
    normalisation.

    Parameters
    ----------
    shape : (C, H, W)
        Size of the images; 4 must divide H and W.
    width : int, default 24
        Maps of the first layer.

    Raises
    ------
    ValueError
        If a size is not positive, 4 does not divide H or W, or an image has the wrong size.
    """

    def __init__(self, shape: Sequence[int] = (1, 28, 28), width: int = 24) -> None:
        super().__init__()
        self.shape = validate.image_shape(shape)
        C, H, W = self.shape
        if H % 4 or W % 4:
            raise ValueError(f"shape = {self.shape}: 4 must divide the height and the width")
        width = validate.count(width, "width")
        self.arguments = {"shape": list(self.shape), "width": width}
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(C, width, 4, 2, 1),
                nn.Conv2d(width, 2 * width, 4, 2, 1),
                nn.Conv2d(2 * width, 4 * width, 3, padding=1),
            ]
        )
        self.last = nn.Linear(4 * width * H * W // 16, 1)

    def features(self, x: Tensor) -> list[Tensor]:
        """Return the maps of each layer, from fine to coarse: edges, strokes, parts."""
        check_images(self, x)
        maps = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), _SLOPE)
            maps.append(x)
        return maps

    def forward(self, x: Tensor) -> Tensor:
        """Map images `(B,C,H,W)` to logits `(B,)`: positive if x is judged real."""
        return self.last(self.features(x)[-1].flatten(1)).squeeze(1)


class _Act(nn.Module):
    """LeakyReLU, then divide each pixel's channels by their root mean square."""

    def forward(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(x, _SLOPE)
        return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)
