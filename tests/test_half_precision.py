"""Precision: half types are judged in float32, gradients are finite, a seed means one noise."""

import math

import pytest
import torch

from mvacourse import (
    calculus,
    dtypes,
    losses,
    metrics,
    nets,
    noise,
    operators,
    priors,
    regularizers,
    train,
    transport,
    uncertainty,
)

HALVES = (torch.float16, torch.bfloat16)


def rand(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=torch.float64).to(dtype)


def features(x):
    return [x, x.flatten(1)]


JUDGES = {
    "mse": metrics.mse,
    "rmse": metrics.rmse,
    "psnr": metrics.psnr,
    "ssim": metrics.ssim,
    "ssim_map": metrics.ssim_map,
    "ssim_terms": lambda x, y: torch.cat(metrics.ssim_terms(x, y)),
    "ms_ssim": lambda x, y: metrics.ms_ssim(*(u.repeat(1, 1, 8, 8) for u in (x, y))),
    "lpips": lambda x, y: metrics.lpips(x, y, backbone="random"),
    "distilled_distance": metrics.distilled_distance,
    "tile_share": lambda x, y: metrics.tile_share(x),
    "class_variance": lambda x, y: metrics.class_variance(x, (rand(2, 24, 24) > 0.5).long(), 2),
    "dot": calculus.dot,
    "norm": lambda x, y: calculus.norm(x - y),
    "tychonov": lambda x, y: regularizers.tychonov(x - y),
    "tv": lambda x, y: regularizers.tv(x - y),
    "smoothed_tv": lambda x, y: regularizers.smoothed_tv(x - y, 1e-3),
    "bce": losses.bce,
    "kl_normal": lambda x, y: losses.kl_normal(x.flatten(1), y.flatten(1)),
    "elbo": lambda x, y: losses.elbo(x, y, x.flatten(1), y.flatten(1)),
    "discriminator_loss": lambda x, y: losses.discriminator_loss(x.flatten(), y.flatten()),
    "generator_loss": lambda x, y: losses.generator_loss(x.flatten()),
    "r1": lambda x, y: losses.r1((x * x).sum((1, 2, 3)), x),
    "flow_nll": lambda x, y: losses.flow_nll(x.flatten(1), y[:, 0, 0, 0]),
    "spectral_distance": lambda x, y: metrics.spectral_distance(
        *(u.repeat(1, 1, 2, 2) for u in (x, y))
    ),
    "feature_distance": lambda x, y: losses.feature_distance(features(x), features(y)),
    "d2_quadratic": transport.d2_quadratic,
    "d2_energy": transport.d2_energy,
    "d2_gaussian": transport.d2_gaussian,
    "weak_cost": lambda x, y: transport.weak_cost(x, torch.stack([y, x], 1), gamma=0.5),
    "shape_cost": lambda x, y: transport.shape_cost(x, torch.stack([y, x], 1), gamma=0.5),
    "pixel_cost": lambda x, y: transport.pixel_cost(x, torch.stack([y, x], 1), gamma=0.5),
    "coarse_cost": lambda x, y: transport.coarse_cost(x, torch.stack([y, x], 1), gamma=0.5),
    "sharpness": lambda x, y: uncertainty.sharpness(x - 2, y),
    "departure": lambda x, y: uncertainty.departure(x, y - 2, y),
    "invented_detail": lambda x, y: uncertainty.invented_detail(x, 0 * y + 0.25, 0 * y + 0.5),
}
FLOAT32 = ("lpips", "distilled_distance")  # networks with weights in float32


def pair(dtype, channels=1):
    x, y = rand(2, channels, 24, 24), rand(2, channels, 24, 24, seed=1)
    return x.to(dtype), y.to(dtype)


