"""Plug-and-play: a linear denoiser's fixed point in closed form, convergence, bad input."""

import itertools
import math

import pytest
import torch

from mvacourse import closed_form, kernels, nets, variational
from mvacourse.operators import Blur, FourierSampling, Identity, Mask, Resize
from mvacourse.priors.plug_and_play import half_quadratic, plug_and_play
from mvacourse.solvers import conjugate_gradient


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def tychonov(v, s):
    """The proximal map of s²‖∇·‖²: what denoises at σ = s if images have that prior."""
    return closed_form.tychonov(v, s**2)


K = kernels.gaussian(3, 0.7, dtype=torch.float64)


@pytest.mark.parametrize("tau", [None, 0.5, 1.5])
@pytest.mark.parametrize("relax", [1.0, 0.6])
@pytest.mark.parametrize("sigma0", [None, 2.0])
def test_the_limit_of_a_proximal_denoiser_is_the_minimiser(tau, relax, sigma0):
    # D_s = prox of s²R, and s² = τλ: the limit minimises ½‖Ax − y‖² + λR(x), λ = s²/τ.
    A, s = Blur(K), 0.3
    y = A(rand(2, 1, 9, 8)) + 0.1 * rand(2, 1, 9, 8, seed=1)
    found = plug_and_play(A, y, tychonov, sigma=s, sigma0=sigma0, tau=tau, relax=relax, n_iter=400)
    expected = closed_form.tychonov(y, s**2 / (tau or 1.0), K)
    torch.testing.assert_close(found.x, expected, rtol=0, atol=1e-10)
    assert float(found.residuals[-1].max()) < 1e-12


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_the_first_image_and_the_step_go_with_the_norm_of_the_operator(scale):
    """‖A‖ = scale: x₀ = Aᵀy/‖A‖² and τ = 1/‖A‖²."""
    A = Blur(scale * K)
    y = A(rand(1, 1, 9, 8))
    x0 = A.T(y) / scale**2
    found = plug_and_play(A, y, tychonov, sigma=0.3, n_iter=4).x
    written = plug_and_play(A, y, tychonov, sigma=0.3, n_iter=4, tau=scale**-2, x0=x0).x
    torch.testing.assert_close(found, written, rtol=1e-3, atol=1e-4)
    options = {"noise": 0.1, "sigma": 0.3, "n_iter": 1}
    found = half_quadratic(A, y, tychonov, **options).x
    written = half_quadratic(A, y, tychonov, x0=x0, **options).x
    torch.testing.assert_close(found, written, rtol=1e-3, atol=1e-4)


def test_residuals_fall_at_the_rate_of_the_contraction():
    A, s = Blur(K), 0.3
    L_hat = closed_form.laplacian_hat(9, 8, dtype=torch.float64)
    k_hat = A.transfer(9, 8, dtype=torch.float64)
    rate = float(((1 - k_hat.abs() ** 2) / (1 + 2 * s**2 * L_hat)).max())
    x0 = rand(1, 1, 9, 8, seed=2)
    found = plug_and_play(A, A(rand(1, 1, 9, 8)), tychonov, sigma=s, x0=x0, n_iter=100)
    r = found.residuals[:, 0].tolist()
    assert all(b <= rate * a + 1e-15 for a, b in itertools.pairwise(r))
    slope = math.log(r[40] / r[25]) / 15
    assert slope == pytest.approx(math.log(rate), rel=0.05)


def test_the_loop_written_out_gives_the_same_numbers():
    A, y = Mask(rand(6, 7) > 0.5), rand(2, 3, 6, 7, seed=1)
    seen, s_list, xs = [], [0.4, 0.2, 0.1, 0.1], [A.T(y)]
    for s in s_list:
        x = xs[-1]
        xs.append(0.3 * x + 0.7 * tychonov(x - 0.9 * A.T(A(x) - y), s))
    found = plug_and_play(
        A,
        y,
        tychonov,
        sigma=0.1,
        sigma0=0.4,
        n_decay=2,
        tau=0.9,
        relax=0.7,
        n_iter=4,
        callback=lambda n, x: seen.append((n, x)),
    )
    torch.testing.assert_close(found.levels, torch.tensor(s_list))
    torch.testing.assert_close(found.x, xs[-1])
    r = [(b - a).square().mean((1, 2, 3)).sqrt() for a, b in itertools.pairwise(xs)]
    torch.testing.assert_close(found.residuals, torch.stack(r))
    assert [n for n, _ in seen] == [1, 2, 3, 4] and torch.equal(seen[-1][1], found.x)


