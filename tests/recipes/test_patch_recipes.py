"""Recipes for priors on patches: small versions train, and their metrics are computed."""

import math
import os

import pytest
import torch

from mvacourse import images, metrics, nets, noise, operators, priors, recipes, variational, weights
from mvacourse.recipes import patch_mixtures


def pictures(n):
    """Little noise fields instead of photographs."""
    generator = torch.Generator().manual_seed(0)
    return list((255 * torch.rand(n, 3, 40, 44, generator=generator)).byte())


@pytest.mark.parametrize("name", patch_mixtures.RECIPES)
def test_training_writes_weights_and_card(name, tmp_path, monkeypatch):
    recipe = recipes.RECIPES[name]
    options = {**recipe.budgets["fast"], "n": 4, "n_steps": 2, "batch": 2, "n_components": 2}
    changes = {
        "load": lambda n: (pictures(n),),
        "held_out": lambda: ([x[None] / 255 for x in pictures(2)],),
        "budgets": {"fast": options},
    }
    monkeypatch.setitem(recipes.RECIPES, name, recipe._replace(**changes))
    card = recipes.train(name, out=tmp_path, progress=False)
    assert sorted(os.listdir(tmp_path)) == [f"{name}.json", f"{name}.safetensors"]
    assert isinstance(weights.load(name, folder=tmp_path), nets.PatchMixture)
    assert card["steps"] == 2
    assert set(card["metrics"]) == {"log_likelihood", "psnr_25"}
    assert all(math.isfinite(value) for value in card["metrics"].values())


def test_digits_are_stored_in_8_bits():
    (drawn,) = patch_mixtures._digits(3)
    assert [x.dtype for x in drawn] == 3 * [torch.uint8]
    assert drawn[0].shape == (3, 28, 28)
    assert patch_mixtures._held_out_digits()[0][0].shape == (1, 3, 28, 28)


@pytest.mark.data
def test_the_shipped_prior_reproduces_its_card():
    """Computed again on Set5, where the files are."""
    found = patch_mixtures.of_patches(
        {"patches_photo": weights.load("patches_photo")}, *patch_mixtures._held_out_photographs()
    )
    for key, value in weights.card("patches_photo")["metrics"].items():
        assert found[key] == pytest.approx(value, rel=0.005), key


@pytest.mark.parametrize("name", ["chelsea", "coffee"])
def test_the_shipped_prior_fills_holes_and_removes_noise_better_than_total_variation(name):
    net = weights.load("patches_photo").requires_grad_(False)
    u = images.photo(name, 128, color=True)[..., 30:94, 30:94]
    v = noise.gaussian(u, 25 / 255, seed=1)
    smooth = [
        variational.smoothed_tv(operators.Identity(), v, lam, eps=0.003, n_iter=150)
        for lam in (0.06, 0.09, 0.13)
    ]
    assert metrics.psnr(net(v, 25 / 255), u) > max(metrics.psnr(x, u) for x in smooth) + 1
    mask = torch.rand(64, 64, generator=torch.Generator().manual_seed(0)) > 0.7
    A = operators.Mask(mask.float())
    y = A(noise.gaussian(u, 0.005, seed=2))
    filled = [
        variational.smoothed_tv(A, y, lam, eps=0.003, n_iter=300) for lam in (0.003, 0.006, 0.01)
    ]
    options = {"noise": 0.005, "sigma": 0.01, "sigma0": 0.1, "n_decay": 12, "n_iter": 14}
    found = priors.half_quadratic(A, y, net, **options, x0=filled[1]).x
    assert metrics.psnr(found, u) > max(metrics.psnr(x, u) for x in filled) + 0.7


def test_the_shipped_prior_finds_photographs_likelier_than_noise_and_than_digits():
    net = weights.load("patches_photo")
    photo = images.photo("coffee", 128, color=True)
    digit = images.coloured_digits(4, seed=0)[0]
    noise_like = torch.rand(1, 3, 60, 60, generator=torch.Generator().manual_seed(0))
    likely = [_log_likelihood(net, x) for x in (photo, digit, noise_like)]
    assert likely == sorted(likely, reverse=True)


@pytest.mark.parametrize("name", ["coffee", "chelsea"])
def test_a_prior_of_digits_fills_the_holes_of_a_photograph_less_well(name):
    """E5: it only works on appropriate data."""
    u = images.photo(name, 96, color=True)
    mask = torch.rand(96, 96, generator=torch.Generator().manual_seed(0)) > 0.7
    A = operators.Mask(mask.float())
    y = A(noise.gaussian(u, 0.005, seed=2))
    start = variational.smoothed_tv(A, y, 0.006, eps=0.003, n_iter=300)
    options = {"noise": 0.005, "sigma": 0.01, "sigma0": 0.1, "n_decay": 12, "n_iter": 14}
    right, wrong = (
        metrics.psnr(priors.half_quadratic(A, y, net, **options, x0=start).x, u)
        for net in map(weights.load, ("patches_photo", "patches_digits"))
    )
    assert right > wrong + 1


def test_a_prior_of_photographs_denoises_digits_less_well():
    u = images.coloured_digits(8, seed=0)[0]
    v = noise.gaussian(u, 25 / 255, seed=1)
    right, wrong = (
        metrics.psnr(net(v, 25 / 255), u).mean()
        for net in map(weights.load, ("patches_digits", "patches_photo"))
    )
    assert right > wrong + 1


def _log_likelihood(net, x):
    return net.log_prob(net.cut(x, net.side)).mean().item()
