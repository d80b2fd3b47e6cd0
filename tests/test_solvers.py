"""The theorems of part B, as tests: rates as slopes, bounds as inequalities."""

import math
import warnings

import numpy as np
import pytest
import torch

from mvacourse import solvers
from mvacourse.calculus import dot, norm


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


class Quadratic:
    """f(x) = ½ x·Hx − b·x with Hessian eigenvalues spread from alpha to L."""

    def __init__(self, alpha=0.5, L=4.0, d=6, seed=0):
        Q = torch.linalg.qr(rand(d, d, seed=seed)).Q
        self.eigenvalues = torch.linspace(alpha, L, d, dtype=torch.float64)
        self.H = Q @ torch.diag(self.eigenvalues) @ Q.T
        self.Q, self.alpha, self.L = Q, alpha, L
        self.b = rand(d, seed=seed + 1)
        self.x_star = torch.linalg.solve(self.H, self.b)

    def __call__(self, x):
        return 0.5 * dot(x, self.H @ x) - dot(self.b, x)

    def grad(self, x):
        return self.H @ x - self.b


@pytest.fixture
def f():
    return Quadratic()


def trace(solver, *args, **options):
    xs = []
    solver(*args, callback=lambda k, x: xs.append(x.clone()), **options)
    return xs


def test_every_solver_finds_the_minimiser_of_a_quadratic(f):
    x0 = torch.zeros(6, dtype=torch.float64)
    found = {
        "fixed": solvers.gradient_descent(f.grad, x0, tau=1 / f.L, n_iter=400),
        "optimal": solvers.optimal_step_descent(f.grad, x0, n_iter=200),
        "accelerated": solvers.accelerated_gradient(f.grad, x0, L=f.L, alpha=f.alpha, n_iter=200),
        "projected": solvers.projected_gradient(f.grad, lambda x: x, x0, tau=1 / f.L, n_iter=400),
        "cg": solvers.conjugate_gradient(lambda x: f.H @ x, f.b, n_iter=6, tol=0),
    }
    expected = torch.from_numpy(np.linalg.solve(f.H.numpy(), f.b.numpy()))
    for name, x in found.items():
        assert float(norm(x - expected)) < 1e-10, name


def test_callback_sees_each_iterate_once_from_one_on(f):
    seen = []
    x0 = torch.zeros(6, dtype=torch.float64)
    last = solvers.gradient_descent(
        f.grad, x0, tau=0.1, n_iter=5, callback=lambda k, x: seen.append((k, x))
    )
    assert [k for k, _ in seen] == [1, 2, 3, 4, 5]
    assert torch.equal(seen[-1][1], last)
    assert torch.equal(seen[0][1], x0 - 0.1 * f.grad(x0))


def test_strongly_convex_bound_holds_at_every_n_and_is_approached(f):
    tau = 0.9 / f.L
    slowest = f.Q[:, 0]  # eigenvector of α: the only direction that decays like (1 − τα)ⁿ
    for x0 in (f.x_star + rand(6, seed=5), f.x_star + slowest):
        errors = [
            float(norm(x - f.x_star) ** 2)
            for x in trace(solvers.gradient_descent, f.grad, x0, tau=tau, n_iter=60)
        ]
        bounds = [(1 - tau * f.alpha) ** n * float(norm(x0 - f.x_star) ** 2) for n in range(1, 61)]
        assert all(e <= b for e, b in zip(errors, bounds, strict=True))
    # From the slow direction the error is exactly (1 − τα)²ⁿ: the bound, with a square to spare.
    slope = math.log(errors[-1] / errors[9]) / 50
    assert slope == pytest.approx(2 * math.log(1 - tau * f.alpha), rel=1e-6)


