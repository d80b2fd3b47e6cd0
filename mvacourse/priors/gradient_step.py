"""Plug-and-Play whose objective is known, and falls at every step (G3)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.closed_form import ridge
from mvacourse.operators import LinearOperator
from mvacourse.operators.inverse_problem import back_projection, check_problem
from mvacourse.solvers import Callback
from mvacourse.solvers.descent import SMALLEST, check_callback, check_iterate

_SHARE = 0.1
"""Share of ‖xₙ₊₁ − xₙ‖²/τ by which F must fall; below 1/2, short steps always pass."""
_SHORTER = 0.8
"""Factor on τ after a step that is refused."""
_FARTHEST = 4
"""A step may not make the largest value more than this many times larger."""
_SHORTEST = 1e-6
"""Smallest τ, relative to the first: below it, only rounding is left."""


class Prior(Protocol):
    """What :func:`gradient_step` needs, as :class:`mvacourse.nets.GradientStepDenoiser` has it."""

    def step(self, v: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
        """Compute D(v) = v − ∇g(v), and g(v) as `(B,)`."""


class GradientStep(NamedTuple):
    """Result of :func:`gradient_step`.

    Attributes
    ----------
    x : Tensor, (B,C,H,W)
        The last iterate.
    objective : Tensor, (n_iter + 1,B)
        F(x₀), …, F(xₙ); no value is larger than the one before.
    residuals : Tensor, (n_iter,B)
        ‖xₙ₊₁ − xₙ‖/√(number of pixels).
    steps : Tensor, (n_iter,B)
        The step sizes τ.
    """

    x: Tensor
    objective: Tensor
    residuals: Tensor
    steps: Tensor


@torch.no_grad()
def gradient_step(
    A: LinearOperator,
    y: Tensor,
    denoiser: Prior,
    *,
    lam: float,
    sigma: float,
    tau: float | None = None,
    n_iter: int = 100,
    x0: Tensor | None = None,
    callback: Callback | None = None,
) -> GradientStep:
    """Minimise F(x) = ½‖Ax − y‖² + λg(x), with a denoiser that is a step on g (G3).

    xₙ₊₁ = prox_{τf}(xₙ − τλ∇g(xₙ)),   ∇g(x) = x − D_s(x),   f(x) = ½‖Ax − y‖²

    It is the proximal gradient method (B9) with the roles exchanged: the gradient of the prior, and
    an exact data step. For τ = 1/λ the first half is xₙ ↦ D_s(xₙ), so it is Plug-and-Play.

    *Theorem* (Hurault, Leclaire and Papadakis). g ≥ 0 and ∇g is Lipschitz, but g need not be
    convex. If F(xₙ) − F(xₙ₊₁) ≥ (γ/τ)‖xₙ₊₁ − xₙ‖² at each step, 0 < γ < ½, then F(xₙ) falls and
    converges, and xₙ₊₁ − xₙ → 0. Every limit point is a critical point of F. Here τ is multiplied
    by 0.8 until the inequality holds with γ = 0.1, which happens at the latest below (1 − 2γ)/(λL),
    L the Lipschitz constant of ∇g. So L need not be known.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    y : Tensor
        Data of B problems, shaped like A(u); each has its own step sizes.
    denoiser : GradientStepDenoiser
        Its method ``step(x, s)`` gives D_s(x) and g(x).
    lam : float
        λ > 0, the weight of the prior. −log of a density is about g/s², so with noise of standard
        deviation ν in y, λ = ν²/s² is a start.
    sigma : float
        s > 0, in image units: the noise level that D removes.
    tau : float, optional
        First step size. Default: 1/λ.
    n_iter : int, default 100
        Number of steps.
    x0 : Tensor, optional
        Starting point `(B,C,H,W)`. Default: Aᵀy/‖A‖². F is not convex: the limit depends on it.
    callback : callable, optional
        ``callback(n, x)`` after step n.

    Returns
    -------
    GradientStep
        Images, the values of F, residuals and step sizes.

    Raises
    ------
    TypeError, ValueError
        If `A` is not a linear operator, `y` or `x0` is not finite or does not fit, `denoiser` has
        no method step, or a number is not positive.

    References
    ----------
    Hurault, Leclaire and Papadakis, Gradient step denoiser for convergent plug-and-play, ICLR 2022.
    """
    check_problem(A, y, "y")
    check_callback(callback)
    if not callable(getattr(denoiser, "step", None)):
        raise TypeError(
            f"denoiser is a {type(denoiser).__name__} without a method step: pass a "
            "nets.GradientStepDenoiser"
        )
    lam, sigma = validate.positive(lam, "lam"), validate.positive(sigma, "sigma")
    tau = validate.positive(1 / lam if tau is None else tau, "tau")
    n_iter = validate.count(n_iter, "n_iter")
    b = back_projection(A, y, x0)
    if x0 is None:
        x0 = b / max(A.norm(tuple(b.shape[1:])) ** 2, SMALLEST)
    x = validate.image(x0, "x0").detach()
    validate.like(x, b, ("x0", "Aᵀy"))
    problems = [_Problem(A, y[i : i + 1], denoiser, lam, sigma, tau) for i in range(len(y))]
    paths = [_Path(problem, x[i : i + 1]) for i, problem in enumerate(problems)]
    for n in range(1, n_iter + 1):
        for path in paths:
            path.advance()
        x = torch.cat([path.x for path in paths])
        if callback is not None:
            callback(n, x)
    values, residuals, steps = (
        torch.stack([torch.stack(getattr(path, name)) for path in paths], dim=1)
        for name in ("values", "residuals", "steps")
    )
    return GradientStep(check_iterate(x, "lam"), values, residuals, steps)


class _Problem(NamedTuple):
    """One image's problem."""

    A: LinearOperator
    y: Tensor
    denoiser: Prior
    lam: float
    sigma: float
    tau: float

    def fidelity(self, x: Tensor) -> Tensor:
        return (self.A(x) - self.y).abs().square().sum() / 2

    def prox(self, v: Tensor, tau: float) -> Tensor:
        """Return argmin ½‖Ax − y‖² + ‖x − v‖²/(2τ)."""
        r = self.y - self.A(v)
        size = max(float(r.abs().max()), 1.0)  # a step that is too long may leave [0, 1] far behind
        return v + size * ridge(self.A, r / size, 1 / tau, shape=tuple(v.shape[1:]))


