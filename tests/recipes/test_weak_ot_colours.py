"""Recipes for faded photographs: windows, the measures of colours, and the cards."""

import pytest
import torch
from torch import nn

from mvacourse import images, recipes, weights
from mvacourse.recipes import weak_ot_colours
from mvacourse.recipes.weak_ot_colours import Z_DIM, colours, windows

SHIPPED = [name for name in weak_ot_colours.RECIPES if name in weights.names()]


def pictures(n, size=(140, 132)):
    """Photographs in 8 bits: parts of those of the course."""
    whole = (255 * images.photo("coffee", 256, color=True)[0]).byte()
    corners = torch.randint(100, (n, 2), generator=torch.Generator().manual_seed(0)).tolist()
    return [whole[:, i : i + size[0], j : j + size[1]] for i, j in corners]


@pytest.fixture(scope="module")
def u():
    return windows(pictures(4), 20, seed=0)


def test_windows_are_parts_of_the_halved_photographs():
    ramp = torch.arange(0, 160, 2).byte().expand(1, 3, 100, -1)[0]  # grows to the right
    found = windows([ramp], 30, seed=1, size=20)
    assert found.shape == (30, 3, 20, 20) and found.dtype == torch.float32
    steps = found.diff(dim=-1)
    mirrored = (steps < 0).flatten(1).all(1)
    assert ((steps > 0).flatten(1).all(1) | mirrored).all()
    assert 5 < mirrored.sum() < 25
    torch.testing.assert_close(steps.abs(), torch.full_like(steps, 4 / 255))  # halved: two steps
    assert found[..., 0].min() < 0.1 and found.max() > 0.5, "from everywhere"


def test_windows_are_those_of_the_seed():
    assert torch.equal(windows(pictures(2), 5, 3), windows(pictures(2), 5, 3))
    assert not torch.equal(windows(pictures(2), 5, 3), windows(pictures(2), 5, 4))


class Undo(nn.Module):
    """T(x, z): colours times `times`, after the yellow is taken off, plus z₁ times a colour."""

    def __init__(self, times, spread=0.0):
        super().__init__()
        self.times, self.spread = times, spread

    def forward(self, x, z):
        grey = images.grey(x).expand_as(x)
        tint = torch.tensor([1.0, 0.0, -0.2125 / 0.0721]).view(1, 3, 1, 1)
        fresh = grey + self.times * (x - images.faded(grey))
        return fresh + self.spread * z[:, :1, None, None] * tint


def test_the_exact_map_has_no_error_and_its_slope(u):
    found = colours(Undo(4.0), u, n_z=4)
    assert found.slope == pytest.approx(4, rel=1e-4)
    assert found.error == pytest.approx(0, abs=1e-6)
    assert found.from_z == pytest.approx(0, abs=1e-6)


def test_colours_that_are_kept_faded_have_the_error_of_what_is_missing(u):
    found = colours(Undo(1.0), u, n_z=4)
    assert found.slope == pytest.approx(1, rel=1e-4)
    assert found.error == pytest.approx((3 / 4) ** 2, rel=1e-4)


def test_the_part_of_z_is_that_of_the_variance(u):
    spread = 0.05
    tint = torch.tensor([1.0, 0.0, -0.2125 / 0.0721])
    of_z = spread**2 * float(tint.square().mean())
    fresh = u - images.grey(u)
    of_x = float((fresh - fresh.mean((0, 2, 3), keepdim=True)).square().mean())
    found = colours(Undo(4.0, spread), u, n_z=100)
    assert found.from_z == pytest.approx(of_z / (of_z + of_x), rel=0.1)
    assert found.error < 0.05


@pytest.mark.parametrize("name", list(weak_ot_colours.RECIPES))
def test_a_map_is_trained_and_carded(name, tmp_path, monkeypatch):
    monkeypatch.setattr(weak_ot_colours, "photographs", lambda n: (pictures(n),))
    monkeypatch.setattr(weak_ot_colours, "_N_WINDOWS", 12)
    few = lambda: (windows(pictures(3), 12, 0), windows(pictures(3), 12, 1))  # noqa: E731
    recipe = recipes.RECIPES[name]
    options = {**recipe.budgets["fast"], "n": 4, "n_steps": 2, "width_f": 4, "batch": 2}
    small = recipe._replace(budgets={"fast": options, "full": options}, held_out=few)
    monkeypatch.setitem(recipes.RECIPES, name, small)
    card = recipes.train(name, out=tmp_path, progress=False)
    assert weights.verify(name, tmp_path) == "ok"
    assert card["network"] == "ChromaTransport"
    assert card["options"]["gamma"] == (0 if name.endswith("classical") else 0.9)
    assert {"slope", "from_z", "error", "p", "p_faded"} < card["metrics"].keys()


def test_those_to_learn_from_and_those_to_reach_are_other_photographs(monkeypatch):
    cut = []

    def watch(photographs, n, seed, size=64):
        cut.append(photographs)
        return windows(pictures(1), 2, 0)

    monkeypatch.setattr(weak_ot_colours, "photographs", lambda n: (list(range(n)),))
    monkeypatch.setattr(weak_ot_colours, "windows", watch)
    recipe = recipes.RECIPES["weak_ot_colours"]
    recipe.load(recipe.budgets["full"]["n"])
    recipe.held_out()
    assert cut == [[*range(150)], [*range(150, 300)], [*range(300, 400)], [*range(300, 400)]]


@pytest.mark.parametrize("name", SHIPPED)
def test_full_budget_is_what_was_shipped(name):
    options = {k: v for k, v in recipes.RECIPES[name].budgets["full"].items() if k != "n"}
    assert weights.card(name)["options"] == options


def test_z_has_the_length_of_the_shipped_maps():
    for name in SHIPPED:
        assert weights.load(name).k == Z_DIM
