"""Recipes for tomography: small versions run, and their metrics react to views and noise."""

import pytest
import torch

from mvacourse import images, metrics, nets, noise, recipes, weights
from mvacourse.recipes import tomography


@pytest.fixture
def small(monkeypatch):
    """Small phantoms, few steps."""
    monkeypatch.setattr(tomography, "SIZE", 24)
    monkeypatch.setattr(tomography, "UNET", {"width": (4, 6)})
    monkeypatch.setattr(tomography, "UNROLLED", {"n_iter": 2, "width": (4, 6)})
    for name, recipe in tomography.RECIPES.items():
        options = {"n": 6, "n_steps": 3, "batch": 2}
        changed = recipe._replace(budgets={"fast": options, "full": options})
        monkeypatch.setitem(recipes.RECIPES, name, changed)


@pytest.mark.parametrize("name", list(tomography.RECIPES))
def test_training_writes_weights_and_card(name, small, tmp_path):
    card = recipes.train(name, out=tmp_path, progress=False)
    assert weights.verify(name, tmp_path) == "ok"
    assert set(card["metrics"]) == {
        "psnr",
        "fbp",
        *(f"psnr_{change}" for change in ("15_views", "60_views", "half_noise", "double_noise")),
    }
    net = weights.load(name, folder=tmp_path)
    A = tomography.scanner()
    u = images.ellipses(2, 1, 24)
    assert tomography.restore(net, A(u), A).shape == u.shape


def test_the_networks_of_the_recipes_fit_the_course():
    for net in (nets.UNet(**tomography.UNET), nets.Unrolled(**tomography.UNROLLED)):
        assert 2 * sum(p.numel() for p in net.parameters()) <= 1.0e6


def test_metrics_are_those_of_the_scans_that_they_name(small):
    """A network that changes nothing: what is measured is the filtered back-projection."""
    net = nets.UNet(width=(2,))
    torch.nn.init.zeros_(net.last.weight), torch.nn.init.zeros_(net.last.bias)
    u = images.ellipses(10, 1, 24)
    found = tomography.of_tomography({"net": net}, u)
    assert found["psnr"] == pytest.approx(found["fbp"], abs=1e-4)
    A = tomography.scanner(15)
    y = noise.gaussian(A(u), tomography.SIGMA, seed=0)
    assert found["psnr_15_views"] == pytest.approx(metrics.psnr(A.fbp(y, "hann"), u).mean().item())
    assert found["psnr_half_noise"] > found["psnr"] > found["psnr_double_noise"]
    assert found["psnr_60_views"] > found["psnr"] > found["psnr_15_views"]


def test_views_cover_half_a_turn_evenly():
    A = tomography.scanner(4)
    assert A.angles.tolist() == [0, 45, 90, 135] and A.size == (128, 128)