def test_a_residual_that_contracts_converges_and_one_that_expands_does_not():
    # Ryu: what counts is the Lipschitz constant of D − I. Here D flips what it removes.
    y = rand(1, 1, 8, 8)

    def flips(size):
        return lambda v, s: v - size * (v - v.mean())

    tame = plug_and_play(Identity(), y, flips(0.9), sigma=0.1, tau=0.5, n_iter=100)
    assert float(tame.residuals[-1]) < 1e-12
    wild = plug_and_play(Identity(), y, flips(3.5), sigma=0.1, tau=0.5, n_iter=100)
    assert float(wild.residuals[-1]) > 1e3 * float(wild.residuals[0])
    calmed = plug_and_play(Identity(), y, flips(3.5), sigma=0.1, tau=0.5, relax=0.5, n_iter=200)
    assert float(calmed.residuals[-1]) < 1e-12  # the same denoiser, averaged


def test_a_falling_level_fills_a_hole_faster():
    mask = torch.ones(16, 16, dtype=torch.bool)
    mask[5:11, 5:11] = False
    A = Mask(mask)
    ramp = torch.linspace(0.2, 0.8, 16, dtype=torch.float64)
    y = A((0.5 + 0.3 * torch.sin(torch.pi * ramp[:, None] + ramp))[None, None])
    limit = variational.tychonov(A, y, 0.3**2, n_iter=2000)
    constant = plug_and_play(A, y, tychonov, sigma=0.3, n_iter=40).x - limit
    falling = plug_and_play(A, y, tychonov, sigma=0.3, sigma0=5.0, n_iter=40).x - limit
    assert float(falling.norm()) < 0.5 * float(constant.norm())


@pytest.mark.parametrize("n_iter", [6, 7])
def test_the_level_falls_by_a_constant_ratio_in_half_of_the_steps(n_iter):
    """From sigma0 = 1 to sigma = 1/8 in three steps: 1, ½, ¼, and then ⅛."""
    options = {"sigma": 0.125, "sigma0": 1.0, "n_iter": n_iter}
    found = plug_and_play(Identity(), rand(1, 1, 4, 4), tychonov, **options).levels
    assert found.tolist() == pytest.approx([1, 0.5, 0.25] + (n_iter - 3) * [0.125])
    found = plug_and_play(Identity(), rand(1, 1, 4, 4), tychonov, n_decay=0, **options).levels
    assert found.tolist() == n_iter * [0.125]


@pytest.mark.parametrize("sigma0", [None, 2.0])
def test_the_limit_of_half_quadratic_splitting_is_in_closed_form(sigma0):
    # In Fourier x = D z, z = (k̂*ŷ + a x)/(|k̂|² + a) and D = 1/(1 + 2s²L̂) give
    # x = k̂*ŷ / (|k̂|²(1 + 2s²L̂) + 2as²L̂).
    A, s, noise, w = Blur(K), 0.3, 0.2, 0.5
    y = A(rand(2, 1, 9, 8)) + 0.1 * rand(2, 1, 9, 8, seed=1)
    found = half_quadratic(
        A, y, tychonov, noise=noise, weight=w, sigma=s, sigma0=sigma0, n_iter=300
    )
    k_hat = A.transfer(9, 8, dtype=torch.float64)
    rough = 2 * s**2 * closed_form.laplacian_hat(9, 8, dtype=torch.float64)
    a = w * noise**2 / s**2
    below = k_hat.abs() ** 2 * (1 + rough) + a * rough
    expected = torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y) / below).real
    torch.testing.assert_close(found.x, expected, rtol=0, atol=1e-10)
    assert float(found.residuals[-1].max()) < 1e-12


def test_twelve_exact_data_steps_are_nearer_to_the_minimiser_than_gradient_steps():
    # s²τ⁻¹ = λ there, w·noise² = λ here: both go towards ½‖Ax − y‖² + λ‖∇x‖².
    noise, A = 0.02, Blur(kernels.gaussian(7, 1.5, dtype=torch.float64))
    y = A(rand(1, 1, 16, 16))
    best = closed_form.tychonov(y, noise**2, A.k)
    options = {"sigma": noise, "sigma0": 1.0, "n_decay": 12, "n_iter": 12}
    by_gradient = plug_and_play(A, y, tychonov, **options).x
    exact = half_quadratic(A, y, tychonov, noise=noise, weight=1, **options).x
    assert float((exact - best).norm()) < 0.2 * float((by_gradient - best).norm())


@pytest.mark.parametrize("A", [Mask(rand(6, 7) > 0.5), Resize(1 / 2)])
def test_half_quadratic_written_out_gives_the_same_numbers(A):
    y = A(rand(2, 3, 6, 8, seed=1)[..., : 7 if isinstance(A, Mask) else 8])
    seen, x = [], A.T(y) / A.norm(tuple(A.T(y).shape[1:])) ** 2
    for s in (0.4, 0.2, 0.1):
        a = 0.23 * 0.05**2 / s**2
        b = A.T(y) + a * x
        z = conjugate_gradient(lambda u, a=a: A.gram(u) + a * u, b, n_iter=2000, tol=1e-14)
        x = tychonov(z, s)
    found = half_quadratic(
        A,
        y,
        tychonov,
        noise=0.05,
        sigma=0.1,
        sigma0=0.4,
        n_decay=2,
        n_iter=3,
        callback=lambda n, x: seen.append(n),
    )
    torch.testing.assert_close(found.x, x, rtol=0, atol=1e-8)
    torch.testing.assert_close(found.levels, torch.tensor([0.4, 0.2, 0.1]))
    assert seen == [1, 2, 3]


