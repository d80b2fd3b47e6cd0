"""Each solver step by step: how many, from where, how long, and with which momentum."""

import math
from itertools import pairwise

import pytest
import torch

from mvacourse import solvers
from mvacourse.calculus import norm


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def bowl(x):
    """Gradient of ½ Σ dᵢ(xᵢ − 1)², with d from 0.5 to 2."""
    return torch.linspace(0.5, 2, 5, dtype=torch.float64) * (x - 1)


SOLVERS = {
    "fixed": lambda x0, **o: solvers.gradient_descent(bowl, x0, tau=0.3, **o),
    "optimal": lambda x0, **o: solvers.optimal_step_descent(bowl, x0, **o),
    "projected": lambda x0, **o: solvers.projected_gradient(bowl, lambda x: x, x0, tau=0.3, **o),
    "accelerated": lambda x0, **o: solvers.accelerated_gradient(bowl, x0, L=2.0, **o),
    "strongly convex": lambda x0, **o: solvers.accelerated_gradient(
        bowl, x0, L=2.0, alpha=0.5, **o
    ),
    "conjugate": lambda x0, **o: solvers.conjugate_gradient(
        lambda x: bowl(x) - bowl(0 * x), -bowl(torch.zeros_like(x0)), x0, tol=0, **o
    ),
}


@pytest.mark.parametrize("name", SOLVERS)
def test_there_are_as_many_steps_as_asked_for_and_the_callback_sees_them(name):
    x0 = rand(5)
    assert torch.equal(SOLVERS[name](x0, n_iter=0), x0)
    for n_iter in (1, 3):
        seen = []
        x = SOLVERS[name](x0, n_iter=n_iter, callback=lambda k, x, s=seen: s.append((k, x)))
        assert [k for k, _ in seen] == list(range(1, n_iter + 1))
        assert torch.equal(seen[-1][1], x)
        assert torch.equal(SOLVERS[name](x0, n_iter=n_iter), x)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_negative_number_of_steps_is_refused(name):
    with pytest.raises(ValueError, match="n_iter"):
        SOLVERS[name](rand(5), n_iter=-1)


def to_ball(x):
    return x / norm(x).clamp(min=1)


def test_projected_descent_starts_from_the_projection_of_its_start():
    x0 = 10 * rand(5)
    start = to_ball(x0)
    assert norm(start - x0) > 1
    x = solvers.projected_gradient(bowl, to_ball, x0, tau=0.3, n_iter=0)
    torch.testing.assert_close(x, start, rtol=0, atol=0)
    x = solvers.projected_gradient(bowl, to_ball, x0, tau=0.3, n_iter=1)
    torch.testing.assert_close(x, to_ball(start - 0.3 * bowl(start)), rtol=0, atol=1e-15)


@pytest.mark.parametrize("tau", [0.2, 0.9])
def test_a_point_is_fixed_by_projected_descent_if_and_only_if_it_minimises(tau):
    ends = solvers.projected_gradient(bowl, to_ball, rand(5), tau=tau, n_iter=2000)
    again = solvers.projected_gradient(bowl, to_ball, ends, tau=tau, n_iter=1)
    torch.testing.assert_close(again, ends, rtol=0, atol=1e-14)
    # On the sphere, the minimiser is where −∇f points straight outwards.
    outwards = -bowl(ends)
    assert norm(ends) == pytest.approx(1, abs=1e-12)
    torch.testing.assert_close(outwards / norm(outwards), ends, rtol=0, atol=1e-10)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("curvature", [1e-3, 1.0, 1e3])
def test_one_optimal_step_reaches_the_minimum_of_a_round_bowl_from_anywhere(scale, curvature):
    x0 = scale * rand(5)
    x = solvers.optimal_step_descent(lambda x: curvature * x, x0, n_iter=1)
    assert norm(x) < 1e-14 * norm(x0)


@pytest.mark.parametrize("curvature", [0.0, -1.0])
def test_optimal_steps_stop_where_there_is_no_minimum(curvature):
    x0, seen = rand(5), []
    x = solvers.optimal_step_descent(
        lambda x: curvature * x + 1, x0, n_iter=3, callback=lambda k, x: seen.append(k)
    )
    assert torch.equal(x, x0) and not seen


def momenta(n, **options):
    """The β of each step, read on a plane of slope −1: dₙ₊₁ = 1/L + βₙ dₙ."""
    x0 = torch.zeros(1, dtype=torch.float64)
    xs = [x0]
    solvers.accelerated_gradient(
        lambda x: -torch.ones_like(x), x0, n_iter=n, callback=lambda k, x: xs.append(x), **options
    )
    d = [float(b - a) for a, b in pairwise(xs)]
    assert d[0] == pytest.approx(1 / options["L"], rel=1e-14)
    return [(after - d[0]) / before for before, after in pairwise(d)]


@pytest.mark.parametrize("L", [1.0, 8.0])
def test_momentum_without_strong_convexity_follows_t_squared_minus_t(L):
    betas = momenta(8, L=L)
    assert betas[0] == pytest.approx(0, abs=1e-14)
    t = (1 + math.sqrt(5)) / 2  # t² − t = 1
    for beta in betas[1:]:
        t_old, t = t, (t - 1) / beta
        assert t**2 - t == pytest.approx(t_old**2, rel=1e-9)


