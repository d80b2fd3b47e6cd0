"""The algorithms of notebook 11 with options for usual mistakes, and inputs to try them on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from mvacourse import nets
from mvacourse.classroom.exercises.checking.exercise import randn
from mvacourse.classroom.exercises.checking.training_step import sgd
from mvacourse.transport import d2_energy, d2_quadratic, push, weak_cost

Cost = Callable[[Tensor, Tensor], Tensor]


def clouds(g: torch.Generator) -> list[tuple[Tensor, Tensor, float, int]]:
    """Draw pairs of clouds of one size, γ and a number of steps."""
    sizes = [(5, 2, 0.5, 4), (7, 3, 0.9, 3), (4, 1, 0.0, 2), (6, 2, 1.0, 1)]
    return [(randn(g, n, d), 2 * randn(g, n, d), gamma, k) for n, d, gamma, k in sizes]


def _networks(g: torch.Generator, dim: int) -> tuple[nn.Module, nn.Module]:
    T, f = nets.TransportMLP(dim, width=3, depth=1), nets.PotentialMLP(dim, width=4, depth=1)
    for net in (T, f):
        for p in net.double().parameters():
            p.data = randn(g, *p.shape)
    return T, f


def map_steps(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw networks and batches for a step of T."""
    cases = ((2, 5, 3, partial(weak_cost, gamma=0.5)), (3, 4, 2, partial(weak_cost, gamma=0.0)))
    cases += ((1, 3, 4, partial(weak_cost, gamma=0.9, d2=d2_energy)),)
    return [
        (*_networks(g, dim), sgd, randn(g, b, dim), randn(g, b, n_z, 2), cost)
        for dim, b, n_z, cost in cases
    ]


def potential_steps(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw networks and batches for a step of f."""
    return [
        (*_networks(g, dim), sgd, randn(g, b, dim), randn(g, m, dim), randn(g, b, n_z, 2))
        for dim, b, m, n_z in ((2, 5, 4, 3), (3, 4, 7, 2))
    ]


def _cheapest(slope: Tensor) -> Tensor:
    plan, (rows, columns) = torch.zeros_like(slope), linear_sum_assignment(slope)
    plan[rows, columns] = 1 / len(slope)
    return plan


def weak_plan(
    x: Tensor,
    y: Tensor,
    gamma: float,
    n_iter: int,
    *,
    first: int = 0,
    weight: Callable[[int], float] = lambda k: 2 / (k + 2),
    spread: float = 0.5,
    rows: bool = True,
    square: str = "DE",
    own: bool | str = True,
    left: bool | str = False,
    uphill: bool = False,
    towards: str = "difference",
    start: str = "equal",
) -> Tensor:
    """Find a plan of small weak cost between clouds of one size, by conditional gradient."""
    D = d2_quadratic(x[:, None], y)
    E = d2_quadratic(y[:, None], y if own else x)
    E = {"x": d2_quadratic(x[:, None], x), "D": D}.get(str(own), E)
    D, E = (u if name in square else u.sqrt() for name, u in (("D", D), ("E", E)))
    n = len(x)
    plan = {
        "identity": torch.eye(n).to(x) / n,
        "cheapest": _cheapest(D),
    }.get(start, x.new_full((n, n), 1 / n**2))
    for k in range(first, n_iter + first):
        product = E if left == "none" else E @ plan if left else plan @ E
        slope = D / 2 - spread * gamma * (n if rows else 1) * product
        new = _cheapest(-slope if uphill else slope)
        way = {"slope": -slope, "sum": new}.get(towards, new - plan)
        plan = plan + weight(k) * way
    return plan


def map_step(
    T: nn.Module,
    f: nn.Module,
    opt_T: torch.optim.Optimizer,
    x: Tensor,
    z: Tensor,
    cost: Cost,
    *,
    price: float = 1.0,
    wage: float = 1.0,
    reset: bool = True,
    at: Callable[[Tensor], Tensor] = lambda y: y.flatten(0, 1),
    total: Callable[[Tensor], Tensor] = Tensor.mean,
    total_f: Callable[[Tensor], Tensor] | None = None,
) -> None:
    """Take one step of T in the game: it pays the cost, and earns f."""
    y = push(T, x, z)
    loss = price * total(cost(x, y)) - wage * (total_f or total)(f(at(y)))
    if reset:
        opt_T.zero_grad()
    loss.backward()
    opt_T.step()


def potential_step(
    T: nn.Module,
    f: nn.Module,
    opt_f: torch.optim.Optimizer,
    x: Tensor,
    y: Tensor,
    z: Tensor,
    *,
    made: float = 1.0,
    real: float = 1.0,
    reset: bool = True,
    sent: bool = True,
    at: Callable[[Tensor], Tensor] = lambda y: y.flatten(0, 1),
    total: Callable[[Tensor], Tensor] = Tensor.mean,
    points: str = "y",
    shifted: bool = False,
) -> None:
    """Take one step of f in the game: it falls at T(x, z), and rises at y."""
    with torch.no_grad():
        pushed = at(push(T, x, z)) if sent else x
        pushed = pushed - y.mean(0) if shifted else pushed
    loss = made * total(f(pushed)) - real * total(f(y if points == "y" else x))
    if reset:
        opt_f.zero_grad()
    loss.backward()
    opt_f.step()


def no_step(*_: Any) -> None:
    """Change nothing."""
