"""Make a training step comparable: run it on copies of networks, and look at their weights."""

from __future__ import annotations

import copy
from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.exercise import Function
from mvacourse.classroom.exercises.checking.training_step import weights_of


class Optimiser(str):
    """The name of an optimiser, as an input; messages call it "the Optimiser 'SGD'"."""


def optimiser(name: str, net: nn.Module) -> torch.optim.Optimizer:
    """Make an optimiser of torch by its name, with a step size that suits it."""
    lr = {"SGD": 0.1, "Adam": 0.01}[name]
    return getattr(torch.optim, name)(net.parameters(), lr=lr)


def probe_one_network(step: Function) -> Function:
    """Run ``step(net, adam, …)`` twice: a gradient that is not cleared shows in the second.

    The argument `adam` of an input is the name of an optimiser.
    """

    @wraps(step)
    def twice(net: nn.Module, name: str, *rest: Any) -> Any:
        net = copy.deepcopy(net)
        adam = optimiser(name, net)
        found = [step(net, adam, *rest) for _ in range(2)]
        if any(value is None for value in found):
            return None
        losses = [
            v.detach() if isinstance(v, Tensor) else torch.tensor(v, dtype=torch.float64)
            for v in found
        ]
        return torch.stack(losses), weights_of(net)

    return twice


def probe_two_networks(step: Function) -> Function:
    """Run ``step(G, D, opt_G, opt_D, …)`` twice; optimisers are given by name."""

    @wraps(step)
    def twice(G: nn.Module, D: nn.Module, name_G: str, name_D: str, *rest: Any) -> Any:
        G, D = copy.deepcopy((G, D))
        opt_G, opt_D = optimiser(name_G, G), optimiser(name_D, D)
        for _ in range(2):
            step(G, D, opt_G, opt_D, *rest)
        return weights_of(G), weights_of(D)

    return twice
