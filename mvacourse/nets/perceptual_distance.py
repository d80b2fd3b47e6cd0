"""A small network that measures how alike two photographs look (D4)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.precision import memory_format
from mvacourse.nets.shapes import check_input

_SMALLEST = 16
"""Smallest side in pixels for which the last maps are not empty."""
_FIRST_WEIGHT = 0.3
"""Weight of every channel before training."""


class PerceptualDistance(nn.Module):
    """Distance of two images in features of its own network, in the form of LPIPS (D4).

    d(x, ref) = Σ_ℓ 1/(H_ℓW_ℓ) Σ_ij Σ_c w_ℓc (V̄^ℓ(x) − V̄^ℓ(ref))²_cij, with V̄^ℓ the maps of layer
    ℓ, scaled to length 1 over the channels at each pixel. The weights w_ℓc > 0 are learned too.
    d is the square of a distance: d ≥ 0, d(x, ref) = d(ref, x), d = 0 where the features are equal,
    and √d satisfies the triangle inequality.

    Seven convolutions with ReLUs: a 5×5 one of stride 2 with w maps, for width w; then three pairs
    of 3×3 ones with 1½w, 2w and 3w maps. A 3×3 max pooling halves the size before each pair. The
    maps of these six are compared. Those of the first are not: they would react to every shift by a
    pixel, which LPIPS and observers hardly notice.

    Parameters
    ----------
    width : int, default 32
        Maps of the first layer, an even number. With 32 the network has 240 576 parameters, 0.5 MB
        in half precision.

    Raises
    ------
    ValueError
        If the width is odd or not positive, or x and ref are not two batches of the same shape,
        with 1 or 3 channels and at least 16×16 pixels.

    References
    ----------
    Zhang, Isola, Efros, Shechtman and Wang, The unreasonable effectiveness of deep features as a
    perceptual metric, CVPR 2018.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        width = validate.count(width, "width")
        if width % 2:
            raise ValueError(f"width = {width} must be even: some layers have half as many again")
        self.arguments = {"width": width}
        widths = [width, *(f * width // 2 for f in (3, 3, 4, 4, 6, 6))]
        self.convs = nn.ModuleList(
            nn.Conv2d(c, w, 3 if i else 5, 1 if i else 2, 1 if i else 2)
            for i, (c, w) in enumerate(zip([3, *widths], widths))
        )
        for conv in self.convs:
            # Keeps the scale of the maps. With torch's default weights they shrink from layer to
            # layer, until the last maps hold only the biases, which are the same everywhere.
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            nn.init.zeros_(conv.bias)
        # w = log(1 + eᵃ) > 0 for every a: no channel is ever lost for good.
        start = math.log(math.expm1(_FIRST_WEIGHT))
        self.a = nn.ParameterList(torch.full((w, 1, 1), start) for w in widths[1:])

    def features(self, x: Tensor) -> list[Tensor]:
        """Return the maps √w_ℓ V̄^ℓ(x), from fine to coarse; their mean squared distances sum to d.

        Parameters
        ----------
        x : Tensor, (B,C,H,W)
            In [0, 1]; C is 3, or 1 for grey.

        Returns
        -------
        list of Tensor, (B,C_ℓ,H_ℓ,W_ℓ)
            Six maps, of 1/4, 1/4, 1/8, 1/8, 1/16 and 1/16 of the size.
        """
        _check(self, x)
        v = (2 * x - 1).expand(-1, 3, -1, -1).contiguous(memory_format=memory_format(x.device))
        v = F.relu(self.convs[0](v))
        maps = []
        for i, (conv, a) in enumerate(zip(self.convs[1:], self.a)):
            if i % 2 == 0:
                v = F.max_pool2d(v, 3, 2, 1)
            v = F.relu(conv(v))
            # In the dtype of x: under autocast, differences of 8 bits would be mostly noise.
            f = v.to(x.dtype)
            length = (f.square().sum(1, keepdim=True) + 1e-6).sqrt()
            weight = F.softplus(a).clamp(min=torch.finfo(a.dtype).tiny)  # √0 has no slope
            maps.append(weight.sqrt() * f / length)
        return maps

    def forward(self, x: Tensor, ref: Tensor) -> Tensor:
        """Compare x and ref, both `(B,C,H,W)` in [0, 1]: d `(B,)`, in the unit of LPIPS."""
        validate.same_shape(_check(self, x), _check(self, ref, "ref"))
        both = self.features(torch.cat([x, ref]))
        halves = (maps.chunk(2) for maps in both)
        return torch.stack([(f - g).square().sum(1).mean((-2, -1)) for f, g in halves]).sum(0)


def _check(net: nn.Module, x: Tensor, name: str = "x") -> Tensor:
    check_input(net, x, validate.batch(x, name).shape[1], name)
    if x.shape[1] not in (1, 3) or min(x.shape[-2:]) < _SMALLEST:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}, but this distance takes (B, C, H, W) with C = 3 "
            f"(RGB) or 1 (grey) and at least {_SMALLEST} × {_SMALLEST} pixels"
        )
    return x
