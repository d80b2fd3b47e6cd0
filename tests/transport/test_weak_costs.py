"""The weak cost: its two forms, no bias, its bounds, its slopes, bad input."""

import itertools
from functools import partial

import pytest
import torch

from mvacourse.transport import (
    conditional_variance,
    d2_energy,
    d2_gaussian,
    d2_quadratic,
    weak_cost,
)

DISTANCES = [d2_quadratic, d2_energy, partial(d2_gaussian, width=0.7)]


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def exact(x, atoms, p, gamma, d2):
    """C(x, Σ p_j δ_{y_j}), written out."""
    variance = (p[:, None] * p * d2(atoms[:, None], atoms)).sum() / 2
    return (p * d2(x, atoms)).sum() / 2 - gamma / 2 * variance


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.0])
def test_the_quadratic_cost_is_the_distance_to_the_mean_and_what_is_left_of_the_variance(gamma):
    x, atoms, p = normal(3), normal(5, 3, seed=1), torch.softmax(normal(5, seed=2), 0)
    mean = p @ atoms
    variance = p @ (atoms - mean).square().sum(1)
    by_hand = (x - mean).square().sum() / 2 + (1 - gamma) / 2 * variance
    torch.testing.assert_close(exact(x, atoms, p, gamma, d2_quadratic), by_hand)


@pytest.mark.parametrize("d2", DISTANCES)
@pytest.mark.parametrize("Z", [2, 3])
def test_the_estimate_has_no_bias(d2, Z):
    """Its mean over all the draws there can be is the cost itself."""
    x, atoms, p = normal(2), normal(4, 2, seed=1), torch.tensor([0.1, 0.2, 0.3, 0.4]).double()
    draws = torch.tensor(list(itertools.product(range(4), repeat=Z)))
    estimates = weak_cost(x.expand(len(draws), 2), atoms[draws], gamma=0.8, d2=d2)
    torch.testing.assert_close(p[draws].prod(1) @ estimates, exact(x, atoms, p, 0.8, d2))


def test_the_variance_is_that_of_the_sample():
    y = normal(6, 5, 2, 3)
    torch.testing.assert_close(conditional_variance(y), y.var(1).sum((1, 2)))


def test_a_cost_takes_images_and_sums_over_their_pixels():
    x, y = normal(2, 1, 4, 4), normal(2, 3, 1, 4, 4, seed=1)
    flat = weak_cost(x.flatten(1), y.flatten(2), gamma=0.5)
    assert torch.equal(weak_cost(x, y, gamma=0.5), flat)
    far = weak_cost(torch.zeros(1, 1, 4, 4), torch.ones(1, 2, 1, 4, 4), gamma=0.5)
    assert far.tolist() == [8.0]


@pytest.mark.parametrize("d2", DISTANCES)
def test_up_to_gamma_one_no_cost_is_negative(d2):
    for seed in range(20):
        x, atoms = normal(2, seed=seed), normal(6, 2, seed=100 + seed)
        p = torch.softmax(normal(6, seed=200 + seed), 0)
        assert exact(x, atoms, p, 1.0, d2) > 0


@pytest.mark.parametrize("spread", [10.0, 100.0])
def test_beyond_gamma_one_spread_pays_without_bound(spread):
    atoms, p = spread * torch.tensor([[1.0], [-1.0]]).double(), torch.full((2,), 0.5).double()
    assert exact(torch.zeros(1).double(), atoms, p, 1.5, d2_quadratic) == -(spread**2) / 4
    assert exact(torch.zeros(1).double(), atoms, p, 2.5, d2_energy) < -spread / 10


@pytest.mark.parametrize("d2", DISTANCES)
def test_a_squared_distance_is_that_of_points_in_a_hilbert_space(d2):
    """−½ J D J, J the projection on vectors of sum 0, is a Gram matrix: not negative."""
    y = normal(12, 2)
    J = torch.eye(12).double() - 1 / 12
    values = torch.linalg.eigvalsh(-J @ d2(y[:, None], y) @ J / 2)
    assert values.min() > -1e-12
    assert d2(y, y).abs().max() == 0


@pytest.mark.parametrize("d2", DISTANCES)
def test_slopes_are_finite_where_all_draws_agree(d2):
    """A map that does not look at z, as at the start, must be able to learn."""
    y = torch.zeros(2, 3, 2, requires_grad=True)
    weak_cost(torch.zeros(2, 2), y, gamma=0.5, d2=d2).sum().backward()
    assert torch.isfinite(y.grad).all()


def test_the_gaussian_distance_is_the_quadratic_one_nearby_and_flat_far_away():
    x, y = torch.zeros(1).double(), torch.tensor([1e-3, 50.0])[:, None].double()
    near, far = d2_gaussian(x, y, width=2.0).tolist()
    assert near == pytest.approx(1e-6 / 4, rel=1e-6)
    assert far == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x, y: weak_cost(x, y, gamma=-0.1), "gamma"),
        (lambda x, y: weak_cost(x, y[:, :1], gamma=0.5), "1 draws"),
        (lambda x, y: weak_cost(x, y[:, 0], gamma=0.5), "draws of the same size"),
        (lambda x, y: weak_cost(x[:1], y, gamma=0.5), "draws of the same size"),
        (lambda x, y: conditional_variance(y[0]), r"\(B, Z, …\)"),
        (lambda x, y: d2_gaussian(x, x, width=0.0), "width"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(normal(4, 2), normal(4, 3, 2))


def test_one_draw_is_enough_without_variance():
    x, y = normal(4, 2), normal(4, 1, 2, seed=1)
    by_hand = (x - y[:, 0]).square().sum(1) / 2
    torch.testing.assert_close(weak_cost(x, y, gamma=0.0), by_hand)