@pytest.mark.parametrize("dtype", HALVES, ids=["float16", "bfloat16"])
@pytest.mark.parametrize("name", JUDGES)
def test_half_precision_is_judged_in_float32(name, dtype):
    x, y = pair(dtype)
    if name in ("tychonov", "tv", "smoothed_tv", "norm"):
        y = torch.zeros_like(x)  # x − y is exact
    if name in ("sharpness", "departure"):
        y = torch.ones_like(x)
    x.requires_grad_()
    found, expected = JUDGES[name](x, y), JUDGES[name](x.double(), y.double())
    assert found.dtype == torch.float32
    assert expected.dtype == (torch.float32 if name in FLOAT32 else torch.float64)
    torch.testing.assert_close(found.double(), expected.double(), rtol=1e-4, atol=1e-5)
    (g,) = torch.autograd.grad(found.sum(), x)
    assert g.dtype == dtype and torch.isfinite(g).all()


def test_psnr_beyond_48_dB_and_ssim_in_half_precision():
    ref = torch.full((1, 1, 16, 16), 0.5, dtype=torch.float16)
    x = ref + 2.0**-11
    assert metrics.psnr(x, ref).item() == pytest.approx(20 * math.log10(2**11), abs=1e-4)


@pytest.mark.parametrize("dtype", HALVES)
def test_large_sums_do_not_overflow(dtype):
    x = 10 * torch.ones(1, 1, 300, 300, dtype=dtype)
    z = x.flatten(1)
    as_image = lambda z: z.view(-1, 1, 300, 300)  # noqa: E731
    once = {"n_iter": 0, "restarts": 1, "candidates": 0}
    for value in (
        calculus.dot(x, x),
        calculus.norm(100 * x),
        regularizers.tychonov(x * (-1) ** torch.arange(300)),
        regularizers.tv(x * (-1) ** torch.arange(300)),
        losses.kl_normal(z, z),
        losses.flow_nll(z, z[:, 0]),
        losses.bce(z / 20, z / 20),
        priors.csgm(operators.Identity(), x, as_image, k=90000, **once).loss,
    ):
        assert torch.isfinite(value).all() and value.dtype == torch.float32


@pytest.mark.parametrize("dtype", HALVES)
def test_summaries_of_draws_do_not_stagnate(dtype):
    x0 = torch.zeros(4, 50, dtype=dtype)
    draws = uncertainty.langevin(lambda x: x - 3, x0, 0.2, 3000, burn_in=50, seed=0)
    assert draws.x.dtype == dtype and draws.mean.dtype == draws.var.dtype == torch.float32
    assert abs(float(draws.mean.mean()) - 3) < 0.02
    x, x_hat = pair(dtype)
    q = uncertainty.calibrate(x_hat, x, level=0.6)
    lower, upper = uncertainty.intervals(x_hat, q)
    assert lower.dtype == upper.dtype == torch.float32
    assert uncertainty.coverage(lower, upper, x).dtype == torch.float32
    score = (x.double() - x_hat.double()).abs()
    assert q in score.flatten().tolist()


def step_images(n=40):
    """Pairs whose local means are far apart, where a variance is a small difference."""
    for seed in range(n):
        draw = torch.Generator().manual_seed(seed)
        edge = torch.randint(2, 22, (), generator=draw)
        x = rand(1, 1, 24, 24, seed=seed) * 10.0 ** -torch.randint(0, 7, (), generator=draw)
        x[..., edge:] += 0.9 * torch.rand((), generator=draw)
        y = x if seed % 3 else x + 0.3
        yield (
            x.float(),
            (y + 10.0 ** -(seed % 9) * (rand(1, 1, 24, 24, seed=seed + 99) - 0.5)).float(),
        )


def test_ssim_is_at_most_one_and_its_parts_too():
    for x, y in step_images():
        for window in (None, 8):
            found = metrics.ssim_map(x, y, window=window)
            exact = metrics.ssim_map(x.double(), y.double(), window=window)
            assert found.max() <= 1 and found.min() >= -1
            torch.testing.assert_close(found.double(), exact, rtol=0, atol=1e-4)
            terms = metrics.ssim_terms(x, y, window=window)
            assert all(term.abs().max() <= 1 + 1e-6 for term in terms)
    flat = torch.full((1, 1, 180, 180), 0.3)
    assert (metrics.ssim_map(flat, flat) == 1).all() and metrics.ssim(flat, flat) == 1
    assert metrics.ms_ssim(flat, flat + 0.5) <= 1


