"""The catalogue's maps without pairs: their data, their costs, and what their cards promise."""

import pytest
import torch

from mvacourse import catalogue, images, weights
from mvacourse.catalogue import transport

FRESH_SEED = 4099
"""Of digits that no network was trained or measured on."""

SHIPPED = [name for name in transport.ENTRIES if name in weights.names()]


def test_source_and_target_have_no_typeface_in_common():
    assert transport.SOURCE not in transport.TARGETS
    assert {*transport.TARGETS, transport.SOURCE} <= set(images.FACES)
    y = transport.target_digits(64, 3)
    options = {"faces": transport.TARGETS, "deform": transport.DEFORM}
    drawn = images.glyphs("0123456789", 64, 7, transport.SIZE, **options)
    assert torch.equal(y.images, drawn.images)
    names = [transport.TARGETS[i] for i in y.faces]
    assert names == [images.FACES[i] for i in drawn.faces]


def test_digits_are_not_paired():
    _, labels = transport.source_digits(200, 3)
    assert float((labels == transport.target_digits(200, 3).labels).float().mean()) < 0.25


def test_shape_sees_neither_brightness_nor_contrast():
    x, _ = transport.source_digits(3, 0)
    phi = transport.shape(x)
    torch.testing.assert_close(phi.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(transport.shape(0.2 + 0.5 * x), phi, rtol=1e-3, atol=1e-4)
    assert transport.shape(torch.zeros(1, 1, 20, 20)).abs().max() == 0


def test_cost_of_shapes_is_one_less_their_correlation():
    x, _ = transport.source_digits(2, 0)
    y = transport.target_digits(2, 0).images
    a, b = transport.shape(x), transport.shape(y)
    found = transport.shape_cost(x, y[:, None], gamma=0.0, price=3.0)
    torch.testing.assert_close(found, 3 * (1 - (a * b).sum(1)))
    twice = y[:, None].expand(-1, 2, -1, -1, -1)
    torch.testing.assert_close(transport.shape_cost(x, twice, gamma=0.7, price=3.0), found)


def test_faces_are_counted_from_their_share_on():
    faces = torch.tensor([[0] * 97 + [1] * 3, [0] * 98 + [1] * 2, [*range(10)] * 10])
    assert transport.reached(faces).tolist() == [2, 1, 10]


ON_SMALL = {"n": 64, "n_steps": 2, "width": 4, "width_f": 4, "batch": 4}


@pytest.mark.parametrize("name", ["weak_ot_digits", "weak_ot_digits_classical"])
def test_a_map_is_trained_and_carded(name, tmp_path, monkeypatch):
    entry = catalogue.ENTRIES[name]
    if entry.judge not in weights.names():
        pytest.skip("the judge is not shipped")
    few = lambda: tuple(part[:40] for part in entry.held_out())  # noqa: E731
    options = {**entry.budgets["fast"], **ON_SMALL}
    small = entry._replace(budgets={"fast": options, "full": options}, held_out=few)
    monkeypatch.setitem(catalogue.ENTRIES, name, small)
    card = catalogue.train(name, out=tmp_path, progress=False)
    assert weights.verify(name, tmp_path) == "ok"
    assert card["network"] == "TransportUNet" and card["metrics"]


@pytest.mark.parametrize("name", SHIPPED)
def test_full_budget_is_what_was_shipped(name):
    options = {k: v for k, v in catalogue.ENTRIES[name].budgets["full"].items() if k != "n"}
    assert weights.card(name)["options"] == options


@pytest.mark.skipif("weak_ot_digits" not in SHIPPED, reason="not shipped")
def test_the_digit_is_kept_and_its_face_is_not():
    """On digits that nobody has seen, one x reaches five faces and stays what it is."""
    x, labels = transport.source_digits(40, FRESH_SEED)
    kept, faces = transport.spread(weights.load("weak_ot_digits"), x, labels, n_z=60)
    assert float(kept.float().mean()) >= 0.9
    assert float(transport.reached(faces).float().mean()) >= 5


@pytest.mark.skipif("weak_ot_digits_classical" not in SHIPPED, reason="not shipped")
def test_without_the_weak_cost_one_x_reaches_fewer_faces():
    x, labels = transport.source_digits(40, FRESH_SEED)
    names = ("weak_ot_digits_classical", "weak_ot_digits")
    few, many = (transport.spread(weights.load(n), x, labels, n_z=60)[1] for n in names)
    assert transport.reached(few).float().mean() < transport.reached(many).float().mean() - 1


@pytest.mark.skipif("classifier_faces" not in SHIPPED, reason="not shipped")
def test_the_judge_of_faces_is_right_on_real_digits():
    y = transport.target_digits(300, FRESH_SEED)
    found = weights.load("classifier_faces")(y.images).argmax(1)
    assert float((found == y.faces).float().mean()) >= 0.97
