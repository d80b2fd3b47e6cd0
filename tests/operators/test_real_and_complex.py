"""Compositions of parts for real and for complex images, and the errors of sizes and kinds."""

import pytest
import torch

from mvacourse import closed_form, variational
from mvacourse.calculus import dot
from mvacourse.operators import (
    Blur,
    Compose,
    FourierSampling,
    Identity,
    Mask,
    MultiCoilMRI,
    Radon,
    Resize,
    Subsample,
    bicubic,
    dot_gap,
    vjp_gap,
)


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def sampling(real=False, size=(6, 5)):
    return FourierSampling(rand(*size, seed=3) > -0.5, real=real)


def mri(real=False):
    coils = torch.complex(rand(2, 6, 5), rand(2, 6, 5, seed=1))
    return MultiCoilMRI(rand(6, 5, seed=3) > -0.5, coils, real=real)


def blur():
    return Blur(rand(3, 3, seed=5))


def mask():
    return Mask(rand(6, 5, seed=4) > 0)


REAL_IMAGES = {
    "blur": lambda: Compose(sampling(), blur()),
    "MRI of a blur": lambda: Compose(mri(), blur()),
    "mask and blur": lambda: Compose(sampling(), mask(), blur()),
    "blur and mask": lambda: Compose(sampling(), blur(), mask()),
    "nested": lambda: Compose(sampling(), Compose(mask(), blur())),
    "nested on the left": lambda: Compose(Compose(sampling(), mask()), blur()),
    "twice Fourier": lambda: Compose(sampling(), Compose(sampling(real=True), blur())),
    "complex after real": lambda: Compose(sampling(), sampling(real=True)),
    "scan": lambda: Compose(sampling(size=(3, 6)), Radon([0.0, 40.0, 99.0], (6, 5))),
}


@pytest.mark.parametrize("name", REAL_IMAGES)
def test_one_part_that_takes_real_images_only_makes_the_images_real(name):
    A, u = REAL_IMAGES[name](), rand(1, 1, 6, 5)
    y = A(u)
    assert A.real and y.is_complex()
    assert not A.T(y).is_complex() and not A.gram(u).is_complex()
    assert dot_gap(A, u) < 1e-13
    assert vjp_gap(A, u) < 1e-13
    matrix = A.to_matrix((1, 6, 5))
    expected = torch.linalg.matrix_norm(torch.cat((matrix.real, matrix.imag)), 2)
    assert A.norm((1, 6, 5)) == pytest.approx(float(expected), rel=1e-9)


def test_tychonov_restores_real_images_from_a_complex_k_space():
    A, v = Compose(sampling(), blur()), rand(1, 1, 6, 5)
    real = Compose(sampling(real=True), blur())
    y = A(v)
    found = variational.tychonov(A, y, 0.3)
    assert not found.is_complex()
    torch.testing.assert_close(found, variational.tychonov(real, y, 0.3), rtol=0, atol=1e-10)


@pytest.mark.parametrize("inner", [mask, Identity])
def test_without_such_a_part_the_images_are_complex(inner):
    A, u = Compose(sampling(), inner()), rand(1, 1, 6, 5)
    z = torch.complex(u, rand(1, 1, 6, 5, seed=1))
    assert not A.real and A.T(A(z)).is_complex()
    y = torch.complex(rand(1, 1, 6, 5, seed=6), rand(1, 1, 6, 5, seed=7))
    for x in (u, z):
        assert float(dot(A(x), y)) == pytest.approx(float(dot(x, A.T(y))), rel=1e-12)
        assert dot_gap(A, x) < 1e-13
    assert not A.vjp(u, y).is_complex() and A.vjp(z, y).is_complex()
    assert vjp_gap(A, u) < 1e-13


def test_complex_data_of_a_real_composition_are_still_refused():
    with pytest.raises(TypeError, match=r"y is complex"):
        Compose(mask(), blur()).T(rand(1, 1, 6, 5) + 0j)


@pytest.mark.parametrize("A", [Identity(), Subsample(2), Blur(torch.ones(1, 1))])
def test_vjp_wants_one_measurement_per_image(A):
    u = torch.rand(2, 1, 4, 4)
    y = A(u)
    assert A.vjp(u, y).shape == u.shape
    with pytest.raises(ValueError, match=r"y has shape .* and u has shape"):
        A.vjp(u, y[:1])


@pytest.mark.parametrize("scale", [2.0, 3.0, 1.5])
def test_data_of_an_impossible_size_are_refused(scale):
    A = Resize(scale)
    sizes = {int(-(-n * scale // 1)) for n in range(1, 12)}
    for n in range(1, 13):
        y = torch.rand(1, 1, n, n)
        if n in sizes:
            assert A(A.T(y)).shape == y.shape
        else:
            with pytest.raises(ValueError, match=rf"y has {n} rows, but no image has {n} after"):
                A.T(y)
    with pytest.raises(ValueError, match="5 columns"):
        Resize(2.0).T(torch.rand(1, 1, 6, 5))


def test_eight_bits_hold_no_complex_values():
    u = torch.rand(1, 1, 8, 8)
    with pytest.raises(TypeError, match="u is complex"):
        bicubic(u + 1j * u, 0.5, round_to_8bit=True)
    z = bicubic(u + 1j * u, 0.5)
    torch.testing.assert_close(z.imag, bicubic(u, 0.5))


def test_angles_are_not_learned():
    with pytest.raises(TypeError, match=r"angles\.detach\(\)"):
        Radon(torch.tensor([1.0], requires_grad=True), 8)


@pytest.mark.parametrize("size", [1e-38, 1e-30, 1e-20])
def test_a_kernel_that_is_too_small_to_divide_by_is_refused(size):
    v, k = torch.rand(1, 1, 4, 4), torch.full((1, 1), size)
    for restore in (
        closed_form.inverse_filter,
        lambda v, k: closed_form.pseudo_inverse(Blur(k), v),
    ):
        try:
            u = restore(v, k)
        except ValueError as error:
            assert "k" in str(error)
        else:
            torch.testing.assert_close(size * u, v)
