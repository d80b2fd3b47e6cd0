"""Training of a normalising flow (E3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.losses import flow_nll
from mvacourse.nets import Flow
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend
from mvacourse.train.seeds import check_images, fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop

NOISE = 1 / 32
"""ν of the dequantisation, in training and for the metrics of the card."""


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def flow(
    images: Tensor,
    *,
    width: int = 48,
    depth: int = 6,
    noise: float = NOISE,
    n_steps: int = 4000,
    batch: int = 64,
    lr: float = 2e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[Flow, History]:
    """Train a normalising flow by minimising −E log p(x), the negative log-likelihood (E3).

    Black margins have no density: there a flow could increase its likelihood without limit. So the
    images are dequantised: x ↦ (1 − ν) x + ν w with w ~ U(0, 1) and ν = `noise`.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1].
    width, depth : int
        Width and depth of the network.
    noise : float, default 1/32
        ν in (0, 1). Use 1/256 to compare likelihoods of 8-bit images with published ones. A larger
        ν needs fewer steps.
    lr : float, default 2e-3
        Initial learning rate of Adam; it decreases along a cosine.
    n_steps, batch, seed, device, **loop
        As for every training, :mod:`mvacourse.train`.

    Returns
    -------
    net : Flow
        In evaluation mode.
    history : History
        ``loss``, in nats per image.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, or a number is out of range.
    """
    check_images(images)
    noise = validate.number(noise, "noise")
    if not 0 < noise < 1:
        raise ValueError(f"noise = {noise} must be in (0, 1)")
    device = distributed.join(device)
    arguments = {"width": width, "depth": depth, "noise": noise, "batch": batch, "lr": lr}
    arguments["images"] = fingerprint(images)
    with seeded(seed):
        net = Flow(images.shape[1:], width, depth).to(device)
    optimiser = adam(net, lr)
    images = images.to(device)

    keep = {"net": net, "optimiser": optimiser}
    with Run("flow", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(optimiser, lr, draw.step, n_steps)
            x = images[draw.rows(len(images), batch)]
            x = (1 - noise) * x + noise * draw.uniform(batch, *images.shape[1:])
            z, logdet = net(x)
            loss = flow_nll(z, logdet)
            descend(optimiser, loss, net)
            run.log(loss=loss)
    return net.eval(), run.history
