"""Training of a variational autoencoder (E4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.losses import elbo
from mvacourse.nets import VAE
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend
from mvacourse.train.seeds import check_images, fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def vae(
    images: Tensor,
    *,
    k: int = 20,
    width: int = 500,
    beta: float = 1.0,
    n_steps: int = 6000,
    batch: int = 100,
    lr: float = 1e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[VAE, History]:
    """Train a VAE by minimising the negative evidence lower bound (E4).

    Adam minimises E bce(x̂, x) + β KL(N(μ, σ²) ‖ N(0, I)) over the encoder and the decoder, with
    x̂ = decode(μ + σ ⊙ w), w ~ N(0, I).

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1].
    k, width : int
        Length of z, and width of the network; the defaults are those of Bora et al.
    beta : float, default 1
        Weight β of the divergence. With β < 1, reconstructions are sharper, but samples are worse.
    n_steps, batch : int
        Number of steps, and of images in each step. The 100 epochs of MNIST of Bora et al. are
        60 000 steps with a batch of 100.
    lr : float, default 1e-3
        Initial learning rate; it decreases along a cosine.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`.

    Returns
    -------
    net : VAE
        In evaluation mode.
    history : History
        ``loss``, in nats per image.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, or a number is out of range.
    """
    check_images(images)
    beta = validate.non_negative(beta, "beta")
    device = distributed.join(device)
    arguments = {"k": k, "width": width, "beta": beta, "batch": batch, "lr": lr}
    arguments["images"] = fingerprint(images)
    with seeded(seed):
        net = VAE(k, images.shape[1:], width).to(device)
    optimiser = adam(net, lr)
    images = images.to(device)

    keep = {"net": net, "optimiser": optimiser}
    with Run("vae", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(optimiser, lr, draw.step, n_steps)
            x = images[draw.rows(len(images), batch)]
            x_hat, mu, logvar = net(x, draw.normal(batch, k))
            loss = elbo(x_hat, x, mu, logvar, beta=beta)
            descend(optimiser, loss, net)
            run.log(loss=loss)
    return net.eval(), run.history
