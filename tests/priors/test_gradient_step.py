"""Plug-and-Play by gradient steps: F falls, and the limit is that of theory where it is known."""

import pytest
import torch

from mvacourse import closed_form, kernels, nets, priors, train
from mvacourse.operators import Blur, Identity, Mask, Subsample


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64)


class Quadratic:
    """g(x) = ½‖x‖²·c, whose step is known: D(x) = (1 − c)x."""

    def __init__(self, c=0.7):
        self.c = c

    def g(self, v, sigma):
        return self.c * v.square().sum((1, 2, 3)) / 2

    def step(self, v, sigma):
        return (1 - self.c) * v, self.g(v, sigma)


def network():
    with train.seeded(3):
        return nets.GradientStepDenoiser(width=(4, 6), depth=1).double().eval()


OPERATORS = {
    "identity": Identity(),
    "mask": Mask(rand(9, 8) > 0.4),
    "blur": Blur(kernels.gaussian(5, 1.5)),
    "subsample": Subsample(2),
}


@pytest.mark.parametrize("name", list(OPERATORS))
def test_for_a_quadratic_prior_it_finds_the_ridge(name):
    A, shape = OPERATORS[name], (1, 8, 8) if name == "subsample" else (1, 9, 8)
    y, lam = A(rand(2, *shape)), 0.3
    found = priors.gradient_step(A, y, Quadratic(), lam=lam, sigma=0.1, n_iter=300)
    expected = closed_form.ridge(A, y, 0.7 * lam, shape=shape)
    torch.testing.assert_close(found.x, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["mask", "blur"])
def test_f_never_rises_from_wherever_it_starts(name, seed):
    A, D = OPERATORS[name], network()
    y, x0 = A(rand(2, 1, 9, 8, seed=seed)), 4 * rand(2, 1, 9, 8, seed=seed + 10) - 2
    found = priors.gradient_step(A, y, D, lam=0.5, sigma=0.2, tau=50.0, n_iter=40, x0=x0)
    assert (found.objective.diff(dim=0) <= 0).all()
    F = 0.5 * (A(found.x) - y).square().sum((1, 2, 3)) + 0.5 * D.g(found.x, 0.2)
    torch.testing.assert_close(found.objective[-1], F.detach())
    fell = found.objective[:-1] - found.objective[1:]
    needed = 0.1 * found.residuals.square() * 72 / found.steps
    assert (fell >= needed - 1e-12).all(), "the theorem asks for this much at each step"
    assert (found.residuals[-1] < found.residuals[0]).all()


def test_the_limit_is_a_critical_point():
    A, D, y = OPERATORS["blur"], network(), rand(1, 1, 9, 8)
    x = priors.gradient_step(A, y, D, lam=0.5, sigma=0.2, n_iter=400).x
    slope = A.T(A(x) - y) + 0.5 * (x - D(x, 0.2).detach())
    start = A.T(A(0 * x) - y)
    assert slope.norm() < 1e-4 * start.norm()


def test_a_small_step_is_kept_and_a_long_one_is_shortened():
    A, y = Identity(), rand(1, 1, 6, 6)
    short = priors.gradient_step(A, y, Quadratic(), lam=1.0, sigma=0.1, tau=0.1, n_iter=3)
    assert short.steps.unique() == pytest.approx(0.1)
    long = priors.gradient_step(A, y, Quadratic(5.0), lam=1.0, sigma=0.1, tau=100.0, n_iter=30)
    assert (long.steps[-1] < 100).all() and (long.objective.diff(dim=0) <= 0).all()


def test_each_image_has_its_own_steps():
    A, D = OPERATORS["mask"], network()
    y, x0 = A(rand(3, 1, 9, 8)), 3 * rand(3, 1, 9, 8, seed=1)
    options = {"lam": 0.5, "sigma": 0.2, "tau": 20.0, "n_iter": 10}
    together = priors.gradient_step(A, y, D, x0=x0, **options)
    for i in range(3):
        alone = priors.gradient_step(A, y[i : i + 1], D, x0=x0[i : i + 1], **options)
        torch.testing.assert_close(alone.x[0], together.x[i])
        torch.testing.assert_close(alone.objective[:, 0], together.objective[:, i])


def test_at_the_minimum_it_stays():
    y = torch.zeros(1, 1, 5, 5, dtype=torch.float64)
    found = priors.gradient_step(Identity(), y, Quadratic(), lam=1.0, sigma=0.1, n_iter=3, x0=y)
    assert found.x.abs().max() == 0 and found.residuals.max() == 0


def test_callback_sees_each_step():
    seen, y = [], rand(2, 1, 6, 6)
    options = {"lam": 1.0, "sigma": 0.1, "n_iter": 4}
    options["callback"] = lambda n, x: seen.append((n, x.shape))
    priors.gradient_step(Identity(), y, Quadratic(), **options)
    assert seen == [(n, y.shape) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"denoiser": lambda v, s: v}, TypeError, "without a method step"),
        ({"lam": 0.0}, ValueError, "lam = 0.0"),
        ({"sigma": -1.0}, ValueError, "sigma = -1.0"),
        ({"tau": 0.0}, ValueError, "tau = 0.0"),
        ({"n_iter": 0}, ValueError, "n_iter = 0"),
        ({"x0": rand(1, 1, 3, 3)}, ValueError, "x0"),
        ({"y": float("nan") * rand(1, 1, 6, 6)}, ValueError, "y"),
        ({"A": lambda x: x}, TypeError, "not a LinearOperator"),
    ],
)
def test_bad_input(change, error, words):
    given = {"A": Identity(), "y": rand(1, 1, 6, 6), "denoiser": Quadratic()}
    given |= {"lam": 1.0, "sigma": 0.1, **change}
    with pytest.raises(error, match=words):
        priors.gradient_step(given.pop("A"), given.pop("y"), given.pop("denoiser"), **given)
