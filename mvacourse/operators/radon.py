"""Computed tomography: the discrete Radon transform and filtered back-projection (A2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, final

import torch
from torch import Tensor

from mvacourse import check
from mvacourse.operators.base import LinearOperator, fits


@final
class Radon(LinearOperator):
    """Computed tomography: A = R, sums of the image along parallel rays (A2).

    The ray of angle θ and detector t is {(X,Y) : X cos θ + Y sin θ = t}, with X to the right and
    Y upwards from the centre pixel. Along it the image is read with Joseph's method: one sample
    per row or column, whichever the ray crosses more steeply, interpolated linearly. Seen from
    the pixels this is one formula. With c = max(|cos θ|, |sin θ|) and a pixel's own position
    t₀ = X cos θ + Y sin θ,

        (R u)(θ,t) = Σ_pixels h(t − t₀) u(pixel),     (Rᵀ y)(pixel) = Σ_θ Σ_t h(t − t₀) y(θ,t),

    where h(s) = max(0, 1 − |s|/c)/c: a pixel's shadow is a triangle of half-width c and area 1.

    Parameters
    ----------
    angles : sequence of float, or Tensor
        Angles θ in degrees, as in ``skimage.transform.radon``.
    size : int or (H, W)
        Size of the images, in pixels.
    n_detectors : int, optional
        Number of detectors, one pixel apart; the middle one has index n // 2. By default
        max(H, W): rays outside the inscribed circle are then missed, as in scikit-image's
        ``circle=True``.

    Notes
    -----
    Images `(B,C,H,W)` give sinograms `(B,C,n_angles,n_detectors)`. Unlike the other operators
    the image is zero outside its frame, not periodic. The tables take 20 bytes per pixel and
    angle; a product with R or Rᵀ costs as many additions.

    References
    ----------
    P. M. Joseph, "An improved algorithm for reprojecting rays through pixel images", IEEE
    Transactions on Medical Imaging 1(3), 1982.

    Raises
    ------
    TypeError, ValueError
        If no angle is given, one is not finite, `size` is not positive, or an image or a
        sinogram has another size.
    """

    def __init__(
        self,
        angles: Sequence[float] | Tensor,
        size: int | Sequence[int],
        n_detectors: int | None = None,
    ) -> None:
        super().__init__()
        theta = torch.as_tensor(angles, dtype=torch.float64).flatten()
        if theta.numel() == 0:
            raise ValueError("angles is empty: give at least one angle in degrees")
        self.size = check.image_size(size)
        wanted = max(self.size) if n_detectors is None else n_detectors
        self.n_detectors = check.count(wanted, "n_detectors")
        self.register_buffer("angles", check.finite(theta, "angles"))
        t0 = self._pixel_positions()
        radians = torch.deg2rad(theta)
        c = torch.maximum(radians.cos().abs(), radians.sin().abs())[:, None]
        # The triangle has half-width c <= 1: at most the two detectors around t0 see the pixel.
        lower = torch.floor(t0).long()
        self.register_buffer("lower", lower)
        self.register_buffer("w_lower", self._shadow(lower, t0, c))
        self.register_buffer("w_upper", self._shadow(lower + 1, t0, c))

    def _pixel_positions(self) -> Tensor:
        """Detector coordinate t₀ of each pixel at each angle, `(n_angles, H·W)`, float64."""
        H, W = self.size
        X = torch.arange(W, dtype=torch.float64) - W // 2
        Y = H // 2 - torch.arange(H, dtype=torch.float64)
        theta = torch.deg2rad(self.angles.cpu().double())[:, None, None]
        t0 = X[None, None, :] * theta.cos() + Y[None, :, None] * theta.sin()
        return t0.flatten(1) + self.n_detectors // 2

    def _shadow(self, t: Tensor, t0: Tensor, c: Tensor) -> Tensor:
        """Weight h(t − t₀), zero for detectors that do not exist, in the default precision."""
        weight = (1 - (t - t0).abs() / c).clamp(min=0) / c
        exists = (t >= 0) & (t < self.n_detectors)
        return (weight * exists).to(torch.get_default_dtype())

    def _pairs(self) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        last = self.n_detectors - 1
        return (
            (self.lower.clamp(0, last), self.w_lower),
            ((self.lower + 1).clamp(0, last), self.w_upper),
        )

    def _forward(self, u: Tensor) -> Tensor:
        fits(u, self.size, "Radon")
        pixels = u.flatten(0, 1).flatten(1).T  # (H·W, B·C): index_add_ runs along the first axis
        (lower, w_lower), (upper, w_upper) = self._pairs()
        rows = []
        for i in range(len(self.angles)):
            row = pixels.new_zeros(self.n_detectors, pixels.shape[1])
            row = row.index_add(0, lower[i], w_lower[i].to(u.dtype)[:, None] * pixels)
            row = row.index_add(0, upper[i], w_upper[i].to(u.dtype)[:, None] * pixels)
            rows.append(row)
        y = torch.stack(rows).movedim(-1, 0)
        return y.reshape(*u.shape[:2], len(self.angles), self.n_detectors)

    def _adjoint(self, y: Tensor) -> Tensor:
        fits(y, (len(self.angles), self.n_detectors), "Radon's sinogram")
        return sum(self._back_project(y, index, weight) for index, weight in self._pairs())

    def _back_project(self, y: Tensor, index: Tensor, weight: Tensor) -> Tensor:
        u = y.new_zeros(*y.shape[:2], math.prod(self.size))
        for i in range(len(self.angles)):
            u = u + weight[i].to(y.dtype) * y[..., i, :][..., index[i]]
        return u.reshape(*y.shape[:2], *self.size)

    def _norm(self, shape: tuple[int, int, int] | None) -> float:
        return super()._norm((1, *self.size) if shape is None else shape)

    def fbp(self, y: Tensor, filter: Literal["ramp", "hann"] = "ramp") -> Tensor:
        """Filtered back-projection, the approximate inverse of R from many angles.

        u(pixel) = (π / 2n_θ) Σ_θ (f ∗ y_θ)(t₀), with f̂ ≈ 2|ω| sampled in space so that the mean
        is kept, and linear interpolation between detectors. The same discretisation as
        ``skimage.transform.iradon``.

        Parameters
        ----------
        y : Tensor
            Sinogram `(B,C,n_angles,n_detectors)`; the angles should cover [0°, 180°) evenly.
        filter : {"ramp", "hann"}
            "hann" damps the high frequencies, which carry most of the noise.

        Returns
        -------
        Tensor
            Images `(B,C,H,W)`. Pixels no detector sees at some angle are incomplete.

        Raises
        ------
        ValueError
            If the sinogram has another size, or `filter` is unknown.
        """
        fits(y, (len(self.angles), self.n_detectors), "Radon's sinogram")
        n = max(64, 2 ** math.ceil(math.log2(2 * self.n_detectors)))
        response = _ramp_response(n, filter).to(y)
        filtered = torch.fft.ifft(torch.fft.fft(y, n=n) * response).real[..., : self.n_detectors]
        t0 = self._pixel_positions().to(y.device)
        last = self.n_detectors - 1
        inside = (t0 >= 0) & (t0 <= last)
        u = 0
        for t in (torch.floor(t0), torch.floor(t0) + 1):
            weight = (1 - (t - t0).abs()) * inside
            u = u + self._back_project(filtered, t.long().clamp(0, last), weight)
        return u * math.pi / (2 * len(self.angles))

    def extra_repr(self) -> str:
        return f"n_angles={len(self.angles)}, size={self.size}, n_detectors={self.n_detectors}"


def _ramp_response(n: int, filter: str) -> Tensor:
    """Frequency response of the ramp filter on `n` samples, from its exact impulse response.

    Sampling |ω| itself would set the zero frequency to zero and shift the mean (Kak & Slaney,
    *Principles of Computerized Tomographic Imaging*, chapter 3).
    """
    if filter not in ("ramp", "hann"):
        raise ValueError(f'filter = {filter!r} is unknown: choose "ramp" or "hann"')
    lag = torch.fft.fftfreq(n, d=1 / n, dtype=torch.float64)
    odd = lag.abs() % 2 == 1
    impulse = torch.where(odd, -1 / (math.pi * lag).square().clamp(min=1), 0.0)
    impulse[0] = 0.25
    response = 2 * torch.fft.fft(impulse).real
    if filter == "hann":
        response = response * (1 + torch.cos(2 * math.pi * torch.fft.fftfreq(n))) / 2
    return response
