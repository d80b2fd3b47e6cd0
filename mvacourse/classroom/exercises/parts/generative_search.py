"""Two searches of notebook 06: in latent space, and for a sparse image."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse import priors
from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.parts import wrong_lasso, wrong_training
from mvacourse.operators import GaussianSensing

Pair = tuple[Tensor, Tensor]

# The search in latent space.


def _searches(g: torch.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for R, k, n, m, lam, n_iter in ((3, 2, 7, 5, 0.5, 4), (4, 3, 11, 4, 2.0, 5)):
        W, M = randn(g, n, k), randn(g, m, n)
        A, G = (lambda x, M=M: x @ M.T), (lambda z, W=W: torch.tanh(z @ W.T))
        cases.append((randn(g, 1, m), A, G, randn(g, R, k), lam, n_iter, 0.3))
    return cases


def _misfit(y: Tensor, A: Any, G: Any, z: Tensor, lam: float) -> Tensor:
    return (A(G(z)) - y).square().sum(1) + lam * z.square().sum(1)


def _schedule(adam: torch.optim.Optimizer, n_iter: int) -> tuple[Any, Any]:
    return adam, torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)


def _search(
    loss: Callable[..., Tensor] = _misfit,
    joined: Callable[[Tensor], Tensor] = torch.sum,
    falls: bool = True,
    clear: bool = True,
    late: bool = False,
    early_fall: bool = False,
    again: bool = False,
    length: Callable[[int], int] = lambda n_iter: n_iter,
    rule: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
) -> Callable[..., Pair]:
    def latent_search(
        y: Tensor, A: Any, G: Any, z0: Tensor, lam: float, n_iter: int, lr: float
    ) -> Pair:
        z = z0.clone().requires_grad_()
        adam, schedule = _schedule(rule([z], lr=lr), length(n_iter))
        seen = []
        for _ in range(n_iter):
            each = loss(y, A, G, z, lam)
            if again:
                adam = rule([z], lr=lr)
            if clear:
                adam.zero_grad()
            (slope,) = torch.autograd.grad(joined(each), z)
            z.grad = slope if z.grad is None else z.grad + slope
            if early_fall:
                schedule.step()
            adam.step()
            if falls and not early_fall:
                schedule.step()
            seen.append((loss(y, A, G, z, lam) if late else each).detach())
        return z.detach(), torch.stack(seen)

    return latent_search


def _then(change: Callable[..., Any]) -> Callable[..., Any]:
    """The right search, of which something else is returned."""
    return lambda *case: change(*_search()(*case), *case)


def _quiet(search: Callable[..., Pair]) -> Callable[..., Pair]:
    """Without torch's warning about a schedule that comes first."""

    def quietly(*case: Any) -> Pair:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return search(*case)

    return quietly


