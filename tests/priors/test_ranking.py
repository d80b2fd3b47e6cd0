"""Which prior with how many measurements (G1): the ranking turns."""

import pytest

from mvacourse import images, metrics, noise, priors, variational, weights
from mvacourse.operators import GaussianSensing

SHAPE = (1, 28, 28)


@pytest.fixture(scope="module")
def G():
    return weights.load("vae_digits").requires_grad_(False).decode


def errors(G, m, seed):
    """Restore six held-out digits from m noisy measurements; errors by prior and digit."""
    x, _ = images.digits(6, seed=100 + seed)  # the networks were trained on another seed
    A = GaussianSensing(m, SHAPE, seed=10 * seed + m)
    y = noise.gaussian(A(x), 0.01, seed=seed)
    found = {
        "generator": priors.csgm(A, y, G, lam=0.03, n_iter=80, restarts=2, candidates=500).x,
        "TV": variational.smoothed_tv(A, y, 0.003, n_iter=150),
        "sparsity": priors.lasso(A, y, 0.003, n_iter=150, clip=(0, 1)),
    }
    return {name: metrics.mse(x_hat.clamp(0, 1), x) for name, x_hat in found.items()}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_few_measurements_the_generator_is_ahead(G, seed):
    error = errors(G, 50, seed)
    for other in ("TV", "sparsity"):
        assert (5 * error["generator"] < error[other]).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_many_measurements_the_priors_that_learned_nothing_are_ahead(G, seed):
    error = errors(G, 500, seed)
    assert (3 * error["TV"] < error["generator"]).all()
    assert 1.5 * error["sparsity"].median() < error["generator"].median()


def test_more_measurements_serve_all_but_the_generator(G):
    few, many = errors(G, 50, 3), errors(G, 500, 3)
    gain = {name: float(few[name].mean() / many[name].mean()) for name in few}
    assert gain["generator"] < 3 and min(gain["TV"], gain["sparsity"]) > 8
