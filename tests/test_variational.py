"""Variational problems: optimality, constraints, bad input, and the lecture's denoising."""

import pytest
import torch

from mvacourse import closed_form, regularizers, variational
from mvacourse.calculus import norm
from mvacourse.operators import Blur, Compose, FourierSampling, Identity, Mask, Radon, Subsample


def rand(*shape, seed=0):
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def kernel():
    g = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0], dtype=torch.float64) / 16
    return torch.outer(g, g)


PROBLEMS = {
    "denoising": lambda: Identity(),
    "deblurring": lambda: Blur(kernel()),
    "super-resolution": lambda: Compose(Subsample(2), Blur(kernel())),
    "inpainting": lambda: Mask(rand(12, 14, seed=1) > 0.4),
    "tomography": lambda: Radon([0.0, 30.0, 60.0, 90.0, 120.0, 150.0], (12, 14)),
    "Fourier sampling": lambda: FourierSampling(rand(12, 14, seed=1) > 0.4),
}


@pytest.fixture(params=list(PROBLEMS))
def A(request):
    return PROBLEMS[request.param]()


def test_tychonov_zeroes_its_gradient(A):
    v = A(rand(1, 1, 12, 14))
    u = variational.tychonov(A, v, 0.3)
    gradient = A.T(A(u) - v) + 0.3 * regularizers.tychonov_grad(u)
    assert float(norm(gradient)) < 1e-12 * float(norm(A.T(v)))


def test_smoothed_tv_zeroes_its_gradient(A):
    v = A(rand(1, 1, 12, 14))
    u = variational.smoothed_tv(A, v, 0.05, eps=0.1, n_iter=1500)
    gradient = A.T(A(u) - v) + 0.05 * regularizers.smoothed_tv_grad(u, 0.1)
    assert float(norm(gradient)) < 1e-6 * float(norm(A.T(v)))


def test_smoothed_tv_decreases_its_objective(A):
    v = A(rand(1, 1, 12, 14))

    def F(u):
        return 0.5 * norm(A(u) - v) ** 2 + 0.05 * regularizers.smoothed_tv(u, 0.01)

    values = []
    variational.smoothed_tv(
        A, v, 0.05, n_iter=200, callback=lambda k, u: values.append(float(F(u)))
    )
    assert len(values) == 200
    assert values[-1] < values[0]
    assert values[-1] <= min(values) * (1 + 1e-3)


def test_denoising_with_no_weight_returns_the_data():
    v = rand(1, 1, 8, 8)
    torch.testing.assert_close(variational.smoothed_tv(Identity(), v, 0.0), v)
    torch.testing.assert_close(variational.tychonov(Identity(), v, 0.0), v)


def test_denoising_keeps_the_mean():
    v = rand(1, 3, 9, 8)
    u = variational.smoothed_tv(Identity(), v, 0.2)
    torch.testing.assert_close(u.mean((-2, -1)), v.mean((-2, -1)), rtol=1e-10, atol=0)


@pytest.mark.parametrize("eps", [None, 0.05])
def test_inpainting_holds_the_constraint_exactly_at_every_iterate(eps):
    v, mask = rand(1, 3, 16, 16), rand(16, 16, seed=1) > 0.5
    worst = []
    u = variational.inpaint(
        v,
        mask,
        eps,
        n_iter=50,
        callback=lambda k, u: worst.append(float((u - v)[..., mask].abs().max())),
    )
    assert max(worst) == 0.0
    assert torch.equal(u[..., mask], v[..., mask])


def test_tychonov_inpainting_is_harmonic_in_the_hole():
    v = rand(1, 1, 16, 16)
    mask = torch.ones(16, 16, dtype=torch.bool)
    mask[5:9, 6:10] = False
    u = variational.inpaint(v, mask, None, n_iter=2000)
    assert float(regularizers.tychonov_grad(u)[..., ~mask].abs().max()) < 1e-7


def test_inpainting_ignores_what_unknown_pixels_hold():
    v, mask = rand(1, 1, 12, 12), rand(12, 12, seed=1) > 0.5
    changed = torch.where(mask, v, 5.0)
    torch.testing.assert_close(
        variational.inpaint(v, mask, n_iter=20), variational.inpaint(changed, mask, n_iter=20)
    )


