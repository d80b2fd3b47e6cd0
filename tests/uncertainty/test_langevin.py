"""Unadjusted Langevin against Gaussian closed forms, its bias, quadrature, bad input."""

import math
import sys

import pytest
import torch

from mvacourse import calculus, kernels, uncertainty, variational
from mvacourse.operators import Blur, FourierSampling, Identity, Mask
from mvacourse.regularizers import tychonov_grad
from mvacourse.uncertainty import langevin, pool, tv_posterior


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_blur_with_a_tychonov_prior_has_the_mean_and_variance_of_its_closed_form():
    # U(u) = ‖Au − y‖²/(2σ²) + λ‖∇u‖² + (δ/2)‖u − ½‖²: in Fourier its Hessian is diagonal.
    A, sigma, lam, delta = Blur(kernels.gaussian(3, 0.7, dtype=torch.float64)), 0.1, 4.0, 20.0
    u0 = 0.5 + 0.2 * randn(1, 1, 8, 6)
    y = A(u0) + sigma * randn(1, 1, 8, 6, seed=1)
    L_hat = calculus.laplacian_hat(8, 6, dtype=torch.float64)
    k_hat = A.transfer(8, 6, dtype=torch.float64)
    hessian = k_hat.abs() ** 2 / sigma**2 + 2 * lam * L_hat + delta
    b = torch.fft.fft2(A.T(y) / sigma**2 + delta / 2)
    mean = torch.fft.ifft2(b / hessian).real
    var = float((1 / hessian).mean())  # at every pixel, for the law of u − mean is stationary

    def grad(u):
        return A.T(A(u) - y) / sigma**2 + lam * tychonov_grad(u) + delta * (u - 0.5)

    tau = 0.05 / float(hessian.max())
    start = torch.full((400, 1, 8, 6), 0.5, dtype=torch.float64)
    draws = langevin(grad, start, tau, 1500, burn_in=200)
    found_mean, found_var = pool(draws)
    assert float((found_mean - mean).norm() / mean.norm()) < 0.03
    assert float((found_mean - mean).abs().max()) < 0.03 * math.sqrt(var)
    assert float(found_var.mean()) == pytest.approx(var, rel=0.03)
    # At every pixel it is that of the closed form with the bias of the step, 2 % here.
    biased = 1 / (hessian * (1 - tau * hessian / 2))
    assert float((found_var / biased.mean() - 1).abs().max()) < 0.03
    # And each frequency has its own.
    modes = (torch.fft.fft2(draws.x - mean, norm="ortho").abs() ** 2).mean((0, 1))
    assert float((modes / biased - 1).square().mean().sqrt()) < 0.1


@pytest.mark.parametrize("alpha", [1.0, 5.0])
@pytest.mark.parametrize("fraction", [0.02, 0.5, 1.0, 1.5])
def test_bias_of_the_step_is_the_formula(alpha, fraction):
    tau = fraction / alpha
    steps = round(8 / fraction) + 40
    draws = langevin(lambda x: alpha * x, torch.zeros(100_000, 1), tau, steps, L=alpha)
    var = float(draws.x.var())
    expected = 1 / (alpha * (1 - tau * alpha / 2))
    assert var == pytest.approx(expected, rel=0.02)  # its standard deviation is 0.45 %
    if fraction >= 0.5:
        assert var > 1.3 / alpha


def test_the_loop_written_out_gives_the_same_numbers():
    H = torch.tensor([1.0, 3.0], dtype=torch.float64)
    x0, g, x, seen = randn(3, 2), torch.Generator().manual_seed(7), None, []
    x = x0
    for _ in range(20):
        xi = torch.randn(3, 2, generator=g, dtype=torch.float64)
        x = x - 0.1 * H * x + math.sqrt(0.2) * xi
        seen.append(x)
    calls = []
    draws = langevin(
        lambda x: H * x,
        x0,
        0.1,
        20,
        burn_in=5,
        every=3,
        n_kept=2,
        seed=7,
        callback=lambda n, x: calls.append((n, x)),
    )
    counted = torch.stack(seen[7::3])  # steps 8, 11, 14, 17, 20
    assert draws.n == len(counted) == 5
    torch.testing.assert_close(draws.x, x)
    torch.testing.assert_close(draws.mean, counted.mean(0))
    torch.testing.assert_close(draws.var, counted.var(0, correction=0))
    torch.testing.assert_close(draws.kept, counted[[2, 4]])
    mean, var = pool(draws)
    torch.testing.assert_close(mean[0], counted.mean((0, 1)))
    torch.testing.assert_close(var[0], counted.var((0, 1), correction=0))
    assert [n for n, _ in calls] == list(range(1, 21))
    assert torch.equal(calls[-1][1], draws.x)


