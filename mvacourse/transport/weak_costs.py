"""The weak cost C(x, ρ) of sending a point x to a whole law ρ, and the distances in it (F9).

Transport is *weak* where the cost looks at the law ρ = π(·|x) of all that x is sent to. With d² a
squared distance and Var_d(ρ) = ½ E d²(Y, Y′), Y and Y′ two independent draws from ρ,

    C(x, ρ) = ½ E d²(x, Y) − (γ/2) Var_d(ρ).

This is the one place where γ is fixed, and the ½ with it. The lecture writes no formula.

- d² = ‖x − y‖²: Var_d is the variance E‖Y − EY‖², and C = ½‖x − EY‖² + (1 − γ)/2 · Var(ρ). γ = 0 is
  the classical cost, of value ½W₂²; γ = 1 asks of the mean of ρ only that it be near x.
- d² = ‖x − y‖, the energy kernel, or d² = 2 − 2 exp(−‖x − y‖²/2h²), the Gaussian kernel: squared
  distances too, of the points' images in a Hilbert space. All that is said here holds there.

For 0 ≤ γ ≤ 1 the cost is not negative: this is the range to train in. For γ > 1 it has no lower
bound where ρ is free, as it is while T learns, unless d² is bounded; a plan with the right
marginals keeps E Var_d(π(·|X)) ≤ Var_d(ν), so that the problem itself still has a solution. For
γ < 0 the cost is no longer convex in ρ, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse import validate

Distance = Callable[[Tensor, Tensor], Tensor]
"""``d2(x, y)``: two tensors `(…,n)` that broadcast, to d² `(…)`."""


def d2_quadratic(x: Tensor, y: Tensor) -> Tensor:
    """Give d²(x, y) = ‖x − y‖², a sum over the last axis: `(…,n)` and `(…,n)` to `(…)`."""
    return (x - y).square().sum(-1)


def d2_energy(x: Tensor, y: Tensor) -> Tensor:
    """Give d²(x, y) = ‖x − y‖, that of the energy kernel: `(…,n)` and `(…,n)` to `(…)`.

    The kernel is k(x, y) = ½(‖x‖ + ‖y‖ − ‖x − y‖), and d² = k(x, x) + k(y, y) − 2k(x, y). It is
    characteristic: at the optimum T follows the plan, where the quadratic cost also lets through
    maps that do not.

    References
    ----------
    Korotin, Selikhanovych and Burnaev, Kernel neural optimal transport, ICLR 2023.
    """
    return torch.linalg.vector_norm(x - y, dim=-1)  # slope 0 at x = y, where √ has none


def d2_gaussian(x: Tensor, y: Tensor, *, width: float = 1.0) -> Tensor:
    """Give d²(x, y) = 2 − 2 exp(−‖x − y‖²/2h²), that of the Gaussian kernel, at most 2.

    Points further apart than a few h do not feel one another: T then does not learn.

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
    return -2 * torch.expm1(-d2_quadratic(x, y) / (2 * validate.positive(width, "width") ** 2))


def conditional_variance(y: Tensor, d2: Distance = d2_quadratic) -> Tensor:
    """Estimate Var_d(π(·|x)) = ½ E d²(Y, Y′) for each x, without bias.

    The mean of ½d² over the Z(Z−1)/2 pairs of draws; for d² = ‖x − y‖² this is the sample variance,
    Σ‖y_i − ȳ‖²/(Z − 1), summed over components.

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
        If y is no such tensor, or Z < 2.
    """
    if validate.tensor(y, "y").ndim < 3:
        raise ValueError(f"y has shape {tuple(y.shape)}, but draws are (B, Z, …)")
    if y.shape[1] < 2:
        raise ValueError(f"y holds {y.shape[1]} draws for each x: a variance needs two")
    y = y.flatten(2)
    i, j = torch.triu_indices(y.shape[1], y.shape[1], 1, device=y.device)
    return d2(y[:, i], y[:, j]).mean(1) / 2


def weak_cost(x: Tensor, y: Tensor, *, gamma: float, d2: Distance = d2_quadratic) -> Tensor:
    """Estimate C(x, ρ) = ½ E d²(x, Y) − (γ/2) Var_d(ρ) from draws of each ρ, without bias (F9).

    Parameters
    ----------
    x : Tensor, (B,…)
        Points.
    y : Tensor, (B,Z,…)
        Z draws from each x's law ρ, such as T(x, z₁) … T(x, z_Z); one will do if γ = 0.
    gamma : float
        γ ≥ 0, the price that is paid back for spread. From 0 to 1 the cost is not negative, though
        its estimate may be. Above 1 it is a cost for :func:`~mvacourse.transport.discrete_weak_ot`;
        a map that learns runs away, unless its potential falls as fast as d² grows.
    d2 : callable, default ‖x − y‖²
        d², as in this module; it sums over all components.

    Returns
    -------
    Tensor, (B,)
        C for each x; no mean is taken.

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
    validate.non_negative(gamma, "gamma")
    if (
        validate.tensor(y, "y").ndim < 3
        or y.shape[:1] + y.shape[2:] != validate.tensor(x, "x").shape
    ):
        raise ValueError(
            f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: give x as (B, …) and draws of "
            "the same size as (B, Z, …)"
        )
    cost = d2(x.flatten(1)[:, None], y.flatten(2)).mean(1) / 2
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
        Z draws of z for each.

    Returns
    -------
    Tensor, (B,Z,…)
    """
    n_z = z.shape[1]
    return T(x.repeat_interleave(n_z, 0), z.flatten(0, 1)).unflatten(0, (-1, n_z))
