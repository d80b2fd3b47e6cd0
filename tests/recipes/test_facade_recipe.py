"""Recipe for façades: labels from coloured pictures, windows to learn from, and the card."""

import os

import pytest
import torch

from mvacourse import datasets, images, nets, recipes, train, weights
from mvacourse.recipes import pix2pix_facades

NAME = "pix2pix_facades"


@pytest.fixture
def drawn(monkeypatch):
    """Drawn maps in the database's colours, slightly disturbed, instead of its files."""

    def facades(split="train"):
        labels = images.facade_labels(6, {"train": 0, "test": 1}[split], 256)
        noise = 0.03 * torch.rand(6, 3, 256, 256, generator=torch.Generator().manual_seed(0))
        colors = (images.facade_colors(labels) + noise).clamp(0, 1)
        return [(0.3 + 0.4 * c[None], c[None]) for c in colors]

    monkeypatch.setattr(datasets, "facades", facades)


@pytest.mark.parametrize("size", [128, 144])
def test_labels_are_read_from_the_colours(size, drawn):
    labels, photographs = pix2pix_facades.pairs_of("train", 4, size)
    assert labels.shape == (4, size, size) and photographs.shape == (4, 3, size, size)
    wanted = images.facade_labels(4, 0, size)
    assert (labels == wanted).float().mean() > 0.85, "the same houses, up to the borders"
    assert photographs.min() >= 0 and photographs.max() <= 1


def test_the_first_pairs_do_not_depend_on_their_number(drawn):
    few, all_of_them = (pix2pix_facades.pairs_of("test", n) for n in (2, None))
    assert len(all_of_them[0]) == 6
    for a, b in zip(few, all_of_them):
        assert torch.equal(a, b[:2])


def test_training_writes_weights_and_card(drawn, monkeypatch, tmp_path):
    recipe, seen = recipes.RECIPES[NAME], {}
    options = {**recipe.budgets["fast"], "n": 3, "n_steps": 2, "warm_up": 1}
    options |= {"width": 2, "width_D": 2, "detail": 2}
    budgets = {"fast": options, "full": options}
    monkeypatch.setitem(recipes.RECIPES, NAME, recipe._replace(budgets=budgets))
    loop = train.pix2pix

    def spy(G, D, pairs, **given):
        seen.update(D=D, pairs=pairs, **given)
        return loop(G, D, pairs, **given)

    monkeypatch.setattr(train, "pix2pix", spy)
    card = recipes.train(NAME, out=tmp_path, progress=False)
    assert sorted(os.listdir(tmp_path)) == [f"{NAME}.json", f"{NAME}.safetensors"]
    net = weights.load(NAME, folder=tmp_path)
    assert isinstance(net, nets.Pix2PixUNet) and net.in_channels == 12
    assert card["metrics"].keys() == {"variance", "l1"} and 0 < card["metrics"]["l1"] < 1
    assert seen["pairs"].size == 128 and seen["pairs"].photographs.shape[-1] == 144
    assert seen["D"] is not None and seen["lam"] > 0


@pytest.mark.data
def test_the_card_is_reproduced_on_its_own_data():
    labels, photographs = recipes.RECIPES[NAME].held_out()
    assert len(labels) == 40
    share = torch.bincount(labels.flatten(), minlength=12) / labels.numel()
    assert (share > 0.002).all(), "each part occurs"
    found = recipes.RECIPES[NAME].measure({NAME: weights.load(NAME)}, labels, photographs)
    for key, value in weights.card(NAME)["metrics"].items():
        assert found[key] == pytest.approx(value, rel=0.02), key
