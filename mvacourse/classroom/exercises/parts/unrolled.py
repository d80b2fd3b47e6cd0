"""An algorithm of notebook 08: an unrolled descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.operators import Blur

Map = Callable[[Tensor], Tensor]


def _descents(g: torch.Generator) -> list[tuple[Tensor, Tensor, Any, Tensor, list[Map]]]:
    # the kernels have no symmetry: A and its adjoint differ
    found = []
    for shape, K, n in (((2, 1, 9, 7), 3, 3), ((1, 3, 6, 11), 5, 2), ((1, 1, 5, 4), 2, 1)):
        A = Blur(rand(g, 3, 2))
        x, y = randn(g, *shape), A(randn(g, *shape)) + 0.1 * randn(g, *shape)
        found.append((x, y, A, 0.2 + 0.5 * rand(g, K), [_bend(g) for _ in range(n)]))
    return found


def _bend(g: torch.Generator) -> Map:
    a, b = rand(g, 2).tolist()
    return lambda x: 0.3 * (a * x - b * x.roll(1, -1)).tanh() - 0.1 * b


def _descend(
    x0: Tensor,
    y: Tensor,
    A: Any,
    taus: Tensor,
    networks: Sequence[Map],
    *,
    step: Callable[..., Tensor] = lambda x, y, A, tau, N: x - tau * A.T(A(x) - y) + N(x),
    number: Callable[[int, int], int] = lambda k, n: k % n,
) -> Tensor:
    iterates = [x0]
    for k, tau in enumerate(taus):
        iterates.append(step(iterates[-1], y, A, tau, networks[number(k, len(networks))]))
    return torch.stack(iterates)


def _descended_first(x: Tensor, y: Tensor, A: Any, tau: Tensor, N: Map) -> Tensor:
    half = x - tau * A.T(A(x) - y)
    return half + N(half)


def _always_from_the_start(
    x: Tensor, y: Tensor, A: Any, taus: Tensor, networks: Sequence[Map]
) -> Tensor:
    n = len(networks)
    made = [_descend(x, y, A, taus[k : k + 1], [networks[k % n]])[1] for k in range(len(taus))]
    return torch.stack([x, *made])


def _descend_with(step: Callable[..., Tensor]) -> Function:
    """Take steps that look back at x₀."""

    def descend(x0: Tensor, y: Tensor, A: Any, taus: Tensor, networks: Sequence[Map]) -> Tensor:
        from_start = lambda x, y, A, tau, N: step(x, x0, y, A, tau, N)  # noqa: E731
        return _descend(x0, y, A, taus, networks, step=from_start)

    return descend


def _with_all(x0: Tensor, y: Tensor, A: Any, taus: Tensor, networks: Sequence[Map]) -> Tensor:
    iterates = [x0]
    for tau in taus:
        x = iterates[-1]
        for N in networks:
            x = x - tau * A.T(A(x) - y) + N(x)
        iterates.append(x)
    return torch.stack(iterates)


UNROLLED = Exercise(
    name="unrolled_descent",
    kind="build",
    reference=_descend,
    inputs=_descents,
    mistakes={
        "you went uphill: the step is against the gradient": partial(
            _descend, step=lambda x, y, A, tau, N: x + tau * A.T(A(x) - y) + N(x)
        ),
        "you forgot the adjoint A.T": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * (A(x) - y) + N(x)
        ),
        "the network is applied after the gradient step; in this formula its input is x": partial(
            _descend, step=_descended_first
        ),
        "the gradient step is taken after the network; in this formula both start at x": partial(
            _descend,
            step=lambda x, y, A, tau, N: x + N(x) - tau * A.T(A(x + N(x)) - y),
        ),
        "you applied A twice: the second time it is the adjoint, A.T": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * A(A(x) - y) + N(x)
        ),
        "you divided by ‖A‖² again: taus are divided already": partial(
            _descend,
            step=lambda x, y, A, tau, N: x - tau / A.norm() ** 2 * A.T(A(x) - y) + N(x),
        ),
        "you multiplied the correction by τ and subtracted it": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * (A.T(A(x) - y) + N(x))
        ),
        "you forgot the corrections N(x)": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * A.T(A(x) - y)
        ),
        "you forgot the data step": partial(_descend, step=lambda x, y, A, tau, N: x + N(x)),
        "the correction is added, not subtracted": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * A.T(A(x) - y) - N(x)
        ),
        "you replaced x by N(x): it is added": partial(
            _descend, step=lambda x, y, A, tau, N: N(x) - tau * A.T(A(x) - y)
        ),
        "you forgot the step sizes": partial(
            _descend, step=lambda x, y, A, tau, N: x - A.T(A(x) - y) + N(x)
        ),
        "you took the first network in all steps: they take turns": partial(
            _descend, number=lambda k, n: 0
        ),
        "after the last network you stayed with it: begin again with the first": partial(
            _descend, number=lambda k, n: min(k, n - 1)
        ),
        "you took the first step size in all steps": lambda x, y, A, taus, networks: _descend(
            x, y, A, taus[:1].expand(len(taus)), networks
        ),
        "the gradient is always that at x₀: take it at the last x": _descend_with(
            lambda x, x0, y, A, tau, N: x - tau * A.T(A(x0) - y) + N(x)
        ),
        "the networks always get x₀: give them the last x": _descend_with(
            lambda x, x0, y, A, tau, N: x - tau * A.T(A(x) - y) + N(x0)
        ),
        "gradient and correction are always those at x₀: take them at the last x": _descend_with(
            lambda x, x0, y, A, tau, N: x - tau * A.T(A(x0) - y) + N(x0)
        ),
        "you added each change to x₀: add it to the last x": _descend_with(
            lambda x, x0, y, A, tau, N: x0 - tau * A.T(A(x) - y) + N(x)
        ),
        "the network gets the gradient: its input is x": partial(
            _descend,
            step=lambda x, y, A, tau, N: x - tau * A.T(A(x) - y) + N(A.T(A(x) - y)),
        ),
        "you took the network of the gradient step alone: this forgets x": partial(
            _descend, step=lambda x, y, A, tau, N: N(x - tau * A.T(A(x) - y))
        ),
        "you multiplied the correction by τ": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * A.T(A(x) - y) + tau * N(x)
        ),
        "y is missing in the gradient": partial(
            _descend, step=lambda x, y, A, tau, N: x - tau * A.T(A(x)) + N(x)
        ),
        "the gradient is that of ‖Ax − y‖², without the ½": partial(
            _descend, step=lambda x, y, A, tau, N: x - 2 * tau * A.T(A(x) - y) + N(x)
        ),
        "each network is used in several steps: they take turns, 0, 1, 2, 0, 1": (
            lambda x0, y, A, taus, networks: _descend(
                x0,
                y,
                A,
                taus,
                networks,
                number=lambda k, n: k * n // len(taus),
            )
        ),
        "you used all networks in each step: one of them, in turns": _with_all,
        "you began with the second network: the first step has the first one": partial(
            _descend, number=lambda k, n: (k + 1) % n
        ),
        "you went through the networks from the last to the first": partial(
            _descend, number=lambda k, n: n - 1 - k % n
        ),
        "there is no network for some steps: they take turns, networks[k % len(networks)]": partial(
            _descend, number=lambda k, n: k
        ),
        "each of your steps starts at x₀ again, not at the last x": _always_from_the_start,
    },
    direction="keep a list that starts with x₀; each step makes the next entry from the last one",
    hint="for k, tau in enumerate(taus): N = networks[k % len(networks)], x = x − τ Aᵀ(Ax − y) + "
    "N(x); torch.stack puts the list into a tensor",
)
