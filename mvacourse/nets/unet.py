"""The U-Net: it sees an image at several scales, aligned with one another (F1, F2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.shapes import check_input

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": F.relu, "elu": F.elu}
"""Activations of a :class:`UNet`, by name."""


class UNet(nn.Module):
    """Network from image to image that works at several scales and keeps fine detail (F1, F2).

    The way down halves the image from scale to scale, as a wavelet transform does; the way up
    doubles it. With x_i the maps at scale i on the way down,

    y_i = back_i( grow_i(y_{i+1}) + x_i ),     x_{i+1} = down_{i+1}( shrink_i(x_i) ).

    The sum is the skip connection. Without it, all fine detail must pass through the coarsest
    scale. The output is aligned with the input, pixel by pixel. This allows the network to learn a
    correction: N(x) = x + U(x) instead of U(x).

    Each `down` and `back` is made of `depth` residual units x ↦ x + C′ ρ(C x), with the activation
    ρ, and C and C′ 3×3 convolutions; `shrink` and `grow` are 2×2 convolutions, strided and
    transposed. There is no batch norm, whose statistics would mix images and noise levels.

    Parameters
    ----------
    in_channels, out_channels : int, default 1
        Channels of the input and of the output.
    width : int or sequence of int, default 32
        Channels at each scale. One number is that of the finest, doubled from scale to scale.
    n_scales : int, default 4
        Number of scales; ignored where `width` is a sequence. With 1 nothing is halved.
    depth : int, default 1
        Residual units at each scale, on the way down and up.
    fold : int, default 1
        The first step turns each square of fold×fold pixels into channels of one pixel; the last
        step reverses this. With 2, an image costs four times less and loses a little fine detail.
    skips : bool, default True
        Add the maps of the way down on the way up. Without, the number of weights is the same.
    residual : bool, default True
        Add the input's first `out_channels` channels to the output.
    activation : {"relu", "elu"}
        ρ. ReLU has a kink at 0; ELU has a continuous derivative, and so has the whole network.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, there is no such activation, the output of a residual network
        has more channels than its input, or an image has the wrong number of channels.

    Notes
    -----
    Any height and width work: inside, the image is extended by reflection to multiples of
    fold·2^(n_scales − 1), and cropped again.

    References
    ----------
    Ronneberger, Fischer and Brox, U-Net: convolutional networks for biomedical image segmentation,
    MICCAI 2015; Zhang et al., Plug-and-play image restoration with deep denoiser prior, PAMI 2022,
    for the residual units and the sums.
    """

    def __init__(
        self,
        in_channels: int = 1,
        out_channels: int = 1,
        *,
        width: int | Sequence[int] = 32,
        n_scales: int = 4,
        depth: int = 1,
        fold: int = 1,
        skips: bool = True,
        residual: bool = True,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        widths = _widths(width, n_scales)
        self.in_channels = in_channels = validate.count(in_channels, "in_channels")
        self.out_channels = out_channels = validate.count(out_channels, "out_channels")
        if residual and out_channels > in_channels:
            raise ValueError(
                f"out_channels = {out_channels} exceeds in_channels = {in_channels}: a residual "
                "network adds its input to its output; write residual=False"
            )
        depth, fold = validate.count(depth, "depth"), validate.count(fold, "fold")
        activation = validate.one_of(activation, ACTIVATIONS, "activation")
        unit = partial(_units, depth=depth, activation=activation)
        self.fold, self.skips, self.residual = fold, bool(skips), bool(residual)
        self.arguments = {
            "in_channels": in_channels,
            "out_channels": out_channels,
            "width": widths,
            "depth": depth,
            "fold": fold,
            "skips": self.skips,
            "residual": self.residual,
            "activation": activation,
        }
        steps = list(pairwise(widths))
        self.first = nn.Conv2d(in_channels * fold**2, widths[0], 3, padding=1)
        self.down = nn.ModuleList(unit(w) for w in widths)
        self.shrink = nn.ModuleList(nn.Conv2d(fine, w, 2, 2) for fine, w in steps)
        self.grow = nn.ModuleList(nn.ConvTranspose2d(w, fine, 2, 2) for fine, w in steps)
        self.back = nn.ModuleList(unit(fine) for fine, _ in steps)
        self.last = nn.Conv2d(widths[0], out_channels * fold**2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map images `(B,in_channels,H,W)` to images `(B,out_channels,H,W)`."""
        check_input(self, x, self.in_channels, unit_range=False)
        H, W = x.shape[-2:]
        inside = F.pixel_unshuffle(_pad(x, self.fold * 2 ** len(self.shrink)), self.fold)
        y = self.last(self._scale(self.first(inside), 0))
        # back to the dtype of x before the sum: under autocast it would have only 8 bits
        y = F.pixel_shuffle(y, self.fold)[..., :H, :W].to(x.dtype)
        return x[:, : self.out_channels] + y if self.residual else y

    def _scale(self, x: Tensor, i: int) -> Tensor:
        x = self.down[i](x)
        if i == len(self.shrink):
            return x
        y = self.grow[i](self._scale(self.shrink[i](x), i + 1))
        return self.back[i](y + x if self.skips else y)


class _Unit(nn.Module):
    """Residual unit x ↦ x + C′ ρ(C x) of two 3×3 convolutions."""

    def __init__(self, width: int, activation: str) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(self.activation(self.conv(x)))


def _pad(x: Tensor, multiple: int) -> Tensor:
    """Extend images by reflection, at the right and the bottom, to multiples of a size.

    Images too small for this repeat their last row and column.
    """
    H, W = x.shape[-2:]
    right, bottom = -W % multiple, -H % multiple
    if not (right or bottom):
        return x
    mode = "reflect" if right < W and bottom < H else "replicate"
    return F.pad(x, (0, right, 0, bottom), mode=mode)


def _units(width: int, depth: int, activation: str) -> nn.Sequential:
    return nn.Sequential(*(_Unit(width, activation) for _ in range(depth)))


def _widths(width: int | Sequence[int], n_scales: int) -> list[int]:
    if isinstance(width, Sequence) and not isinstance(width, (str, bytes)):
        widths = list(width)
        validate.count(len(widths), "len(width)")
    else:
        n_scales = validate.count(n_scales, "n_scales")
        widths = [validate.count(width, "width") * 2**i for i in range(n_scales)]
    return [validate.count(w, "width") for w in widths]
