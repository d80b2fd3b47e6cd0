"""All recipes: a small version of each runs, writes its files, and can be resumed."""

import os

import pytest

from mvacourse import recipes, transport, weights
from mvacourse.train import CheckpointError

DIGITS = {
    name: recipe
    for name, recipe in recipes.RECIPES.items()
    if name.startswith(("vae", "gan", "flow", "classifier_digits"))
}


@pytest.fixture
def small(monkeypatch):
    """A few steps on a few images; the metrics of all but the VAE are left out."""
    for name, recipe in DIGITS.items():
        options = {"n": 128, "n_steps": 3}
        held_out = lambda draw=recipe.load: draw(80)  # noqa: E731
        monkeypatch.setitem(
            recipes.RECIPES,
            name,
            recipe._replace(budgets={"fast": options, "full": options}, held_out=held_out),
        )


ON_DIGITS = [name for name in DIGITS if "mnist" not in name]


@pytest.mark.parametrize("name", ON_DIGITS)
def test_training_writes_weights_and_card(name, small, tmp_path):
    card = recipes.train(name, out=tmp_path, progress=False)
    made = [name, f"{name}_discriminator"] if "gan" in name else [name]
    assert sorted(os.listdir(tmp_path)) == sorted(
        f"{each}{end}" for each in made for end in (".json", ".safetensors")
    )
    assert weights.card(name, tmp_path) == card
    assert weights.verify(name, tmp_path) == "ok"
    weights.load(name, folder=tmp_path)
    assert card["command"] == f"mvacourse train {name} --budget fast --seed 0"
    assert card["budget"] == "fast" and card["steps"] == 3 and "128" in card["data"]
    assert card["metrics"] and card["seconds"] > 0


def test_interrupted_training_resumes_to_the_same_weights(small, tmp_path, monkeypatch):
    from mvacourse import train

    whole = recipes.train("vae_digits", out=tmp_path / "whole", progress=False)
    loop = train.vae

    def stop(step, net):
        if step == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(train, "vae", lambda *a, **o: loop(*a, **o, callback=stop))
    with pytest.raises(KeyboardInterrupt, match="vae_digits.checkpoint holds step 2"):
        recipes.train("vae_digits", out=tmp_path, progress=False)
    monkeypatch.setattr(train, "vae", loop)
    with pytest.raises(CheckpointError, match="resume=True"):
        recipes.train("vae_digits", out=tmp_path, progress=False)
    resumed = recipes.train("vae_digits", out=tmp_path, resume=True, progress=False)
    assert resumed["sha256"] == whole["sha256"]
    assert not (tmp_path / "vae_digits.checkpoint").exists()


def test_a_judge_that_is_missing_is_told_before_the_work(small, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "empty")
    with pytest.raises(ValueError, match="classifier_digits"):
        recipes.train("gan_digits", out=tmp_path, progress=False)
    assert os.listdir(tmp_path) == []


def test_held_out_images_that_are_missing_are_told_before_the_work(small, tmp_path, monkeypatch):
    def missing():
        raise OSError("no such file")

    recipe = recipes.RECIPES["vae_digits"]._replace(held_out=missing)
    monkeypatch.setitem(recipes.RECIPES, "vae_digits", recipe)
    with pytest.raises(OSError, match="no such file"):
        recipes.train("vae_digits", out=tmp_path, progress=False)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("ending", [".json", ".safetensors"])
def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    small, tmp_path, monkeypatch, ending
):
    called = []
    recipe = recipes.RECIPES["vae_digits"]
    recipe = recipe._replace(load=called.append, held_out=lambda: called.append("held out"))
    monkeypatch.setitem(recipes.RECIPES, "vae_digits", recipe)
    (tmp_path / f"vae_digits{ending}").mkdir()  # as a write-protected file
    with pytest.raises(weights.WeightsError, match="cannot be written: there is already something"):
        recipes.train("vae_digits", out=tmp_path, progress=False)
    assert called == [] and os.listdir(tmp_path) == [f"vae_digits{ending}"]


def test_every_entry_is_described():
    for name in recipes.names():
        assert "\n" not in recipes.describe(name)
        assert set(recipes.RECIPES[name].budgets) == {"fast", "full"}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: recipes.train("vae_digit"), "name = 'vae_digit' .*did you mean vae_digits"),
        (lambda: recipes.describe("x"), "there are vae_digits"),
        (lambda: recipes.train("vae_digits", "slow"), "budget = 'slow'"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_frechet_distance_of_gaussians_with_known_moments():
    import torch

    g = torch.Generator().manual_seed(0)
    x = torch.randn(200_000, 2, generator=g, dtype=torch.float64)
    y = 2 * torch.randn(200_000, 2, generator=g, dtype=torch.float64) + 1
    # ‖m − m′‖² + Σ (σ − σ′)² = 2 + 2
    assert transport.frechet_distance(x, y) == pytest.approx(4.0, rel=0.02)
    assert transport.frechet_distance(x, x) == pytest.approx(0.0, abs=1e-9)
