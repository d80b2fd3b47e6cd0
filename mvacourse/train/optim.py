"""What every training step needs: optimiser, learning rate schedule, running mean of weights."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.train import distributed


def adam(net: nn.Module, lr: float, betas: tuple[float, float] = (0.9, 0.999)) -> torch.optim.Adam:
    """Make an Adam optimiser for a network; it is the fused one if the device supports that.

    Raises
    ------
    ValueError
        If `lr` is not positive, or all weights are frozen.
    """
    if not any(p.requires_grad for p in net.parameters()):
        raise ValueError(
            f"all weights of {type(net).__name__} are frozen, so nothing can be trained: "
            "call net.requires_grad_(True) first"
        )
    fused = next(net.parameters()).device.type in ("cpu", "cuda")
    return torch.optim.Adam(
        net.parameters(), lr=validate.positive(lr, "lr"), betas=betas, fused=fused
    )


def anneal(
    optimiser: torch.optim.Optimizer, lr: float, step: int, n_steps: int, warm_up: int = 0
) -> None:
    """Set the learning rate of step 1 … n_steps: it decreases from lr to almost 0 along a cosine.

    Before that, it increases linearly to lr in the first `warm_up` steps.
    """
    if step <= warm_up:
        now = lr * step / warm_up
    else:
        now = lr * (1 + math.cos(math.pi * (step - 1 - warm_up) / (n_steps - warm_up))) / 2
    for group in optimiser.param_groups:
        group["lr"] = now


def check_warm_up(warm_up: int, n_steps: int) -> None:
    """Require 0 ≤ `warm_up` < `n_steps`.

    Raises
    ------
    TypeError, ValueError
        If they are not such whole numbers.
    """
    if validate.count(warm_up, "warm_up", at_least=0) >= validate.count(n_steps, "n_steps"):
        raise ValueError(f"warm_up = {warm_up} must be less than n_steps = {n_steps}")


@torch.no_grad()
def follow(mean: nn.Module, net: nn.Module, average: float, step: int | None = None) -> None:
    """Update the running mean of the weights of `net`, and copy its buffers.

    mean ← a·mean + (1 − a)·net with a = `average`. This exponential moving average is less noisy
    than the weights themselves. With `step`, 1 … n, a is at most (1 + step)/(10 + step), so that
    the initial weights are soon forgotten.
    """
    if step is not None:
        average = min(average, (1 + step) / (10 + step))
    for m, p in zip(mean.parameters(), net.parameters()):
        m.lerp_(p, 1 - average)
    for m, b in zip(mean.buffers(), net.buffers()):
        m.copy_(b)


def descend(
    optimiser: torch.optim.Optimizer, loss: Tensor, net: nn.Module, clip: float | None = None
) -> None:
    """Take one optimiser step on the loss, or on its mean over the processes.

    With `clip`, the norm of the gradient over all weights is limited to `clip`.
    """
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    distributed.average_gradients(net)
    if clip is not None:
        nn.utils.clip_grad_norm_(net.parameters(), clip)
    optimiser.step()
