"""Closed forms against descent, dense algebra, and each other."""

import math
from itertools import pairwise

import pytest
import torch

from mvacourse import closed_form, regularizers, solvers
from mvacourse.calculus import laplacian_hat, norm
from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    Mask,
    MultiCoilMRI,
    Radon,
    Subsample,
)


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def mask(seed=1):
    return rand(6, 7, seed=seed) > 0


def smooth_kernel(sigma=0.8, size=5):
    t = torch.arange(size, dtype=torch.float64) - size // 2
    g = torch.exp(-(t**2) / (2 * sigma**2))
    return torch.outer(g, g) / g.sum() ** 2


OPERATORS = {
    "Identity": lambda: Identity(),
    "Mask": lambda: Mask(mask()),
    "Subsample": lambda: Subsample(2),
    "Blur": lambda: Blur(rand(3, 3, seed=2)),
    "super-resolution": lambda: Compose(Subsample(2), Blur(rand(3, 3, seed=2))),
    "FourierSampling": lambda: FourierSampling(mask()),
    "MultiCoilMRI": lambda: MultiCoilMRI(mask(), rand(2, 6, 7, seed=3)),
    "GaussianSensing": lambda: GaussianSensing(9, (1, 6, 7)).double(),
    "BernoulliSensing": lambda: BernoulliSensing(9, (1, 6, 7)).double(),
    "Radon": lambda: Radon([0.0, 40.0, 90.0], (6, 7)),
}


def dense(A, shape=(1, 6, 7)):
    """A as a real matrix, and a function that makes real data of its measurements."""
    matrix = A.to_matrix(shape)

    def real(y):
        return torch.cat((y.real, y.imag), -1) if y.is_complex() else y

    return (torch.cat((matrix.real, matrix.imag)) if matrix.is_complex() else matrix), real


@pytest.fixture(params=list(OPERATORS))
def operator(request):
    return OPERATORS[request.param]()


@pytest.mark.parametrize("lam", [1.0, 1e-2])
def test_ridge_solves_its_linear_system(operator, lam):
    M, real = dense(operator)
    v = operator(rand(1, 1, 6, 7, seed=5))
    v = v + 0.1 * torch.randn(v.shape, dtype=v.dtype, generator=torch.Generator().manual_seed(1))
    expected = torch.linalg.solve(
        M.T @ M + lam * torch.eye(42, dtype=torch.float64), M.T @ real(v.flatten(1))[0]
    )
    u = closed_form.ridge(operator, v, lam)
    torch.testing.assert_close(u.flatten(), expected, rtol=0, atol=1e-9)


def test_pseudo_inverse_is_that_of_linear_algebra(operator):
    M, real = dense(operator)
    v = operator(rand(1, 1, 6, 7, seed=5))
    v = v + 0.1 * torch.randn(v.shape, dtype=v.dtype, generator=torch.Generator().manual_seed(1))
    expected = torch.linalg.pinv(M, rtol=1e-10) @ real(v.flatten(1))[0]
    u = closed_form.pseudo_inverse(operator, v)
    torch.testing.assert_close(u.flatten(), expected, rtol=0, atol=1e-8)


def test_ridge_tends_to_the_pseudo_inverse_at_first_order():
    A = GaussianSensing(9, (1, 6, 7)).double()
    v = A(rand(1, 1, 6, 7, seed=5))
    target = closed_form.pseudo_inverse(A, v)
    lams = torch.logspace(-4, -1, 7, dtype=torch.float64)
    errors = [float(norm(closed_form.ridge(A, v, float(lam)) - target)) for lam in lams]
    slope = math.log(errors[-1] / errors[0]) / math.log(float(lams[-1] / lams[0]))
    assert slope == pytest.approx(1.0, abs=0.05)


def test_descent_from_zero_tends_to_the_pseudo_inverse_and_never_enters_the_kernel():
    A = GaussianSensing(9, (1, 6, 7)).double()
    v = A(rand(1, 1, 6, 7, seed=5))
    x0 = torch.zeros(1, 1, 6, 7, dtype=torch.float64)
    u = solvers.gradient_descent(lambda u: A.T(A(u) - v), x0, tau=1 / A.norm() ** 2, n_iter=2000)
    torch.testing.assert_close(u, closed_form.pseudo_inverse(A, v), rtol=0, atol=1e-9)
    in_kernel = u - closed_form.pseudo_inverse(A, A(u))
    assert float(norm(in_kernel)) < 1e-9


def test_ridge_denoising_only_divides():
    v = rand(2, 3, 5, 5)
    for lam in (0.1, 3.0):
        torch.testing.assert_close(
            closed_form.ridge(Identity(), v, lam), v / (1 + lam), rtol=1e-15, atol=0
        )


@pytest.mark.parametrize("size", [(12, 16), (9, 13)])
@pytest.mark.parametrize("blurred", [False, True], ids=["denoising", "deblurring"])
def test_wiener_form_is_the_limit_of_descent(size, blurred):
    lam, v = 0.7, rand(1, 2, *size)
    k = smooth_kernel() if blurred else None
    A = Blur(k) if blurred else Identity()
    L = 1 + 16 * lam
    u = solvers.gradient_descent(
        lambda u: A.T(A(u) - v) + lam * regularizers.tychonov_grad(u),
        torch.zeros_like(v),
        tau=1.9 / L,
        L=L,
        n_iter=3000,
    )
    torch.testing.assert_close(closed_form.tychonov(v, lam, k), u, rtol=0, atol=1e-10)


