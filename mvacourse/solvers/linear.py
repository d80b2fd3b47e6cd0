"""Linear systems and largest eigenvalues without a matrix: conjugate gradients, power iteration."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.calculus import dot, norm
from mvacourse.dtypes import shifted
from mvacourse.solvers.descent import Callback, Map, check_callback, check_start
from mvacourse.solvers.scales import exponent, growth


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

    It minimises ½⟨x, Gx⟩ − ⟨b, x⟩ over x₀ + span{r, Gr, …}, one more dimension at each step. With
    x₀ = 0, b = Aᵀv and G = AᵀA, it stays in Im Aᵀ and tends to the pseudo-inverse A⁺v (B10).

    Parameters
    ----------
    gram : callable
        x ↦ G x, linear.
    b : Tensor
        Right-hand side, of any scale. A batch is solved as one large system.
    x0 : Tensor, optional
        Starting point. Default: zero.
    n_iter : int, default 1000
        Maximum number of steps.
    tol : float, default 1e-6
        Stop when ‖G x − b‖ ≤ tol·‖b‖. Float32 cannot reach less than about 1e-6: use float64.
    callback : callable, optional
        ``callback(k, x)`` after step k.

    Returns
    -------
    Tensor
        The last iterate. There is no error if `n_iter` steps were too few, or if the method stopped
        because the curvature along a direction was below the rounding errors.

    Raises
    ------
    TypeError, ValueError
        If b is not a finite tensor, x₀ or G x is not like it, tol < 0, `n_iter` is negative, or a
        direction of negative curvature shows that G is not positive.
    """
    tol = validate.non_negative(tol, "tol")
    callback, gram = check_callback(callback), validate.returning(gram, "gram")
    check_start(b, "b")
    if x0 is not None:
        validate.like(check_start(x0), b, ("x0", "b"))
    x = torch.zeros_like(b) if x0 is None else x0.clone()
    r = b - gram(x)
    j = max(exponent(b), exponent(r))  # not 0 if the squares below would be zero or infinite
    b, x, r = (shifted(t, j) for t in (b, x, r))
    p = r
    rr = dot(r, r)
    stop = (tol * norm(b)) ** 2
    largest = 0.0  # largest eigenvalue seen so far: the scale of rounding errors
    for k in range(1, validate.count(n_iter, "n_iter", at_least=0) + 1):
        if rr <= stop:
            break
        Gp = gram(p)
        curvature = dot(p, Gp)
        pp = dot(p, p)
        largest = max(largest, growth(Gp, pp))
        rounding = torch.finfo(b.dtype).eps * largest * pp
        if curvature < -100 * rounding:
            raise ValueError(f"gram is not positive: ⟨p, Gp⟩ = {float(curvature):.3g} at step {k}")
        if curvature <= rounding:  # at this precision, p is in the kernel of G
            break
        x = x + rr / curvature * p
        r = r - rr / curvature * Gp
        rr_old, rr = rr, dot(r, r)
        p = r + rr / rr_old * p
        callback(k, shifted(x, -j))
    return shifted(x, -j)


def power_iteration(
    gram: Map, x0: Tensor, *, n_iter: int = 1000, tol: float = 1e-9
) -> tuple[float, Tensor]:
    """Largest eigenvalue of a symmetric positive G: xₙ₊₁ = G xₙ / ‖G xₙ‖ (B8).

    With G = AᵀA it is ‖A‖². The error falls like (λ₂/λ₁)²ⁿ: slowly if the two largest eigenvalues
    are close.

    Parameters
    ----------
    gram : callable
        x ↦ G x.
    x0 : Tensor
        Starting point, preferably random. It must not be orthogonal to the leading eigenvector.
    n_iter : int, default 1000
        Maximum number of steps.
    tol : float, default 1e-9
        Stop when the relative change of the eigenvalue is at most this.

    Returns
    -------
    (float, Tensor)
        The eigenvalue ⟨x, Gx⟩, always a lower bound on the true one, and the unit vector x.

    Raises
    ------
    TypeError, ValueError
        If `x0` is zero or not a finite tensor, G x is not like it, `n_iter` < 1 or tol < 0.
    """
    tol, gram = validate.non_negative(tol, "tol"), validate.returning(gram, "gram")
    x0 = shifted(check_start(x0), exponent(x0))
    if not norm(x0) > 0:
        raise ValueError("x0 is zero: start from a random vector, torch.randn_like(x0)")
    x = x0 / norm(x0)
    largest = 0.0
    for _ in range(validate.count(n_iter, "n_iter")):
        Gx = gram(x)
        previous, largest = largest, float(dot(x, Gx).detach())
        Gx = shifted(Gx, exponent(Gx))
        size = norm(Gx)
        if size == 0:
            return 0.0, x
        x = Gx / size
        if abs(largest - previous) <= tol * abs(largest):
            break
    return largest, x
