"""The Lasso: its threshold, its optimality conditions, its objective, its bases."""

import itertools

import pytest
import torch
from scipy import fft, optimize

from mvacourse import solvers
from mvacourse.calculus import dot, norm
from mvacourse.operators import FourierSampling, GaussianSensing, Identity, Mask
from mvacourse.priors import dct2, idct2, lasso, soft_threshold

SHAPE = (1, 5, 6)


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def problem(m=12, batch=1):
    A = GaussianSensing(m, SHAPE).double()
    u = (rand(batch, *SHAPE, seed=1) > 0.8) * rand(batch, *SHAPE, seed=2)
    return A, A(u) + 0.01 * (rand(batch, m, seed=3) - 0.5)


def objective(A, y, lam, u, to_basis=lambda u: u):
    return 0.5 * norm(A(u) - y) ** 2 + lam * to_basis(u).abs().sum()


def test_soft_threshold_is_the_proximal_map_of_the_modulus():
    u, t = 4 * rand(50) - 2, 0.7
    x = soft_threshold(u, t)
    for i in range(0, 50, 7):
        best = optimize.minimize_scalar(
            lambda s, v=float(u[i]): 0.5 * (s - v) ** 2 + t * abs(s),
            bounds=(-3, 3),
            method="bounded",
        )
        assert float(x[i]) == pytest.approx(best.x, abs=1e-4)
    assert torch.equal(soft_threshold(u, 0.0), u)
    z = torch.polar(rand(5) + 1, rand(5))
    torch.testing.assert_close(soft_threshold(z, 0.5), z - 0.5 * z / z.abs())


@pytest.mark.parametrize("basis", [None, (dct2, idct2)], ids=["pixels", "cosines"])
@pytest.mark.parametrize("lam", [0.005, 0.05])
def test_lasso_satisfies_its_optimality_conditions(basis, lam):
    A, y = problem(batch=2)
    u = lasso(A, y, lam, basis=basis, n_iter=3000)
    to_basis = basis[0] if basis else lambda u: u
    c, g = to_basis(u), to_basis(A.T(A(u) - y))  # 0 ∈ Ψ∇f(u) + λ∂‖c‖₁
    on = c.abs() > 1e-6
    assert float((g + lam * c.sign())[on].abs().max()) < 1e-6
    assert float(g[~on].abs().max()) <= lam * (1 + 1e-5)
    assert 0 < int(on.sum()) < on.numel()


def test_lasso_of_the_identity_is_one_soft_threshold():
    y = 2 * rand(1, *SHAPE) - 1
    torch.testing.assert_close(lasso(Identity(), y, 0.3, n_iter=3), soft_threshold(y, 0.3))
    c = soft_threshold(dct2(y), 0.3)
    torch.testing.assert_close(lasso(Identity(), y, 0.3, basis=(dct2, idct2), n_iter=3), idct2(c))


def test_a_large_lam_gives_zero_exactly():
    A, y = problem()
    lam = float(A.T(y).abs().max())
    assert not lasso(A, y, 1.0001 * lam).any()
    assert lasso(A, y, 0.99 * lam, n_iter=2000).any()


def test_sparse_image_is_recovered_from_few_noiseless_measurements():
    A = GaussianSensing(20, SHAPE, seed=3).double()
    u = torch.zeros(1, *SHAPE, dtype=torch.float64)
    u[..., [0, 2, 4], [1, 3, 5]] = torch.tensor([0.5, 1.0, 0.8], dtype=torch.float64)
    x = lasso(A, A(u), 1e-4, n_iter=3000)
    torch.testing.assert_close(x, u, rtol=0, atol=2e-3)


