"""The network of the deep image prior: the paper's size, image sizes, and errors."""

import pytest
import torch

from mvacourse.nets import SkipNet


def small(**options):
    return SkipNet(**{"in_channels": 4, "width": 8, "skips": 2, "n_scales": 2, **options})


def test_the_defaults_are_the_network_of_the_paper():
    net = SkipNet()
    assert sum(p.numel() for p in net.parameters()) == 2_217_831
    # by hand: 1×1 skips and 3×3 convolutions with biases, two numbers a channel in batch norm
    skips = 5 * 4 + 32 * 4 + 4 * 128 * 4 + 5 * 8
    down = (32 + 4 * 128) * 9 * 128 + 5 * 128 * 9 * 128 + 10 * 128 + 20 * 128
    mix = 5 * (2 * 132 + 132 * 9 * 128 + 128 * 128 + 2 * 128 + 4 * 128)
    assert skips + down + mix + 3 * 128 + 3 == 2_217_831


@pytest.mark.parametrize("size", [(5, 5), (7, 10), (16, 9)])
@pytest.mark.parametrize("upsampling", ["bilinear", "nearest"])
def test_any_size_comes_back_as_an_image(size, upsampling):
    x = small(upsampling=upsampling, out_channels=1)(torch.rand(2, 4, *size))
    assert x.shape == (2, 1, *size)
    assert 0 < x.min() < x.max() < 1


def test_a_network_without_skips_and_one_with_a_width_for_each_scale():
    z = torch.rand(1, 4, 16, 16)
    assert small(skips=0)(z).shape == (1, 3, 16, 16)
    net = SkipNet(4, width=(4, 8, 6), skips=(0, 2, 1))
    assert net(z).shape == (1, 3, 16, 16)
    assert [m.in_channels for m in net.modules() if isinstance(m, torch.nn.Conv2d)][-1] == 4


def test_the_skip_is_used():
    torch.manual_seed(0)
    net = small().eval()
    z = torch.rand(1, 4, 16, 16)
    with torch.no_grad():
        for unit in net.skip:
            unit[0].weight.zero_()
        cut = net(z)
        for unit in net.skip:
            unit[0].weight.fill_(1.0)
        assert (net(z) - cut).abs().max() > 1e-3


def test_every_parameter_gets_a_gradient():
    net = small()
    net(torch.rand(1, 4, 12, 12)).square().sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters())


def test_the_dtype_of_z_is_that_of_the_image():
    z = torch.rand(1, 4, 8, 8)
    assert small().double()(z.double()).dtype == torch.float64
    with torch.autocast("cpu", torch.bfloat16):
        x = small()(z)
    assert x.dtype == torch.float32  # the sigmoid included: 8 bits would be too few for it
    assert not torch.equal(x, x.bfloat16().float())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SkipNet(width=(8, 8), skips=(2, 2, 2)), "width has 2 scales and skips 3"),
        (lambda: SkipNet(upsampling="cubic"), "'bilinear', 'nearest'"),
        (lambda: SkipNet(width=0), "width = 0"),
        (lambda: SkipNet(skips=-1), "skips = -1"),
        (lambda: SkipNet(n_scales=0), "n_scales"),
        (lambda: SkipNet(in_channels=0), "in_channels"),
        (lambda: SkipNet(out_channels=0), "out_channels"),
        (lambda: small()(torch.rand(1, 3, 8, 8)), "3 channels, but the network takes 4"),
        (lambda: small()(torch.rand(1, 4, 4, 9)), "at least 5 rows and columns"),
        (lambda: small()(torch.rand(4, 8, 8)), r"z\[None\]"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
