"""Recipe: a generative adversarial network (E2, E3, E8)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss, r1
from mvacourse.nets import Discriminator, Generator
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend, follow
from mvacourse.train.seeds import fingerprint, seeded

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop


def gan(
    images: Tensor,
    *,
    k: int = 64,
    width: int = 32,
    width_D: int = 24,
    gamma: float = 0.05,
    penalty_every: int = 8,
    steps_G: int = 1,
    average: float = 0.995,
    n_steps: int = 3000,
    batch: int = 64,
    lr: float = 2e-3,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[Generator, Discriminator, History]:
    """Train a generator against a discriminator, each a step in turn (E2).

    D goes down −E log D(x) − E log(1 − D(G(z))) + (γ/2) E‖∇ₓ logit D(x)‖², and G goes down
    −E log D(G(z)). What is returned is the running mean of G's weights, which circle more than
    they go forward.

    Parameters
    ----------
    images : Tensor, (N,C,H,W)
        In [0, 1]; 4 must divide H and W.
    k : int, default 64
        Length of z.
    width, width_D : int
        Of G and of D.
    gamma : float, default 0.05
        γ ≥ 0 of the penalty. With γ = 0 the game need not converge, and G may collapse to a few
        images.
    penalty_every : int, default 8
        The penalty costs a second differentiation: it is taken every so many steps, as many times
        stronger.
    steps_G : int, default 1
        Steps of G for each one of D. A G that makes many against a D that stands still runs to the
        few images that this D likes best: mode collapse, provoked (E5).
    average : float, default 0.995
        Forgetting factor of the running mean in [0, 1); 0 returns the last G.
    n_steps, batch : int
        Number of steps of each network, and of images in each.
    lr : float, default 2e-3
        First learning rate of Adam (β₁ = 0, β₂ = 0.99); it falls along a cosine.
    seed : int, default 0
        Of the first weights, the batches and z: the same seed gives the same networks.
    device : str or torch.device
        Where to train.
    **loop
        ``checkpoint resume save_every progress callback``, as for
        :class:`~mvacourse.train.loop.Run`; `callback` gets the averaged generator.

    Returns
    -------
    G : Generator
    D : Discriminator
        Both in evaluation mode.
    history : History
        ``loss`` is G's, ``loss_D`` is D's without the penalty, in nats.

    Raises
    ------
    CheckpointError
        As :class:`~mvacourse.train.loop.Run` says.
    TypeError, ValueError
        If `images` are none, or a number is out of range.
    """
    validate.image(images, "images")
    validate.non_negative(gamma, "gamma")
    validate.count(penalty_every, "penalty_every")
    validate.count(steps_G, "steps_G")
    if not 0 <= average < 1:
        raise ValueError(f"average = {average} must lie in [0, 1)")
    device = distributed.join(device)
    arguments = {"k": k, "width": width, "width_D": width_D, "gamma": gamma}
    arguments |= {"penalty_every": penalty_every, "steps_G": steps_G, "average": average}
    arguments |= {"batch": batch, "lr": lr, "images": fingerprint(images)}
    with seeded(seed):
        G = Generator(k, images.shape[1:], width).to(device)
        D = Discriminator(images.shape[1:], width_D).to(device)
    mean_G = copy.deepcopy(G)
    opt_G, opt_D = adam(G, lr, betas=(0.0, 0.99)), adam(D, lr, betas=(0.0, 0.99))
    images = images.to(device)

    with Run(
        "gan",
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

            x = images[draw.rows(len(images), batch)]
            penalised = gamma > 0 and draw.step % penalty_every == 0
            real, fake = D(x.requires_grad_(penalised)), D(G(draw.normal(batch, k)).detach())
            loss_D = discriminator_loss(real, fake)
            penalty = gamma / 2 * penalty_every * r1(real, x) if penalised else 0.0
            descend(opt_D, loss_D + penalty, D)

            D.requires_grad_(False)
            for _ in range(steps_G):
                loss = generator_loss(D(G(draw.normal(batch, k))))
                descend(opt_G, loss, G)
            D.requires_grad_(True)

            follow(mean_G, G, min(average, (1 + draw.step) / (10 + draw.step)))
            run.log(loss=loss, loss_D=loss_D)
    return mean_G.eval(), D.eval(), run.history
