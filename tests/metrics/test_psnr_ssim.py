"""Metrics against scikit-image and piq; their properties; refusals."""

import inspect
import math

import numpy as np
import pytest
import torch
from skimage import data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from mvacourse import metrics


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.fixture(scope="module")
def photos():
    """A photograph (1,3,192,200) in float64 and a blurred, noisy version of it."""
    ref = torch.as_tensor(data.astronaut()[:192, 100:300] / 255).permute(2, 0, 1)[None]
    blurred = torch.nn.functional.avg_pool2d(ref, 3, 1, 1)
    return blurred + 0.05 * (rand(*ref.shape, seed=1) - 0.5), ref


def skimage_ssim(x, ref, **options):
    return structural_similarity(
        x.permute(1, 2, 0).numpy(),
        ref.permute(1, 2, 0).numpy(),
        use_sample_covariance=False,
        data_range=1,
        channel_axis=-1,
        **options,
    )


# --- Euclidean ----------------------------------------------------------------------------------


def test_mse_rmse_and_psnr_are_their_formulas_one_value_per_image():
    x, ref = rand(3, 2, 5, 7), rand(3, 2, 5, 7, seed=1)
    expected = torch.stack([((a - b) ** 2).sum() / 70 for a, b in zip(x, ref)])
    torch.testing.assert_close(metrics.mse(x, ref), expected, rtol=1e-14, atol=0)
    torch.testing.assert_close(metrics.rmse(x, ref), expected.sqrt(), rtol=1e-14, atol=0)
    torch.testing.assert_close(
        metrics.psnr(x, ref), 20 * torch.log10(1 / expected.sqrt()), rtol=1e-14, atol=0
    )


def test_psnr_equals_scikit_image(photos):
    x, ref = photos
    expected = peak_signal_noise_ratio(ref.numpy(), x.numpy(), data_range=1)
    assert metrics.psnr(x, ref).item() == pytest.approx(expected, abs=1e-10)
    assert metrics.psnr(x.float(), ref.float()).item() == pytest.approx(expected, abs=1e-5)


def test_the_peak_is_255_for_8_bit_values_and_the_number_stays(photos):
    x, ref = photos
    expected = metrics.psnr(x, ref).item()
    assert metrics.psnr(255 * x, 255 * ref, peak=255).item() == pytest.approx(expected, abs=1e-10)
    rmse = metrics.rmse(255 * x, 255 * ref).item()
    assert 20 * math.log10(255 / rmse) == pytest.approx(expected, abs=1e-10)
    similarity = metrics.ssim(x, ref).item()
    assert metrics.ssim(255 * x, 255 * ref, peak=255).item() == pytest.approx(similarity, abs=1e-12)


def test_the_lecture_noise_level():
    """19.93 dB is an RMSE of 25.71 grey levels (C9)."""
    ref = torch.full((1, 1, 8, 8), 0.5)
    assert metrics.psnr(ref + 25.71 / 255, ref).item() == pytest.approx(19.93, abs=0.005)


def test_equal_images():
    u = rand(2, 3, 180, 190)
    assert (metrics.mse(u, u) == 0).all()
    assert (metrics.psnr(u, u) == math.inf).all()
    for similarity in (metrics.ssim(u, u), metrics.ssim(u, u, window=8), metrics.ms_ssim(u, u)):
        torch.testing.assert_close(similarity, torch.ones(2).double(), rtol=0, atol=1e-12)


def test_an_estimate_that_explodes_has_a_psnr():
    ref = rand(1, 1, 16, 16)
    x = 1e6 * (rand(1, 1, 16, 16, seed=2) - 0.5)
    assert -120 < metrics.psnr(x, ref).item() < -90
    assert abs(metrics.ssim(x, ref).item()) < 0.01


def test_luma_is_matlabs():
    """The extremes that MATLAB's manual gives, and scikit-image's own rgb2ycbcr."""
    from skimage.color import rgb2ycbcr

    u = rand(1, 3, 6, 5)
    u[..., 0, 0], u[..., 0, 1] = 0, 1
    y = metrics.luma(u)
    assert y.shape == (1, 1, 6, 5)
    assert (255 * y[0, 0, 0, :2]).tolist() == pytest.approx([16, 235])
    expected = rgb2ycbcr(u[0].permute(1, 2, 0).numpy())[..., 0]
    np.testing.assert_allclose(255 * y[0, 0].numpy(), expected, atol=1e-10)


# --- SSIM ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_ssim_equals_scikit_image(photos, dtype):
    x, ref = photos
    expected = skimage_ssim(x[0], ref[0], gaussian_weights=True, sigma=1.5)
    assert metrics.ssim(x.to(dtype), ref.to(dtype)).item() == pytest.approx(expected, abs=1e-6)
    if dtype == torch.float64:
        assert metrics.ssim(x, ref).item() == pytest.approx(expected, abs=1e-12)
    expected = skimage_ssim(x[0], ref[0], win_size=7)
    measured = metrics.ssim(x.to(dtype), ref.to(dtype), window=7).item()
    assert measured == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("near", [1e-3, 1e-5])
