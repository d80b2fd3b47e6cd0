"""Where metrics draw their lines: which pairs are refused, which sizes, and how digits are kept."""

from importlib import import_module

import pytest
import torch

from mvacourse import metrics

lpips_module = import_module("mvacourse.metrics.lpips")
distilled = import_module("mvacourse.metrics.distilled_distance")


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def spread(low, high, channels=3, size=20):
    """An image whose values run from `low` to `high`, both reached."""
    values = torch.linspace(low, high, channels * size * size, dtype=torch.float64)
    return values.reshape(1, channels, size, size)


@pytest.mark.parametrize("low", [0.0, 0.2])
@pytest.mark.parametrize("high", [0.9, 1.0])
def test_images_in_the_unit_range_are_refused_with_a_peak_above_ten(low, high):
    u = spread(low, high)
    for metric in (metrics.psnr, metrics.ssim):
        with pytest.raises(ValueError, match="leave peak at 1"):
            metric(u, u, peak=10.5)
        assert torch.isfinite(metric(u + 0.01, u, peak=10.0)).all()


def test_a_large_peak_goes_with_large_or_black_references():
    for ref in (spread(0.0, 1.1), spread(0.0, 255.0), torch.zeros(1, 1, 12, 12)):
        assert torch.isfinite(metrics.psnr(ref + 1, ref, peak=255)).all()


@pytest.mark.parametrize("peak", [1.0, 0.5])
def test_a_unit_peak_refuses_0_to_255_unless_an_estimate_exploded(peak):
    u = spread(0.0, 1.0)
    for x, ref in ((u, 255 * u), (255 * u, u), (11 * u, u), (u, 11 * u), (u, -255 * u)):
        with pytest.raises(ValueError, match="0–255"):
            metrics.psnr(x, ref, peak)
    for x in (1e3 * u, spread(-0.1, 200.0), spread(-100.0, 100.0), 9.9 * u, spread(0.0, 255.01)):
        assert torch.isfinite(metrics.psnr(x, u, peak)).all()
    assert torch.isfinite(metrics.psnr(20 * u, 20 * u + 1, peak=1.01)).all()


@pytest.mark.parametrize("metric", [metrics.mse, metrics.rmse])
def test_an_error_works_in_any_unit(metric):
    x, ref = 255 * rand(2, 1, 4, 4), 255 * rand(2, 1, 4, 4, seed=1)
    power = 2 if metric is metrics.mse else 1
    torch.testing.assert_close(metric(x / 255, ref / 255) * 255**power, metric(x, ref))


def test_metrics_of_a_batch_are_those_of_its_images_in_float32_too():
    # Bright and dark images together: each needs an origin of its own to keep its digits.
    ref = torch.cat([0.01 * rand(1, 1, 180, 180), 0.99 + 0.01 * rand(1, 1, 180, 180)])
    ref = torch.cat([ref, ref.flip(0)], dim=1)
    x = ref + 1e-3 * (rand(*ref.shape, seed=1) - 0.5)
    for metric in (metrics.ssim, metrics.ms_ssim, lambda a, b: metrics.ssim(a, b, window=8)):
        exact = torch.cat([metric(x[i : i + 1], ref[i : i + 1]) for i in range(2)])
        torch.testing.assert_close(metric(x, ref), exact, rtol=0, atol=1e-13)
        torch.testing.assert_close(
            metric(x.float(), ref.float()).double(), exact, rtol=0, atol=2e-6
        )


@pytest.mark.parametrize("metric", [metrics.psnr, metrics.ssim, metrics.ms_ssim])
def test_the_default_peak_is_one(metric):
    x, ref = rand(1, 1, 180, 176), rand(1, 1, 180, 176, seed=1)
    assert torch.equal(metric(x, ref), metric(x, ref, peak=1.0))
    assert not torch.allclose(metric(x, ref), metric(x, ref, peak=2.0))
    torch.testing.assert_close(metric(x, ref), metric(3 * x, 3 * ref, peak=3.0))


@pytest.mark.parametrize("shape", [(11, 12), (12, 11), (8, 9), (9, 8)])
def test_an_image_of_the_size_of_the_window_has_one_value_a_side(shape):
    n = 11 if min(shape) == 11 else 8
    window = None if n == 11 else 8
    u = rand(1, 1, *shape)
    assert metrics.ssim_map(u, u, window=window).shape[-2:] == (shape[0] - n + 1, shape[1] - n + 1)
    for small in (u[..., 2:, :], u[..., 2:]):
        with pytest.raises(ValueError, match="choose a smaller `window`"):
            metrics.ssim(small, small, window=window)


@pytest.mark.parametrize("shape", [(176, 180), (180, 176)])
def test_ms_ssim_needs_eleven_pixels_at_the_fifth_scale(shape):
    u = rand(1, 1, *shape)
    assert metrics.ms_ssim(u, u).item() == pytest.approx(1)
    for small in (u[..., :175, :175], u[..., :175, :], u[..., :175]):
        with pytest.raises(ValueError, match="176×176"):
            metrics.ms_ssim(small, small)


def test_ms_ssim_of_a_negative_is_zero():
    u = rand(1, 1, 176, 176)
    assert metrics.ms_ssim(1 - u, u) == 0


def test_the_gaussian_window_has_eleven_weights_of_deviation_three_halves():
    # The luminance of an impulse on black is read off the window.
    u = torch.zeros(1, 1, 21, 21, dtype=torch.float64)
    u[..., 10, 10] = 1
    t = torch.arange(-5, 6, dtype=torch.float64)
    g = torch.exp(-(t**2) / (2 * 1.5**2))
    w = torch.outer(g, g) / g.sum() ** 2
    c1 = 0.01**2
    expected = c1 / (w**2 + c1)
    found = metrics.ssim_terms(u, torch.zeros_like(u)).luminance[0, 0]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-14)


