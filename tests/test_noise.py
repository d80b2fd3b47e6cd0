"""Noise: mean and variance up to sampling error, seeds, bad input."""

import math

import pytest
import torch

from mvacourse import noise

N = 200_000
FIVE = 5  # standard deviations: a right program fails one time in a million


def flat(value, dtype=torch.float64):
    return torch.full((1, 1, 400, N // 400), value, dtype=dtype)


@pytest.mark.parametrize("sigma", [25 / 255, 2.0])
def test_gaussian_has_mean_u_and_variance_sigma_squared(sigma):
    w = noise.gaussian(flat(0.3), sigma, seed=1) - 0.3
    assert abs(w.mean()) < FIVE * sigma / math.sqrt(N)
    assert abs(w.var() / sigma**2 - 1) < FIVE * math.sqrt(2 / N)
    kurtosis = (w**4).mean() / w.var() ** 2
    assert abs(kurtosis - 3) < FIVE * math.sqrt(96 / N)


def test_gaussian_is_white():
    w = noise.gaussian(flat(0.0), 1.0, seed=2)[0, 0]
    for neighbour in (w[1:] * w[:-1], w[:, 1:] * w[:, :-1]):
        assert abs(neighbour.mean()) < FIVE / math.sqrt(neighbour.numel())


def test_complex_gaussian_has_sigma_in_each_part():
    u = torch.full((400, N // 400), 1 - 2j, dtype=torch.complex128)
    w = noise.gaussian(u, 0.5, seed=3) - u
    for part in (w.real, w.imag):
        assert abs(part.mean()) < FIVE * 0.5 / math.sqrt(N)
        assert abs(part.var() / 0.25 - 1) < FIVE * math.sqrt(2 / N)
    assert abs((w.real * w.imag).mean()) < FIVE * 0.25 / math.sqrt(N)
    assert noise.gaussian(u.to(torch.complex64), 0.5, seed=3).dtype == torch.complex64


@pytest.mark.parametrize(("u", "peak"), [(0.5, 10), (1.0, 3), (0.2, 1000)])
def test_poisson_has_mean_u_and_variance_u_over_peak(u, peak):
    v = noise.poisson(flat(u), peak, seed=4)
    rate = u * peak
    assert abs(v.mean() - u) < FIVE * math.sqrt(u / peak / N)
    # The variance of a Poisson sample variance is (λ + 2λ²)/N.
    assert abs(v.var() * peak**2 - rate) < FIVE * math.sqrt((rate + 2 * rate**2) / N)
    assert torch.allclose(v * peak, (v * peak).round(), atol=1e-9)


def test_poisson_of_darkness_is_dark():
    assert noise.poisson(flat(0.0), 5, seed=0).abs().max() == 0


def test_the_noise_of_poisson_depends_on_the_image():
    dark, bright = (noise.poisson(flat(u), 20, seed=5).var() for u in (0.1, 0.9))
    assert bright / dark == pytest.approx(9, rel=0.1)


@pytest.mark.parametrize(
    "add", [lambda u, s: noise.gaussian(u, 0.1, s), lambda u, s: noise.poisson(u, 30.0, s)]
)
def test_seeds(add):
    u = torch.rand(2, 3, 8, 9, generator=torch.Generator().manual_seed(0))
    assert torch.equal(add(u, 7), add(u, 7))
    assert not torch.equal(add(u, 7), add(u, 8))
    generator = torch.Generator().manual_seed(7)
    first, second = add(u, generator), add(u, generator)
    assert torch.equal(first, add(u, 7))
    assert not torch.equal(first, second)
    torch.manual_seed(7)
    assert not torch.equal(add(u, None), add(u, None))


def test_a_seed_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    u = torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    noise.gaussian(u, 0.1, seed=1)
    noise.poisson(u, 10, seed=1)
    assert torch.equal(before, torch.get_rng_state())


def test_measurements_may_have_noise_of_any_size_in_their_own_unit():
    assert noise.gaussian(torch.ones(2, 25), 25.0, seed=0).abs().max() > 10


def test_nothing_is_clamped_and_the_input_is_kept():
    u = torch.zeros(1, 1, 16, 16)
    v = noise.gaussian(u, 0.5, seed=0)
    assert v.min() < 0
    assert u.abs().max() == 0
    assert torch.equal(noise.gaussian(u, 0.0), u)
    assert noise.poisson(torch.ones(1, 1, 16, 16), 5, seed=0).max() > 1


def test_measurements_of_any_rank_are_welcome():
    assert noise.gaussian(torch.zeros(2, 25), 0.1, seed=0).shape == (2, 25)
    assert noise.gaussian(torch.zeros(()), 0.1, seed=0).shape == ()
    assert noise.poisson(torch.ones(3, 1, 5, 7, dtype=torch.float64), 9).dtype == torch.float64


def test_gaussian_noise_lets_gradients_through():
    u = torch.zeros(1, 1, 3, 3, requires_grad=True)
    noise.gaussian(u, 0.1, seed=0).sum().backward()
    assert torch.equal(u.grad, torch.ones_like(u))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda u: noise.gaussian(u, -0.1), ValueError, "sigma"),
        (lambda u: noise.gaussian(u, math.nan), ValueError, "sigma"),
        (lambda u: noise.gaussian(u, "0.1"), TypeError, "sigma"),
        (lambda u: noise.gaussian(u.int(), 0.1), TypeError, "float"),
        (lambda u: noise.gaussian(u.numpy(), 0.1), TypeError, "torch"),
        (lambda u: noise.gaussian(u / 0, 0.1), ValueError, "NaN or infinite"),
        (lambda u: noise.gaussian(u, 0.1, seed=1.5), TypeError, "seed"),
        (lambda u: noise.poisson(u, 0.0), ValueError, "peak"),
        (lambda u: noise.poisson(-u, 10.0), ValueError, "not negative"),
        (lambda u: noise.poisson(torch.complex(u, u), 10.0), TypeError, "complex"),
        (lambda u: noise.poisson(u.byte(), 10.0), TypeError, "255"),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(torch.ones(1, 1, 4, 4))


@pytest.mark.gpu
def test_a_seed_means_the_same_noise_on_the_gpu():
    u = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert torch.equal(noise.poisson(u.cuda(), 30, 1).cpu(), noise.poisson(u, 30, 1))
    torch.testing.assert_close(noise.gaussian(u.cuda(), 0.1, 1).cpu(), noise.gaussian(u, 0.1, 1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("peak", [2.0**38, 2.0**40, 2.0**60, 2.0**65, 1e30, 1e37])
def test_counts_are_right_where_torch_loses_digits_and_beyond_64_bits(peak, dtype):
    u = torch.full((1, 1, 100, 100), 2.0, dtype=dtype)
    u[..., :50] = 0
    v = noise.poisson(u, peak, seed=0)
    assert (v[..., :50] == 0).all() and (v >= 0).all()
    torch.testing.assert_close(v, u, rtol=2e-5, atol=0)
    if dtype == torch.float64 and peak < 1e20:  # at 1e30 the deviation is below the last digit
        z = (v[..., 50:] - 2) / (2 / peak) ** 0.5
        assert abs(float(z.mean())) < 0.06 and abs(float(z.std()) - 1) < 0.04


def test_rates_beyond_float32_are_refused():
    with pytest.raises(ValueError, match=r"peak = 1e\+38 makes"):
        noise.poisson(torch.full((1, 1, 2, 2), 9.0), 1e38)
