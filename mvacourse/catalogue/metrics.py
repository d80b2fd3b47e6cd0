"""How good a network is on data it has not seen: the numbers of its card."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import check
from mvacourse.losses import bits_per_dimension, elbo, flow_nll
from mvacourse.nets import VAE, Classifier, Discriminator, Flow, Generator
from mvacourse.train.flow import NOISE


@torch.no_grad()
def of_vae(net: VAE, images: Tensor) -> dict[str, float]:
    """Give the bound (nats an image), and two errors: of the code's mean, and of the best code.

    ``reconstruction_mse`` is that of decode(μ); ``range_mse`` is what 200 steps of Adam from μ make
    of it, that is how far the images lie from the range of G. Both are means over pixels.
    """
    mu, logvar = net.encode(images)
    noise = torch.randn(len(images), net.k, generator=check.generator(0))
    x_hat = net.decode(mu + (logvar / 2).exp() * noise)
    return {
        "elbo": float(elbo(x_hat, images, mu, logvar)),
        "reconstruction_mse": float((net.decode(mu) - images).square().mean()),
        "range_mse": _range_mse(net, images, mu),
    }


@torch.enable_grad()
def _range_mse(net: VAE, images: Tensor, z: Tensor) -> float:
    net.requires_grad_(False)
    z = z.clone().requires_grad_()
    optimiser = torch.optim.Adam([z], lr=0.03)
    for _ in range(200):
        loss = (net.decode(z) - images).square().sum()
        (z.grad,) = torch.autograd.grad(loss, z)
        optimiser.step()
    mse = float((net.decode(z.detach()) - images).square().mean())
    net.requires_grad_(True)
    return mse


@torch.no_grad()
def of_classifier(net: Classifier, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Give the share of images whose label is found."""
    right = torch.cat([net(x).argmax(1) for x in images.split(500)]) == labels
    return {"accuracy": float(right.float().mean())}


@torch.no_grad()
def of_gan(G: Generator, D: Discriminator, images: Tensor, judge: Classifier) -> dict[str, float]:
    """Give what a classifier says of samples, and how well D tells them from images.

    ``confidence`` is the classifier's mean probability for the class it chooses; ``rarest_class``
    the share of the class that is drawn least (0.1 at best, of ten; 0 where one is lost);
    ``frechet`` the :func:`frechet` distance of the classifier's features of samples and of images;
    ``told_apart`` the share of right answers of D (½ at best for G).
    """
    codes = torch.randn(len(images), G.k, generator=check.generator(0))
    fake = torch.cat([G(z) for z in codes.split(500)])
    ink, true_ink = _ink(fake), _ink(images)
    p = torch.cat([judge(x).softmax(1) for x in ink.split(500)])
    share = torch.bincount(p.argmax(1), minlength=p.shape[1]) / len(p)
    right = torch.cat([D(images) > 0, D(fake) <= 0])
    return {
        "confidence": float(p.amax(1).mean()),
        "rarest_class": float(share.min()),
        "frechet": frechet(judge.features(ink), judge.features(true_ink)),
        "told_apart": float(right.float().mean()),
    }


def _ink(x: Tensor) -> Tensor:
    """Show bright figures on a dark coloured ground as white on black; leave grey images alone."""
    if x.shape[1] == 1:
        return x
    x = x.amax(1, keepdim=True)
    ground = x.amin((-2, -1), keepdim=True)
    return (x - ground) / (1 - ground).clamp(min=0.1)


def frechet(f: Tensor, g: Tensor) -> float:
    """Distance of the Gaussians fitted to two sets of features: ‖m − m′‖² + tr(C + C′ − 2(CC′)^½).

    Parameters
    ----------
    f, g : Tensor, (n,d) and (n′,d)
        Features, one image a row, more images than features.

    References
    ----------
    Heusel et al., GANs trained by a two time-scale update rule, NeurIPS 2017.
    """
    f, g = f.double(), g.double()
    C, C2 = torch.cov(f.T), torch.cov(g.T)
    # The eigenvalues of CC′ are those of the symmetric matrix R C′ R with R = C^½.
    values, vectors = torch.linalg.eigh(C)
    R = vectors * values.clamp(min=0).sqrt() @ vectors.T
    root = torch.linalg.eigvalsh(R @ C2 @ R).clamp(min=0).sqrt().sum()
    return float((f.mean(0) - g.mean(0)).square().sum() + C.trace() + C2.trace() - 2 * root)


@torch.no_grad()
def of_flow(net: Flow, images: Tensor) -> dict[str, float]:
    """Give bits a dimension of images dequantised as in training, and the error of the inverse."""
    noise = torch.rand(images.shape, generator=check.generator(0))
    x = (1 - NOISE) * images + NOISE * noise
    z, logdet = net(x)
    nll = float(flow_nll(z, logdet))
    return {
        "nll": nll,
        "bits_per_dimension": bits_per_dimension(nll, net.k, round(1 / NOISE)),
        "inverse_error": float((net.inverse(net(images)[0]) - images).abs().max()),
    }
