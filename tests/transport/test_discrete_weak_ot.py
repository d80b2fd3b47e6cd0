"""Exact plans between point clouds, against POT, a general solver, and closed forms."""

from functools import partial
from itertools import pairwise

import numpy as np
import ot
import pytest
import torch
from scipy.optimize import minimize

from mvacourse.transport import (
    d2_energy,
    d2_gaussian,
    d2_quadratic,
    discrete_weak_ot,
    weak_gaussian,
)
from mvacourse.transport.discrete import _down_the_simplex


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def weights(n, seed):
    return torch.softmax(0.5 * normal(n, seed=seed), 0)


def cost(plan, x, y, gamma, d2=d2_quadratic):
    """Σ a_i C(x_i, π_i/a_i), row by row."""
    total = 0.0
    for x_i, row in zip(x, plan):
        p = row / row.sum()
        variance = (p[:, None] * p * d2(y[:, None], y)).sum() / 2
        total += row.sum() * ((p * d2(x_i, y)).sum() / 2 - gamma / 2 * variance)
    return float(total)


def random_plans(x, y, n):
    """Plans of equal weights: mixtures of random permutations."""
    g = torch.Generator().manual_seed(9)
    for _ in range(n):
        p = torch.softmax(3 * normal(4, seed=int(torch.randint(10**6, (), generator=g))), 0)
        eye = torch.eye(len(x), dtype=torch.float64)
        yield sum(p_k * eye[torch.randperm(len(x), generator=g)] for p_k in p) / len(x)


def test_at_gamma_0_it_is_classical_transport():
    x, y, a, b = normal(12, 2), normal(9, 2, seed=1) + 1, weights(12, 2), weights(9, 3)
    ours = discrete_weak_ot(x, y, gamma=0.0, a=a, b=b)
    theirs = ot.emd2(a.numpy(), b.numpy(), ot.dist(x.numpy(), y.numpy())) / 2
    assert ours.cost == pytest.approx(theirs, rel=1e-9)
    assert abs(ours.gap) < 1e-9
    x, y = normal(40, 3), normal(40, 3, seed=1)
    theirs = ot.emd2([], [], ot.dist(x.numpy(), y.numpy())) / 2
    assert discrete_weak_ot(x, y, gamma=0.0).cost == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("equal", [True, False])
def test_at_gamma_1_it_is_what_pot_finds(equal):
    n, m = (25, 25) if equal else (12, 10)
    x, y = 1.5 * normal(n, 2), normal(m, 2, seed=1)
    a, b = (None, None) if equal else (weights(n, 2), weights(m, 3))
    ours = discrete_weak_ot(x, y, gamma=1.0, a=a, b=b, n_iter=1000, tol=1e-4)
    given = [] if equal else [a.numpy(), b.numpy()]
    until = {"numItermax": 1000, "stopThr": 1e-12, "stopThr2": 1e-12}  # else it stops 0.6 % above
    plan = ot.weak_optimal_transport(x.numpy(), y.numpy(), *given, **until)
    theirs = cost(torch.from_numpy(plan), x, y, 1.0)
    assert ours.gap <= 1e-4 * ours.cost
    assert ours.cost - ours.gap <= theirs + 1e-9
    assert ours.cost == pytest.approx(theirs, rel=5e-3)


@pytest.mark.parametrize(
    ("gamma", "d2"),
    [
        (0.6, d2_quadratic),
        (3.0, d2_quadratic),
        (0.9, d2_energy),
        (0.9, partial(d2_gaussian, width=1.0)),
    ],
)
def test_a_general_solver_finds_no_better_plan(gamma, d2):
    x, y, a, b = normal(4, 2), 2 * normal(5, 2, seed=1), weights(4, 2), weights(5, 3)
    ours = discrete_weak_ot(x, y, gamma=gamma, d2=d2, a=a, b=b, n_iter=2000, tol=1e-6)

    def value(flat):
        plan = torch.from_numpy(flat).view(4, 5).clamp(min=0) + 1e-15
        return cost(plan, x, y, gamma, d2)

    marginals = [
        {"type": "eq", "fun": lambda p: p.reshape(4, 5).sum(1) - a.numpy()},
        {"type": "eq", "fun": lambda p: p.reshape(4, 5).sum(0)[1:] - b.numpy()[1:]},
    ]
    start = np.outer(a, b).ravel()
    options = {"maxiter": 500, "ftol": 1e-12}
    found = minimize(value, start, bounds=[(0, 1)] * 20, constraints=marginals, options=options)
    assert ours.cost == pytest.approx(found.fun, rel=1e-4)
    assert abs(ours.gap) <= 1e-6 * abs(ours.cost)


@pytest.mark.parametrize("d2", [d2_quadratic, d2_energy])
def test_the_plan_is_one_and_has_the_cost_that_is_told(d2):
    x, y, a, b = normal(8, 2), normal(6, 2, seed=1), weights(8, 2), weights(6, 3)
    found = discrete_weak_ot(x, y, gamma=0.7, d2=d2, a=a, b=b)
    assert found.plan.min() >= 0
    torch.testing.assert_close(found.plan.sum(1), a)
    torch.testing.assert_close(found.plan.sum(0), b)
    assert found.cost == pytest.approx(cost(found.plan, x, y, 0.7, d2), rel=1e-9)
    less = cost(found.plan, x, y, 0.0, d2) - found.cost
    assert less == pytest.approx(0.35 * found.variance, rel=1e-9)


