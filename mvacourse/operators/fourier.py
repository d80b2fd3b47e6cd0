"""Operators that are diagonal, or nearly so, in Fourier: blur, Fourier sampling, MRI (A4, A2)."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators.base import LinearOperator, Shape, fits, owned


def _embed(k: Tensor, height: int, width: int) -> Tensor:
    """Put `k` on a `(height, width)` grid of zeros, its centre (index size // 2) at the origin."""
    if k.shape[0] > height or k.shape[1] > width:
        raise ValueError(
            f"k is {k.shape[0]}×{k.shape[1]}, larger than the {height}×{width} image: "
            "use a smaller kernel or a larger image"
        )
    grid = k.new_zeros(height, width)
    grid[: k.shape[0], : k.shape[1]] = k
    return grid.roll((-(k.shape[0] // 2), -(k.shape[1] // 2)), (0, 1))


def _identify(k: Tensor) -> tuple | None:
    """Return what distinguishes a kernel from every other, or None if its k̂ must not be kept."""
    if k.requires_grad or k.is_inference():  # a kernel that is being learned
        return None
    if k.device.type != "cpu":
        return id(k), k.data_ptr(), k._version  # the kept k̂ also keeps k, so the id stays its own
    try:
        numbers = k.numpy() if k.dtype != torch.bfloat16 else k.float().numpy()
    except RuntimeError:  # torch.func maps or differentiates over kernels
        return None
    # The numbers themselves: NumPy writes into them without a trace.
    return numbers.tobytes(), numbers.shape, k.dtype


@final
class Blur(LinearOperator):
    """Periodic convolution with a known kernel: A u = k ∗ u (A4).

    (k ∗ u)(x) = Σ_y k(y) u(x − y), computed as F⁻¹(k̂ û). The adjoint is the convolution with
    k̃(x) = conj(k(−x)), computed as F⁻¹(conj(k̂) v̂) (A10). ‖A‖ = max |k̂|.

    Parameters
    ----------
    k : Tensor
        Real kernel `(h,w)`, its centre at index (h // 2, w // 2). With sum 1 it keeps the mean grey
        level. It is copied, except if it requires a gradient, that is, if it is being learned.

    Raises
    ------
    TypeError, ValueError
        If `k` is not a kernel; when applied, if `k` is larger than the image.
    """

    _data_are_real = True

    def __init__(self, k: Tensor) -> None:
        super().__init__()
        validate.kernel(k)
        self.register_buffer("k", owned(k))
        self._k_hat: tuple[tuple, Tensor, Tensor] | None = None

    def transfer(
        self,
        height: int,
        width: int,
        *,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> Tensor:
        """Return k̂ on the grid of an image: complex `(H,W)`, in the order of ``fft2``.

        Raises
        ------
        TypeError, ValueError
            If a size is not a whole number ≥ 1 or smaller than the kernel, or `dtype` is not a
            floating-point or complex type of 32 bits or more.
        """
        dtype = self.k.dtype if dtype is None else dtype
        device = self.k.device if device is None else validate.device(device)
        size = validate.count(height, "height"), validate.count(width, "width")
        return torch.fft.fft2(_embed(self.k.to(full_precision(dtype)).to(device), *size))

    def _half_transfer(self, u: Tensor) -> Tensor:
        # Keep the last k̂: solvers apply one blur to one image size hundreds of times.
        kernel = _identify(self.k)
        if kernel is None:
            return self._half_transform(u)
        key = (tuple(u.shape[-2:]), u.dtype, u.device, kernel)
        kept = self._k_hat  # another thread may replace it
        if kept is None or kept[0] != key:
            with torch.inference_mode(False):  # autograd must be able to use the kept k̂ later
                self._k_hat = kept = (key, self._half_transform(u), self.k)
        return kept[1]

    def _half_transform(self, u: Tensor) -> Tensor:
        k = dtypes.like(self.k, u)
        return torch.fft.rfft2(_embed(k, *u.shape[-2:]))

    def _forward(self, u: Tensor) -> Tensor:
        _real(u, "u")
        return torch.fft.irfft2(self._half_transfer(u) * torch.fft.rfft2(u), s=u.shape[-2:])

    def _adjoint(self, y: Tensor) -> Tensor:
        k_hat = self._half_transfer(_real(y, "y"))
        return torch.fft.irfft2(k_hat.conj() * torch.fft.rfft2(y), s=y.shape[-2:])

    def _norm(self, shape: Shape | None) -> float:
        if (self.k >= 0).all():  # then |k̂| is largest at frequency zero, for every size
            return float(self.k.double().sum())
        _, height, width = self._known(shape)
        return float(self.transfer(height, width, dtype=torch.float64).abs().max())

    def extra_repr(self) -> str:
        return f"k={tuple(self.k.shape)}"


def _complex(y: Tensor, name: str) -> Tensor:
    if not y.is_complex():
        raise TypeError(f"{name} is {y.dtype}, but k-space is complex: write {name} + 0j")
    return y


def _real(u: Tensor, name: str) -> Tensor:
    if u.is_complex():
        raise TypeError(f"{name} is complex, but Blur takes real images: blur {name}.real")
    full_precision(u.dtype, name)
    return u


def full_precision(dtype: torch.dtype, name: str = "dtype") -> torch.dtype:
    """Check for 32 bits or more: on a CPU, torch has no Fourier transform of half precision."""
    fits = isinstance(dtype, torch.dtype) and (dtype.is_floating_point or dtype.is_complex)
    if not fits or dtype in (torch.float16, torch.bfloat16):
        raise TypeError(f"{name} is {dtype}: a Fourier transform needs float32, or float64")
    return dtype


def _fits(u: Tensor, size: torch.Size, A: LinearOperator) -> Tensor:
    """Check an image: its size, its precision, and that it is real if A is for real images."""
    fits(u, size, type(A).__name__)
    full_precision(u.dtype, "u")
    if A.real and u.is_complex():
        raise TypeError("u is complex, but A was built for real images: build it with real=False")
    return u


@final
class FourierSampling(LinearOperator):
    """Compressive sensing in Fourier: A = S F, some frequencies of the orthonormal DFT (A2).

    A u = S û, and Aᵀ y = Re F⁻¹(S y) for real images. Measurements have the size of the image;
    unsampled frequencies are zero.

    Parameters
    ----------
    mask : Tensor
        `(H,W)`, true where the frequency is sampled, in the order of ``torch.fft.fft2`` (zero
        frequency first; ``kernels.centred`` moves it to the middle for pictures). It is copied.
    real : bool, default True
        Whether images are real. If False, `T` keeps the imaginary part.

    Notes
    -----
    ‖A‖² = max over ξ of (S(ξ) + S(−ξ))/2 for real images: if the opposite of a frequency is not
    sampled, the frequency gives only half of the energy of the pair.

    Raises
    ------
    TypeError, ValueError
        If `mask` is not a mask, an image has a different size, or `y` is not complex.
    """

    _data_are_real = False

    def __init__(self, mask: Tensor, *, real: bool = True) -> None:
        super().__init__()
        self.register_buffer("mask", owned(validate.mask(mask)))
        self.real = real

    def _forward(self, u: Tensor) -> Tensor:
        _fits(u, self.mask.shape, self)
        return self.mask * torch.fft.fft2(u, norm="ortho")

    def _adjoint(self, y: Tensor) -> Tensor:
        fits(y, self.mask.shape, "FourierSampling", "y")
        u = torch.fft.ifft2(self.mask * _complex(y, "y"), norm="ortho")
        return u.real if self.real else u

    def _norm(self, shape: Shape | None) -> float:
        S = self.mask.double()
        if self.real:
            opposite = S.flip(0, 1).roll((1, 1), (0, 1))
            S = (S + opposite) / 2
        return float(S.max().sqrt())


@final
class MultiCoilMRI(LinearOperator):
    """Magnetic resonance imaging with several coils (SENSE): A = S F D (A2).

    Coil j sees the image through its sensitivity D_j: (A u)_j = S F (D_j u), with the orthonormal
    DFT. Aᵀ y = Re Σ_j conj(D_j) F⁻¹(S y_j).

    Parameters
    ----------
    mask : Tensor
        `(H,W)`, sampled frequencies, in the order of ``torch.fft.fft2``.
    coils : Tensor
        `(J,H,W)` sensitivities, complex or real. With Σ_j |D_j|² ≤ 1, ‖A‖ ≤ 1. Mask and coils are
        copied, except coils that require a gradient.
    real : bool, default True
        Whether images are real. If False, `T` keeps the imaginary part.

    Notes
    -----
    Images are `(B,1,H,W)`. Measurements are complex `(B,J,H,W)`, zero where nothing was sampled.

    Raises
    ------
    TypeError, ValueError
        If mask and coils have different sizes, an image is not `(B,1,H,W)` of their size, or `y`
        is not complex.
    """

    _data_are_real = False

    def __init__(self, mask: Tensor, coils: Tensor, *, real: bool = True) -> None:
        super().__init__()
        self.register_buffer("mask", owned(validate.mask(mask)))
        if validate.values(coils, "coils").ndim != 3:
            raise ValueError(f"coils has shape {tuple(coils.shape)}: write (n_coils, H, W)")
        fits(coils, self.mask.shape, "MultiCoilMRI's mask", "coils")
        complex_coils = coils if coils.is_complex() else coils + 0j
        self.register_buffer("coils", owned(validate.finite(complex_coils, "coils")))
        self.real = real

    def _coils_like(self, x: Tensor) -> Tensor:
        return self.coils.to(torch.promote_types(x.dtype, torch.complex64))

    def _forward(self, u: Tensor) -> Tensor:
        _fits(u, self.mask.shape, self)
        if u.shape[1] != 1:
            raise ValueError(f"u has {u.shape[1]} channels: MultiCoilMRI takes one, (B, 1, H, W)")
        return self.mask * torch.fft.fft2(self._coils_like(u) * u, norm="ortho")

    def _adjoint(self, y: Tensor) -> Tensor:
        fits(y, self.mask.shape, "MultiCoilMRI", "y")
        if y.ndim != 4 or y.shape[1] != len(self.coils):
            raise ValueError(
                f"y has shape {tuple(y.shape)}, but measurements are (B, {len(self.coils)}, H, W): "
                "one k-space per coil"
            )
        images = torch.fft.ifft2(self.mask * _complex(y, "y"), norm="ortho")
        u = (self._coils_like(y).conj() * images).sum(1, keepdim=True)
        return u.real if self.real else u

    def _norm(self, shape: Shape | None) -> float:
        return super()._norm((1, *self.mask.shape))
