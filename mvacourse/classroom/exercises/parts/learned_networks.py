"""Two algorithms of notebook 08: a training, and the way through a U-Net."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.nets import UNet
from mvacourse.train import Draw

# A training.


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
) -> tuple[nn.Module, Tensor]:
    first = net
    net, values = copy.deepcopy(net), []
    optimiser = make(net.parameters(), lr=lr)
    for step in range(1, n_steps + 1):
        optimiser.param_groups[0]["lr"] = lr * rate(step, n_steps)
        (v, sigma), u = pairs(draw(step), batch)
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


# A U-Net.


def _not_itself(v: Tensor) -> Tensor:
    raise Wrong("it calls net itself, which is to be written here: call its layers one by one")


def _unets(g: torch.Generator) -> list[tuple[nn.Module, Tensor]]:
    def net(channels: int, width: tuple[int, ...]) -> nn.Module:
        made = drawn(UNet(channels, channels, width=width, residual=False), g, 0.3)
        made.forward = _not_itself
        return made

    return [
        (net(1, (2, 3, 3)), randn(g, 2, 1, 8, 12)),
        (net(3, (3, 2)), randn(g, 1, 3, 6, 10)),
        (net(2, (3,)), randn(g, 1, 2, 5, 7)),
    ]


def _unet(
    net: Any,
    v: Tensor,
    *,
    kept: str = "after down",
    join: Callable[[Tensor, Tensor], Tensor] = torch.add,
    order: Sequence[str] = ("join", "back"),
    coarsest: bool = True,
    last: Callable[[Tensor, Tensor], Tensor] = lambda y, v: y,
) -> Tensor:
    x, ways = net.first(v), []
    for i, down in enumerate(net.down):
        before = x
        x = down(x) if coarsest or i < len(net.shrink) else x
        if i < len(net.shrink):
            ways.append(before if kept == "before down" else x)
            x = net.shrink[i](x)
    for i in reversed(range(len(ways))):
        x = net.grow[i](x)
        for what in order:
            x = join(x, ways[i]) if what == "join" else net.back[i](x)
    return last(net.last(x), v)


UNET_FORWARD = Exercise(
    name="unet_forward",
    kind="build",
    reference=_unet,
    inputs=_unets,
    differentiate=(1,),
    mistakes={
        "you left the skip connections out": partial(_unet, join=lambda x, way: x),
        "you subtracted the maps of the way down: add them": partial(_unet, join=torch.sub),
        "you took the mean of the two maps: take the sum": partial(
            _unet, join=lambda x, way: (x + way) / 2
        ),
        "you kept the maps before down: keep what it makes of them": partial(
            _unet, kept="before down"
        ),
        "you forgot down at the coarsest scale": partial(_unet, coarsest=False),
        "you forgot back on the way up": partial(_unet, order=("join",)),
        "you added the skip after back: its input is the sum": partial(
            _unet, order=("back", "join")
        ),
        "you added v at the end: this network is not residual": partial(
            _unet, last=lambda y, v: y + v
        ),
    },
    direction="two loops: on the way down keep the maps of each scale, on the way up use them "
    "again, the last one first",
    hint="down: x = down(x), and if there is a shrink[i]: kept.append(x), x = shrink[i](x); "
    "up, i from the last: x = back[i](grow[i](x) + kept[i])",
)
