"""Recipe: pix2pix, learning from pairs to translate one kind of image into another (F7, F8)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss
from mvacourse.nets import PatchGAN, Pix2PixUNet
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, check_warm_up, descend, follow
from mvacourse.train.seeds import Draw, told

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.crop_pairs import Pairs
    from mvacourse.train.loop import Loop


def pix2pix(
    G: Pix2PixUNet,
    D: PatchGAN | None,
    pairs: Pairs,
    *,
    lam: float = 200.0,
    n_steps: int,
    batch: int = 8,
    lr: float = 2e-4,
    lr_D: float | None = None,
    warm_up: int = 0,
    average: float = 0.99,
    precision: str = "auto",
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[Pix2PixUNet, PatchGAN | None, History]:
    """Train a generator on pairs (x, y), with a discriminator that sees x as well (F7).

    D goes down ½(−E log D(y, x) − E log(1 − D(G(x), x))), and G, each in turn, goes down

    −E log D(G(x), x) + λ E|G(x) − y|,

    means over images, patches and pixels. The three losses of (F8): L1 is ``D=None``, cGAN is
    ``lam=0``, L1 + cGAN is both. The noise in G is dropout; what is returned is the running mean of
    G's weights.

    Parameters
    ----------
    G : Pix2PixUNet
    D : PatchGAN or None
        As their first weights are; they are left alone. D's channels are those of y and x.
    pairs : Pairs
        ``pairs(draw, batch)`` is ``((x,), y)``, such as :class:`~mvacourse.train.Labelled`.
    lam : float, default 200
        λ ≥ 0. The paper's 100 is for images in [−1, 1], where differences are twice as large, so
        that a λ of 200 weighs as much here.
    n_steps, batch : int
        Number of steps of each network, and of pairs in each.
    lr : float, default 2e-4
        First learning rate of Adam (β₁ = 0.5) for G; it falls along a cosine.
    lr_D : float, optional
        That of D; `lr` by default.
    warm_up : int, default 0
        Number of steps in which both climb there first: a D that learns fast may else be thrown to
        where it says nothing, and stay.
    average : float, default 0.99
        Forgetting factor of the running mean in [0, 1); 0 returns the last G. In early steps it is
        less, so that the first weights are forgotten.
    precision : {"auto", "float32", "bfloat16"}
        As for :func:`mvacourse.nets.precision.autocast`; weights stay in float32.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`; `callback` gets the averaged G.

    Returns
    -------
    G : Pix2PixUNet
    D : PatchGAN or None
        Both in evaluation mode.
    history : History
        ``loss`` is G's and ``l1`` is E|G(x) − y|; ``loss_D`` is the two terms of D without the ½,
        in nats: 2 log 2 where it cannot tell, and 0 where there is no D.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, G(x) and y differ in shape, or there is neither D nor λ.

    References
    ----------
    Isola, Zhu, Zhou and Efros, Image-to-image translation with conditional adversarial networks,
    CVPR 2017.
    """
    if validate.non_negative(lam, "lam") == 0 and D is None:
        raise ValueError("lam = 0 and D = None leave nothing to learn from: give one of them")
    validate.fraction(average, "average")
    check_warm_up(warm_up, n_steps)
    device = distributed.join(device)
    context = autocast(precision, device)
    lr_D = lr if lr_D is None else validate.positive(lr_D, "lr_D")
    arguments = {"lam": lam, "batch": batch, "lr": lr, "lr_D": lr_D, "average": average}
    arguments |= {"warm_up": warm_up, "precision": precision, "pairs": pairs.fingerprint}
    arguments |= {"G": told(G), "D": told(D)}
    layout = memory_format(device)
    G, D = (net and copy.deepcopy(net).to(device, memory_format=layout) for net in (G, D))
    mean_G = copy.deepcopy(G).eval()
    opt_G = adam(G.train(), lr, betas=(0.5, 0.999))
    opt_D = D and adam(D.train(), lr_D, betas=(0.5, 0.999))
    keep = {"mean_G": mean_G, "G": G, "opt_G": opt_G}
    keep |= {"D": D, "opt_D": opt_D} if D is not None else {}

    with Run("pix2pix", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            (x,), y = pairs(draw, batch)
            with context():
                y_hat = G(x, _uniform(draw))
            validate.same_shape(y_hat, y, ("G(x)", "y"))
            loss_D, fooled = 0.0, 0.0

            if D is not None:
                anneal(opt_D, lr_D, draw.step, n_steps, warm_up)
                with context():
                    loss_D = discriminator_loss(D(y, x), D(y_hat.detach(), x))
                descend(opt_D, loss_D / 2, D)
                D.requires_grad_(False)
                with context():
                    fooled = generator_loss(D(y_hat, x))
                D.requires_grad_(True)

            anneal(opt_G, lr, draw.step, n_steps, warm_up)
            l1 = F.l1_loss(y_hat, y)
            loss = fooled + lam * l1
            descend(opt_G, loss, G)
            follow(mean_G, G, average, draw.step)
            run.log(loss=loss, l1=l1, loss_D=loss_D)
    return mean_G, None if D is None else D.eval(), run.history


def _uniform(draw: Draw) -> Callable[..., Tensor]:
    """Draw the dropout of the whole batch, and give this process its rows."""
    return lambda batch, *shape: draw.uniform(batch * distributed.world(), *shape)