def _detached(search: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(search)
    def checked(*case: Any) -> Any:
        found = search(*case)
        if isinstance(found, (tuple, list)) and getattr(found[:1] and found[0], "grad_fn", None):
            return found  # not a leaf: some other tensor, whose shape or values are wrong
        if isinstance(found, (tuple, list)) and found and getattr(found[0], "requires_grad", False):
            raise Wrong("its codes still require a gradient: return z.detach()")
        return found

    return checked


LATENT_SEARCH = Exercise(
    name="latent_search",
    kind="build",
    reference=_search(),
    inputs=_searches,
    probe=_detached,
    tolerance=1e-6,
    mistakes={
        "your step stays as large as it was: let it fall, with one step of the schedule after each "
        "step of Adam": _search(falls=False),
        "your step falls before the first step: lower it after each": _quiet(
            _search(early_fall=True)
        ),
        "your step falls to zero in 200 steps, and not in n_iter": _search(length=lambda n: 200),
        "you make a new optimiser inside the loop: Adam then forgets, and nothing falls": _search(
            again=True, falls=False
        ),
        "you left lr out: Adam then takes its default step, 0.001": _search(
            rule=lambda z, lr: torch.optim.Adam(z)
        ),
        "you never cleared the gradients: each step also takes all earlier ones": _search(
            clear=False
        ),
        "you recorded the losses after each step: record those before it": _search(late=True),
        "you descended the smallest loss alone: the other starts do not move": _search(
            joined=torch.min
        ),
        "you left the penalty on z out": _search(lambda y, A, G, z, lam: _misfit(y, A, G, z, 0.0)),
        "you penalised the image G(z): the penalty is on the code z": _search(
            lambda y, A, G, z, lam: _misfit(y, A, G, z, 0.0) + lam * G(z).square().sum(1)
        ),
        "you put a ½ before the data term, and there is none here": _search(
            lambda y, A, G, z, lam: _misfit(y, A, G, z, 0.0) / 2 + lam * z.square().sum(1)
        ),
        "you averaged the residual over the measurements: here it is a sum": _search(
            lambda y, A, G, z, lam: _misfit(y, A, G, z, 0.0) / y.shape[1] + lam * z.square().sum(1)
        ),
        "you took plain gradient descent: Adam scales every component": _search(
            rule=torch.optim.SGD
        ),
        "you climbed: the loss has the wrong sign": _search(joined=lambda each: -each.sum()),
        "you returned the codes that you started from: it is z that moves": _then(
            lambda z, seen, y, A, G, z0, *rest: (z0.clone(), seen)
        ),
    }
    | wrong_training.LATENT_SEARCH,
    direction="z is now what a network's weights are in a training; what must be repeated n_iter "
    "times, and what is made only once?",
    hint="z = z0.clone().requires_grad_(); torch.optim.Adam([z], lr=lr) and "
    "CosineAnnealingLR(adam, n_iter); in the loop: losses of shape (R,), "
    "zero_grad, losses.sum().backward(), both steps (with their mean, Adam takes the same steps)",
)


# The sparse baseline.


def _sparse(g: torch.Generator) -> list[tuple[Any, ...]]:
    cases = []
    for B, m, shape, lam, tau, n_iter in (
        (1, 7, (1, 3, 5), 0.6, 0.2, 3),
        (2, 5, (2, 4, 3), 0.3, 0.15, 4),
    ):
        A = GaussianSensing(m, shape, seed=int(torch.randint(1000, (), generator=g))).double()
        y = 3 * randn(g, B, m)
        cases.append((A, y, lam, priors.dct2, priors.idct2, tau, n_iter))
    return cases


def _shrunk(u: Tensor, t: float) -> Tensor:
    return u.sign() * (u.abs() - t).clamp(min=0)


def _prox(v: Tensor, t: float, Psi: Any, Psi_T: Any) -> Tensor:
    return Psi_T(_shrunk(Psi(v), t))


def _objective(gap: Tensor, c: Tensor, lam: float) -> Tensor:
    return gap.square().sum() / 2 + lam * c.abs().sum()


def _ista(
    threshold: Callable[[float, float], float] = lambda tau, lam: tau * lam,
    prox: Callable[..., Tensor] = _prox,
    objective: Callable[..., Tensor] = _objective,
    step: Callable[[float], float] = lambda tau: tau,
    start: Callable[[Tensor], Tensor] = torch.zeros_like,
    when: str = "after",
    pixels: bool = False,
) -> Callable[..., Pair]:
    def ista(A: Any, y: Tensor, lam: float, Psi: Any, Psi_T: Any, tau: float, n_iter: int) -> Pair:
        def value(u: Tensor) -> Tensor:
            return objective(A(u) - y, u if pixels else Psi(u), lam)

        u, values = start(A.T(y)), []
        for _ in range(n_iter):
            if when == "first":
                u = prox(u, threshold(tau, lam), Psi, Psi_T)
            v = u - step(tau) * A.T(A(u) - y)
            new = v if when == "first" else prox(v, threshold(tau, lam), Psi, Psi_T)
            values.append(value({"early": u, "between": v}.get(when, new)))
            u = new
        return u, torch.stack(values)

    return ista


ISTA = Exercise(
    name="ista",
    kind="build",
    reference=_ista(),
    inputs=_sparse,
    mistakes={
        "you shrank by λ: the step τ belongs to the threshold": _ista(lambda tau, lam: lam),
        "you shrank by τ: λ belongs to the threshold": _ista(lambda tau, lam: tau),
        "your u stays 0: is the threshold τλ, and of the step that the data give?": _ista(
            lambda tau, lam: lam / tau
        ),
        "you shrank by 2τλ": _ista(lambda tau, lam: 2 * tau * lam),
        "you never shrank: this is plain gradient descent": _ista(prox=lambda v, t, *_: v),
        "you set small coefficients to zero and kept the others: use the soft threshold": _ista(
            prox=lambda v, t, Psi, Psi_T: Psi_T(Psi(v) * (Psi(v).abs() > t))
        ),
        "you lost the signs of the coefficients": _ista(
            prox=lambda v, t, Psi, Psi_T: Psi_T((Psi(v).abs() - t).clamp(min=0))
        ),
        "you shrank the pixels, and not the coefficients Ψu": _ista(
            prox=lambda v, t, *_: _shrunk(v, t)
        ),
        "you left Ψ out everywhere": _ista(prox=lambda v, t, *_: _shrunk(v, t), pixels=True),
        "you exchanged Ψ and Ψᵀ": _ista(prox=lambda v, t, Psi, Psi_T: Psi(_shrunk(Psi_T(v), t))),
        "you applied Ψ twice: come back with Ψᵀ": _ista(
            prox=lambda v, t, Psi, Psi_T: Psi(_shrunk(Psi(v), t))
        ),
        "you exchanged Ψ and Ψᵀ everywhere": lambda A, y, lam, Psi, Psi_T, *rest: _ista()(
            A, y, lam, Psi_T, Psi, *rest
        ),
        "you did not come back from the coefficients to the image: apply Ψᵀ": _ista(
            prox=lambda v, t, Psi, Psi_T: _shrunk(Psi(v), t)
        ),
        "you climbed: the gradient step goes against the gradient": _ista(step=lambda tau: -tau),
        "you left the step τ out of the gradient step": _ista(step=lambda tau: 1.0),
        "your gradient is twice the right one: the data term has a ½": _ista(
            step=lambda tau: 2 * tau
        ),
        "your gradient is half of the right one: the ½ has gone with the square": _ista(
            step=lambda tau: tau / 2
        ),
        "you shrank before the gradient step: first the step, then the threshold": _ista(
            when="first"
        ),
        "you began with Aᵀy: begin with zero": _ista(start=lambda b: b),
        "you left the ½ out of the objective": _ista(
            objective=lambda gap, c, lam: gap.square().sum() + lam * c.abs().sum()
        ),
        "you left λ out of the objective": _ista(
            objective=lambda gap, c, lam: _objective(gap, c, 1.0)
        ),
        "your values are the data term alone": _ista(
            objective=lambda gap, c, lam: _objective(gap, c, 0.0)
        ),
        "you took means in the objective: both norms are sums": _ista(
            objective=lambda gap, c, lam: gap.square().mean() / 2 + lam * c.abs().mean()
        ),
        "you forgot the coefficients in the objective: the penalty is λ‖Ψu‖₁, not λ‖u‖₁": _ista(
            pixels=True
        ),
        "you took the objective before each step: take it after": _ista(when="early"),
        "you took the objective before the threshold: take it at the new u": _ista(when="between"),
    }
    | wrong_lasso.ISTA,
    direction="projected gradient descent of notebook 02, with another map in the place of the "
    "projection: in which basis does it act?",
    hint="u = torch.zeros_like(A.T(y)); v = u − τ Aᵀ(Au − y); u = Ψᵀ(soft_threshold(Ψ v, τλ))",
)
