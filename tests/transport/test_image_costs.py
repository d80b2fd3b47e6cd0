"""Costs that see a shape, or what is coarse: against SciPy's Gaussian, and correlations."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from mvacourse.transport import coarse_cost, pixel_cost, shape_cost
from mvacourse.transport.image_costs import blurred, shape


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def smooth(x, sigma):
    """SciPy's blur of each image, cut at 3σ as ours is; outside, the border goes on."""
    images = [gaussian_filter(u[0].numpy(), sigma, truncate=3, mode="nearest") for u in x]
    return torch.from_numpy(np.stack(images))[:, None]


def coarse(x):
    """What an image is seen as: its grey values, blurred, in a grid half as fine."""
    return (
        smooth(x.mean(1, keepdim=True), 1).unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5)).flatten(1)
    )


@pytest.mark.parametrize("sigma", [1, 2])
def test_the_blur_is_that_of_scipy(sigma):
    x = rand(2, 1, 16, 10)
    torch.testing.assert_close(blurred(x, sigma), smooth(x, sigma))
    torch.testing.assert_close(blurred(x, sigma + 0.3).mean(), x.mean(), rtol=0.05, atol=0)


def test_a_shape_is_centred_and_of_unit_length_and_grey_and_coarse():
    x = rand(3, 2, 8, 12)
    phi = coarse(x) - coarse(x).mean(1, keepdim=True)
    torch.testing.assert_close(shape(x), phi / phi.norm(dim=1, keepdim=True))


def test_a_shape_knows_no_brightness_contrast_or_colour():
    x = rand(3, 1, 8, 12)
    tint = torch.tensor([0.2, 0.3, 0.7], dtype=torch.float64)[:, None, None]
    torch.testing.assert_close(shape(0.1 + tint * x), shape(x))


def test_the_shape_of_a_faint_image_is_short_and_of_a_flat_one_zero():
    """Below a contrast of 1/1000, in the norm, the length falls with it."""
    x = rand(1, 1, 8, 8)
    contrast = (coarse(x) - coarse(x).mean()).norm()
    for faint in (0.25e-3, 0.5e-3):
        length = shape(0.5 + faint / contrast * x).norm()
        assert float(length) == pytest.approx(faint / 1e-3, rel=1e-6)
    assert shape(torch.full_like(x, 0.5)).norm() < 1e-12


def priced(price):
    """None is the default, 1."""
    return {} if price is None else {"price": price}


@pytest.mark.parametrize("price", [None, 3.0])
def test_the_cost_of_shapes_is_one_minus_their_correlation(price):
    x, y = rand(4, 3, 8, 8), rand(4, 3, 8, 8, seed=1)
    found = shape_cost(x, y[:, None], gamma=0.0, **priced(price))
    for cost, a, b in zip(found, coarse(x), coarse(y)):
        assert float(cost) == pytest.approx((price or 1) * (1 - np.corrcoef(a, b)[0, 1]))


@pytest.mark.parametrize("price", [None, 3.0])
@pytest.mark.parametrize("gamma", [0.0, 0.8])
def test_spread_is_paid_back_in_shapes_and_in_what_is_coarse(gamma, price):
    """With two draws: ½ mean ‖φx − φy‖² − (γ/2)·½‖φy₁ − φy₂‖²."""
    x, y = rand(3, 1, 8, 12), rand(3, 2, 1, 8, 12, seed=1)

    def by_hand(phi):
        a, (b, c) = phi(x).flatten(1), (phi(y[:, i]).flatten(1) for i in (0, 1))
        far = ((a - b).square() + (a - c).square()).sum(1) / 4
        return (price or 1) * (far - gamma / 4 * (b - c).square().sum(1))

    options = {"gamma": gamma, **priced(price)}
    torch.testing.assert_close(shape_cost(x, y, **options), by_hand(shape))
    of_blur = by_hand(lambda u: smooth(u, 4)) / (8 * 12)
    torch.testing.assert_close(coarse_cost(x, y, **options), of_blur)
    of_pixels = by_hand(lambda u: u) / (8 * 12)
    torch.testing.assert_close(pixel_cost(x, y, **options), of_pixels)
