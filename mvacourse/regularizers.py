"""Explicit regularisers R(u) and their gradients (C2, C3, C8).

Each R is a sum over pixels, channels and batch, without a factor ½ and without a mean. Each channel
is regularised separately. In half precision, R is computed and returned in float32, because a sum
would overflow; a gradient has the type of the image.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.calculus import dot, grad, laplacian


def tychonov(u: Tensor) -> Tensor:
    """Tychonov regularisation R(u) = ‖∇u‖² = Σ |∂₁u|² + |∂₂u|², no factor ½ (C2).

    Parameters
    ----------
    u : Tensor
        Images `(…,H,W)`.

    Returns
    -------
    Tensor
        Zero-dimensional.
    """
    p = grad(dtypes.at_least_float32(validate.values(u, "u", 2)))
    return dot(p, p)


def tychonov_grad(u: Tensor) -> Tensor:
    """Gradient of :func:`tychonov`: ∇R(u) = 2∇ᵀ∇u = −2Δu, 16-Lipschitz (C3)."""
    return -2 * laplacian(u)


def tv(u: Tensor) -> Tensor:
    """Total variation TV(u) = Σ √(|∂₁u|² + |∂₂u|²) (C2).

    Not differentiable where ∇u = 0; autograd then gives 0, a subgradient. For descent, use
    :func:`smoothed_tv`.

    Parameters
    ----------
    u : Tensor
        Images `(…,H,W)`.

    Returns
    -------
    Tensor
        Zero-dimensional.
    """
    u = dtypes.at_least_float32(validate.values(u, "u", 2))
    return torch.linalg.vector_norm(grad(u), dim=-3).sum()


def smoothed_tv(u: Tensor, eps: float) -> Tensor:
    """Smoothed total variation TV_ε(u) = Σ √(ε² + |∂₁u|² + |∂₂u|²) (C8).

    TV ≤ TV_ε ≤ TV + ε·(number of pixels). Differences well below ε have a quadratic penalty, as in
    Tychonov; differences well above ε have a linear penalty, as in TV.

    Parameters
    ----------
    u : Tensor
        Images `(…,H,W)`.
    eps : float
        ε > 0, in the unit of the image.

    Returns
    -------
    Tensor
        Zero-dimensional.

    Raises
    ------
    TypeError, ValueError
        If u is not a tensor of real images, or ε ≤ 0.
    """
    u = dtypes.at_least_float32(validate.real(u, "u", 2))
    eps = validate.positive(eps, "eps")
    return (_squared(eps, u) + grad(u).square().sum(-3)).sqrt().sum()


def smoothed_tv_grad(u: Tensor, eps: float) -> Tensor:
    """Gradient of :func:`smoothed_tv`, 8/ε-Lipschitz (C8).

    ∇TV_ε(u) = ∇ᵀ(∇u / √(ε² + ‖∇u‖²)).

    Parameters
    ----------
    u : Tensor
        Images `(…,H,W)`.
    eps : float
        ε > 0, in the unit of the image. A small ε gives a large Lipschitz constant 8/ε: descent
        then needs small steps, and proportionally more iterations.

    Returns
    -------
    Tensor
        Shaped like `u`.

    Raises
    ------
    TypeError, ValueError
        As :func:`smoothed_tv`.
    """
    eps = validate.positive(eps, "eps")
    dtype, u = validate.real(u, "u", 2).dtype, dtypes.at_least_float32(u)
    # calculus.grad would stack, and so copy, the two components.
    p1, p2 = _difference(u, -2), _difference(u, -1)
    weight = (p1 * p1).addcmul_(p2, p2).add_(_squared(eps, u)).rsqrt_()
    p1, p2 = p1 * weight, p2 * weight
    return _difference_T(p1, -2).add_(_difference_T(p2, -1)).to(dtype)


def _squared(eps: float, u: Tensor) -> float:
    """Return ε², but never so small that its power −3/2, in a second derivative, overflows."""
    return max(eps**2, torch.finfo(u.dtype).tiny ** (2 / 3))


def _difference(u: Tensor, dim: int) -> Tensor:
    # One copy and one pass in place. torch.compile vectorises diff, but not roll.
    if torch.compiler.is_compiling():
        return torch.diff(u, dim=dim, append=u.narrow(dim, 0, 1))
    return u.roll(-1, dim).sub_(u)


def _difference_T(p: Tensor, dim: int) -> Tensor:
    if torch.compiler.is_compiling():
        return -torch.diff(p, dim=dim, prepend=p.narrow(dim, -1, 1))
    return p.roll(1, dim).sub_(p)