@pytest.mark.parametrize("lam", [0.05, 1.0, 20.0])
def test_L_is_one_plus_sixteen_lam_by_power_iteration(lam):
    def hessian(u):
        return u + lam * regularizers.tychonov_grad(u)

    value, _ = solvers.power_iteration(hessian, rand(1, 1, 8, 6), n_iter=5000, tol=1e-15)
    assert value == pytest.approx(1 + 16 * lam, rel=1e-8)
    odd, _ = solvers.power_iteration(hessian, rand(1, 1, 7, 5), n_iter=5000, tol=1e-15)
    assert odd < 1 + 16 * lam


def test_inverse_filter_undoes_a_blur_and_amplifies_noise_as_predicted():
    k, u, sigma = smooth_kernel(0.6, 3), rand(1, 1, 64, 64), 1e-3
    A = Blur(k)
    torch.testing.assert_close(closed_form.inverse_filter(A(u), k), u, rtol=0, atol=1e-10)
    w = sigma * rand(1, 1, 64, 64, seed=1)
    error = closed_form.inverse_filter(A(u) + w, k) - u
    predicted = sigma * float((1 / A.transfer(64, 64).abs() ** 2).mean().sqrt())
    measured = float(error.square().mean().sqrt())
    # The variance of the error is a mean of 4096 terms, of few degrees of freedom: 10 %.
    assert measured == pytest.approx(predicted, rel=0.1)
    assert predicted > 3 * sigma


def test_heat_is_first_order_in_the_step_towards_the_gaussian_of_variance_2t():
    u, t = rand(1, 1, 32, 32), 4.0
    L_hat = laplacian_hat(32, 32, dtype=torch.float64)
    limit = torch.fft.ifft2(torch.exp(-t * L_hat) * torch.fft.fft2(u)).real
    steps = [32, 64, 128, 256]
    errors = [float(norm(closed_form.heat(u, t, n) - limit)) for n in steps]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(2.0, rel=0.1)


def test_heat_is_close_to_the_sampled_gaussian_of_variance_2t():
    # An impulse spreads into the kernel itself: compare shape, mass and variance.
    size, t = 65, 18.0
    u = torch.zeros(1, 1, size, size, dtype=torch.float64)
    u[..., size // 2, size // 2] = 1
    spread = closed_form.heat(u, t, 400)[0, 0]
    x = torch.arange(size, dtype=torch.float64) - size // 2
    g = torch.exp(-(x**2) / (4 * t))
    gaussian = torch.outer(g, g) / g.sum() ** 2
    assert float((spread - gaussian).abs().max() / gaussian.max()) < 0.01
    assert float(spread.sum()) == pytest.approx(1.0)
    assert float((spread.sum(0) * x**2).sum()) == pytest.approx(2 * t, rel=1e-3)


def test_heat_is_descent_on_tychonov():
    u = rand(1, 1, 8, 8)
    by_descent = solvers.gradient_descent(
        regularizers.tychonov_grad, u, tau=0.5 * 2.0 / 20, n_iter=20
    )
    torch.testing.assert_close(closed_form.heat(u, 2.0, 20), by_descent, rtol=1e-12, atol=1e-14)


def test_heat_warns_of_an_unstable_step():
    with pytest.warns(UserWarning, match=r"n_steps >= 40"):
        closed_form.heat(rand(1, 1, 8, 8), 10.0, 39)


def zero_kernel():
    return torch.tensor([[0.5, 0.0, 0.5]], dtype=torch.float64)  # k̂ = cos: zero at a quarter


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda v: closed_form.tychonov(v, -1.0), "lam"),
        (lambda v: closed_form.ridge(Identity(), v, 0.0), "lam"),
        (lambda v: closed_form.ridge(Radon([0.0], 8), v, -1.0), "lam"),
        (lambda v: closed_form.heat(v, -1.0, 5), "t = -1"),
        (lambda v: closed_form.heat(v, 1.0, 0), "n_steps"),
        (lambda v: closed_form.tychonov(v * torch.nan, 1.0), "NaN"),
        (lambda v: closed_form.tychonov(255 * (v + 5), 1.0), "0–255"),
        (lambda v: closed_form.inverse_filter(v[0], zero_kernel()), r"v\[None\]"),
        (lambda v: closed_form.inverse_filter(v, torch.ones(9, 9).double()), "larger than"),
        (lambda v: closed_form.inverse_filter(v, 0 * zero_kernel()), "no inverse"),
        (lambda v: closed_form.tychonov(v, 0.0, 0 * zero_kernel()), "increase lam"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(rand(1, 1, 8, 8))


def test_arguments_may_be_named():
    v = torch.rand(1, 1, 5, 4)
    assert closed_form.ridge(A=Identity(), v=v, lam=0.5).equal(v / 1.5)
    assert closed_form.pseudo_inverse(A=Identity(), v=v).equal(v)


def test_filters_keep_the_imaginary_part():
    v = torch.complex(torch.rand(1, 1, 5, 4), torch.rand(1, 1, 5, 4))
    k = torch.tensor([[0.2, 0.8]])
    for solve in (
        lambda v: closed_form.tychonov(v, 0.1, k),
        lambda v: closed_form.inverse_filter(v, k),
    ):
        torch.testing.assert_close(solve(v), torch.complex(solve(v.real), solve(v.imag)))
