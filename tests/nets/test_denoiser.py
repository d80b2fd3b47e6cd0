"""The denoiser: σ as an input, shapes, errors."""

import math

import pytest
import torch

from mvacourse import train, weights
from mvacourse.nets import Denoiser, denoiser


def small(*channels, **options):
    with train.seeded(0):
        return Denoiser(*channels, **{"width": (4, 6), **options})


def rand(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def test_the_defaults_fit_the_course():
    assert 2 * sum(p.numel() for p in Denoiser().parameters()) <= 3.5e6


@pytest.mark.parametrize("size", [(1, 1), (7, 10), (16, 9)])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_is_kept(size, channels):
    v = rand(2, channels, *size)
    assert small(channels)(v, 0.1).shape == v.shape


def test_without_noise_the_image_comes_back():
    v = 3 * rand(2, 1, 8, 8) - 1
    torch.testing.assert_close(small()(v, 0.0), v)
    torch.testing.assert_close(small()(v, torch.tensor([0.0, 0.1]))[0], v[0])


@pytest.mark.parametrize("sigma", [1e-5, 1 / 255, 0.2, 1.0, 5.0])
def test_it_is_wiener_for_independent_pixels_plus_a_share_of_its_error(sigma, monkeypatch):
    """For u ~ N(½, s₀²) and v = u + σw: E[u|v] = ½ + s₀²/(s₀² + σ²)(v − ½)."""
    net, v, seen = small(), rand(2, 1, 8, 8), {}

    def watch(x):
        seen["x"] = x
        return torch.ones_like(v)

    monkeypatch.setattr(net.unet, "forward", watch)
    s0 = denoiser.SPREAD
    error = sigma * s0 / (s0**2 + sigma**2) ** 0.5
    expected = 0.5 + s0**2 / (s0**2 + sigma**2) * (v - 0.5) + error
    torch.testing.assert_close(net(v, sigma), expected)
    noisy = 0.5 + s0 * torch.randn(1, 1, 200, 200) + sigma * torch.randn(1, 1, 200, 200)
    net.unet.forward = lambda x: seen.update(x=x) or torch.zeros_like(noisy)
    net(noisy, sigma)
    assert seen["x"][:, :1].std() == pytest.approx(1, rel=0.05), "the size of the input is 1"
    assert seen["x"][:, 1:].unique() == pytest.approx(math.log(max(sigma, 1e-4)) / 4, abs=1e-6)


def test_the_typical_error_is_about_that_of_the_shipped_denoiser():
    sigma = torch.tensor([1, 5, 15, 25, 50, 75]) / 255
    card = weights.card("denoiser_grey")["metrics"]
    found = [10 ** (-card[f"psnr_{level}"] / 20) for level in (1, 5, 15, 25, 50, 75)]
    typical = denoiser.typical_error(torch.zeros(6, 1, 1, 1), sigma)
    torch.testing.assert_close(typical.flatten(), torch.tensor(found), rtol=0.1, atol=0)


def test_elu_has_no_kink():
    net, v = small(activation="elu").double(), rand(1, 1, 8, 8).double()
    h = rand(1, 1, 8, 8).double() - 0.5

    def slope(at):
        return (net(at + 1e-6 * h, 0.1) - net(at, 0.1)) / 1e-6

    for shift in (1e-5, 1e-4):
        assert (slope(v + shift * h) - slope(v)).abs().max() < 20 * shift


def test_sigma_is_one_number_or_one_for_each_image():
    net, v = small(), rand(2, 1, 8, 8)
    each = net(v, torch.tensor([0.1, 0.2]))
    for i, sigma in enumerate((0.1, 0.2)):
        torch.testing.assert_close(each[i], net(v, sigma)[i])
    assert (each[1] - net(v, 0.1)[1]).abs().max() > 1e-4, "the answer depends on sigma"
    torch.testing.assert_close(net(v, torch.tensor(0.1)), net(v, 0.1))
    torch.testing.assert_close(net(v, torch.tensor([0.1])), net(v, 0.1))


def test_sigma_may_be_differentiated():
    sigma = torch.tensor([0.1, 0.2], requires_grad=True)
    small()(rand(2, 1, 8, 8), sigma).sum().backward()
    assert (sigma.grad != 0).all()


def test_the_dtype_is_that_of_the_image():
    v = rand(1, 1, 8, 8)
    assert small().double()(v.double(), 0.1).dtype == torch.float64
    with torch.autocast("cpu", torch.bfloat16):
        assert small()(v, torch.tensor([0.1])).dtype == torch.float32


def test_it_is_built_anew_from_its_arguments():
    net = small(3, depth=2, fold=1, activation="relu")
    again = Denoiser(**net.arguments)
    again.load_state_dict(net.state_dict())
    v = rand(1, 3, 8, 8)
    assert torch.equal(again(v, 0.1), net(v, 0.1))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Denoiser(channels=0), "channels"),
        (lambda: Denoiser(width=0), "width"),
        (lambda: Denoiser(activation="tanh"), "activation = 'tanh'"),
        (lambda: small()(rand(1, 3, 8, 8), 0.1), "3 channels, but the network takes 1"),
        (lambda: small()(rand(8, 8), 0.1), r"v\[None, None\]"),
        (lambda: small()(rand(1, 1, 8, 8), -0.1), "sigma = -0.1"),
        (lambda: small()(rand(2, 1, 8, 8), torch.tensor([0.1, -0.1])), "sigma must not be"),
        (lambda: small()(rand(2, 1, 8, 8), torch.rand(3)), "one for each of the 2 images"),
        (lambda: small()(rand(1, 1, 8, 8), rand(1, 1, 8, 8)), "sigma has shape"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
