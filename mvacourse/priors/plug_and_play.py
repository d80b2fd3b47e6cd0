"""A denoiser as prior: gradient descent that denoises instead of projecting (G3)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.closed_form import ridge
from mvacourse.operators import LinearOperator
from mvacourse.operators.inverse_problem import back_projection, check_problem
from mvacourse.solvers import Callback
from mvacourse.solvers.descent import SMALLEST, check_callback, check_iterate

Denoise = Callable[[Tensor, float], Tensor]
"""D(v, s): removes noise of standard deviation s, as :class:`mvacourse.nets.Denoiser` does."""


class PlugAndPlay(NamedTuple):
    """Result of :func:`plug_and_play` or :func:`half_quadratic`.

    Attributes
    ----------
    x : Tensor, (B,C,H,W)
        The last iterate.
    residuals : Tensor, (n_iter,B)
        ‖xₙ₊₁ − xₙ‖/√(number of pixels) for each image at each step; zero at a fixed point.
    levels : Tensor, (n_iter,)
        The noise level s of each step.
    """

    x: Tensor
    residuals: Tensor
    levels: Tensor


@torch.no_grad()
def plug_and_play(
    A: LinearOperator,
    y: Tensor,
    denoise: Denoise,
    *,
    sigma: float,
    sigma0: float | None = None,
    n_decay: int | None = None,
    tau: float | None = None,
    relax: float = 1.0,
    n_iter: int = 100,
    x0: Tensor | None = None,
    callback: Callback | None = None,
) -> PlugAndPlay:
    """Restore with a denoiser in place of a regulariser (G3).

    xₙ₊₁ = (1 − ρ) xₙ + ρ D_s(xₙ − τ Aᵀ(Axₙ − y))

    It is projected gradient descent on ½‖Ax − y‖² (B11) with D_s in place of the projection. If D_s
    is the proximal map of τλR, D_s(v) = argmin_x ½‖x − v‖² + τλR(x), the limit minimises
    ½‖Ax − y‖² + λR(x). A network is not such a map. Then we only know that the limit satisfies
    x = D_s(x − τAᵀ(Ax − y)). A limit is known to exist only if D_s changes its input little:
    D_s − I has to be a contraction that is strong enough for the problem (Ryu). So check
    `residuals`. If they do not fall, average with ρ < 1: this keeps the fixed points and damps
    oscillations.

    Where A damps strongly, a gradient step changes little, and hundreds of steps are needed. Use
    :func:`half_quadratic` in this case.

    With `sigma0`, s falls from `sigma0` to `sigma` by a constant ratio: first a strong denoiser
    fills in what is missing, then a weak one keeps the detail. After that s is constant, and the
    iteration can converge.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    y : Tensor
        Data of B problems, shaped like A(u).
    denoise : callable
        D(v, s) takes images `(B,C,H,W)` and a number, and returns images of the same shape. For
        instance a :class:`mvacourse.nets.Denoiser` in evaluation mode.
    sigma : float
        s > 0 of the last steps, in image units. It is the strength of the prior, not the noise in
        y: a larger s gives a smoother image. For denoising with τ = 1, both are the same.
    sigma0 : float, optional
        s of the first step, ≥ `sigma`. Default: s is constant.
    n_decay : int, optional
        Number of steps until s reaches `sigma`. Default: half of `n_iter`.
    tau : float, optional
        Step size τ, below 2/‖A‖². Default: 1/‖A‖².
    relax : float, default 1
        ρ in (0, 1], the weight of the new image.
    n_iter : int, default 100
        Number of steps.
    x0 : Tensor, optional
        Starting point `(B,C,H,W)`. Default: Aᵀy/‖A‖².
    callback : callable, optional
        ``callback(n, x)`` after step n.

    Returns
    -------
    PlugAndPlay
        Images, residuals, and the levels s.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `y` or `x0` is not finite or does not fit, a number is out
        of its range, or D returns images of another shape. A step τ ≥ 2/‖A‖² gives a warning.

    References
    ----------
    Venkatakrishnan, Bouman and Wohlberg, Plug-and-play priors for model based reconstruction,
    GlobalSIP 2013. Ryu et al., Plug-and-play methods provably converge with properly trained
    denoisers, ICML 2019.
    """
    levels = _checked(A, y, callback, sigma, sigma0, n_decay, n_iter)
    relax = validate.positive(relax, "relax")
    if relax > 1:
        raise ValueError(f"relax = {relax} must be at most 1, the plain iteration")
    b = back_projection(A, y, x0)
    norm2 = _norm2(A, b)
    tau, denoise = _step(tau, norm2), validate.returning(denoise, "denoise", "v", "s")

    def step(x: Tensor, s: float) -> Tensor:
        v = x - tau * (A.gram(x) - b)
        return torch.lerp(x, denoise(v, s), relax)

    return _iterate(step, _start(x0, b, norm2), levels, callback)


@torch.no_grad()
def half_quadratic(
    A: LinearOperator,
    y: Tensor,
    denoise: Denoise,
    *,
    noise: float,
    sigma: float,
    sigma0: float | None = None,
    n_decay: int | None = None,
    weight: float = 0.23,
    n_iter: int = 24,
    x0: Tensor | None = None,
    callback: Callback | None = None,
) -> PlugAndPlay:
    """Restore with a denoiser in place of a regulariser, and an exact data step (G3).

    Half-quadratic splitting uses one copy of the image for the data and one for the prior, and
    pulls the two together:

    min over z, x of  ½‖Az − y‖² + (a/2)‖z − x‖² + aτR(x),  a = w·noise²/s².

    It alternates between zₙ = argmin_z ½‖Az − y‖² + (a/2)‖z − xₙ‖², solved exactly, and
    xₙ₊₁ = D_s(zₙ), in place of the proximal map of τR. A step of :func:`plug_and_play` hardly
    changes what A damps. A step of this method inverts A wherever the data weigh more than a. With
    a falling s, as here, it is DPIR.

    Parameters
    ----------
    A : LinearOperator
        Forward model. For a blur or a mask the data step has a formula; for other operators it uses
        conjugate gradients (:func:`mvacourse.closed_form.ridge`).
    y : Tensor
        Data of B problems, shaped like A(u).
    denoise : callable
        D(v, s), as for :func:`plug_and_play`.
    noise : float
        Standard deviation of the noise in y, > 0.
    sigma, sigma0, n_decay
        The s of the last steps, the s of the first step, and the number of steps between them, as
        for :func:`plug_and_play`. Good values: sigma of one to two times `noise`, sigma0 = 49/255,
        n_decay = 12.
    weight : float, default 0.23
        w > 0; the default is DPIR's value. A larger w gives a smoother image.
    n_iter : int, default 24
        Number of steps.
    x0 : Tensor, optional
        Starting point `(B,C,H,W)`. Default: Aᵀy/‖A‖².
    callback : callable, optional
        ``callback(n, x)`` after step n.

    Returns
    -------
    PlugAndPlay
        Images, residuals, and the levels s.

    Raises
    ------
    TypeError, ValueError
        As for :func:`plug_and_play`, or if `noise` or `weight` is not positive.

    References
    ----------
    Geman and Yang, Nonlinear image recovery with half-quadratic regularization, IEEE TIP 4(7),
    1995. Zhang et al., Plug-and-play image restoration with deep denoiser prior, IEEE TPAMI 44(10),
    2022 (DPIR).
    """
    levels = _checked(A, y, callback, sigma, sigma0, n_decay, n_iter)
    denoise = validate.returning(denoise, "denoise", "v", "s")
    strength = validate.positive(weight, "weight") * validate.positive(noise, "noise") ** 2
    for s in (levels[0], levels[-1]):
        if not 1e-12 <= strength / s**2 <= 1e12:
            raise ValueError(
                f"weight·noise²/s² = {strength / s**2:.3g} at s = {s:.3g}: noise must be of the "
                "size of sigma0 and sigma"
            )

    def step(x: Tensor, s: float) -> Tensor:
        z = x + ridge(A, y - A(x), strength / s**2, shape=tuple(x.shape[1:]))
        return denoise(z, s)

    b = back_projection(A, y, x0)
    return _iterate(step, _start(x0, b, _norm2(A, b)), levels, callback)


def _checked(
    A: LinearOperator,
    y: Tensor,
    callback: Callback | None,
    sigma: float,
    sigma0: float | None,
    n_decay: int | None,
    n_iter: int,
) -> list[float]:
    check_problem(A, y, "y")
    check_callback(callback)
    return _levels(sigma, sigma0, n_decay, n_iter)


def _norm2(A: LinearOperator, b: Tensor) -> float:
    return max(A.norm(tuple(b.shape[1:])) ** 2, SMALLEST)


def _start(x0: Tensor | None, b: Tensor, norm2: float) -> Tensor:
    x = b / norm2 if x0 is None else validate.finite(validate.batch(x0, "x0"), "x0")
    validate.like(x, b, ("x0", "Aᵀy"))
    return x


def _iterate(
    step: Callable[[Tensor, float], Tensor],
    x: Tensor,
    levels: list[float],
    callback: Callback | None,
) -> PlugAndPlay:
    residuals = []
    for n, s in enumerate(levels, start=1):
        x_old, x = x, step(x, s)
        residuals.append((x - x_old).abs().square().mean(dim=(1, 2, 3)).sqrt())
        if callback is not None:
            callback(n, x)
    check_iterate(torch.stack(residuals), "the step tau, or denoise,")
    return PlugAndPlay(x, torch.stack(residuals), torch.tensor(levels))


def _levels(sigma: float, sigma0: float | None, n_decay: int | None, n_iter: int) -> list[float]:
    """Return s at each step: it falls in `n_decay` equal ratios to `sigma`, then is constant."""
    sigma, n_iter = validate.positive(sigma, "sigma"), validate.count(n_iter, "n_iter")
    if sigma0 is None:
        if n_decay is not None:
            raise ValueError(f"n_decay = {n_decay} needs sigma0, the first value of s")
        return n_iter * [sigma]
    sigma0 = validate.positive(sigma0, "sigma0")
    if sigma0 < sigma:
        raise ValueError(f"sigma0 = {sigma0} is below sigma = {sigma}: s must not increase")
    n_decay = n_iter // 2 if n_decay is None else validate.count(n_decay, "n_decay", at_least=0)
    if n_decay > n_iter:
        raise ValueError(f"n_decay = {n_decay} exceeds n_iter = {n_iter}: s would not reach sigma")
    ratio = math.log(sigma / sigma0)
    falling = [sigma0 * math.exp(ratio * i / n_decay) for i in range(n_decay)]
    return falling + (n_iter - n_decay) * [sigma]


def _step(tau: float | None, norm2: float) -> float:
    if tau is None:
        return 1 / norm2
    tau = validate.positive(tau, "tau")
    if tau >= 2 / norm2:
        warnings.warn(
            f"tau = {tau:.4g} is not below 2/‖A‖² = {2 / norm2:.4g}: the iteration may diverge; "
            f"choose tau < {2 / norm2:.4g}",
            UserWarning,
            stacklevel=4,  # torch.no_grad is one of the callers
        )
    return tau
