"""Recipe: a generative adversarial network that draws the class it is asked for (F6)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss, r1
from mvacourse.nets import ConditionalDiscriminator, ConditionalGenerator
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend, follow
from mvacourse.train.seeds import fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop


def conditional_gan(
    images: Tensor,
    labels: Tensor,
    *,
    classes: int = 10,
    k: int = 64,
    width: int = 32,
    width_D: int = 24,
    gamma: float = 0.05,
    penalty_every: int = 8,
    average: float = 0.995,
    n_steps: int = 3000,
    batch: int = 64,
    lr: float = 2e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[ConditionalGenerator, ConditionalDiscriminator, History]:
    """Train a generator that is told the class c, against a discriminator that is told it too (F6).

    D goes down −E log D(x, c) − E log(1 − D(G(z, c′), c′)) + (γ/2) E‖∇ₓ logit D(x, c)‖², and G
    goes down −E log D(G(z, c′), c′). A real image comes with its own class. That of a fake one is
    drawn too: the law of c′ is that of the labels.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1]; 4 must divide H and W.
    labels : Tensor, (N,), int64
        From 0 to `classes` − 1.
    classes : int, default 10
        Number of classes.
    k, width, width_D : int
        Of G and of D.
    gamma, penalty_every, average
        As for :func:`~mvacourse.train.gan`.
    n_steps, batch : int
        Number of steps of each network, and of images in each.
    lr : float, default 2e-3
        First learning rate of Adam (β₁ = 0, β₂ = 0.99); it falls along a cosine.
    seed : int, default 0
        Of the first weights, the batches, z and c′: the same seed gives the same networks.
    device : str or torch.device
        Where to train.
    **loop
        ``checkpoint resume save_every progress callback``, as for
        :class:`~mvacourse.train.loop.Run`; `callback` gets the averaged generator.

    Returns
    -------
    G : ConditionalGenerator
        The running mean of its weights.
    D : ConditionalDiscriminator
        Both in evaluation mode.
    history : History
        ``loss`` is G's, ``loss_D`` is D's without the penalty, in nats.

    Raises
    ------
    CheckpointError
        As :class:`~mvacourse.train.loop.Run` says.
    TypeError, ValueError
        If `images` are none, there is not a label for each, or a number is out of range.
    """
    validate.image(images, "images")
    validate.labels(labels, classes, ndim=1)
    if len(labels) != len(images):
        raise ValueError(f"there are {len(labels)} labels for {len(images)} images: give as many")
    validate.non_negative(gamma, "gamma")
    validate.count(penalty_every, "penalty_every")
    if not 0 <= average < 1:
        raise ValueError(f"average = {average} must lie in [0, 1)")
    device = distributed.join(device)
    arguments = {"classes": classes, "k": k, "width": width, "width_D": width_D, "gamma": gamma}
    arguments |= {"penalty_every": penalty_every, "average": average, "batch": batch, "lr": lr}
    arguments["data"] = fingerprint(images, labels)
    with seeded(seed):
        G = ConditionalGenerator(k, classes, images.shape[1:], width).to(device)
        D = ConditionalDiscriminator(classes, images.shape[1:], width_D).to(device)
    mean_G = copy.deepcopy(G)
    opt_G, opt_D = adam(G, lr, betas=(0.0, 0.99)), adam(D, lr, betas=(0.0, 0.99))
    images, labels = images.to(device), labels.to(device)

    with Run(
        "conditional_gan",
        n_steps,
        keep={"mean_G": mean_G, "G": G, "D": D, "opt_G": opt_G, "opt_D": opt_D},
        arguments=arguments,
        seed=seed,
        device=device,
        **loop,
    ) as run:
        for draw in run:
            for optimiser in (opt_D, opt_G):
                anneal(optimiser, lr, draw.step, n_steps)

            rows = draw.rows(len(images), batch)
            x, c = images[rows], labels[rows]
            asked, z = labels[draw.rows(len(labels), batch)], draw.normal(batch, k)
            penalised = gamma > 0 and draw.step % penalty_every == 0
            real, fake = D(x.requires_grad_(penalised), c), D(G(z, asked).detach(), asked)
            loss_D = discriminator_loss(real, fake)
            penalty = gamma / 2 * penalty_every * r1(real, x) if penalised else 0.0
            descend(opt_D, loss_D + penalty, D)

            D.requires_grad_(False)
            asked, z = labels[draw.rows(len(labels), batch)], draw.normal(batch, k)
            loss = generator_loss(D(G(z, asked), asked))
            descend(opt_G, loss, G)
            D.requires_grad_(True)

            follow(mean_G, G, min(average, (1 + draw.step) / (10 + draw.step)))
            run.log(loss=loss, loss_D=loss_D)
    return mean_G.eval(), D.eval(), run.history
