"""The parts of tempered sampling, one by one: misfit, levels, copies, moves."""

import warnings

import pytest
import torch
from torch.distributions import Normal

from mvacourse.operators import GaussianSensing, Identity
from mvacourse.uncertainty import latent_posterior
from mvacourse.uncertainty.latent_posterior import (
    _misfit,
    _move,
    _next,
    _resample,
    _warn_of_a_jump,
)

SHAPE = (1, 4, 5)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=generator(seed))


def test_the_misfit_and_its_slope_of_a_linear_generator():
    """f(z) = ‖Mz − y‖²/(2σ²) and Mᵀ(Mz − y)/σ², for more codes than are decoded together."""
    W, A, y, z = randn(20, 3), GaussianSensing(4, SHAPE).double(), randn(1, 4), randn(600, 3)
    f, slope = _misfit(A, y, lambda z: (z @ W.T).unflatten(1, SHAPE), 0.3)(z)
    M = A.to_matrix(SHAPE) @ W
    gap = z @ M.T - y
    torch.testing.assert_close(f, gap.square().sum(1) / (2 * 0.3**2))
    torch.testing.assert_close(slope, gap @ M / 0.3**2)


def test_what_cannot_be_measured_has_no_weight():
    z = torch.tensor([[0.0], [1.0], [2.0]])
    images = torch.tensor([torch.nan, torch.inf, 1.0])[:, None, None, None]
    f, _ = _misfit(Identity(), torch.zeros(1, 1, 1, 1), lambda z: images + 0 * z.sum(), 1.0)(z)
    assert f.softmax(0).isfinite().all() and (-f).softmax(0).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("beta", [0.0, 0.02])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_beta_rises_until_no_more_than_the_share_is_effective(beta, share):
    f = 100 * randn(500).square()
    found = _next(f, beta, share)
    w = torch.softmax(-(found - beta) * f, 0)
    assert beta < found < 1
    assert float(1 / w.square().sum()) == pytest.approx(share * 500, rel=1e-9)


def test_beta_goes_to_one_at_once_if_enough_stay_effective():
    f = randn(500).square()
    w = torch.softmax(-0.3 * f, 0)
    share = float(1 / w.square().sum()) / 500
    assert _next(f, 0.7, 0.99 * share) == 1
    assert 0.7 < _next(f, 0.7, 1.01 * share) < 1


def test_each_particle_has_as_many_copies_as_its_weight_says():
    w = torch.softmax(randn(7), 0)
    g, counts = generator(), []
    for _ in range(3000):
        counts.append(_resample(w, g).bincount(minlength=7))
    counts = torch.stack(counts).double()
    assert (counts >= (7 * w).floor()).all() and (counts <= (7 * w).ceil()).all()
    torch.testing.assert_close(counts.mean(0), 7 * w, rtol=0, atol=0.04)
    assert float(counts.var(0).max()) > 0.1, "and not always the same ones"


def quartic(seen):
    """f(z) = Σ z⁴, which is NaN from 2 on, as what cannot be drawn is."""

    def misfit(z):
        seen.append(z)
        return z.pow(4).sum(1), 4 * z**3

    return misfit


@pytest.mark.parametrize(("beta", "tau"), [(1.0, 0.1), (0.3, 0.4), (1.0, 0.02)])
def test_a_move_is_accepted_as_metropolis_says(beta, tau):
    z, seen = randn(20_000, 2), []
    misfit = quartic(seen)
    state, rate = _move((z, *misfit(z)), beta, tau, misfit, generator(1))
    new = seen[-1]

    def log_p(z):
        return -beta * z.pow(4).sum(1) - z.square().sum(1) / 2

    def log_q(to, start):
        mean = start - tau * (4 * beta * start**3 + start)
        return Normal(mean, (2 * tau) ** 0.5).log_prob(to).sum(1)

    chance = (log_p(new) + log_q(z, new) - log_p(z) - log_q(new, z)).exp().clamp(max=1)
    assert rate == pytest.approx(float(chance.mean()), rel=1e-9)
    moved = (state[0] == new).all(1)
    assert torch.equal(state[0], torch.where(moved[:, None], new, z))
    torch.testing.assert_close(state[1], state[0].pow(4).sum(1))
    torch.testing.assert_close(state[2], 4 * state[0] ** 3)
    for part in (chance < 0.5, chance >= 0.5):
        error = 4 * 0.5 / part.sum().item() ** 0.5
        assert float(moved[part].double().mean()) == pytest.approx(
            float(chance[part].mean()), abs=error
        )
    noise = (new - z + tau * (4 * beta * z**3 + z)) / (2 * tau) ** 0.5
    torch.testing.assert_close(torch.cov(noise.T), torch.eye(2).double(), rtol=0, atol=0.04)


def test_a_move_to_where_the_chance_is_no_number_is_refused():
    z = torch.zeros(9, 1)
    state = z, torch.zeros(9), torch.zeros(9, 1)

    def nowhere(z):
        return torch.full((9,), torch.nan), z

    (stayed, _, _), rate = _move(state, 1.0, 0.1, nowhere, generator())
    assert torch.equal(stayed, z) and rate == 0


@pytest.mark.parametrize("tau", [1e-3, 5.0])
def test_the_step_is_adapted_until_57_percent_are_accepted(tau):
    W, y = randn(20, 3), randn(1, *SHAPE)
    options = {"tau": tau, "n_particles": 300, "n_moves": 40, "share": 0.9, "k": 3}
    draws = latent_posterior(Identity(), y, lambda z: (z @ W.T).unflatten(1, SHAPE), 1.0, **options)
    assert float(draws.acceptance[-1]) == pytest.approx(0.574, abs=0.02)


def test_a_last_level_that_leaves_less_than_wanted_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _warn_of_a_jump(99.5, 100.0, 5)
    with pytest.warns(UserWarning, match="only 98 particles are effective instead of 100"):
        _warn_of_a_jump(98.0, 100.0, 5)


def test_weights_that_rounding_leaves_below_one_still_choose_a_particle():
    w = torch.full((10,), 0.09, dtype=torch.float64)
    chosen = _resample(w, generator())
    assert chosen.max() == 9 and len(chosen) == 10
