"""Variational restoration in one call: argmin ½‖Au − v‖² + λR(u) (A8)."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from mvacourse import closed_form, validate
from mvacourse.operators import Blur, Identity, LinearOperator
from mvacourse.operators.inverse_problem import back_projection, check_problem
from mvacourse.regularizers import smoothed_tv_grad, tychonov_grad
from mvacourse.solvers import Callback, Map, accelerated_gradient, conjugate_gradient
from mvacourse.solvers.descent import SMALLEST


@cache
def _compiled_smoothed_tv_grad() -> Map:
    return torch.compile(smoothed_tv_grad, dynamic=False)


def tychonov(A: LinearOperator, v: Tensor, lam: float, *, n_iter: int = 500) -> Tensor:
    """Restore with Tychonov regularisation: argmin ½‖Au − v‖² + λ‖∇u‖² (C3–C5).

    It solves (AᵀA + 2λ∇ᵀ∇) u = Aᵀv: in Fourier for Identity and Blur, otherwise by conjugate
    gradients.

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
        Images `(B,C,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If `v` is not finite, or λ < 0.
    """
    check_problem(A, v)
    lam, n_iter = _numbers(lam, n_iter)
    if isinstance(A, Identity):
        return closed_form.tychonov(v, lam)
    if isinstance(A, Blur):
        return closed_form.tychonov(v, lam, A.k)
    b = A.T(v)
    tol = 10 * torch.finfo(b.dtype).eps
    return conjugate_gradient(
        lambda u: A.gram(u) + lam * tychonov_grad(u), b, n_iter=n_iter, tol=tol
    )


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
        Images `(B,C,H,W)`.

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
    norm2 = A.norm(tuple(b.shape[1:])) ** 2
    if x0 is None:
        x0 = b / norm2 if norm2 > 0 else b

    tv_grad = _compiled_smoothed_tv_grad() if compile else smoothed_tv_grad

    def grad(u: Tensor) -> Tensor:
        return (A.gram(u) - b).add_(tv_grad(u, eps), alpha=lam)

    L = max(norm2 + 8 * lam / eps, SMALLEST)
    alpha = 1.0 if isinstance(A, Identity) else 0.0
    return accelerated_gradient(grad, x0, L=L, alpha=alpha, n_iter=n_iter, callback=callback)


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
        `(B,C,H,W)`, equal to `v` on the mask.

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
    known = known.to(v.device)
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
    return accelerated_gradient(grad, x0, L=L, n_iter=n_iter, project=project, callback=callback)
