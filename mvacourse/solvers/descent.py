"""Gradient descent with fixed, optimal, projected and accelerated steps (B3–B7, B11)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.calculus import dot, norm
from mvacourse.solvers.scales import length

Map = Callable[[Tensor], Tensor]
"""A function of one tensor: a gradient, a projection, x ↦ Gx."""

Callback = Callable[[int, Tensor], object]
"""``callback(k, x)``, called after step k = 1, 2, …; its return value is ignored."""


SMALLEST = 1e-12
"""A Lipschitz constant where the true one may be 0, as for A = 0: any larger one is right too."""


def ignore(k: int, x: Tensor) -> None:
    """Do nothing: the default callback."""


def check_callback(callback: Callback | None) -> Callback:
    """Check that `callback` is a function of k and x; None becomes one that does nothing."""
    return ignore if callback is None else validate.function(callback, "callback", "k", "x")


def check_start(x0: Tensor, name: str = "x0") -> Tensor:
    """Check for a finite tensor of floating-point or complex values, and return it."""
    return validate.finite(validate.values(x0, name), name)


def check_iterate(x: Tensor, step: str) -> Tensor:
    """Check once, after the last step, that an iteration has not diverged, and return x.

    Raises
    ------
    ValueError
        If x is infinite or NaN; the message names the step size.
    """
    if not torch.isfinite(x).all():
        raise ValueError(
            f"the iteration has diverged: {step} is wrong for this function, and x has become "
            "infinite or NaN; take a smaller step, or fewer steps to see it grow"
        )
    return x


def check_step(tau: float, L: float | None) -> float:
    """Check that τ > 0, and return it; if L is known, warn the caller's caller when τ ≥ 2/L."""
    tau = validate.positive(tau, "tau")
    if L is not None and tau >= 2 / validate.positive(L, "L"):
        warnings.warn(
            f"tau = {tau:.4g} is not below 2/L = {2 / L:.4g}: the iteration may diverge; "
            f"choose tau < {2 / L:.4g}",
            UserWarning,
            stacklevel=3,
        )
    return tau


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
        Step size. If f is convex with an L-Lipschitz gradient, the iterates converge for
        0 < τ < 2/L. On a quadratic they diverge for τ > 2/L.
    n_iter : int
        Number of steps.
    L : float, optional
        Lipschitz constant of ∇f, if known. A warning then reports a step τ ≥ 2/L.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate.

    Raises
    ------
    TypeError, ValueError
        If x₀ is not a finite tensor, ∇f(x₀) is not like it, τ ≤ 0, `n_iter` is negative, or the
        last iterate is infinite or NaN. As long as it is finite, you can watch it diverge.
    """
    tau = check_step(tau, L)
    callback, grad = check_callback(callback), validate.returning(grad, "grad")
    x = check_start(x0).clone()
    for k in range(1, validate.count(n_iter, "n_iter", at_least=0) + 1):
        x = x - tau * grad(x)
        callback(k, x)
    return check_iterate(x, f"tau = {tau:.4g}")


def optimal_step_descent(
    grad: Map, x0: Tensor, *, n_iter: int, callback: Callback | None = None
) -> Tensor:
    """Minimise a quadratic f with the best step size at each step (B3).

    τₙ = argmin_t f(xₙ − t gₙ) = ‖gₙ‖² / ⟨gₙ, H gₙ⟩ with gₙ = ∇f(xₙ) and H the Hessian. Since ∇f is
    affine, H g = (∇f(x + s g) − ∇f(x))/s for any s, so only `grad` is needed. Successive gradients
    are orthogonal: the iterates zig-zag. Data and gradients may have any scale.

    Parameters
    ----------
    grad : callable
        ∇f of a quadratic f that is bounded from below. Each step calls it twice, rarely three
        times.
    x0, n_iter, callback
        As for :func:`gradient_descent`.

    Returns
    -------
    Tensor
        The last iterate. The method stops early if the gradient vanishes.

    Raises
    ------
    TypeError, ValueError
        If x₀ is not a finite tensor, ∇f(x₀) is not like it, or `n_iter` is negative.
    """
    callback, grad = check_callback(callback), validate.returning(grad, "grad")
    x = check_start(x0).clone()
    for k in range(1, validate.count(n_iter, "n_iter", at_least=0) + 1):
        g = grad(x)
        direction = dtypes.shifted(g, dtypes.exponent(g))
        curvature = _curvature(grad, x, g, direction)
        if not curvature > 0:
            break
        x = x - dot(g, direction) / curvature * direction
        callback(k, x)
    return x


def _curvature(grad: Map, x: Tensor, g: Tensor, direction: Tensor) -> Tensor | float:
    """Return ⟨d, H d⟩ for a direction d, or 0 if it is not positive and finite."""
    # If s d is as long as x, the difference is accurate, except where g is far larger.
    for reach in (1 + length(x), length(g)):
        s = reach / norm(direction)
        if not torch.isfinite(s):  # the gradient vanishes
            break
        curvature = dot(direction, grad(x + s * direction) - g) / s
        if torch.isfinite(curvature) and curvature > 0:
            return curvature
    return 0.0


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
        p_C, the orthogonal projection onto C.
    x0, tau, n_iter, L, callback
        As for :func:`gradient_descent`; converges for 0 < τ < 2/L.

    Returns
    -------
    Tensor
        The last iterate, a point of C.

    Raises
    ------
    TypeError, ValueError
        As for :func:`gradient_descent`; also if p_C(x₀) is not like x₀.
    """
    tau = check_step(tau, L)
    callback, grad = check_callback(callback), validate.returning(grad, "grad")
    project = validate.returning(project, "project")
    x = project(check_start(x0).clone())  # a projection may work in place
    for k in range(1, validate.count(n_iter, "n_iter", at_least=0) + 1):
        x = project(x - tau * grad(x))
        callback(k, x)
    return check_iterate(x, f"tau = {tau:.4g}")


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
    β = (√L − √α)/(√L + √α) and the error falls like (1 − √(α/L))ⁿ; for plain descent it falls like
    (1 − α/L)ⁿ. Otherwise βₙ = (tₙ − 1)/tₙ₊₁ with tₙ₊₁ = (1 + √(1 + 4tₙ²))/2, and f(xₙ) − min f
    falls like 1/n².

    Parameters
    ----------
    grad : callable
        ∇f.
    x0 : Tensor
        Starting point.
    L : float
        Lipschitz constant of ∇f. If the value is too small, the method diverges.
    alpha : float, default 0
        Strong convexity α ≤ L, 0 if unknown.
    n_iter : int
        Number of steps.
    project : callable, optional
        Projection p_C. Default: no constraint.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate.

    Raises
    ------
    TypeError, ValueError
        If L ≤ 0, α < 0, α > L, and as for :func:`projected_gradient`.

    References
    ----------
    Y. Nesterov, *Lectures on Convex Optimization*, section 2.2; A. Beck and M. Teboulle, "A fast
    iterative shrinkage-thresholding algorithm", SIAM J. Imaging Sciences 2(1), 2009.
    """
    L, alpha = validate.positive(L, "L"), validate.non_negative(alpha, "alpha")
    if alpha > L:
        raise ValueError(f"alpha = {alpha} exceeds L = {L}: strong convexity is at most L")
    callback, grad = check_callback(callback), validate.returning(grad, "grad")
    if project is not None:
        project = validate.returning(project, "project")
    x = y = check_start(x0).clone()
    t = 1.0
    for k in range(1, validate.count(n_iter, "n_iter", at_least=0) + 1):
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
    return check_iterate(x, f"L = {L:.4g}, so the step 1/L,")
