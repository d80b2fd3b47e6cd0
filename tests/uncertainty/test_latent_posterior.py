"""Tempered particles against closed forms and grids; the digits; bad input."""

import math

import pytest
import torch

from mvacourse import images, noise, uncertainty, weights
from mvacourse.operators import FourierSampling, GaussianSensing, Identity, PhaseRetrieval
from mvacourse.uncertainty import latent_posterior

SHAPE = (1, 4, 5)


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


class Linear:
    """G(z) = W z + b."""

    def __init__(self, k=3, seed=0):
        self.k, self.W, self.b = k, randn(20, k, seed=seed), randn(20, seed=seed + 1)

    def __call__(self, z):
        return (z @ self.W.T + self.b).unflatten(1, SHAPE)


class Parabola:
    """G(z) = z² + z/5, one pixel: most values have two codes, of which one is likelier."""

    k = 1

    def __call__(self, z):
        return (z.square() + 0.2 * z)[:, :, None, None]


class Ring:
    """G(z) = (‖z‖², z₁z₂), two pixels: four codes for most pairs, two by two."""

    k = 2

    def __call__(self, z):
        return torch.stack((z.square().sum(1), z.prod(1) + 0.4 * z[:, 0]), 1)[:, None, None]


def test_a_linear_generator_has_its_gaussian_posterior_and_evidence():
    G, A, sigma = Linear(), GaussianSensing(4, SHAPE).double(), 0.3
    y = A(G(randn(1, 3, seed=5))) + sigma * randn(1, 4, seed=6)
    M = A.to_matrix(SHAPE)
    AW, r = M @ G.W, (y - M @ G.b)[0]
    cov = torch.linalg.inv(torch.eye(3) + AW.T @ AW / sigma**2)
    mean = cov @ AW.T @ r / sigma**2
    law = torch.distributions.MultivariateNormal(
        torch.zeros(4, dtype=torch.float64), AW @ AW.T + sigma**2 * torch.eye(4)
    )
    draws = latent_posterior(A, y, G, sigma, n_particles=4000)
    sd = cov.diagonal().sqrt()
    assert float(((draws.z.mean(0) - mean) / sd).abs().max()) < 0.08
    found = torch.cov(draws.z.T) / sd / sd[:, None]
    assert float((found - cov / sd / sd[:, None]).abs().max()) < 0.1
    assert draws.log_evidence == pytest.approx(float(law.log_prob(r)), abs=0.15)
    torch.testing.assert_close(draws.x, G(draws.z))


@pytest.mark.parametrize(("sigma", "value"), [(0.3, 1.0), (0.05, 1.5), (0.5, 0.2)])
def test_two_islands_have_their_shares(sigma, value):
    G, y = Parabola(), torch.full((1, 1, 1, 1), value, dtype=torch.float64)
    a = torch.linspace(-6, 6, 200_001, dtype=torch.float64)[:, None]
    log_p = -(G(a) - y).square().flatten() / (2 * sigma**2) - a.flatten().square() / 2
    p = log_p.softmax(0)
    constant = -math.log(2 * math.pi * sigma) + math.log(float(a[1] - a[0]))
    draws = latent_posterior(Identity(), y, G, sigma, n_particles=4000)
    share, expected = float((draws.z > -0.1).double().mean()), float(p[a.flatten() > -0.1].sum())
    assert 0.5 < expected < 0.8
    assert share == pytest.approx(expected, abs=0.03)
    assert float(draws.z.mean()) == pytest.approx(float(p @ a), abs=0.06)
    assert float(draws.z.square().mean()) == pytest.approx(float(p @ a.square()), rel=0.03)
    assert draws.log_evidence == pytest.approx(float(log_p.logsumexp(0)) + constant, abs=0.08)


def test_four_islands_in_the_plane_have_their_shares():
    G, sigma = Ring(), 0.2
    y = torch.tensor([2.0, 0.5], dtype=torch.float64).reshape(1, 1, 1, 2)
    a = torch.linspace(-4, 4, 801, dtype=torch.float64)
    z = torch.cartesian_prod(a, a)
    misfit = (G(z) - y).square().flatten(1).sum(1) / (2 * sigma**2)
    p = (-misfit - z.square().sum(1) / 2).softmax(0)

    def island(z):
        return 2 * (z[:, 0] > 0).long() + (z[:, 0].abs() > z[:, 1].abs()).long()

    expected = torch.zeros(4, dtype=torch.float64).index_add_(0, island(z), p)
    draws = latent_posterior(Identity(), y, G, sigma, n_particles=4000)
    found = island(draws.z).bincount(minlength=4) / 4000
    assert float(expected.min()) > 0.05 and float(expected.max() - expected.min()) > 0.1
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=0.04)


def test_the_history_says_how_it_went():
    y = torch.full((1, 1, 1, 1), 1.5, dtype=torch.float64)
    seen = []
    draws = latent_posterior(
        Identity(), y, Parabola(), 0.02, share=0.6, callback=lambda n, z: seen.append((n, z))
    )
    n = len(draws.betas)
    assert [level for level, _ in seen] == list(range(1, n + 1)) and n > 3
    assert torch.equal(seen[-1][1], draws.z)
    assert float(draws.betas[-1]) == 1 and (draws.betas.diff() > 0).all()
    torch.testing.assert_close(draws.ess[:-1], torch.full((n - 1,), 0.6 * 1000), rtol=1e-3, atol=0)
    assert float(draws.ess[-1]) >= 0.6 * 1000
    assert draws.acceptance.shape == (n,) and 0.3 < float(draws.acceptance.mean()) < 0.95


