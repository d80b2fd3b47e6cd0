"""The fit of notebook 07: of all data."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.operators import Blur, Mask


def _net(g: torch.Generator, ins: int, outs: int) -> nn.Module:
    """Make a tiny network in float64, with weights from a generator."""
    net = nn.Sequential(nn.Conv2d(ins, 3, 3, padding=1), nn.Tanh(), nn.Conv2d(3, outs, 1))
    for p in net.parameters():
        p.data = 0.5 * randn(g, *p.shape)
    return net.double()


def _fits(g: torch.Generator) -> list[tuple[Any, Tensor, nn.Module, Tensor, int]]:
    net, z, A = _net(g, 2, 1), rand(g, 1, 2, 6, 5), Blur(1000 * rand(g, 2, 3))
    with torch.no_grad():  # fits so well that the first step is too long: the loss rises
        y = A(net(z)) + 3 * randn(g, 1, 1, 6, 5)
    return [
        (Blur(rand(g, 3, 2)), randn(g, 1, 2, 7, 4), _net(g, 3, 2), randn(g, 1, 3, 7, 4), 3),
        (Mask(rand(g, 5, 6) < 0.7), randn(g, 1, 1, 5, 6), _net(g, 2, 1), rand(g, 1, 2, 5, 6), 4),
        (A, y, net, z, 3),
    ]


def adam(weights: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Make the optimiser of both fits."""
    return torch.optim.Adam(weights, lr=0.01)


def _fit(
    A: Any,
    y: Tensor,
    net: nn.Module,
    z: Tensor,
    n_iter: int,
    *,
    loss: Callable[[Tensor], Tensor] = lambda r: r.square().mean(),
    make: Callable[..., torch.optim.Optimizer] = adam,
    forget: Sequence[str] = (),
) -> tuple[Tensor, Tensor]:
    """Fit a network; `forget` names what a student may leave out."""
    net = copy.deepcopy(net)
    optimiser, losses, xs = make(net.parameters()), [], []
    for _ in range(n_iter):
        x = net(z)
        value = loss((x if "A" in forget else A(x)) - y)
        if "zero" not in forget:
            optimiser.zero_grad()
        value.backward()
        if "keep" in forget:
            optimiser = make(net.parameters())
        if "step" not in forget:
            optimiser.step()
        late = forget[:1] == ["before"]
        losses.append((loss(A(net(z)) - y) if late else value).item())
        xs.append(x)
    x = net(z) if "last" in forget else x
    x = xs[losses.index(min(losses))] if "order" in forget else x
    return x.detach(), torch.tensor(losses, dtype=torch.float64)


FIT_NETWORK = Exercise(
    name="fit_network",
    kind="build",
    reference=_fit,
    inputs=_fits,
    tolerance=1e-6,
    mistakes={
        "the gradients of all steps add up: call optimiser.zero_grad() in each step": partial(
            _fit, forget=["zero"]
        ),
        "the weights never change: is there a loss.backward(), and after it an "
        "optimiser.step()?": partial(_fit, forget=["step"]),
        "you compared the image itself with y: apply A first": partial(_fit, forget=["A"]),
        "you drew the image once more after the last step: return that of the last step": (
            partial(_fit, forget=["last"])
        ),
        "you computed each loss after its step: keep the one from before it": partial(
            _fit, forget=["before"]
        ),
        "you drew again after each step: image and loss are those from before it": partial(
            _fit, forget=["before", "last"]
        ),
        "you returned the image of the least loss: return that of the last step": partial(
            _fit, forget=["order"]
        ),
        "you made a new optimiser in each step: Adam then forgets its averages": partial(
            _fit, forget=["keep"]
        ),
        "you took plain gradient descent instead of Adam": partial(
            _fit, make=lambda weights: torch.optim.SGD(weights, lr=0.01)
        ),
        "you took another learning rate than 0.01, Adam's default perhaps": partial(
            _fit, make=torch.optim.Adam
        ),
        **{
            f"your learning rate is {lr}: it is 0.01": partial(
                _fit, make=lambda weights, lr=lr: torch.optim.Adam(weights, lr=lr)
            )
            for lr in (0.1, 1e-4)
        },
        "you returned what A measures: return the image": lambda A, y, net, z, n: (
            A((found := _fit(A, y, net, z, n))[0]),
            found[1],
        ),
        "you returned the losses first: the image comes first": lambda *case: _fit(*case)[::-1],
        "you took the mean absolute value: take the mean of the squares": partial(
            _fit, loss=lambda r: r.abs().mean()
        ),
        "you took the root of the mean square: no root": partial(
            _fit, loss=lambda r: r.square().mean().sqrt()
        ),
        "you took the sum of the squares: take their mean": partial(
            _fit, loss=lambda r: r.square().sum()
        ),
        "you halved the loss: it is the mean of the squares, without ½": partial(
            _fit, loss=lambda r: r.square().mean() / 2
        ),
    },
    direction="five things happen in each step: draw, measure and compare, clear the old "
    "gradients, compute the new ones, move",
    hint="x = net(z); loss = (A(x) - y).square().mean(); optimiser.zero_grad(); "
    "loss.backward(); optimiser.step()",
)
