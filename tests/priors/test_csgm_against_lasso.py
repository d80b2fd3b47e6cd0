"""What the shipped digit prior does with few measurements: the bounds that the course states."""

import pytest
import torch

from mvacourse import closed_form, images, metrics, noise, weights
from mvacourse.operators import GaussianSensing
from mvacourse.priors import csgm, lasso

SHAPE = (1, 28, 28)


@pytest.fixture(scope="module")
def G():
    return weights.load("vae_digits").requires_grad_(False).decode


def measured(n, m):
    x, _ = images.digits(n, seed=100)  # the networks were trained on another seed
    A = GaussianSensing(m, SHAPE, seed=m)
    return x, A, noise.gaussian(A(x), 0.01, seed=1)


def mean_error(x_hat, x):
    return float(metrics.mse(x_hat, x).mean())


def test_few_measurements_of_a_digit_are_enough(G):
    x, A, y = measured(20, 25)
    error = mean_error(csgm(A, y, G, lam=0.03).x, x)
    assert error <= 0.010
    assert mean_error(closed_form.pseudo_inverse(A, y), x) >= 6 * error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("m", "most"), [(25, 0.010), (100, 0.005), (200, 0.005), (400, 0.005), (784, 0.005)]
)
def test_error_of_a_hundred_held_out_digits(G, m, most):
    x, A, y = measured(100, m)
    error = mean_error(csgm(A, y, G, lam=0.03).x, x)
    print(f"m = {m}: {error:.5f}")
    assert error <= most
    if m == 25:
        assert mean_error(closed_form.pseudo_inverse(A, y), x) >= 6 * error


@pytest.mark.slow
def test_all_measurements_are_better_used_without_the_prior(G):
    # A square Gaussian matrix is nearly singular, so that with noise even its pseudo-inverse fails;
    # the Lasso does not, and without noise neither does the pseudo-inverse.
    x, A, y = measured(20, 784)
    prior = mean_error(csgm(A, y, G, lam=0.03).x, x)
    assert mean_error(lasso(A, y, 0.003, clip=(0, 1)), x) < prior / 3
    exact = closed_form.pseudo_inverse(A.double(), A(x.double()))
    assert mean_error(exact, x.double()) < 1e-6 < prior


def test_the_range_error_is_what_more_measurements_tend_to(G):
    x, A, y = measured(4, 400)
    found = csgm(A, y, G, lam=0.0).x
    nearest = csgm(GaussianSensing(784, SHAPE), GaussianSensing(784, SHAPE)(x), G).x
    assert mean_error(found, x) == pytest.approx(mean_error(nearest, x), rel=0.5)
    assert torch.isfinite(found).all()
