"""Draw images from a posterior by gradient steps with noise: unadjusted Langevin (G2)."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators import LinearOperator
from mvacourse.operators.inverse_problem import back_projection, check_problem
from mvacourse.regularizers import smoothed_tv_grad
from mvacourse.solvers import Callback, Map, accelerated_gradient
from mvacourse.solvers.descent import SMALLEST, check_callback, check_step


class Draws(NamedTuple):
    """Draws of the chains, one row per chain.

    Attributes
    ----------
    x : Tensor, (B,…)
        Last states; pass them as `x0` to continue.
    mean : Tensor, (B,…)
        Mean of the draws of each chain; float32 if the chains are in half precision.
    var : Tensor, (B,…)
        Their variance at each pixel, with divisor `n`.
    n : int
        Number of draws per chain.
    kept : Tensor, (n_kept,B,…)
        Stored draws, evenly spaced; the last draw is among them.
    """

    x: Tensor
    mean: Tensor
    var: Tensor
    n: int
    kept: Tensor


def langevin(
    grad: Map,
    x0: Tensor,
    tau: float,
    n_iter: int,
    *,
    burn_in: int = 0,
    every: int = 1,
    n_kept: int = 0,
    L: float | None = None,
    seed: int | torch.Generator | None = 0,
    callback: Callback | None = None,
) -> Draws:
    """Sample p(x) ∝ exp(−U(x)): xₙ₊₁ = xₙ − τ ∇U(xₙ) + √(2τ) ξₙ, ξₙ ~ N(0, I) (G2).

    This is gradient descent with noise. The drift goes towards the most likely image, the noise
    away from it. The images visited are distributed like the posterior. The B rows of `x0` are
    independent chains. Mean and variance are updated at each step: no draw has to be stored.

    *The step size causes a bias*, because no draw is rejected. For U = ½αx², the limit variance is
    1/(α(1 − τα/2)) instead of 1/α: twice as large at τ = 1/α; for τ ≥ 2/α there is no limit. A
    smaller step has less bias, but needs more steps to forget the start, about 1/(τα).

    Parameters
    ----------
    grad : callable
        ∇U = −∇log p, for a batch of images. For U = ‖Au − y‖²/(2σ²) it is
        ``lambda u: A.T(A(u) - y) / sigma**2``.
    x0 : Tensor, (B,…)
        Start of the B chains; real.
    tau : float
        Step τ, below 2/L.
    n_iter : int
        Number of steps, including `burn_in`.
    burn_in : int, default 0
        Number of first steps that are not counted.
    every : int, default 1
        After that, every `every`-th step is a draw. This saves time only if processing a draw costs
        more than a step; the mean does not improve.
    n_kept : int, default 0
        Number of draws to store, evenly spaced.
    L : float, optional
        Lipschitz constant of ∇U, if known: a warning is then given if τ ≥ 2/L.
    seed : int, torch.Generator or None
        Random seed of the ξₙ.
    callback : callable, optional
        ``callback(n, x)`` after step n.

    Returns
    -------
    Draws
        Last images, mean and variance of each chain, stored draws. :func:`pool` joins the chains.

    Raises
    ------
    TypeError, ValueError
        If `x0` is not a batch of finite real numbers, τ ≤ 0, there would be no draw or fewer than
        `n_kept`, or the chains diverge.

    References
    ----------
    Roberts and Tweedie, Bernoulli 2(4), 1996. Durmus, Moulines and Pereyra, SIAM J. Imaging
    Sciences 11(1), 2018.
    """
    n = _number_of_draws(n_iter, burn_in, every, n_kept)
    _check_chains(x0)
    tau, g = check_step(tau, L), validate.generator(seed)
    callback, grad = check_callback(callback), validate.returning(grad, "grad")
    x, mean = x0.detach(), torch.zeros_like(dtypes.at_least_float32(x0))
    m2 = mean
    kept = x0.new_empty(n_kept, *x0.shape)
    for k in range(1, n_iter + 1):
        xi = dtypes.normal(x.shape, g, x.dtype, x.device)
        x = x - tau * grad(x).detach() + math.sqrt(2 * tau) * xi
        callback(k, x)
        i, rest = divmod(k - burn_in, every)
        if i >= 1 and rest == 0:  # draw number i: Welford's update of mean and variance
            gap = x - mean
            mean = mean + gap / i
            m2 = m2 + gap * (x - mean)
            if i * n_kept // n > (i - 1) * n_kept // n:
                kept[i * n_kept // n - 1] = x
    if not (torch.isfinite(x) & torch.isfinite(m2)).all():
        raise ValueError(f"tau = {tau:.4g} is too large: the chains have diverged")
    return Draws(x, mean, m2 / n, n, kept)


def pool(draws: Draws) -> tuple[Tensor, Tensor]:
    """Join chains that sample one posterior: mean and variance of all their draws (G2).

    The variance is the variance within the chains plus that of their means. If the second is not
    small compared with the first, the chains have not mixed: take more steps.

    Parameters
    ----------
    draws : Draws
        Draws of B chains, `(B,…)`.

    Returns
    -------
    (Tensor, Tensor)
        Mean and variance, `(1,…)`, with divisor B·n.

    Raises
    ------
    TypeError
        If `draws` is not what :func:`langevin` returns.
    """
    if not isinstance(draws, Draws):
        raise TypeError(f"draws is a {type(draws).__name__}: pass what langevin returned, Draws")
    between = draws.mean.var(dim=0, correction=0, keepdim=True)
    return draws.mean.mean(dim=0, keepdim=True), draws.var.mean(dim=0, keepdim=True) + between


def tv_posterior(
    A: LinearOperator,
    y: Tensor,
    sigma: float,
    lam: float,
    eps: float = 0.01,
    *,
    tau: float | None = None,
    n_iter: int = 5000,
    burn_in: int = 1000,
    every: int = 1,
    n_chains: int = 4,
    n_kept: int = 0,
    x0: Tensor | None = None,
    seed: int | torch.Generator | None = 0,
    callback: Callback | None = None,
) -> Draws:
    """Sample the posterior of u given y with a total-variation prior, by :func:`langevin` (G2).

    p(u|y) ∝ exp(−U(u)), U(u) = ‖Au − y‖²/(2σ²) + λ TV_ε(u). The most likely image is that of
    ``variational.smoothed_tv(A, y, sigma**2 * lam, eps)``; the draws show how certain it is.

    The chains start near that image. ∇U is L-Lipschitz with L = ‖A‖²/σ² + 8λ/ε. The default step is
    1/(2L): it raises the variance by at most a third along the stiffest direction, and less along
    the others. Directions that y and the prior hardly determine need many steps.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    y : Tensor
        Data of one problem, shaped like A(u) with B = 1.
    sigma : float
        σ > 0 of the noise; for complex data, that of the real part and of the imaginary part.
    lam : float
        λ ≥ 0 per unit of the image, not multiplied by σ². With λ = 0, every direction must be
        measured; otherwise there is no posterior.
    eps : float, default 0.01
        ε > 0, in image units. A smaller ε needs a smaller step.
    tau : float, optional
        Step; 1/(2L) by default.
    n_iter : int, default 5000
        Number of steps, including `burn_in`.
    burn_in : int, default 1000
        Number of first steps that are not used.
    every, n_kept, seed, callback
        As for :func:`langevin`.
    n_chains : int, default 4
        Number of chains, run as one batch.
    x0 : Tensor, optional
        Another start, `(n_chains,C,H,W)` or `(1,C,H,W)`.

    Returns
    -------
    Draws
        One row per chain.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `y` is not finite or holds several problems, σ ≤ 0, λ < 0
        or ε ≤ 0, and as for :func:`langevin`.
    """
    check_problem(A, y, "y")
    if len(y) != 1:
        raise ValueError(f"y holds {len(y)} problems: sample one at a time, y[:1]")
    sigma, eps = validate.positive(sigma, "sigma"), validate.positive(eps, "eps")
    lam, n_chains = validate.non_negative(lam, "lam"), validate.count(n_chains, "n_chains")
    b = validate.real(back_projection(A, y, x0), "Aᵀy")
    norm2 = A.norm(tuple(b.shape[1:])) ** 2
    L = max(norm2 / sigma**2 + 8 * lam / eps, SMALLEST)

    def grad(u: Tensor) -> Tensor:
        return (A.gram(u) - b) / sigma**2 + lam * smoothed_tv_grad(u, eps)

    if x0 is None:
        x0 = accelerated_gradient(grad, b / norm2 if norm2 > 0 else b, L=L, n_iter=200)
    if tuple(validate.batch(x0, "x0").shape) not in {(n, *b.shape[1:]) for n in (1, n_chains)}:
        raise ValueError(
            f"x0 has shape {tuple(x0.shape)}: it must hold one image like Aᵀy, "
            f"{tuple(b.shape[1:])}, for each of the n_chains = {n_chains} chains, or one for all"
        )
    return langevin(
        grad,
        x0.expand(n_chains, -1, -1, -1),
        1 / (2 * L) if tau is None else tau,
        n_iter,
        burn_in=burn_in,
        every=every,
        n_kept=n_kept,
        L=L,
        seed=seed,
        callback=callback,
    )


def _number_of_draws(n_iter: int, burn_in: int, every: int, n_kept: int) -> int:
    validate.count(n_iter, "n_iter")
    validate.count(burn_in, "burn_in", at_least=0)
    n = (n_iter - burn_in) // validate.count(every, "every")
    if n < 1:
        raise ValueError(
            f"n_iter = {n_iter} leaves no draw after burn_in = {burn_in} with every = {every}: "
            f"choose n_iter >= {burn_in + every}"
        )
    if validate.count(n_kept, "n_kept", at_least=0) > n:
        raise ValueError(f"n_kept = {n_kept} exceeds the {n} draws: raise n_iter, or keep fewer")
    return n


def _check_chains(x0: Tensor) -> None:
    if not validate.tensor(x0, "x0").is_floating_point():
        raise TypeError(f"x0 holds {x0.dtype}: the chains need real floating point, x0.float()")
    if x0.ndim < 1 or x0.numel() == 0:
        raise ValueError(f"x0 has shape {tuple(x0.shape)}: it needs one row per chain, (B, …)")
    validate.finite(x0, "x0")
