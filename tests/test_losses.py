"""Losses against closed forms and torch.distributions."""

import math

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from mvacourse import losses


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_bce_is_the_negative_log_likelihood_of_binary_pixels():
    p, x = rand(5, 1, 3, 4), (rand(5, 1, 3, 4, seed=1) > 0.5).double()
    expected = -Independent(Bernoulli(p), 3).log_prob(x).mean()
    torch.testing.assert_close(losses.bce(p, x), expected)


def test_bce_of_grey_pixels_is_smallest_at_the_truth():
    x = (0.05 + 0.9 * rand(2, 1, 3, 4)).requires_grad_()
    (grad,) = torch.autograd.grad(losses.bce(x, x.detach()), x)
    torch.testing.assert_close(grad, torch.zeros_like(grad))


def test_bce_takes_certainty():
    x = torch.tensor([[0.0, 1.0]])
    assert losses.bce(x, x) == 0
    assert torch.isfinite(losses.bce(1 - x, x))


def test_kl_normal():
    mu, logvar = normal(6, 4), normal(6, 4, seed=1)
    p = Independent(Normal(mu, (logvar / 2).exp()), 1)
    q = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    torch.testing.assert_close(losses.kl_normal(mu, logvar), kl_divergence(p, q).mean())
    assert losses.kl_normal(0 * mu, 0 * mu) == 0


def test_elbo_bounds_the_log_likelihood_of_a_linear_model():
    """With p(x|z) Bernoulli, −log p(x) by brute force over z on a line is below the bound."""
    w, b = normal(1, 6), normal(6, seed=1)
    x = (rand(1, 6, seed=2) > 0.5).double()
    z = torch.linspace(-8, 8, 4001, dtype=torch.float64)[:, None]
    log_joint = Independent(Bernoulli(logits=z @ w + b), 1).log_prob(x)
    log_joint = log_joint + Normal(0.0, 1.0).log_prob(z[:, 0])
    nll = -torch.logsumexp(log_joint, 0) - math.log(16 / 4000)
    mu, logvar = torch.full((4000, 1), 0.3).double(), torch.full((4000, 1), -0.5).double()
    codes = mu + (logvar / 2).exp() * normal(4000, 1, seed=3)
    bound = losses.elbo((codes @ w + b).sigmoid(), x.expand(4000, 6), mu, logvar)
    assert float(nll) < float(bound) < float(nll) + 2


def test_elbo_is_its_two_parts():
    p, x, mu, logvar = rand(3, 1, 2, 2), rand(3, 1, 2, 2, seed=1), normal(3, 2), normal(3, 2)
    bce, kl = losses.bce(p, x), losses.kl_normal(mu, logvar)
    torch.testing.assert_close(losses.elbo(p, x, mu, logvar), bce + kl)
    torch.testing.assert_close(losses.elbo(p, x, mu, logvar, beta=0.3), bce + 0.3 * kl)


def test_adversarial_losses():
    real, fake = normal(50), normal(50, seed=1)
    D, DG = real.sigmoid(), fake.sigmoid()
    expected = -D.log().mean() - (1 - DG).log().mean()
    torch.testing.assert_close(losses.discriminator_loss(real, fake), expected)
    torch.testing.assert_close(losses.generator_loss(fake), -DG.log().mean())
    undecided = torch.zeros(5)
    assert float(losses.discriminator_loss(undecided, undecided)) == pytest.approx(2 * math.log(2))


def test_generator_loss_does_not_saturate():
    sure = torch.full((4,), -50.0, requires_grad=True)
    (grad,) = torch.autograd.grad(losses.generator_loss(sure), sure)
    torch.testing.assert_close(grad, torch.full((4,), -0.25))
    assert torch.isfinite(losses.generator_loss(torch.tensor([-1e4, 1e4])))


def test_relativistic_loss_compares_each_with_the_mean_of_the_others():
    a, b = normal(50) + 1, normal(50, seed=1)
    first = -(a - b.mean()).sigmoid().log().mean()
    second = -(1 - (b - a.mean()).sigmoid()).log().mean()
    torch.testing.assert_close(losses.relativistic_loss(a, b), (first + second) / 2)
    torch.testing.assert_close(losses.relativistic_loss(a + 7, b + 7), (first + second) / 2)
    undecided = torch.zeros(5)
    assert float(losses.relativistic_loss(undecided, undecided)) == pytest.approx(math.log(2))


def test_r1_of_a_linear_discriminator_is_its_squared_norm():
    w = normal(1, 3, 4).requires_grad_()
    x = rand(5, 1, 3, 4).requires_grad_()
    penalty = losses.r1((x * w).flatten(1).sum(1), x)
    torch.testing.assert_close(penalty, w.square().sum())
    (grad,) = torch.autograd.grad(penalty, w)
    torch.testing.assert_close(grad, 2 * w)


def test_flow_nll_is_that_of_a_scaled_normal():
    x, scale = normal(7, 4), torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=torch.float64)
    logdet = -scale.log().sum().expand(7)
    expected = -Independent(Normal(torch.zeros(4).double(), scale), 1).log_prob(x).mean()
    torch.testing.assert_close(losses.flow_nll(x / scale, logdet), expected)


def test_bits_per_dimension_of_white_noise():
    """Uniform density on [0, 1] has no nats, and 8 bits of 256 levels."""
    assert losses.bits_per_dimension(0.0, 784) == 8
    assert losses.bits_per_dimension(10 * math.log(2), 10, levels=2) == 2


def test_feature_distance_is_the_sum_of_means():
    f, g = [rand(2, 3, 4, 4), rand(2, 5)], [rand(2, 3, 4, 4, seed=1), rand(2, 5, seed=1)]
    expected = sum((a - b).abs().mean() for a, b in zip(f, g))
    torch.testing.assert_close(losses.feature_distance(f, g), expected)
    assert losses.feature_distance(f, f) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: losses.bce(rand(2, 3), rand(2, 4)), "x_hat has shape"),
        (lambda: losses.kl_normal(rand(2, 3), rand(2, 1)), "mu has shape"),
        (lambda: losses.feature_distance([rand(2)], []), "f has 1 layers and g 0"),
        (lambda: losses.feature_distance([], []), "at least one"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
