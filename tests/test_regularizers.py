"""Regularisers: gradients against autograd, Lipschitz constants, what edges and ramps cost."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mvacourse import regularizers as R
from mvacourse.calculus import norm


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@given(st.integers(2, 9), st.integers(2, 9), st.sampled_from([1, 3]), st.floats(1e-3, 10))
@settings(max_examples=40, deadline=None)
def test_gradients_equal_autograd(height, width, channels, eps):
    u = rand(2, channels, height, width)
    for value, gradient in (
        (R.tychonov, R.tychonov_grad),
        (lambda x: R.smoothed_tv(x, eps), lambda x: R.smoothed_tv_grad(x, eps)),
    ):
        expected = torch.func.grad(value)(u)
        torch.testing.assert_close(gradient(u), expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("eps", [0.5, 0.01])
def test_lipschitz_bound_of_smoothed_tv_is_never_violated_and_is_tight(eps):
    worst = 0.0
    for seed in range(200):
        scale = 10.0 ** torch.randint(-6, 2, (), generator=torch.Generator().manual_seed(seed))
        u = scale * rand(1, 1, 8, 8, seed=seed)
        h = eps * scale * rand(1, 1, 8, 8, seed=seed + 1000)
        ratio = norm(R.smoothed_tv_grad(u + h, eps) - R.smoothed_tv_grad(u, eps)) / norm(h)
        worst = max(worst, float(ratio))
    assert worst <= 8 / eps * (1 + 1e-10)
    # At a flat image the Hessian is ∇ᵀ∇/ε, and the checkerboard is its leading eigenvector.
    i = torch.arange(8)
    checkerboard = (1.0 - 2.0 * ((i[:, None] + i[None, :]) % 2)).double()[None, None]
    h = 1e-6 * eps * checkerboard
    assert float(norm(R.smoothed_tv_grad(h, eps)) / norm(h)) == pytest.approx(8 / eps, rel=1e-6)


def test_tychonov_gradient_is_16_lipschitz_on_even_sizes():
    i = torch.arange(6)
    h = (1.0 - 2.0 * ((i[:, None] + i[None, :]) % 2)).double()[None, None]
    assert float(norm(R.tychonov_grad(h)) / norm(h)) == pytest.approx(16)


def step_and_ramp(width):
    """One rise of height 1, spread over `width` pixels, along 64 columns; and its fall."""
    rise = ((torch.arange(64, dtype=torch.float64) - 16) / width).clamp(0, 1)
    fall = ((torch.arange(64, dtype=torch.float64) - 48) / width).clamp(0, 1)
    return (rise - fall).expand(1, 1, 4, 64)


def test_tv_charges_an_edge_and_a_ramp_alike_tychonov_prefers_the_ramp():
    edge, ramp = step_and_ramp(1), step_and_ramp(10)
    assert R.tv(edge) == pytest.approx(8.0)  # two jumps of height 1 on four rows
    assert R.tv(ramp) == pytest.approx(8.0)
    assert R.tychonov(edge) == pytest.approx(8.0)
    assert R.tychonov(ramp) == pytest.approx(0.8)


@pytest.mark.parametrize("eps", [1.0, 0.1, 1e-3])
def test_smoothed_tv_lies_between_tv_and_tv_plus_eps_a_pixel(eps):
    u = rand(1, 1, 8, 9)
    assert R.tv(u) <= R.smoothed_tv(u, eps) <= R.tv(u) + eps * u.numel()


def test_far_below_eps_smoothed_tv_is_tychonov_over_two_eps():
    u, eps = 1e-5 * rand(1, 1, 8, 8), 1.0
    expected = u.numel() * eps + R.tychonov(u) / (2 * eps)
    assert float(R.smoothed_tv(u, eps)) == pytest.approx(float(expected), rel=1e-12)


def test_values_sum_over_batch_and_channels():
    u = rand(2, 3, 6, 6)
    for value in (R.tychonov, R.tv, lambda x: R.smoothed_tv(x, 0.1)):
        parts = sum(value(u[i : i + 1, j : j + 1]) for i in range(2) for j in range(3))
        assert value(u).ndim == 0
        assert float(value(u)) == pytest.approx(float(parts), rel=1e-12)


@pytest.mark.parametrize("eps", [0, -1.0, math.nan])
def test_eps_must_be_positive(eps):
    for function in (R.smoothed_tv, R.smoothed_tv_grad):
        with pytest.raises(ValueError, match="eps"):
            function(rand(1, 1, 4, 4), eps)