def test_ssim_of_nearly_equal_images_keeps_its_digits():
    x = rand(1, 1, 64, 64).float()
    x[..., 32:] += 0.4
    y = x + 1e-4 * rand(1, 1, 64, 64, seed=1).float()
    found, exact = 1 - metrics.ssim(x, y), 1 - metrics.ssim(x.double(), y.double())
    assert float(found) == pytest.approx(float(exact), abs=2e-7)


def at_equality(name):
    return lambda x: JUDGES[name](x, x.detach())


FLAT = {
    **{name: at_equality(name) for name in JUDGES},
    "psnr of one of two": lambda x: metrics.psnr(x, x.detach() + shift_one(x)),
    "ms_ssim of a negative": lambda x: metrics.ms_ssim(*(u.repeat(1, 1, 8, 8) for u in (1 - x, x))),
    "class_variance of single pixels": lambda x: metrics.class_variance(x, one_pixel_classes(x), 5),
    "smoothed_tv, tiny eps": lambda x: regularizers.smoothed_tv(x, 1e-18),
    "smoothed_tv_grad, tiny eps": lambda x: regularizers.smoothed_tv_grad(x, 1e-18),
    "ssim_terms, one flat": lambda x: torch.cat(metrics.ssim_terms(x, rand(*x.shape).to(x))),
    "bce at 0 and 1": lambda x: losses.bce((x > 0.5).to(x) + 0 * x, (x > 0.6).to(x)),
    "soft_threshold": lambda x: priors.soft_threshold(x - x.detach(), 0.0),
    "soft_threshold, complex": lambda x: priors.soft_threshold((x - x.detach()) + 0j, 0.0).abs(),
    "phase": lambda x: operators.PhaseRetrieval(operators.Identity())(x * 0 + 0j),
    "perceptual features": lambda x: nets.PerceptualDistance().to(x.dtype)(x * 0, x * 0),
    "conditional_variance": lambda x: transport.conditional_variance(torch.stack([x, x], 1)),
    "energy kernel": lambda x: transport.conditional_variance(
        torch.stack([x, x], 1), transport.d2_energy
    ),
    "cov and correlation": lambda x: transport.shape_cost(x * 0, torch.stack([x, x], 1), gamma=0.0),
}


def shift_one(x):
    return torch.tensor([0.0, 0.5]).to(x)[:, None, None, None]


def one_pixel_classes(x):
    labels = torch.zeros(len(x), *x.shape[-2:], dtype=torch.long)
    labels[:, 0, 0] = 1
    return labels


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("image", ["flat", "black", "textured"])
@pytest.mark.parametrize("name", FLAT)
def test_a_gradient_is_finite_wherever_the_value_is(name, image, dtype):
    x = {"flat": torch.full((2, 1, 24, 24), 0.5), "black": torch.zeros(2, 1, 24, 24)}.get(
        image, rand(2, 1, 24, 24)
    )
    x = x.to(dtype).requires_grad_()
    torch.manual_seed(0)
    value = FLAT[name](x)
    finite = torch.isfinite(value)
    if not finite.any():  # such as the PSNR of equal images
        return
    (g,) = torch.autograd.grad(value[finite].sum(), x, allow_unused=True)
    assert g is None or torch.isfinite(g).all()


def test_subgradients_at_equality_are_zero():
    x = rand(2, 1, 24, 24).requires_grad_()
    for metric in (metrics.rmse, metrics.psnr):
        (g,) = torch.autograd.grad(metric(x, x.detach()).nan_to_num(posinf=0).sum(), x)
        assert (g == 0).all()
    y = rand(2, 1, 24, 24, seed=1)
    (g,) = torch.autograd.grad(metrics.rmse(x, y).sum(), x)
    expected = (x - y) / 576 / metrics.rmse(x, y)[:, None, None, None]
    torch.testing.assert_close(g, expected.detach())


def rounded(dtype):
    return {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float32: 1e-6}[dtype]


