"""Solvers at any scale of data, in float32, and the starting point that they must leave alone."""

import pytest
import torch

from mvacourse import dtypes, solvers, variational
from mvacourse.operators import Identity
from mvacourse.solvers import scales

SCALES = (1e-30, 1e-25, 1e-23, 1e-15, 1e-8, 1e8, 1e15, 1e23, 1e25, 1e30)


def rand(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


D = torch.linspace(1, 4, 12)


@pytest.mark.parametrize("scale", SCALES)
def test_conjugate_gradients_at_the_scale_of_the_data(scale):
    b, x0 = rand(12), rand(12, seed=1)
    for start in (None, scale * x0):
        found = solvers.conjugate_gradient(lambda x: D * x, scale * b, start)
        torch.testing.assert_close(found / scale, b / D, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_conjugate_gradients_at_the_scale_of_the_map(scale):
    b = rand(12)
    found = solvers.conjugate_gradient(lambda x: scale * (D * x), b)
    torch.testing.assert_close(found * scale, b / D, rtol=1e-4, atol=1e-5)


def test_the_callback_sees_the_scale_of_the_data():
    seen = []
    x = solvers.conjugate_gradient(
        lambda x: D * x, 1e-25 * rand(12), callback=lambda k, x: seen.append(x)
    )
    assert torch.equal(seen[-1], x)
    assert 1e-26 < seen[0].abs().max() < 1e-24


@pytest.mark.parametrize("scale", SCALES)
def test_optimal_steps_at_the_scale_of_the_data(scale):
    b = scale * rand(12)
    for x0 in (torch.zeros(12), scale * rand(12, seed=1)):
        found = solvers.optimal_step_descent(lambda x: D * x - b, x0, n_iter=60)
        torch.testing.assert_close(found / scale, b / scale / D, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_optimal_steps_at_the_scale_of_the_map(scale):
    b = rand(12)
    found = solvers.optimal_step_descent(lambda x: scale * (D * x - b), b, n_iter=60)
    torch.testing.assert_close(found, b / D, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_power_iteration_at_any_scale(scale):
    start = rand(12)
    largest, x = solvers.power_iteration(lambda x: scale * (D * x), start)
    assert largest / scale == pytest.approx(4, rel=1e-4)
    assert float(x.norm()) == pytest.approx(1, rel=1e-5)
    largest, _ = solvers.power_iteration(lambda x: D * x, scale * start)
    assert largest == pytest.approx(4, rel=1e-4)


def test_powers_of_two_are_exact_and_ordinary_vectors_stay():
    x = rand(12)
    assert scales.exponent(x) == scales.exponent(torch.zeros(3)) == 0
    assert dtypes.shifted(x, 0) is x
    for j in (-140, -100, 77, 120):
        assert torch.equal(dtypes.shifted(dtypes.shifted(x.double(), j), -j), x.double())
    for size in (1e-40, 1e-30, 1e30, 1e38):
        y = torch.full((1,), size)
        assert 0.25 < float(dtypes.shifted(y, scales.exponent(y))) <= 1
        assert float(scales.length(y)) == pytest.approx(float(y), rel=1e-5)


IN_PLACE = {
    "projected": lambda x0, n: solvers.projected_gradient(
        lambda x: x, lambda x: x.clamp_(0, 0.2), x0, tau=0.1, n_iter=n
    ),
    "accelerated": lambda x0, n: solvers.accelerated_gradient(
        lambda x: x, x0, L=1.0, n_iter=n, project=lambda x: x.clamp_(0, 0.2)
    ),
    "descent": lambda x0, n: solvers.gradient_descent(lambda x: x, x0, tau=0.1, n_iter=n),
    "optimal": lambda x0, n: solvers.optimal_step_descent(lambda x: x, x0, n_iter=n),
    "conjugate": lambda x0, n: solvers.conjugate_gradient(
        lambda x: x, torch.ones_like(x0), x0, n_iter=n
    ),
    "smoothed_tv": lambda x0, n: variational.smoothed_tv(Identity(), x0 / 2, 0.1, n_iter=n, x0=x0),
    "inpaint": lambda x0, n: variational.inpaint(x0, torch.ones(4, 4), n_iter=n),
}


@pytest.mark.parametrize("n_iter", [0, 2])
@pytest.mark.parametrize("name", IN_PLACE)
def test_a_solver_leaves_its_starting_point_alone(name, n_iter):
    x0 = rand(1, 1, 4, 4)
    before = x0.clone()
    x = IN_PLACE[name](x0, n_iter)
    assert torch.equal(x0, before)
    x.add_(1)
    assert torch.equal(x0, before)
