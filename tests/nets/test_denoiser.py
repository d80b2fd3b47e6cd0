"""The denoiser: σ as an input, shapes, errors."""

import pytest
import torch

from mvacourse import train
from mvacourse.nets import Denoiser


def small(*channels, **options):
    with train.seeded(0):
        return Denoiser(*channels, **{"width": (4, 6), **options})


def rand(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def test_the_defaults_fit_the_course():
    assert 2 * sum(p.numel() for p in Denoiser().parameters()) <= 2.2e6


@pytest.mark.parametrize("size", [(1, 1), (7, 10), (16, 9)])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_is_kept(size, channels):
    v = rand(2, channels, *size)
    assert small(channels)(v, 0.1).shape == v.shape


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
    net = small(3, depth=2, fold=1)
    again = Denoiser(**net.arguments)
    again.load_state_dict(net.state_dict())
    v = rand(1, 3, 8, 8)
    assert torch.equal(again(v, 0.1), net(v, 0.1))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Denoiser(channels=0), "channels"),
        (lambda: Denoiser(width=0), "width"),
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
