"""The U-Net: sizes, alignment, effects of skips and of the residual form, errors."""

from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mvacourse import train
from mvacourse.nets import UNet
from mvacourse.nets.unet import _pad


def small(*channels, seed=0, **options):
    with train.seeded(seed):
        return UNet(*channels, **{"width": 4, "n_scales": 3, **options})


def count(net):
    return sum(p.numel() for p in net.parameters())


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_number_of_weights_is_that_of_the_formula():
    widths, depth, ins, outs = (4, 8, 16), 2, 3, 2
    units = [depth * 2 * (9 * w * w + w) for w in widths]
    ends = (9 * ins * 4 + 4) + (9 * 4 * outs + outs)
    moves = sum(2 * 4 * fine * w + w + fine for fine, w in pairwise(widths))
    assert count(small(ins, outs, depth=depth)) == ends + 2 * sum(units) - units[-1] + moves
    assert count(small(ins, outs, depth=depth, skips=False)) == count(small(ins, outs, depth=depth))


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (8, 8), (17, 30)])
@pytest.mark.parametrize("fold", [1, 2])
def test_any_size_is_kept(size, fold):
    assert small(2, 1, fold=fold)(rand(2, 2, *size)).shape == (2, 1, *size)


def test_a_smaller_image_is_continued_by_reflection():
    net = small()
    x = rand(1, 1, 6, 7)
    by_hand = net(F.pad(x, (0, 1, 0, 2), mode="reflect"))
    torch.testing.assert_close(net(x), by_hand[..., :6, :7])


def test_one_pixel_is_repeated_where_nothing_can_be_reflected():
    x = rand(1, 1, 1, 2)
    assert torch.equal(_pad(x, 4), x[..., [0, 1, 1, 1]].expand(1, 1, 4, 4))


@pytest.mark.parametrize("fold", [1, 2])
def test_the_residual_form_adds_the_first_channels_of_the_input(fold):
    x = rand(1, 3, 8, 8)
    options = {"n_scales": 2, "fold": fold, "seed": 1}
    difference = small(3, 2, **options)(x) - small(3, 2, residual=False, **options)(x)
    torch.testing.assert_close(difference, x[:, :2])


def test_a_network_without_skips_sees_through_its_coarsest_scale_only():
    x = rand(1, 1, 16, 16)
    for skips, passes in ((True, True), (False, False)):
        net = small(skips=skips, residual=False)
        nn.init.zeros_(net.grow[0].weight)  # cuts what comes from the coarser scales
        assert ((net(x) - net(0 * x)).abs().max() > 1e-6) == passes


def test_the_output_moves_with_the_input():
    net = small(n_scales=2)
    edge = receptive_reach(net) + 2  # nearer to the border, the network sees it
    assert edge < 20
    x = rand(1, 1, 48, 48)
    y, moved = net(x), net(x.roll(2, -2))  # by a multiple of 2^(n_scales − 1)
    inside = (..., slice(edge, 48 - edge), slice(edge, 48 - edge))
    torch.testing.assert_close(moved[inside], y.roll(2, -2)[inside])


def receptive_reach(net):
    """How far the middle pixel sees, from the gradient."""
    x = rand(1, 1, 64, 64).requires_grad_()
    net(x)[0, 0, 32, 32].backward()
    rows = x.grad[0, 0].abs().sum(1).nonzero().flatten()
    return int(max(32 - rows.min(), rows.max() - 32))


def test_more_scales_see_further():
    assert receptive_reach(small(n_scales=1)) == 4  # of 3×3 convolutions: first, two, last
    assert receptive_reach(small(n_scales=2)) < receptive_reach(small(n_scales=3))
    assert receptive_reach(small(n_scales=1, fold=2)) in (8, 9)


def test_every_weight_gets_a_gradient_and_the_network_is_built_anew():
    net = small(2, 1, depth=2)
    net(rand(1, 2, 9, 9)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())
    again = UNet(**net.arguments)
    again.load_state_dict(net.state_dict())
    assert torch.equal(again(rand(1, 2, 8, 8)), net(rand(1, 2, 8, 8)))


def test_the_activation_is_that_asked_for():
    x, relu, elu = rand(1, 1, 8, 8), small(), small(activation="elu")
    elu.load_state_dict(relu.state_dict())
    assert (elu(x) - relu(x)).abs().max() > 1e-4
    h = rand(1, 3, 4, 4) - 0.5
    for net, f in ((relu, nn.functional.relu), (elu, nn.functional.elu)):
        unit = net.down[0][0]
        h = rand(1, unit.conv.in_channels, 4, 4)
        torch.testing.assert_close(unit(h), h + unit.conv2(f(unit.conv(h))))


def test_the_sum_is_done_in_the_dtype_of_the_input():
    x = rand(1, 1, 8, 8)
    net = small()
    nn.init.zeros_(net.last.weight), nn.init.zeros_(net.last.bias)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(net(x), x)
    assert net.double()(x.double()).dtype == torch.float64


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: UNet(width=0), "width = 0"),
        (lambda: UNet(width=()), r"len\(width\)"),
        (lambda: UNet(width=(8, 0)), "width = 0"),
        (lambda: UNet(n_scales=0), "n_scales"),
        (lambda: UNet(depth=0), "depth"),
        (lambda: UNet(fold=0), "fold"),
        (lambda: UNet(activation="gelu"), "choose one of 'relu', 'elu'"),
        (lambda: UNet(in_channels=0), "in_channels"),
        (lambda: UNet(1, 2), "residual=False"),
        (lambda: small()(rand(1, 2, 8, 8)), "2 channels, but the network takes 1"),
        (lambda: small()(rand(1, 8, 8)), r"x\[None\]"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
