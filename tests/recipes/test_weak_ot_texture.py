"""Recipe for the map between textures: its cost, its metrics, and the shipped network."""

import pytest
import torch

from mvacourse import images, recipes, weights
from mvacourse.recipes import weak_ot_texture
from mvacourse.transport import coarse_cost, push, weak_cost
from mvacourse.transport.image_costs import blurred

FRESH_SEED = 4099
"""Of windows that no network was trained or measured on."""


@pytest.fixture(scope="module")
def x():
    return images.texture_windows(weak_ot_texture.FROM, 6, FRESH_SEED, split="test")


def test_the_cost_sees_what_is_coarse_alone(x):
    checks = torch.ones(32, 32)
    checks[::2, ::2] = checks[1::2, 1::2] = -1
    fine = torch.stack([x + 0.2 * checks, x - 0.2 * checks], 1)
    # Of the same amplitude everywhere, they would cost 0.02; the border leaves a little.
    assert coarse_cost(x, fine, gamma=0.0).max() < 1e-4
    lighter = torch.stack([x + 0.1, x + 0.1], 1)
    torch.testing.assert_close(
        coarse_cost(x, lighter, gamma=0.5, price=30.0), torch.full((6,), 30 * 0.005)
    )


def test_the_cost_is_the_weak_one(x):
    two = torch.stack([x + 0.1, x - 0.3], 1)
    found = coarse_cost(x, two, gamma=0.5)
    known = weak_cost(torch.zeros(6, 1), torch.tensor([[[0.1], [-0.3]]] * 6), gamma=0.5)
    torch.testing.assert_close(found, known)


def test_bands_tell_the_scale_of_noise():
    noise = torch.randn(40, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    found = weak_ot_texture.bands(noise)
    assert found.argmax() == 0
    coarse = weak_ot_texture.bands(blurred(noise, 3.0))
    assert coarse.argmax() >= 3
    torch.testing.assert_close(weak_ot_texture.bands(2 * noise), 2 * found)


def test_layout_does_not_see_light_contrast_or_grain(x):
    torch.testing.assert_close(weak_ot_texture.layout(x, 0.2 + 0.5 * x), torch.ones(6))
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    assert weak_ot_texture.layout(x, x + 0.1 * noise).min() > 0.9
    assert weak_ot_texture.layout(x, 1 - x).max() < -0.99
    assert weak_ot_texture.layout(x, x.roll(1, 0)).mean() < 0.5


def test_tails_are_three_of_noise_of_any_spectrum_and_more_of_edges():
    noise = torch.randn(40, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    assert weak_ot_texture.tails(noise) == pytest.approx(3, abs=0.05)
    smooth = blurred(noise, 2.0)[..., 8:-8, 8:-8]  # its border is another noise
    assert weak_ot_texture.tails(smooth) == pytest.approx(3, abs=0.1)
    assert weak_ot_texture.tails((smooth > 0).float()) > 5


def test_real_windows_compare_as_such_and_odd_numbers_are_cut():
    y = images.texture_windows(weak_ot_texture.TO, 41, FRESH_SEED, 40, split="test")
    found = weak_ot_texture.compare(y, y)
    assert found["band_weakest"] == found["band_strongest"] == 1
    assert found["energy"] == 0 < found["energy_floor"]
    assert found["read"] > 0.9 and found["tails"] == weak_ot_texture.tails(y)
    with pytest.raises(ValueError, match="made has 3 images"):
        weak_ot_texture.compare(y[:3], y)


def test_the_segmenter_tells_the_textures():
    for i, name in enumerate(images.TEXTURES):
        y = images.texture_windows(name, 40, FRESH_SEED, 64, split="test")
        assert weak_ot_texture.read(y).argmax() == i


def test_a_map_is_trained_and_carded(tmp_path, monkeypatch):
    recipe = recipes.RECIPES[weak_ot_texture.NAME]
    options = {
        **recipe.budgets["fast"],
        "n": 16,
        "n_steps": 2,
        "width": 4,
        "width_f": 4,
        "batch": 4,
    }
    few = lambda: tuple(part[:40] for part in recipe.held_out())  # noqa: E731
    small = recipe._replace(budgets={"fast": options}, held_out=few)
    monkeypatch.setitem(recipes.RECIPES, weak_ot_texture.NAME, small)
    card = recipes.train(weak_ot_texture.NAME, out=tmp_path, progress=False)
    assert weights.verify(weak_ot_texture.NAME, tmp_path) == "ok"
    assert card["network"] == "TextureTransport"
    assert card["metrics"]["read_before"] < 0.1 < 0.9 < card["metrics"]["read_real"]


def test_full_budget_is_what_was_shipped():
    budget = recipes.RECIPES[weak_ot_texture.NAME].budgets["full"]
    assert weights.card(weak_ot_texture.NAME)["options"] == {
        k: v for k, v in budget.items() if k != "n"
    }


@pytest.mark.slow
def test_gravel_becomes_grass_where_it_was():
    """On windows that nobody has seen: read as grass, of its contrast, lighter where x was."""
    x = images.texture_windows(weak_ot_texture.FROM, 40, FRESH_SEED, 64, split="test")
    y = images.texture_windows(weak_ot_texture.TO, 40, FRESH_SEED + 1, 64, split="test")
    found = weak_ot_texture.measure({"T": weights.load(weak_ot_texture.NAME)}, x, y)
    assert found["read"] >= 0.95 * found["read_real"] > 0.9
    assert found["read_before"] < 0.05
    assert found["layout"] >= 0.45
    assert 0.8 < found["band_weakest"] and found["band_strongest"] < 1.25
    assert found["energy"] <= 2 * found["energy_floor"]
    assert 3.25 < found["tails"] < found["tails_real"], "more than noise, less than blades"


@pytest.mark.slow
@torch.no_grad()
def test_what_is_fine_comes_from_z_and_what_is_coarse_from_x():
    x = images.texture_windows(weak_ot_texture.FROM, 8, FRESH_SEED, 64, split="test")
    y = push(weights.load(weak_ot_texture.NAME), x, weak_ot_texture.white_noise(x, 8)).unbind(1)
    assert weak_ot_texture.layout(x, torch.stack(y).mean(0)).mean() > 0.7
    assert weak_ot_texture.layout(y[0], y[1]).mean() > 0.3
    assert weak_ot_texture.layout(y[0], y[1].roll(1, 0)).mean().abs() < 0.15
    a, b = (u.flatten(1) - blurred(u, 1.4).flatten(1) for u in y[:2])
    assert torch.cosine_similarity(a, b).abs().max() < 0.2