def test_float32_keeps_its_digits_on_nearly_equal_bright_images(photos, near):
    x, ref = photos
    x, ref = 0.9 + 0.1 * (ref + near * (x - ref)), 0.9 + 0.1 * ref
    expected = metrics.ssim(x, ref).item()
    assert metrics.ssim(x.float(), ref.float()).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("window", [1, 5, 8])
def test_uniform_windows_equal_a_loop_over_patches(window):
    x, ref = rand(1, 1, 13, 11).numpy(), rand(1, 1, 13, 11, seed=1).numpy()
    c1, c2 = 0.01**2, 0.03**2
    expected = []
    for i in range(13 - window + 1):
        for j in range(11 - window + 1):
            a, b = (u[0, 0, i : i + window, j : j + window] for u in (x, ref))
            covariance = ((a - a.mean()) * (b - b.mean())).mean()
            expected.append(
                (2 * a.mean() * b.mean() + c1)
                * (2 * covariance + c2)
                / ((a.mean() ** 2 + b.mean() ** 2 + c1) * (a.var() + b.var() + c2))
            )
    x, ref = torch.as_tensor(x), torch.as_tensor(ref)
    values = metrics.ssim_map(x, ref, window=window)
    assert values.shape == (1, 1, 14 - window, 12 - window)
    np.testing.assert_allclose(values.flatten().numpy(), expected, atol=1e-12)
    assert metrics.ssim(x, ref, window=window).item() == pytest.approx(np.mean(expected), abs=1e-12)


def test_ssim_and_ms_ssim_equal_piq(photos):
    piq = pytest.importorskip("piq")
    x, ref = (u.clamp(0, 1) for u in photos)
    expected = piq.ssim(x, ref, downsample=False, reduction="none")
    torch.testing.assert_close(metrics.ssim(x, ref), expected, rtol=0, atol=1e-7)
    x, ref = x[..., :192, :192], ref[..., :192, :192]
    weights = torch.tensor([0.0448, 0.2856, 0.3001, 0.2363, 0.1333], dtype=torch.float64)
    expected = piq.multi_scale_ssim(x, ref, scale_weights=weights, reduction="none")
    # piq divides these weights, which add to 1.0001, by their sum; and its window is float32.
    ours = metrics.ms_ssim(x, ref)
    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-4)
    mean = lambda u: u.mean(dim=(-2, -1))  # noqa: E731
    terms = []
    for scale in range(5):
        luminance, contrast, structure = metrics.ssim_terms(x, ref)
        terms.append(mean(contrast * structure * (luminance if scale == 4 else 1)))
        x, ref = (torch.nn.functional.avg_pool2d(u, 2) for u in (x, ref))
    by_hand = torch.stack([t**w for t, w in zip(terms, weights)]).prod(0).mean(1)
    torch.testing.assert_close(ours, by_hand, rtol=0, atol=1e-12)


@pytest.mark.parametrize("window", [None, 8])
def test_the_product_of_the_terms_is_ssim(photos, window):
    x, ref = photos
    x, ref = x.clone(), ref.clone()
    x[..., :40, :40], ref[..., :40, 20:60] = 0.7, 0.3  # flat patches, in one image or in both
    terms = metrics.ssim_terms(x, ref, window=window)
    product = terms.luminance * terms.contrast * terms.structure
    expected = metrics.ssim_map(x, ref, window=window)
    torch.testing.assert_close(product, expected, rtol=0, atol=1e-12)
    assert all(torch.isfinite(term).all() for term in terms)


def test_each_term_sees_its_own_distortion(photos):
    _, ref = photos
    ref = 0.25 + 0.5 * ref
    mean = ref.mean()

    def worst(x):
        terms = metrics.ssim_terms(x, ref)._asdict()
        return min(terms, key=lambda name: terms[name].mean().item())

    assert worst(ref + 0.2) == "luminance"
    assert worst(mean + 0.3 * (ref - mean)) == "contrast"
    assert worst(ref.flip(-1)) == "structure"


def test_ssim_can_be_negative():
    ref = rand(1, 1, 32, 32)
    assert metrics.ssim(1 - ref, ref).item() < -0.9
    assert metrics.ssim(1 - ref, ref).item() >= -1


def test_one_minus_ssim_violates_the_triangle_inequality():
    """A faint checkerboard, its negative, and the flat grey between them.

    With variance c₂ the distances are 4/3 from end to end but only 1/2 + 1/2 over the middle.
    """
    i = torch.arange(24)
    checkerboard = 1.0 - 2.0 * ((i[:, None] + i[None, :]) % 2).double()[None, None]
    x, y, z = (0.5 + 0.03 * s * checkerboard for s in (1, 0, -1))
    d = lambda a, b: 1 - metrics.ssim(a, b, window=8).item()  # noqa: E731
    assert d(x, z) == pytest.approx(4 / 3, abs=1e-10)
    assert d(x, y) + d(y, z) == pytest.approx(1, abs=1e-10)


