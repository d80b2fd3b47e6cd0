"""Computed tomography: the discrete Radon transform and filtered back-projection (A2)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, final

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators.base import LinearOperator, Shape, fits, owned
from mvacourse.operators.fourier import full_precision
from mvacourse.operators.sparse_matrix import Sparse


@final
class Radon(LinearOperator):
    """Computed tomography: A = R, sums of the image along parallel rays (A2).

    The ray of angle θ and detector t is {(X,Y) : X cos θ + Y sin θ = t}, with X to the right and
    Y upwards from the centre pixel. Along the ray, Joseph's method samples the image once per row
    or column, whichever the ray crosses more steeply, with linear interpolation. For the pixels
    this is one formula. With c = max(|cos θ|, |sin θ|) and a pixel's position
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
        Number of detectors, one pixel apart; the middle one has index n // 2. Default: max(H, W).
        Rays outside the inscribed circle are then missed, as in scikit-image's ``circle=True``.

    Notes
    -----
    Images `(B,C,H,W)` give sinograms `(B,C,n_angles,n_detectors)`. Unlike for the other operators,
    the image is zero outside its frame, not periodic. R and Rᵀ are stored as sparse matrices, with
    at most 32 bytes per pixel and angle. A product with one costs two additions per pixel and
    angle. The first call of :meth:`fbp` makes another such matrix.

    References
    ----------
    P. M. Joseph, "An improved algorithm for reprojecting rays through pixel images", IEEE
    Transactions on Medical Imaging 1(3), 1982.

    Raises
    ------
    TypeError, ValueError
        If there is no angle, one is not finite or requires a gradient, `size` is not positive, or
        an image or a sinogram has a different size.
    """

    _data_are_real = True

    def __init__(
        self,
        angles: Sequence[float] | Tensor,
        size: int | Sequence[int],
        n_detectors: int | None = None,
    ) -> None:
        super().__init__()
        theta = _degrees(angles)
        self.size = validate.image_size(size)
        wanted = max(self.size) if n_detectors is None else n_detectors
        self.n_detectors = validate.count(wanted, "n_detectors")
        self.angles = owned(validate.finite(theta, "angles").cpu())  # no buffer: stays in float64
        radians = torch.deg2rad(theta)
        c = torch.maximum(radians.cos().abs(), radians.sin().abs())[:, None]
        shadows = self._table(lambda t, t0: (1 - (t - t0).abs() / c).clamp(min=0) / c)
        self.shadows = shadows.to(torch.get_default_dtype())
        self._interpolation: Sparse | None = None
        self._largest: float | None = None

    def _pixel_positions(self) -> Tensor:
        """Detector coordinate t₀ of each pixel at each angle, `(n_angles, H·W)`, float64."""
        H, W = self.size
        X = torch.arange(W, dtype=torch.float64) - W // 2
        Y = H // 2 - torch.arange(H, dtype=torch.float64)
        theta = torch.deg2rad(self.angles)[:, None, None]
        t0 = X[None, None, :] * theta.cos() + Y[None, :, None] * theta.sin()
        return t0.flatten(1) + self.n_detectors // 2

    def _table(self, weight: Callable[[Tensor, Tensor], Tensor]) -> Sparse:
        """Tabulate h(t, t₀) for each pixel (a row) and the two detectors t next to it, float64."""
        t0 = self._pixel_positions()
        n_angles, n_pixels = t0.shape
        lower = torch.floor(t0)
        t = torch.stack((lower, lower + 1))  # no weight reaches further: h has half-width c <= 1
        exists = (t >= 0) & (t < self.n_detectors)
        values = weight(t, t0) * exists
        first = self.n_detectors * torch.arange(n_angles)[:, None]
        cols = first + t.long().clamp(0, self.n_detectors - 1)
        entries = (x.permute(2, 1, 0).reshape(n_pixels, -1) for x in (cols, values))
        return Sparse(*entries, n_angles * self.n_detectors)

    def _forward(self, u: Tensor) -> Tensor:
        fits(_real(u, "u"), self.size, "Radon")
        y = self.shadows.T(u.flatten(0, 1).flatten(1).T).T
        return y.reshape(*u.shape[:2], len(self.angles), self.n_detectors)

    def _adjoint(self, y: Tensor) -> Tensor:
        return self._back_project(y, self.shadows)

    def _back_project(self, y: Tensor, table: Sparse) -> Tensor:
        fits(_real(y, "y"), (len(self.angles), self.n_detectors), "Radon's sinogram", "y")
        u = table(y.flatten(0, -3).flatten(1).T).T
        return u.reshape(*y.shape[:-2], *self.size)

    def norm(self, shape: Shape | None = None) -> float:
        if shape is not None:
            shape = validate.image_shape(shape)
            fits(torch.empty(shape, device="meta"), self.size, "Radon", "shape")
        if self._largest is None:  # each restoration needs it, and it never changes
            self._largest = super().norm((1, *self.size))
        return self._largest

    def fbp(self, y: Tensor, filter: Literal["ramp", "hann"] = "ramp") -> Tensor:
        """Filtered back-projection, an approximate inverse of R for many angles.

        u(pixel) = (π / 2n_θ) Σ_θ (f ∗ y_θ)(t₀), with linear interpolation between detectors. The
        filter f̂ ≈ 2|ω| is sampled in space, which keeps the mean. The discretisation is that of
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
            Images `(B,C,H,W)`. A pixel that no detector sees at some angle is incomplete.

        Raises
        ------
        ValueError
            If the sinogram has a different size, or `filter` is unknown.
        """
        full_precision(validate.batch(y, "y").dtype, "y")
        fits(y, (len(self.angles), self.n_detectors), "Radon's sinogram", "y")
        n = max(64, 2 ** math.ceil(math.log2(2 * self.n_detectors)))
        response = dtypes.like(_ramp_response(n, filter), y)
        filtered = torch.fft.ifft(torch.fft.fft(y, n=n) * response).real[..., : self.n_detectors]
        return (
            self._back_project(filtered, self._linear(y.device)) * math.pi / (2 * len(self.angles))
        )

    def _linear(self, device: torch.device) -> Sparse:
        """Tabulate linear interpolation between detectors, at the first call."""
        if self._interpolation is None:
            last = self.n_detectors - 1

            def weight(t: Tensor, t0: Tensor) -> Tensor:
                return (1 - (t - t0).abs()) * ((t0 >= 0) & (t0 <= last))

            self._interpolation = self._table(weight)
        if not dtypes.has_float64(device):
            self._interpolation.float()
        self._interpolation.to(device)
        return self._interpolation

    def extra_repr(self) -> str:
        return f"n_angles={len(self.angles)}, size={self.size}, n_detectors={self.n_detectors}"


def _real(x: Tensor, name: str) -> Tensor:
    if x.is_complex():
        raise TypeError(f"{name} is complex, but Radon takes real values: scan {name}.real")
    return x


def _degrees(angles: Sequence[float] | Tensor) -> Tensor:
    """Convert angles to a vector in float64."""
    if isinstance(angles, Tensor) and angles.requires_grad:
        raise TypeError(
            "angles require a gradient, but R is not differentiable in them: write angles.detach()"
        )
    try:
        theta = torch.as_tensor(angles, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"angles are not numbers: {error}; give a list of degrees") from None
    if theta.ndim > 1 or theta.numel() == 0:
        raise ValueError(
            f"angles has shape {tuple(theta.shape)}: give a list of at least one angle in degrees"
        )
    return theta.flatten()


def _ramp_response(n: int, filter: str) -> Tensor:
    """Frequency response of the ramp filter on `n` samples, from its exact impulse response.

    Samples of |ω| itself would set the zero frequency to zero and shift the mean (Kak & Slaney,
    *Principles of Computerized Tomographic Imaging*, chapter 3).
    """
    validate.one_of(filter, ("ramp", "hann"), "filter")
    lag = torch.fft.fftfreq(n, d=1 / n, dtype=torch.float64)
    odd = lag.abs() % 2 == 1
    impulse = torch.where(odd, -1 / (math.pi * lag).square().clamp(min=1), 0.0)
    impulse[0] = 0.25
    response = 2 * torch.fft.fft(impulse).real
    if filter == "hann":
        response = response * (1 + torch.cos(2 * math.pi * torch.fft.fftfreq(n))) / 2
    return response
