"""Recipes for photographs: small versions train, and their metrics are computed."""

import copy
import os
from functools import partial

import pytest
import torch

from mvacourse import metrics, nets, recipes, train, weights
from mvacourse.recipes import data, denoisers, sr_photo, srgan_mse_vgg22
from mvacourse.train.seeds import Draw

PHOTOGRAPHS = {**sr_photo.RECIPES, **srgan_mse_vgg22.RECIPES, **denoisers.RECIPES}
GREY = ("denoiser_grey", "denoiser_gradient_step")
TINY = {"width": (4, 6), "n_scales": 2, "depth": 1, "fold": 2, "activation": "elu"}
ROUNDS = ("sr_photo_start", "sr_photo_middle", "sr_photo_mean", "sr_photo")


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Little noise fields instead of photographs, a few steps, no LPIPS, random features."""

    def pictures(n, channels=3):
        generator = torch.Generator().manual_seed(0)
        return list((255 * torch.rand(n, channels, 40, 44, generator=generator)).byte())

    def clean(channels):
        return ([x[None] / 255 for x in pictures(2, channels)],)

    def pairs():
        large = [x[None].float() / 255 for x in pictures(2)]
        return large, [x[..., ::4, ::4] for x in large]

    start = nets.SRResNet(4, **{**sr_photo.SMALL, "width": 4, "n_blocks": 1})
    monkeypatch.setattr(nets.Denoiser.__init__, "__kwdefaults__", TINY)
    features = {"srgan_vgg22": "relu2_2", "srgan_vgg54": "relu5_4"}
    for name in PHOTOGRAPHS:
        recipe = PHOTOGRAPHS[name]
        denoises, channels = name in denoisers.RECIPES, 3 - 2 * (name in GREY)
        options = {**recipe.budgets["fast"], "n": 4, "n_steps": 2, "size": 36, "batch": 2}
        options |= {"warm_up": 1} if "warm_up" in options else {}
        changes = {
            "load": lambda n, channels=channels: (pictures(n, channels),),
            "held_out": partial(clean, channels) if denoises else pairs,
            "budgets": {"fast": options, "full": options},
        }
        if name in features:
            random = lambda name=name: nets.vgg_features(features[name], "random")  # noqa: E731
            changes["train"] = srgan_mse_vgg22._srgan(name, "sr_photo_large", random)
        monkeypatch.setitem(recipes.RECIPES, name, recipe._replace(**changes))
    monkeypatch.setattr(sr_photo, "SMALL", {**sr_photo.SMALL, "width": 4, "n_blocks": 1})
    monkeypatch.setattr(sr_photo, "LARGE", {**sr_photo.LARGE, "n_blocks": 2})
    monkeypatch.setattr(metrics, "lpips", lambda x, ref: torch.ones(len(x)))
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "weights")
    for first in ROUNDS:
        weights.save(first, start, {"budget": "full"})
    large = nets.SRResNet(4, **{**sr_photo.LARGE, "width": 4, "n_blocks": 1})
    weights.save("sr_photo_large", large, {"budget": "full"})
    weights.save("denoiser_grey", nets.Denoiser(), {"budget": "full"})


@pytest.mark.parametrize("name", list(PHOTOGRAPHS))
def test_training_writes_weights_and_card(name, small, tmp_path):
    card = recipes.train(name, out=tmp_path / "out", progress=False)
    assert sorted(os.listdir(tmp_path / "out")) == [f"{name}.json", f"{name}.safetensors"]
    net = weights.load(name, folder=tmp_path / "out")
    kinds = {"denoiser_gradient_step": "GradientStepDenoiser"}
    kinds |= dict.fromkeys(("denoiser_grey", "denoiser_colour"), "Denoiser")
    assert type(net).__name__ == kinds.get(name, "SRResNet")
    assert card["steps"] == 2 and "4 photographs" in card["data"]
    told = {f"psnr_{level}" for level in (1, 5, 15, 25, 50, 75)}
    assert set(card["metrics"]) == (
        told if name in kinds else {"psnr_y", "ssim_y", "lpips_squeeze"}
    )


@pytest.mark.parametrize(
    "name, start", [("srgan_mse", "sr_photo"), ("srgan_vgg22", "sr_photo_large")]
)
def test_the_adversarial_ones_start_from_the_regression(name, start, small, monkeypatch):
    seen = {}

    def watch(G, D, pairs, **options):
        seen.update(G=G, D=D, **options)
        return G, D, train.History({"loss": [0.0]})

    monkeypatch.setattr(train, "srgan", watch)
    recipes.train(name, progress=False)
    for key, value in weights.load(start).state_dict().items():
        assert torch.equal(seen["G"].state_dict()[key], value)
    assert isinstance(seen["D"], nets.PatchGAN)
    assert seen["G"].noise == (name == "srgan_vgg22") == (seen.get("grid", 0) > 0)
    assert (seen["content"] is None) == (name == "srgan_mse")


def test_the_gradient_step_starts_from_the_free_denoiser(small, monkeypatch):
    seen = {}

    def watch(net, pairs, **options):
        seen.update(net=net)
        return net, train.History({"loss": [0.0]})

    monkeypatch.setattr(train, "regression", watch)
    recipes.train("denoiser_gradient_step", progress=False)
    for key, value in weights.load("denoiser_grey").state_dict().items():
        assert torch.equal(seen["net"].N.state_dict()[key], value)


def test_each_round_goes_on_from_the_one_before_with_other_windows(small, monkeypatch):
    seeds = []

    def watch(net, pairs, *, seed, **options):
        seeds.append(seed)
        net = copy.deepcopy(net)
        with torch.no_grad():
            first_layer(net).weight.add_(1)
        return net, train.History({"loss": [0.0]})

    monkeypatch.setattr(train, "regression", watch)
    for name in ROUNDS:
        recipes.train(name, seed=3, progress=False)
    assert len(set(seeds[:3])) == 3
    start, middle, mean, last = (first_layer(weights.load(name)).weight for name in ROUNDS)
    near = {"rtol": 0, "atol": 5e-3}  # they are stored in half precision
    torch.testing.assert_close(middle, start + 1, **near)
    torch.testing.assert_close(mean, start + 1, **near)  # the mean of 0, 1 and 2 more
    torch.testing.assert_close(last, mean + 1, **near)


def first_layer(net):
    return next(m for m in net.modules() if isinstance(m, torch.nn.Conv2d))


def test_the_last_round_learns_the_self_ensemble_of_its_start(small, monkeypatch):
    seen = {}

    def watch(net, pairs, **options):
        seen.update(net=net, pairs=pairs)
        return net, train.History({"loss": [0.0]})

    monkeypatch.setattr(train, "regression", watch)
    recipes.train("sr_photo", progress=False)
    (y,), x = seen["pairs"](Draw(0, 1), 2)
    with torch.no_grad():
        torch.testing.assert_close(x, nets.SelfEnsemble(seen["net"])(y))


def test_a_grown_network_has_the_maps_of_the_small_one():
    with train.seeded(0):
        small = nets.SRResNet(4, **{**sr_photo.SMALL, "width": 4, "n_blocks": 3})
        large = sr_photo.grown(small)
    y = torch.rand(2, 3, 7, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        h, h_small = large.head(y), small.head(y)
        torch.testing.assert_close(h + large.body(h), h_small + small.body(h_small))
        assert large(y).shape == (2, 3, 28, 32)
    assert len(large.body) == 16 + 2 and large.arguments["resize"]
    assert 2 * sum(p.numel() for p in nets.SRResNet(4, **sr_photo.LARGE).parameters()) < 3e6


def test_they_ask_for_it_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="mvacourse train sr_photo --budget full makes it"):
        recipes.train("srgan_mse", progress=False)


def test_the_shipped_form_is_small():
    net = nets.SRResNet(4, **sr_photo.SMALL)
    assert 2 * sum(p.numel() for p in net.parameters()) < 3e6


def test_quality_is_that_of_rounded_luma_without_the_border(monkeypatch):
    seen = []
    monkeypatch.setattr(metrics, "lpips", lambda *pair: seen.extend(pair) or torch.tensor([0.25]))
    x = torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0))
    x = (255 * x).round() / 255
    spoiled = x + 0.3 / 255
    spoiled[..., :4, :] = spoiled[..., -4:] = 7.0
    assert sr_photo.quality(spoiled, x)["psnr_y"] > 100
    assert seen[0].shape == (1, 3, 32, 32) and torch.equal(*seen)
    # Y spans 219 of 255 levels: an error of 20 levels in all three colours is one of 17.2 there.
    dark = (0.5 * 255 * x).round() / 255
    found = sr_photo.quality(dark + 20 / 255, dark)
    expected = -20 * torch.log10(torch.tensor(20 * 219 / 255**2)).item()
    assert found["psnr_y"] == pytest.approx(expected, abs=1e-3)
    assert found["lpips_squeeze"] == 0.25 and 0 < found["ssim_y"] < 1


@pytest.mark.data
def test_training_data_are_read():
    (x,) = data.photographs(2)
    assert len(x) == 2 and x[0].dtype == torch.uint8 and len(x[0]) == 3
    (grey,) = denoisers.grey_photographs(2)
    r, g, b = x[0].float()
    expected = (0.299 * r + 0.587 * g + 0.114 * b).round()
    assert (grey[0][0].float() - expected).abs().max() <= 1
    large, small = sr_photo.held_out()
    assert len(large) == 5 and large[0].shape[-1] == 4 * small[0].shape[-1]
    assert denoisers.grey_set5()[0][0].shape[:2] == (1, 1)
