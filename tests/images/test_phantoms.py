"""Random ellipses: range, reproducibility, resolution, and that all rays cover them."""

import pytest
import torch

from mvacourse import images
from mvacourse.images.phantoms import _sum
from mvacourse.operators import Radon


def test_they_are_grey_images_with_something_in_them():
    u = images.ellipses(20, seed=0, size=64)
    assert u.shape == (20, 1, 64, 64) and u.dtype == torch.float32
    assert u.min() == 0 and 0.5 < u.max() <= 1
    assert (u.flatten(1).std(1) > 0.05).all()
    shares = (u > 0).float().flatten(1).mean(1)
    assert (0.2 < shares).all() and (shares < 0.75).all()


def test_the_first_ones_of_a_seed_do_not_depend_on_their_number():
    u = images.ellipses(5, seed=3, size=32)
    assert torch.equal(u[:2], images.ellipses(2, seed=3, size=32))
    assert not torch.equal(u, images.ellipses(5, seed=4, size=32))
    assert not torch.equal(u[0], u[1])


def test_a_generator_goes_on_drawing():
    g = torch.Generator().manual_seed(0)
    first, second = (images.ellipses(1, g, 16) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(first, images.ellipses(1, torch.Generator().manual_seed(0), 16))


def test_torchs_own_generator_is_left_alone():
    state = torch.get_rng_state()
    images.ellipses(1, 0, 16)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_same_phantom_at_another_size():
    fine = images.ellipses(4, seed=1, size=192)
    coarse = images.ellipses(4, seed=1, size=48)
    # a pixel holds the share inside, to first order
    means = torch.nn.functional.avg_pool2d(fine, 4)
    assert (coarse - means).abs().mean() < 0.004
    assert (coarse - means).abs().max() < 0.35


def test_an_ellipse_has_its_area_and_its_values():
    import numpy as np

    def one(value, slope=(0.0, 0.0), centre=(0.1, -0.05), axes=(0.3, 0.1), angle=0.4):
        return _sum(*(np.array([x]) for x in (value, slope, centre, axes, angle)), 200)

    u = one(0.5)
    assert u.max() == 0.5
    assert u.sum().item() / 0.5 / 200**2 == pytest.approx(np.pi * 0.3 * 0.1, rel=1e-3)
    at = torch.arange(200) / 200 + 1 / 400 - 0.5
    assert (u.sum(0) @ at / u.sum()).item() == pytest.approx(0.1, abs=1e-3)  # columns: x
    assert (u.sum(1) @ at / u.sum()).item() == pytest.approx(-0.05, abs=1e-3)
    shaded = one(0.5, slope=(0.6, 0.0))
    assert shaded.sum().item() == pytest.approx(u.sum().item(), rel=1e-3)
    assert 0.78 < shaded.max().item() < 0.82


def test_a_scanner_sees_them_whole():
    u = images.ellipses(10, seed=2, size=64)
    y = Radon([0.0, 45.0, 90.0, 120.0], 64)(u)
    mass = u.sum((-2, -1))[..., None].expand(-1, -1, 4)
    torch.testing.assert_close(y.sum(-1), mass, rtol=1e-2, atol=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: images.ellipses(0), "n = 0"),
        (lambda: images.ellipses(1, size=0), "size = 0"),
        (lambda: images.ellipses(1, "a"), "seed"),
        (lambda: images.ellipses(1.5), "n = 1.5"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()
