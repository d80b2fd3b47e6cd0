"""Pairs from photographs: where windows are cut, what is drawn, and which inputs are refused."""

import math

import pytest
import torch

from mvacourse import operators
from mvacourse.train.crop_pairs import Crops, Denoising, SuperResolution, Taught
from mvacourse.train.seeds import Draw


def photographs(n=3, channels=3, side=40):
    generator = torch.Generator().manual_seed(0)
    sizes = [(side + 3 * i, side + 8 - i) for i in range(n)]
    return [
        torch.randint(256, (channels, *size), generator=generator, dtype=torch.uint8)
        for size in sizes
    ]


def ramp(H=9, W=11):
    """Each pixel tells its place."""
    return torch.arange(H * W, dtype=torch.uint8).reshape(1, H, W)


def turned(u, symmetry):
    u = u.rot90(symmetry // 2, (-2, -1))
    return u.flip(-1) if symmetry % 2 else u


def test_crops_lie_inside_and_every_place_and_symmetry_comes():
    crops = Crops([ramp()], size=4)
    seen, symmetries = set(), set()
    for step in range(60):
        for _, row, col, turn in crops.choose(Draw(0, step), 16):
            seen.add((row, col))
            symmetries.add(turn)
    assert seen == {(row, col) for row in range(6) for col in range(8)}
    assert symmetries == set(range(8))
    ways = {tuple(crops.cut(0, 2, 3, turn).flatten().tolist()) for turn in range(8)}
    assert len(ways) == 8
    assert crops.cut(0, 2, 3, 0).equal(ramp()[:, 2:6, 3:7])


def test_crops_are_the_photographs_numbers():
    data = photographs()
    x = Crops(data, size=8)(Draw(0, 1), 5)
    assert x.shape == (5, 3, 8, 8) and x.dtype == torch.float32
    torch.testing.assert_close((255 * x).round() / 255, x)
    assert 0 <= x.min() and x.max() <= 1


def test_small_and_large_windows_come_from_the_same_place():
    data = photographs()
    pairs = SuperResolution(data, scale=4, size=16)
    (y,), x = pairs(Draw(0, 7), 6)
    assert y.shape == (6, 3, 4, 4) and x.shape == (6, 3, 16, 16)
    for small, large, (i, row, col, turn) in zip(y, x, pairs.small.choose(Draw(0, 7), 6)):
        whole = data[i][:, : data[i].shape[1] // 4 * 4, : data[i].shape[2] // 4 * 4]
        whole = whole[None].float() / 255
        low = operators.bicubic(whole, 1 / 4, round_to_8bit=True)[0]
        torch.testing.assert_close(small, turned(low[:, row : row + 4, col : col + 4], turn))
        rows, cols = slice(4 * row, 4 * row + 16), slice(4 * col, 4 * col + 16)
        torch.testing.assert_close(large, turned(whole[0][:, rows, cols], turn))


def test_noise_has_the_level_that_is_told():
    sigma = (0.1, 0.3)
    pairs = Denoising(photographs(channels=1), size=32, sigma=sigma)
    (v, told), u = pairs(Draw(0, 1), 64)
    assert v.shape == u.shape == (64, 1, 32, 32) and told.shape == (64,)
    found = (v - u).std((1, 2, 3))
    torch.testing.assert_close(found, told, rtol=0.12, atol=0)
    assert sigma[0] <= told.min() < 0.12 and 0.28 < told.max() <= sigma[1]
    assert v.min() < 0 and v.max() > 1, "not clipped"


def test_with_a_median_the_levels_are_log_normal_and_stay_in_their_range():
    pairs = Denoising(photographs(channels=1), size=8, sigma=(0.002, 0.5), median=0.08)
    sigma = torch.cat([pairs(Draw(0, step), 256)[0][1] for step in range(20)])
    assert sigma.min() == pytest.approx(0.002) and sigma.max() == pytest.approx(0.5)
    z = (sigma.log() - math.log(0.08)) / 1.2
    for level, share in ((-1, 0.159), (0, 0.5), (1, 0.841)):
        assert (z < level).float().mean() == pytest.approx(share, abs=0.025)


@pytest.mark.parametrize("make", [SuperResolution, Denoising])
def test_a_step_always_draws_the_same(make):
    pairs = make(photographs(), size=16)
    a, b, other = (pairs(Draw(0, step), 4) for step in (3, 3, 4))
    assert torch.equal(a[1], b[1]) and all(torch.equal(p, q) for p, q in zip(a[0], b[0]))
    assert not torch.equal(a[1], other[1])


def test_fingerprint_tells_data_and_options_apart():
    data = photographs()
    made = [
        SuperResolution(data, size=16),
        SuperResolution(data, size=32),
        SuperResolution(data, scale=2, size=16),
        SuperResolution(data[:2], size=16),
        Denoising(data, size=16),
        Denoising(data, size=16, sigma=(0.1, 0.2)),
        Denoising(data, size=16, sigma=(0.1, 0.2), median=0.12),
        Denoising(data, size=16, sigma=(0.1, 0.2), median=0.15),
    ]
    assert len({pairs.fingerprint for pairs in made}) == len(made)
    assert SuperResolution(photographs(), size=16).fingerprint == made[0].fingerprint


def test_processes_share_the_windows_out(monkeypatch):
    from mvacourse.train import distributed

    pairs = SuperResolution(photographs(), size=16)
    whole = pairs(Draw(0, 1), 6)[1]
    monkeypatch.setattr(distributed, "world", lambda: 2)
    for rank in (0, 1):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        assert torch.equal(pairs(Draw(0, 1), 6)[1], whole[rank::2])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: Crops([], 4), "photographs is empty"),
        (lambda p: Crops([p[0], p[1][:1]], 4), r"photographs\[1\] has shape .*\(3, H, W\)"),
        (lambda p: Crops([p[0][0]], 4), r"photographs\[0\] has shape"),
        (lambda p: Crops(p, 44), r"photographs\[0\] is 40×48, smaller than size = 44"),
        (lambda p: Crops(p, 0), "size"),
        (lambda p: SuperResolution(p, scale=4, size=18), "scale = 4 does not divide size = 18"),
        (lambda p: Denoising(p, 16, (25, 50)), "sigma = .* like 25 / 255"),
        (lambda p: Denoising(p, 16, (0.3, 0.2)), "sigma"),
        (lambda p: Denoising(p, 16, (0.1, 0.2), 0.3), "median = 0.3 must be between"),
        (lambda p: Denoising(p, 16, (0.0, 0.2), 0.0), "median = 0.0"),
        (lambda p: Denoising(p, 16, (math.nan, 0.2)), "sigma"),
        (lambda p: Denoising(p, 16, (-0.1, 0.2)), "sigma"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(photographs())


def test_photographs_are_8_bit_tensors():
    with pytest.raises(TypeError, match=r"photographs\[0\] holds torch.float32.*8 bits"):
        Crops([torch.zeros(3, 8, 8)], 4)
    with pytest.raises(TypeError, match=r"photographs\[0\] is a list"):
        Crops([[[1]]], 4)


def test_a_teacher_answers_in_the_place_of_the_truth():
    pairs, teacher = SuperResolution(photographs(), scale=4, size=16), torch.nn.Upsample(4)
    taught = Taught(pairs, teacher.train())
    assert not teacher.training
    (y,), x = taught(Draw(0, 3), 2)
    torch.testing.assert_close(y, pairs(Draw(0, 3), 2)[0][0])
    torch.testing.assert_close(x, teacher(y))
    assert not x.requires_grad


def test_another_teacher_is_another_training():
    pairs = SuperResolution(photographs(), scale=4, size=16)
    one, other, same = (torch.nn.Conv2d(3, 3, 1) for _ in range(3))
    same.load_state_dict(one.state_dict())
    told = [Taught(pairs, net).fingerprint for net in (one, other, same)]
    assert told[0] != told[1] and told[0] == told[2]