def test_same_seed_same_draws_and_a_generator_goes_on():
    def run(seed):
        return langevin(lambda x: x, torch.ones(2, 3), 0.1, 5, seed=seed).x

    assert torch.equal(run(3), run(3)) and not torch.equal(run(3), run(4))
    g = torch.Generator().manual_seed(3)
    assert torch.equal(run(g), run(3)) and not torch.equal(run(g), run(3))


def test_a_gradient_by_autograd_leaves_no_graph_behind():
    w = torch.ones(3, requires_grad=True)
    assert not langevin(lambda x: w * x, torch.zeros(2, 3), 0.1, 5).x.requires_grad


def test_without_a_prior_denoising_gives_back_the_noise():
    y = torch.rand(1, 1, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    draws = tv_posterior(Identity(), y, 0.1, 0.0, tau=0.05 * 0.01, n_chains=500, n_iter=1500)
    mean, var = pool(draws)
    torch.testing.assert_close(mean, y, rtol=0, atol=0.003)
    torch.testing.assert_close(var, torch.full_like(y, 0.01 / 0.975), rtol=0.04, atol=0)


def test_total_variation_of_two_pixels_against_quadrature():
    A, sigma, lam, eps = Identity(), 0.2, 3.0, 0.05
    y = torch.tensor([0.2, 0.6], dtype=torch.float64).reshape(1, 1, 2, 1)
    a = torch.linspace(-1.5, 2.5, 801, dtype=torch.float64)
    u = torch.cartesian_prod(a, a)
    gap = (eps**2 + (u[:, 0] - u[:, 1]).square()).sqrt()
    # periodic: each of the two pixels sees the other, and itself along the row of one
    p = (-(u - y.flatten()).square().sum(1) / (2 * sigma**2) - 2 * lam * gap).softmax(0)
    mean = p @ u
    var = p @ (u - mean).square()
    draws = tv_posterior(
        A, y, sigma, lam, eps, tau=2e-4, n_iter=4000, burn_in=1000, n_chains=2000, every=5
    )
    found_mean, found_var = pool(draws)
    torch.testing.assert_close(found_mean.flatten(), mean, rtol=0, atol=0.005)
    torch.testing.assert_close(found_var.flatten(), var, rtol=0.04, atol=0)
    # TV pulls the two together, and leaves less doubt than the noise would.
    assert 0.2 < float(mean[0]) < float(mean[1]) < 0.6 and float(var.max()) < 0.8 * sigma**2


def test_unknown_pixels_are_the_uncertain_ones_and_the_start_is_the_most_likely_image():
    mask = torch.ones(12, 12, dtype=torch.bool)
    mask[4:8, 4:8] = False
    A = Mask(mask)
    u = torch.rand(1, 1, 12, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    y = A(u)
    seen = []
    draws = tv_posterior(A, y, 0.1, 5.0, 0.05, callback=lambda n, x: seen.append(x))
    assert draws.x.shape == (4, 1, 12, 12) and draws.x.dtype == torch.float64
    _, var = pool(draws)
    assert float(var[..., ~mask].mean()) > 1.5 * float(var[..., mask].mean())
    top = variational.smoothed_tv(A, y, 0.05, 0.05, n_iter=2000)
    step = math.sqrt(1 / (1 / 0.01 + 8 * 5 / 0.05))  # √(2τ)
    assert float((seen[0] - top).square().mean().sqrt()) < 1.5 * step


def test_the_options_of_the_tv_posterior_are_those_of_langevin():
    """Without a prior, U is ‖u − y‖²/(2σ²)."""
    y, x0, calls = randn(1, 1, 3, 4), randn(2, 1, 3, 4, seed=1), ([], [])
    options = {"n_iter": 11, "burn_in": 2, "every": 3, "n_kept": 2, "seed": 5}
    given = {"tau": 0.03, "n_chains": 2, "x0": x0, **options}
    found = tv_posterior(Identity(), y, 0.4, 0.0, callback=lambda n, x: calls[0].append(x), **given)
    plain = langevin(
        lambda u: (u - y) / 0.4**2, x0, 0.03, callback=lambda n, x: calls[1].append(x), **options
    )
    for a, b in zip((*found, torch.stack(calls[0])), (*plain, torch.stack(calls[1])), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=0)
    with pytest.warns(UserWarning, match="tau = 0.5 is not below 2/L = 0.32"):
        tv_posterior(Identity(), y, 0.4, 0.0, tau=0.5, n_iter=1, burn_in=0)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_step_is_half_the_inverse_lipschitz_constant(scale, monkeypatch):
    """L = ‖A‖²/σ² + 8λ/ε, as the constants of ∇U's two parts add up; the start is the top of p."""
    told = {}

    def spy(grad, x0, tau, n_iter, **options):
        told.update(options, grad=grad, x0=x0, tau=tau)

    monkeypatch.setattr(sys.modules["mvacourse.uncertainty.langevin"], "langevin", spy)
    A, y = Blur(scale * kernels.gaussian(3, 0.7, dtype=torch.float64)), randn(1, 1, 5, 6).abs()
    tv_posterior(A, y, 0.2, 3.0, 0.05)
    L = scale**2 / 0.2**2 + 8 * 3.0 / 0.05
    assert told["L"] == pytest.approx(L, rel=1e-3) and told["tau"] == pytest.approx(
        1 / (2 * L), rel=1e-3
    )
    u, v = randn(1, 1, 5, 6), randn(1, 1, 5, 6, seed=1)
    assert (told["grad"](u) - told["grad"](v)).norm() <= L * (u - v).norm()
    top = variational.smoothed_tv(A, y, 0.2**2 * 3.0, 0.05, n_iter=2000)
    torch.testing.assert_close(told["x0"], top.expand(4, 1, 5, 6), rtol=0, atol=0.03)
    assert told["grad"](told["x0"]).norm() < 0.1 * told["grad"](y.expand(4, 1, 5, 6)).norm()


def test_complex_data_and_a_start_that_is_given():
    A = FourierSampling(torch.ones(4, 4) > 0)
    y = A(torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(1)))
    draws = tv_posterior(A, y, 0.1, 1.0, n_iter=20, burn_in=0, x0=torch.zeros(1, 1, 4, 4))
    assert draws.mean.shape == (4, 1, 4, 4) and torch.isfinite(draws.mean).all()


def test_too_large_a_step_is_warned_of_and_running_away_is_an_error():
    x0 = torch.zeros(2, 1)
    with pytest.warns(UserWarning, match="tau = 2 is not below 2/L = 2"):
        langevin(lambda x: x, x0, 2.0, 3, L=1.0)
    with pytest.raises(ValueError, match="tau = 3 is too large"):
        langevin(lambda x: x, x0, 3.0, 500)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"x0": [0.0]}, TypeError, "x0 is a list"),
        ({"x0": torch.zeros(2, 1).int()}, TypeError, "x0 holds torch.int32"),
        ({"x0": torch.zeros(0, 1)}, ValueError, "x0 has shape"),
        ({"x0": torch.tensor([[torch.nan]])}, ValueError, "x0 holds 1 NaN"),
        ({"tau": 0.0}, ValueError, "tau"),
        ({"tau": torch.nan}, ValueError, "tau"),
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"n_iter": 5.0}, TypeError, "n_iter"),
        ({"burn_in": -1}, ValueError, "burn_in"),
        ({"burn_in": 10}, ValueError, "n_iter = 10 leaves no draw.*n_iter >= 11"),
        ({"every": 0}, ValueError, "every"),
        ({"n_kept": 11}, ValueError, "n_kept = 11 exceeds the 10 draws"),
        ({"L": -1.0}, ValueError, "L"),
        ({"seed": "a"}, TypeError, "seed"),
    ],
)
def test_bad_input_of_langevin(change, error, words):
    options = {"x0": torch.zeros(2, 1), "tau": 0.1, "n_iter": 10} | change
    with pytest.raises(error, match=words):
        langevin(lambda x: x, **options)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"A": torch.ones(2, 2)}, TypeError, "not a LinearOperator"),
        ({"y": torch.full((1, 1, 4, 4), torch.nan)}, ValueError, "NaN"),
        ({"y": torch.zeros(2, 1, 4, 4)}, ValueError, "y holds 2 problems"),
        ({"sigma": 0.0}, ValueError, "sigma"),
        ({"lam": -1.0}, ValueError, "lam"),
        ({"eps": 0.0}, ValueError, "eps"),
        ({"n_chains": 0}, ValueError, "n_chains"),
        ({"x0": torch.zeros(3, 1, 4, 4)}, ValueError, "x0 has shape .* n_chains = 4"),
    ],
)
def test_bad_input_of_the_tv_posterior(change, error, words):
    options = {"A": Identity(), "y": torch.zeros(1, 1, 4, 4), "sigma": 0.1, "lam": 1.0} | change
    with pytest.raises(error, match=words):
        tv_posterior(**options)


def test_the_public_names_of_the_chains_are_there():
    assert {"Draws", "langevin", "pool", "tv_posterior"} <= set(uncertainty.__all__)


def test_the_tv_posterior_takes_a_blur_whose_kernel_has_negative_weights():
    """Its norm depends on the size of the image."""
    A = Blur(torch.tensor([[0.0, -0.25, 0.0], [-0.25, 2.0, -0.25], [0.0, -0.25, 0.0]]))
    draws = tv_posterior(A, torch.rand(1, 1, 6, 7), 0.1, 1.0, n_iter=20, burn_in=10)
    assert torch.isfinite(draws.mean).all()
