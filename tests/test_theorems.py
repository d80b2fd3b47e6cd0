"""What the lecture states about restoration problems, measured on small ones (A5, B4–B6, B8)."""

from itertools import pairwise

import pytest
import torch

from mvacourse import closed_form, kernels, regularizers, solvers
from mvacourse.calculus import dot, laplacian_hat, norm
from mvacourse.operators import Blur, Compose, Mask, Subsample


def rand(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_subsampling_without_a_prefilter_aliases():
    # A wave of 0.45 cycles a pixel is above the subgrid's limit of 0.25. Sampled bare, it comes
    # back whole as a slow wave: 0.1 cycles a pixel of the subgrid.
    x = torch.arange(80, dtype=torch.float64)
    fast = torch.cos(2 * torch.pi * 0.45 * x).expand(1, 1, 80, 80)
    slow = torch.cos(2 * torch.pi * 0.1 * x[:40]).expand(1, 1, 40, 40)
    torch.testing.assert_close(Subsample(2)(fast), slow, rtol=0, atol=1e-12)
    filtered = Compose(Subsample(2), Blur(kernels.gaussian(13, 1.5, dtype=torch.float64)))
    assert float(filtered(fast).abs().max()) < 0.01


def inpainting_problem():
    """f(u) = ½‖u·1_ω − v‖²: convex, but flat along the unknown pixels."""
    A = Mask(rand(6, 6, seed=1) > 0)
    v = A(rand(1, 1, 6, 6))
    return A, v, lambda u: 0.5 * norm(A(u) - v) ** 2, lambda u: A.T(A(u) - v)


def test_a_convex_function_lies_above_its_tangents_and_a_zero_gradient_is_a_minimum():
    _, _, f, grad = inpainting_problem()
    for seed in range(20):
        x, y = rand(1, 1, 6, 6, seed=seed), rand(1, 1, 6, 6, seed=seed + 50)
        assert f(y) >= f(x) + dot(grad(x), y - x) - 1e-12


def test_without_strict_convexity_the_start_decides_which_minimiser_is_found():
    A, _, f, grad = inpainting_problem()
    starts = [rand(1, 1, 6, 6, seed=s) for s in (1, 2)]
    ends = [solvers.gradient_descent(grad, x0, tau=1.0, n_iter=3) for x0 in starts]
    for x0, x in zip(starts, ends, strict=True):
        assert float(f(x)) < 1e-25 and float(norm(grad(x))) < 1e-12
        unknown = ~A.mask
        assert torch.equal(x[..., unknown], x0[..., unknown])
    assert float(norm(ends[0] - ends[1])) > 0.1
    # Tychonov makes the problem strictly convex: one minimiser, from anywhere.
    ends = [
        solvers.gradient_descent(
            lambda u: grad(u) + 0.5 * regularizers.tychonov_grad(u), x0, tau=0.2, n_iter=4000
        )
        for x0 in starts
    ]
    torch.testing.assert_close(ends[0], ends[1], rtol=0, atol=1e-8)


def hessian(apply, shape):
    n = shape[0] * shape[1]
    return apply(torch.eye(n, dtype=torch.float64).reshape(n, 1, *shape)).reshape(n, n)


@pytest.mark.parametrize("shape", [(6, 8), (5, 7)])
def test_hessian_eigenvalues_of_deblurring_are_read_in_fourier(shape):
    A, lam = Blur(kernels.gaussian(3, 0.7, dtype=torch.float64)), 0.1
    H = hessian(lambda u: A.gram(u) + lam * regularizers.tychonov_grad(u), shape)
    multiplier = A.transfer(*shape, dtype=torch.float64).abs() ** 2
    multiplier = multiplier + 2 * lam * laplacian_hat(*shape, dtype=torch.float64)
    expected = multiplier.flatten().sort().values
    torch.testing.assert_close(torch.linalg.eigvalsh(H), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("fraction", "n_iter"), [(0.05, 2500), (0.5, 300), (0.99, 1500)])
def test_descent_converges_for_every_step_below_two_over_L(fraction, n_iter):
    # Convex but not strongly: deblurring whose kernel loses frequencies.
    k = torch.full((2, 2), 0.25, dtype=torch.float64)
    A, u = Blur(k), rand(1, 1, 6, 6)
    v = A(u)
    last = []
    x = solvers.gradient_descent(
        lambda u: A.T(A(u) - v),
        rand(1, 1, 6, 6, seed=3),
        tau=fraction * 2 / A.norm() ** 2,
        n_iter=n_iter,
        callback=lambda k, x: last.append(float(norm(A(x) - v))),
    )
    assert all(b <= a + 1e-15 for a, b in pairwise(last))
    assert last[-1] < 1e-6
    # The limit is the minimiser nearest to the start: its part in Ker A has not moved.
    kept = x - closed_form.pseudo_inverse(A, A(x))
    start = rand(1, 1, 6, 6, seed=3)
    start = start - closed_form.pseudo_inverse(A, A(start))
    torch.testing.assert_close(kept, start, rtol=0, atol=1e-9)


@pytest.mark.parametrize("lam", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("problem", ["deblurring", "inpainting"])
def test_lipschitz_constants_by_power_iteration_equal_their_formulas(problem, lam):
    A = {
        "deblurring": Blur(kernels.gaussian(3, 0.7, dtype=torch.float64)),
        "inpainting": Mask(rand(8, 6, seed=1) > -1),
    }[problem]

    def gram(u):
        return A.gram(u) + lam * regularizers.tychonov_grad(u)

    value, _ = solvers.power_iteration(gram, rand(1, 1, 8, 6, seed=2), n_iter=20000, tol=1e-14)
    if problem == "deblurring":
        multiplier = A.transfer(8, 6).abs() ** 2
        multiplier = multiplier + 2 * lam * laplacian_hat(8, 6, dtype=torch.float64)
        assert value == pytest.approx(float(multiplier.max()), rel=1e-7)
    elif lam == 0:
        assert value == pytest.approx(1.0, rel=1e-9)
    else:  # ‖AᵀA + 2λ∇ᵀ∇‖ ≤ ‖A‖² + 16λ: a bound, and not an equality
        assert value <= 1 + 16 * lam
        assert value >= 16 * lam * (1 - 1e-6)