class _Path:
    """The iterates of one image."""

    def __init__(self, problem: _Problem, x: Tensor) -> None:
        self.problem, self.x, self.tau = problem, x, problem.tau
        self.denoised, g = problem.denoiser.step(x, problem.sigma)
        self.values = [problem.fidelity(x) + problem.lam * g.squeeze(0)]
        self.residuals: list[Tensor] = []
        self.steps: list[Tensor] = []

    def advance(self) -> None:
        """Take one step, as long as F falls enough; stay if rounding is all that is left."""
        p, x = self.problem, self.x
        value, moved = self.values[-1], torch.zeros_like(self.values[-1])
        while self.tau >= _SHORTEST * p.tau:
            x_new = p.prox(x + self.tau * p.lam * (self.denoised - x), self.tau)
            if x_new.abs().max() <= _FARTHEST * x.abs().max().clamp_min(1):
                denoised, g = p.denoiser.step(x_new, p.sigma)
                F_new, far = p.fidelity(x_new) + p.lam * g.squeeze(0), (x_new - x).square().sum()
                if value - F_new >= _SHARE / self.tau * far:
                    self.x, self.denoised, value, moved = x_new, denoised, F_new, far
                    break
            self.tau *= _SHORTER
        self.values.append(value)
        self.residuals.append((moved / x.numel()).sqrt())
        self.steps.append(torch.tensor(self.tau))
