"""Training for supervised restoration: x̂ = N(y), learned from pairs (F3)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.train import distributed
from mvacourse.train.crop_pairs import check_pairs
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, check_warm_up, descend, follow
from mvacourse.train.seeds import told, told_function

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.crop_pairs import Pairs
    from mvacourse.train.loop import Loop

Net = TypeVar("Net", bound=nn.Module)


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def regression(
    net: Net,
    pairs: Pairs,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = F.l1_loss,
    scale: Callable[..., Tensor] | None = None,
    n_steps: int,
    batch: int = 16,
    lr: float = 1e-3,
    warm_up: int = 0,
    average: float = 0.999,
    clip: float | None = None,
    precision: str = "auto",
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[Net, History]:
    r"""Train a network N to restore, from pairs of a measurement y and its ground truth x (F3).

    Adam minimises E ℓ(N_θ(y), x) over the weights θ, for pairs (y, x). The function returns the
    running mean of the weights. It restores a little better than the last weights, which depend on
    the noise of the last batches.

    Parameters
    ----------
    net : nn.Module
        N with its initial weights.
    pairs : Pairs
        Source of batches: ``pairs(draw, batch)`` is ``(inputs, x)``, and N is called as
        ``net(*inputs)``.
    loss : callable, default the mean absolute error
        ℓ(x̂, x), a mean over the batch. The absolute error (L1) penalises edges less than the square
        does, and gives a better PSNR for the same number of steps.
    scale : callable, optional
        s(\*inputs), a size by which N(y) and x are divided before the loss: ℓ(N(y)/s, x/s). With
        the typical size of the error as s, easy and hard pairs count alike.
    lr : float, default 1e-3
        Largest learning rate of Adam; it decreases along a cosine.
    warm_up : int, default 0
        Number of first steps in which the learning rate increases to `lr`.
    average : float, default 0.999
        Decay of the running mean, in [0, 1); 0 returns the last weights. It is smaller in early
        steps, so that the initial weights are soon forgotten.
    clip : float, optional
        Largest norm of the gradient over all weights; a longer gradient is scaled down. This keeps
        one unusual batch from pushing a network without batch norm out of a minimum.
    precision : {"auto", "float32", "bfloat16"}
        As for :func:`mvacourse.nets.precision.autocast`; weights stay in float32.
    n_steps, batch, seed, device, **loop
        As for every training, :mod:`mvacourse.train`; `callback` gets the averaged network.

    Returns
    -------
    net : nn.Module
        In evaluation mode.
    history : History
        ``loss``.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or N(y) and x differ in shape.
    """
    validate.module(net, "net")
    validate.function(loss, "loss", "x_hat", "x")
    if scale is not None and (not callable(scale) or isinstance(scale, type)):
        raise TypeError(f"scale is a {type(scale).__name__}: pass a function of the inputs")
    check_pairs(pairs)
    average = validate.fraction(average, "average")
    check_warm_up(warm_up, n_steps)
    device = distributed.join(device)
    context = autocast(precision, device)
    arguments = {"batch": batch, "lr": lr, "warm_up": warm_up, "average": average}
    arguments |= {"pairs": pairs.fingerprint, "loss": told_function(loss)}
    arguments |= {"net": told(net), "precision": precision}
    if scale is not None:
        arguments["scale"] = told_function(scale)
    if clip is not None:
        arguments["clip"] = validate.positive(clip, "clip")
    net = copy.deepcopy(net).to(device, memory_format=memory_format(device)).train()
    mean_net = copy.deepcopy(net).eval()
    optimiser = adam(net, lr)

    keep = {"mean_net": mean_net, "net": net, "optimiser": optimiser}
    with Run("regression", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(optimiser, lr, draw.step, n_steps, warm_up)
            inputs, x = pairs(draw, batch)
            with context():
                x_hat = net(*inputs)
            validate.same_shape(x_hat, x, ("net(*inputs)", "x"))
            s = 1 if scale is None else _size(scale(*inputs), x)
            value = _checked(loss(x_hat.to(x.dtype) / s, x / s))
            descend(optimiser, value, net, clip)
            follow(mean_net, net, average, draw.step)
            run.log(loss=value)
    return mean_net, run.history


def _size(s: Tensor, x: Tensor) -> Tensor:
    """Check the sizes of the errors."""
    if not (validate.real(s, "scale(*inputs)") > 0).all():
        raise ValueError("scale(*inputs) must be positive: the errors are divided by it")
    fits = s.ndim <= x.ndim and all(a in (1, b) for a, b in zip(s.shape[::-1], x.shape[::-1]))
    if not fits:
        raise ValueError(
            f"scale(*inputs) has shape {tuple(s.shape)}: it must broadcast to x, {tuple(x.shape)}"
        )
    return s


def _checked(value: Tensor) -> Tensor:
    if validate.real(value, "loss(x_hat, x)").ndim > 0:
        raise ValueError(
            f"loss(x_hat, x) has shape {tuple(value.shape)}: it must be one number, a mean"
        )
    return value
