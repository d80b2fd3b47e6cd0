"""Repeated tiles: found at any size and scale, not seen in noise, and bad input."""

import pytest
import torch

from mvacourse import images
from mvacourse.metrics import nearest_tile, tile_share


def randn(*shape, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator).to(dtype)


@pytest.mark.parametrize("period", [2, 3, 4, 8])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_repeated_tile_is_found_whole(period, channels):
    x = randn(2, channels, period, period).repeat(1, 1, 5, 4)
    torch.testing.assert_close(tile_share(x, period), torch.ones(2))
    torch.testing.assert_close(tile_share(x[..., :-1], period), torch.ones(2), msg="rows cut off")


@pytest.mark.parametrize("period", [2, 3, 4])
def test_no_other_tile_is_nearer(period):
    x = randn(2, 3, 4 * period, 3 * period, dtype=torch.float64)
    centred = x - x.mean((2, 3), keepdim=True)
    tile = nearest_tile(x, period)
    assert tile.shape == (2, 3, period, period)

    def away(t):
        return (centred - t.repeat(1, 1, 4, 3)).square().sum((1, 2, 3))

    for step in 1e-3 * randn(10, *tile.shape, seed=1, dtype=torch.float64):
        assert (away(tile + step) > away(tile)).all()
    # 12 repeats of the tile's energy, and the rest, make the whole
    whole = centred.square().sum((1, 2, 3))
    torch.testing.assert_close(away(tile) + 12 * tile.square().sum((1, 2, 3)), whole)
    torch.testing.assert_close(tile_share(x, period), 1 - away(tile) / whole)


def test_a_tile_is_found_in_its_unit_and_has_a_gradient():
    tile = randn(1, 3, 4, 4, dtype=torch.float64)
    x = (5 * tile.repeat(1, 1, 6, 6) + 7)[..., :-2].requires_grad_()
    found = nearest_tile(x)
    torch.testing.assert_close(found, 5 * (tile - tile.mean((2, 3), keepdim=True)))
    assert torch.autograd.gradcheck(nearest_tile, (randn(1, 1, 4, 4, dtype=torch.float64)
                                                   .requires_grad_(), 2))  # fmt: skip


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_a_grid_in_noise_is_found_with_its_share(share):
    n = 128
    noise = randn(20, 1, n, n, seed=1)
    tile = randn(20, 1, 4, 4, seed=2)
    tile = tile - tile.mean((2, 3), keepdim=True)
    tile = tile / tile.square().mean((2, 3), keepdim=True).sqrt()
    x = share**0.5 * tile.repeat(1, 1, n // 4, n // 4) + (1 - share) ** 0.5 * noise
    assert tile_share(x).mean().item() == pytest.approx(share, abs=0.01)


def test_noise_has_the_share_of_chance():
    x = randn(200, 1, 64, 64)
    assert tile_share(x).mean().item() == pytest.approx(15 / 64**2, rel=0.1)


def test_a_photograph_has_none_and_another_period_is_another_matter():
    u = images.photo("chelsea", 256)
    assert tile_share(u).item() < 0.005
    x = randn(1, 1, 3, 3).repeat(1, 1, 32, 32)
    assert tile_share(x, 3).item() == pytest.approx(1)
    assert tile_share(x, 4).item() < 0.1


@pytest.mark.parametrize("value", [0.0, 0.1, 1e-30, 3e37, -7.3])
def test_a_constant_image_has_none(value):
    assert tile_share(torch.full((1, 3, 12, 12), value)).item() == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("power", [-36, -20, 0, 20, 37])
def test_the_unit_does_not_matter(power, dtype):
    x = randn(1, 2, 16, 16, dtype=dtype)
    torch.testing.assert_close(tile_share(10.0**power * x), tile_share(x), rtol=1e-4, atol=0)


def test_an_offset_of_each_channel_does_not_matter():
    x = randn(1, 2, 16, 16, dtype=torch.float64)
    moved = x + torch.tensor([3.0, -5.0])[:, None, None]
    torch.testing.assert_close(tile_share(moved), tile_share(x))


def test_half_precision_is_computed_in_float32():
    x = (200 * randn(1, 1, 64, 64)).half()
    assert tile_share(x).dtype == torch.float32
    torch.testing.assert_close(tile_share(x), tile_share(x.float()))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tile_share(randn(8, 8)), ValueError, r"x\[None, None\]"),
        (lambda: tile_share(randn(1, 1, 8, 8).to(torch.complex64)), TypeError, "complex"),
        (lambda: tile_share(randn(1, 1, 8, 8), 1), ValueError, "period"),
        (lambda: tile_share(randn(1, 1, 8, 7)), ValueError, "period = 4 does not fit twice"),
        (lambda: tile_share(randn(1, 1, 8, 8) * torch.nan), ValueError, "x"),
        (lambda: tile_share([1.0]), TypeError, "x"),
        (lambda: nearest_tile(randn(1, 1, 8, 7)), ValueError, "period = 4 does not fit twice"),
        (lambda: nearest_tile(randn(8, 8)), ValueError, r"x\[None, None\]"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
