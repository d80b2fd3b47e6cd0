"""Super-resolution: the residual network of SRGAN, and its discriminator."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import dtypes, validate
from mvacourse.nets.drawn_numbers import Noise, uniform_numbers
from mvacourse.nets.shapes import check_input

_SMALLEST = 16
"""Side that four halvings reduce to one pixel."""
_SMALL = 0.1
"""Factor on the initial weights of the last layer of a branch without batch norm."""
_GAIN = 0.01
"""Standard deviation of the initial gains of the noise: a fifth of the maps that it is added to."""


class SRResNet(nn.Module):
    """Residual network from a small image to a large one, y ↦ x̂: the generator of SRGAN (F4).

    A convolution and a PReLU compute the maps h. Then `n_blocks` residual blocks (convolution,
    PReLU, convolution, added to their input) and one more convolution work at the small size; h is
    added; pixel shuffles enlarge the result. With the defaults it is the network of the paper, with
    1 549 462 parameters. The network works on x − ½: zeros around the border then mean grey, not
    black.

    The form that the course trains leaves out what costs time and adds little:

    - ``norm=False``: no batch norm. Batch norm makes a pixel depend on the batch and leaves
      artefacts. It helps the first steps; instead, the second convolution of each block starts with
      ten times smaller weights, so a block starts close to the identity.
    - ``direct=True``: one convolution makes all scale² pixels at once. No layer works at the large
      size, where most of the time was spent.
    - ``skip=True``: the network learns x − bicubic(y), and starts close to the interpolation.

    A pixel shuffle makes neighbours with different weights. Trained against a discriminator, they
    can differ where the photograph is flat: a grid of dots. ``resize=True`` instead repeats each
    pixel 2×2 times and convolves, as often as needed. A flat region then stays flat.

    Texture that is lost in y must be invented, and a network without any random number can only
    repeat what it makes of the nearly equal pixels of y: a pattern. With ``noise=True``, white
    noise, times a gain that is learned for each map, is added to the maps at each size. Then x̂ is
    one of many answers: ``G(y)`` is that of seed 0.

    The network is fully convolutional: any image size works.

    Parameters
    ----------
    scale : int, default 4
        How many times larger x̂ is; a power of two unless `direct`.
    channels : int, default 3
        Channels of the images.
    width : int, default 64
        Maps of all layers.
    n_blocks : int, default 16
        Number of residual blocks.
    kernel : int, default 9
        Odd size of the first convolution, and of the last one unless `direct`; 3 elsewhere.
    norm, direct, skip, resize, noise : bool
        As above; True and then False by default.

    Raises
    ------
    ValueError
        If a number is not positive, `kernel` is even, both `direct` and `resize` are asked for,
        `noise` is asked for without `resize`, `scale` is not a power of two although it must be, or
        an image has the wrong number of channels.

    References
    ----------
    Ledig et al., Photo-realistic single image super-resolution using a generative adversarial
    network, CVPR 2017; Lim et al., Enhanced deep residual networks for single image
    super-resolution, CVPR workshops 2017, for the form without batch norm; Odena, Dumoulin and
    Olah, Deconvolution and checkerboard artifacts, Distill, 2016, for `resize`; Karras, Laine and
    Aila, A style-based generator architecture for generative adversarial networks, CVPR 2019, for
    `noise`.
    """

    def __init__(
        self,
        scale: int = 4,
        channels: int = 3,
        *,
        width: int = 64,
        n_blocks: int = 16,
        kernel: int = 9,
        norm: bool = True,
        direct: bool = False,
        skip: bool = False,
        resize: bool = False,
        noise: bool = False,
    ) -> None:
        super().__init__()
        scale, channels = validate.count(scale, "scale"), validate.count(channels, "channels")
        width, n_blocks = validate.count(width, "width"), validate.count(n_blocks, "n_blocks")
        kernel = validate.count(kernel, "kernel")
        if kernel % 2 == 0:
            raise ValueError(f"kernel = {kernel} must be odd")
        if direct and resize:
            raise ValueError("direct=True and resize=True exclude each other: choose one")
        if noise and not resize:
            raise ValueError("noise=True is for resize=True: write both, or neither")
        if not direct and scale & (scale - 1):
            raise ValueError(f"scale = {scale} is not a power of two: write direct=True")
        self.scale, self.channels, self.skip, self.noise = scale, channels, skip, bool(noise)
        self.arguments = {"scale": scale, "channels": channels, "width": width}
        self.arguments |= {"n_blocks": n_blocks, "kernel": kernel}
        self.arguments |= {"norm": norm, "direct": direct, "skip": skip, "resize": resize}
        self.arguments["noise"] = self.noise
        self.head = nn.Sequential(_conv(channels, width, kernel), nn.PReLU())
        blocks = (_Block(width, norm) for _ in range(n_blocks))
        self.body = nn.Sequential(*blocks, _conv(width, width), _norm(width, norm))
        tail = _one_shuffle if direct else _resizes if resize else _shuffles
        self.tail = nn.Sequential(*tail(width, channels, scale, kernel))
        self.gains = nn.ParameterList(_gains(self.body, self.tail) if noise else [])
        if skip:
            _shrink(next(m for m in reversed(self.tail) if isinstance(m, nn.Conv2d)))

    def forward(self, y: Tensor, noise: Noise = 0) -> Tensor:
        """Map y `(B,C,H,W)` in [0, 1] to x̂ `(B,C,scale·H,scale·W)`, not clamped.

        Parameters
        ----------
        y : Tensor, (B,C,H,W)
        noise : int, torch.Generator or callable
            Random seed of the noise, drawn on the CPU; 0 by default, so that the same y gives the
            same x̂. Or a function ``noise(B, C, h, w)`` that returns uniform numbers in [0, 1).
            Without effect in a network without noise.

        Raises
        ------
        TypeError, ValueError
            If y is not such a batch, or `noise` is none of these.
        """
        check_input(self, y, self.channels, "y")
        h = self.head(y - 0.5)
        if self.noise:
            x = self._with_noise(h + self.body(h), noise)
        else:
            x = self.tail(h + self.body(h))
        return x.to(y.dtype) + (self._enlarge(y) if self.skip else 0.5)

    def _with_noise(self, x: Tensor, noise: Noise) -> Tensor:
        """Run the tail; before it and after each of its convolutions but the last, add noise."""
        uniform, gains = uniform_numbers(noise), iter(self.gains)

        def add(x: Tensor) -> Tensor:
            grain = uniform((len(x), 1, *x.shape[-2:])).to(x.device, x.dtype)
            return x + next(gains) * 12**0.5 * (grain - 0.5)  # mean 0, variance 1

        x = add(x)
        *layers, last = self.tail
        for layer in layers:
            x = layer(x)
            x = add(x) if isinstance(layer, nn.Conv2d) else x
        return last(x)

    def enlarge(self, y: Tensor) -> Tensor:
        """Enlarge y by torch's bicubic; the network learns the difference from MATLAB's."""
        return self._enlarge(check_input(self, y, self.channels, "y"))

    def _enlarge(self, y: Tensor) -> Tensor:
        size = {"scale_factor": self.scale, "align_corners": False}
        return F.interpolate(dtypes.off_metal(y), **size, mode="bicubic").to(y.device)


class SRDiscriminator(nn.Module):
    """Discriminator of SRGAN: is this a photograph, or the output of a network? (F4).

    Eight 3×3 convolutions, of width, width, 2·width, … 8·width maps. Every second one halves the
    image. Each has a LeakyReLU(0.2), and all except the first have batch norm. Then two dense
    layers to one logit. With the defaults it is that of the paper, with 23 565 505 parameters.

    Parameters
    ----------
    size : int or None, default 96
        Height and width of the images. None: the last maps are averaged over the image before the
        dense layers. These are then smaller, and the image may have any size.
    channels : int, default 3
        Channels of the images.
    width : int, default 64
        Maps of the first layer.

    Raises
    ------
    ValueError
        If a number is not positive, `size` is below 16, or an image has the wrong size or is
        smaller than 16×16.

    References
    ----------
    Ledig et al., CVPR 2017.
    """

    def __init__(self, size: int | None = 96, channels: int = 3, width: int = 64) -> None:
        super().__init__()
        if size is not None:
            size = validate.count(size, "size", at_least=_SMALLEST)
        channels, width = validate.count(channels, "channels"), validate.count(width, "width")
        self.size, self.channels = size, channels
        self.arguments = {
            "size": size,
            "channels": channels,
            "width": width,
        }
        outs = [width * 2 ** (i // 2) for i in range(8)]
        layers: list[nn.Module] = []
        for i, (c, w) in enumerate(zip([channels, *outs[:-1]], outs)):
            layers += [nn.Conv2d(c, w, 3, 1 + i % 2, 1), nn.BatchNorm2d(w), nn.LeakyReLU(0.2)]
        del layers[1]
        self.layers = nn.Sequential(*layers)
        side = 1 if size is None else -(-size // 16)
        self.last = nn.Sequential(
            nn.Linear(8 * width * side**2, 16 * width), nn.LeakyReLU(0.2), nn.Linear(16 * width, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map images `(B,C,H,W)` to logits `(B,)`: positive if x is judged a photograph."""
        H, W = validate.batch(x, "x").shape[-2:]
        if self.size is None:
            fits, wanted = min(H, W) >= _SMALLEST, f"H, W) of at least {_SMALLEST} × {_SMALLEST}"
        else:
            fits, wanted = H == W == self.size, f"{self.size}, {self.size})"
        if not fits or x.shape[1] != self.channels:
            raise ValueError(
                f"x has shape {tuple(x.shape)}, but this network takes images "
                f"(B, {self.channels}, {wanted}"
            )
        check_input(self, x, self.channels)
        maps = self.layers(x - 0.5)
        if self.size is None:
            maps = maps.mean((-2, -1))
        return self.last(maps.flatten(1)).squeeze(1).to(x.dtype)


