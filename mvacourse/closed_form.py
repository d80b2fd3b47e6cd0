"""Solutions by formula: inverse filter, ridge, Wiener form, heat equation, pseudo-inverse."""

from __future__ import annotations

import warnings
from functools import singledispatch

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.calculus import laplacian, laplacian_hat
from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    FourierSampling,
    GaussianSensing,
    Identity,
    LinearOperator,
    Mask,
    Subsample,
)
from mvacourse.operators.fourier import full_precision
from mvacourse.operators.inverse_problem import check_problem
from mvacourse.solvers import conjugate_gradient
from mvacourse.solvers.descent import check_iterate


def _transfer(k: Tensor, v: Tensor) -> Tensor:
    return Blur(k).transfer(*v.shape[-2:], dtype=v.dtype, device=v.device)


def _check_image(v: Tensor, name: str) -> None:
    full_precision(validate.image(v, name).dtype, name)


def _filter(response: Tensor, v: Tensor) -> Tensor:
    """Multiply the Fourier transform of images by a response on the `(H,W)` grid."""
    u = torch.fft.ifft2(response * torch.fft.fft2(v))
    return u if v.is_complex() else u.real


def _divided(inverse: Tensor, v: Tensor) -> Tensor:
    """Divide in Fourier by k̂, where `inverse` is 1/k̂."""
    u = _filter(inverse, v)
    if not torch.isfinite(u).all():
        raise ValueError(
            "k is so small that v̂/k̂ is infinite: use k / k.sum(), or tychonov(v, lam, k)"
        )
    return u


def inverse_filter(v: Tensor, k: Tensor) -> Tensor:
    """Invert a blur by division in Fourier, û = v̂/k̂: the noise explodes (A7).

    If v = k ∗ u₀ + w, the result is u₀ + F⁻¹(ŵ/k̂). For white noise of standard deviation σ, the
    variance of the error is σ² times the mean of 1/|k̂|² over the frequencies.

    Parameters
    ----------
    v : Tensor
        Blurred images `(B,C,H,W)`.
    k : Tensor
        Kernel `(h,w)`, as for :class:`~mvacourse.operators.Blur`.

    Returns
    -------
    Tensor
        `(B,C,H,W)`.

    Raises
    ------
    ValueError
        If k̂ is zero somewhere, because then no inverse exists, or so small that v̂/k̂ is infinite.
    """
    _check_image(v, "v")
    k_hat = _transfer(k, v)
    zeros = int((k_hat == 0).sum())
    if zeros:
        raise ValueError(
            f"the transform of k vanishes at {zeros} frequencies, so the blur has no inverse: "
            "use tychonov(v, lam, k) or pseudo_inverse(Blur(k), v)"
        )
    return _divided(1 / k_hat, v)


def tychonov(v: Tensor, lam: float, k: Tensor | None = None) -> Tensor:
    """Minimise ½‖k∗u − v‖² + λ‖∇u‖² in Fourier, the Wiener form (C4, C5).

    û = conj(k̂) v̂ / (|k̂|² + 2λL̂) with L̂ = 4(sin²(πξ/M) + sin²(πζ/N)); without a kernel,
    û = v̂/(1 + 2λL̂). The DFT is unnormalised, but the normalisation cancels.

    Parameters
    ----------
    v : Tensor
        Data `(B,C,H,W)`.
    lam : float
        λ ≥ 0. The data term has a factor ½; ‖∇u‖² has none.
    k : Tensor, optional
        Blur kernel `(h,w)`; None for denoising.

    Returns
    -------
    Tensor
        The minimiser, `(B,C,H,W)`.

    Raises
    ------
    ValueError
        If λ < 0, or the denominator vanishes (λ = 0 and k̂ = 0 somewhere).
    """
    _check_image(v, "v")
    lam = validate.non_negative(lam, "lam")
    L_hat = laplacian_hat(*v.shape[-2:], dtype=v.dtype.to_real(), device=v.device)
    k_hat = torch.ones_like(L_hat) if k is None else _transfer(k, v)
    denominator = k_hat.abs().square() + 2 * lam * L_hat
    if (denominator == 0).any():
        raise ValueError(f"no unique minimiser: |k̂|² + 2λL̂ vanishes for lam = {lam}; increase lam")
    return _filter(k_hat.conj() / denominator, v)


def heat(u: Tensor, t: float, n_steps: int) -> Tensor:
    """Run the heat equation ∂ₜu = Δu up to time t with explicit Euler steps (C7).

    uₙ₊₁ = uₙ + (t/n_steps) Δuₙ: gradient descent on ‖∇u‖² with τ = t/(2 n_steps). As n_steps
    grows, the result tends, at first order, to the convolution with a Gaussian of variance 2t per
    axis (more exactly, to its version on the grid, which has the transform exp(−tL̂)).

    Parameters
    ----------
    u : Tensor
        Initial images `(B,C,H,W)`.
    t : float
        Time t ≥ 0, in pixels²; for the slide's ∂ₜu = cΔu, use c·t.
    n_steps : int
        Number of steps. Stable if t/n_steps ≤ 1/4; a warning reports a longer step.

    Returns
    -------
    Tensor
        `(B,C,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If u is not a batch of images, t < 0, `n_steps` < 1, or the result is infinite or NaN.
    """
    validate.image(u, "u")
    t, n_steps = validate.non_negative(t, "t"), validate.count(n_steps, "n_steps")
    dt = t / n_steps
    if dt > 0.25:
        warnings.warn(
            f"the step t/n_steps = {dt:.4g} exceeds 1/4: high frequencies grow; "
            f"choose n_steps >= {int(-(-4 * t // 1))}",
            UserWarning,
            stacklevel=2,
        )
    given, u = u, dtypes.at_least_float32(u)  # in half precision, a small step changes nothing
    for _ in range(n_steps):
        u = u + dt * laplacian(u)
    return dtypes.as_given(check_iterate(u, f"t/n_steps = {dt:.4g}"), given)