def test_the_gap_is_a_bound_from_the_first_iteration_on():
    x, y = normal(30, 2), 2 * normal(30, 2, seed=1)
    best = discrete_weak_ot(x, y, gamma=0.8, n_iter=500, tol=1e-5)
    assert best.gap <= 1e-5 * best.cost
    for n_iter in (1, 3, 10):
        early = discrete_weak_ot(x, y, gamma=0.8, n_iter=n_iter, tol=1e-9)
        assert early.n_iter == n_iter
        assert early.cost - early.gap <= best.cost <= early.cost
    assert min(cost(plan, x, y, 0.8) for plan in random_plans(x, y, 20)) > best.cost


def test_the_larger_gamma_the_more_random_the_plan():
    x, y = normal(40, 2), 2 * normal(40, 2, seed=1)
    found = [discrete_weak_ot(x, y, gamma=g, tol=5e-3) for g in (0.0, 0.25, 0.5, 0.75, 1.0)]
    variances = [plan.variance for plan in found]
    costs = [plan.cost for plan in found]
    assert variances[0] == pytest.approx(0, abs=1e-9)
    assert all(b > a + 0.05 for a, b in pairwise(variances))
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_mixture_of_corners_has_equal_slopes_where_it_has_weight(seed):
    """What makes w the minimiser of c·w + ½ w·Qw over w ≥ 0, Σw = 1; from any start."""
    n = 2 + seed
    root, c = normal(n, n, seed=seed).numpy(), normal(n, seed=9 + seed).numpy()
    Q = root @ root.T + 0.1 * np.eye(n)
    start = weights(n, seed).numpy()
    w = _down_the_simplex(c, Q, start, tol=1e-9)
    slope = c + Q @ w
    assert w.min() >= 0 and w.sum() == pytest.approx(1, abs=1e-12)
    assert slope[w > 0].max() - slope.min() <= 1e-9
    assert start == pytest.approx(weights(n, seed).numpy(), abs=0), "left as it was"
    assert _down_the_simplex(c, Q, start, tol=1e9) == pytest.approx(start, abs=0)


def test_where_there_is_no_curvature_all_the_weight_goes_to_the_best_corner():
    w = _down_the_simplex(np.array([2.0, 1.0, 3.0]), np.zeros((3, 3)), np.full(3, 1 / 3), tol=0.0)
    assert w == pytest.approx([0, 1, 0], abs=1e-15)


@pytest.mark.parametrize("gamma", [0.3, 0.7, 1.0, 2.0])
def test_clouds_of_gaussian_quantiles_give_the_closed_form(gamma):
    p = (torch.arange(150).double() + 0.5) / 150
    y = torch.special.ndtri(p)[:, None]
    x, one = 0.5 * y + 0.3, torch.ones(1).double()
    expected = weak_gaussian(0.3 * one, 0.5 * one, 0 * one, one, gamma=gamma)
    found = discrete_weak_ot(x, y, gamma=gamma, tol=2e-3)
    assert found.cost == pytest.approx(expected.cost, abs=0.015)
    assert found.variance == pytest.approx(float(expected.variance), abs=0.04)
    mean = 150 * found.plan @ y
    slope = float(((x - x.mean()) * mean).sum() / (x - x.mean()).square().sum())
    assert slope == pytest.approx(float(expected.slope), rel=0.03)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"gamma": -1.0}, "gamma"),
        ({"n_iter": 0}, "n_iter"),
        ({"tol": 0.0}, "tol"),
        ({"a": torch.full((3,), 0.25)}, "a has shape"),
        ({"b": torch.tensor([1.5, -0.5, 0.0, 0.0])}, "b must be positive"),
        ({"b": torch.full((4,), 0.2)}, "sum 1"),
        ({"y": torch.zeros(4, 3)}, "a point of y"),
        ({"y": torch.zeros(0, 2)}, "y has shape"),
        ({"y": torch.zeros(4)}, "y has shape .* a cloud is"),
        ({"y": torch.full((4, 2), torch.nan)}, "NaN"),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(ValueError, match=words):
        discrete_weak_ot(**{"x": normal(4, 2), "y": normal(4, 2, seed=1), "gamma": 0.5, **options})


@pytest.mark.parametrize("side", ["a", "b"])
def test_equal_numbers_of_points_may_have_unequal_weights(side):
    x, y = normal(4, 2), normal(4, 2, seed=1)
    unequal = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    plan = discrete_weak_ot(x, y, gamma=0.5, **{side: unequal}).plan
    expected = {"a": torch.full((4,), 0.25, dtype=torch.float64)}
    expected |= {"b": expected["a"], side: unequal}
    torch.testing.assert_close(plan.sum(1), expected["a"])
    torch.testing.assert_close(plan.sum(0), expected["b"])