def test_ssim_is_symmetric_and_channels_are_averaged():
    x, ref = rand(2, 3, 20, 24), rand(2, 3, 20, 24, seed=1)
    torch.testing.assert_close(metrics.ssim(x, ref), metrics.ssim(ref, x), rtol=0, atol=1e-12)
    apart = torch.stack([metrics.ssim(x[:, c : c + 1], ref[:, c : c + 1]) for c in range(3)])
    torch.testing.assert_close(metrics.ssim(x, ref), apart.mean(0), rtol=0, atol=1e-14)


def test_ssim_has_the_gradient_of_its_formula():
    x, ref = rand(1, 1, 9, 8).requires_grad_(), rand(1, 1, 9, 8, seed=1)
    assert torch.autograd.gradcheck(lambda u: metrics.ssim(u, ref, window=5), (x,))


# --- bad input ----------------------------------------------------------------------------------

PAIRWISE = [metrics.mse, metrics.rmse, metrics.psnr, metrics.ssim, metrics.ms_ssim, metrics.lpips]


@pytest.mark.parametrize("metric", PAIRWISE)
@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda x, ref: (x[..., :-1], ref), ValueError, "must be equal"),
        (lambda x, ref: (x[:1], ref), ValueError, "must be equal"),
        (lambda x, ref: (x[0], ref[0]), ValueError, "B, C, H, W"),
        (lambda x, ref: ((255 * x).byte(), ref), TypeError, "float"),
        (lambda x, ref: (x / 0, ref), ValueError, "x holds .* NaN or infinite"),
        (lambda x, ref: (x, ref * math.nan), ValueError, "ref holds .* NaN or infinite"),
        (lambda x, ref: (torch.complex(x, x), ref), TypeError, "complex"),
        (lambda x, ref: (x.numpy(), ref), TypeError, "torch tensor"),
        (lambda x, ref: (x[:0], ref[:0]), ValueError, "empty"),
    ],
)
def test_bad_pairs_are_refused(metric, spoil, error, message):
    x, ref = rand(2, 3, 180, 180), rand(2, 3, 180, 180, seed=1)
    with pytest.raises(error, match=message):
        metric(*spoil(x, ref))


@pytest.mark.parametrize("metric", [metrics.psnr, metrics.ssim, metrics.ms_ssim, metrics.lpips])
def test_0_to_255_by_mistake_is_refused(metric):
    x, ref = rand(1, 3, 180, 180), rand(1, 3, 180, 180, seed=1)
    for pair in ((x, 255 * ref), (255 * x, ref)):
        with pytest.raises(ValueError, match="255"):
            metric(*pair)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda u: metrics.psnr(u, u, peak=0), "peak"),
        (lambda u: metrics.psnr(u, u, peak=255), "leave peak at 1"),
        (lambda u: metrics.ssim(u, u, window=0), "window"),
        (lambda u: metrics.ssim(u, u, window=41), "smaller than the 41×41 window"),
        (lambda u: metrics.ssim(u[..., :10], u[..., :10]), "40×10.*11×11"),
        (lambda u: metrics.ms_ssim(u, u), "40×40.*176×176"),
        (lambda u: metrics.luma(u[:, :1]), "three"),
        (lambda u: metrics.luma(255 * u), "255"),
        (lambda u: metrics.lpips(2 * u - 1, u), r"\[-1, 1\]"),
        (lambda u: metrics.lpips(u, 2 * u - 1), r"ref spans"),
        (lambda u: metrics.lpips(8 * u - 4, u), "clamp"),
        (lambda u: metrics.lpips(u[:, :2], u[:, :2]), "2 channels"),
        (lambda u: metrics.lpips(u[..., :16], u[..., :16]), "at least 17 pixels"),
        (lambda u: metrics.lpips(u, u, net="resnet"), "net = 'resnet'.*squeeze"),
        (lambda u: metrics.lpips(u, u, backbone="none"), "backbone = 'none'.*random"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(rand(1, 3, 40, 40))


# --- elsewhere ----------------------------------------------------------------------------------


def test_every_metric_says_what_it_raises():
    for name in metrics.__all__:
        if isinstance(getattr(metrics, name), type):
            continue
        text = inspect.getdoc(getattr(metrics, name))
        for section in ("Parameters", "Returns", "Raises"):
            assert section in text, f"{name} has no section {section}"


@pytest.mark.gpu
def test_cpu_and_gpu_agree(photos):
    x, ref = (u.float() for u in photos)
    for metric in (metrics.psnr, metrics.ssim, metrics.ms_ssim):
        on_gpu = metric(x.cuda(), ref.cuda()).cpu()
        torch.testing.assert_close(on_gpu, metric(x, ref), rtol=1e-5, atol=1e-5)
    on_gpu = metrics.lpips(x.cuda(), ref.cuda(), backbone="random").cpu()
    expected = metrics.lpips(x, ref, backbone="random")
    torch.testing.assert_close(on_gpu, expected, rtol=1e-2, atol=1e-4)
