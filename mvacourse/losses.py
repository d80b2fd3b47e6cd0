"""What the course's networks are trained to make small, one function a formula.

Every loss is the mean over the batch. Likelihoods, and distances between distributions, are sums
over the pixels or the components of one image, in nats, as the probabilities are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate


def bce(x_hat: Tensor, x: Tensor) -> Tensor:
    """Binary cross-entropy −Σ x log x̂ + (1 − x) log(1 − x̂), summed over pixels, mean over images.

    It is the negative log-likelihood of x under independent Bernoulli pixels of mean x̂. For grey
    pixels, 0 < x < 1, it is no likelihood, but still smallest at x̂ = x.

    Parameters
    ----------
    x_hat, x : Tensor, (B,…)
        Values in [0, 1].

    Returns
    -------
    Tensor
        0-d.
    """
    validate.same_shape(x_hat, x, ("x_hat", "x"))
    return F.binary_cross_entropy(x_hat, x, reduction="sum") / len(x)


def kl_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """Divergence KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ μ² + σ² − log σ² − 1, mean over the batch.

    Parameters
    ----------
    mu, logvar : Tensor, (B,k)
        μ and log σ²; the sum goes over the k components.

    Returns
    -------
    Tensor
        0-d.
    """
    validate.same_shape(mu, logvar, ("mu", "logvar"))
    return (mu**2 + logvar.exp() - logvar - 1).sum() / (2 * len(mu))


def elbo(x_hat: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, *, beta: float = 1.0) -> Tensor:
    """Negative evidence lower bound of a VAE, to be made small: bce(x̂, x) + β kl_normal(μ, log σ²).

    With one draw of x̂ an unbiased estimate of a bound on −log p(x), in nats an image.

    Parameters
    ----------
    x_hat, x : Tensor, (B,C,H,W)
        Decoded and true images, in [0, 1].
    mu, logvar : Tensor, (B,k)
        What the encoder says of x.
    beta : float, default 1
        Weight of the divergence; only β = 1 gives the bound.

    Returns
    -------
    Tensor
        0-d.

    References
    ----------
    Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014.
    """
    return bce(x_hat, x) + beta * kl_normal(mu, logvar)


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """What D makes small: −E log D(x) − E log(1 − D(G(z))), with D = sigmoid of its logits.

    Parameters
    ----------
    real_logits, fake_logits : Tensor, (B,)
        D's outputs before the sigmoid. Where D cannot tell, the loss is 2 log 2.

    Returns
    -------
    Tensor
        0-d.

    References
    ----------
    Goodfellow et al., Generative adversarial nets, NeurIPS 2014.
    """
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: Tensor) -> Tensor:
    """What G makes small: −E log D(G(z)), the non-saturating form.

    Its gradient does not vanish where D is sure, unlike that of E log(1 − D(G(z))).

    Parameters
    ----------
    fake_logits : Tensor, (B,)
        D's outputs before the sigmoid.

    Returns
    -------
    Tensor
        0-d.
    """
    return F.softplus(-fake_logits).mean()


def r1(real_logits: Tensor, x: Tensor) -> Tensor:
    """Penalty on D's slope at the data: E ‖∇ₓ logit D(x)‖², mean over images, no ½.

    With it the game of G and D converges where it would otherwise circle.

    Parameters
    ----------
    real_logits : Tensor, (B,)
        D(x) before the sigmoid, each depending on its own image only.
    x : Tensor, (B,C,H,W)
        The images that gave them; must require its gradient.

    Returns
    -------
    Tensor
        0-d, which can be differentiated once more.

    References
    ----------
    Mescheder, Geiger and Nowozin, Which training methods for GANs do actually converge? ICML 2018.
    """
    (grad,) = torch.autograd.grad(real_logits.sum(), x, create_graph=True)
    return grad.square().sum() / len(x)


def flow_nll(z: Tensor, logdet: Tensor) -> Tensor:
    """Negative log-likelihood of a flow z = f(x): ½‖z‖² + (k/2) log 2π − log|det ∂f/∂x|.

    Parameters
    ----------
    z : Tensor, (B,k)
        f(x), which ought to be N(0, I).
    logdet : Tensor, (B,)
        log|det ∂f/∂x| at each x.

    Returns
    -------
    Tensor
        0-d: mean over the batch of −log p(x), in nats an image.
    """
    return z.square().sum() / (2 * len(z)) + z.shape[1] / 2 * math.log(2 * math.pi) - logdet.mean()


def bits_per_dimension(nll: float, k: int, levels: int = 256) -> float:
    """Convert nats an image to bits a pixel, for pixels that were `levels` steps in [0, 1].

    Parameters
    ----------
    nll : float
        −log p(x) of images in [0, 1], in nats an image.
    k : int
        Number of pixels times channels.
    levels : int, default 256
        Grey levels of the data, spread by uniform noise before the likelihood was taken.
    """
    return nll / (k * math.log(2)) + math.log2(levels)


def feature_distance(f: Sequence[Tensor], g: Sequence[Tensor]) -> Tensor:
    """Distance of two images in the eyes of a network: Σₗ mean |fₗ − gₗ|.

    Parameters
    ----------
    f, g : sequence of Tensor
        The feature maps of the two batches, layer by layer, as ``D.features(x)`` gives them.

    Returns
    -------
    Tensor
        0-d: sum over layers of the mean absolute difference, so that a layer weighs the same
        whatever its size.

    References
    ----------
    Pan et al., Exploiting deep generative prior for versatile image restoration and manipulation,
    TPAMI 2022.
    """
    if len(f) != len(g) or not f:
        raise ValueError(f"f has {len(f)} layers and g {len(g)}: give as many, and at least one")
    return torch.stack([F.l1_loss(a, b) for a, b in zip(f, g)]).sum()
