"""Distances of local spectra: textures, phases, the floor, and bad input."""

import math

import pytest
import torch

from mvacourse.metrics import spectral, spectral_distance


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def grain(*shape, seed=0, strength=0.03):
    return 0.5 + strength * normal(*shape, seed=seed)


def test_spectra_of_equal_textures_are_near_and_of_unequal_ones_are_not():
    a, b = (grain(4, 1, 96, 96, seed=seed) for seed in (0, 1))
    assert torch.equal(spectral_distance(a, a), torch.zeros(4, dtype=torch.float64))
    same = spectral_distance(a, b).mean().item()
    assert 0.1 < same < 0.4, "two samples of one texture"
    twice = spectral_distance(2 * a - 0.5, b).mean().item()
    assert twice == pytest.approx(same + math.log(4) ** 2, abs=0.15), "all powers are fourfold"
    blur = torch.nn.functional.avg_pool2d(a, 3, 1, 1, count_include_pad=False)
    assert spectral_distance(blur, b).mean() > 5 * same, "fine detail is missing"
    tile = grain(4, 1, 4, 4, seed=2).repeat(1, 1, 24, 24)
    assert spectral_distance(tile, b).mean() > 5 * same, "a repeated tile has gaps in its spectrum"


def test_each_image_has_its_own_distance():
    x, y = grain(3, 3, 40, 48), grain(3, 3, 40, 48, seed=1)
    found = spectral_distance(x, y)
    assert found.shape == (3,)
    torch.testing.assert_close(found[1:2], spectral_distance(x[1:2], y[1:2]))


def test_a_spectrum_does_not_see_the_phase_nor_the_mean():
    x = grain(1, 3, 64, 64, seed=3)
    assert spectral_distance(1 - x, x).item() == pytest.approx(0, abs=1e-12)
    assert spectral_distance(x + 0.2, x).item() == pytest.approx(0, abs=1e-12)


def test_what_is_weaker_than_the_floor_counts_little():
    flat = torch.full((1, 1, 64, 64), 0.5, dtype=torch.float64)
    faint, strong = (grain(1, 1, 64, 64, seed=4, strength=s / 255) for s in (0.1, 10))
    assert spectral_distance(faint, flat) < 1e-3
    assert spectral_distance(strong, flat) > 10
    assert spectral_distance(strong, flat, floor=1.0) < 1e-3


def test_power_of_white_noise_is_its_variance():
    power = spectral._local_power(3 * normal(20, 1, 128, 128, seed=5))
    assert power[:, 10:].mean().item() == pytest.approx(9, rel=0.05)


def test_the_spectrum_has_a_gradient_towards_the_right_strength():
    x = grain(1, 1, 48, 48, seed=6)
    scale = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    spectral_distance(0.5 + scale * (grain(1, 1, 48, 48, seed=7) - 0.5), x).sum().backward()
    assert scale.grad < 0
    # flat images have power 0, where a square root would have no gradient
    flat = torch.full((1, 1, 32, 32), 0.5, dtype=torch.float64, requires_grad=True)
    spectral_distance(flat, x[..., :32, :32]).sum().backward()
    assert torch.isfinite(flat.grad).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: spectral_distance(x[..., :31], x[..., :31]), ValueError, "32×32 pixels or"),
        (lambda x: spectral_distance(x, x[..., :40]), ValueError, "x has shape"),
        (lambda x: spectral_distance(x, x, floor=0.0), ValueError, "floor"),
        (lambda x: spectral_distance(x, x, floor=2.0), ValueError, "floor = 2 must be from"),
        (lambda x: spectral_distance(x[0], x[0]), ValueError, "x"),
        (lambda x: spectral_distance(255 * x, 255 * x), ValueError, "0–255"),
        (lambda x: spectral_distance(x + 0j, x + 0j), TypeError, "complex"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call(torch.rand(1, 1, 48, 48, generator=torch.Generator().manual_seed(0)))
