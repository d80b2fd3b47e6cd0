"""Variational restoration in one call: argmin ½‖Au − v‖² + λR(u) (A8)."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from mvacourse import closed_form, dtypes, validate
from mvacourse.operators import Blur, Identity, LinearOperator
from mvacourse.operators.inverse_problem import back_projection, check_problem
from mvacourse.regularizers import smoothed_tv_grad, tychonov_grad
from mvacourse.solvers import Callback, Map, accelerated_gradient, conjugate_gradient
from mvacourse.solvers.descent import SMALLEST
from mvacourse.solvers.scales import length


@cache
def _compiled_smoothed_tv_grad() -> Map:
    return torch.compile(smoothed_tv_grad, dynamic=False)


def tychonov(A: LinearOperator, v: Tensor, lam: float, *, n_iter: int = 500) -> Tensor:
    """Restore with Tychonov regularisation: argmin ½‖Au − v‖² + λ‖∇u‖² (C3–C5).

    It solves (AᵀA + 2λ∇ᵀ∇) u = Aᵀv: in Fourier for Identity and Blur, otherwise by conjugate
    gradients. For a λ so large that the data are lost in the rounding errors of λ∇ᵀ∇u (from about
    1000 in float32 if ‖A‖ = 1), it first computes the best constant image and then corrects it, in
    float64. As λ → ∞, the result is that constant.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    v : Tensor
        Data, shaped like A(u).
    lam : float
        λ ≥ 0. The data term has a factor ½; ‖∇u‖² has none.
    n_iter : int, default 500
        Maximum number of conjugate-gradient steps, if they are needed.

    Returns
    -------
    Tensor
        Images `(B,C,H,W)`. In half precision, only the result is: the steps are in float32.

    Raises
    ------
    TypeError, ValueError
        If `v` is not finite, or λ < 0.
    """
    check_problem(A, v)
    lam, n_iter = _numbers(lam, n_iter)
    given, v = v, dtypes.at_least_float32(v)
    if isinstance(A, (Identity, Blur)):
        u = closed_form.tychonov(v, lam, A.k if isinstance(A, Blur) else None)
    else:
        b = A.T(v)
        eps = torch.finfo(b.dtype).eps
        rounding = 16 * lam * eps * length(b) ** 2
        solve = _tychonov if rounding <= 0.002 * length(A(b)) ** 2 else _tychonov_of_large_lam
        u = solve(A, b, lam, n_iter, 10 * eps)
    return dtypes.as_given(u, given)


def _tychonov(A: LinearOperator, b: Tensor, lam: float, n_iter: int, tol: float) -> Tensor:
    return conjugate_gradient(
        lambda u: A.gram(u) + lam * tychonov_grad(u), b, n_iter=n_iter, tol=tol
    )


def _tychonov_of_large_lam(
    A: LinearOperator, b: Tensor, lam: float, n_iter: int, tol: float
) -> Tensor:
    """Solve in two parts, u = c + w, where c is constant in each channel, so that ∇c = 0.

    c minimises ½‖Ac − v‖². The rest solves (AᵀA + 2λ∇ᵀ∇) w = b − AᵀAc, and is small: its rounding
    errors are too.
    """
    wide = torch.promote_types(b.dtype, torch.float64)
    A64, b64 = A._with_float64(), dtypes.off_metal(b).to(wide)
    C = b.shape[1]
    channels = torch.eye(C, dtype=wide, device=b64.device)[..., None, None]
    grams = A64.gram(channels.repeat(1, 1, *b.shape[-2:]))
    # ∂/∂c of ½‖Ac − v‖² is 0: c times the sums of AᵀA over each channel is the sum of b.
    inverse = torch.linalg.pinv(grams.sum((-2, -1)), hermitian=True)
    c = b64.sum((-2, -1)) @ inverse
    r = b64 - torch.einsum("bi,ijhw->bjhw", c, grams)
    w = _tychonov(A64, r, lam, n_iter, tol)
    return dtypes.like(c[..., None, None] + w, b)


def _numbers(lam: float, n_iter: int) -> tuple[float, int]:
    return validate.non_negative(lam, "lam"), validate.count(n_iter, "n_iter", at_least=0)


def smoothed_tv(
    A: LinearOperator,
    v: Tensor,
    lam: float,
    eps: float = 0.01,
    *,
    n_iter: int = 200,
    x0: Tensor | None = None,
    callback: Callback | None = None,
    compile: bool = False,
) -> Tensor:
    """Restore with smoothed total variation: argmin ½‖Au − v‖² + λTV_ε(u) (C8, C9).

    It uses accelerated gradient descent with L = ‖A‖² + 8λ/ε. For denoising, the problem is
    1-strongly convex, and the number of iterations for a given accuracy grows like √(1 + 8λ/ε).

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    v : Tensor
        Data, shaped like A(u).
    lam : float
        λ ≥ 0. The data term has a factor ½; TV_ε has none.
    eps : float, default 0.01
        ε > 0, in image units. A smaller ε is closer to TV but converges more slowly.
    n_iter : int, default 200
        Number of steps. Enough for denoising at ε = 0.01; a blur or few measurements need more.
    x0 : Tensor, optional
        Starting point. Default: Aᵀv/‖A‖².
    callback : callable, optional
        ``callback(k, u)`` after step k.
    compile : bool, default False
        Fuse the gradient of TV_ε with ``torch.compile``. A step is then about twice as fast, but
        each new image size takes some seconds to compile. On the CPU it needs a C++ compiler.

    Returns
    -------
    Tensor
        Images `(B,C,H,W)`. In half precision, only the result is: the steps are in float32.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `v` is not finite or in 0–255, λ < 0 or ε ≤ 0.
    """
    check_problem(A, v)
    lam, n_iter = _numbers(lam, n_iter)
    eps = validate.positive(eps, "eps")
    b = back_projection(A, validate.real(v, "v") if isinstance(A, Blur) else v, x0)
    if x0 is not None:
        validate.like(validate.batch(x0, "x0"), b, ("x0", "Aᵀv"))
        x0 = dtypes.at_least_float32(x0)
    given, b = b, dtypes.at_least_float32(b)
    norm2 = A.norm(tuple(b.shape[1:])) ** 2
    if x0 is None:
        x0 = b / norm2 if norm2 > 0 else b

    tv_grad = _compiled_smoothed_tv_grad() if compile else smoothed_tv_grad

    def grad(u: Tensor) -> Tensor:
        return (A.gram(u) - b).add_(tv_grad(u, eps), alpha=lam)

    L = max(norm2 + 8 * lam / eps, SMALLEST)
    alpha = 1.0 if isinstance(A, Identity) else 0.0
    u = accelerated_gradient(grad, x0, L=L, alpha=alpha, n_iter=n_iter, callback=callback)
    return dtypes.as_given(u, given)


def inpaint(
    v: Tensor,
    mask: Tensor,
    eps: float | None = 0.01,
    *,
    n_iter: int = 500,
    callback: Callback | None = None,
) -> Tensor:
    """Fill unknown pixels without touching the known ones: argmin R(u) subject to Au = v (B11).

    It uses projected gradient descent with momentum. The projection restores the known values, so
    every iterate satisfies the constraint exactly. R is TV_ε, or ‖∇u‖² if `eps` is None.

    Parameters
    ----------
    v : Tensor
        Images `(B,C,H,W)`; unknown pixels may have any finite value.
    mask : Tensor
        `(H,W)`, true where the pixel is known.
    eps : float or None, default 0.01
        ε > 0 of TV_ε; None for Tychonov.
    n_iter : int, default 500
        Number of steps. Wide holes and a small ε need more.
    callback : callable, optional
        ``callback(k, u)`` after step k.

    Returns
    -------
    Tensor
        `(B,C,H,W)`, equal to `v` on the mask. In half precision, only the result is: the steps are
        in float32.

    Raises
    ------
    TypeError, ValueError
        If `v` is not an image, `mask` is not a mask of its size or has no known pixel, or ε ≤ 0.
    """
    validate.finite(validate.batch(v, "v"), "v")
    known = validate.mask(mask)
    if known.shape != v.shape[-2:]:
        raise ValueError(
            f"mask has shape {tuple(known.shape)}, but v is {v.shape[-2]}×{v.shape[-1]}"
        )
    if not known.any():
        raise ValueError("mask has no known pixel: at least one is needed to fill in the others")
    known, given, v = known.to(v.device), v, dtypes.at_least_float32(v)
    validate.image(torch.where(known, v, 0), "v")

    if eps is None:
        grad, L = tychonov_grad, 16.0
    else:
        eps = validate.positive(eps, "eps")
        if v.is_complex():
            raise TypeError("v is complex: fill in v.real and v.imag, or choose eps = None")
        L = max(8 / eps, SMALLEST)

        def grad(u: Tensor) -> Tensor:
            return smoothed_tv_grad(u, eps)

    def project(u: Tensor) -> Tensor:
        return torch.where(known, v, u)

    mean = (v * known).sum((-2, -1), keepdim=True) / known.sum()
    x0 = project(mean.expand_as(v))
    u = accelerated_gradient(grad, x0, L=L, n_iter=n_iter, project=project, callback=callback)
    return dtypes.as_given(u, given)
