"""What the course trains: every entry runs on a small scale, writes its files, and resumes."""

import os

import pytest

from mvacourse import catalogue, weights
from mvacourse.catalogue import digits, metrics
from mvacourse.train import CheckpointError


@pytest.fixture
def small(monkeypatch):
    """A few steps on a few images; the metrics of all but the VAE are left out."""
    for name, entry in digits.ENTRIES.items():
        options = {"n": 128, "n_steps": 3}
        held_out = lambda draw=entry.load: draw(80)  # noqa: E731
        monkeypatch.setitem(
            catalogue.ENTRIES,
            name,
            entry._replace(budgets={"fast": options, "full": options}, held_out=held_out),
        )


ON_DIGITS = [name for name in digits.ENTRIES if "mnist" not in name]


@pytest.mark.parametrize("name", ON_DIGITS)
def test_training_writes_weights_and_card(name, small, tmp_path):
    card = catalogue.train(name, out=tmp_path, progress=False)
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

    whole = catalogue.train("vae_digits", out=tmp_path / "whole", progress=False)
    recipe = train.vae

    def stop(step, net):
        if step == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(train, "vae", lambda *a, **o: recipe(*a, **o, callback=stop))
    with pytest.raises(KeyboardInterrupt, match="vae_digits.checkpoint holds step 2"):
        catalogue.train("vae_digits", out=tmp_path, progress=False)
    monkeypatch.setattr(train, "vae", recipe)
    with pytest.raises(CheckpointError, match="resume=True"):
        catalogue.train("vae_digits", out=tmp_path, progress=False)
    resumed = catalogue.train("vae_digits", out=tmp_path, resume=True, progress=False)
    assert resumed["sha256"] == whole["sha256"]
    assert not (tmp_path / "vae_digits.checkpoint").exists()


def test_a_judge_that_is_missing_is_told_before_the_work(small, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "default_folder", lambda: tmp_path / "empty")
    with pytest.raises(ValueError, match="classifier_digits"):
        catalogue.train("gan_digits", out=tmp_path, progress=False)
    assert os.listdir(tmp_path) == []


def test_held_out_images_that_are_missing_are_told_before_the_work(small, tmp_path, monkeypatch):
    def missing():
        raise OSError("no such file")

    entry = catalogue.ENTRIES["vae_digits"]._replace(held_out=missing)
    monkeypatch.setitem(catalogue.ENTRIES, "vae_digits", entry)
    with pytest.raises(OSError, match="no such file"):
        catalogue.train("vae_digits", out=tmp_path, progress=False)
    assert os.listdir(tmp_path) == []


def test_every_entry_is_described():
    for name in catalogue.names():
        assert "\n" not in catalogue.describe(name)
        assert set(catalogue.ENTRIES[name].budgets) == {"fast", "full"}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: catalogue.train("vae_digit"), "name = 'vae_digit' .*did you mean vae_digits"),
        (lambda: catalogue.describe("x"), "there are vae_digits"),
        (lambda: catalogue.train("vae_digits", "slow"), "budget = 'slow'"),
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
    assert metrics.frechet(x, y) == pytest.approx(4.0, rel=0.02)
    assert metrics.frechet(x, x) == pytest.approx(0.0, abs=1e-9)
