"""An algorithm of notebook 08: a training."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.train import Draw


class TinyDenoiser(nn.Module):
    """A tiny network that is told σ: (v, σ) ↦ v + C tanh(Bv) + sσ."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inner = nn.Conv2d(channels, 2, 3, padding=1)
        self.outer = nn.Conv2d(2, channels, 1)
        self.level = nn.Parameter(torch.ones(()))

    def forward(self, v: Tensor, sigma: Tensor) -> Tensor:
        told = self.level * sigma[:, None, None, None]
        return v + self.outer(self.inner(v).tanh()) + told


class RandomPairs:
    """Pairs in float64, other ones at each step and with each seed."""

    def __init__(self, shape: tuple[int, int, int], seed: int) -> None:
        self.shape, self.seed = shape, seed

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        g = torch.Generator().manual_seed(self.seed + draw.generator.initial_seed())
        u, sigma = randn(g, batch, *self.shape), rand(g, batch)
        return (u + sigma[:, None, None, None] * randn(g, *u.shape), sigma), u


def _trainings(g: torch.Generator) -> list[tuple[nn.Module, Any, int, int, float]]:
    return [
        (drawn(TinyDenoiser(1), g, 0.3), RandomPairs((1, 5, 7), int(1e5 * rand(g, 1))), 4, 3, 0.05),
        (drawn(TinyDenoiser(3), g, 0.3), RandomPairs((3, 4, 3), int(1e5 * rand(g, 1))), 3, 2, 0.02),
    ]


def _cosine(step: int, n_steps: int) -> float:
    return (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2


def _train(
    net: nn.Module,
    pairs: Any,
    n_steps: int,
    batch: int,
    lr: float,
    *,
    rate: Callable[[int, int], float] = _cosine,
    draw: Callable[[int], Draw] = lambda step: Draw(seed=0, step=step),
    loss: Callable[[Tensor], Tensor] = lambda r: r.abs().mean(),
    make: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    target: str = "u",
    forget: str = "",
    given: Callable[..., tuple[Tensor, Tensor, Tensor]] = lambda v, sigma, u: (v, sigma, u),
) -> tuple[nn.Module, Tensor]:
    first = net
    net, values = copy.deepcopy(net), []
    optimiser = make(net.parameters(), lr=lr)
    for step in range(1, n_steps + 1):
        optimiser.param_groups[0]["lr"] = lr * rate(step, n_steps)
        (v, sigma), u = pairs(draw(step), batch)
        v, sigma, u = given(v, sigma, u)
        value = loss(net(v, sigma) - (u if target == "u" else v))
        if forget != "zero":
            optimiser.zero_grad()
        value.backward()
        if forget == "keep":
            optimiser = make(net.parameters(), lr=optimiser.param_groups[0]["lr"])
        if forget != "step":
            optimiser.step()
        again = forget == "before"
        values.append((loss(net(v, sigma) - u) if again else value).item())
    return first if forget == "net" else net, torch.tensor(values, dtype=torch.float64)


def _weights_and_losses(training: Function) -> Function:
    """Compare the weights after the training, and the losses."""

    @functools.wraps(training)
    def compared(*case: Any) -> Any:
        found = training(*case)
        if isinstance(found, (tuple, list)) and found and isinstance(found[-1], nn.Module):
            raise Wrong("it returns the network last: return the network, and then the losses")
        if not isinstance(found, (tuple, list)) or not found or not isinstance(found[0], nn.Module):
            return found
        weights = [p.detach().flatten() for p in found[0].parameters()]
        return (torch.cat(weights), *found[1:])

    return compared


TRAIN_BY_HAND = Exercise(
    name="train_by_hand",
    kind="build",
    reference=_train,
    probe=_weights_and_losses,
    inputs=_trainings,
    tolerance=1e-6,
    mistakes={
        "the gradients of all steps add up: call optimiser.zero_grad() in each step": partial(
            _train, forget="zero"
        ),
        "the weights never change: is there a loss.backward(), and after it an optimiser.step()?": (
            partial(_train, forget="step")
        ),
        "you returned the first network, not the copy that was trained": partial(
            _train, forget="net"
        ),
        "the learning rate stays the same: lower it along the cosine": partial(
            _train, rate=lambda step, n: 1.0
        ),
        "your cosine is one step ahead: at the first step the rate is lr": partial(
            _train, rate=lambda step, n: _cosine(step + 1, n)
        ),
        "you forgot to halve 1 + cos: the first rate is then 2 lr": partial(
            _train, rate=lambda step, n: 2 * _cosine(step, n)
        ),
        "you set the rate after the step: set it before": partial(
            _train, rate=lambda step, n: _cosine(max(step - 1, 1), n)
        ),
        "you told the network another σ than that of the pairs": partial(
            _train, given=lambda v, sigma, u: (v, 0 * sigma, u)
        ),
        "you exchanged u and v: the network gets v": partial(
            _train, given=lambda v, sigma, u: (u, sigma, v)
        ),
        "you restored the clean windows: the network gets v": partial(
            _train, given=lambda v, sigma, u: (u, sigma, u)
        ),
        "you lowered the rate of the step before: begin with lr in each step": partial(
            _train, rate=lambda step, n: math.prod(_cosine(s, n) for s in range(1, step + 1))
        ),
        "the factor lr is missing: the rate is lr times the cosine's half": lambda *case: _train(
            *case[:-1], 1.0
        ),
        "π is missing in the cosine": partial(
            _train, rate=lambda step, n: (1 + math.cos((step - 1) / n)) / 2
        ),
        "you lowered the rate along a straight line: it follows a cosine": partial(
            _train, rate=lambda step, n: 1 - (step - 1) / n
        ),
        "your cosine rises: its sign is plus": partial(
            _train, rate=lambda step, n: 1 - _cosine(step, n)
        ),
        "you took the root of the mean square: take the mean of the absolute values": partial(
            _train, loss=lambda r: r.square().mean().sqrt()
        ),
        "each step has another seed: it is 0, and the step changes": partial(
            _train, draw=lambda step: Draw(seed=step, step=1)
        ),
        "your cosine ends one step early: divide s − 1 by n, not by n − 1": partial(
            _train, rate=lambda step, n: _cosine(step, n - 1)
        ),
        "you took the sum of the absolute values: take their mean": partial(
            _train, loss=lambda r: r.abs().sum()
        ),
        "you recorded each loss after the step: record the one that was descended": partial(
            _train, forget="before"
        ),
        "your steps count from 0: the pairs of the first step are those of step 1": partial(
            _train, draw=lambda step: Draw(seed=0, step=step - 1)
        ),
        "you drew the same pairs in all steps: draw new ones with each step": partial(
            _train, draw=lambda step: Draw(seed=0, step=1)
        ),
        "you took the mean of the squares: take that of the absolute values": partial(
            _train, loss=lambda r: r.square().mean()
        ),
        "you took plain gradient descent instead of Adam": partial(_train, make=torch.optim.SGD),
        "you compared with v, so that the network learns to change nothing": partial(
            _train, target="v"
        ),
        "you made a new optimiser in each step: Adam then forgets its averages": partial(
            _train, forget="keep"
        ),
    },
    direction="in each step: set the rate, draw pairs, restore, compare, clear the gradients, "
    "compute new ones, move",
    hint='optimiser.param_groups[0]["lr"] = …; (v, sigma), u = pairs(train.Draw(0, step), batch); '
    "loss = (net(v, sigma) - u).abs().mean()",
)
