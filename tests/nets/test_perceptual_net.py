"""The distance in learned features: the form of LPIPS, properties of a distance, bad input."""

import pytest
import torch

from mvacourse.nets import PerceptualDistance


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    net = PerceptualDistance(8).double()
    for a in net.a:
        torch.nn.init.normal_(a)
    return net.requires_grad_(False)


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_it_is_small():
    sizes = {16: 60_960, 32: 240_576}
    for width, n in sizes.items():
        assert sum(p.numel() for p in PerceptualDistance(width).parameters()) == n
    assert 2 * sizes[32] < 0.6e6, "in half precision"


def test_it_follows_the_formula(net):
    x, ref = rand(2, 3, 40, 33), rand(2, 3, 40, 33, seed=1)
    expected = torch.zeros(2).double()
    u, v = 2 * x - 1, 2 * ref - 1
    for i, conv in enumerate(net.convs):
        if i in (1, 3, 5):
            u, v = (torch.nn.functional.max_pool2d(f, 3, 2, 1) for f in (u, v))
        u, v = torch.relu(conv(u)), torch.relu(conv(v))
        if i == 0:
            continue
        unit_u, unit_v = (f / (f.square().sum(1, keepdim=True) + 1e-6).sqrt() for f in (u, v))
        w = torch.log(1 + net.a[i - 1].exp())
        assert (w > 0).all()
        expected += (w * (unit_u - unit_v) ** 2).sum(1).mean((-2, -1))
    torch.testing.assert_close(net(x, ref), expected)


def test_it_is_the_square_of_a_distance(net):
    x, y, z = (rand(3, 3, 32, 32, seed=s) for s in range(3))
    assert (net(x, x) == 0).all()
    assert (net(x, y) > 0).all()
    torch.testing.assert_close(net(x, y), net(y, x), rtol=1e-10, atol=0)
    assert (net(x, z).sqrt() <= net(x, y).sqrt() + net(y, z).sqrt() + 1e-12).all()
    torch.testing.assert_close(net(x, y)[1:2], net(x[1:2], y[1:2]))


def test_features_are_a_pyramid(net):
    shapes = [tuple(f.shape) for f in net.features(rand(2, 3, 64, 48))]
    sides = [(16, 12), (16, 12), (8, 6), (8, 6), (4, 3), (4, 3)]
    assert shapes == [(2, c, *s) for c, s in zip((12, 12, 16, 16, 24, 24), sides)]


def test_maps_keep_their_size_at_birth():
    torch.manual_seed(0)
    net, x = PerceptualDistance(32), rand(4, 3, 64, 64).float()
    v = 2 * x - 1
    for conv in net.convs:
        v = torch.relu(conv(v))
        assert 0.3 < v.square().mean() / (2 * x - 1).square().mean() < 3


@pytest.mark.parametrize("size", [(16, 16), (17, 61)])
def test_any_size_and_grey(net, size):
    x, ref = rand(1, 1, *size), rand(1, 1, *size, seed=1)
    torch.testing.assert_close(net(x, ref), net(x.expand(-1, 3, -1, -1), ref.expand(-1, 3, -1, -1)))


def test_more_noise_is_farther_and_the_gradient_leads_back(net):
    ref = torch.full((1, 3, 32, 32), 0.5).double()
    noise = rand(1, 3, 32, 32) - 0.5
    ladder = torch.cat([ref + s * noise for s in (0.01, 0.1, 1.0)])
    d = net(ladder, ref.expand_as(ladder))
    assert (d.diff() > 0).all()
    x = (ref + 0.3 * noise).requires_grad_()
    before = net(x, ref)
    (grad,) = torch.autograd.grad(before.sum(), x)
    assert net(x - 1e-3 * grad / grad.abs().max(), ref) < before


def test_it_answers_in_the_precision_of_its_input():
    net, x = PerceptualDistance(8), torch.rand(2, 3, 16, 16)
    with torch.autocast("cpu", torch.bfloat16):
        d = net(x, 1 - x)
    assert d.dtype == torch.float32
    torch.testing.assert_close(d, net(x, 1 - x), rtol=0.05, atol=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda net, x: PerceptualDistance(0), "width = 0"),
        (lambda net, x: PerceptualDistance(7), "width = 7 must be even"),
        (lambda net, x: net(x, x[:1]), "x has shape .* and ref has shape"),
        (lambda net, x: net(x[:, :2], x[:, :2]), "C = 3"),
        (lambda net, x: net(x[..., :15], x[..., :15]), "at least 16"),
        (lambda net, x: net(x[0], x[0]), r"\(B, C, H, W\)"),
    ],
)
def test_bad_input(net, call, words):
    with pytest.raises(ValueError, match=words):
        call(net, rand(2, 3, 16, 16))


def test_a_weight_that_vanishes_has_a_gradient():
    net = PerceptualDistance(4)
    with torch.no_grad():
        for a in net.a:
            a.fill_(-200.0)
    x = rand(1, 3, 20, 20).float()
    net(x, 1 - x).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in net.parameters())
