"""Transport between Gaussians, where it has a closed form (F9)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import dtypes, validate


class AffineMap(NamedTuple):
    """The map x ↦ b + A x, on rows: ``T(x)`` takes `(B,n)`."""

    A: Tensor
    """(n,n)."""
    b: Tensor
    """(n,)."""

    def __call__(self, x: Tensor) -> Tensor:
        """Map rows x `(B,n)`, in the dtype of x."""
        if validate.real(x, "x").ndim != 2 or x.shape[1] != len(self.b):
            raise ValueError(f"x has shape {tuple(x.shape)}, but this map takes (B, {len(self.b)})")
        return dtypes.like(self.b, x) + x @ dtypes.like(self.A, x).T


def bures_map(mean0: Tensor, cov0: Tensor, mean1: Tensor, cov1: Tensor) -> AffineMap:
    """Compute the optimal map between two Gaussians for the cost ½‖x − y‖², γ = 0 (F9).

    T(x) = m₁ + A(x − m₀) with A = Σ₀^(−½) (Σ₀^(½) Σ₁ Σ₀^(½))^(½) Σ₀^(−½). A is symmetric, positive
    semi-definite, and AΣ₀A = Σ₁.

    Parameters
    ----------
    mean0, mean1 : Tensor, (n,)
        m₀ and m₁.
    cov0, cov1 : Tensor, (n,n)
        Σ₀, positive definite, and Σ₁, positive semi-definite.

    Returns
    -------
    AffineMap
        Computed in float64.

    Raises
    ------
    ValueError
        As for :func:`bures_w2`, or if Σ₀ is singular.

    References
    ----------
    Dowson and Landau, The Fréchet distance between multivariate normal distributions, J.
    Multivariate Anal. 1982.
    """
    mean0, cov0, mean1, cov1 = _check_gaussians(mean0, cov0, mean1, cov1)
    root0 = _power(cov0, 0.5)
    inverse = _power(cov0, -0.5)
    A = inverse @ _power(root0 @ cov1 @ root0, 0.5) @ inverse
    return AffineMap(A, mean1 - A @ mean0)


def bures_w2(mean0: Tensor, cov0: Tensor, mean1: Tensor, cov1: Tensor) -> float:
    """Compute W₂² between two Gaussians, without ½: the classical transport cost is half of it.

    W₂² = ‖m₀ − m₁‖² + tr(Σ₀ + Σ₁ − 2(Σ₀^(½) Σ₁ Σ₀^(½))^(½)).

    Parameters
    ----------
    mean0, mean1 : Tensor, (n,)
        m₀ and m₁.
    cov0, cov1 : Tensor, (n,n)
        Σ₀ and Σ₁, positive semi-definite.

    Returns
    -------
    float
        In the square of the unit of x; computed in float64.

    Raises
    ------
    ValueError
        If sizes do not fit, or a covariance is not symmetric and positive semi-definite.
    """
    mean0, cov0, mean1, cov1 = _check_gaussians(mean0, cov0, mean1, cov1)
    root0 = _power(cov0, 0.5)
    cross = _power(root0 @ cov1 @ root0, 0.5)
    w2 = (mean0 - mean1).square().sum() + (cov0 + cov1 - 2 * cross).trace()
    return float(w2.detach())


def frechet_distance(f: Tensor, g: Tensor) -> float:
    """Compute W₂² between the Gaussians fitted to two samples of features: the "FID" of images.

    Parameters
    ----------
    f, g : Tensor, (n,d) and (n′,d)
        Features, one image per row; more images than features.

    Returns
    -------
    float
        In the square of the unit of the features; computed in float64.

    Raises
    ------
    ValueError
        As for :func:`bures_w2`.

    References
    ----------
    Heusel et al., GANs trained by a two time-scale update rule, NeurIPS 2017.
    """
    for x, name in ((f, "f"), (g, "g")):
        if validate.finite(validate.real(x, name), name).ndim != 2 or len(x) < 2:
            raise ValueError(f"{name} has shape {tuple(x.shape)}: features are (n, d) with n >= 2")
    if f.shape[1] != g.shape[1]:
        raise ValueError(f"f has {f.shape[1]} features and g {g.shape[1]}: they must be the same")
    f, g = dtypes.float64(f), dtypes.float64(g)
    cov_f, cov_g = (torch.atleast_2d(torch.cov(x.T)) for x in (f, g))  # 0-d of one feature
    return bures_w2(f.mean(0), cov_f, g.mean(0), cov_g)


class WeakGaussian(NamedTuple):
    """The weak plan between two Gaussians: given x, y ~ N(m₁ + s(x − m₀), v), axis by axis."""

    slope: Tensor
    """s, (n,)."""
    variance: Tensor
    """v = Var(y | x), (n,)."""
    cost: float
    """E C(x, π(·|x))."""


def weak_gaussian(
    mean0: Tensor, sigma0: Tensor, mean1: Tensor, sigma1: Tensor, *, gamma: float
) -> WeakGaussian:
    """Solve weak quadratic transport between two Gaussians with independent components (F9).

    s = min(1/γ, σ₁/σ₀) and v = σ₁² − s²σ₀² on each axis. For γ ≤ σ₀/σ₁ the plan is a map, v = 0.
    Beyond that, it is more random the larger γ is.

    Parameters
    ----------
    mean0, sigma0, mean1, sigma1 : Tensor, (n,)
        Means and standard deviations, σ₀ > 0 and σ₁ ≥ 0.
    gamma : float
        γ ≥ 0, as for :func:`~mvacourse.transport.weak_cost`.

    Returns
    -------
    WeakGaussian
        In float64.

    Raises
    ------
    ValueError
        If sizes do not fit, or a number is out of range.

    Notes
    -----
    Since the law of y is given, E Var(π(·|x)) = Var(y) − Var(E[y|x]). The cost then depends only on
    m(x) = E[y|x]: up to constants it is (γ/2) E‖m(x) − x/γ‖². m belongs to a plan if and only if
    its law precedes that of y in convex order (Strassen). For Gaussians: m varies less.

    References
    ----------
    Gozlan and Juillet, On a mixture of Brenier and Strassen theorems, Proc. London Math. Soc. 2020.
    """
    gamma = validate.non_negative(gamma, "gamma")
    validate.same_shape(sigma0, mean0, ("sigma0", "mean0"))
    validate.same_shape(sigma1, mean1, ("sigma1", "mean1"))
    for sigma, name in ((sigma0, "sigma0"), (sigma1, "sigma1")):
        if validate.finite(validate.real(sigma, name), name).ndim != 1 or not (sigma >= 0).all():
            raise ValueError(f"{name} must hold standard deviations (n,), none of them negative")
    mean0, cov0, mean1, cov1 = _check_gaussians(
        mean0, sigma0.square().diag(), mean1, sigma1.square().diag()
    )
    v0, v1 = cov0.diag(), cov1.diag()
    if not (v0 > 0).all():
        raise ValueError("sigma0 contains a zero: every standard deviation must be positive")
    s = (v1 / v0).sqrt()
    s = s.clamp(max=1 / gamma) if gamma > 0 else s
    v = (v1 - s**2 * v0).clamp(min=0.0)
    cost = (mean0 - mean1).square() + v0 + v1 - 2 * s * v0 - gamma * v
    return WeakGaussian(s, v, float(cost.detach().sum() / 2))


def _power(S: Tensor, p: float) -> Tensor:
    """Raise a symmetric positive semi-definite matrix to a power, by its eigenvalues."""
    values, V = torch.linalg.eigh(S)
    if p < 0 and not values[0] > 1e-12 * values[-1]:
        raise ValueError("cov0 is singular: add a small multiple of the identity to it")
    return (V * values.clamp(min=0.0) ** p) @ V.T


def _check_gaussians(
    mean0: Tensor, cov0: Tensor, mean1: Tensor, cov1: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    n = len(validate.values(mean0, "mean0", 1))
    found = []
    for x, name in ((mean0, "mean0"), (cov0, "cov0"), (mean1, "mean1"), (cov1, "cov1")):
        shape = (n, n) if name.startswith("cov") else (n,)
        if tuple(validate.real(x, name).shape) != shape:
            raise ValueError(f"{name} has shape {tuple(x.shape)}: with mean0, it must be {shape}")
        found.append(validate.finite(x, name).cpu().double())
        if name.startswith("cov"):
            size = float(found[-1].detach().abs().max())
            lowest = float(torch.linalg.eigvalsh(found[-1].detach())[0])
            if (found[-1] - found[-1].T).abs().max() > 1e-6 * size or lowest < -1e-6 * size:
                raise ValueError(
                    f"{name} is not a covariance: make it symmetric and positive semi-definite"
                )
    return found[0], found[1], found[2], found[3]