def test_with_the_network_of_the_course_and_no_gradient_kept():
    torch.manual_seed(0)
    net = nets.Denoiser(width=(8, 8), depth=1).eval()
    y = torch.rand(2, 1, 12, 12)
    found = plug_and_play(Identity(), y, net, sigma=0.1, sigma0=0.2, n_iter=5)
    assert found.x.shape == y.shape and found.x.dtype == torch.float32
    assert found.residuals.shape == (5, 2) and not found.x.requires_grad
    alone = plug_and_play(Identity(), y[1:], net, sigma=0.1, sigma0=0.2, n_iter=5)
    torch.testing.assert_close(alone.x, found.x[1:])


def test_denoising_with_a_unit_step_is_the_denoiser_itself():
    y = rand(1, 1, 8, 8)
    found = plug_and_play(Identity(), y, tychonov, sigma=0.5, n_iter=3)
    torch.testing.assert_close(found.x, tychonov(y, 0.5))


def test_complex_data():
    A = FourierSampling(rand(6, 6) > 0.2)
    x = plug_and_play(A, A(rand(1, 1, 6, 6, seed=1)), tychonov, sigma=0.2, n_iter=20).x
    assert x.dtype == torch.float64 and torch.isfinite(x).all()


def test_too_large_a_step_is_warned_of():
    with pytest.warns(UserWarning, match="tau = 2 is not below 2/‖A‖² = 2") as caught:
        plug_and_play(Identity(), rand(1, 1, 4, 4), tychonov, sigma=0.1, tau=2.0, n_iter=1)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"A": torch.ones(2, 2)}, TypeError, "not a LinearOperator"),
        ({"y": torch.full((1, 1, 4, 4), torch.nan)}, ValueError, "y holds 16 NaN"),
        ({"y": torch.zeros(4, 4)}, ValueError, "shape"),
        ({"y": torch.full((1, 1, 4, 4), 200.0)}, ValueError, "0–255"),
        ({"sigma": 0.0}, ValueError, "sigma"),
        ({"sigma": -0.1}, ValueError, "sigma"),
        ({"sigma0": 0.05}, ValueError, "sigma0 = 0.05 is below sigma"),
        ({"n_decay": 3}, ValueError, "n_decay = 3 needs sigma0"),
        ({"sigma0": 1.0, "n_decay": 11}, ValueError, "n_decay = 11 exceeds n_iter = 10"),
        ({"sigma0": 1.0, "n_decay": -1}, ValueError, "n_decay"),
        ({"tau": 0.0}, ValueError, "tau"),
        ({"relax": 0.0}, ValueError, "relax"),
        ({"relax": 1.5}, ValueError, "relax = 1.5"),
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"x0": torch.zeros(1, 1, 5, 4)}, ValueError, "x0 has shape"),
        ({"x0": torch.full((1, 1, 4, 4), torch.inf)}, ValueError, "x0 holds"),
        ({"denoise": lambda v, s: v[..., 1:]}, ValueError, "denoise.v, s. is .* of shape"),
    ],
)
def test_bad_input_of_plug_and_play(change, error, words):
    options = {
        "A": Identity(),
        "y": torch.zeros(1, 1, 4, 4),
        "denoise": tychonov,
        "sigma": 0.1,
        "n_iter": 10,
    } | change
    with pytest.raises(error, match=words):
        plug_and_play(**options)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"A": torch.ones(2, 2)}, TypeError, "not a LinearOperator"),
        ({"noise": 0.0}, ValueError, "noise"),
        ({"weight": 0.0}, ValueError, "weight"),
        ({"sigma": 0.0}, ValueError, "sigma"),
        ({"sigma0": 0.05}, ValueError, "sigma0 = 0.05 is below sigma"),
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"x0": torch.zeros(1, 1, 5, 4)}, ValueError, "x0 has shape"),
        ({"denoise": lambda v, s: v[..., 1:]}, ValueError, "denoise.v, s. is .* of shape"),
    ],
)
def test_bad_input_of_half_quadratic(change, error, words):
    options = {
        "A": Identity(),
        "y": torch.zeros(1, 1, 4, 4),
        "denoise": tychonov,
        "noise": 0.1,
        "sigma": 0.1,
    } | change
    with pytest.raises(error, match=words):
        half_quadratic(**options)