def test_data_that_say_nothing_leave_the_prior():
    draws = latent_posterior(Identity(), randn(1, *SHAPE), Linear(), 1e4, n_particles=4000)
    assert len(draws.betas) == 1
    assert float(draws.z.mean(0).abs().max()) < 0.07
    assert float((torch.cov(draws.z.T) - torch.eye(3)).abs().max()) < 0.1


def test_same_seed_same_draws_and_the_generator_is_untouched():
    torch.manual_seed(0)
    G = torch.nn.Sequential(torch.nn.Linear(3, 20), torch.nn.Tanh(), torch.nn.Unflatten(1, SHAPE))
    before = [p.clone() for p in G.parameters()]
    y = torch.randn(1, *SHAPE)
    first, again, other = (
        latent_posterior(Identity(), y, G, 0.5, k=3, n_particles=20, seed=s) for s in (7, 7, 8)
    )
    assert torch.equal(first.x, again.x) and not torch.equal(first.x, other.x)
    assert all(torch.equal(p, q) and p.grad is None for p, q in zip(G.parameters(), before))
    assert first.x.dtype == torch.float32 and not first.x.requires_grad


def test_complex_and_phaseless_data_and_the_evidence_of_complex_ones():
    G, sigma = Linear(), 0.3
    A = FourierSampling(torch.ones(4, 5) > 0)
    y = A(G(randn(1, 3, seed=6)))
    draws = latent_posterior(A, y, G, sigma, n_particles=2000)
    M = A.to_matrix(SHAPE)
    M = torch.cat((M.real, M.imag))  # real and imaginary parts are 40 real measurements
    r = torch.cat((y.real.flatten(), y.imag.flatten())) - M @ G.b
    cov = M @ G.W @ (M @ G.W).T + sigma**2 * torch.eye(40)
    law = torch.distributions.MultivariateNormal(torch.zeros(40, dtype=torch.float64), cov)
    assert draws.log_evidence == pytest.approx(float(law.log_prob(r)), abs=0.2)
    B = PhaseRetrieval(GaussianSensing(15, SHAPE).double())
    assert torch.isfinite(latent_posterior(B, B(G(randn(1, 3))), G, 0.5, n_particles=50).z).all()


def test_particles_that_meet_nan_die():
    class Cliff(Linear):
        def __call__(self, z):
            return torch.where(z[:, :1, None, None] > 1, torch.nan, super().__call__(z))

    draws = latent_posterior(Identity(), Linear()(torch.zeros(1, 3).double()), Cliff(), 1.0)
    assert torch.isfinite(draws.x).all() and math.isfinite(draws.log_evidence)


def test_too_few_levels_are_warned_of():
    y = torch.full((1, 1, 1, 1), 1.5, dtype=torch.float64)
    with pytest.warns(UserWarning, match="n_levels = 1 is too few"):
        latent_posterior(Identity(), y, Parabola(), 0.01, n_levels=1)


def test_different_digits_explain_the_same_ten_measurements():
    vae, judge = (
        weights.load(n).requires_grad_(False) for n in ("vae_digits", "classifier_digits")
    )
    x, _ = images.digits(1, seed=100)  # the networks were trained on another seed
    A = GaussianSensing(10, (1, 28, 28), seed=10)
    y = noise.gaussian(A(x), 0.05, seed=1)
    draws = latent_posterior(A, y, vae.decode, 0.3, n_particles=200, n_moves=5)
    misfit = (A(draws.x) - y).square().sum(1) / 0.3**2
    assert float(misfit.mean()) < 15  # ten measurements, one each
    p = judge(draws.x).softmax(1).mean(0)
    assert int((p > 0.05).sum()) >= 3 and float(p.max()) < 0.7


Y = torch.zeros(1, *SHAPE, dtype=torch.float64)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"y": Y.numpy()}, TypeError, "y is a ndarray"),
        ({"y": Y * torch.nan}, ValueError, "y holds .* NaN"),
        ({"y": Y.expand(2, *SHAPE)}, ValueError, "y has shape .* one problem"),
        ({"y": Y[..., 1:]}, ValueError, "y has shape .* A.G.z.. has"),
        ({"sigma": 0.0}, ValueError, "sigma"),
        ({"sigma": -0.1}, ValueError, "sigma"),
        ({"G": lambda z: z}, ValueError, "k is not given"),
        ({"k": 0}, ValueError, "k"),
        ({"n_particles": 1}, ValueError, "n_particles"),
        ({"n_levels": 0}, ValueError, "n_levels"),
        ({"n_moves": 0}, ValueError, "n_moves"),
        ({"n_moves": 1.5}, TypeError, "n_moves"),
        ({"tau": 0.0}, ValueError, "tau"),
        ({"share": 1.0}, ValueError, "share"),
        ({"share": 0.0}, ValueError, "share"),
    ],
)
def test_bad_input_of_the_latent_posterior(change, error, words):
    options = {"A": Identity(), "y": Y, "G": Linear(), "sigma": 0.1} | change
    with pytest.raises(error, match=words):
        latent_posterior(**options)


def test_the_public_names_of_the_particles_are_there():
    assert {"LatentPosterior", "latent_posterior"} <= set(uncertainty.__all__)