def test_ista_is_projected_gradient_with_a_threshold_and_never_goes_up():
    A, y = problem()
    L = A.norm() ** 2
    values, iterates = [], []

    def see(k, u):
        values.append(float(objective(A, y, 0.01, u)))
        iterates.append(u)

    lasso(A, y, 0.01, accelerated=False, n_iter=60, callback=see)
    assert all(b <= a + 1e-14 for a, b in itertools.pairwise(values))
    u = solvers.projected_gradient(
        lambda u: A.T(A(u) - y),
        lambda u: soft_threshold(u, 0.01 / L),
        torch.zeros(1, *SHAPE, dtype=torch.float64),
        tau=1 / L,
        n_iter=60,
    )
    torch.testing.assert_close(iterates[-1], u, rtol=0, atol=1e-12)


def test_fista_beats_ista_and_its_bound():
    A, y = problem()
    star = lasso(A, y, 1e-3, n_iter=8000)
    best = float(objective(A, y, 1e-3, star))
    gaps = {}
    for accelerated in (False, True):
        gap = gaps[accelerated] = []
        lasso(
            A,
            y,
            1e-3,
            accelerated=accelerated,
            n_iter=300,
            callback=lambda k, u, gap=gap: gap.append(float(objective(A, y, 1e-3, u)) - best),
        )
    assert gaps[True][-1] < gaps[False][-1] / 10
    bound = 2 * A.norm() ** 2 * float(dot(star, star))
    assert all(gap <= bound / (k + 1) ** 2 for k, gap in enumerate(gaps[True], 1))


def test_a_batch_gives_what_each_problem_gives_alone():
    A, y = problem(batch=3)
    together = lasso(A, y, 0.01)
    for i in range(3):
        torch.testing.assert_close(lasso(A, y[i : i + 1], 0.01), together[i : i + 1])


def test_clip_acts_at_the_end():
    A, y = problem()
    free, clipped = lasso(A, y, 1e-3), lasso(A, y, 1e-3, clip=(0, 1))
    assert float(free.min()) < 0
    torch.testing.assert_close(clipped, free.clamp(0, 1))


def test_complex_data():
    A = FourierSampling(rand(5, 6) > 0.3)
    u = lasso(A, A(rand(1, *SHAPE, seed=4)), 0.01)
    assert u.dtype == torch.float64 and torch.isfinite(u).all()


def test_cosine_transform_is_the_orthonormal_one():
    u = rand(2, 3, 5, 6)
    expected = torch.from_numpy(fft.dctn(u.numpy(), axes=(-2, -1), norm="ortho"))
    torch.testing.assert_close(dct2(u), expected)
    torch.testing.assert_close(idct2(dct2(u)), u)
    c = rand(2, 3, 5, 6, seed=1)
    torch.testing.assert_close(dot(dct2(u), c), dot(u, idct2(c)))
    assert dct2(u.float()).dtype == torch.float32


@pytest.mark.parametrize("shape", [(5, 6), (3, 5, 6), (2, 1, 2, 5, 6)])
def test_cosine_transform_of_one_image_is_that_of_it_in_any_stack(shape):
    u, one = rand(*shape), rand(*shape).reshape(-1, 5, 6)[0]
    for transform in (dct2, idct2):
        torch.testing.assert_close(transform(u).reshape(-1, 5, 6)[0], transform(one[None])[0])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda y: lasso(torch.ones(2, 2), y, 0.1), TypeError, "not a LinearOperator"),
        (lambda y: lasso(Identity(), y, -0.1), ValueError, "lam"),
        (lambda y: lasso(Identity(), y * torch.nan, 0.1), ValueError, "y holds .* NaN"),
        (lambda y: lasso(Mask(torch.ones(5, 6)), 255 * y, 0.1), ValueError, "0–255"),
        (lambda y: lasso(Identity(), y, 0.1, n_iter=-2), ValueError, "n_iter"),
        (lambda y: soft_threshold(y, -1.0), ValueError, "t = -1"),
    ],
)
def test_bad_input_of_the_sparse_prior(call, error, words):
    with pytest.raises(error, match=words):
        call(rand(1, *SHAPE))
