"""The descents of notebook 02; their keywords are common mistakes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse.calculus import dot, norm
from mvacourse.classroom.exercises.checking.exercise import Function


def descend(grad: Function, x: Tensor, tau: float, n_iter: int) -> Tensor:
    """Descend with a fixed step; return all points."""
    path = [x]
    for _ in range(n_iter):
        x = x - tau * grad(x)
        path.append(x)
    return torch.stack(path)


def walk_along_one_gradient(grad: Function, x: Tensor, tau: float, n_iter: int) -> Tensor:
    """Descend along the gradient of the start."""
    return torch.stack([x - n * tau * grad(x) for n in range(n_iter + 1)])


def late(path: Tensor) -> Tensor:
    """Note each point before the step: the start twice, and never the end."""
    return torch.cat((path[:1], path[:-1]))


def all_the_last(path: Tensor) -> Tensor:
    """Note one tensor that is changed in place: the start, then always the end."""
    return torch.cat((path[:1], path[-1:].expand_as(path[1:])))


def from_start(grad: Function, x: Tensor, tau: float, n_iter: int) -> Tensor:
    """Step from the start each time, with the gradient of the last point."""
    path = [x]
    for _ in range(n_iter):
        path.append(x - tau * grad(path[-1]))
    return torch.stack(path)


def weighted(u: Tensor, v: Tensor, A: Any, w: Tensor) -> Tensor:
    """Return the gradient of ½ Σ w (Au − v)²."""
    return A.T(w * (A(u) - v))


def with_weights(change: Function) -> Function:
    """Use other weights."""
    return lambda u, v, A, w: weighted(u, v, A, change(w))


def best(g: Tensor, x: Tensor, H: Function) -> Tensor:
    """Return the optimal step, ⟨g, g⟩ / ⟨g, Hg⟩."""
    return dot(g, g) / dot(g, H(g))


def optimal(
    grad: Function, hessian: Function, x: Tensor, n_iter: int, step: Function = best
) -> tuple[Tensor, Tensor]:
    """Descend with a step that depends on g, x and H; return points and steps."""
    path, steps = [x], []
    for _ in range(n_iter):
        g = grad(x)
        steps.append(step(g, x, hessian))
        x = x - steps[-1] * g
        path.append(x)
    return torch.stack(path), torch.stack(steps)


def late_optimal(*case: Any) -> tuple[Tensor, Tensor]:
    """Note each point before the step."""
    path, steps = optimal(*case)
    return late(path), steps


def in_place(found: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Change one tensor in place: all points are the last one."""
    return found[0][-1:].expand_as(found[0]), found[1]


def with_step(step: Function) -> Function:
    """Descend with another step."""
    return lambda grad, hessian, x, n_iter: optimal(grad, hessian, x, n_iter, step)


def first_step(grad: Function, hessian: Function, x: Tensor, n_iter: int) -> tuple[Tensor, Tensor]:
    """Descend with the first optimal step."""
    tau = best(grad(x), x, hessian)
    return descend(grad, x, tau, n_iter), tau.expand(n_iter)


def first_gradient(
    grad: Function, hessian: Function, x: Tensor, n_iter: int
) -> tuple[Tensor, Tensor]:
    """Descend along the gradient of the start, with its optimal step."""
    g = grad(x)
    tau = best(g, x, hessian)
    return walk_along_one_gradient(grad, x, tau, n_iter), tau.expand(n_iter)


def power(
    hessian: Function,
    x: Tensor,
    n_iter: int,
    *,
    estimate: Function = dot,
    first: Function = norm,
    size: Function = norm,
) -> Tensor:
    """Return the estimates of a power iteration."""
    x, found = x / first(x), []
    for _ in range(n_iter):
        Hx = hessian(x)
        found.append(estimate(x, Hx))
        x = Hx / size(Hx)
    return torch.stack(found)


def power_with(**changes: Function) -> Function:
    """Iterate with other norms or estimates."""
    return lambda hessian, x, n_iter: power(hessian, x, n_iter, **changes)


def backtrack(
    f: Function,
    grad: Function,
    x: Tensor,
    tau: float,
    n_iter: int,
    *,
    fall: Function = lambda tau, g: tau / 2 * norm(g) ** 2,
    tries: int = 1000,
    growth: float = 1.2,
    again: bool = False,
    late: bool = False,
) -> tuple[Tensor, Tensor]:
    """Descend with backtracking; return the last point and the values."""
    values, first = [], tau
    for _ in range(n_iter):
        tau = first if again else tau
        g, here, tried = grad(x), f(x), 0
        while tried < tries and f(x - tau * g) > here - fall(tau, g):
            tau, tried = tau / 2, tried + 1
        x = x - tau * g
        values.append(here if late else f(x))
        tau = growth * tau
    return x, torch.stack(values)


def backtrack_with(**changes: Any) -> Function:
    """Backtrack with other tests."""
    return lambda f, grad, x, tau, n_iter: backtrack(f, grad, x, tau, n_iter, **changes)


def momentum(L: Tensor, alpha: Tensor) -> Tensor:
    """Return β = (√L − √α) / (√L + √α)."""
    return (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())


def accelerated(
    grad: Function,
    x: Tensor,
    L: Tensor,
    alpha: Tensor,
    n_iter: int,
    *,
    beta: Function = momentum,
    at_x: bool = False,
    keep_y: bool = False,
    fixed: bool = False,
    to_y: bool = False,
) -> Tensor:
    """Descend with Nesterov's momentum; return all points."""
    y, path = x, [x]
    for _ in range(n_iter):
        x_old, x = x, y - grad(x if at_x else y) / L
        y = x + beta(L, alpha) * (x - (path[0] if fixed else y if to_y else x_old))
        path.append(y if keep_y else x)
    return torch.stack(path)


def accelerated_with(**changes: Any) -> Function:
    """Accelerate in another way."""
    return lambda grad, x, L, alpha, n: accelerated(grad, x, L, alpha, n, **changes)
