"""Recipes for maps without pairs: their data, their costs, and the claims of their cards."""

import pytest
import torch

from mvacourse import images, recipes, weights
from mvacourse.images import unpaired_domains
from mvacourse.recipes import weak_ot_digits, weak_ot_toy
from mvacourse.transport import conditional_variance, push, shape_cost
from mvacourse.transport.image_costs import shape

FRESH_SEED = 4099
"""Of digits that no network was trained or measured on."""

SHIPPED = [
    name for name in (*weak_ot_digits.RECIPES, "classifier_faces") if name in weights.names()
]


def test_source_and_target_have_no_typeface_in_common():
    assert images.SOURCE_FACE not in images.TARGET_FACES
    assert {*images.TARGET_FACES, images.SOURCE_FACE} <= set(images.FACES)
    y = images.target_digits(64, 3)
    options = {"faces": images.TARGET_FACES, "deform": unpaired_domains.DEFORM}
    drawn = images.glyphs("0123456789", 64, 7, unpaired_domains.SIZE, **options)
    assert torch.equal(y.images, drawn.images)
    names = [images.TARGET_FACES[i] for i in y.faces]
    assert names == [images.FACES[i] for i in drawn.faces]


def test_digits_are_not_paired():
    _, labels = images.source_digits(200, 3)
    assert float((labels == images.target_digits(200, 3).labels).float().mean()) < 0.25


