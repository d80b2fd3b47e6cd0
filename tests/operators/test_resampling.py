"""Bicubic resizing: MATLAB's files bit for bit, and what the formula promises."""

import math
import os
from fractions import Fraction

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from mvacourse import datasets, metrics
from mvacourse.operators import bicubic, resize_matrix

F64 = torch.float64


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=F64)


def keys(t):
    t = abs(t)
    if t <= 1:
        return 1.5 * t**3 - 2.5 * t**2 + 1
    return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t <= 2 else 0.0


@pytest.mark.parametrize(
    ("n_in", "n_out", "scale"),
    [
        (12, 6, 1 / 2),
        (13, 5, 1 / 3),
        (9, 3, 1 / 4),
        (5, 10, 2.0),
        (4, 7, 1.7),
        (6, 6, 1.0),
        (3, 1, 0.2),
    ],
)
def test_the_matrix_is_its_formula(n_in, n_out, scale):
    """Weights written as a loop over all the samples of the continued signal."""
    expected = np.zeros((n_out, n_in))
    shrink = min(scale, 1)
    for i in range(n_out):
        t = (i + 0.5) / scale - 0.5
        weights = {j: keys(shrink * (t - j)) for j in range(-60, 80)}
        for j, weight in weights.items():
            expected[i, min(max(j, 0), n_in - 1)] += weight / sum(weights.values())
    matrix = resize_matrix(n_in, n_out, scale, dtype=F64)
    np.testing.assert_allclose(matrix.numpy(), expected, atol=1e-14)


def test_the_matrix_keeps_constants_and_the_identity():
    for n_in, n_out in ((20, 7), (7, 20), (11, 11)):
        matrix = resize_matrix(n_in, n_out, dtype=F64)
        torch.testing.assert_close(matrix.sum(1), torch.ones(n_out, dtype=F64), rtol=0, atol=1e-14)
    torch.testing.assert_close(resize_matrix(9, 9), torch.eye(9), rtol=0, atol=1e-7)
    assert resize_matrix(9, 3).dtype == torch.float32


def test_growing_is_exact_on_parabolas():
    n, scale = 24, 3
    f = lambda t: 0.3 + 0.02 * t - 0.001 * t**2  # noqa: E731
    t_in = torch.arange(n, dtype=F64)
    t_out = (torch.arange(n * scale, dtype=F64) + 0.5) / scale - 0.5
    grown = resize_matrix(n, n * scale, dtype=F64) @ f(t_in)
    inside = slice(2 * scale, -2 * scale)
    torch.testing.assert_close(grown[inside], f(t_out)[inside], rtol=0, atol=1e-13)


def test_shrinking_keeps_aliases_out():
    wave = torch.cos(math.pi * 0.9 * torch.arange(120, dtype=F64))  # near Nyquist
    smooth = resize_matrix(120, 30, dtype=F64) @ wave
    assert smooth[3:-3].abs().max() < 0.02
    assert wave[::4].abs().max() > 0.9


def test_it_is_linear_and_its_gradient_is_the_transposed_matrices():
    u = rand(2, 3, 12, 15).requires_grad_()
    y = bicubic(u, 1 / 3)
    assert y.shape == (2, 3, 4, 5)
    p = rand(2, 3, 4, 5, seed=1)
    (gradient,) = torch.autograd.grad(y, u, p)
    rows, cols = resize_matrix(12, 4, dtype=F64), resize_matrix(15, 5, dtype=F64)
    torch.testing.assert_close(gradient, rows.T @ p @ cols, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("shape", "scale", "expected"),
    [
        ((255, 120), 1 / 3, (85, 40)),
        ((255, 120), Fraction(1, 3), (85, 40)),
        ((10, 11), 1 / 4, (3, 3)),
        ((10, 11), 4, (40, 44)),
        ((10, 11), 0.7, (7, 8)),
        ((10, 10), 1, (10, 10)),
    ],
)
def test_sizes_are_rounded_up_as_matlab_does(shape, scale, expected):
    assert bicubic(rand(1, 1, *shape), scale).shape[-2:] == expected


def test_size_may_be_given_instead():
    u = rand(1, 2, 12, 20)
    torch.testing.assert_close(bicubic(u, size=(6, 10)), bicubic(u, 1 / 2), rtol=0, atol=1e-15)
    assert bicubic(u, size=7).shape == (1, 2, 7, 7)


def test_rounding_gives_8_bit_values_and_clips():
    u = (rand(1, 1, 16, 16) > 0.5).double()  # overshoots when it grows
    free, rounded = bicubic(u, 3), bicubic(u, 3, round_to_8bit=True)
    assert free.min() < 0
    assert free.max() > 1
    assert rounded.min() == 0
    assert rounded.max() == 1
    torch.testing.assert_close(255 * rounded, (255 * rounded).round(), rtol=0, atol=1e-10)
    inner = 0.25 + u / 2  # where nothing is clipped, it only rounds
    assert (bicubic(inner, 3, round_to_8bit=True) - bicubic(inner, 3)).abs().max() < 2 / 255
    torch.testing.assert_close(
        bicubic(u.float(), 3, round_to_8bit=True).double(), rounded, rtol=0, atol=1e-7
    )


