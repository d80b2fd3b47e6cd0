"""More common mistakes of notebook 06: in the Lasso."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function


def _shrunk(u: Tensor, t: float) -> Tensor:
    return u.sign() * (u.abs() - t).clamp(min=0)


def _prox(v: Tensor, t: float, Psi: Any, Psi_T: Any) -> Tensor:
    return Psi_T(_shrunk(Psi(v), t))


def _value(u: Tensor, gap: Tensor, c: Tensor, lam: float, tau: float) -> Tensor:
    return gap.square().sum() / 2 + lam * c.abs().sum()


def _lasso(
    prox: Function = _prox,
    value: Function = _value,
    size: Function = lambda tau, lam: tau * lam,
    keep: float = 1.0,
    start: Function = torch.zeros_like,
    end: Function = lambda u, v: u,
    data: float = 1.0,
) -> Callable[..., tuple[Tensor, Tensor]]:
    """Run ISTA in another way."""

    def ista(A: Any, y: Tensor, lam: float, Psi: Any, Psi_T: Any, tau: float, n_iter: int) -> Any:
        u, values = start(A.T(y)), []
        for _ in range(n_iter):
            v = keep * u - tau * A.T(A(u) - data * y)
            u = prox(v, size(tau, lam), Psi, Psi_T)
            values.append(value(u, A(u) - y, Psi(u), lam, tau))
        return end(u, v), torch.stack(values)

    return ista


ISTA = {
    "you shrank by half of τλ": _lasso(size=lambda tau, lam: tau * lam / 2),
    "you shrank by the root of τλ": _lasso(size=lambda tau, lam: (tau * lam) ** 0.5),
    "you shrank by τ + λ: the threshold is the product": _lasso(size=lambda tau, lam: tau + lam),
    "you shrank by τ²λ": _lasso(size=lambda tau, lam: tau**2 * lam),
    "you shrank by τλ²": _lasso(size=lambda tau, lam: tau * lam**2),
    "you went back by Ψᵀ without going to the coefficients: apply Ψ first": _lasso(
        lambda v, t, Psi, Psi_T: Psi_T(_shrunk(v, t))
    ),
    "you forgot the old u: the step starts from it": _lasso(keep=0.0),
    "you began with one: begin with zero": _lasso(start=torch.ones_like),
    "you clamped u": _lasso(lambda v, t, Psi, Psi_T: _prox(v, t, Psi, Psi_T).clamp(min=0)),
    "you clamped u to [0, 1]": _lasso(lambda v, t, Psi, Psi_T: _prox(v, t, Psi, Psi_T).clamp(0, 1)),
    "you clamped the coefficients to [−τλ, τλ]: that is what the threshold removes": _lasso(
        lambda v, t, Psi, Psi_T: Psi_T(Psi(v).clamp(-t, t))
    ),
    "you subtracted τλ from all coefficients": _lasso(lambda v, t, Psi, Psi_T: Psi_T(Psi(v) - t)),
    "you shrank positive coefficients only, and dropped the others": _lasso(
        lambda v, t, Psi, Psi_T: Psi_T((Psi(v) - t).clamp(min=0))
    ),
    "you returned the point before the threshold": _lasso(end=lambda u, v: v),
    "you multiplied the penalty by τ in the objective: it has λ alone": _lasso(
        value=lambda u, gap, c, lam, tau: _value(u, gap, c, lam * tau, tau)
    ),
    "you squared the coefficients in the objective: the penalty adds moduli": _lasso(
        value=lambda u, gap, c, lam, tau: gap.square().sum() / 2 + lam * c.square().sum()
    ),
    "you took the length of Ψu in the objective: the penalty adds moduli": _lasso(
        value=lambda u, gap, c, lam, tau: gap.square().sum() / 2 + lam * c.norm()
    ),
    "you forgot the square of ‖Au − y‖ in the objective": _lasso(
        value=lambda u, gap, c, lam, tau: gap.norm() / 2 + lam * c.abs().sum()
    ),
    "you halved the penalty, too": _lasso(
        value=lambda u, gap, c, lam, tau: (gap.square().sum() + lam * c.abs().sum()) / 2
    ),
    "you squared λ in the objective": _lasso(
        value=lambda u, gap, c, lam, tau: _value(u, gap, c, lam**2, tau)
    ),
    "you took the signed sum of the coefficients in the objective: add their moduli": _lasso(
        value=lambda u, gap, c, lam, tau: gap.square().sum() / 2 + lam * c.sum()
    ),
    "you averaged the data term in the objective: it is a sum": _lasso(
        value=lambda u, gap, c, lam, tau: gap.square().mean() / 2 + lam * c.abs().sum()
    ),
    "you averaged the penalty in the objective: it is a sum": _lasso(
        value=lambda u, gap, c, lam, tau: gap.square().sum() / 2 + lam * c.abs().mean()
    ),
    "your values are the penalty alone": _lasso(
        value=lambda u, gap, c, lam, tau: lam * c.abs().sum()
    ),
}
