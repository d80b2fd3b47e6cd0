"""Kernels, derivatives and transforms, written out pixel by pixel; and on another device."""

import cmath
import math

import pytest
import torch

from mvacourse import calculus, closed_form, kernels, noise
from mvacourse.operators import Blur, resize_matrix

F64 = torch.float64


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=F64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("H", "W"), [(3, 5), (1, 4), (2, 2)])
def test_derivatives_are_the_lecture_s_differences(H, W):
    u, p = rand(H, W), rand(2, H, W, seed=1)
    for x in range(H):
        for y in range(W):
            d1 = u[(x + 1) % H, y] - u[x, y]
            d2 = u[x, (y + 1) % W] - u[x, y]
            assert calculus.grad(u)[:, x, y].tolist() == [d1, d2]
            back = p[0, x - 1, y] - p[0, x, y] + p[1, x, y - 1] - p[1, x, y]
            assert calculus.grad_T(p)[x, y] == pytest.approx(float(back), abs=1e-15)
            assert calculus.div(p)[x, y] == -calculus.grad_T(p)[x, y]
            around = u[x - 1, y] + u[(x + 1) % H, y] + u[x, y - 1] + u[x, (y + 1) % W]
            found = calculus.laplacian(u)[x, y]
            assert found == pytest.approx(float(around - 4 * u[x, y]), abs=1e-14)


@pytest.mark.parametrize("shape", [(2, 4, 4), (1, 3, 4, 4), (4, 4), (2,)])
def test_a_field_has_two_components_before_the_pixels(shape):
    p = torch.zeros(shape)
    if shape == (2, 4, 4):
        assert calculus.grad_T(p).shape == (4, 4)
    else:
        with pytest.raises(ValueError, match="a vector field is"):
            calculus.grad_T(p)


@pytest.mark.parametrize("complex_one", ["u", "v", "both"])
def test_dot_conjugates_as_soon_as_one_is_complex(complex_one):
    u, v = rand(4), rand(4, seed=1)
    u = torch.complex(u, rand(4, seed=2)) if complex_one != "v" else u
    v = torch.complex(v, rand(4, seed=3)) if complex_one != "u" else v
    expected = sum((complex(a) * complex(b).conjugate()).real for a, b in zip(u, v, strict=True))
    assert float(calculus.dot(u, v)) == pytest.approx(expected)


def test_constants_may_be_made_in_any_precision_and_on_any_device():
    for dtype in (None, torch.float32, F64):
        expected = dtype or torch.get_default_dtype()
        for device in (None, "meta"):
            k = torch.ones(2, 3, dtype=expected)
            for made in (
                calculus.laplacian_hat(4, 6, dtype=dtype, device=device),
                resize_matrix(6, 3, dtype=dtype, device=device),
                Blur(k).transfer(4, 6, dtype=dtype, device=device).real,
            ):
                assert made.dtype == expected
                assert made.device.type == (device or "cpu")


