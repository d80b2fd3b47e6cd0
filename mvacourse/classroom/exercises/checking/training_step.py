"""Compare training steps, which change networks in place: by what they do to the weights."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

from mvacourse.classroom.exercises.checking.exercise import Function

LEFT_OVER = 0.3
"""Each gradient before the step: a step that does not reset the gradients is then noticed."""


def sgd(network: nn.Module) -> torch.optim.Optimizer:
    """Make the optimiser of the checks: the change is minus the gradient."""
    return torch.optim.SGD(network.parameters(), lr=1.0)


def change(trained: int, optimizer: int) -> Callable[[Function], Function]:
    """Make a probe: the changes of all parameters of all networks, in one vector.

    Parameters
    ----------
    trained, optimizer : int
        Positions of the network to be trained, and of its optimiser. The exercise's inputs have a
        function there that makes the optimiser of a network, such as :func:`sgd`.
    """

    def probe(step: Function) -> Function:
        @functools.wraps(step)
        def changed(*case: Any) -> Tensor:
            given = [copy.deepcopy(x) if isinstance(x, nn.Module) else x for x in case]
            networks = [x for x in given if isinstance(x, nn.Module)]
            for p in given[trained].parameters():
                p.grad = torch.full_like(p, LEFT_OVER)
            given[optimizer] = case[optimizer](given[trained])
            before = [weights_of(net) for net in networks]
            with torch.enable_grad():
                step(*given)
            if not all(p.requires_grad for net in networks for p in net.parameters()):
                raise ValueError("requires_grad of a network stays False after your step")
            return torch.cat([weights_of(net) - old for net, old in zip(networks, before)])

        return changed

    return probe


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

    @functools.wraps(step)
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

    @functools.wraps(step)
    def twice(G: nn.Module, D: nn.Module, name_G: str, name_D: str, *rest: Any) -> Any:
        G, D = copy.deepcopy((G, D))
        opt_G, opt_D = optimiser(name_G, G), optimiser(name_D, D)
        for _ in range(2):
            step(G, D, opt_G, opt_D, *rest)
        return weights_of(G), weights_of(D)

    return twice


def weights_of(network: nn.Module) -> Tensor:
    """Return all weights of a network as one vector, which later steps do not change."""
    return parameters_to_vector(network.parameters()).detach().clone()


def drawn(network: nn.Module, g: torch.Generator, scale: float | None = None) -> nn.Module:
    """Draw the weights of a network in float64, so that they depend on the generator alone.

    Without a scale, a tensor's weights are small if many of them are summed.
    """
    network = network.double()
    with torch.no_grad():
        for p in network.parameters():
            size = 0.1 + 0.5 / p[0].numel() ** 0.5 if scale is None else scale
            p.copy_(size * torch.randn(p.shape, generator=g, dtype=torch.float64))
    return network
