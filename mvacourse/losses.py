"""Training losses of the course's networks, one function per formula.

Every loss is a mean over the batch. Likelihoods and distances between distributions are summed over
the pixels or components of one image, in nats. In half precision, a loss is computed and returned
in float32, because a sum would overflow; its gradient has the type of the argument.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.dtypes import at_least_float32


def bce(x_hat: Tensor, x: Tensor) -> Tensor:
    """Binary cross-entropy −Σ x log x̂ + (1 − x) log(1 − x̂), summed over pixels, mean over images.

    It is the negative log-likelihood of x under independent Bernoulli pixels with mean x̂. For grey
    pixels, 0 < x < 1, it is not a likelihood, but still smallest at x̂ = x.

    Parameters
    ----------
    x_hat, x : Tensor, (B,…)
        Values in [0, 1].

    Returns
    -------
    Tensor
        0-d.

    Raises
    ------
    TypeError, ValueError
        If x̂ and x are not real tensors of one shape and type, with values in [0, 1].
    """
    for values, name in ((x_hat, "x_hat"), (x, "x")):
        validate.real(values, name, 1)
    validate.same_shape(x_hat, x, ("x_hat", "x"))
    x_hat, x = at_least_float32(x_hat), at_least_float32(x)
    try:
        return F.binary_cross_entropy(x_hat, x, reduction="sum") / len(x)
    except RuntimeError:  # torch looks at each value anyway
        raise ValueError(
            f"x_hat ({x_hat.dtype}) and x ({x.dtype}) must have one type, and values in [0, 1]"
        ) from None


def kl_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """Divergence KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ μ² + σ² − log σ² − 1, mean over the batch.

    Parameters
    ----------
    mu, logvar : Tensor, (B,k)
        μ and log σ²; the sum is over the k components.

    Returns
    -------
    Tensor
        0-d.

    Raises
    ------
    TypeError, ValueError
        If μ and log σ² are not real tensors of the same shape.
    """
    validate.real(mu, "mu", 2)
    validate.real(logvar, "logvar", 2)
    validate.same_shape(mu, logvar, ("mu", "logvar"))
    mu, logvar = at_least_float32(mu), at_least_float32(logvar)
    return (mu**2 + logvar.exp() - logvar - 1).sum() / (2 * len(mu))


def elbo(x_hat: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, *, beta: float = 1.0) -> Tensor:
    """Negative evidence lower bound of a VAE: bce(x̂, x) + β kl_normal(μ, log σ²).

    With one draw of x̂, it is an unbiased estimate of an upper bound on −log p(x), in nats per
    image.

    Parameters
    ----------
    x_hat, x : Tensor, (B,C,H,W)
        Decoded and true images, in [0, 1].
    mu, logvar : Tensor, (B,k)
        The encoder's output for x.
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
    return bce(x_hat, x) + validate.number(beta, "beta") * kl_normal(mu, logvar)


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Loss of D: −E log D(x) − E log(1 − D(G(z))), with D the sigmoid of its logits.

    Parameters
    ----------
    real_logits, fake_logits : Tensor, (B,)
        D's outputs before the sigmoid. If D = ½ everywhere, the loss is 2 log 2.

    Returns
    -------
    Tensor
        0-d.

    References
    ----------
    Goodfellow et al., Generative adversarial nets, NeurIPS 2014.
    """
    real_logits = at_least_float32(validate.real(real_logits, "real_logits"))
    fake_logits = at_least_float32(validate.real(fake_logits, "fake_logits"))
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def generator_loss(fake_logits: Tensor) -> Tensor:
    """Loss of G: −E log D(G(z)), the non-saturating form.

    Its gradient does not vanish where D is sure; that of E log(1 − D(G(z))) does.

    Parameters
    ----------
    fake_logits : Tensor, (B,)
        D's outputs before the sigmoid.

    Returns
    -------
    Tensor
        0-d.
    """
    fake_logits = at_least_float32(validate.real(fake_logits, "fake_logits"))
    return F.softplus(-fake_logits).mean()


def relativistic_loss(winner_logits: Tensor, loser_logits: Tensor) -> Tensor:
    """Loss of a relativistic D, or of its G: does a look more real than the mean of b? (F5).

    ½ E softplus(E b − a) + ½ E softplus(b − E a). For D, a are the photographs; for G, its images.

    Parameters
    ----------
    winner_logits, loser_logits : Tensor, (B,…)
        a and b, D's outputs before the sigmoid.

    Returns
    -------
    Tensor
        0-d.

    References
    ----------
    Jolicoeur-Martineau, The relativistic discriminator, ICLR 2019.
    """
    a = at_least_float32(validate.real(winner_logits, "winner_logits", 1))
    b = at_least_float32(validate.real(loser_logits, "loser_logits", 1))
    return (F.softplus(b.mean() - a).mean() + F.softplus(b - a.mean()).mean()) / 2


@torch.inference_mode(False)
def r1(real_logits: Tensor, x: Tensor) -> Tensor:
    """Penalty on D's slope at the data: E ‖∇ₓ logit D(x)‖², mean over images, no ½.

    With it, the training of G and D converges where it would otherwise circle.

    Parameters
    ----------
    real_logits : Tensor, (B,)
        D(x) before the sigmoid; each logit depends on its own image only.
    x : Tensor, (B,C,H,W)
        The images of these logits; x must require its gradient.

    Returns
    -------
    Tensor
        0-d; it can be differentiated again.

    Raises
    ------
    TypeError, ValueError
        If x does not require its gradient, or the logits were not computed from it.

    References
    ----------
    Mescheder, Geiger and Nowozin, Which training methods for GANs do actually converge? ICML 2018.
    """
    validate.real(real_logits, "real_logits")
    if not validate.real(x, "x", 1).requires_grad:
        raise ValueError("x does not require its gradient: write x.requires_grad_() before D(x)")
    grad = None
    if real_logits.requires_grad:
        logit = real_logits.sum()
        (grad,) = torch.autograd.grad(logit, x, create_graph=True, allow_unused=True)
    if grad is None:
        raise ValueError(
            "real_logits were not computed from x, or without gradients: write real_logits = D(x)"
        )
    return at_least_float32(grad).square().sum() / len(x)


def flow_nll(z: Tensor, logdet: Tensor) -> Tensor:
    """Negative log-likelihood of a flow z = f(x): ½‖z‖² + (k/2) log 2π − log|det ∂f/∂x|.

    Parameters
    ----------
    z : Tensor, (B,k)
        f(x), which should be N(0, I).
    logdet : Tensor, (B,)
        log|det ∂f/∂x| at each x.

    Returns
    -------
    Tensor
        0-d: mean over the batch of −log p(x), in nats per image.

    Raises
    ------
    TypeError, ValueError
        If z is not `(B,k)`, or logdet not `(B,)`.
    """
    if validate.real(z, "z").ndim != 2 or validate.real(logdet, "logdet").shape != z.shape[:1]:
        raise ValueError(
            f"z has shape {tuple(z.shape)} and logdet {tuple(logdet.shape)}: "
            "they must be (B, k) and (B,)"
        )
    z, logdet = at_least_float32(z), at_least_float32(logdet)
    return z.square().sum() / (2 * len(z)) + z.shape[1] / 2 * math.log(2 * math.pi) - logdet.mean()


def bits_per_dimension(nll: float, k: int, levels: int = 256) -> float:
    """Convert nats per image to bits per dimension, for data with `levels` grey levels in [0, 1].

    Parameters
    ----------
    nll : float
        −log p(x) of images in [0, 1], in nats per image.
    k : int
        Number of pixels times channels.
    levels : int, default 256
        Grey levels of the data. Uniform noise filled the gaps between them before the likelihood
        was computed.

    Raises
    ------
    TypeError, ValueError
        If a number is not finite, or k or `levels` is not a whole number ≥ 1.
    """
    nll = validate.number(nll, "nll")
    k, levels = validate.count(k, "k"), validate.count(levels, "levels")
    return nll / (k * math.log(2)) + math.log2(levels)


def feature_distance(f: Sequence[Tensor], g: Sequence[Tensor]) -> Tensor:
    """Distance of two images in the features of a network: Σₗ mean |fₗ − gₗ|.

    Parameters
    ----------
    f, g : sequence of Tensor
        The feature maps of the two batches, layer by layer, as ``D.features(x)`` returns them.

    Returns
    -------
    Tensor
        0-d: sum over layers of the mean absolute difference. A layer's weight does not depend on
        its size.

    References
    ----------
    Pan et al., Exploiting deep generative prior for versatile image restoration and manipulation,
    TPAMI 2022.

    Raises
    ------
    TypeError, ValueError
        If f and g are not lists of tensors with the same shapes.
    """
    for maps, name in ((f, "f"), (g, "g")):
        if not isinstance(maps, (list, tuple)):
            raise TypeError(f"{name} is a {type(maps).__name__}: give a list of feature maps")
    if len(f) != len(g) or not f:
        raise ValueError(
            f"f has {len(f)} layers and g {len(g)}: both need the same number, at least one"
        )
    pairs = []
    for i, (a, b) in enumerate(zip(f, g)):
        validate.values(a, f"f[{i}]")
        validate.same_shape(a, b, (f"f[{i}]", f"g[{i}]"))
        pairs.append((at_least_float32(a), at_least_float32(b)))
    return torch.stack([F.l1_loss(a, b) for a, b in pairs]).sum()