@pytest.mark.parametrize(("n", "H", "W"), [(1, 3, 4), (3, 4, 5), (8, 2, 2)])
def test_coil_maps_are_their_formula(n, H, W):
    coils = kernels.coil_maps(n, (H, W), dtype=torch.complex128)
    for i in range(H):
        for j in range(W):
            z = complex(2 * (j - W // 2) / W, -2 * (i - H // 2) / H)
            to = [1.5 * cmath.exp(2j * math.pi * c / n) - z for c in range(n)]
            d = [math.exp(-(abs(t) ** 2) / 2) * t / abs(t) for t in to]
            size = math.sqrt(sum(abs(x) ** 2 for x in d))
            for c in range(n):
                assert complex(coils[c, i, j]) == pytest.approx(d[c] / size, abs=1e-14)


@pytest.mark.parametrize(("size", "angle"), [(1, 10.0), (4, 0.0), (5, 30.0), (6, 90.0), (7, -50.0)])
def test_motion_falls_with_the_distance_to_its_segment(size, angle):
    k = kernels.motion(size, angle, dtype=F64)
    half = (size - 1) // 2
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    weights = torch.zeros(size, size, dtype=F64)
    for i in range(size):
        for j in range(size):
            right, up = j - size // 2, size // 2 - i
            s = min(max(right * cos + up * sin, -half), half)  # the nearest point of the segment
            weights[i, j] = max(0.0, 1 - math.hypot(right - s * cos, up - s * sin))
    torch.testing.assert_close(k, weights / weights.sum(), rtol=0, atol=1e-14)


@pytest.mark.parametrize("radius", [0.2, 0.5, 0.51, 1.0, 1.5, 2.3])
def test_a_disk_is_its_formula_on_the_smallest_odd_square(radius):
    k = kernels.disk(radius, dtype=F64)
    n = k.shape[0]
    assert n % 2 == 1 and k.shape == (n, n)
    reach = n // 2
    assert reach - 1 < radius - 0.5 <= reach or reach == 0
    weights = torch.zeros(n, n, dtype=F64)
    for i in range(n):
        for j in range(n):
            distance = math.hypot(i - reach, j - reach)
            weights[i, j] = min(max(radius + 0.5 - distance, 0), 1)
    torch.testing.assert_close(k, weights / weights.sum(), rtol=0, atol=1e-15)


@pytest.mark.parametrize("shape", [(5, 5), (6, 8), (7, 4)])
@pytest.mark.parametrize("n_lines", [1, 2, 5])
def test_a_frequency_is_kept_if_it_is_within_half_a_pixel_of_a_line(shape, n_lines):
    mask = kernels.radial_lines(shape, n_lines)
    H, W = shape
    for i in range(H):
        for j in range(W):
            y, x = (i + H // 2) % H - H // 2, (j + W // 2) % W - W // 2
            near = False
            for line in range(n_lines):
                theta = math.pi * line / n_lines
                steep = max(abs(math.cos(theta)), abs(math.sin(theta)))
                near |= abs(y * math.cos(theta) + x * math.sin(theta)) <= steep / 2
            assert bool(mask[i, j]) == near


@pytest.mark.parametrize("keep", [1e-6, 0.5, 1.0])
def test_at_least_one_pixel_is_kept_and_at_most_all(keep):
    assert kernels.random_mask((3, 4), keep, 0).sum() == max(1, round(12 * keep))


def test_one_negative_pixel_is_no_intensity_and_none_at_all_is():
    u = torch.ones(2, 2)
    u[1, 0] = -1e-3
    with pytest.raises(ValueError, match=r"u goes down to -0\.001"):
        noise.poisson(u, 10.0)
    assert noise.poisson(torch.ones(0, 3), 10.0).shape == (0, 3)


def test_poisson_noise_has_no_gradient_and_keeps_the_dtype():
    u = torch.ones(2, 2, dtype=F64, requires_grad=True)
    v = noise.poisson(u, 10.0, seed=0)
    assert v.dtype == F64 and not v.requires_grad


@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_tychonov_damps_each_frequency_by_its_own_factor(lam):
    # A wave cos(2π(ξx/M + ζy/N)) is an eigenvector of ∇ᵀ∇.
    M, N, xi, zeta = 5, 8, 2, 3
    x, y = torch.arange(M, dtype=F64)[:, None], torch.arange(N, dtype=F64)
    wave = torch.cos(2 * math.pi * (xi * x / M + zeta * y / N))[None, None]
    eigenvalue = 4 * (math.sin(math.pi * xi / M) ** 2 + math.sin(math.pi * zeta / N) ** 2)
    found = closed_form.tychonov(wave, lam)
    torch.testing.assert_close(found, wave / (1 + 2 * lam * eigenvalue), rtol=0, atol=1e-14)
    for n_steps in (1, 3):
        found = closed_form.heat(wave, 0.2, n_steps)
        expected = wave * (1 - 0.2 / n_steps * eigenvalue) ** n_steps
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-14)


def test_a_box_is_as_exact_as_its_precision():
    for size in ((2, 3), 7, (1, 1)):
        k = kernels.box(size, dtype=F64)
        assert torch.equal(k, torch.full(k.shape, 1 / k.numel(), dtype=F64))
