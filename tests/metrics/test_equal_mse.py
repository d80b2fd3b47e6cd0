"""Which metric for which goal (D5): equal MSE and unequal pictures; the mean of a distribution."""

import pytest
import torch

from mvacourse import images, kernels, metrics, operators

PHOTOGRAPHS = ("astronaut", "camera", "chelsea", "coffee", "coins", "rocket", "moon", "page")
TEXTURES = ("grass", "gravel", "brick")


def scores(metric, x, ref):
    return metric(x, ref.expand_as(x)).tolist()


def distorted(name):
    """Return distortions of a photograph that are all as far away as a blur, and the photograph."""
    u, g = 0.2 + 0.6 * images.photo(name, size=80).double(), torch.Generator().manual_seed(0)
    specks = (torch.rand(u.shape, generator=g) < 0.05) * torch.sign(0.5 - u)
    lines = torch.ones_like(u) * (1 - 2 * (torch.arange(80) % 2))  # one column up, one down
    made = {
        "light": torch.ones_like(u),
        "blur": operators.Blur(kernels.gaussian(13, 2.0))(u) - u,
        "specks": specks,
        "lines": lines,
    }
    size = made["blur"].square().mean().sqrt()
    return {key: u + size * d / d.square().mean().sqrt() for key, d in made.items()}, u


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_distortions_of_equal_mse_are_ranked_differently_by_ssim_and_by_a_perceptual_distance(name):
    x, u = distorted(name)
    psnr, ssim, distance = (
        dict(zip(x, scores(metric, torch.cat(list(x.values())), u)))
        for metric in (metrics.psnr, metrics.ssim, metrics.distilled_distance)
    )
    assert max(psnr.values()) - min(psnr.values()) < 1e-9
    for other in ("blur", "specks", "lines"):  # more light is harmless: both say so
        assert ssim["light"] > ssim[other] + 0.02
        assert 5 * distance["light"] < distance[other]
    assert ssim["specks"] > ssim["lines"] + 0.005  # and here they disagree
    assert distance["lines"] < distance["specks"] - 0.05


def lawns(name):
    """Draw a texture and eight others with its low frequencies: all explain the same data."""
    low = torch.fft.fftfreq(96).abs() < 1 / 12
    A = operators.FourierSampling(low[:, None] & low)
    whole = images.photo(name).double()
    corners = [(i, j) for i in (0, 208, 416) for j in (0, 208, 416)]
    crops = torch.cat([whole[..., i : i + 96, j : j + 96] for i, j in corners])
    truth, others = crops[4:5], crops[[0, 1, 2, 3, 5, 6, 7, 8]]
    y = A(truth)
    candidates = A.T(y) + others - A.gram(others)
    assert (A(candidates) - y).abs().max() < 1e-9
    return candidates, truth


@pytest.mark.parametrize("name", TEXTURES)
def test_euclidean_metrics_prefer_the_mean_of_a_distribution(name):
    candidates, truth = lawns(name)
    mean = candidates.mean(0, keepdim=True)
    for metric, gain in ((metrics.psnr, 0.4), (metrics.ssim, 0.01)):
        best = max(scores(metric, candidates, truth))
        assert scores(metric, mean, truth)[0] > best + gain
    # the best guess of one of the candidates themselves: half of the MSE of another candidate
    bets = [scores(metrics.mse, candidates, x[None]) for x in candidates]
    of_a_candidate = sum(map(sum, bets)) / 64
    of_the_mean = sum(scores(metrics.mse, candidates, mean)) / 8
    assert of_the_mean == pytest.approx(of_a_candidate / 2, rel=1e-9)


@pytest.mark.parametrize("name", ("grass", "gravel"))
def test_a_perceptual_distance_prefers_every_sample_to_the_mean(name):
    candidates, truth = lawns(name)
    mean = candidates.mean(0, keepdim=True)
    worst = max(scores(metrics.distilled_distance, candidates, truth))
    assert scores(metrics.distilled_distance, mean, truth)[0] > 1.05 * worst