@pytest.fixture(scope="module")
def astronaut():
    return torch.as_tensor(data.astronaut()[:256, 100:356] / 255).permute(2, 0, 1)[None]


def luma_psnr(x, ref):
    return metrics.psnr(metrics.luma(x), metrics.luma(ref)).item()


def test_pil_is_nearly_the_same(astronaut):
    """Same kernel; but columns first, and weights that end at the border."""

    def by_pil(u, size):
        picture = Image.fromarray((255 * u[0]).round().byte().permute(1, 2, 0).numpy())
        picture = picture.resize((size, size), Image.Resampling.BICUBIC)
        return torch.as_tensor(np.array(picture) / 255).permute(2, 0, 1)[None]

    def by_us(u, size):
        return bicubic(u, size=size, round_to_8bit=True)

    difference = (255 * (by_us(astronaut, 64) - by_pil(astronaut, 64))).abs().round()
    assert difference[..., 1:-1, 1:-1].max() <= 5
    assert 0.01 < (difference > 0).double().mean() < 0.3
    ours, pil = (luma_psnr(f(f(astronaut, 64), 256), astronaut) for f in (by_us, by_pil))
    assert ours == pytest.approx(pil, abs=0.02)


def test_torch_is_far_away(astronaut):
    """Its default: a = −3/4, and no prefilter when it shrinks."""

    def by_torch(u, size):
        u = torch.nn.functional.interpolate(u, size=(size, size), mode="bicubic")
        return u.clamp(0, 1)

    ours = luma_psnr(bicubic(bicubic(astronaut, 1 / 4), 4), astronaut)
    assert abs(ours - luma_psnr(by_torch(by_torch(astronaut, 64), 256), astronaut)) > 0.5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda u: bicubic(u), ValueError, "exactly one"),
        (lambda u: bicubic(u, 2, size=(4, 4)), ValueError, "exactly one"),
        (lambda u: bicubic(u, 0), ValueError, "scale"),
        (lambda u: bicubic(u, -1.0), ValueError, "scale"),
        (lambda u: bicubic(u, math.inf), ValueError, "scale"),
        (lambda u: bicubic(u, "2"), TypeError, "scale"),
        (lambda u: bicubic(u, size=(0, 3)), ValueError, "size"),
        (lambda u: bicubic(u[0], 2), ValueError, "B, C, H, W"),
        (lambda u: bicubic(255 * u, 2), ValueError, "255"),
        (lambda u: bicubic(u.byte(), 2), TypeError, "float"),
        (lambda u: bicubic(u * math.nan, 2), ValueError, "NaN"),
        (lambda u: resize_matrix(0, 3), ValueError, "n_in"),
        (lambda u: resize_matrix(3, 2.5), TypeError, "n_out"),
        (lambda u: resize_matrix(3, 3, -1.0), ValueError, "scale"),
    ],
)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(rand(1, 1, 8, 8))


# --- with the benchmark files -------------------------------------------------------------------


@pytest.fixture
def real_cache():
    if not os.environ.get("MVACOURSE_DATA"):
        pytest.skip("MVACOURSE_DATA does not name a filled cache")


@pytest.mark.data
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_published_files_are_met_bit_for_bit(real_cache, scale):
    pairs = datasets.set5_lr(scale)
    assert len(pairs) == 5
    for name, (low, high) in pairs.items():
        low, high = sorted((low, high), key=lambda u: u.numel())
        ours = bicubic(high, Fraction(1, scale), round_to_8bit=True)
        assert torch.equal((255 * ours).round(), (255 * low).round()), name


@pytest.mark.data
@pytest.mark.parametrize(("scale", "published"), [(2, 33.65), (3, 30.39), (4, 28.42)])
def test_the_published_bicubic_psnr_of_set5(real_cache, scale, published):
    """Y of 8 bits, shrunk and rounded once, grown and rounded once, `scale` pixels cut.

    Where one rounds moves the mean by up to 0.03 dB; this order gives the published decimals.
    """
    to_8bit = lambda u: torch.floor(255 * u.clamp(0, 1) + 0.5) / 255  # noqa: E731
    values = []
    for pair in datasets.set5_lr(scale).values():
        high = to_8bit(metrics.luma(max(pair, key=lambda u: u.numel()).double()))
        low = to_8bit(bicubic(high, Fraction(1, scale)))
        grown = to_8bit(bicubic(low, scale))
        cut = (..., slice(scale, -scale), slice(scale, -scale))
        values.append(metrics.psnr(grown[cut], high[cut]).item())
    assert np.mean(values) == pytest.approx(published, abs=0.005)
