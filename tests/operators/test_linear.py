"""Every linear operator: adjoint, dense matrix, norm, batch and channels."""

from fractions import Fraction

import pytest
import torch

from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    LinearOperator,
    Mask,
    MultiCoilMRI,
    Radon,
    Resize,
    Subsample,
    dot_gap,
    vjp_gap,
)

SIZES = [(6, 6), (7, 7), (8, 5), (9, 12)]


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def random_mask(size, seed=1):
    return rand(*size, seed=seed) > 0


def coils(size):
    return torch.complex(rand(3, *size, seed=2), rand(3, *size, seed=3))


def random_kernel(h, w, seed=4):
    return rand(h, w, seed=seed)


BUILDERS = {
    "Identity": lambda size, C: Identity(),
    "Mask": lambda size, C: Mask(random_mask(size)),
    "Subsample 2": lambda size, C: Subsample(2),
    "Subsample 3": lambda size, C: Subsample(3),
    "Resize down": lambda size, C: Resize(1 / 3),
    "Resize up": lambda size, C: Resize(Fraction(7, 4)),
    "Blur odd": lambda size, C: Blur(random_kernel(3, 5)),
    "Blur even": lambda size, C: Blur(random_kernel(4, 2)),
    "Blur positive": lambda size, C: Blur(random_kernel(3, 3).abs()),
    "super-resolution": lambda size, C: Compose(Subsample(2), Blur(random_kernel(3, 3))),
    "FourierSampling": lambda size, C: FourierSampling(random_mask(size)),
    "MultiCoilMRI": lambda size, C: MultiCoilMRI(random_mask(size), coils(size)),
    "GaussianSensing": lambda size, C: GaussianSensing(11, (C, *size)).double(),
    "BernoulliSensing": lambda size, C: BernoulliSensing(11, (C, *size)).double(),
    "Radon": lambda size, C: Radon([0.0, 31.0, 45.0, 90.0, 111.0, 180.0, -20.0], size).double(),
    "Radon wide": lambda size, C: Radon([10.0, 77.0], size, n_detectors=16).double(),
    "masked Radon": lambda size, C: Compose(
        Mask(random_mask((4, max(size)))), Radon([0.0, 30.0, 90.0, 120.0], size)
    ),
}


