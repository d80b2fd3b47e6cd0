"""Sparsity as prior: the Lasso, the baseline of compressive sensing before networks (E1, E4)."""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators import LinearOperator
from mvacourse.operators.inverse_problem import check_problem
from mvacourse.solvers import Callback, Map, accelerated_gradient, projected_gradient
from mvacourse.solvers.descent import SMALLEST


def soft_threshold(u: Tensor, t: float) -> Tensor:
    """Shrink every value by t, and set smaller values to zero: sign(u)·max(|u| − t, 0).

    It is the proximal map of t‖·‖₁, argmin_x ½‖x − u‖² + t‖x‖₁.

    Parameters
    ----------
    u : Tensor
        Any shape, real or complex (the sign of a complex u is u/|u|).
    t : float
        Threshold t ≥ 0.

    Returns
    -------
    Tensor
        Shaped like `u`.

    Raises
    ------
    TypeError, ValueError
        If t is not a number, or negative.
    """
    validate.values(u, "u")
    t = validate.non_negative(t, "t")
    return u.sgn() * (u.abs() - t).clamp(min=0)


def lasso(
    A: LinearOperator,
    y: Tensor,
    lam: float,
    *,
    basis: tuple[Map, Map] | None = None,
    n_iter: int = 500,
    accelerated: bool = True,
    clip: tuple[float, float] | None = None,
    callback: Callback | None = None,
) -> Tensor:
    """Restore with a sparse prior: argmin ½‖Au − y‖² + λ‖Ψu‖₁, Ψ orthonormal (E1, E4).

    ISTA is projected gradient descent (B11) with a soft threshold in place of the projection:

    uₙ₊₁ = Ψᵀ S_{τλ}(Ψ(uₙ − τAᵀ(Auₙ − y))), τ = 1/‖A‖².

    A projection is the proximal map of another penalty, zero on C and infinite outside. With
    Nesterov's momentum the method is called FISTA, and its error in the objective falls like 1/n²
    instead of 1/n.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    y : Tensor
        Data, shaped like A(u). A batch is solved as one problem, with the same solution.
    lam : float
        λ ≥ 0. The data term has a factor ½, and norms are sums. scikit-learn's Lasso divides by m,
        (1/2m)‖Mu − y‖² + α‖u‖₁: for M with entries N(0, 1) and A = M/√m, it is λ = α, on y/√m.
    basis : pair of callables, optional
        Ψ and Ψᵀ, such as ``(dct2, idct2)``. Default: the pixel basis, in which u itself is sparse.
    n_iter : int, default 500
        Number of steps. A small λ, or m close to the number of pixels, needs more.
    accelerated : bool, default True
        FISTA; False for ISTA.
    clip : (float, float), optional
        Clamp the result to this range, at the end.
    callback : callable, optional
        ``callback(k, u)`` after step k.

    Returns
    -------
    Tensor
        Images `(B,C,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `y` is not finite, or λ < 0.

    References
    ----------
    Daubechies, Defrise and De Mol, Comm. Pure Appl. Math. 57(11), 2004; Beck and Teboulle, SIAM J.
    Imaging Sciences 2(1), 2009.
    """
    check_problem(A, y, "y")
    lam = validate.non_negative(lam, "lam")
    to_basis, from_basis = _transforms(basis)
    clip = None if clip is None else _interval(clip)
    b = A.T(dtypes.at_least_float32(y))
    if clip is not None and b.is_complex():
        raise TypeError("y is complex, and so is the solution: leave out clip, or write y.real")
    L = max(A.norm(tuple(b.shape[1:])) ** 2, SMALLEST)

    def grad(u: Tensor) -> Tensor:
        return A.gram(u) - b

    def shrink(u: Tensor) -> Tensor:
        return from_basis(soft_threshold(to_basis(u), lam / L))

    options = {"project": shrink, "n_iter": n_iter, "callback": callback}
    x0 = torch.zeros_like(b)
    if accelerated:
        u = accelerated_gradient(grad, x0, L=L, **options)
    else:
        u = projected_gradient(grad, x0=x0, tau=1 / L, **options)
    return dtypes.as_given(u if clip is None else u.clamp(*clip), y)


def _transforms(basis: tuple[Map, Map] | None) -> tuple[Map, Map]:
    if basis is None:
        return _same, _same
    if not isinstance(basis, (tuple, list)) or len(basis) != 2:
        raise TypeError(f"basis = {basis!r} must be two functions, such as (dct2, idct2)")
    return validate.returning(basis[0], "basis[0]"), validate.returning(basis[1], "basis[1]")


def _interval(clip: tuple[float, float]) -> tuple[float, float]:
    if not isinstance(clip, (tuple, list)) or len(clip) != 2:
        raise TypeError(f"clip = {clip!r} must be two numbers, such as (0, 1)")
    low, high = (validate.number(bound, "clip") for bound in clip)
    if low > high:
        raise ValueError(f"clip = {clip} must be (low, high) with low <= high")
    return low, high


def dct2(u: Tensor) -> Tensor:
    """Discrete cosine transform of images, orthonormal (DCT-II): D_H u D_Wᵀ.

    Row j of D_n is √(2/n) cos(π(i + ½)j/n), and √(1/n) for j = 0.

    Parameters
    ----------
    u : Tensor
        Real images `(…,H,W)`.

    Returns
    -------
    Tensor
        Coefficients `(…,H,W)`, the mean at [0, 0]; ‖dct2(u)‖ = ‖u‖.

    Raises
    ------
    TypeError, ValueError
        If u is not a tensor of real values with two dimensions or more.
    """
    validate.real(u, "u", 2)
    D, E = (_cosines(n).to(u) for n in u.shape[-2:])
    return D @ u @ E.T


def idct2(c: Tensor) -> Tensor:
    """Compute the image from its cosine coefficients: the inverse and adjoint of :func:`dct2`."""
    validate.real(c, "c", 2)
    D, E = (_cosines(n).to(c) for n in c.shape[-2:])
    return D.T @ c @ E


@cache
@torch.inference_mode(False)  # what is kept must serve autograd later
def _cosines(n: int) -> Tensor:
    i = torch.arange(n, dtype=torch.float64)
    D = math.sqrt(2 / n) * torch.cos(math.pi / n * (i + 0.5) * i[:, None])
    D[0] /= math.sqrt(2)
    return D


def _same(u: Tensor) -> Tensor:
    return u
