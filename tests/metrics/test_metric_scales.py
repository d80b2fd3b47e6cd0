"""Metrics of images whose squares are zero or infinite in float32: values and gradients."""

import math

import pytest
import torch

from mvacourse import metrics

DTYPES = (torch.float32, torch.float64)


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_pixel_one_ulp_off_has_a_finite_gradient(dtype):
    ref = rand(2, 1, 256, 256).to(dtype)
    x = ref.clone()
    x[0, 0, 7, 9] = torch.nextafter(x[0, 0, 7, 9], torch.tensor(2.0, dtype=dtype))
    x[1] += 0.1
    error = float(x[0, 0, 7, 9] - ref[0, 0, 7, 9])
    x.requires_grad_()
    value = metrics.psnr(x, ref)
    assert value[0].item() == pytest.approx(10 * math.log10(256**2 / error**2), rel=1e-5)
    (g,) = torch.autograd.grad(value.sum(), x)
    assert torch.isfinite(g).all()
    assert g[0, 0, 7, 9].item() == pytest.approx(-20 / math.log(10) / error, rel=1e-4)
    alone = x[1:].detach().requires_grad_()
    (expected,) = torch.autograd.grad(metrics.psnr(alone, ref[1:]).sum(), alone)
    assert torch.equal(g[1:], expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("power", [-40, -30, -20, -8, 8, 20, 25, 38])
def test_error_metrics_of_tiny_and_huge_differences(power, dtype):
    ref = torch.zeros(1, 1, 8, 8, dtype=dtype)
    size = 10.0**power
    x = ref + size
    assert metrics.psnr(x, ref, 2.0).item() == pytest.approx(
        20 * math.log10(2) - 20 * power, abs=2e-2 if power == -40 else 1e-4
    )
    assert metrics.rmse(x, ref).item() == pytest.approx(size, rel=1e-3 if power == -40 else 1e-5)
    x = x.requires_grad_()
    for metric in (metrics.psnr, metrics.rmse):
        if power > -38:  # below, the slope of the logarithm is infinite in float32
            (g,) = torch.autograd.grad(metric(x, ref).sum(), x)
            assert torch.isfinite(g).all() and g.abs().max() > 0


def test_the_ends_of_float32():
    x = torch.full((1, 1, 4, 4), 3e38)
    assert metrics.rmse(x, x / -9).item() == pytest.approx(3e38 / 9 * 10, rel=1e-5)
    assert metrics.psnr(x, x / -9, 1e38).item() == pytest.approx(-20 * math.log10(10 / 3), rel=1e-4)


ALIKE = {
    "psnr": metrics.psnr,
    "ssim": metrics.ssim,
    "ssim_map": metrics.ssim_map,
    "ssim_terms": lambda x, y, peak: torch.cat(metrics.ssim_terms(x, y, peak)),
    "uniform": lambda x, y, peak: metrics.ssim(x, y, peak, window=8),
    "ms_ssim": metrics.ms_ssim,
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e-17, 1e-12, 1e12, 1e20, 1e30, 1e37])
@pytest.mark.parametrize("name", ALIKE)
def test_a_metric_has_no_unit(name, scale, dtype):
    ref = rand(1, 1, 180, 176)
    ref[..., :60] = 0.25
    x = (0.8 * ref + 0.1 * rand(1, 1, 180, 176, seed=1)).to(dtype)
    ref = ref.to(dtype)
    metric = ALIKE[name]
    u = (scale * x).requires_grad_()
    found = metric(u, scale * ref, scale)
    assert found.dtype == dtype
    torch.testing.assert_close(found, metric(x, ref, 1.0), rtol=1e-4, atol=1e-4)
    (g,) = torch.autograd.grad(found.sum(), u)
    assert torch.isfinite(g).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1e6, 1e10, 1e20, 3e38])
def test_ssim_of_an_estimate_that_exploded_is_near_zero(size, dtype):
    ref = rand(1, 1, 180, 180).to(dtype)
    x = ref.clone()
    x[..., 90:, 90:] = size * (rand(1, 1, 90, 90, seed=1).to(dtype) - 0.5)
    for metric in (metrics.ssim, metrics.ms_ssim):
        assert 0 <= float(metric(x, ref)) < 0.99
    for term in metrics.ssim_terms(x, ref):
        assert torch.isfinite(term).all() and term.abs().max() <= 1 + 1e-6
    flat = torch.zeros_like(ref)
    assert float(metrics.ssim(flat + size, flat)) == pytest.approx(0, abs=1e-3)


def test_ssim_refuses_what_float64_cannot_square():
    x = torch.full((1, 1, 12, 12), 1e130, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"reaches 1e\+130"):
        metrics.ssim(-x, x / 1e130)
