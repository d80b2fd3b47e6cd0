"""Recipe for the perceptual distance: its data, and its metrics."""

import pytest
import torch

from mvacourse import images, metrics, nets, recipes, weights
from mvacourse.recipes import perceptual_distance
from mvacourse.recipes.distortions import KINDS, NEW_KINDS


@pytest.fixture(scope="module")
def photographs():
    return [images.photo(name, size=(50, 60), color=True) for name in ("coffee", "rocket")]


def test_ladder_spoils_each_window_in_every_way(photographs):
    x, ref = perceptual_distance.ladder(photographs, n_windows=2, size=40)
    assert ref.shape == (4, 3, 40, 40)
    assert x.shape == (4, len(KINDS) + len(NEW_KINDS), 3, 40, 40)
    again, _ = perceptual_distance.ladder(photographs, n_windows=2, size=40)
    assert torch.equal(x, again)
    other, _ = perceptual_distance.ladder(photographs, n_windows=2, size=40, seed=1)
    assert not torch.equal(x, other)
    windows = photographs[0][0].unfold(1, 40, 1).unfold(2, 40, 1).permute(1, 2, 0, 3, 4)
    assert (windows == ref[0]).flatten(2).all(2).any(), "the reference is a window"


class Known(torch.nn.Module):
    """A distance that is a known function of the judge's."""

    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x, ref):
        return self.f(metrics.mse(x, ref))


@pytest.mark.parametrize(
    ("f", "spearman", "agreement"), [(torch.square, 1, 1), (torch.neg, -1, 0), (lambda d: d, 1, 1)]
)
def test_metrics_of_judges_with_a_known_relation(f, spearman, agreement, photographs, monkeypatch):
    monkeypatch.setattr(metrics, "lpips", metrics.mse)
    found = perceptual_distance.of_distance({"net": Known(f)}, photographs, 2, 40)
    for end in ("", "_new_kinds"):
        assert found[f"spearman{end}"] == pytest.approx(spearman, abs=1e-3)
        assert found[f"agreement{end}"] == pytest.approx(agreement, abs=0.01)


def test_relative_error_is_that_of_the_median(photographs, monkeypatch):
    monkeypatch.setattr(metrics, "lpips", lambda x, ref: 1 + metrics.mse(x, ref))
    found = perceptual_distance.of_distance(
        {"net": Known(lambda d: 1.2 * (1 + d))}, photographs, 1, 40
    )
    assert found["relative_error"] == pytest.approx(0.2, abs=0.01)


@pytest.mark.data
def test_photographs_to_be_judged_on_are_large_enough():
    (held_out,) = perceptual_distance._held_out()
    assert len(held_out) == 15
    assert {x.shape[1] for x in held_out} == {1, 3}
    assert min(min(x.shape[-2:]) for x in held_out) >= perceptual_distance._SIZE


@pytest.mark.data
def test_training_writes_weights_and_card(tmp_path, monkeypatch):
    recipe = recipes.RECIPES["perceptual_distance"]
    options = {"n": 2, "width": 32, "n_steps": 2, "batch": 2, "size": 32}
    held_out = lambda: ([images.photo("coffee", size=(50, 60), color=True)],)  # noqa: E731
    small = recipe._replace(
        budgets={"fast": options},
        held_out=held_out,
        measure=lambda made, x: perceptual_distance.of_distance(made, x, 1, 40),
    )
    monkeypatch.setitem(recipes.RECIPES, "perceptual_distance", small)
    card = recipes.train("perceptual_distance", out=tmp_path, progress=False)
    assert card["network"] == "PerceptualDistance" and card["bytes"] < 0.6e6
    assert set(card["metrics"]) == {
        f"{name}{end}"
        for name in ("spearman", "agreement", "relative_error")
        for end in ("", "_new_kinds")
    }
    assert isinstance(weights.load("perceptual_distance", folder=tmp_path), nets.PerceptualDistance)
