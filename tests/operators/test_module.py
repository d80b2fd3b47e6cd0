"""Operators as modules: dtype, copies, autograd and inference modes, and what they remember."""

import copy

import pytest
import torch

from mvacourse import kernels
from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    Compose,
    GaussianSensing,
    Identity,
    Mask,
    MultiCoilMRI,
    Radon,
    Subsample,
)


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("outer", [lambda A: A, lambda A: Compose(A, Identity())])
def test_coil_maps_stay_complex_when_the_dtype_changes(outer):
    A, u = outer(MultiCoilMRI(torch.ones(6, 5), kernels.coil_maps(3, (6, 5)))), rand(1, 1, 6, 5)
    expected = A(u)
    for dtype in (torch.float64, torch.float32):
        torch.testing.assert_close(A.to(dtype)(u), expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(A.half()(u), expected, rtol=1e-2, atol=1e-2)


def test_kernel_may_be_learnt():
    k, u = rand(3, 3).requires_grad_(), rand(1, 1, 6, 7)
    A = Blur(k)
    with torch.no_grad():
        A(u)  # what is kept from here would have no gradient
    gradients = [torch.autograd.grad(A(u).square().sum(), k)[0] for _ in range(2)]
    torch.testing.assert_close(*gradients)
    assert torch.autograd.gradcheck(lambda k: Blur(k)(u), (k,))


def test_operator_with_a_parameter_can_be_copied_after_use():
    A, u = Blur(torch.nn.Parameter(rand(3, 3))), rand(1, 1, 6, 7)
    torch.testing.assert_close(A(u), copy.deepcopy(A)(u))


def test_blur_serves_autograd_after_inference_mode():
    A, u = Blur(rand(3, 3)), rand(1, 1, 6, 7)
    with torch.inference_mode():
        A(u)
        built_inside = Blur(rand(3, 3))
    x = u.clone().requires_grad_()
    A(x).sum().backward()
    torch.testing.assert_close(built_inside(u), A(u))


def test_norm_does_not_disturb_what_the_adjoint_remembers():
    A = Compose(Subsample(2), Blur(rand(3, 3)))
    y = A(rand(1, 1, 7, 7))
    A.norm(shape=(1, 8, 8))
    assert A.image_shape == (1, 7, 7)
    assert A.T(y).shape == (1, 1, 7, 7)


def test_norm_of_radon_needs_no_image():
    A = Radon([0.0, 30.0, 77.0], (6, 5))
    expected = float(torch.linalg.matrix_norm(A.to_matrix((1, 6, 5)), 2))
    assert Radon([0.0, 30.0, 77.0], (6, 5)).norm() == pytest.approx(expected, rel=1e-9)


def test_norm_of_a_zero_operator_is_zero():
    assert Compose(Mask(torch.zeros(30, 30)), Blur(torch.ones(2, 2))).norm((1, 30, 30)) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [(5, 4), (24, 23)])  # from the matrix, and by Lanczos
def test_norm_over_complex_images_counts_them_all(size):
    coils = torch.complex(rand(2, *size), rand(2, *size, seed=1))
    mask = rand(*size, seed=2) > 0
    A = MultiCoilMRI(mask, coils, real=False)
    n = size[0] * size[1]
    pixels = torch.eye(n, dtype=torch.complex128).reshape(n, 1, *size)
    expected = float(torch.linalg.matrix_norm(A(pixels).reshape(n, -1), 2))
    assert A.norm() == pytest.approx(expected, rel=1e-6)
    assert Compose(A).norm((1, *size)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("n_coils", [1, 5])
def test_mri_adjoint_wants_one_k_space_per_coil(n_coils):
    A = MultiCoilMRI(torch.ones(6, 5), kernels.coil_maps(3, (6, 5)))
    with pytest.raises(ValueError, match=r"y has shape.*\(B, 3, H, W\)"):
        A.T(torch.zeros(1, n_coils, 6, 5, dtype=torch.complex64))


def test_a_kernel_that_is_put_in_the_place_of_another_blurs_with_its_own_spectrum():
    u, A = torch.rand(1, 1, 8, 9), Blur(torch.rand(3, 3))
    for _ in range(200):  # the memory of a kernel that is gone is soon given to another
        A(u)
        A.k = torch.rand(3, 3)
        assert torch.equal(A(u), Blur(A.k)(u))


@pytest.mark.parametrize("change", [lambda k: k[:2], lambda k: k.T, lambda k: k.mul_(2)])
def test_a_view_of_a_kernel_and_one_changed_in_place_have_their_own_spectrum(change):
    u, A = torch.rand(1, 1, 8, 9), Blur(torch.rand(3, 3))
    A(u)
    A.k = change(A.k)
    assert torch.equal(A(u), Blur(A.k.clone())(u))


@pytest.mark.parametrize("sensing", [GaussianSensing, BernoulliSensing])
def test_a_random_matrix_is_that_of_seed_0_unless_told_otherwise(sensing):
    u = rand(1, 1, 3, 4)
    assert torch.equal(sensing(5, (1, 3, 4))(u), sensing(5, (1, 3, 4), seed=0)(u))
    assert not torch.equal(sensing(5, (1, 3, 4))(u), sensing(5, (1, 3, 4), seed=1)(u))
