"""A small normalising flow: an invertible network with a known log-determinant."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import dtypes, validate
from mvacourse.nets.shapes import check_codes, check_images


class Flow(nn.Module):
    """Normalising flow x ↔ z between images and N(0, I); each image has exactly one z (E3).

    f maps x to z, and G = f⁻¹ maps z to x. The first layer is y = logit(α + (1 − 2α)x), from [0, 1]
    into the real line. Where z is far out, G(z) leaves [0, 1], by at most α/(1 − 2α). Then come
    `depth` steps at half the size and `depth` at a quarter (a "squeeze" turns 2×2 pixels into four
    channels). Each step is

    - a scaling and a shift of each channel, and a rotation of the channels, Q = exp(S − Sᵀ);
    - an affine coupling: with channels (a, b), b ↦ (b + t(a)) · exp(s(a)). Three convolutions
      compute s and t from a. |s| < 1 keeps the inverse well-conditioned.

    log|det ∂f/∂x| is the sum of the logarithms of all scalings; rotations add nothing to it.

    Parameters
    ----------
    shape : (C, H, W)
        Size of the images; 4 must divide H and W.
    width : int, default 48
        Maps inside a coupling.
    depth : int, default 6
        Steps at each of the two sizes.
    alpha : float, default 0.01
        α of the logit, in (0, ½).

    Attributes
    ----------
    k : int
        Length of z: C·H·W, the number of values of the image.

    Raises
    ------
    ValueError
        If a size is not positive, 4 does not divide H or W, α is out of range, or x or z has the
        wrong size.

    References
    ----------
    Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP, ICLR 2017; Kingma and
    Dhariwal, Glow, NeurIPS 2018.
    """

    def __init__(
        self,
        shape: Sequence[int] = (1, 28, 28),
        width: int = 48,
        depth: int = 6,
        alpha: float = 0.01,
    ) -> None:
        super().__init__()
        self.shape = validate.image_shape(shape)
        C, H, W = self.shape
        if H % 4 or W % 4:
            raise ValueError(f"shape = {self.shape}: 4 must divide the height and the width")
        alpha = validate.number(alpha, "alpha")
        if not 0 < alpha < 0.5:
            raise ValueError(f"alpha = {alpha} must lie in (0, ½)")
        width = validate.count(width, "width")
        depth = validate.count(depth, "depth")
        self.arguments = {"shape": list(self.shape), "width": width, "depth": depth, "alpha": alpha}
        self.k = math.prod(self.shape)
        self.alpha = alpha
        steps = range(depth)
        self.levels = nn.ModuleList(
            nn.ModuleList(_Step(channels, width) for _ in steps) for channels in (4 * C, 16 * C)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map images to latent codes: this is f.

        Parameters
        ----------
        x : Tensor, (B,C,H,W)
            In [0, 1]; thanks to the margin α, it may leave it a little.

        Returns
        -------
        z : Tensor, (B,k)
        logdet : Tensor, (B,)
            log|det ∂z/∂x|.
        """
        check_images(self, x)
        p = self.alpha + (1 - 2 * self.alpha) * x
        if not self.training and not ((p > 0) & (p < 1)).all():
            raise ValueError(
                f"x spans [{float(x.min()):.3g}, {float(x.max()):.3g}], beyond [0, 1] by more than "
                "the margin alpha: write x.clamp(0, 1)"
            )
        y = torch.logit(p)
        logdet = (math.log(1 - 2 * self.alpha) - torch.log(p * (1 - p))).flatten(1).sum(1)
        for level in self.levels:
            y = F.pixel_unshuffle(y, 2)
            for step in level:
                y, more = step(y)
                logdet = logdet + more
        return y.flatten(1), logdet

    def inverse(self, z: Tensor) -> Tensor:
        """Map latent codes `(B,k)` to images `(B,C,H,W)`: this is G, with G(f(x)) = x."""
        check_codes(self, z, self.k)
        C, H, W = self.shape
        y = z.view(-1, 16 * C, H // 4, W // 4)
        for level in reversed(self.levels):
            for step in reversed(level):
                y = step.inverse(y)
            y = F.pixel_shuffle(y, 2)
        return (torch.sigmoid(y) - self.alpha) / (1 - 2 * self.alpha)


class _Step(nn.Module):
    """Scale, shift and rotate the channels, then couple their two halves."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(channels, 1, 1))
        self.shift = nn.Parameter(torch.zeros(channels, 1, 1))
        self.skew = nn.Parameter(torch.randn(channels, channels))
        self.half = channels // 2
        self.net = nn.Sequential(
            *(nn.Conv2d(self.half, width, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(width, width, 1), nn.ReLU()),
            nn.Conv2d(width, 2 * (channels - self.half), 3, padding=1),
        )
        # s = t = 0 at first: the flow starts as a rotation, so no scale is bad at the start.
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)

    def _rotation(self) -> Tensor:
        skew = self.skew - self.skew.T
        return torch.matrix_exp(dtypes.off_metal(skew)).to(skew.device)

    def _coupling(self, a: Tensor) -> tuple[Tensor, Tensor]:
        s, t = self.net(a).chunk(2, dim=1)
        return torch.tanh(s), t

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = (x + self.shift) * self.log_scale.exp()
        x = torch.einsum("ij,bjhw->bihw", self._rotation(), x)
        a, b = x[:, : self.half], x[:, self.half :]
        s, t = self._coupling(a)
        logdet = s.flatten(1).sum(1) + self.log_scale.sum() * x.shape[-2] * x.shape[-1]
        return torch.cat([a, (b + t) * s.exp()], dim=1), logdet

    def inverse(self, y: Tensor) -> Tensor:
        a, b = y[:, : self.half], y[:, self.half :]
        s, t = self._coupling(a)
        x = torch.cat([a, b * (-s).exp() - t], dim=1)
        x = torch.einsum("ji,bjhw->bihw", self._rotation(), x)
        return x * (-self.log_scale).exp() - self.shift