class _Block(nn.Module):
    def __init__(self, width: int, norm: bool) -> None:
        super().__init__()
        self.first = nn.Sequential(_conv(width, width), _norm(width, norm), nn.PReLU())
        self.second = nn.Sequential(_conv(width, width), _norm(width, norm))
        if not norm:
            _shrink(self.second[0])

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.first(x))


def _conv(ins: int, outs: int, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(ins, outs, kernel, padding=kernel // 2)


def _norm(width: int, norm: bool) -> nn.Module:
    return nn.BatchNorm2d(width) if norm else nn.Identity()


def _one_shuffle(width: int, channels: int, scale: int, kernel: int) -> list[nn.Module]:
    return [_conv(width, channels * scale**2), nn.PixelShuffle(scale)]


def _shuffles(width: int, channels: int, scale: int, kernel: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for _ in range(scale.bit_length() - 1):
        layers += [_conv(width, 4 * width), nn.PixelShuffle(2), nn.PReLU()]
    return [*layers, _conv(width, channels, kernel)]


def _resizes(width: int, channels: int, scale: int, kernel: int) -> list[nn.Module]:
    """Layers whose last maps are half as many: they work at the large size."""
    layers: list[nn.Module] = []
    fine = max(width // 2, 1)
    for _ in range(scale.bit_length() - 1):
        layers += [nn.Upsample(scale_factor=2), _conv(width, fine), nn.PReLU()]
        width = fine
    return [*layers, _conv(width, fine), nn.PReLU(), _conv(fine, channels, kernel)]


def _gains(body: nn.Sequential, tail: nn.Sequential) -> list[nn.Parameter]:
    """Make a gain for each map of the body, and of each convolution of the tail but the last."""
    layers = [layer for layer in (*body, *tail[:-1]) if isinstance(layer, nn.Conv2d)]
    return [nn.Parameter(_GAIN * torch.randn(layer.out_channels, 1, 1)) for layer in layers]


@torch.no_grad()
def _shrink(layer: nn.Conv2d) -> None:
    layer.weight.mul_(_SMALL)
    layer.bias.mul_(_SMALL)
