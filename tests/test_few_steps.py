"""Solutions by conjugate gradients with few steps, and compiled gradients that must be the same."""

import pytest
import torch

from mvacourse import closed_form, regularizers, variational
from mvacourse.calculus import dot, norm
from mvacourse.operators import Blur, Compose, Identity, Radon


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


A = Radon([0.0, 30.0, 100.0], (6, 7)).double()
SOLVERS = {
    "ridge": (closed_form.ridge, (0.3,), lambda u: A.gram(u) + 0.3 * u),
    "pseudo-inverse": (closed_form.pseudo_inverse, (), A.gram),
    "Tychonov": (
        variational.tychonov,
        (0.3,),
        lambda u: A.gram(u) + 0.3 * regularizers.tychonov_grad(u),
    ),
}


@pytest.mark.parametrize("name", SOLVERS)
def test_no_step_gives_zero_and_one_step_is_the_best_along_the_adjoint(name):
    solve, args, G = SOLVERS[name]
    v = A(rand(1, 1, 6, 7))
    b = A.T(v)
    assert norm(solve(A, v, *args, n_iter=0)) == 0
    expected = dot(b, b) / dot(b, G(b)) * b
    torch.testing.assert_close(solve(A, v, *args, n_iter=1), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", ["ridge", "Tychonov"])
def test_the_residual_is_a_few_roundings_of_the_data(name, dtype):
    solve, args, G = SOLVERS[name]
    v = A(rand(1, 1, 6, 7)).to(dtype)
    u = solve(A, v, *args)
    b = A.T(v)
    assert u.dtype == dtype
    assert norm(G(u) - b) < 100 * torch.finfo(dtype).eps * norm(b)


@pytest.mark.parametrize("solve", [closed_form.pseudo_inverse, closed_form.ridge])
def test_formulas_agree_with_conjugate_gradients(solve):
    k, v = rand(2, 3), rand(1, 2, 5, 6)
    args = (0.2,) if solve is closed_form.ridge else ()
    by_steps = solve(Compose(Blur(k)), v, *args)
    torch.testing.assert_close(solve(Blur(k), v, *args), by_steps, rtol=0, atol=1e-9)


def test_the_pseudo_inverse_of_a_blur_drops_what_the_kernel_has_lost():
    k, v = torch.tensor([[0.1, 0.1, 0.1]], dtype=torch.float64), rand(1, 1, 4, 6)
    M = Blur(k).to_matrix((1, 4, 6))  # k̂ vanishes at two of the six column frequencies
    expected = (torch.linalg.pinv(M, rtol=1e-10) @ v.flatten()).reshape(v.shape)
    for scale in (1e-9, 1.0, 1e9):
        found = scale * closed_form.pseudo_inverse(Blur(scale * k), v)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-11)
    found = closed_form.pseudo_inverse(Blur(k.float()), v.float())
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("n", [6, 48, 300])
def test_a_frequency_that_only_rounding_has_kept_is_dropped_at_every_size(n, dtype):
    for weights in ([1.0, 1.0, 1.0], [1.0, 2.0, 1.0], [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]):
        k = torch.tensor([weights], dtype=torch.float64)
        k = k / k.sum()
        M = Blur(k).to_matrix((1, 1, n))
        v = rand(1, 1, 1, n)
        for A, y in ((Blur(k), v), (Blur(k.mT), v.mT)):
            u = closed_form.pseudo_inverse(A, y.to(dtype)).flatten().double()
            expected = torch.linalg.pinv(M, rtol=1e-5) @ v.flatten()
            assert norm(u - expected) < n**2 * 100 * torch.finfo(dtype).eps * norm(expected)


@pytest.mark.parametrize("shape", [(1, 1, 5, 6), (2, 3, 4, 1)])
def test_the_gradient_that_is_compiled_is_the_one_that_is_not(shape, monkeypatch):
    u = rand(*shape)
    expected = regularizers.smoothed_tv_grad(u, 0.1)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    found = regularizers.smoothed_tv_grad(u, 0.1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-14)


def test_compile_compiles_the_gradient_once_and_changes_no_value(monkeypatch):
    compiled = []
    monkeypatch.setattr(torch, "compile", lambda f, **options: compiled.append(f) or f)
    variational._compiled_smoothed_tv_grad.cache_clear()
    v = rand(1, 1, 5, 6)
    expected = variational.smoothed_tv(Identity(), v, 0.1, n_iter=3)
    assert not compiled
    for _ in range(2):
        found = variational.smoothed_tv(Identity(), v, 0.1, n_iter=3, compile=True)
        assert torch.equal(found, expected)
    assert compiled == [regularizers.smoothed_tv_grad]
    variational._compiled_smoothed_tv_grad.cache_clear()


def test_gradients_do_not_change_their_argument():
    u = rand(1, 1, 5, 6)
    kept = u.clone()
    regularizers.smoothed_tv_grad(u, 0.1)
    regularizers.tychonov_grad(u)
    variational.smoothed_tv(Identity(), u, 0.1, x0=u, n_iter=2)
    assert torch.equal(u, kept)