@pytest.fixture(params=SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def size(request):
    return request.param


# MultiCoilMRI takes one channel; its refusal of three is tested elsewhere.
CASES = [(name, C) for name in BUILDERS for C in (1, 3) if (name, C) != ("MultiCoilMRI", 3)]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def case(request):
    return request.param


@pytest.fixture
def channels(case):
    return case[1]


@pytest.fixture
def operator(case, size):
    return BUILDERS[case[0]](size, case[1])


def test_adjoint_passes_the_dot_test_and_equals_autograd(operator, size, channels):
    u = rand(2, channels, *size)
    assert dot_gap(operator, u) < 1e-12
    assert vjp_gap(operator, u) < 1e-12


def test_operator_equals_its_matrix_and_norm_is_the_largest_singular_value(
    operator, size, channels
):
    shape = (channels, *size)
    matrix = operator.to_matrix(shape)
    u = rand(2, *shape)
    flat = u.reshape(2, -1).to(matrix.dtype) @ matrix.T
    torch.testing.assert_close(operator(u).reshape(2, -1), flat, rtol=0, atol=1e-12)
    real = torch.cat((matrix.real, matrix.imag)) if matrix.is_complex() else matrix
    expected = torch.linalg.svdvals(real)[0]
    assert operator.norm(shape) == pytest.approx(float(expected), rel=1e-6)


def test_lanczos_norm_equals_the_singular_value(operator, size, channels):
    shape = (channels, *size)
    matrix = operator.to_matrix(shape)
    real = torch.cat((matrix.real, matrix.imag)) if matrix.is_complex() else matrix
    expected = float(torch.linalg.svdvals(real)[0])
    assert operator._lanczos_norm(shape) == pytest.approx(expected, rel=1e-6)


def test_each_image_of_a_batch_is_measured_alone(operator, size, channels):
    u = rand(3, channels, *size)
    alone = torch.cat([operator(u[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(operator(u), alone, rtol=1e-12, atol=1e-12)


def test_adjoint_returns_the_size_of_the_image(operator, size, channels):
    u = rand(2, channels, *size)
    assert operator.T(operator(u)).shape == u.shape


def test_adjoint_is_differentiable(operator, size, channels):
    # Unrolled networks differentiate through Aᵀ.
    y = operator(rand(1, channels, *size)).detach().requires_grad_()
    u = rand(1, channels, *size, seed=9)
    (g,) = torch.autograd.grad(operator.T(y), y, grad_outputs=u)
    torch.testing.assert_close(g, operator(u), rtol=1e-10, atol=1e-12)


class ShiftedAdjoint(LinearOperator):
    """A blur whose adjoint is off by one pixel: the mistake the tests exist for."""

    def __init__(self, A):
        super().__init__()
        self.A = A

    def _forward(self, u):
        return self.A(u)

    def _adjoint(self, y):
        return self.A.T(y).roll(1, -1)


@pytest.mark.parametrize("A", [Identity(), Blur(random_kernel(3, 3)), Subsample(2)])
def test_a_shifted_adjoint_is_caught(A):
    wrong = ShiftedAdjoint(A)
    u = rand(2, 1, 8, 8)
    assert dot_gap(wrong, u) > 1e-3
    assert vjp_gap(wrong, u) > 0.1


def test_an_unflipped_kernel_is_caught():
    class Unflipped(LinearOperator):
        def __init__(self, k):
            super().__init__()
            self.A = Blur(k)

        def _forward(self, u):
            return self.A(u)

        def _adjoint(self, y):
            return self.A(y)

    assert vjp_gap(Unflipped(random_kernel(3, 3)), rand(1, 1, 8, 8)) > 0.1
    symmetric = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=torch.float64)
    assert vjp_gap(Unflipped(symmetric), rand(1, 1, 8, 8)) < 1e-12


def test_lanczos_norm_on_a_real_size():
    k = torch.ones(5, 5, dtype=torch.float64) / 25
    A = Compose(Subsample(2), Blur(k))
    # A Aᵀ is a convolution on the subgrid by k⋆k̃ sampled there, of non-negative weights: its
    # norm is their sum. The triangle (5−|n|)/25 at n = 0, ±2, ±4 sums to 13/25 per axis.
    assert A.norm((1, 64, 48)) == pytest.approx(13 / 25, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1.0, 1e6, 1e9])
def test_lanczos_is_as_accurate_at_every_scale(scale):
    k, shape = scale * random_kernel(3, 4), (1, 24, 23)
    expected = float(Blur(k).transfer(24, 23).abs().max())
    assert Compose(Blur(k)).norm(shape) == pytest.approx(expected, rel=1e-7, abs=0)
    mask, coils = torch.ones(24, 23), scale * torch.ones(1, 24, 23)
    A = MultiCoilMRI(mask, coils, real=False).to(torch.float64)
    assert A.norm() == pytest.approx(scale, rel=1e-6)


@pytest.mark.parametrize("name", list(BUILDERS))
def test_float32_stays_float32_and_moves_with_the_module(name):
    A = BUILDERS[name]((8, 6), 1).float()
    y = A(rand(1, 1, 8, 6, dtype=torch.float32))
    assert y.dtype in (torch.float32, torch.complex64)
    assert A.T(y).dtype == torch.float32


def test_composition_reads_like_the_slide():
    k = random_kernel(3, 3)
    u = rand(1, 1, 8, 8)
    torch.testing.assert_close(Compose(Subsample(2), Blur(k))(u), Blur(k)(u)[..., ::2, ::2])


def test_gram_is_the_hessian_of_the_data_term():
    A = Blur(random_kernel(3, 3))
    u, v = rand(1, 1, 6, 6), rand(1, 1, 6, 6, seed=8)
    gradient = torch.func.grad(lambda x: 0.5 * (A(x) - v).square().sum())(u)
    torch.testing.assert_close(gradient, A.gram(u) - A.T(v), rtol=1e-12, atol=1e-12)