def test_terms_are_their_formulas_on_one_window():
    x, y = rand(1, 1, 4, 4), rand(1, 1, 4, 4, seed=1)
    terms = metrics.ssim_terms(x, y, peak=2.0, window=4)
    c1, c2 = 0.02**2, 0.06**2
    mx, my = float(x.mean()), float(y.mean())
    vx, vy = float(((x - mx) ** 2).mean()), float(((y - my) ** 2).mean())
    cov = float(((x - mx) * (y - my)).mean())
    s = (vx * vy) ** 0.5
    assert terms.luminance.item() == pytest.approx((2 * mx * my + c1) / (mx**2 + my**2 + c1))
    assert terms.contrast.item() == pytest.approx((2 * s + c2) / (vx + vy + c2))
    assert terms.structure.item() == pytest.approx((cov + c2 / 2) / (s + c2 / 2))


@pytest.mark.parametrize("swapped", [False, True])
def test_lpips_refuses_what_is_not_in_the_unit_range(swapped):
    u = spread(0.0, 1.0)

    def check(x):
        lpips_module._check(*((u, x) if swapped else (x, u)), "squeeze", "random")

    for low, high in ((-0.5, 1.0), (-0.6, 1.1), (-1.0, 2.0), (0.0, 2.0)):
        check(spread(low, high))
    for low, high in ((-0.51, 1.0), (-1.0, 1.0)):
        with pytest.raises(ValueError, match=r"\+ 1\) / 2"):
            check(spread(low, high))
    for low, high in ((-1.01, 1.5), (0.0, 2.01), (-0.2, 2.5)):
        with pytest.raises(ValueError, match=r"clamp\(0, 1\)"):
            check(spread(low, high))


@pytest.mark.parametrize(("net", "smallest"), [("squeeze", 17), ("alex", 31), ("vgg", 16)])
def test_lpips_takes_the_smallest_images_its_layers_can(net, smallest):
    u = rand(1, 3, smallest, smallest + 1)
    for x in (u, u.mT):
        lpips_module._check(x, x, net, "random")
        small = x[..., 1:, 1:]
        with pytest.raises(ValueError, match=f"at least {smallest} pixels"):
            lpips_module._check(small, small, net, "random")
    if net == "squeeze":
        assert (metrics.lpips(u, 1 - u, backbone="random") > 0).all()


def test_grey_and_colour_are_the_only_numbers_of_channels():
    for channels in (1, 3):
        u = rand(1, channels, 20, 20)
        lpips_module._check(u, u, "squeeze", "random")
    for channels in (2, 4):
        u = rand(1, channels, 20, 20)
        with pytest.raises(ValueError, match=f"{channels} channels"):
            lpips_module._check(u, u, "squeeze", "random")


@pytest.mark.parametrize("swapped", [False, True])
def test_the_distilled_distance_allows_half_a_unit_on_either_side(swapped):
    u = spread(0.0, 1.0)

    def check(x):
        distilled._check(*((u, x) if swapped else (x, u)))

    for low, high in ((-0.5, 1.0), (0.0, 1.5), (-0.5, 1.5)):
        check(spread(low, high))
    for low, high in ((-0.51, 1.0), (0.0, 1.51)):
        with pytest.raises(ValueError, match=r"needs images in \[0, 1\]"):
            check(spread(low, high))


def test_the_distilled_distance_takes_seventeen_pixels():
    u = rand(1, 3, 17, 18)
    for x in (u, u.mT):
        distilled._check(x, x)
        small = x[..., 1:, 1:]
        with pytest.raises(ValueError, match="at least 17"):
            distilled._check(small, small)


@pytest.mark.parametrize("metric", [metrics.psnr, metrics.mse, metrics.rmse])
def test_errors_average_channels_and_pixels_of_one_image(metric):
    ref = torch.zeros(2, 2, 2, 2, dtype=torch.float64)
    x = ref.clone()
    x[0, 0, 0, 0], x[1, 1, 1, 1] = 0.8, 0.4
    mse = torch.tensor([0.64 / 8, 0.16 / 8], dtype=torch.float64)
    expected = {"mse": mse, "rmse": mse.sqrt(), "psnr": -10 * mse.log10()}[metric.__name__]
    torch.testing.assert_close(metric(x, ref), expected)


def test_luma_weighs_red_green_and_blue():
    pure = torch.eye(3, dtype=torch.float64).reshape(3, 3, 1, 1)
    expected = (16 + torch.tensor([65.481, 128.553, 24.966], dtype=torch.float64)) / 255
    torch.testing.assert_close(metrics.luma(pure).flatten(), expected)
    assert metrics.luma(pure.float()).dtype == torch.float32


def test_class_variance_by_a_loop():
    g = torch.Generator().manual_seed(0)
    labels = torch.randint(3, (3, 5, 4), generator=g)
    labels[0] = labels[0].clamp(max=1)  # a class that one image lacks
    x = rand(3, 2, 5, 4)
    expected = []
    for c in range(3):
        squares, degrees = 0.0, 0
        for image, label in zip(x, labels, strict=True):
            values = image[:, label == c]
            if values.shape[1]:
                squares += float(((values - values.mean(1, keepdim=True)) ** 2).sum()) / 2
                degrees += values.shape[1] - 1
        expected.append(squares / degrees)
    assert metrics.class_variance(x, labels, 3).tolist() == pytest.approx(expected)
    assert metrics.class_variance(x.float(), labels, 3).dtype == torch.float32