@pytest.mark.parametrize(("factor", "diverges"), [(2.01, True), (1.99, False)])
def test_two_over_L_is_the_limit_on_a_quadratic(f, factor, diverges):
    x0 = f.x_star + f.Q[:, -1]  # the stiffest direction
    xs = trace(solvers.gradient_descent, f.grad, x0, tau=factor / f.L, n_iter=300)
    assert (float(norm(xs[-1] - f.x_star)) > 10) == diverges
    assert (float(norm(xs[-1] - f.x_star)) < 0.1) != diverges


def test_descent_lemma_and_its_consequence_at_random_points(f):
    for seed in range(50):
        x, y = 3 * rand(6, seed=seed), 3 * rand(6, seed=seed + 100)
        upper = f(x) + dot(f.grad(x), y - x) + f.L / 2 * norm(y - x) ** 2
        assert f(y) <= upper + 1e-12
        for tau in (0.1 / f.L, 1 / f.L, 1.9 / f.L):
            decrease = tau * (1 - tau * f.L / 2) * norm(f.grad(x)) ** 2
            assert f(x - tau * f.grad(x)) <= f(x) - decrease + 1e-12


def test_optimal_steps_zig_zag_and_beat_the_line(f):
    x0 = f.x_star + rand(6, seed=3)
    xs = [x0, *trace(solvers.optimal_step_descent, f.grad, x0, n_iter=12)]
    gs = [f.grad(x) for x in xs]
    for x, g, x_new, g_new in zip(xs, gs, xs[1:], gs[1:], strict=False):
        assert abs(float(dot(g, g_new))) < 1e-8 * float(norm(g) * norm(g_new)) + 1e-14
        along = [float(f(x - t * g)) for t in torch.linspace(0, 2, 50, dtype=torch.float64)]
        assert float(f(x_new)) <= min(along) + 1e-12


def test_optimal_step_stops_at_a_minimiser(f):
    calls = []
    x = solvers.optimal_step_descent(
        lambda x: f.H @ x,
        torch.zeros(6, dtype=torch.float64),
        n_iter=50,
        callback=lambda k, x: calls.append(k),
    )
    assert torch.isfinite(x).all() and not calls


def test_accelerated_rates():
    f = Quadratic(alpha=0.01, L=1.0, d=40)
    x0 = f.x_star + rand(40, seed=2)
    plain = trace(solvers.gradient_descent, f.grad, x0, tau=1 / f.L, n_iter=200)
    fast = trace(solvers.accelerated_gradient, f.grad, x0, L=f.L, alpha=f.alpha, n_iter=200)
    rate = (float(norm(fast[-1] - f.x_star)) / float(norm(fast[99] - f.x_star))) ** (1 / 100)
    assert rate < 1 - 0.9 * math.sqrt(f.alpha / f.L)
    assert norm(fast[-1] - f.x_star) < 1e-3 * norm(plain[-1] - f.x_star)
    # Without strong convexity: f(xₙ) − min f ≤ 2L‖x₀ − x*‖²/(n+1)².
    xs = trace(solvers.accelerated_gradient, f.grad, x0, L=f.L, n_iter=200)
    for n, x in enumerate(xs, start=1):
        bound = 2 * f.L * norm(x0 - f.x_star) ** 2 / (n + 1) ** 2
        assert f(x) - f(f.x_star) <= bound


def test_projected_gradient_on_a_half_space_against_a_grid_of_kkt():
    f = Quadratic()

    # min f over {x₁ ≤ −1}: the constraint binds, and the other coordinates solve a smaller system.
    def project(x):
        return torch.cat((x[:1].clamp(max=-1.0), x[1:]))

    rest = torch.linalg.solve(f.H[1:, 1:], f.b[1:] + f.H[1:, 0])
    expected = torch.cat((torch.tensor([-1.0], dtype=torch.float64), rest))
    assert f.grad(expected)[0] < 0  # f still falls across the border: it binds
    x0 = rand(6, seed=4)
    xs = trace(solvers.projected_gradient, f.grad, project, x0, tau=1.9 / f.L, n_iter=800)
    assert all(float(x[0]) <= -1 for x in xs)
    torch.testing.assert_close(xs[-1], expected, rtol=0, atol=1e-10)
    fast = solvers.accelerated_gradient(
        f.grad, x0, L=f.L, alpha=f.alpha, n_iter=300, project=project
    )
    torch.testing.assert_close(fast, expected, rtol=0, atol=1e-10)