def ridge(
    A: LinearOperator,
    v: Tensor,
    lam: float,
    *,
    n_iter: int = 1000,
    shape: tuple[int, int, int] | None = None,
) -> Tensor:
    """Minimise ½‖Au − v‖² + (λ/2)‖u‖²: u_λ = (AᵀA + λI)⁻¹Aᵀv (A9).

    For denoising it only divides by 1 + λ, so it is almost useless. As λ → 0 it tends to A⁺v (B10).

    Parameters
    ----------
    A : LinearOperator
        Identity, Mask, Subsample and Blur have a formula; the others use conjugate gradients.
    v : Tensor
        Data, shaped like A(u).
    lam : float
        λ > 0; with the ½, (λ/2)‖u‖².
    n_iter : int, default 1000
        Maximum number of conjugate-gradient steps, if they are needed.
    shape : (C, H, W), optional
        Size of u, as for ``A.T(v, shape)``.

    Returns
    -------
    Tensor
        `(B,C,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If λ ≤ 0, `A` is not a linear operator, or `v` is not finite or in 0–255.
    """
    check_problem(A, v)
    lam, n_iter = validate.positive(lam, "lam"), validate.count(n_iter, "n_iter", at_least=0)
    return _ridge(A, v, lam, n_iter, None if shape is None else validate.image_shape(shape))


@singledispatch
def _ridge(
    A: LinearOperator, v: Tensor, lam: float, n_iter: int, shape: tuple[int, int, int] | None
) -> Tensor:
    b = A.T(dtypes.at_least_float32(v), shape)
    tol = 10 * torch.finfo(b.dtype).eps
    u = conjugate_gradient(lambda u: A.gram(u) + lam * u, b, n_iter=n_iter, tol=tol)
    return dtypes.as_given(u, v)


@_ridge.register(Identity)
@_ridge.register(Mask)
@_ridge.register(Subsample)
def _ridge_selection(
    A: LinearOperator, v: Tensor, lam: float, n_iter: int, shape: tuple[int, int, int] | None
) -> Tensor:
    # AᵀA is diagonal with zeros and ones, and Aᵀv is zero wherever it has a zero.
    return A.T(v, shape) / (1 + lam)


@_ridge.register
def _ridge_blur(
    A: Blur, v: Tensor, lam: float, n_iter: int, shape: tuple[int, int, int] | None
) -> Tensor:
    k_hat = _transfer(A.k, v)
    return _filter(k_hat.conj() / (k_hat.abs().square() + lam), v)


def pseudo_inverse(A: LinearOperator, v: Tensor, *, n_iter: int = 1000) -> Tensor:
    """Moore–Penrose pseudo-inverse A⁺v: the least-squares solution of smallest norm (B10).

    It is in Im Aᵀ, and A⁺v = lim (AᵀA + λI)⁻¹Aᵀv as λ → 0. With singular values near zero, it
    restores noisy data badly.

    Parameters
    ----------
    A : LinearOperator
        Identity, Mask, Subsample, Blur, FourierSampling and dense sensing have a formula. The
        others use conjugate gradients from zero; early stopping regularises these.
    v : Tensor
        Data, shaped like A(u).
    n_iter : int, default 1000
        Maximum number of conjugate-gradient steps, if they are needed.

    Returns
    -------
    Tensor
        `(B,C,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `v` is not finite or in 0–255, or A is a blur so weak that
        the result is infinite.
    """
    check_problem(A, v)
    return _pseudo_inverse(A, v, validate.count(n_iter, "n_iter", at_least=0))


@singledispatch
def _pseudo_inverse(A: LinearOperator, v: Tensor, n_iter: int) -> Tensor:
    b = A.T(dtypes.at_least_float32(v))
    u = conjugate_gradient(A.gram, b, n_iter=n_iter, tol=10 * torch.finfo(b.dtype).eps)
    return dtypes.as_given(u, v)


@_pseudo_inverse.register(Identity)
@_pseudo_inverse.register(Mask)
@_pseudo_inverse.register(Subsample)
def _pseudo_inverse_selection(A: LinearOperator, v: Tensor, n_iter: int) -> Tensor:
    return A.T(v)


@_pseudo_inverse.register
def _pseudo_inverse_blur(A: Blur, v: Tensor, n_iter: int) -> Tensor:
    k_hat = _transfer(A.k, v)
    size = k_hat.abs()
    kept = size > size.max() * max(v.shape[-2:]) * torch.finfo(v.dtype).eps
    return _divided(torch.where(kept, 1 / torch.where(kept, k_hat, 1), 0), v)


@_pseudo_inverse.register
def _pseudo_inverse_fourier(A: FourierSampling, v: Tensor, n_iter: int) -> Tensor:
    b = A.T(v)
    S = A.mask.to(b.real.dtype)
    if A.real:  # a frequency that is sampled without its opposite counts half in AᵀA
        S = (S + S.flip(0, 1).roll((1, 1), (0, 1))) / 2
    inverse = torch.where(S > 0, 1 / S.clamp(min=0.5), 0)
    u = torch.fft.ifft2(inverse * torch.fft.fft2(b))
    return u.real if A.real else u


@_pseudo_inverse.register(GaussianSensing)
@_pseudo_inverse.register(BernoulliSensing)
def _pseudo_inverse_dense(A: LinearOperator, v: Tensor, n_iter: int) -> Tensor:
    inverse = dtypes.like(torch.linalg.pinv(dtypes.float64(A.matrix)), v)
    return (v @ inverse.T).reshape(-1, *A.image_shape)
