"""Steps of variational methods: they are 1/L, with L the largest curvature and α the smallest."""

import math

import pytest
import torch

from mvacourse import regularizers, variational
from mvacourse.calculus import norm
from mvacourse.operators import Blur, Compose, FourierSampling, Identity, Mask, Radon, Subsample


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def checkerboard(H=6, W=8):
    """The leading eigenvector of ∇ᵀ∇, with eigenvalue 8."""
    i, j = torch.arange(H)[:, None], torch.arange(W)
    return (1.0 - 2.0 * ((i + j) % 2)).double()[None, None]


OPERATORS = {
    "denoising": lambda: Identity(),
    "deblurring": lambda: Blur(rand(3, 3) - 0.3),
    "super-resolution": lambda: Compose(Subsample(2), Blur(rand(3, 3))),
    "inpainting": lambda: Mask(rand(6, 8, seed=1) > 0.4),
    "tomography": lambda: Radon([0.0, 30.0, 100.0], (6, 8)),
    "Fourier sampling": lambda: FourierSampling(rand(6, 8, seed=1) > 0.4),
}


@pytest.fixture(params=list(OPERATORS))
def A(request):
    return OPERATORS[request.param]()


def steps(solve, *args, **options):
    found = []
    solve(*args, callback=lambda k, x: found.append(x.clone()), **options)
    return found


@pytest.mark.parametrize(("lam", "eps"), [(0.3, 0.1), (0.05, 0.01), (0.0, 0.5)])
def test_the_first_step_of_smoothed_tv_is_one_over_the_bound_on_the_curvature(A, lam, eps):
    matrix = A.to_matrix((1, 6, 8))
    M = torch.cat((matrix.real, matrix.imag)) if matrix.is_complex() else matrix
    L = float(torch.linalg.svdvals(M)[0]) ** 2 + 8 * lam / eps
    x0, v = rand(1, 1, 6, 8, seed=2), A(rand(1, 1, 6, 8, seed=3))
    gradient = A.T(A(x0) - v) + lam * regularizers.smoothed_tv_grad(x0, eps)
    (x,) = steps(variational.smoothed_tv, A, v, lam, eps, n_iter=1, x0=x0)
    torch.testing.assert_close(x, x0 - gradient / L, rtol=0, atol=1e-10)


def test_smoothed_tv_starts_from_the_scaled_adjoint_unless_told_otherwise(A):
    v = A(rand(1, 1, 6, 8, seed=3))
    x0 = A.T(v) / A.norm((1, 6, 8)) ** 2
    expected = variational.smoothed_tv(A, v, 0.1, x0=x0, n_iter=0)
    torch.testing.assert_close(expected, x0, rtol=0, atol=0)
    torch.testing.assert_close(variational.smoothed_tv(A, v, 0.1, n_iter=0), x0, rtol=1e-12, atol=0)


def test_a_checkerboard_far_below_eps_is_denoised_in_one_step():
    # There TV_ε is quadratic, and the checkerboard has the largest curvature, L = 1 + 8λ/ε.
    v, lam, eps = 1e-7 * checkerboard(), 0.3, 0.05
    L = 1 + 8 * lam / eps
    for x in steps(variational.smoothed_tv, Identity(), v, lam, eps, n_iter=3, x0=v):
        torch.testing.assert_close(x, v / L, rtol=1e-9, atol=0)


@pytest.mark.parametrize(("lam", "eps"), [(0.05, 0.01), (0.2, 0.05)])
def test_denoising_converges_as_one_minus_the_root_of_alpha_over_L(lam, eps):
    v = rand(1, 1, 6, 8)

    def F(u):
        return 0.5 * norm(u - v) ** 2 + lam * regularizers.smoothed_tv(u, eps)

    xs = steps(variational.smoothed_tv, Identity(), v, lam, eps, n_iter=600, x0=v)
    best, rate = xs[-1], 1 - 1 / math.sqrt(1 + 8 * lam / eps)
    start = F(v) - F(best) + 0.5 * norm(v - best) ** 2  # Nesterov's theorem 2.2.3, with α = 1
    for n, x in enumerate(xs[:200], start=1):
        assert F(x) - F(best) <= rate**n * start + 1e-14
        assert 0.5 * norm(x - best) ** 2 <= rate**n * start + 1e-20


def test_a_faint_blur_is_not_taken_for_a_strongly_convex_problem():
    A = Blur(torch.tensor([[0.1]], dtype=torch.float64))  # its curvature is 0.01 everywhere
    v = A(rand(1, 1, 6, 8))
    (x,) = steps(variational.smoothed_tv, A, v, 0.0, n_iter=1, x0=torch.zeros_like(v))
    torch.testing.assert_close(A(x), v, rtol=1e-12, atol=0)


@pytest.mark.parametrize("eps", [None, 0.2])
def test_the_first_step_of_inpainting_is_one_over_the_largest_curvature(eps):
    v, mask = rand(1, 2, 6, 8), rand(6, 8, seed=1) > 0.5
    mean = (v * mask).sum((-2, -1), keepdim=True) / mask.sum()
    x0 = torch.where(mask, v, mean.expand_as(v))
    grad = (
        regularizers.tychonov_grad
        if eps is None
        else lambda u: regularizers.smoothed_tv_grad(u, eps)
    )
    h = 1e-7 * checkerboard()  # the curvature is largest at a flat image, in this direction
    L = float(norm(grad(h)) / norm(h))
    expected = torch.where(mask, v, x0 - grad(x0) / L)
    torch.testing.assert_close(variational.inpaint(v, mask, eps, n_iter=0), x0, rtol=0, atol=1e-14)
    (x,) = steps(variational.inpaint, v, mask, eps, n_iter=1)
    torch.testing.assert_close(x, expected, rtol=0, atol=1e-12)


def test_smoothed_tv_of_nothing_measured_stays_where_it_starts():
    A = Mask(torch.zeros(6, 8))
    x0 = torch.full((1, 1, 6, 8), 0.3, dtype=torch.float64)
    zero = torch.zeros(1, 1, 6, 8, dtype=torch.float64)
    assert torch.equal(variational.smoothed_tv(A, zero, 0.1), zero)
    torch.testing.assert_close(variational.smoothed_tv(A, zero, 0.0, x0=x0), x0, rtol=0, atol=0)
