"""Distortions give images; stronger ones differ more; the same seed gives the same image."""

import pytest
import torch

from mvacourse import images, metrics
from mvacourse.recipes.distortions import KINDS, NEW_KINDS, distort, mixture

EVERY = [*KINDS, *NEW_KINDS]


@pytest.fixture(scope="module")
def u():
    return images.photo("coffee", size=48, color=True)


def generator(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", EVERY)
def test_images_come_out(kind, u):
    for x in (u, u[:, :1, :, :40], torch.zeros_like(u), torch.ones_like(u)):
        for strength in (0.02, 1.0):
            y = distort(x, kind, strength, seed=1)
            assert y.shape == x.shape and y.dtype == x.dtype
            assert ((y >= 0) & (y <= 1)).all()
            torch.testing.assert_close((255 * y).round() / 255, y, rtol=0, atol=0)


@pytest.mark.parametrize("kind", EVERY)
def test_the_stronger_the_farther(kind, u):
    weak, middle, strong = (
        sum(float(metrics.mse(distort(u, kind, s, seed), u)) for seed in range(8))
        for s in (0.05, 0.5, 1.0)
    )
    assert weak < middle < strong


@pytest.mark.parametrize("kind", EVERY)
def test_a_seed_means_one_image(kind, u):
    state = torch.get_rng_state()
    before = u.clone()
    once, twice = distort(u, kind, 0.7, seed=3), distort(u, kind, 0.7, generator(3))
    assert torch.equal(once, twice)
    assert torch.equal(u, before), "the photograph is left as it was"
    assert torch.equal(torch.get_rng_state(), state), "torch's own generator is left alone"


def test_kinds_kept_for_the_test_are_not_trained_on():
    assert not set(KINDS) & set(NEW_KINDS)
    assert not set(KINDS.values()) & set(NEW_KINDS.values())


def test_mixtures_differ_and_use_every_kind(u, monkeypatch):
    assert torch.equal(mixture(u, generator(0)), mixture(u, generator(0)))
    assert not torch.equal(mixture(u, generator(0)), mixture(u, generator(1)))
    used = []
    for kind in KINDS:
        monkeypatch.setitem(KINDS, kind, lambda x, s, g, kind=kind: used.append(kind) or x)
    many = generator(0)
    for _ in range(1000):
        mixture(u, many)
    assert set(used) == set(KINDS)
    # 0.75 × 1 + 0.2 × 2 + 0.05 × 3
    assert len(used) == pytest.approx(1300, abs=60)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda u: distort(u, "snow", 0.5), ValueError, "kind = 'snow' .*noise"),
        (lambda u: distort(u, "noise", 0.0), ValueError, "strength = 0.0"),
        (lambda u: distort(u, "noise", 1.5), ValueError, "strength = 1.5"),
        (lambda u: distort(u + 0.5, "noise", 0.5), ValueError, "leaves"),
        (lambda u: distort(255 * u, "noise", 0.5), ValueError, "0–255"),
        (lambda u: distort(torch.cat([u, u]), "noise", 0.5), ValueError, "one image"),
        (lambda u: distort(u[..., :31], "noise", 0.5), ValueError, "32"),
        (lambda u: distort(u, "noise", 0.5, seed="a"), TypeError, "seed"),
    ],
)
def test_bad_input(call, error, words, u):
    with pytest.raises(error, match=words):
        call(u)
