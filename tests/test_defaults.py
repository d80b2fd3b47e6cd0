"""What is not said is what the description says: to write the defaults out changes nothing."""

import re
import sys
from fractions import Fraction

import pytest
import torch

from mvacourse import losses, priors, transport, uncertainty
from mvacourse.operators import GaussianSensing, Identity

SHAPE = (1, 4, 5)


def randn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def described(function):
    """The options whose default value is a number, or true or false, in the description."""
    found = {}
    for names, value in re.findall(
        r"^ *(\w.*) : .*, default (\S+)$", function.__doc__, re.MULTILINE
    ):
        if value in ("True", "False"):
            value = value == "True"
        elif re.fullmatch(r"[0-9.e/-]+", value):
            value = int(value) if value.isdigit() else float(Fraction(value))
        else:
            continue
        found |= dict.fromkeys(names.split(", "), value)
    return found


class Bumpy(torch.nn.Module):
    """A generator that counts the codes it is given."""

    k, rows = 3, 0

    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(2 * randn(20, 3))

    def forward(self, z):
        Bumpy.rows += len(z)
        return torch.sin(z @ self.W.T).unflatten(1, SHAPE)


A, X = GaussianSensing(4, SHAPE).double(), randn(1, *SHAPE).abs() / 4
Y = A(X)


def shrink(v, s):
    return v / (1 + s)


def fitted(**options):
    torch.manual_seed(0)
    conv, z = torch.nn.Conv2d(2, 1, 1), torch.ones(1, 2, 4, 5)
    return priors.deep_image_prior(Identity(), X.float(), conv, z, **{"n_iter": 9, **options})


def clouds(**options):
    return transport.discrete_weak_ot(randn(9, 2), 2 * randn(9, 2, seed=1), gamma=0.9, **options)


CASES = {
    "csgm": (priors.csgm, lambda **o: priors.csgm(A, Y, Bumpy(), **o)),
    "deep_generative_prior": (
        priors.deep_generative_prior,
        lambda **o: priors.deep_generative_prior(A, Y, Bumpy(), **o)[:2],
    ),
    "code": (priors.code, lambda **o: priors.code(4, **o)),
    "deep_image_prior": (priors.deep_image_prior, lambda **o: fitted(**{**o, "n_iter": 9})[:4]),
    "Discrepancy": (priors.Discrepancy, lambda **o: priors.Discrepancy(0.1, **o)),
    "HeldOut": (priors.HeldOut, lambda **o: priors.HeldOut(Identity(), X, **o)),
    "WindowedVariance": (priors.WindowedVariance, lambda **o: priors.WindowedVariance(**o)),
    "split_noise": (priors.split_noise, lambda **o: priors.split_noise(X, 0.1, **o)),
    "lasso": (priors.lasso, lambda **o: priors.lasso(A, Y, 0.01, **o)),
    "plug_and_play": (
        priors.plug_and_play,
        lambda **o: priors.plug_and_play(A, Y, shrink, sigma=0.1, **o),
    ),
    "half_quadratic": (
        priors.half_quadratic,
        lambda **o: priors.half_quadratic(A, Y, shrink, noise=0.1, sigma=0.1, **o),
    ),
    "discrete_weak_ot": (transport.discrete_weak_ot, clouds),
    "d2_gaussian": (transport.d2_gaussian, lambda **o: transport.d2_gaussian(X, 2 * X, **o)),
    "bits_per_dimension": (
        losses.bits_per_dimension,
        lambda **o: losses.bits_per_dimension(2.0, 3, **o),
    ),
    "calibrate": (uncertainty.calibrate, lambda **o: uncertainty.calibrate(0 * X20, X20, **o)),
    "invented_detail": (
        uncertainty.invented_detail,
        lambda **o: uncertainty.invented_detail(DETAIL, 0 * DETAIL, 0.1 + 0 * DETAIL, **o),
    ),
    "departure": (
        uncertainty.invented_detail,  # it explains the width of both
        lambda **o: uncertainty.departure(DETAIL, 0 * DETAIL, 0.1 + 0 * DETAIL, **o),
    ),
    "langevin": (
        uncertainty.langevin,
        lambda **o: uncertainty.langevin(lambda x: x, X, 0.1, 5, **o),
    ),
    "tv_posterior": (
        uncertainty.tv_posterior,
        lambda **o: uncertainty.tv_posterior(
            Identity(), X, 0.1, 1.0, **{**o, "n_iter": 5, "burn_in": 0}
        ),
    ),
    "latent_posterior": (
        uncertainty.latent_posterior,
        lambda **o: uncertainty.latent_posterior(A, Y, Bumpy(), 0.1, **o),
    ),
}
X20, DETAIL = randn(20, *SHAPE), randn(1, 1, 9, 9, seed=3).abs() / 4
SEEDED = ["csgm", "deep_generative_prior", "deep_image_prior", "split_noise", "langevin"]
SEEDED += ["tv_posterior", "latent_posterior"]


def parts(result):
    """Tensors and numbers of a result, in a row."""
    if isinstance(result, tuple):
        return [part for item in result for part in parts(item)]
    if isinstance(result, priors.Discrepancy | priors.HeldOut | priors.WindowedVariance):
        return [float(v) for v in vars(result).values() if isinstance(v, int | float)]
    return [result]


@pytest.mark.parametrize("name", list(CASES))
def test_the_defaults_are_those_of_the_description(name):
    function, call = CASES[name]
    found, rows = [], []
    for options in ({}, described(function) | ({"seed": 0} if name in SEEDED else {})):
        Bumpy.rows = 0
        found.append(parts(call(**options)))
        rows.append(Bumpy.rows)
    assert options and rows[0] == rows[1]
    for a, b in zip(*found, strict=True):
        assert torch.equal(torch.as_tensor(a), torch.as_tensor(b))


@pytest.mark.parametrize(
    ("function", "call"),
    [
        (priors.lasso, lambda see: priors.lasso(A, Y, 0.01, callback=see)),
        (
            priors.plug_and_play,
            lambda see: priors.plug_and_play(A, Y, shrink, sigma=0.1, callback=see),
        ),
    ],
)
def test_so_many_steps_are_made_as_described(function, call):
    steps = []
    call(lambda k, x: steps.append(k))
    assert len(steps) == described(function)["n_iter"]


def test_a_deep_image_prior_makes_as_many_steps_as_described(monkeypatch):
    told = []
    module = sys.modules["mvacourse.priors.deep_image"]
    monkeypatch.setattr(module, "tqdm", lambda steps, disable: told.append(len(steps)) or steps[:1])
    conv, z = torch.nn.Conv2d(2, 1, 1), torch.ones(1, 2, 4, 5)
    priors.deep_image_prior(Identity(), X.float(), conv, z)
    assert told == [described(priors.deep_image_prior)["n_iter"]]


def test_plans_between_clouds_are_tried_as_often_as_described(monkeypatch):
    module = sys.modules["mvacourse.transport.discrete"]
    monkeypatch.setattr(module, "_down_the_simplex", lambda c, Q, w, tol: w)  # never better
    assert clouds().n_iter == described(transport.discrete_weak_ot)["n_iter"]


def test_the_number_of_levels_of_the_latent_posterior_is_as_described():
    """Nearly all particles must stay effective, and each level goes up a little only."""
    options = {"share": 0.999, "n_particles": 3, "n_moves": 1}
    with pytest.warns(UserWarning, match="too few"):
        draws = uncertainty.latent_posterior(A, Y, Bumpy(), 1e-9, **options)
    assert len(draws.betas) == described(uncertainty.latent_posterior)["n_levels"]
