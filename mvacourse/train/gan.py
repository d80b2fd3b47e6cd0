"""Training of generative adversarial networks: unconditional (E2), or given a class (F6)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss, r1
from mvacourse.nets import (
    ConditionalDiscriminator,
    ConditionalGenerator,
    Discriminator,
    Generator,
)
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend, follow
from mvacourse.train.seeds import Draw, check_images, fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop

NetG = TypeVar("NetG", bound=nn.Module)
NetD = TypeVar("NetD", bound=nn.Module)


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def gan(
    images: Tensor,
    *,
    k: int = 64,
    width: int = 32,
    width_D: int = 24,
    n_steps: int = 3000,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **game: Any,
) -> tuple[Generator, Discriminator, History]:
    """Train a generator G against a discriminator D, in alternating steps (E2).

    D minimises −E log D(x) − E log(1 − D(G(z))) + (γ/2) E‖∇ₓ logit D(x)‖², and G minimises
    −E log D(G(z)). The weights of G circle around a solution rather than approach it, so the
    function returns their running mean.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1]; 4 must divide H and W.
    k : int, default 64
        Length of z.
    width, width_D : int
        Widths of G and of D.
    n_steps : int
        Number of steps of each network.
    seed : int, default 0
        Random seed for the initial weights, the batches and z: the same seed gives the same
        networks.
    device : str or torch.device
        Where to train.
    **game
        ``gamma penalty_every average batch lr`` and the options of every training, see
        :func:`play`.

    Returns
    -------
    G : Generator
    D : Discriminator
        Both in evaluation mode.
    history : History
        ``loss`` is the loss of G, ``loss_D`` that of D without the penalty, in nats.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, or a number is out of range.
    """
    check_images(images)
    width_D = validate.count(width_D, "width_D")
    with seeded(seed):
        G, D = Generator(k, images.shape[1:], width), Discriminator(images.shape[1:], width_D)
    return play(G, D, images, n_steps=n_steps, seed=seed, device=device, **game)


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def conditional_gan(
    images: Tensor,
    labels: Tensor,
    *,
    classes: int = 10,
    k: int = 64,
    width: int = 32,
    width_D: int = 24,
    n_steps: int = 3000,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **game: Any,
) -> tuple[ConditionalGenerator, ConditionalDiscriminator, History]:
    """Train a generator that receives the class c, against a discriminator that sees c too (F6).

    D minimises −E log D(x, c) − E log(1 − D(G(z, c′), c′)) + (γ/2) E‖∇ₓ logit D(x, c)‖², and G
    minimises −E log D(G(z, c′), c′). A real image comes with its own class. The class c′ of a fake
    image is drawn from the distribution of the labels.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1]; 4 must divide H and W.
    labels : Tensor, (N,), int64
        From 0 to `classes` − 1.
    classes : int, default 10
        Number of classes.
    k, width, width_D, n_steps, seed, device, **game
        As for :func:`gan`; the seed also determines c′.

    Returns
    -------
    G : ConditionalGenerator
    D : ConditionalDiscriminator
        Both in evaluation mode.
    history : History
        As for :func:`gan`.

    Raises
    ------
    TypeError, ValueError
        If `images` is not a batch of images, there is not one label per image, or a number is out
        of range.
    """
    check_images(images)
    validate.labels(labels, classes, ndim=1)
    if len(labels) != len(images):
        raise ValueError(
            f"there are {len(labels)} labels for {len(images)} images: give one label per image"
        )
    width_D = validate.count(width_D, "width_D")
    with seeded(seed):
        G = ConditionalGenerator(k, classes, images.shape[1:], width)
        D = ConditionalDiscriminator(classes, images.shape[1:], width_D)
    return play(G, D, images, labels, n_steps=n_steps, seed=seed, device=device, **game)


def play(
    G: NetG,
    D: NetD,
    images: Tensor,
    labels: Tensor | None = None,
    *,
    gamma: float = 0.05,
    penalty_every: int = 8,
    average: float = 0.995,
    n_steps: int,
    batch: int = 64,
    lr: float = 2e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[NetG, NetD, History]:
    """Run the training of :func:`gan`, or with labels that of :func:`conditional_gan`.

    Parameters
    ----------
    G, D : nn.Module
        Networks with their initial weights; they are trained in place. They are called as ``G(z)``
        and ``D(x)``, or as ``G(z, c)`` and ``D(x, c)``.
    images, labels : Tensor
        Real images, and their classes.
    gamma : float, default 0.05
        Weight γ ≥ 0 of the penalty. With γ = 0 training may not converge, and G may collapse to a
        few images.
    penalty_every : int, default 8
        The penalty needs second derivatives, which are slow. So it is added only every
        `penalty_every`-th step, multiplied by `penalty_every`.
    average : float, default 0.995
        Decay of the running mean of G's weights, in [0, 1); 0 returns the last G.
    n_steps, batch : int
        Number of steps of each network, and of images in each step.
    lr : float, default 2e-3
        Initial learning rate of Adam (β₁ = 0, β₂ = 0.99); it decreases along a cosine.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`; `callback` gets the averaged G.
    """
    gamma, average = validate.non_negative(gamma, "gamma"), validate.fraction(average, "average")
    penalty_every = validate.count(penalty_every, "penalty_every")
    batch = validate.count(batch, "batch")
    device = distributed.join(device)
    arguments = {"G": G.arguments, "D": D.arguments, "gamma": gamma, "average": average}
    arguments |= {"penalty_every": penalty_every, "batch": batch, "lr": lr}
    arguments["data"] = fingerprint(images) if labels is None else fingerprint(images, labels)
    G, D, images = G.to(device), D.to(device), images.to(device)
    labels = None if labels is None else labels.to(device)
    mean_G = copy.deepcopy(G)
    opt_G, opt_D = adam(G, lr, betas=(0.0, 0.99)), adam(D, lr, betas=(0.0, 0.99))

    def classes(draw: Draw) -> tuple[Tensor, ...]:
        return () if labels is None else (labels[draw.rows(len(labels), batch)],)

    keep = {"mean_G": mean_G, "G": G, "D": D, "opt_G": opt_G, "opt_D": opt_D}
    name = "gan" if labels is None else "conditional_gan"
    with Run(name, n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            for optimiser in (opt_D, opt_G):
                anneal(optimiser, lr, draw.step, n_steps)

            rows = draw.rows(len(images), batch)
            x, c = images[rows], () if labels is None else (labels[rows],)
            asked, z = classes(draw), draw.normal(batch, G.k)
            penalised = gamma > 0 and draw.step % penalty_every == 0
            real, fake = D(x.requires_grad_(penalised), *c), D(G(z, *asked).detach(), *asked)
            loss_D = discriminator_loss(real, fake)
            penalty = gamma / 2 * penalty_every * r1(real, x) if penalised else 0.0
            descend(opt_D, loss_D + penalty, D)

            D.requires_grad_(False)
            asked, z = classes(draw), draw.normal(batch, G.k)
            loss = generator_loss(D(G(z, *asked), *asked))
            descend(opt_G, loss, G)
            D.requires_grad_(True)

            follow(mean_G, G, average, draw.step)
            run.log(loss=loss, loss_D=loss_D)
    return mean_G.eval(), D.eval(), run.history