SEEDED = {
    "gaussian": lambda u: noise.gaussian(u, 0.1, 7),
    "complex gaussian": lambda u: noise.gaussian(at_least_complex(u), 0.1, 7).real,
    "poisson": lambda u: noise.poisson(u, 30.0, 7),
    "poisson, bright": lambda u: noise.poisson(64 * u, 30.0, 7) / 64,
    "split_noise": lambda u: priors.split_noise(u, 0.1, seed=7)[1],
    "langevin": lambda u: uncertainty.langevin(lambda x: x, u, 0.1, 3, seed=7).x,
    "dot_gap": lambda u: torch.tensor(operators.dot_gap(Doubled(), at_least_float32(u), seed=7)),
}


class Doubled(operators.LinearOperator):
    """With a wrong adjoint, so that its gap depends on the random y."""

    def _forward(self, u):
        return 2 * u

    def _adjoint(self, y):
        return y.roll(1, -1)


def at_least_complex(u):
    return at_least_float32(u) + 0j


at_least_float32 = dtypes.at_least_float32


@pytest.mark.parametrize("dtype", [torch.float32, *HALVES], ids=["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("name", SEEDED)
def test_a_seed_means_one_noise_in_every_precision(name, dtype):
    u = rand(2, 1, 20, 20, dtype=dtype)  # the same image in both
    found, exact = SEEDED[name](u), SEEDED[name](u.double())
    tolerance = {"rtol": rounded(dtype), "atol": rounded(dtype)}
    torch.testing.assert_close(found.double(), exact.double(), **tolerance)


def test_the_noise_of_a_float32_image_is_that_of_torch():
    u = rand(1, 1, 8, 9, dtype=torch.float32)
    n = torch.randn(u.shape, generator=torch.Generator().manual_seed(3))
    assert torch.equal(noise.gaussian(u, 0.1, 3), u + 0.1 * n)
    counts = torch.poisson(30 * u, torch.Generator().manual_seed(3))
    assert torch.equal(noise.poisson(u, 30, 3), counts / 30)


def test_a_change_of_the_default_type_changes_no_random_number(monkeypatch):
    def draws():
        A = operators.GaussianSensing(5, (1, 4, 4)), operators.BernoulliSensing(5, (1, 4, 4))
        z = priors.code(8, 2), noise.gaussian(rand(1, 1, 4, 4), 1.0, 0)
        starts = priors.csgm(
            operators.Identity(), rand(1, 1, 2, 2), lambda z: z.view(-1, 1, 2, 2), k=4, n_iter=0
        ).z
        draw = train.Draw(3, 5)
        return [A[0].matrix, A[1].matrix, *z, starts, draw.normal(2, 3), draw.uniform(2)]

    before = draws()
    torch.set_default_dtype(torch.float64)
    try:
        after = draws()
    finally:
        torch.set_default_dtype(torch.float32)
    for x, y in zip(before, after):
        torch.testing.assert_close(x.double(), y.double(), rtol=1e-6, atol=1e-6)


def test_counts_of_many_photons_are_whole_in_float64():
    v = 1e9 * noise.poisson(rand(1, 1, 30, 30), 1e9, 0)
    assert (v - v.round()).abs().max() < 1e-5
    assert (v.round() % 64 != 0).any()  # more digits than a float32 has


def test_float32_draws_are_fine_for_float64():
    """Their 24 bits show in no moment: mean, variance, fourth moment and tail of a million."""
    n = dtypes.normal((1000, 1000), torch.Generator().manual_seed(1), torch.float64)
    assert abs(float(n.mean())) < 5e-3 and abs(float(n.var()) - 1) < 7.1e-3
    assert abs(float((n**4).mean()) - 3) < 5 * math.sqrt(96) / 1000
    assert abs(float((n.abs() > 3).double().mean()) - 0.0026998) < 5 * math.sqrt(0.0027) / 1000
    assert len(n.flatten().unique()) > 0.96 * n.numel()
    u = dtypes.uniform((1000,), torch.Generator().manual_seed(1), torch.float64)
    assert u.dtype == torch.float64 and 0 <= u.min() and u.max() < 1
