"""Descent methods (part B of the lecture), as plain functions of callables.

A solver knows neither operators nor images: it takes ``grad`` (and ``project``), a starting
point and step sizes, and returns the last iterate. ``callback(k, x)`` is called after each step
k = 1, 2, …, `n_iter`; what it returns is ignored.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse import check
from mvacourse.calculus import dot, norm

Map = Callable[[Tensor], Tensor]
Callback = Callable[[int, Tensor], object]


def _ignore(k: int, x: Tensor) -> None:
    """Stand in for a callback that was not given."""


def _check_step(tau: float, L: float | None) -> None:
    check.positive(tau, "tau")
    if L is not None and tau >= 2 / check.positive(L, "L"):
        warnings.warn(
            f"tau = {tau:.4g} is not below 2/L = {2 / L:.4g}: the iteration may diverge; "
            f"choose tau < {2 / L:.4g}",
            UserWarning,
            stacklevel=3,
        )


def gradient_descent(
    grad: Map,
    x0: Tensor,
    *,
    tau: float,
    n_iter: int,
    L: float | None = None,
    callback: Callback | None = None,
) -> Tensor:
    """Minimise f with a fixed step: xₙ₊₁ = xₙ − τ ∇f(xₙ) (B3, B6).

    Parameters
    ----------
    grad : callable
        ∇f. For ½‖Au − v‖² it is ``lambda u: A.T(A(u) - v)``.
    x0 : Tensor
        Starting point.
    tau : float
        Step. For f convex with L-Lipschitz gradient the iterates converge if 0 < τ < 2/L; at
        τ > 2/L they diverge on a quadratic.
    n_iter : int
        Number of steps.
    L : float, optional
        Lipschitz constant of ∇f, if known: a step τ ≥ 2/L is then warned of.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate.

    Raises
    ------
    ValueError
        If τ ≤ 0 or `n_iter` is negative.
    """
    _check_step(tau, L)
    callback = callback or _ignore
    x = x0
    for k in range(1, check.count(n_iter, "n_iter", at_least=0) + 1):
        x = x - tau * grad(x)
        callback(k, x)
    return x


def optimal_step_descent(
    grad: Map, x0: Tensor, *, n_iter: int, callback: Callback | None = None
) -> Tensor:
    """Minimise a quadratic f with the best step each time (B3).

    τₙ = argmin_t f(xₙ − t gₙ) = ‖gₙ‖² / ⟨gₙ, H gₙ⟩ with gₙ = ∇f(xₙ) and H the Hessian. Since ∇f is
    affine, H g = (∇f(x + s g) − ∇f(x))/s for any s, so `grad` is all that is needed. Successive
    gradients are orthogonal: the iterates zig-zag.

    Parameters
    ----------
    grad : callable
        ∇f of a quadratic f, bounded from below. Each step calls it twice.
    x0, n_iter, callback
        As for :func:`gradient_descent`.

    Returns
    -------
    Tensor
        The last iterate. The method stops early where the gradient vanishes.

    Raises
    ------
    ValueError
        If `n_iter` is negative.
    """
    callback = callback or _ignore
    x = x0
    for k in range(1, check.count(n_iter, "n_iter", at_least=0) + 1):
        g = grad(x)
        s = (1 + norm(x)) / norm(g)  # s g is as long as x: the difference below keeps its digits
        curvature = dot(g, grad(x + s * g) - g) / s
        if not torch.isfinite(s) or curvature <= 0:
            break
        x = x - dot(g, g) / curvature * g
        callback(k, x)
    return x


def projected_gradient(
    grad: Map,
    project: Map,
    x0: Tensor,
    *,
    tau: float,
    n_iter: int,
    L: float | None = None,
    callback: Callback | None = None,
) -> Tensor:
    """Minimise f over a closed convex set C: xₙ₊₁ = p_C(xₙ − τ ∇f(xₙ)) (B11).

    Parameters
    ----------
    grad : callable
        ∇f, L-Lipschitz.
    project : callable
        p_C, the orthogonal projection on C.
    x0, tau, n_iter, L, callback
        As for :func:`gradient_descent`; convergence for 0 < τ < 2/L.

    Returns
    -------
    Tensor
        The last iterate, a point of C.

    Raises
    ------
    ValueError
        If τ ≤ 0 or `n_iter` is negative.
    """
    _check_step(tau, L)
    callback = callback or _ignore
    x = project(x0)
    for k in range(1, check.count(n_iter, "n_iter", at_least=0) + 1):
        x = project(x - tau * grad(x))
        callback(k, x)
    return x


def accelerated_gradient(
    grad: Map,
    x0: Tensor,
    *,
    L: float,
    alpha: float = 0.0,
    n_iter: int,
    project: Map | None = None,
    callback: Callback | None = None,
) -> Tensor:
    """Minimise a convex f with Nesterov's momentum, optionally over a convex set.

    xₙ₊₁ = p_C(yₙ − ∇f(yₙ)/L), yₙ₊₁ = xₙ₊₁ + βₙ (xₙ₊₁ − xₙ). If f is α-strongly convex,
    β = (√L − √α)/(√L + √α) and the error falls like (1 − √(α/L))ⁿ, where plain descent has
    (1 − α/L)ⁿ. Otherwise βₙ = (tₙ − 1)/tₙ₊₁ with tₙ₊₁ = (1 + √(1 + 4tₙ²))/2, and f(xₙ) − min f
    falls like 1/n².

    Parameters
    ----------
    grad : callable
        ∇f.
    x0 : Tensor
        Starting point.
    L : float
        Lipschitz constant of ∇f; too small a value makes the method diverge.
    alpha : float, default 0
        Strong convexity α ≤ L, 0 if unknown.
    n_iter : int
        Number of steps.
    project : callable, optional
        Projection p_C; by default there is no constraint.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate.

    Raises
    ------
    ValueError
        If L ≤ 0, α < 0, α > L or `n_iter` is negative.

    References
    ----------
    Y. Nesterov, *Lectures on Convex Optimization*, section 2.2; A. Beck and M. Teboulle, "A fast
    iterative shrinkage-thresholding algorithm", SIAM J. Imaging Sciences 2(1), 2009.
    """
    check.positive(L, "L")
    if check.non_negative(alpha, "alpha") > L:
        raise ValueError(f"alpha = {alpha} exceeds L = {L}: strong convexity is at most L")
    callback = callback or _ignore
    x = y = x0
    t = 1.0
    for k in range(1, check.count(n_iter, "n_iter", at_least=0) + 1):
        x_old = x
        x = torch.add(y, grad(y), alpha=-1 / L)
        if project is not None:
            x = project(x)
        if alpha > 0:
            beta = (math.sqrt(L) - math.sqrt(alpha)) / (math.sqrt(L) + math.sqrt(alpha))
        else:
            t_old, t = t, (1 + math.sqrt(1 + 4 * t**2)) / 2
            beta = (t_old - 1) / t
        y = torch.lerp(x_old, x, 1 + beta)
        callback(k, x)
    return x


def conjugate_gradient(
    gram: Map,
    b: Tensor,
    x0: Tensor | None = None,
    *,
    n_iter: int = 1000,
    tol: float = 1e-6,
    callback: Callback | None = None,
) -> Tensor:
    """Solve G x = b for a symmetric positive G, such as AᵀA + λI.

    Minimises ½⟨x, Gx⟩ − ⟨b, x⟩ over x₀ + span{r, Gr, …}, one dimension more at each step. From
    x₀ = 0 with b = Aᵀv and G = AᵀA it stays in Im Aᵀ, and tends to the pseudo-inverse A⁺v (B10).

    Parameters
    ----------
    gram : callable
        x ↦ G x.
    b : Tensor
        Right-hand side. A batch is solved as one large system.
    x0 : Tensor, optional
        Starting point; zero by default.
    n_iter : int, default 1000
        Largest number of steps.
    tol : float, default 1e-6
        Stop when ‖G x − b‖ ≤ tol·‖b‖. Below 1e-6 or so float32 cannot go: use float64.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate. Nothing is raised if `n_iter` steps were too few.

    Raises
    ------
    ValueError
        If tol < 0, `n_iter` is negative, or a direction of negative curvature shows that G is
        not positive.
    """
    check.non_negative(tol, "tol")
    callback = callback or _ignore
    x = torch.zeros_like(b) if x0 is None else x0
    r = b - gram(x)
    p = r
    rr = dot(r, r)
    stop = (tol * norm(b)) ** 2
    for k in range(1, check.count(n_iter, "n_iter", at_least=0) + 1):
        if rr <= stop:
            break
        Gp = gram(p)
        curvature = dot(p, Gp)
        if curvature < 0:
            raise ValueError(f"gram is not positive: ⟨p, Gp⟩ = {float(curvature):.3g} at step {k}")
        if curvature == 0:
            break
        x = x + rr / curvature * p
        r = r - rr / curvature * Gp
        rr_old, rr = rr, dot(r, r)
        p = r + rr / rr_old * p
        callback(k, x)
    return x


def power_iteration(
    gram: Map, x0: Tensor, *, n_iter: int = 1000, tol: float = 1e-9
) -> tuple[float, Tensor]:
    """Largest eigenvalue of a symmetric positive G: xₙ₊₁ = G xₙ / ‖G xₙ‖ (B8).

    With G = AᵀA it is ‖A‖². The error falls like (λ₂/λ₁)²ⁿ, slowly where the two largest
    eigenvalues are close.

    Parameters
    ----------
    gram : callable
        x ↦ G x.
    x0 : Tensor
        Starting point, best random: it must not be orthogonal to the leading eigenvector.
    n_iter : int, default 1000
        Largest number of steps.
    tol : float, default 1e-9
        Stop when the eigenvalue changes by less, relatively.

    Returns
    -------
    (float, Tensor)
        The eigenvalue ⟨x, Gx⟩, always a lower bound of the true one, and the unit vector x.

    Raises
    ------
    ValueError
        If `x0` is zero, or `n_iter` < 1.
    """
    if not norm(x0) > 0:
        raise ValueError("x0 is zero: start from a random vector, torch.randn_like(x0)")
    x = x0 / norm(x0)
    largest = 0.0
    for _ in range(check.count(n_iter, "n_iter")):
        Gx = gram(x)
        previous, largest = largest, float(dot(x, Gx))
        size = norm(Gx)
        if size == 0:
            return 0.0, x
        x = Gx / size
        if abs(largest - previous) <= tol * abs(largest):
            break
    return largest, x
