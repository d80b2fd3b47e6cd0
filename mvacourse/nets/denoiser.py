"""A denoiser for all noise levels, which takes the noise level as an input (F3, G3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.nets.shapes import check_input
from mvacourse.nets.unet import UNet

SPREAD = 0.25
"""s₀, the standard deviation that pixels of photographs have around 1/2."""

_SMALLEST = 1e-4
"""Below this σ the network is not told σ: it would need log 0."""


class Denoiser(nn.Module):
    """Remove Gaussian noise of known strength, (v, σ) ↦ û: one network for every σ ≥ 0 (F3, G3).

    û = ½ + c²(v − ½) + σc U(c(v − ½)/s₀, log σ),   c = s₀/√(s₀² + σ²),   s₀ = ¼,

    with U a :class:`UNet` that works on images folded by two. Without U it is Wiener's formula for
    independent pixels with mean ½ and standard deviation s₀, and σc is its error. So input and
    output of U are of size 1 for every σ, and û = v for σ = 0. The logarithm of σ enters U as one
    more channel, constant over the image. Plug-and-play methods need σ as an input: for them it is
    a parameter.

    With the defaults it has 1.70 million weights, 3.4 MB in half precision.

    Parameters
    ----------
    channels : int, default 1
        Channels of the images.
    width : int or sequence of int, default (64, 96, 128)
        As for :class:`UNet`, starting at half the image's size.
    n_scales : int, default 3
        Number of scales; ignored where `width` is a sequence.
    depth : int, default 2
        Residual units at each scale, on the way down and on the way up.
    fold : int, default 2
        As for :class:`UNet`.
    activation : {"elu", "relu"}
        As for :class:`UNet`. With ELU, û has a continuous derivative in v.

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
    Karras, Aittala, Aila and Laine, Elucidating the design space of diffusion-based generative
    models, NeurIPS 2022, for the factors; Zhang, Zuo and Zhang, FFDNet: toward a fast and flexible
    solution for CNN-based image denoising, TIP 2018, for the folding and the map of σ.
    """

    def __init__(
        self,
        channels: int = 1,
        *,
        width: int | Sequence[int] = (64, 96, 128),
        n_scales: int = 3,
        depth: int = 2,
        fold: int = 2,
        activation: str = "elu",
    ) -> None:
        super().__init__()
        self.channels = channels = validate.count(channels, "channels")
        self.unet = UNet(
            channels + 1,
            channels,
            width=width,
            n_scales=n_scales,
            depth=depth,
            fold=fold,
            residual=False,
            activation=activation,
        )
        inside = self.unet.arguments
        self.arguments = {"channels": channels}
        self.arguments |= {key: inside[key] for key in ("width", "depth", "fold", "activation")}

    def forward(self, v: Tensor, sigma: float | Tensor) -> Tensor:
        """Denoise images `v` `(B,C,H,W)` in [0, 1]; the result is not clamped.

        `sigma` is in the unit of v, for example 25/255: one number, or `(B,)`, one per image.
        """
        check_input(self, v, self.channels, "v")
        sigma = _levels(sigma, v)[:, None, None, None]
        c = SPREAD / (SPREAD**2 + sigma.square()).sqrt()
        level = (sigma.clamp_min(_SMALLEST).log() / 4).expand(-1, 1, *v.shape[-2:])
        w = self.unet(torch.cat((c / SPREAD * (v - 0.5), level), dim=1))
        return 0.5 + c.square() * (v - 0.5) + sigma * c * w


def typical_error(v: Tensor, sigma: Tensor) -> Tensor:
    """Return σ/√(1 + 100σ), about the error of a good denoiser on photographs, `(B,1,1,1)`.

    Divided by it, errors have the same size for all σ, and all σ count alike in a training
    (`scale` of :func:`mvacourse.train.regression`). The number 100 fits this course's denoiser
    from σ = 1/255 to 75/255 within 10 %.
    """
    return (sigma / (1 + 100 * sigma).sqrt())[:, None, None, None]


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