@pytest.mark.parametrize(("L", "alpha", "beta"), [(1.0, 1.0, 0.0), (9.0, 1.0, 0.5), (8, 2, 1 / 3)])
def test_momentum_with_strong_convexity_is_constant(L, alpha, beta):
    assert momenta(6, L=L, alpha=alpha) == pytest.approx([beta] * 5, abs=1e-12)


def test_the_first_accelerated_step_is_plain_descent_from_the_start():
    x0 = rand(5)
    x = solvers.accelerated_gradient(bowl, x0, L=2.0, n_iter=1)
    torch.testing.assert_close(x, x0 - bowl(x0) / 2, rtol=0, atol=1e-15)
    x = solvers.accelerated_gradient(bowl, x0, L=2.0, n_iter=1, project=to_ball)
    torch.testing.assert_close(x, to_ball(x0 - bowl(x0) / 2), rtol=0, atol=1e-15)


def test_the_step_is_checked_before_the_lipschitz_constant_is_used():
    with pytest.raises(ValueError, match="L = "):
        solvers.gradient_descent(bowl, rand(5), tau=0.1, L=0.0, n_iter=1)
    with pytest.raises(ValueError, match="tau = "):
        solvers.projected_gradient(bowl, to_ball, rand(5), tau=0.0, n_iter=1)
    with pytest.raises(ValueError, match="L = "):
        solvers.accelerated_gradient(bowl, rand(5), L=-1.0, n_iter=1)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_one_power_iteration_gives_the_rayleigh_quotient_of_its_start(scale):
    d, x0 = torch.linspace(1, 3, 5, dtype=torch.float64), rand(5)
    value, x = solvers.power_iteration(lambda x: d * x, scale * x0, n_iter=1)
    assert value == pytest.approx(float((d * x0 * x0).sum() / (x0 * x0).sum()), rel=1e-14)
    torch.testing.assert_close(x, d * x0 / norm(d * x0), rtol=0, atol=1e-15)


def test_power_iteration_stops_at_a_small_relative_change_and_never_goes_too_high():
    d = torch.tensor([3.0, 2.0, 1.0], dtype=torch.float64)
    for scale in (1e-9, 1.0, 1e9):
        for tol in (1e-2, 1e-6):
            values = []

            def gram(x, scale=scale, values=values):
                values.append(float((scale * d * x * x).sum()))
                return scale * d * x

            value, _ = solvers.power_iteration(gram, torch.ones(3).double(), tol=tol)
            small = [abs(b - a) <= tol * b for a, b in pairwise(values)]
            assert value == pytest.approx(values[-1]) and value <= 3 * scale * (1 + 1e-12)
            assert small[-1] and not any(small[:-1])


def test_power_iteration_stops_at_an_eigenvector_even_without_tolerance():
    calls = []
    value, x = solvers.power_iteration(
        lambda x: calls.append(x) or 2 * x, torch.ones(4).double(), tol=0.0
    )
    assert value == 2 and len(calls) == 2
    assert torch.equal(x, torch.full((4,), 0.5).double())


def test_power_iteration_of_zero_returns_its_unit_start():
    value, x = solvers.power_iteration(lambda x: 0 * x, torch.tensor([3.0, 4.0]).double())
    assert value == 0 and x.tolist() == [0.6, 0.8]
    with pytest.raises(ValueError, match="n_iter"):
        solvers.power_iteration(lambda x: x, torch.ones(2), n_iter=0)


def test_default_tolerances_decide_when_to_stop():
    def steps(solve, *args, **options):
        calls = []
        solve(lambda x: calls.append(1) or d * x, *args, **options)
        return len(calls)

    d = torch.tensor([1.0, 0.99], dtype=torch.float64)
    start = torch.ones(2, dtype=torch.float64)
    default = steps(solvers.power_iteration, start)
    assert default == steps(solvers.power_iteration, start, tol=1e-9)
    assert default > steps(solvers.power_iteration, start, tol=2e-9)
    # After one step the relative residual of diag(1, 1 + δ) is δ/2.
    for delta, n in ((1.9e-6, 1), (2.2e-6, 2)):
        d = torch.tensor([1.0, 1.0 + delta], dtype=torch.float64)
        assert steps(solvers.conjugate_gradient, start) == 1 + n  # and one at the start


def test_conjugate_gradients_stop_when_the_residual_equals_the_tolerance():
    b, seen = torch.tensor([3.0, 4.0], dtype=torch.float64), []
    x = solvers.conjugate_gradient(lambda x: x, b, tol=1.0, callback=lambda k, x: seen.append(k))
    assert norm(x) == 0 and not seen


def test_default_numbers_of_steps_are_a_thousand():
    calls = []
    d = torch.logspace(-10, 0, 2500, dtype=torch.float64)  # far too many scales to be solved
    solvers.conjugate_gradient(lambda x: calls.append(1) or d * x, torch.ones_like(d), tol=0)
    assert len(calls) == 1 + 1000
    calls.clear()
    d = 1 - 1e-4 * torch.arange(2, dtype=torch.float64)
    solvers.power_iteration(lambda x: calls.append(1) or d * x, torch.ones_like(d), tol=0)
    assert len(calls) == 1000
