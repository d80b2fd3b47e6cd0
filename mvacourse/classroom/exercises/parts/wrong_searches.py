"""More common mistakes of notebook 02: in power iteration and backtracking."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.calculus import dot, norm
from mvacourse.classroom.exercises.checking.exercise import Function
from mvacourse.classroom.exercises.parts import descents as do


def _powers(next_one: Function, estimate: Function = dot, first: Function = norm) -> Function:
    """Iterate with another rule for the next x."""

    def wrong(hessian: Function, x: Tensor, n_iter: int) -> Tensor:
        x, found = x / first(x), []
        for _ in range(n_iter):
            Hx = hessian(x)
            found.append(estimate(x, Hx))
            x = next_one(x, Hx)
        return torch.stack(found)

    return wrong


POWER_ESTIMATES = {
    "you divided Hx by the estimate: divide by its length": _powers(lambda x, y: y / dot(x, y)),
    "you normalise by the largest value, with its sign: use the Euclidean norm": _powers(
        lambda x, y: y / y.max()
    ),
    "you divided by the squared length": _powers(lambda x, y: y / norm(y) ** 2),
    "you divided by the squared length, at the start, too": _powers(
        lambda x, y: y / norm(y) ** 2, first=lambda x: norm(x) ** 2
    ),
    "you normalise by the sum of the moduli: use the Euclidean norm": _powers(
        lambda x, y: y / y.abs().sum()
    ),
    "you normalise by the sum: use the Euclidean norm": _powers(
        lambda x, y: y / y.sum(), first=torch.sum
    ),
    "you normalise by the largest modulus, at the start, too: use the Euclidean norm": _powers(
        lambda x, y: y / y.abs().max(), first=lambda x: x.abs().max()
    ),
    "you added the old x: the next one is Hx / ‖Hx‖ alone": _powers(lambda x, y: x + y / norm(y)),
    "you divided by the length of x instead of Hx": _powers(lambda x, y: y / norm(x)),
    "you averaged the quotients Hx / x: take ⟨x, Hx⟩": _powers(
        lambda x, y: y / norm(y), lambda x, y: (y / x).mean()
    ),
    "you multiplied x and its successor: take ⟨x, Hx⟩": _powers(
        lambda x, y: y / norm(y), lambda x, y: dot(x, y) / norm(y)
    ),
    "you took the mean of x · Hx: ⟨x, Hx⟩ is a sum": _powers(
        lambda x, y: y / norm(y), lambda x, y: (x * y).mean()
    ),
    "you took the largest value of Hx: take ⟨x, Hx⟩": _powers(
        lambda x, y: y / norm(y), lambda x, y: y.abs().max()
    ),
    "you kept the last estimate alone": lambda hessian, x, n: do.power(hessian, x, n)[-1:],
    "your only estimate comes after the loop": lambda hessian, x, n: do.power(hessian, x, n + 1)[
        -1:
    ],
    "you forgot to normalise at all": _powers(lambda x, y: y, first=lambda x: 1.0),
}


def _tracked(
    fails: Function | None = None,
    shrink: Function = lambda tau: tau / 2,
    grow: Function = lambda tau: 1.2 * tau,
    fixed: bool = False,
    taken: Function = lambda first, tau: tau,
    moves: bool = False,
) -> Function:
    """Backtrack with another test, other changes of τ, or one gradient."""

    def wrong(f: Function, grad: Function, x: Tensor, tau: float, n_iter: int) -> tuple:
        values, slope = [], grad(x)
        for _ in range(n_iter):
            g, here, first = slope if fixed else grad(x), f(x), tau
            for _ in range(100):
                if not (
                    fails(f, grad, x, g, tau)
                    if fails
                    else f(x - tau * g) > here - tau / 2 * norm(g) ** 2
                ):
                    break
                tau = shrink(tau)
                x = x - tau * g if moves else x
            x = x - taken(first, tau) * g
            values.append(f(x))
            tau = grow(tau)
        return x, torch.stack(values)

    return wrong


def _required(fall: Function) -> Function:
    return _tracked(lambda f, grad, x, g, t: f(x - t * g) > f(x) - fall(t, g))


BACKTRACK = {
    "you added 1.2 to tau: multiply by it": _tracked(grow=lambda t: t + 1.2),
    "you multiply tau by 1.5 after each step: by 1.2": _tracked(grow=lambda t: 1.5 * t),
    "you multiply tau by 1.1 after each step: by 1.2": _tracked(grow=lambda t: 1.1 * t),
    "you divided tau by 1.2 after each step: multiply": _tracked(grow=lambda t: t / 1.2),
    "you shorten tau by 1.2 in the inner loop: halve it": _tracked(shrink=lambda t: t / 1.2),
    "you divide tau by 4 in the inner loop: halve it": _tracked(shrink=lambda t: t / 4),
    "you divide tau by 10 in the inner loop: halve it": _tracked(shrink=lambda t: t / 10),
    "you computed the gradient once: it is another one at each point": _tracked(fixed=True),
    "you ask for a fall of τ/4 ‖g‖²: it is τ/2": _required(lambda t, g: t / 4 * norm(g) ** 2),
    "you ask for a fall of τ²/2 ‖g‖²: it has τ once": _required(
        lambda t, g: t**2 / 2 * norm(g) ** 2
    ),
    "the sign of the fall is wrong: you allow f to rise": _required(
        lambda t, g: -t / 2 * norm(g) ** 2
    ),
    "you test with the gradient at the new point: take that at x": _tracked(
        lambda f, grad, x, g, t: f(x - t * g) > f(x) - t / 2 * norm(grad(x - t * g)) ** 2
    ),
    "you step with the tau from before the test: use the one that passed": _tracked(
        taken=lambda first, tau: first
    ),
    "you halve once more after the test": _tracked(taken=lambda first, tau: tau / 2),
    "you move x in the inner loop: only tau changes there": _tracked(moves=True),
    "you note the steps tau instead of the values": lambda f, grad, x, tau, n: _steps(
        f, grad, x, tau, n
    ),
}


def _steps(f: Function, grad: Function, x: Tensor, tau: float, n_iter: int) -> tuple:
    found = []
    for _ in range(n_iter):
        g = grad(x)
        while f(x - tau * g) > f(x) - tau / 2 * norm(g) ** 2:
            tau = tau / 2
        x = x - tau * g
        found.append(torch.tensor(tau, dtype=x.dtype))
        tau = 1.2 * tau
    return x, torch.stack(found)
