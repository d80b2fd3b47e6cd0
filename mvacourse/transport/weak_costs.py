"""The weak cost C(x, ρ) of sending a point x to a whole law ρ, and its distances (F9).

Transport is *weak* if the cost depends on the law ρ = π(·|x) of all points that x is sent to. With
d² a squared distance and Var_d(ρ) = ½ E d²(Y, Y′), for independent draws Y and Y′ from ρ,

    C(x, ρ) = ½ E d²(x, Y) − (γ/2) Var_d(ρ).

Only this module fixes the convention for γ and the ½. The lecture writes no formula.

- d² = ‖x − y‖²: Var_d is the variance E‖Y − EY‖², and C = ½‖x − EY‖² + (1 − γ)/2 · Var(ρ). γ = 0 is
  the classical cost, with value ½W₂²; γ = 1 only requires the mean of ρ to be near x.
- d² = ‖x − y‖, the energy kernel, or d² = 2 − 2 exp(−‖x − y‖²/2h²), the Gaussian kernel. These are
  squared distances too, of the points' images in a Hilbert space, and the same results hold.

For 0 ≤ γ ≤ 1 the cost is not negative: train in this range. For γ > 1 it has no lower bound if ρ is
free, as it is while T learns, unless d² is bounded. A plan with the right marginals satisfies
E Var_d(π(·|X)) ≤ Var_d(ν): the transport problem itself still has a solution. For γ < 0 the cost is
not convex in ρ, and an error is raised.

In half precision, distances and costs are computed and returned in float32.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.dtypes import at_least_float32

Distance = Callable[[Tensor, Tensor], Tensor]
"""``d2(x, y)``: two tensors `(…,n)` that broadcast, to d² `(…)`."""


def d2_quadratic(x: Tensor, y: Tensor) -> Tensor:
    """Compute d²(x, y) = ‖x − y‖², a sum over the last axis: `(…,n)` and `(…,n)` to `(…)`."""
    _check_points(x, y)
    return (at_least_float32(x) - at_least_float32(y)).square().sum(-1)


def d2_energy(x: Tensor, y: Tensor) -> Tensor:
    """Compute d²(x, y) = ‖x − y‖, that of the energy kernel: `(…,n)` and `(…,n)` to `(…)`.

    The kernel is k(x, y) = ½(‖x‖ + ‖y‖ − ‖x − y‖), and d² = k(x, x) + k(y, y) − 2k(x, y). It is
    characteristic: an optimal T follows the plan. With the quadratic cost, other maps can be
    optimal too.

    References
    ----------
    Korotin, Selikhanovych and Burnaev, Kernel neural optimal transport, ICLR 2023.
    """
    _check_points(x, y)
    gap = at_least_float32(x) - at_least_float32(y)
    return torch.linalg.vector_norm(gap, dim=-1)  # slope 0 at x = y, where √ has none


def d2_gaussian(x: Tensor, y: Tensor, *, width: float = 1.0) -> Tensor:
    """Compute d²(x, y) = 2 − 2 exp(−‖x − y‖²/2h²), that of the Gaussian kernel, at most 2.

    Beyond a few h, d² is nearly constant: its gradient vanishes, and T does not learn.

    Parameters
    ----------
    x, y : Tensor, (…,n)
        Points.
    width : float, default 1
        h > 0, in the unit of x.

    Returns
    -------
    Tensor, (…)
    """
    width = validate.positive(width, "width")
    return -2 * torch.expm1(-d2_quadratic(x, y) / (2 * width**2))


def _check_points(x: Tensor, y: Tensor) -> None:
    """Check that x and y are real points of one dimension, which broadcast."""
    validate.real(x, "x", 1)
    validate.real(y, "y", 1)
    alike = zip(reversed(x.shape[:-1]), reversed(y.shape[:-1]))
    if x.shape[-1] != y.shape[-1] or any(n != m and 1 not in (n, m) for n, m in alike):
        raise ValueError(
            f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: points (…, n) need one n, and "
            "shapes that broadcast"
        )


def conditional_variance(y: Tensor, d2: Distance = d2_quadratic) -> Tensor:
    """Estimate Var_d(π(·|x)) = ½ E d²(Y, Y′) for each x, without bias.

    It is the mean of ½d² over the Z(Z−1)/2 pairs of draws. For d² = ‖x − y‖² this is the sample
    variance, Σ‖y_i − ȳ‖²/(Z − 1), summed over components.

    Parameters
    ----------
    y : Tensor, (B,Z,…)
        Z ≥ 2 draws from each of B laws.
    d2 : callable, default ‖x − y‖²
        d², as in this module.

    Returns
    -------
    Tensor, (B,)

    Raises
    ------
    TypeError, ValueError
        If y is not such a tensor, or Z < 2.
    """
    if validate.real(y, "y").ndim < 3:
        raise ValueError(f"y has shape {tuple(y.shape)}, but draws are (B, Z, …)")
    if y.shape[1] < 2:
        raise ValueError(f"y holds {y.shape[1]} draws for each x: a variance needs at least 2")
    y = y.flatten(2)
    if d2 is d2_quadratic:  # without the Z(Z−1)/2 pairs, which are many numbers for images
        return at_least_float32(y).var(1).sum(1)
    i, j = torch.triu_indices(y.shape[1], y.shape[1], 1, device=y.device)
    return _distances(d2, y[:, i], y[:, j]).mean(1) / 2


def _distances(d2: Distance, x: Tensor, y: Tensor) -> Tensor:
    """Compute d2(x, y), and check that there is one finite real number for each pair of points."""
    d = validate.real(validate.function(d2, "d2", "x", "y")(x, y), "d2(x, y)")
    if d.shape != torch.broadcast_shapes(x.shape, y.shape)[:-1]:
        raise ValueError(
            f"d2(x, y) has shape {tuple(d.shape)} for points {tuple(x.shape)} and "
            f"{tuple(y.shape)}: it must have one number for each pair"
        )
    return d


def weak_cost(x: Tensor, y: Tensor, *, gamma: float, d2: Distance = d2_quadratic) -> Tensor:
    """Estimate C(x, ρ) = ½ E d²(x, Y) − (γ/2) Var_d(ρ) from draws of each ρ, without bias (F9).

    Parameters
    ----------
    x : Tensor, (B,…)
        Points.
    y : Tensor, (B,Z,…)
        Z draws from each x's law ρ, such as T(x, z₁) … T(x, z_Z); Z = 1 is enough if γ = 0.
    gamma : float
        γ ≥ 0, the reward for spread. From 0 to 1 the cost is not negative, though its estimate may
        be. Use γ > 1 with :func:`~mvacourse.transport.discrete_weak_ot` only: a learned map would
        diverge, unless its potential falls as fast as d² grows.
    d2 : callable, default ‖x − y‖²
        d², as in this module; it sums over all components.

    Returns
    -------
    Tensor, (B,)
        C for each x, without a mean over the batch.

    Raises
    ------
    TypeError, ValueError
        If γ is negative, x and y do not fit, or γ > 0 and Z < 2.

    References
    ----------
    Gozlan, Roberto, Samson and Tetali, Kantorovich duality for general transport costs and
    applications, J. Funct. Anal. 2017; Korotin, Selikhanovych and Burnaev, Neural optimal
    transport, ICLR 2023.
    """
    gamma = validate.non_negative(gamma, "gamma")
    if (
        validate.real(y, "y").ndim < 3
        or y.shape[:1] + y.shape[2:] != validate.real(x, "x", 2).shape
    ):
        raise ValueError(
            f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: x must be (B, …), and y must "
            "hold draws of the same size, (B, Z, …)"
        )
    cost = _distances(d2, x.flatten(1)[:, None], y.flatten(2)).mean(1) / 2
    return cost - gamma / 2 * conditional_variance(y, d2) if gamma > 0 else cost


def push(T: Callable[[Tensor, Tensor], Tensor], x: Tensor, z: Tensor) -> Tensor:
    """Draw from the law of each x: y[b, i] = T(x[b], z[b, i]).

    Parameters
    ----------
    T : callable
        ``T(x, z)``.
    x : Tensor, (B,…)
        Points.
    z : Tensor, (B,Z,k)
        Z draws of z for each point.

    Returns
    -------
    Tensor, (B,Z,…)

    Raises
    ------
    TypeError, ValueError
        If T is not such a function, or z does not hold draws for each point.
    """
    validate.function(T, "T", "x", "z")
    if validate.values(z, "z").ndim < 3 or len(z) != len(validate.values(x, "x", 1)):
        raise ValueError(f"z has shape {tuple(z.shape)} for {len(x)} points x: draws are (B, Z, k)")
    n_z = z.shape[1]
    try:
        y = validate.values(T(x.repeat_interleave(n_z, 0), z.flatten(0, 1)), "T(x, z)", 1)
    except RuntimeError as error:
        raise ValueError(f"T(x, z) fails for rows of x and z: {error}") from error
    if len(y) != len(x) * n_z:
        raise ValueError(f"T(x, z) has {len(y)} rows for {len(x) * n_z}: one for each is needed")
    return y.unflatten(0, (-1, n_z))
