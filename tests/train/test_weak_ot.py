"""Learned weak transport, compared with closed forms and with exact plans between clouds."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.stats import norm, qmc

from mvacourse import train
from mvacourse.nets import Discriminator, PotentialMLP, TransportMLP, TransportUNet
from mvacourse.train.weak_ot import push
from mvacourse.transport import (
    bures_map,
    bures_w2,
    conditional_variance,
    d2_energy,
    d2_gaussian,
    d2_quadratic,
    discrete_weak_ot,
    energy_distance,
    energy_floor,
    weak_cost,
    weak_gaussian,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def mixture(n, seed=0):
    """Eight small Gaussians on a circle of radius 2."""
    g = torch.Generator().manual_seed(seed)
    angle = torch.pi / 4 * torch.randint(8, (n,), generator=g)
    centre = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    return centre + 0.3 * torch.randn(n, 2, generator=g)


def learn(source, target, *, gamma=0.5, sizes=None, seed=0, n_steps=300, **options):
    """Train, with weights of a seed."""
    dim = source.shape[1]
    with train.seeded(seed):
        T, f = TransportMLP(dim, 2, **(sizes or {})), PotentialMLP(dim, **(sizes or {}))
    options = {"n_T": 2, "batch": 64, "lr": 3e-3, "progress": False, **options}
    options.setdefault("cost", partial(weak_cost, gamma=gamma))
    return train.weak_ot(T, f, source, target, z_dim=2, n_steps=n_steps, seed=seed, **options)


@torch.no_grad()
def drawn(T, x, n_z=64):
    return push(T, x, normal(len(x), n_z, 2, seed=9))


def gaussians(dim):
    g = torch.Generator().manual_seed(0)
    found = []
    for _ in range(2):
        root = torch.randn(dim, dim, generator=g) / dim**0.5
        found += [torch.randn(dim, generator=g) / dim**0.5, root @ root.T + 0.2 * torch.eye(dim)]
    return found


def bures_errors(dim, **options):
    """‖T − T*‖/‖T* − E T*‖ in L², E‖T − x‖²/W₂² − 1, and the error of x itself."""
    m0, S0, m1, S1 = gaussians(dim)
    L0, L1 = torch.linalg.cholesky(S0), torch.linalg.cholesky(S1)
    source, target = (
        m + normal(2**16, dim, seed=s) @ L.T for m, L, s in ((m0, L0, 1), (m1, L1, 2))
    )
    T, _, _ = learn(source, target, gamma=0.0, n_z=1, **options)
    x = m0 + normal(4000, dim, seed=3) @ L0.T
    y, best = drawn(T, x, 1)[:, 0], bures_map(m0, S0, m1, S1)(x)
    size = (best - best.mean(0)).norm()
    w2 = float((y - x).square().sum(1).mean()) / bures_w2(m0, S0, m1, S1)
    return float((y - best).norm() / size), w2 - 1, float((x - best).norm() / size)


def test_at_gamma_0_the_map_between_gaussians_is_that_of_bures():
    error, gap, at_start = bures_errors(2, batch=256)
    assert at_start > 0.5
    assert error < 0.05
    assert abs(gap) < 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("dim", "width"), [(8, 64), (32, 128)])
def test_so_it_is_in_more_dimensions(dim, width):
    error, gap, at_start = bures_errors(dim, sizes={"width": width}, n_steps=1000, batch=512)
    assert at_start > 0.25
    assert error < 0.05
    assert abs(gap) < 0.05


@pytest.mark.parametrize("gamma", [pytest.param(0.25, marks=pytest.mark.slow), 0.75])
def test_between_gaussians_on_a_line_it_is_as_random_as_the_closed_form_says(gamma):
    """σ₀/σ₁ = ½: below, the plan is a map; above, it is not."""
    one = torch.ones(1)
    expected = weak_gaussian(0 * one, 0.5 * one, 0 * one, one, gamma=gamma)
    source, target = 0.5 * normal(2**14, 1, seed=1), normal(2**14, 1, seed=2)
    options = {"sizes": {"width": 32}, "n_steps": 600, "batch": 128, "lr": 1e-3}
    T, _, history = learn(source, target, gamma=gamma, **options)
    x = 0.5 * normal(2000, 1, seed=3)
    y = drawn(T, x)
    variance = conditional_variance(y).mean().item()
    assert variance == pytest.approx(expected.variance.item(), abs=0.06)
    assert weak_cost(x, y, gamma=gamma).mean().item() == pytest.approx(expected.cost, rel=0.1)
    slope = float((x * y.mean(1)).sum() / x.square().sum())
    assert slope == pytest.approx(expected.slope.item(), rel=0.1)
    assert history.last("loss") == pytest.approx(expected.cost, rel=0.1)


CLOUDS = {"sizes": {"depth": 3}, "batch": 128, "lr": 1e-3}
"""How a map to the mixture is learned here: with γ > 0 a higher rate makes T and f circle."""


def clouds(n):
    """A Gaussian cloud and one of the mixture, more evenly spread than random ones (Sobol)."""

    def even(n, seed):
        u = qmc.Sobol(2, scramble=True, rng=np.random.default_rng(seed)).random(n)
        return torch.from_numpy(norm.ppf(u))

    angle = torch.pi / 4 * torch.arange(8).repeat_interleave(n // 8)
    centre = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    return even(n, 0), centre + 0.3 * torch.cat([even(n // 8, 1 + i) for i in range(8)])


def learned_and_exact(gamma, n_points, d2=d2_quadratic, **options):
    """Learned and least cost, E Var T(x, z), and D² of T(X, Z) to the target over the floor."""
    C = partial(weak_cost, gamma=gamma, d2=d2)
    T, _, _ = learn(normal(2**15, 2, seed=1), mixture(2**15, 2), cost=C, **options)
    x, target = normal(16_000, 2, seed=3), mixture(16_000, 4)
    pairs = zip(drawn(T, x, 1)[:, 0].split(1000), target.split(1000))
    distance = sum(energy_distance(*pair) for pair in pairs) / 16  # one alone is ±40 %
    y = drawn(T, x[:2000])
    cost = C(x[:2000], y).mean().item()
    exact = discrete_weak_ot(*clouds(n_points), gamma=gamma, d2=d2, tol=0.01)
    variance = conditional_variance(y, d2).mean().item()
    return cost, exact, variance, distance / energy_floor(target[:4000], 1000)


@pytest.mark.slow
def test_the_learned_cost_is_that_of_the_exact_plan():
    cost, exact, variance, ratio = learned_and_exact(0.5, 256, n_steps=1200, **CLOUDS)
    assert cost == pytest.approx(exact.cost, rel=0.1)
    assert variance > 0.5 * exact.variance
    assert ratio < 2


@pytest.mark.slow
def test_the_larger_gamma_the_more_random_the_map():
    variances = []
    for gamma in (0.0, 0.25, 0.5, 0.75):
        cost, exact, variance, ratio = learned_and_exact(gamma, 512, n_steps=2000, **CLOUDS)
        assert cost == pytest.approx(exact.cost, rel=0.1)
        assert ratio < 2
        variances.append(variance)
    assert all(b > a + 0.02 for a, b in pairwise(variances))


@pytest.mark.slow
@pytest.mark.parametrize("d2", [d2_energy, partial(d2_gaussian, width=2.0)])
def test_with_a_kernel_too_the_learned_cost_is_that_of_the_exact_plan(d2):
    options = {**CLOUDS, "n_steps": 800, "lr": 2e-3}
    cost, exact, variance, ratio = learned_and_exact(0.5, 256, d2, **options)
    assert cost == pytest.approx(exact.cost, rel=0.1)
    assert variance > 0.5 * exact.variance
    assert ratio < 4  # of N(0, I) itself it is 40


def test_images_are_moved_too():
    """From dark squares to bright ones: the mean grey level must rise."""
    dark, bright = 0.2 * torch.rand(32, 1, 8, 8), 0.8 + 0.2 * torch.rand(32, 1, 8, 8)
    with train.seeded(0):
        T, f = TransportUNet(1, 2, width=4, n_scales=2), Discriminator((1, 8, 8), width=4)
    cost = partial(weak_cost, gamma=0.5)
    options = {"cost": cost, "z_dim": 2, "n_T": 2, "n_steps": 60, "batch": 8, "lr": 3e-3}
    T, f, _ = train.weak_ot(T, f, dark, bright, progress=False, **options)
    with torch.no_grad():
        y = push(T, dark, normal(32, 2, 2))
    assert y.shape == (32, 2, 1, 8, 8)
    assert y.mean() > 0.5


def test_f_may_learn_at_a_rate_of_its_own():
    """Adam's first step is as long as its rate, in each weight."""
    source, target = normal(64, 2), normal(64, 2, seed=1) + 1
    with train.seeded(0):
        T, f = TransportMLP(2, 2), PotentialMLP(2)
    options = {"z_dim": 2, "n_T": 1, "n_steps": 1, "batch": 64, "average": 0.0, "progress": False}
    options |= {"cost": partial(weak_cost, gamma=0.5), "lr": 1e-2}
    for lr_f, expected in ((1e-4, 1e-4), (None, 1e-2)):
        T1, f1, _ = train.weak_ot(T, f, source, target, lr_f=lr_f, **options)
        steps = [
            max(
                float((a - b).detach().abs().max())
                for a, b in zip(new.parameters(), old.parameters())
            )
            for new, old in ((T1, T), (f1, f))
        ]
        assert steps == pytest.approx([1e-2, expected], rel=0.01)


def test_a_penalty_makes_f_flat_where_y_is():
    source, target = normal(256, 2), normal(256, 2, seed=1) + 3
    slopes = []
    for penalty in (0.0, 10.0):
        options = {"gamma": 0.5, "penalty": penalty, "n_steps": 60, "sizes": {"width": 16}}
        _, f, _ = learn(source, target, **options)
        y = target.clone().requires_grad_()
        (slope,) = torch.autograd.grad(f(y).sum(), y)
        slopes.append(float(slope.square().sum(1).mean()))
    assert slopes[1] < 0.1 * slopes[0]


@pytest.mark.parametrize(
    ("options", "words"), [({"penalty": -1.0}, "penalty"), ({"lr_f": 0.0}, "lr")]
)
def test_rates_and_penalties_out_of_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        learn(normal(9, 2), normal(9, 2), n_steps=1, **options)
