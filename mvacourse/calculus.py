"""Inner products and discrete derivatives on a periodic grid (C1).

The lecture's u(x, y) is ``u[..., x, y]``: x runs down the rows, y along the columns.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse import dtypes, validate


def dot(u: Tensor, v: Tensor) -> Tensor:
    """Inner product ⟨u, v⟩ = Re Σ u(x) conj(v(x)), over all entries, including the batch.

    The real part makes complex data a real vector space of twice the dimension. So the adjoint of
    an operator from real images to complex data is what autograd computes.

    Returns
    -------
    Tensor
        Zero-dimensional and real; float32 if u and v are in half precision.

    Raises
    ------
    TypeError, ValueError
        If u and v are not tensors of the same shape.
    """
    validate.same_shape(u, v, ("u", "v"))
    u, v = dtypes.at_least_float32(u), dtypes.at_least_float32(v)
    if u.is_complex() or v.is_complex():
        return (u * v.conj()).real.sum()
    return (u * v).sum()


def norm(u: Tensor) -> Tensor:
    """Euclidean norm ‖u‖ = √⟨u, u⟩ over all entries; zero-dimensional and real, as in :func:`dot`.

    Its gradient at u = 0 is 0, one of the subgradients.

    Raises
    ------
    TypeError, ValueError
        If u is not a tensor of floating-point or complex values.
    """
    return torch.linalg.vector_norm(dtypes.at_least_float32(validate.values(u, "u")))


def grad(u: Tensor) -> Tensor:
    """Discrete gradient ∇u = (∂₁u, ∂₂u), forward differences, periodic (C1).

    ∂₁u(x,y) = u(x+1,y) − u(x,y) and ∂₂u(x,y) = u(x,y+1) − u(x,y).

    Parameters
    ----------
    u : Tensor
        Image `(…,H,W)`.

    Returns
    -------
    Tensor
        `(…,2,H,W)`: first the derivative down the rows, then the one along the columns.

    Raises
    ------
    TypeError, ValueError
        If u is not a tensor of floating-point or complex values with two dimensions or more.
    """
    validate.values(u, "u", 2)
    return torch.stack((u.roll(-1, -2) - u, u.roll(-1, -1) - u), dim=-3)


def grad_T(p: Tensor) -> Tensor:
    """Adjoint of the gradient, ⟨∇u, p⟩ = ⟨u, ∇ᵀp⟩ (C1).

    ∇ᵀp(x,y) = p₁(x−1,y) − p₁(x,y) + p₂(x,y−1) − p₂(x,y).

    Parameters
    ----------
    p : Tensor
        Vector field `(…,2,H,W)`.

    Returns
    -------
    Tensor
        `(…,H,W)`.

    Raises
    ------
    TypeError, ValueError
        If `p` is not a tensor of values, or does not have two components in dimension −3.
    """
    if validate.values(p, "p").ndim < 3 or p.shape[-3] != 2:
        raise ValueError(f"p has shape {tuple(p.shape)}: a vector field is (…, 2, H, W)")
    p1, p2 = p.unbind(-3)
    return p1.roll(1, -2) - p1 + p2.roll(1, -1) - p2


def div(p: Tensor) -> Tensor:
    """Discrete divergence, div p = −∇ᵀp (C1); `(…,2,H,W)` → `(…,H,W)`."""
    return -grad_T(p)


def laplacian(u: Tensor) -> Tensor:
    """Discrete Laplacian Δu = −∇ᵀ∇u: the four neighbours minus four times the pixel (C1).

    Raises
    ------
    TypeError, ValueError
        As :func:`grad`.
    """
    validate.values(u, "u", 2)
    return u.roll(1, -1) + u.roll(-1, -1) + u.roll(1, -2) + u.roll(-1, -2) - 4 * u


def laplacian_hat(
    height: int,
    width: int,
    *,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
) -> Tensor:
    """Fourier transform of −Δ: L̂(ξ,ζ) = 4 (sin²(πξ/M) + sin²(πζ/N)) ≥ 0 (C4).

    Parameters
    ----------
    height, width : int
        The lecture's M and N.

    Returns
    -------
    Tensor
        `(H,W)`, in the order of ``torch.fft.fft2``; its largest value is 8 if H and W are even.

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number ≥ 1, or the type or device does not exist.
    """
    xi = torch.arange(validate.count(height, "height"), dtype=torch.float64)
    zeta = torch.arange(validate.count(width, "width"), dtype=torch.float64)
    sin2_xi = torch.sin(math.pi * xi / height) ** 2
    sin2_zeta = torch.sin(math.pi * zeta / width) ** 2
    L_hat = 4 * (sin2_xi[:, None] + sin2_zeta[None, :])
    device = None if device is None else validate.device(device)
    return L_hat.to(validate.dtype(dtype)).to(device=device)
