"""More common mistakes of notebook 02, and the terms of which its steps are sums."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from mvacourse.calculus import dot, norm
from mvacourse.classroom.exercises.checking.exercise import Function, Terms
from mvacourse.classroom.exercises.parts import descents as do

# One step, and all steps.

GRADIENT_STEP = {
    "you took half a step: only tau multiplies the gradient": lambda x, g, t: x - t / 2 * g(x),
    "you took a double step: only tau multiplies the gradient": lambda x, g, t: x - 2 * t * g(x),
    "you took two steps": lambda x, g, t: do.descend(g, x, t, 2)[-1],
    "you took the gradient at tau · x: take it at x": lambda x, g, t: x - g(t * x),
    "you took the gradient of the gradient: call grad once": lambda x, g, t: x - t * g(g(x)),
    "you took the gradient at 0: take it at x": lambda x, g, t: x - t * g(torch.zeros_like(x)),
    "you averaged the gradient: each value has its own": lambda x, g, t: x - t * g(x).mean(),
    "you summed the gradient: each value has its own": lambda x, g, t: x - t * g(x).sum(),
    "you took the modulus of the gradient: its signs count": lambda x, g, t: x - t * g(x).abs(),
    "you took the signs of the gradient alone: its size counts": lambda x, g, t: (
        x - t * g(x).sign()
    ),
    "you squared the gradient": lambda x, g, t: x - t * g(x) ** 2,
    "you shrank x, too: tau multiplies the gradient alone": lambda x, g, t: (1 - t) * x - t * g(x),
    "you multiplied x by tau, too: put no parentheses around x − grad(x)": lambda x, g, t: (
        t * (x - g(x))
    ),
    "you multiplied x − tau by the gradient: put no parentheses there": lambda x, g, t: (
        (x - t) * g(x)
    ),
    "you exchanged x and its gradient": lambda x, g, t: g(x) - t * x,
    "you multiplied the gradient by x": lambda x, g, t: x - t * x * g(x),
    "you squared tau": lambda x, g, t: x - t**2 * g(x),
    "you subtracted tau and the gradient: multiply them": lambda x, g, t: x - t - g(x),
    "you divided by the squared length of the gradient": lambda x, g, t: (
        x - t * g(x) / norm(g(x)) ** 2
    ),
}

STEP_TERMS = Terms(lambda got, x, g, t: (got, {"x": x, "the gradient": g(x)}))


def _increments(path: Tensor, g: Function, *_: Any) -> tuple[Tensor, dict[str, Tensor]]:
    start = path[:-1]
    return path.diff(dim=0), {
        "the gradient": torch.stack([g(x) for x in start]),
        "the gradient at the start": g(path[0]).expand_as(start),
        "x": start,
    }


PATH_TERMS = Terms(_increments, steps=True)

DESCENT_PATH = {
    "you note the steps instead of the points": lambda g, x, t, n: torch.cat(
        (x[None], -do.descend(g, x, t, n).diff(dim=0))
    ),
    "you note the gradients instead of the points": lambda g, x, t, n: torch.cat(
        (x[None], torch.stack([g(p) for p in do.descend(g, x, t, n)[:-1]]))
    ),
    "you append after the loop: each round notes its point": lambda *case: do.descend(*case)[
        [0, -1]
    ],
    "you took the gradient after a step: take it at the point": lambda g, x, t, n: do.descend(
        lambda y: g(y - t * g(y)), x, t, n
    ),
    "you took two steps in each round": lambda g, x, t, n: do.descend(g, x, t, 2 * n)[::2],
    "you normalised the gradients": lambda g, x, t, n: do.descend(
        lambda y: g(y) / norm(g(y)), x, t, n
    ),
    "you take the gradient of the point before: take it at the last point": lambda *case: _late(
        *case, keep=0.0
    ),
    "you added momentum: here each step has the last gradient alone": lambda *case: _late(
        *case, keep=0.9
    ),
    "you start from zero: the first point is x": lambda g, x, t, n: do.descend(
        g, torch.zeros_like(x), t, n
    ),
    "your step is tau/n in round n: it stays tau": lambda g, x, t, n: _fading(
        g, x, t, n, lambda k: 1 / (k + 1)
    ),
}


def _late(g: Function, x: Tensor, t: float, n: int, keep: float) -> Tensor:
    """Step along the gradient of the point before; or keep a part of the last step."""
    path, old, m = [x], x, torch.zeros_like(x)
    for _ in range(n):
        m = keep * m + g(x if keep else old)
        x, old = x - t * m, x
        path.append(x)
    return torch.stack(path)


def _fading(g: Function, x: Tensor, t: float, n: int, factor: Function) -> Tensor:
    path = [x]
    for k in range(n):
        path.append(path[-1] - t * factor(k) * g(path[-1]))
    return torch.stack(path)


# Weighted data.

WEIGHTED_GRADIENT = {
    "you weighed u instead of the residual: w lives where the data live": lambda u, v, A, w: A.T(
        A(w * u) - v
    ),
    "you took 1 − w for the weights: a dead pixel has w = 0": do.with_weights(lambda w: 1 - w),
    "you took the inverse of the weights where they are positive": do.with_weights(
        lambda w: torch.where(w > 0, 1 / w, 0)
    ),
    "you added the data: the residual is A(u) − v": lambda u, v, A, w: A.T(w * (A(u) + v)),
    "you applied A to v: it is data already": lambda u, v, A, w: A.T(w * A(u - v)),
    "you forgot u: the residual is A(u) − v": lambda u, v, A, w: -A.T(w * v),
    "you exchanged u and v": lambda u, v, A, w: A.T(w * (A(v) - u)),
    "you applied the adjoint to w and to the residual apart: weigh first": lambda u, v, A, w: (
        A.T(w) * A.T(A(u) - v)
    ),
    "you took the modulus of the residual": lambda u, v, A, w: A.T(w * (A(u) - v).abs()),
    "you averaged the weights: each pixel has its own": do.with_weights(
        lambda w: w.mean().expand_as(w)
    ),
    "you applied the adjoint instead of A to u": lambda u, v, A, w: A.T(w * (A.T(u) - v)),
    "you exchanged A and its adjoint": lambda u, v, A, w: A(w * (A.T(u) - v)),
}

WEIGHTED_TERMS = Terms(
    lambda got, u, v, A, w: (
        got,
        {
            "Aᵀ(w · Au)": A.T(w * A(u)),
            "Aᵀ(w · v)": A.T(w * v),
            "AᵀAu": A.T(A(u)),
            "Aᵀv": A.T(v),
        },
    )
)

# The optimal step.

OPTIMAL_DESCENT = {
    "you divided ‖g‖ by ‖Hg‖: the parabola gives ⟨g, g⟩ / ⟨g, Hg⟩": do.with_step(
        lambda g, x, H: norm(g) / norm(H(g))
    ),
    "you divided ‖g‖² by ‖Hg‖: the parabola gives ⟨g, Hg⟩": do.with_step(
        lambda g, x, H: dot(g, g) / norm(H(g))
    ),
    "you divided ‖g‖² by ‖Hg‖²: the parabola gives ⟨g, Hg⟩": do.with_step(
        lambda g, x, H: dot(g, g) / norm(H(g)) ** 2
    ),
    "you took x for the gradient in the fraction": do.with_step(
        lambda g, x, H: dot(x, x) / dot(x, H(x))
    ),
    "you multiplied x by g in the numerator: it is ⟨g, g⟩": do.with_step(
        lambda g, x, H: dot(x, g) / dot(g, H(g))
    ),
    "you averaged in the numerator: ⟨g, g⟩ is a sum": do.with_step(
        lambda g, x, H: do.best(g, x, H) / g.numel()
    ),
    "you forgot the Hessian": do.with_step(lambda g, x, H: dot(g, g) / dot(g, g)),
    "you took the length of g for the step": do.with_step(lambda g, x, H: norm(g)),
    "you took the inverse of ⟨g, Hg⟩ alone": do.with_step(lambda g, x, H: 1 / dot(g, H(g))),
    "your steps are those of the next points: note each one with its point": lambda *case: (
        do.optimal(*case)[0],
        do.optimal(*case[:-1], case[-1] + 1)[1][1:],
    ),
}

OPTIMAL_TERMS = Terms(
    lambda got, grad, hessian, x, n: (
        got[0].diff(dim=0),
        {
            "the best step": torch.stack(
                [g * do.best(g, p, hessian) for p in got[0][:-1] for g in [grad(p)]]
            )
        },
    ),
    steps=True,
)

# Momentum.


def _accelerated(old: str = "y", base: str = "x", beta: Function | None = None) -> Function:
    """Step from `old`, and extrapolate from `base`."""

    def wrong(grad: Function, x: Tensor, L: Tensor, alpha: Tensor, n_iter: int) -> Tensor:
        y, path = x, [x]
        for n in range(n_iter):
            new = (y if old == "y" else x) - grad(y) / L
            b = beta(n) if beta else do.momentum(L, alpha)
            y, x = (new if base == "x" else y) + b * (new - x), new
            path.append(x)
        return torch.stack(path)

    return wrong


ACCELERATED = {
    "you step from x: step from the extrapolated point y": _accelerated(old="x"),
    "you extrapolate from y: y is the new x plus β times the difference": _accelerated(base="y"),
    "your momentum is n/(n + 3): here β is constant": _accelerated(beta=lambda n: n / (n + 3)),
    "you squared β": do.accelerated_with(beta=lambda L, a: do.momentum(L, a) ** 2),
    "your step is 2/(L + α): it is 1/L": lambda grad, x, L, a, n: do.accelerated(
        lambda y: 2 * L / (L + a) * grad(y), x, L, a, n
    ),
    "you forgot the parentheses in β": do.accelerated_with(
        beta=lambda L, a: L.sqrt() - a.sqrt() / L.sqrt() + a.sqrt()
    ),
    "you took 1 − β for β": do.accelerated_with(beta=lambda L, a: 1 - do.momentum(L, a)),
    "your y lies between x and its predecessor: it is the new x plus β times the difference": (
        do.accelerated_with(beta=lambda L, a: do.momentum(L, a) - 1)
    ),
    "you took √(α/L) for β": do.accelerated_with(beta=lambda L, a: (a / L).sqrt()),
    "you took 1 − √(α/L) for β": do.accelerated_with(beta=lambda L, a: 1 - (a / L).sqrt()),
}


def _momenta(
    path: Tensor, grad: Function, x: Tensor, L: Tensor, alpha: Tensor, n_iter: int
) -> tuple[Tensor, dict[str, Tensor]]:
    """The gradients of the inputs are linear, so that a wrong β is a wrong factor."""
    start = path[:-1]
    before = torch.cat((start[:1], start[:-1]))
    slope = torch.stack([grad(p) for p in start])
    ahead = torch.stack([grad(2 * p - q) for p, q in zip(start, before)])
    return path.diff(dim=0), {
        "the gradient": slope,
        "the momentum x − x_old": start - before,
        "the change of the gradient by the momentum": ahead - slope,
    }


MOMENTUM_TERMS = Terms(_momenta, steps=True)

# Formulas.

LARGEST_STEP = {
    "you averaged the eigenvalues: L is the largest": lambda H: 2 / torch.linalg.eigvalsh(H).mean(),
    "you took the largest sum of a row: L is the largest eigenvalue": lambda H: (
        2 / H.abs().sum(1).max()
    ),
    "you took the condition number: L is the largest eigenvalue": lambda H: (
        2 / torch.linalg.cond(H)
    ),
    "you took the median of the eigenvalues: L is the largest": lambda H: (
        2 / torch.linalg.eigvalsh(H).median()
    ),
    "you took the determinant: L is the largest eigenvalue": lambda H: 2 / torch.linalg.det(H),
}

DISTANCE_BOUND = {
    "you replaced the power by exp(−nτα/2), which is larger": lambda t, a, n, d: (
        math.exp(-n * t * a / 2) * d
    ),
    "you multiplied τα by n: it is a power": lambda t, a, n, d: (1 - n * t * a / 2) * d,
    "you divided tau by alpha": lambda t, a, n, d: abs(1 - t / a) ** (n / 2) * d,
    "you doubled τα: the factor is 1 − τα": lambda t, a, n, d: (1 - 2 * t * a) ** (n / 2) * d,
    "you forgot the 1 − in the factor": lambda t, a, n, d: (t * a) ** (n / 2) * d,
    "you returned how much the distance falls": lambda t, a, n, d: d - (1 - t * a) ** (n / 2) * d,
    "you forgot tau": lambda t, a, n, d: (1 - a) ** (n / 2) * d,
    "you added d0 instead of multiplying by it": lambda t, a, n, d: (1 - t * a) ** (n / 2) + d,
    "you squared d0, but not the distance": lambda t, a, n, d: (1 - t * a) ** (n / 2) * d**2,
    "you took the root of d0, too: the first distance is not squared": lambda t, a, n, d: (
        (1 - t * a) ** (n / 2) * d**0.5
    ),
    "you took the root twice: the exponent is n / 2": lambda t, a, n, d: (1 - t * a) ** (n / 4) * d,
}

DESCENT_FILTER = {
    "the sign of the power is wrong: the error is subtracted": lambda s, t, n: (
        (1 + (1 - t * s**2) ** n) / s
    ),
    "you added τs²: the error shrinks by 1 − τs²": lambda s, t, n: (1 - (1 + t * s**2) ** n) / s,
    "you squared tau with s": lambda s, t, n: (1 - (1 - (t * s) ** 2) ** n) / s,
    "you did not divide the power by s: put the whole difference in parentheses": (
        lambda s, t, n: 1 / s - (1 - t * s**2) ** n
    ),
    "you took the power of the whole: only 1 − τs² has it": lambda s, t, n: (t * s**2) ** n / s,
    "you divided τ by s²": lambda s, t, n: (1 - (1 - t / s**2) ** n) / s,
    "you took the largest s: each value has its own": lambda s, t, n: (
        (1 - (1 - t * s.max() ** 2) ** n) / s
    ),
    "you took the first order, nτs: it is a power": lambda s, t, n: n * t * s,
    "you halved tau": lambda s, t, n: (1 - (1 - t / 2 * s**2) ** n) / s,
    "you doubled tau": lambda s, t, n: (1 - (1 - 2 * t * s**2) ** n) / s,
    "its sign is wrong": lambda s, t, n: ((1 - t * s**2) ** n - 1) / s,
    "you returned the error x − y/s": lambda s, t, n: -((1 - t * s**2) ** n) / s,
}