def test_conjugate_gradient_from_zero_gives_the_pseudo_inverse():
    A, v = rand(5, 9), rand(5, seed=1)
    x = solvers.conjugate_gradient(lambda x: A.T @ (A @ x), A.T @ v, tol=1e-14)
    torch.testing.assert_close(x, torch.linalg.pinv(A) @ v, rtol=0, atol=1e-10)


def test_conjugate_gradient_stops_at_its_tolerance_and_at_zero(f):
    calls = []
    solvers.conjugate_gradient(
        lambda x: f.H @ x, f.b, tol=0.5, callback=lambda k, x: calls.append(k)
    )
    assert 0 < len(calls) < 6
    zero = solvers.conjugate_gradient(lambda x: f.H @ x, torch.zeros_like(f.b))
    assert torch.equal(zero, torch.zeros_like(f.b))


def test_conjugate_gradient_refuses_an_indefinite_map():
    with pytest.raises(ValueError, match="gram is not positive"):
        solvers.conjugate_gradient(lambda x: -x, torch.ones(3, dtype=torch.float64))


def test_power_iteration_finds_the_largest_eigenvalue(f):
    value, x = solvers.power_iteration(lambda x: f.H @ x, rand(6, seed=1), n_iter=2000, tol=1e-14)
    assert value == pytest.approx(f.L, rel=1e-9)
    torch.testing.assert_close(f.H @ x, value * x, rtol=0, atol=1e-4)
    assert solvers.power_iteration(lambda x: 0 * x, rand(6))[0] == 0.0
    with pytest.raises(ValueError, match="x0 is zero"):
        solvers.power_iteration(lambda x: x, torch.zeros(3))


@pytest.mark.parametrize("solver", ["gradient_descent", "projected_gradient"])
def test_a_step_of_two_over_L_is_warned_of_with_the_bound(f, solver):
    args = (f.grad, torch.zeros(6, dtype=torch.float64))
    if solver == "projected_gradient":
        args = (f.grad, lambda x: x, args[1])
    with pytest.warns(UserWarning, match=r"2/L = 0\.5.*choose tau < 0\.5"):
        getattr(solvers, solver)(*args, tau=0.5, L=4.0, n_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(solvers, solver)(*args, tau=0.49, L=4.0, n_iter=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"L": 0.0, "n_iter": 1}, "L = 0"),
        ({"L": 1.0, "alpha": 2.0, "n_iter": 1}, "exceeds L"),
        ({"L": 1.0, "alpha": -1.0, "n_iter": 1}, "alpha"),
        ({"L": 1.0, "n_iter": -1}, "n_iter"),
    ],
)
def test_bad_options(f, options, words):
    with pytest.raises(ValueError, match=words):
        solvers.accelerated_gradient(f.grad, torch.zeros(6, dtype=torch.float64), **options)


@pytest.mark.parametrize("tau", [0.0, -1.0, float("nan")])
def test_bad_steps(f, tau):
    with pytest.raises(ValueError, match="tau"):
        solvers.gradient_descent(f.grad, torch.zeros(6, dtype=torch.float64), tau=tau, n_iter=1)


def test_autograd_drives_the_same_solver_to_the_same_iterates(f):
    by_hand = trace(
        solvers.gradient_descent, f.grad, torch.zeros(6, dtype=torch.float64), tau=0.1, n_iter=20
    )
    by_autograd = trace(
        solvers.gradient_descent,
        torch.func.grad(f),
        torch.zeros(6, dtype=torch.float64),
        tau=0.1,
        n_iter=20,
    )
    for x, y in zip(by_hand, by_autograd, strict=True):
        torch.testing.assert_close(x, y, rtol=0, atol=1e-13)
