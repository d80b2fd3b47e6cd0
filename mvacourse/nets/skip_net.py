"""The encoder–decoder with skip connections of the deep image prior."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.shapes import check_input


class SkipNet(nn.Module):
    """Encoder–decoder with thin skips; its architecture alone is a prior on images (E6).

    At each scale i a strided convolution halves the image. The result of the deeper scales is
    doubled in size, joined with the `skips[i]` channels of the skip connection, and mixed:

    x ↦ mix_i( [skip_i(x), up(deeper_{i+1}(down_i(x)))] ).

    The convolutions are 3×3 on reflected borders; batch norm and LeakyReLU(0.2) follow each. A 1×1
    convolution follows each mix, and a 1×1 convolution with a sigmoid comes last. With the defaults
    it is the network of the paper, with 2 217 831 parameters.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of z and of the image; 32 and 3 by default.
    width : int or sequence of int, default 128
        Channels at each scale, on the way down and up; one number applies to all scales.
    skips : int or sequence of int, default 4
        Channels of the skip at each scale; 0 removes it.
    n_scales : int, default 5
        Number of halvings; ignored where `width` or `skips` is a sequence.
    upsampling : {"bilinear", "nearest"}
        How the maps of a deeper scale are doubled in size.

    Raises
    ------
    ValueError
        If a number of channels or scales is not positive, the lists differ in length, or the
        image is too small to be reflected at the coarsest scale.

    References
    ----------
    Ulyanov, Vedaldi and Lempitsky, Deep image prior, CVPR 2018.
    """

    def __init__(
        self,
        in_channels: int = 32,
        out_channels: int = 3,
        *,
        width: int | Sequence[int] = 128,
        skips: int | Sequence[int] = 4,
        n_scales: int = 5,
        upsampling: str = "bilinear",
    ) -> None:
        super().__init__()
        widths, skips = _per_scale(width, skips, n_scales)
        validate.one_of(upsampling, ("bilinear", "nearest"), "upsampling")
        self.in_channels = in_channels = validate.count(in_channels, "in_channels")
        self.upsampling = upsampling
        ins = [in_channels, *widths[:-1]]
        deeper = [*widths[1:], widths[-1]]
        self.skip = nn.ModuleList(
            _Unit(c, s, kernel=1) if s else nn.Identity() for c, s in zip(ins, skips)
        )
        self.has_skip = [s > 0 for s in skips]
        self.down = nn.ModuleList(
            nn.Sequential(_Unit(c, w, stride=2), _Unit(w, w)) for c, w in zip(ins, widths)
        )
        self.mix = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(s + d), _Unit(s + d, w), _Unit(w, w, kernel=1))
            for s, d, w in zip(skips, deeper, widths)
        )
        self.last = nn.Conv2d(widths[0], validate.count(out_channels, "out_channels"), 1)

    def forward(self, z: Tensor) -> Tensor:
        """Map z `(B,in_channels,H,W)` to an image `(B,out_channels,H,W)` in (0, 1)."""
        check_input(self, z, self.in_channels, "z")
        smallest = 2 ** len(self.down) + 1
        if min(z.shape[-2:]) < smallest:
            raise ValueError(
                f"z is {z.shape[-2]}×{z.shape[-1]}: with {len(self.down)} scales it must have at "
                f"least {smallest} rows and columns; take fewer scales"
            )
        # back to the dtype of z: under autocast the sigmoid would have only 8 bits
        return torch.sigmoid(self.last(self._scale(z, 0)).to(z.dtype))

    def _scale(self, x: Tensor, i: int) -> Tensor:
        if i == len(self.down):
            return x
        deep = self._scale(self.down[i](x), i + 1)
        options = {"align_corners": False} if self.upsampling == "bilinear" else {}
        deep = F.interpolate(deep, size=x.shape[-2:], mode=self.upsampling, **options)
        parts = [self.skip[i](x), deep] if self.has_skip[i] else [deep]
        return self.mix[i](torch.cat(parts, dim=1))


class _Unit(nn.Sequential):
    """Convolution on a reflected border, batch norm, LeakyReLU."""

    def __init__(self, ins: int, outs: int, *, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(ins, outs, kernel, stride, kernel // 2, padding_mode="reflect")
            if kernel > 1
            else nn.Conv2d(ins, outs, 1, stride),
            nn.BatchNorm2d(outs),
            nn.LeakyReLU(0.2, inplace=True),
        )


def _per_scale(
    width: int | Sequence[int], skips: int | Sequence[int], n_scales: int
) -> tuple[list[int], list[int]]:
    given = [
        list(value) if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else None
        for value in (width, skips)
    ]
    for values in given:
        n_scales = len(values) if values is not None else n_scales
    n_scales = validate.count(n_scales, "n_scales")
    if given[0] is None:
        width = validate.count(width, "width")
    if given[1] is None:
        skips = validate.count(skips, "skips", at_least=0)
    widths = given[0] or [width] * n_scales
    skips = given[1] or [skips] * n_scales
    if len(widths) != len(skips):
        raise ValueError(
            f"width has {len(widths)} scales and skips {len(skips)}: use the same number"
        )
    widths = [validate.count(w, "width") for w in widths]
    return widths, [validate.count(s, "skips", at_least=0) for s in skips]
