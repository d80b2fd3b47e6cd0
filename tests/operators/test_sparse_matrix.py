"""Sparse matrices: both products, their gradients, precisions; and Radon made of them."""

import copy

import pytest
import torch

from mvacourse.operators import Radon
from mvacourse.operators.sparse_matrix import Sparse


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.rand(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def matrix():
    """A 4×5 matrix with an empty row and an empty column, dense and sparse."""
    cols = torch.tensor([[1, 4], [0, 2], [0, 1], [1, 4]])
    values = torch.tensor([[1.0, -2.0], [0.0, 0.0], [0.5, 3.0], [0.0, 7.0]]).double()
    dense = torch.zeros(4, 5, dtype=torch.float64)
    dense[torch.arange(4)[:, None], cols] = values
    return dense, Sparse(cols, values, 5)


@pytest.mark.parametrize("n", [1, 3])
def test_products_are_those_of_the_dense_matrix(n):
    dense, M = matrix()
    x, y = rand(5, n), rand(4, n)
    torch.testing.assert_close(M(x), dense @ x, rtol=0, atol=1e-14)
    torch.testing.assert_close(M.T(y), dense.T @ y, rtol=0, atol=1e-14)
    torch.testing.assert_close(M(x.T.contiguous().T), dense @ x, rtol=0, atol=1e-14)
    assert len(M.values) == 5


def test_gradients_of_first_and_second_order():
    _, M = matrix()
    x, y = rand(5, 2).requires_grad_(), rand(4, 2).requires_grad_()
    assert torch.autograd.gradcheck(M, (x,)) and torch.autograd.gradcheck(M.T, (y,))
    assert torch.autograd.gradgradcheck(lambda x: M(x).square(), (x,))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_the_precision_is_that_of_the_argument(dtype):
    dense, M = matrix()
    x = rand(5, 2).to(dtype)
    with torch.autocast("cpu", torch.bfloat16):
        y = M(x)
    assert y.dtype == dtype
    torch.testing.assert_close(y.double(), dense @ x.double(), rtol=2e-2, atol=2e-2)


def test_a_copy_and_another_dtype():
    dense, M = matrix()
    x = rand(5, 2)
    torch.testing.assert_close(copy.deepcopy(M).float()(x), dense @ x, rtol=0, atol=1e-6)


@pytest.mark.parametrize("n_detectors", [None, 4, 16])
def test_back_projection_is_the_transposed_matrix_of_projection(n_detectors):
    A = Radon([0.0, 31.0, 45.0, 90.0, 111.0, -20.0], (7, 9), n_detectors).double()
    R = A.to_matrix((1, 7, 9))
    y = torch.eye(len(R), dtype=torch.float64).reshape(len(R), 1, *A(rand(1, 1, 7, 9)).shape[-2:])
    torch.testing.assert_close(A.T(y).reshape(len(R), -1), R, rtol=0, atol=1e-14)


def test_projection_is_its_formula():
    """Σ h(t − t₀) u over the pixels, entry by entry, h(s) = max(0, 1 − |s|/c)/c."""
    H, W, angles = 5, 6, [0.0, 20.0, 135.0]
    A, u = Radon(angles, (H, W)).double(), rand(1, 1, H, W)
    theta = torch.deg2rad(torch.tensor(angles).double())[:, None, None, None]
    X, Y = torch.arange(W) - W // 2, H // 2 - torch.arange(H)
    t = (torch.arange(6) - 3)[:, None, None]
    c = torch.maximum(theta.cos().abs(), theta.sin().abs())
    s = t - (X[None, :] * theta.cos() + Y[:, None] * theta.sin())
    expected = ((1 - s.abs() / c).clamp(min=0) / c * u[0, 0]).sum((-2, -1))
    torch.testing.assert_close(A(u)[0, 0], expected, rtol=0, atol=1e-6)


def test_norm_is_remembered_and_a_wrong_size_still_refused(monkeypatch):
    A = Radon([0.0, 30.0, 77.0], (6, 5))
    found = A.norm()
    monkeypatch.setattr(Radon, "to_matrix", None)
    assert A.norm((3, 6, 5)) == found
    with pytest.raises(ValueError, match="Radon was built for 6×5"):
        A.norm((1, 5, 5))


def test_radon_computes_as_it_did_after_a_change_of_precision():
    A, u = Radon(range(0, 180, 20), 12), rand(1, 1, 12, 12)
    y = A(u)
    back, fbp = A.T(y), A.fbp(y)
    moved = copy.deepcopy(A).float()
    for a, b in ((moved(u), y), (moved.T(y), back), (moved.fbp(y), fbp)):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-5)
