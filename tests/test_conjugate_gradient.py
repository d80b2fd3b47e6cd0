"""Conjugate gradients at the limits of a precision: singular maps, tiny and huge scales."""

import math

import pytest
import torch

from mvacourse.calculus import norm
from mvacourse.solvers import conjugate_gradient

SCALES = {torch.float64: (1e-60, 1.0, 1e60), torch.float32: (1e-8, 1.0, 1e8)}
CASES = [(dtype, scale) for dtype, scales in SCALES.items() for scale in scales]


def rand(*shape, seed=0, dtype=torch.float64):
    u = torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return u.to(dtype)


def singular(dtype, seed=0):
    """A positive matrix of size 6 and rank 3."""
    A = rand(3, 6, seed=seed)
    return (A.T @ A).to(dtype)


@pytest.mark.parametrize(("dtype", "scale"), CASES)
def test_the_scale_of_the_map_only_divides_the_solution(dtype, scale):
    G, b = singular(dtype) + torch.eye(6, dtype=dtype), rand(6, seed=1, dtype=dtype)
    x = conjugate_gradient(lambda x: scale * (G @ x), b, tol=10 * torch.finfo(dtype).eps)
    torch.testing.assert_close(
        scale * x, torch.linalg.solve(G, b), rtol=0, atol=1e3 * torch.finfo(dtype).eps
    )


@pytest.mark.parametrize(("dtype", "scale"), CASES)
def test_the_scale_of_the_right_hand_side_multiplies_the_solution(dtype, scale):
    G, b = singular(dtype) + torch.eye(6, dtype=dtype), rand(6, seed=1, dtype=dtype)
    x = conjugate_gradient(lambda x: G @ x, scale * b, tol=10 * torch.finfo(dtype).eps)
    torch.testing.assert_close(
        x / scale, torch.linalg.solve(G, b), rtol=0, atol=1e3 * torch.finfo(dtype).eps
    )


@pytest.mark.parametrize(("dtype", "scale"), CASES)
def test_a_singular_map_gives_the_least_squares_solution_and_then_stops(dtype, scale):
    eps = torch.finfo(dtype).eps
    for seed in range(5):
        G = singular(dtype, seed)
        b = G @ rand(6, seed=seed + 10, dtype=dtype)
        expected = torch.linalg.pinv(G.double(), rtol=1e-5) @ b.double()
        x = conjugate_gradient(lambda x, G=G: scale * (G @ x), b, tol=10 * eps)
        assert norm(scale * x.double() - expected) < 1e3 * eps * norm(expected)
        # Beyond, the residual is rounding noise, and its curvature may come out negative.
        steps = []
        x = conjugate_gradient(
            lambda x, G=G: scale * (G @ x), b, tol=0.0, callback=lambda k, x, s=steps: s.append(k)
        )
        assert norm(scale * x.double()) < 2 * norm(expected)
        assert len(steps) < 20


@pytest.mark.parametrize(("dtype", "scale"), CASES)
def test_it_stops_where_the_right_hand_side_points_into_the_kernel(dtype, scale):
    d = torch.tensor([1.0, 2.0, 0.0], dtype=dtype)
    steps = []
    x = conjugate_gradient(
        lambda x: scale * d * x,
        torch.ones(3, dtype=dtype),
        callback=lambda k, x: steps.append(x),
    )
    assert torch.isfinite(x).all()
    assert len(steps) < 10
    # nothing at all can be done along the kernel itself
    kernel = torch.tensor([0.0, 0.0, 1.0], dtype=dtype)
    assert norm(conjugate_gradient(lambda x: scale * d * x, kernel)) == 0


@pytest.mark.parametrize(("dtype", "scale"), CASES)
@pytest.mark.parametrize("share", [0.9, 0.1, 1e-3])
def test_a_negative_eigenvalue_is_refused_at_any_scale(dtype, scale, share):
    d = scale * torch.tensor([1.0, -share], dtype=dtype)
    for b in ([0.0, 1.0], [1.0, 1.0], [1.0, 0.1]):
        with pytest.raises(ValueError, match="gram is not positive"):
            conjugate_gradient(lambda x: d * x, torch.tensor(b, dtype=dtype), tol=0)


@pytest.mark.parametrize(("dtype", "scale"), CASES)
@pytest.mark.parametrize("n_ulps", [-10, -1, 0.1])
def test_a_curvature_below_the_rounding_errors_counts_as_zero(dtype, scale, n_ulps):
    # The second eigenvalue stands for a zero that rounding has moved, by a few times eps.
    d = torch.tensor([1.0, n_ulps * torch.finfo(dtype).eps], dtype=dtype)
    x = conjugate_gradient(lambda x: scale * d * x, torch.tensor([1.0, 1.0], dtype=dtype), tol=0)
    assert norm(scale * x) < 10


def test_it_stops_at_the_relative_residual_it_was_given():
    G = torch.diag(torch.linspace(1, 30, 12, dtype=torch.float64))
    b = rand(12)
    for tol in (0.3, 1e-2, 1e-5):
        residuals = [float(norm(b))]
        conjugate_gradient(
            lambda x: G @ x,
            b,
            tol=tol,
            callback=lambda k, x, r=residuals: r.append(float(norm(G @ x - b))),
        )
        reached = [r <= tol * float(norm(b)) * (1 + 1e-9) for r in residuals]
        assert reached[-1] and not any(reached[:-1])


def test_a_start_at_the_solution_takes_no_step():
    G = singular(torch.float64) + torch.eye(6, dtype=torch.float64)
    x0, steps = rand(6, seed=3), []
    x = conjugate_gradient(lambda x: G @ x, G @ x0, x0, callback=lambda k, x: steps.append(k))
    assert torch.equal(x, x0) and not steps


def test_each_step_minimises_over_the_krylov_space_of_the_start():
    G, b, x0 = singular(torch.float64) + torch.eye(6, dtype=torch.float64), rand(6), rand(6, seed=4)
    found = []
    conjugate_gradient(
        lambda x: G @ x, b, x0, n_iter=3, tol=0, callback=lambda k, x: found.append((k, x))
    )
    assert [k for k, _ in found] == [1, 2, 3]
    r = b - G @ x0
    for k, x in found:
        K = torch.stack([torch.linalg.matrix_power(G, i) @ r for i in range(k)], 1)
        K = torch.linalg.qr(K).Q
        expected = x0 + K @ torch.linalg.solve(K.T @ G @ K, K.T @ r)
        torch.testing.assert_close(x, expected, rtol=0, atol=1e-10)


def test_two_systems_in_a_batch_are_one_large_system():
    G = singular(torch.float64) + torch.eye(6, dtype=torch.float64)
    b = rand(2, 6)
    x = conjugate_gradient(lambda x: x @ G, b, n_iter=12, tol=1e-14)
    torch.testing.assert_close(x @ G, b, rtol=0, atol=1e-11)


def test_a_complex_system_is_a_real_one_of_twice_the_size():
    M = torch.complex(rand(4, 4), rand(4, 4, seed=1))
    G = M.mH @ M + torch.eye(4)
    b = torch.complex(rand(4, seed=2), rand(4, seed=3))
    x = conjugate_gradient(lambda x: G @ x, b, n_iter=30, tol=1e-14)
    torch.testing.assert_close(x, torch.linalg.solve(G, b), rtol=0, atol=1e-10)


@pytest.mark.parametrize("options", [{"tol": -1.0}, {"tol": math.nan}, {"n_iter": -1}])
def test_bad_options(options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        conjugate_gradient(lambda x: x, torch.ones(2), **options)