def test_shape_sees_neither_brightness_nor_contrast():
    x, _ = images.source_digits(3, 0)
    phi = shape(x)
    torch.testing.assert_close(phi.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(shape(0.2 + 0.5 * x), phi, rtol=1e-3, atol=1e-4)
    assert shape(torch.zeros(1, 1, 20, 20)).abs().max() == 0


def test_cost_of_shapes_is_one_less_their_correlation():
    x, _ = images.source_digits(2, 0)
    y = images.target_digits(2, 0).images
    a, b = shape(x), shape(y)
    found = shape_cost(x, y[:, None], gamma=0.0, price=3.0)
    torch.testing.assert_close(found, 3 * (1 - (a * b).sum(1)))
    twice = y[:, None].expand(-1, 2, -1, -1, -1)
    torch.testing.assert_close(shape_cost(x, twice, gamma=0.7, price=3.0), found)


def test_faces_are_counted_from_their_share_on():
    faces = torch.tensor([[0] * 97 + [1] * 3, [0] * 98 + [1] * 2, [*range(10)] * 10])
    assert weak_ot_digits.reached(faces).tolist() == [2, 1, 10]


ON_SMALL = {"n": 64, "n_steps": 2, "width": 4, "width_f": 4, "batch": 4}


def test_paint_is_one_bright_ink_and_its_hue_is_told():
    m = images.target_digits(300, 3).images
    y = images.painted(m, 5)
    assert y.shape == (300, 3, 20, 20)
    torch.testing.assert_close(y.amax(1, keepdim=True), m)  # the value of the ink is 1
    assert torch.equal(y, images.painted(m, 5))
    sixths = torch.bincount((6 * images.hue(y)).long(), minlength=6)
    assert len(sixths) == 6 and sixths.min() > 25
    white = torch.ones(1, 1, 20, 20)
    pure = torch.eye(3)[:, :, None, None] * white
    torch.testing.assert_close(images.hue(pure), torch.tensor([0, 1 / 3, 2 / 3]))


def test_the_cost_does_not_see_colours_of_equal_brightness():
    x = images.source_digits(4, 0)[0]
    inks = torch.tensor([[1.0, 0.4, 0.1], [0.2, 1.0, 0.3], [0.5, 0.5, 0.5], [0.0, 0.5, 1.0]])
    y = x * inks[:, :, None, None]
    cost = shape_cost(x.expand(-1, 3, -1, -1), y[:, None], gamma=0.0)
    torch.testing.assert_close(cost, torch.zeros(4), rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["weak_ot_digits", "weak_ot_coloured"])
def test_a_map_is_trained_and_carded(name, tmp_path, monkeypatch):
    recipe = recipes.RECIPES[name]
    if recipe.judge not in weights.names():
        pytest.skip("the judge is not shipped")
    few = lambda: tuple(part[:40] for part in recipe.held_out())  # noqa: E731
    options = {**recipe.budgets["fast"], **ON_SMALL}
    small = recipe._replace(budgets={"fast": options, "full": options}, held_out=few)
    monkeypatch.setitem(recipes.RECIPES, name, small)
    card = recipes.train(name, out=tmp_path, progress=False)
    assert weights.verify(name, tmp_path) == "ok"
    coloured = name == "weak_ot_coloured"
    assert card["network"] == ("ColouredTransport" if coloured else "TransportUNet")
    assert ("hues_mean" in card["metrics"]) == coloured


@pytest.mark.parametrize("name", SHIPPED)
def test_full_budget_is_what_was_shipped(name):
    options = {k: v for k, v in recipes.RECIPES[name].budgets["full"].items() if k != "n"}
    assert weights.card(name)["options"] == options


def test_the_modes_are_eight_of_known_deviation():
    y = images.eight_gaussians(20_000, FRESH_SEED)
    angle = torch.pi / 4 * torch.arange(8)
    centres = 2 * torch.stack([angle.cos(), angle.sin()], 1)
    distance, mode = torch.cdist(y, centres).min(1)
    assert torch.bincount(mode, minlength=8).min() > 2300
    assert float(distance.square().mean() / 2) == pytest.approx(0.09, rel=0.02)
    assert torch.equal(y, images.eight_gaussians(20_000, FRESH_SEED))


def test_a_map_in_the_plane_is_trained_and_carded(tmp_path, monkeypatch):
    name = weak_ot_toy.TOYS[0.5]
    recipe = recipes.RECIPES[name]
    options = {**recipe.budgets["fast"], "n": 256, "n_steps": 2, "batch": 8}
    few = lambda: tuple(part[:4000] for part in recipe.held_out())  # noqa: E731
    small = recipe._replace(budgets={"fast": options}, held_out=few)
    monkeypatch.setitem(recipes.RECIPES, name, small)
    card = recipes.train(name, out=tmp_path, progress=False)
    assert card["network"] == "TransportMLP"
    assert set(card["metrics"]) == {"cost", "variance", "energy", "energy_floor"}
    assert card["metrics"]["variance"] < 0.1  # hardly trained, it hardly draws lots


MORE = [pytest.param(gamma, marks=pytest.mark.slow) for gamma in (0.0, 0.25, 0.75, 1.0)]


@pytest.mark.parametrize("gamma", [0.5, *MORE])
def test_a_map_in_the_plane_meets_the_law(gamma):
    """Within twice the floor on points that nobody has seen, at the cost of the best plan."""
    T = weights.load(weak_ot_toy.TOYS[gamma])
    x = images.gaussian_points(16_000, FRESH_SEED)
    y = images.eight_gaussians(16_000, FRESH_SEED + 1)
    found = weak_ot_toy.measure_toy({"T": T}, x, y, gamma=gamma)
    assert found["energy"] <= 2 * found["energy_floor"]
    best = {0.0: 0.381, 0.25: 0.377, 0.5: 0.343, 0.75: 0.230, 1.0: 0.004}  # benchmarks, 512 points
    assert found["cost"] == pytest.approx(best[gamma], rel=0.1, abs=0.02)


@torch.no_grad()
def test_the_maps_draw_more_lots_the_larger_gamma():
    x = images.gaussian_points(1000, FRESH_SEED)
    z = torch.randn(1000, 16, 2, generator=torch.Generator().manual_seed(0))
    spread = [
        conditional_variance(push(weights.load(n), x, z)).mean() for n in weak_ot_toy.TOYS.values()
    ]
    assert torch.stack(spread).diff().min() > 0


@pytest.mark.slow
@pytest.mark.skipif("weak_ot_digits" not in SHIPPED, reason="not shipped")
def test_the_digit_is_kept_and_its_face_is_not():
    """On digits that nobody has seen, one x reaches five faces and stays what it is."""
    x, labels = images.source_digits(40, FRESH_SEED)
    kept, faces = weak_ot_digits.spread(weights.load("weak_ot_digits"), x, labels, n_z=60)
    assert float(kept.float().mean()) >= 0.9
    assert float(weak_ot_digits.reached(faces).float().mean()) >= 5


@pytest.mark.slow
@pytest.mark.skipif("weak_ot_digits_classical" not in SHIPPED, reason="not shipped")
def test_without_the_weak_cost_one_x_reaches_fewer_faces():
    x, labels = images.source_digits(40, FRESH_SEED)
    names = ("weak_ot_digits_classical", "weak_ot_digits")
    few, many = (weak_ot_digits.spread(weights.load(n), x, labels, n_z=60)[1] for n in names)
    assert (
        weak_ot_digits.reached(few).float().mean() < weak_ot_digits.reached(many).float().mean() - 1
    )


@pytest.mark.skipif("classifier_faces" not in SHIPPED, reason="not shipped")
def test_the_judge_of_faces_is_right_on_real_digits():
    y = images.target_digits(300, FRESH_SEED)
    found = weights.load("classifier_faces")(y.images).argmax(1)
    assert float((found == y.faces).float().mean()) >= 0.97


@pytest.mark.slow
@torch.no_grad()
def test_colour_comes_from_z_and_the_digit_from_x():
    x, labels = images.source_digits(40, FRESH_SEED)
    x, T = x.expand(-1, 3, -1, -1), weights.load("weak_ot_coloured")
    kept, faces = weak_ot_digits.spread(T, x, labels, n_z=60)
    assert kept.double().mean() >= 0.9
    assert weak_ot_digits.reached(faces, 0.05).double().mean() >= 5
    z = torch.randn(40, 60, weak_ot_digits.Z_DIM, generator=torch.Generator().manual_seed(1))
    hues = images.hue(push(T, x, z).flatten(0, 1)).view(40, 60)
    assert weak_ot_digits.reached((6 * hues).long().clamp(max=5), 0.05).min() >= 5
