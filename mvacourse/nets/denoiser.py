"""A denoiser for all noise levels, which takes the noise level as an input (F3, G3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.nets.shapes import check_input
from mvacourse.nets.unet import UNet


class Denoiser(nn.Module):
    """Remove Gaussian noise of known strength, (v, σ) ↦ û: one network for every σ (F3, G3).

    û = v + U(v − ½, σ), with U a :class:`UNet` that works on images folded by two. σ enters as one
    more channel, constant over the image. It is multiplied by 10, which makes it as large as the
    other channels. Plug-and-play methods need σ as an input: for them it is a parameter.

    With the defaults it has 0.87 million weights, 1.7 MB in half precision.

    Parameters
    ----------
    channels : int, default 1
        Channels of the images.
    width : int or sequence of int, default (48, 64, 96)
        As for :class:`UNet`, starting at half the image's size.
    n_scales : int, default 3
        Number of scales; ignored where `width` is a sequence.
    depth : int, default 2
        Residual units at each scale, on the way down and on the way up.
    fold : int, default 2
        As for :class:`UNet`.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, an image has the wrong number of channels, σ is negative, or
        σ is neither one number nor one per image.

    Notes
    -----
    Any height and width work. Outside the range of σ used in training, results may be bad.

    References
    ----------
    Zhang, Zuo and Zhang, FFDNet: toward a fast and flexible solution for CNN-based image
    denoising, TIP 2018, for the folding and the map of σ; Zhang et al., Plug-and-play image
    restoration with deep denoiser prior, PAMI 2022.
    """

    def __init__(
        self,
        channels: int = 1,
        *,
        width: int | Sequence[int] = (48, 64, 96),
        n_scales: int = 3,
        depth: int = 2,
        fold: int = 2,
    ) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.unet = UNet(
            channels + 1, channels, width=width, n_scales=n_scales, depth=depth, fold=fold
        )
        inside = self.unet.arguments
        self.arguments = {"channels": channels}
        self.arguments |= {key: inside[key] for key in ("width", "depth", "fold")}

    def forward(self, v: Tensor, sigma: float | Tensor) -> Tensor:
        """Denoise images `v` `(B,C,H,W)` in [0, 1]; the result is not clamped.

        `sigma` is in the unit of v, for example 25/255: one number, or `(B,)`, one per image.
        """
        check_input(self, v, self.channels, "v")
        level = 10 * _levels(sigma, v)[:, None, None, None].expand(-1, 1, *v.shape[-2:])
        return self.unet(torch.cat((v - 0.5, level), dim=1)) + 0.5


def _levels(sigma: float | Tensor, v: Tensor) -> Tensor:
    """Expand σ to one number per image, `(B,)`."""
    if not isinstance(sigma, Tensor):
        sigma = validate.non_negative(sigma, "sigma")
    elif sigma.is_complex() or sigma.dtype == torch.bool:
        raise TypeError(f"sigma holds {sigma.dtype}: give real numbers")
    sigma = torch.as_tensor(sigma).to(v)
    if sigma.ndim > 1 or sigma.numel() not in (1, len(v)):
        raise ValueError(
            f"sigma has shape {tuple(sigma.shape)}: give one number, or one for each of the "
            f"{len(v)} images"
        )
    if not (sigma >= 0).all():
        raise ValueError("sigma must not be negative, nor NaN: it is a standard deviation")
    return sigma.expand(len(v))
