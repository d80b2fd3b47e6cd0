"""Training of pix2pix, which translates one kind of image into another, from pairs (F7, F8)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.losses import discriminator_loss, generator_loss
from mvacourse.nets import PatchGAN, Pix2PixUNet
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.train import distributed
from mvacourse.train.crop_pairs import check_pairs
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, check_warm_up, descend, follow
from mvacourse.train.seeds import own_uniform, told

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.crop_pairs import Pairs
    from mvacourse.train.loop import Loop


@torch.inference_mode(False)  # it needs gradients, also in a context without them
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
    """Train a generator on pairs (x, y), with a discriminator that also sees x (F7).

    In alternating steps, D minimises ½(−E log D(y, x) − E log(1 − D(G(x), x))), and G minimises

    −E log D(G(x), x) + λ E|G(x) − y|.

    The means are over images, patches and pixels. The three losses of (F8) are L1 (``D=None``),
    cGAN (``lam=0``), and L1 + cGAN (a D and λ > 0). The noise in G is dropout. The function returns
    the running mean of G's weights.

    Parameters
    ----------
    G : Pix2PixUNet
    D : PatchGAN or None
        Networks with their initial weights. D takes as many channels as y and x have together.
    pairs : Pairs
        ``pairs(draw, batch)`` is ``((x,), y)``, for example a :class:`~mvacourse.train.Labelled`.
    lam : float, default 200
        λ ≥ 0. The paper uses 100 for images in [−1, 1]. There differences are twice as large, so
        λ = 200 has the same effect here.
    n_steps, batch : int
        Number of steps of each network, and of pairs in each step.
    lr : float, default 2e-4
        Largest learning rate of Adam (β₁ = 0.5) for G; it decreases along a cosine.
    lr_D : float, optional
        Largest learning rate for D; `lr` by default.
    warm_up : int, default 0
        Number of first steps in which both learning rates increase to these values. Without it, a
        D that learns fast may end where it gives no information, and stay there.
    average : float, default 0.99
        Decay of the running mean, in [0, 1); 0 returns the last G. It is smaller in early steps, so
        that the initial weights are soon forgotten.
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
        ``loss`` is the loss of G, and ``l1`` is E|G(x) − y|. ``loss_D`` is the sum of the two terms
        of D without the ½, in nats: 2 log 2 if D cannot distinguish, and 0 if there is no D.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, G(x) and y differ in shape, or D is None and λ = 0.

    References
    ----------
    Isola, Zhu, Zhou and Efros, Image-to-image translation with conditional adversarial networks,
    CVPR 2017.
    """
    lam = _check(G, D, pairs, lam)
    average = validate.fraction(average, "average")
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
                y_hat = G(x, own_uniform(draw))
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


def _check(G: Pix2PixUNet, D: PatchGAN | None, pairs: Pairs, lam: float) -> float:
    """Check the networks, the pairs and λ, and return λ."""
    validate.module(G, "G")
    if D is not None:
        validate.module(D, "D")
    check_pairs(pairs)
    lam = validate.non_negative(lam, "lam")
    if lam == 0 and D is None:
        raise ValueError("lam = 0 and D = None leave nothing to learn from: give lam > 0 or a D")
    return lam
