"""Compare what a training step does to two networks: how their weights change, step by step."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.comparison import described
from mvacourse.classroom.exercises.checking.exercise import Function
from mvacourse.classroom.exercises.checking.training_step import weights_of

Step = Callable[..., Any]
_STEPS, _RATE = 2, 0.1
"""A second step shows gradients that were left over from the first."""


def changes_of(step: Step) -> Function:
    """Make a step of a GAN comparable: ``step(G, D, *given, opt_G, opt_D)`` returns two losses.

    The result is, for each of two steps: the change of D's weights, that of G's, the two losses.
    The optimisers are plain gradient descent, so that a wrong factor in a loss is the same wrong
    factor in the change. G and D are copies.
    """

    @functools.wraps(step)
    def changes(G: nn.Module, D: nn.Module, *given: Any) -> tuple[Any, ...] | None:
        G, D = copy.deepcopy(G), copy.deepcopy(D)
        optimisers = [torch.optim.SGD(net.parameters(), lr=_RATE) for net in (G, D)]
        found: list[Any] = []
        for _ in range(_STEPS):
            before = [weights_of(net) for net in (D, G)]
            losses = step(G, D, *given, *optimisers)
            if losses is None:
                return None
            if not (isinstance(losses, (tuple, list)) and len(losses) == 2):
                raise Wrong(f"it returns {described(losses)}, expected two losses")
            found += [weights_of(net) - old for net, old in zip((D, G), before)]
            found += losses
        return tuple(found)

    return changes


PARTS = tuple(
    f"{what}{when}"
    for when in (" in the first step", " in the second step")
    for what in (
        "the change of D's weights",
        "the change of G's weights",
        "the returned loss of D",
        "the returned loss of G",
    )
)
"""What the values of :func:`changes_of` are called in messages."""


def half_steps(
    judge: Callable[[nn.Module, Tensor, Tensor], Tensor],
    for_D: Callable[..., Tensor],
    for_G: Callable[..., Tensor],
    order: str = "D, G",
    clear: str = "D, G",
    for_real: Callable[..., Tensor] = lambda real, *_: 0 * real.mean(),
) -> Step:
    """Write a step with a mistake in it.

    Parameters
    ----------
    judge : callable
        ``judge(D, image, given)`` are D's logits.
    for_D, for_G : callable
        The losses ``for_D(real logits, fake logits)`` and ``for_G(fake logits, made, wanted, …)``.
    order : {"D, G", "together", "D stays", "G stays", "D twice", "G twice", "D after"}
        "together": both losses are computed with the old networks; or one never steps; or it
        steps once more at the end; or D's loss is computed again at the end.
    clear : str
        Whose gradients are set to zero before they are computed; "start": both, at the beginning;
        "first": the same, and D's loss also reaches G; "D, live": G's never, and D's loss
        reaches G.
    for_real : callable
        ``for_real(real logits, …)`` is added to G's loss.
    """

    def step(G, D, given, wanted, *rest):
        *rest, opt_G, opt_D = rest
        optimisers, losses = {"D": opt_D, "G": opt_G}, {"D": torch.zeros(()), "G": torch.zeros(())}
        made = G(given)

        def loss_of(who: str) -> Tensor:
            if who == "G":
                real = for_real(judge(D, wanted, given), *rest)
                return for_G(judge(D, made, given), made, wanted, *rest) + real
            fake = made if clear in ("first", "D, live") else made.detach()
            return for_D(judge(D, wanted, given), judge(D, fake, given))

        if clear in ("first", "start"):
            opt_D.zero_grad()
            opt_G.zero_grad()
        rounds = [["D", "G"]] if order == "together" else [["D"], ["G"]]
        for players in rounds:
            for who in reversed(players):
                if who in clear:
                    optimisers[who].zero_grad()
                losses[who] = loss_of(who)
                losses[who].backward(retain_graph=True)
            for who in players:
                if order != f"{who} stays":
                    optimisers[who].step()
        if order in ("D twice", "G twice"):
            optimisers[order[0]].step()
        if order == "D after":
            losses["D"] = loss_of("D")
        return losses["D"].detach(), losses["G"].detach()

    return step
