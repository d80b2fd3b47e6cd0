"""Kernels, masks and coil maps: sums, centres, shapes, orders, and refusals."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mvacourse import kernels as K

F64 = torch.float64


def offsets(n):
    return torch.arange(n, dtype=F64) - n // 2


def moments(k):
    """Centroid (row, column) about the centre index, and the 2×2 covariance."""
    rows, cols = torch.meshgrid(offsets(k.shape[0]), offsets(k.shape[1]), indexing="ij")
    p = torch.stack([rows, cols]).flatten(1)
    weights = k.flatten()
    mean = p @ weights
    return mean, (p - mean[:, None]) @ torch.diag(weights) @ (p - mean[:, None]).T


# --- blurs --------------------------------------------------------------------------------------


@given(st.integers(1, 20), st.integers(1, 20), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_gaussian_is_its_formula(h, w, sigma):
    k = K.gaussian((h, w), sigma, dtype=F64)
    assert k.shape == (h, w)
    assert k.sum().item() == pytest.approx(1, abs=1e-14)
    squared_radius = offsets(h)[:, None] ** 2 + offsets(w)[None, :] ** 2
    expected = torch.exp(-squared_radius / (2 * sigma**2))
    torch.testing.assert_close(k / k.max(), expected / expected.max(), rtol=1e-12, atol=1e-300)


def test_gaussian_has_the_variance_it_says():
    mean, cov = moments(K.gaussian(41, 3.0, dtype=F64))
    assert mean.abs().max() < 1e-13
    torch.testing.assert_close(cov, 9 * torch.eye(2, dtype=F64), rtol=1e-7, atol=1e-7)


@given(st.integers(1, 40), st.floats(-720, 720))
@settings(max_examples=100, deadline=None)
def test_motion_moves_nothing_and_sums_to_one(size, angle):
    k = K.motion(size, angle, dtype=F64)
    assert k.shape == (size, size)
    assert (k >= 0).all()
    assert k.sum().item() == pytest.approx(1, abs=1e-13)
    assert moments(k)[0].abs().max() < 1e-12


@pytest.mark.parametrize("angle", [0, 17, 30, 45, 60, 90, 123, 150])
def test_motion_runs_counter_clockwise_from_the_columns_axis(angle):
    _, cov = moments(K.motion(31, angle, dtype=F64))
    values, vectors = torch.linalg.eigh(cov)
    row, col = vectors[:, 1].tolist()
    measured = math.degrees(math.atan2(-row, col))  # rows point down the picture
    error = (measured - angle + 90) % 180 - 90
    assert abs(error) < 1
    # A line of 31 pixels has variance (31² − 1)/12; across, the anti-aliasing leaves under one.
    assert values[1].item() == pytest.approx((31**2 - 1) / 12, rel=0.04)
    assert values[0].item() < 0.5


def test_motion_at_zero_is_a_row_at_ninety_a_column():
    row = torch.zeros(5, 5)
    row[2] = 0.2
    torch.testing.assert_close(K.motion(5, 0), row)
    torch.testing.assert_close(K.motion(5, 90), row.T)
    torch.testing.assert_close(K.motion(1, 33), torch.ones(1, 1))


def test_motion_at_forty_five_rises_to_the_right():
    k = K.motion(9, 45)
    assert k[2, 6] > 0
    assert k[2, 2] == 0


def test_box_and_delta():
    torch.testing.assert_close(K.box((2, 3)), torch.full((2, 3), 1 / 6))
    for size in (1, 4, 5, (3, 6)):
        k = K.delta(size)
        assert k[k.shape[0] // 2, k.shape[1] // 2] == 1
        assert k.count_nonzero() == 1


@pytest.mark.parametrize("radius", [0.2, 0.5, 1, 2.3, 3, 7.5, 10])
def test_disk_is_uniform_of_its_radius_and_fills_its_square(radius):
    k = K.disk(radius, dtype=F64)
    assert k.shape[0] % 2 == 1
    assert k.sum().item() == pytest.approx(1, abs=1e-14)
    torch.testing.assert_close(k, k.T, rtol=0, atol=0)
    torch.testing.assert_close(k, k.flip(0), rtol=0, atol=0)
    if k.shape[0] > 1:
        assert k[k.shape[0] // 2, 0] > 0  # no empty border
    if radius >= 3:
        assert 1 / k.max().item() == pytest.approx(math.pi * radius**2, rel=0.03)  # its area


@pytest.mark.parametrize(
    "make",
    [
        lambda **o: K.gaussian(5, 1.0, **o),
        lambda **o: K.motion(5, 20.0, **o),
        lambda **o: K.box(5, **o),
        lambda **o: K.disk(2.0, **o),
        lambda **o: K.delta(5, **o),
    ],
)
def test_dtype_is_the_default_or_the_one_asked_for(make):
    assert make().dtype == torch.float32
    assert make(dtype=F64).dtype == F64
    torch.testing.assert_close(make().double(), make(dtype=F64), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: K.gaussian(0, 1.0), "size"),
        (lambda: K.gaussian((2.5, 3), 1.0), "size"),
        (lambda: K.gaussian((3, 3, 3), 1.0), "size"),
        (lambda: K.gaussian(5, 0.0), "sigma"),
        (lambda: K.gaussian(5, -1.0), "sigma"),
        (lambda: K.gaussian(5, math.nan), "sigma"),
        (lambda: K.motion(0, 10.0), "size"),
        (lambda: K.motion(5, math.inf), "angle"),
        (lambda: K.box(-1), "size"),
        (lambda: K.disk(0.0), "radius"),
        (lambda: K.delta(0), "size"),
    ],
)
def test_bad_blurs_are_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# --- masks --------------------------------------------------------------------------------------


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.01, 1), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_random_mask_keeps_exactly_its_share(h, w, keep, seed):
    mask = K.random_mask((h, w), keep, seed)
    assert mask.shape == (h, w)
    assert mask.dtype == torch.bool
    assert mask.sum() == max(1, round(keep * h * w))
    assert torch.equal(mask, K.random_mask((h, w), keep, seed))


def test_random_masks_cover_the_grid_evenly():
    share = (
        torch.stack([K.random_mask((8, 8), 0.25, seed) for seed in range(2000)]).double().mean(0)
    )
    # Each pixel is kept with probability 1/4: within five standard deviations of it.
    assert (share - 0.25).abs().max() < 5 * math.sqrt(0.25 * 0.75 / 2000)


def test_a_generator_goes_on_drawing():
    generator = torch.Generator().manual_seed(3)
    first, second = (K.random_mask((9, 9), 0.5, generator) for _ in range(2))
    assert torch.equal(first, K.random_mask((9, 9), 0.5, 3))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("shape", [(16, 16), (15, 17), (12, 30), (7, 4)])
@pytest.mark.parametrize("n_lines", [1, 3, 8])
def test_radial_lines_are_connected_and_go_through_zero(shape, n_lines):
    mask = K.radial_lines(shape, n_lines)
    assert mask[0, 0]  # FFT order: the zero frequency
    assert mask[0].all()  # the first line is the row of zero vertical frequency
    one = K.centred(mask)
    grown = torch.zeros_like(one)
    grown[shape[0] // 2, shape[1] // 2] = True
    for _ in range(max(shape)):  # flood from the centre, over the eight neighbours
        spread = torch.nn.functional.max_pool2d(grown[None, None].float(), 3, 1, 1)[0, 0] > 0
        grown = spread & one
    assert torch.equal(grown, one)


def test_radial_lines_are_symmetric_and_sparse():
    mask = K.radial_lines((63, 63), 12)
    centred = K.centred(mask)
    assert torch.equal(centred, centred.flip(0, 1))
    assert mask.sum() <= 12 * 63


def test_centred_puts_zero_frequency_in_the_middle():
    for h, w in ((4, 6), (5, 7)):
        x = torch.zeros(2, h, w)
        x[:, 0, 0] = 1
        assert (K.centred(x)[:, h // 2, w // 2] == 1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: K.random_mask((4, 4), 0.0), "keep"),
        (lambda: K.random_mask((4, 4), 1.1), "keep"),
        (lambda: K.random_mask((4, 4), math.nan), "keep"),
        (lambda: K.random_mask((4,), 0.5), "shape"),
        (lambda: K.random_mask((4, 0), 0.5), "shape"),
        (lambda: K.random_mask((4, 4), 0.5, seed="7"), "seed"),
        (lambda: K.radial_lines((4, 4), 0), "n_lines"),
        (lambda: K.coil_maps(0, (4, 4)), "n_coils"),
    ],
)
def test_bad_masks_are_refused(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# --- coils --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_coils", [1, 2, 8])
@pytest.mark.parametrize("shape", [(16, 16), (9, 14)])
def test_coil_maps_square_to_one(n_coils, shape):
    coils = K.coil_maps(n_coils, shape, dtype=torch.complex128)
    assert coils.shape == (n_coils, *shape)
    total = coils.abs().square().sum(0)
    torch.testing.assert_close(total, torch.ones(shape, dtype=F64), rtol=0, atol=1e-14)
    assert K.coil_maps(n_coils, shape).dtype == torch.complex64


def test_coil_maps_are_smooth_complex_and_look_from_different_sides():
    coils = K.coil_maps(4, (64, 64), dtype=torch.complex128)
    for dim in (1, 2):
        assert coils.diff(dim=dim).abs().max() < 0.1
    assert coils.imag.abs().max() > 0.1
    brightest = {divmod(int(c.abs().argmax()), 64) for c in coils}
    assert len(brightest) == 4
    first = coils[0].abs()  # this coil stands to the right of the picture
    assert first[:, -1].min() > first[:, 0].max()