def test_tv_inpainting_continues_an_edge_that_tychonov_blurs():
    u = (torch.arange(24) >= 12).double().expand(1, 1, 24, 24)
    mask = torch.ones(24, 24, dtype=torch.bool)
    mask[8:16, 9:15] = False
    tv = variational.inpaint(u, mask, 0.002, n_iter=4000)
    smooth = variational.inpaint(u, mask, None, n_iter=2000)
    tv_error, smooth_error = float((tv - u).abs().max()), float((smooth - u).abs().max())
    assert smooth_error > 0.2  # the harmonic fill fans out between the two ends of the edge
    assert tv_error < smooth_error / 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda v: variational.smoothed_tv(Identity(), v, -1.0), "lam"),
        (lambda v: variational.smoothed_tv(Identity(), v, 1.0, eps=0.0), "eps"),
        (lambda v: variational.smoothed_tv(Identity(), v * torch.nan, 1.0), "v holds .* NaN"),
        (lambda v: variational.smoothed_tv(Identity(), v, 1.0, n_iter=-3), "n_iter"),
        (lambda v: variational.tychonov(Identity(), v, -1.0), "lam"),
        (lambda v: variational.inpaint(v, torch.ones(7, 8)), "mask has shape"),
        (lambda v: variational.inpaint(v, torch.zeros(8, 8)), "no known pixel"),
        (lambda v: variational.inpaint(v, torch.ones(8, 8), eps=0.0), "eps"),
        (lambda v: variational.inpaint(255 * v, torch.ones(8, 8)), "0–255"),
        (lambda v: variational.inpaint(v[0], torch.ones(8, 8)), r"v\[None\]"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(rand(1, 1, 8, 8))


def test_closed_form_and_variational_agree():
    v = rand(2, 3, 9, 10)
    A = Blur(kernel())
    expected = closed_form.tychonov(v, 0.2, kernel())
    torch.testing.assert_close(variational.tychonov(A, v, 0.2), expected, rtol=0, atol=0)
    composed = variational.tychonov(Compose(A), v, 0.2, n_iter=500)
    torch.testing.assert_close(composed, expected, rtol=0, atol=1e-10)


def test_inpaint_does_not_read_the_unknown_pixels():
    u, mask = torch.rand(1, 1, 8, 7), torch.eye(8, 7) > 0
    marked = torch.where(mask, u, 255.0)
    torch.testing.assert_close(
        variational.inpaint(marked, mask, n_iter=5), variational.inpaint(u, mask, n_iter=5)
    )


@pytest.mark.parametrize(
    "solve", [variational.smoothed_tv, variational.tychonov, closed_form.ridge]
)
def test_problem_is_checked_at_the_door(solve):
    v = torch.rand(1, 1, 8, 7)
    with pytest.raises(TypeError, match="A is a Tensor, not a LinearOperator"):
        solve(torch.ones(3, 3), v, 0.1)
    with pytest.raises(TypeError, match=r"v holds torch.uint8.*v.float\(\) / 255"):
        solve(Identity(), (255 * v).byte(), 0.1)
    with pytest.raises(ValueError, match="v reaches .* 0–255"):
        solve(Mask(torch.ones(8, 7)), 255 * v, 0.1)
    with pytest.raises(ValueError, match="v holds 56 NaN"):
        solve(Identity(), v * float("nan"), 0.1)


@pytest.mark.parametrize("lam", [1e7, 1e10])
def test_tychonov_with_a_huge_lam_stays_bounded_in_float32(lam):
    # Along constants the curvature drowns in rounding errors, and may come out negative.
    for seed in range(5):
        mask = rand(9, 8, seed=seed) < 0.5
        v = rand(1, 1, 9, 8, seed=seed + 5).float() * mask
        assert variational.tychonov(Mask(mask), v, lam).abs().max() <= 1


@pytest.fixture
def compiled(monkeypatch):
    """Compile anew for this test, with the backend it names."""
    compile = torch.compile

    def use(backend: str) -> None:
        monkeypatch.setattr(torch, "compile", lambda f, **o: compile(f, backend=backend, **o))
        variational._compiled_smoothed_tv_grad.cache_clear()

    yield use
    variational._compiled_smoothed_tv_grad.cache_clear()


@pytest.mark.parametrize("backend", ["eager", pytest.param("inductor", marks=pytest.mark.slow)])
def test_compiled_smoothed_tv_is_the_same_descent(backend, compiled):
    """The eager backend traces and runs the branch that is meant for compiling."""
    compiled(backend)
    v = rand(1, 1, 12, 14).float()
    plain = variational.smoothed_tv(Identity(), v, 0.1, eps=0.1, n_iter=30)
    fused = variational.smoothed_tv(Identity(), v, 0.1, eps=0.1, n_iter=30, compile=True)
    torch.testing.assert_close(fused, plain, rtol=1e-4, atol=1e-5)
