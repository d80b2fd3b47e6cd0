"""Discrete calculus: adjoints, transforms, and the lecture's formulas (C1, C4)."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mvacourse import calculus


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(sizes, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_grad_T_is_the_adjoint_of_grad(size, seed):
    u, p = rand(2, 3, *size, seed=seed), rand(2, 3, 2, *size, seed=seed + 1)
    gap = calculus.dot(calculus.grad(u), p) - calculus.dot(u, calculus.grad_T(p))
    assert abs(float(gap)) < 1e-12 * float(calculus.norm(u) * calculus.norm(p)) + 1e-15


@given(sizes)
@settings(max_examples=30, deadline=None)
def test_laplacian_is_minus_grad_T_grad_and_has_the_transform_of_the_lecture(size):
    u = rand(1, 1, *size)
    expected = calculus.div(calculus.grad(u))
    torch.testing.assert_close(calculus.laplacian(u), expected, rtol=0, atol=1e-13)
    L_hat = calculus.laplacian_hat(*size, dtype=torch.float64)
    by_fourier = -torch.fft.ifft2(L_hat * torch.fft.fft2(u)).real
    torch.testing.assert_close(calculus.laplacian(u), by_fourier, rtol=0, atol=1e-12)


def test_derivatives_are_forward_differences_first_down_the_rows():
    u = torch.arange(12.0).reshape(1, 1, 3, 4)
    d1, d2 = calculus.grad(u).unbind(-3)
    assert (d1[..., :-1, :] == 4).all() and (d1[..., -1, :] == -8).all()
    assert (d2[..., :-1] == 1).all() and (d2[..., -1] == -3).all()


def test_laplacian_hat_is_the_sum_of_the_two_squared_transforms():
    M, N = 6, 9
    d1 = torch.zeros(M, N, dtype=torch.float64)
    d1[0, 0], d1[-1, 0] = -1, 1  # δ₍₋₁,₀₎ − δ₍₀,₀₎
    d2 = torch.zeros(M, N, dtype=torch.float64)
    d2[0, 0], d2[0, -1] = -1, 1
    expected = torch.fft.fft2(d1).abs() ** 2 + torch.fft.fft2(d2).abs() ** 2
    L_hat = calculus.laplacian_hat(M, N, dtype=torch.float64)
    torch.testing.assert_close(L_hat, expected, rtol=0, atol=1e-14)


def test_laplacian_hat_reaches_eight_on_even_sizes_only():
    assert calculus.laplacian_hat(8, 6, dtype=torch.float64).max() == pytest.approx(8)
    assert calculus.laplacian_hat(7, 6, dtype=torch.float64).max() < 8


def test_dot_is_real_and_makes_complex_data_a_real_space():
    u = torch.complex(rand(4), rand(4, seed=1))
    v = torch.complex(rand(4, seed=2), rand(4, seed=3))
    expected = (u.real * v.real + u.imag * v.imag).sum()
    assert calculus.dot(u, v) == pytest.approx(float(expected))
    assert calculus.dot(u, u) == pytest.approx(float(calculus.norm(u) ** 2))
    assert not calculus.dot(u, v).is_complex()


def test_a_field_without_two_components_is_refused():
    with pytest.raises(ValueError, match="vector field"):
        calculus.grad_T(torch.zeros(1, 3, 8, 8))
