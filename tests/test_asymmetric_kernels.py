"""Deblurring with kernels that no symmetry protects: a conjugate forgotten would shift images."""

import pytest
import torch

from mvacourse import closed_form, regularizers, variational
from mvacourse.operators import Blur


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


KERNELS = {"random": rand(3, 4, seed=2), "shift": torch.eye(3, dtype=torch.float64)[:1]}


@pytest.mark.parametrize("lam", [0.02, 1.0])
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", [(5, 6), (6, 7)])
def test_wiener_form_solves_the_normal_equations(kernel, lam, size):
    k, v = KERNELS[kernel], rand(1, 1, *size)
    n = size[0] * size[1]
    M = Blur(k).to_matrix((1, *size))
    pixels = torch.eye(n, dtype=torch.float64).reshape(n, 1, *size)
    R = regularizers.tychonov_grad(pixels).reshape(n, n)  # 2∇ᵀ∇
    expected = torch.linalg.solve(M.T @ M + lam * R, M.T @ v.flatten()).reshape(v.shape)
    for u in (closed_form.tychonov(v, lam, k), variational.tychonov(Blur(k), v, lam)):
        torch.testing.assert_close(u, expected, rtol=0, atol=1e-11)


SOLVERS = {
    "inverse filter": closed_form.inverse_filter,
    "Wiener": lambda v, k: closed_form.tychonov(v, 0.0, k),
    "pseudo-inverse": lambda v, k: closed_form.pseudo_inverse(Blur(k), v),
    "ridge": lambda v, k: 1.5 * closed_form.ridge(Blur(k), v, 0.5),
    "smoothed TV": lambda v, k: variational.smoothed_tv(Blur(k), v, 0.0, n_iter=3),
}


@pytest.mark.parametrize("name", SOLVERS)
def test_a_shift_is_undone_by_the_opposite_shift(name):
    v = rand(1, 2, 5, 6)
    torch.testing.assert_close(Blur(KERNELS["shift"])(v), v.roll(-1, -1), rtol=0, atol=1e-14)
    u = SOLVERS[name](v.roll(-1, -1), KERNELS["shift"])
    torch.testing.assert_close(u, v, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", SOLVERS)
def test_solutions_are_real_and_as_precise_as_the_data(name):
    v = rand(1, 1, 5, 6).float()
    u = SOLVERS[name](v, KERNELS["shift"])
    assert u.dtype == torch.float32 and u.shape == v.shape
