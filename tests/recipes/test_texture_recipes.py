"""Recipes for networks that paint and segment textures, and for the conditional GAN of digits."""

import os

import pytest
import torch

from mvacourse import images, metrics, nets, recipes, train, weights
from mvacourse.recipes import cgan_digits, pix2pix_textures, segmenter_textures

JUDGE = "segmenter_textures"
TEXTURES = {**segmenter_textures.RECIPES, **pix2pix_textures.RECIPES}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A few steps of narrow networks on a few scenes, and a segmenter that knows nothing."""
    for name, recipe in {**TEXTURES, **cgan_digits.RECIPES}.items():
        options = {**recipe.budgets["fast"], "n": 20, "n_steps": 2, "batch": 2}
        options |= {key: 4 for key in ("width", "width_D") if key in options}
        options |= {"warm_up": 1} if "warm_up" in options else {}
        changes = {"budgets": {"fast": options, "full": options}}
        changes["held_out"] = lambda load=recipe.load: load(40)
        monkeypatch.setitem(recipes.RECIPES, name, recipe._replace(**changes))
    judge = weights.load("classifier_digits")
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "weights")
    weights.save("classifier_digits", judge, {})
    weights.save(JUDGE, nets.UNet(1, 3, width=4, n_scales=2, residual=False), {})


@pytest.mark.parametrize("name", [*TEXTURES, *cgan_digits.RECIPES])
def test_training_writes_weights_and_card(name, small, tmp_path):
    card = recipes.train(name, out=tmp_path / "out", progress=False)
    assert sorted(os.listdir(tmp_path / "out")) == [f"{name}.json", f"{name}.safetensors"]
    net = weights.load(name, folder=tmp_path / "out")
    told = {"per_pixel", "per_class", "iou"}
    if name == JUDGE:
        assert isinstance(net, nets.UNet) and set(card["metrics"]) == told
    elif name in TEXTURES:
        assert isinstance(net, nets.Pix2PixUNet) and net.in_channels == 3
        assert set(card["metrics"]) == told | {
            *("of_real", "variance", "variance_of_learned", "l1")
        }
    else:
        assert isinstance(net, nets.ConditionalGenerator)
        assert set(card["metrics"]) == {"read", "worst_class", "frechet", "variety"}
    assert card["steps"] == 2 and "(20," in card["data"]


def test_the_three_losses_are_what_their_names_say(small, monkeypatch, tmp_path):
    seen = {}
    loop = train.pix2pix

    def spy(G, D, pairs, *, lam, **options):
        seen[len(seen)] = (D is not None, lam > 0)
        return loop(G, D, pairs, lam=lam, **options)

    monkeypatch.setattr(train, "pix2pix", spy)
    for name in ("pix2pix_l1", "pix2pix_cgan", "pix2pix_l1_cgan"):
        recipes.train(name, out=tmp_path / "out", progress=False)
    assert list(seen.values()) == [(False, True), (True, False), (True, True)]


def test_a_painter_wants_the_segmenter_before_the_work(small, monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "empty")
    with pytest.raises(ValueError, match=JUDGE):
        recipes.train("pix2pix_l1", out=tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_learning_and_judging_use_other_halves_and_other_maps():
    for recipe, seen, options in (
        (segmenter_textures, JUDGE, {"size": 64}),
        (pix2pix_textures, "pix2pix_cgan", {"size": 128, "color": True}),
    ):
        labels, photographs = recipe.held_out()
        again = images.texture_scenes(2, recipes.TEST_SEED, split="test", **options)
        assert torch.equal(labels[:2], again.labels)
        assert torch.equal(photographs[:2], again.photographs)
        learned = TEXTURES[seen].load(2)
        known = images.texture_scenes(2, recipes.TRAIN_SEED, **{**options, "size": 64})
        assert torch.equal(learned[0], known.labels)
        assert torch.equal(learned[1], known.photographs)


class Threshold(torch.nn.Module):
    """A segmenter that reads bright pixels as class 1."""

    out_channels = 2

    def forward(self, x):
        return torch.cat([0.5 - x, x - 0.5], dim=1)


def test_scores_of_perfect_and_of_flat_images():
    labels = torch.randint(2, (3, 8, 8), generator=torch.Generator().manual_seed(0))
    noise = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    photographs = 0.6 * labels[:, None] + 0.3 * noise
    real = segmenter_textures.scores(photographs, Threshold(), labels, photographs)
    assert real == {"per_pixel": 1, "per_class": 1, "iou": 1, "variance": 1, "l1": 0}
    flat = segmenter_textures.scores(0 * photographs, Threshold(), labels, photographs)
    assert flat["per_class"] == 0.5 and flat["variance"] == 0
    assert flat["l1"] == pytest.approx(photographs.mean().item())


def test_scores_do_not_look_at_the_colour():
    """Coloured or not, the same scenes are read alike; only the difference is one of colours."""
    grey, colour = (images.texture_scenes(4, 3, color=color) for color in (False, True))
    noise = 0.04 * torch.rand(4, 1, 64, 64, generator=torch.Generator().manual_seed(0)) - 0.02
    reader = weights.load(JUDGE)
    found = segmenter_textures.scores(
        colour.photographs + noise, reader, colour.labels, colour.photographs
    )
    expected = segmenter_textures.scores(
        grey.photographs + noise, reader, grey.labels, grey.photographs
    )
    assert found == pytest.approx(expected, abs=1e-3)
    assert 0.5 < expected["per_pixel"] < 1


def test_painting_is_in_batches_what_it_is_at_once():
    G = nets.Pix2PixUNet(3, 1, width=2, n_scales=2)
    labels = torch.randint(3, (60, 8, 8), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(
            pix2pix_textures.paint(G, labels, None), G(nets.one_hot(labels, 3))
        )
    assert torch.equal(pix2pix_textures.paint(G, labels, 1), pix2pix_textures.paint(G, labels, 1))
    assert not torch.equal(
        pix2pix_textures.paint(G, labels, 1), pix2pix_textures.paint(G, labels, 2)
    )


class Stamp(torch.nn.Module):
    """A generator that knows one image of each class."""

    k = 2

    def __init__(self, stamps):
        super().__init__()
        self.stamps = stamps

    def forward(self, z, c):
        return self.stamps[c]


def test_a_collapsed_generator_is_read_but_has_no_variety():
    x, labels = images.digits(400, seed=5)
    judge = weights.load("classifier_digits")
    stamps = torch.stack([x[labels == c][0] for c in range(10)])
    found = cgan_digits.of_conditional_gan(Stamp(stamps), x, labels, judge)
    assert found["read"] > 0.8 and found["variety"] == pytest.approx(0, abs=1e-6)
    wrong = cgan_digits.of_conditional_gan(Stamp(stamps.roll(1, 0)), x, labels, judge)
    assert wrong["read"] < 0.2 and wrong["worst_class"] <= wrong["read"]


@pytest.mark.slow
def test_the_shipped_networks_do_what_the_notebook_says():
    found = {name: weights.card(name)["metrics"] for name in TEXTURES}
    real = found.pop(JUDGE)["per_pixel"]
    assert real > 0.85
    assert found["pix2pix_l1_cgan"]["of_real"] >= 0.85
    assert found["pix2pix_l1"]["of_real"] <= 0.6
    assert abs(found["pix2pix_l1_cgan"]["variance_of_learned"] - 1) < 0.2
    labels, photographs = pix2pix_textures.held_out()
    G, judge = weights.load("pix2pix_l1_cgan"), weights.load(JUDGE)
    again = segmenter_textures.scores(pix2pix_textures.paint(G, labels), judge, labels, photographs)
    assert again["per_pixel"] == pytest.approx(found["pix2pix_l1_cgan"]["per_pixel"], abs=0.01)
    assert metrics.segmentation(labels, labels, 3).iou == 1.0
