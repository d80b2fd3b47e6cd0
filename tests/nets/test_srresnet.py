"""SRResNet and its discriminator: the paper's sizes, what each option leaves out, bad input."""

from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from mvacourse.nets import SRDiscriminator, SRResNet

SMALL = {"width": 8, "n_blocks": 2, "kernel": 3}
LIGHT = {**SMALL, "norm": False, "direct": True, "skip": True}
FLAT = {**SMALL, "norm": False, "resize": True, "skip": True}
NOISY = {**FLAT, "noise": True}


def count(net):
    return sum(p.numel() for p in net.parameters())


def photograph(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def conv(ins, outs, kernel=3):
    return ins * outs * kernel**2 + outs


def test_generator_has_the_papers_size():
    norm, prelu = 2 * 64, 1
    first = conv(3, 64, 9) + prelu
    blocks = 16 * (2 * conv(64, 64) + 2 * norm + prelu)
    enlarging = 2 * (conv(64, 256) + prelu)
    by_hand = first + blocks + conv(64, 64) + norm + enlarging + conv(64, 3, 9)
    assert count(SRResNet()) == by_hand == 1_549_462


def test_discriminator_has_the_papers_size():
    maps = [3, 64, 64, 128, 128, 256, 256, 512, 512]
    convs = sum(conv(c, w) for c, w in pairwise(maps))
    norms = sum(2 * w for w in maps[2:])
    dense = 512 * 6 * 6 * 1024 + 1024 + 1024 + 1
    assert count(SRDiscriminator()) == convs + norms + dense == 23_565_505


@pytest.mark.parametrize("options", [SMALL, LIGHT, FLAT, NOISY])
@pytest.mark.parametrize(("scale", "size"), [(4, (5, 7)), (2, (1, 6))])
def test_any_image_is_enlarged(options, scale, size):
    net = SRResNet(scale, 1, **options)
    assert net(photograph(2, 1, *size)).shape == (2, 1, scale * size[0], scale * size[1])
    assert type(net)(**net.arguments).arguments == net.arguments


def test_where_the_image_is_flat_resize_leaves_it_flat_and_a_shuffle_does_not():
    flat = torch.full((1, 3, 16, 16), 0.3)
    for resize in (True, False):
        torch.manual_seed(0)
        net = SRResNet(**SMALL, norm=False, resize=resize)
        inside = net(flat)[..., 24:40, 24:40]
        spread = (inside.amax((2, 3)) - inside.amin((2, 3))).max()
        assert spread < 1e-5 if resize else spread > 1e-3


def noisy():
    torch.manual_seed(0)
    return SRResNet(**NOISY).requires_grad_(False)


def test_noise_makes_many_answers_and_the_seed_chooses():
    net, y = noisy(), photograph(2, 3, 6, 7)
    assert torch.equal(net(y), net(y, 0)), "the same answer each time"
    assert not torch.equal(net(y, 1), net(y, 0))
    g = torch.Generator().manual_seed(1)
    assert torch.equal(net(y, g), net(y, 1)), "a generator is a seed that goes on"
    assert not torch.equal(net(y, g), net(y, 1))
    same = net(y[:1].expand(2, -1, -1, -1), 1)
    assert not torch.equal(same[0], same[1]), "each image of a batch has its own"


def test_noise_is_added_at_each_size_with_mean_0_and_variance_1():
    net, y, asked = noisy(), photograph(2, 3, 5, 6), []

    def half(*shape):
        asked.append(shape)
        return torch.full(shape, 0.5)

    without = net(y, half)
    assert asked == [(2, 1, 5, 6), (2, 1, 10, 12), (2, 1, 20, 24), (2, 1, 20, 24)]
    plain = SRResNet(**FLAT)
    plain.load_state_dict({k: v for k, v in net.state_dict().items() if "gains" not in k})
    torch.testing.assert_close(without, plain(y)), "½ is the mean"
    for gain in net.gains[1:]:
        gain.zero_()
    net.gains[0].fill_(1.0)
    seen = {}
    net.body.register_forward_hook(lambda m, i, o: seen.update(before=i[0] + o))
    net.tail.register_forward_pre_hook(lambda m, i: None)
    net.tail[0].register_forward_pre_hook(lambda m, i: seen.update(after=i[0]))
    net(photograph(1, 3, 100, 100), 3)
    grain = seen["after"] - seen["before"]
    assert abs(grain.mean().item()) < 0.03 and grain.std().item() == pytest.approx(1, abs=0.02)
    torch.testing.assert_close(grain[:, :1].expand_as(grain), grain, atol=1e-5, rtol=0)


def test_a_network_without_noise_does_not_draw():
    net, y = SRResNet(**FLAT), photograph(1, 3, 5, 5)
    assert torch.equal(net(y, 1), net(y, 2)) and not list(net.gains)
    assert "gains" not in str(net.state_dict().keys())


def test_three_is_a_scale_for_a_single_shuffle():
    assert SRResNet(3, **LIGHT)(photograph(1, 3, 4, 4)).shape == (1, 3, 12, 12)


def test_with_skip_the_network_is_born_as_the_interpolation():
    net, y = SRResNet(**LIGHT), photograph(1, 3, 9, 9)
    born = F.interpolate(y, scale_factor=4, mode="bicubic", align_corners=False)
    assert 0 < (net(y) - born).abs().max() < 0.05
    without = SRResNet(**{**LIGHT, "skip": False})(y)
    assert (without - born).abs().max() > 0.2


def test_without_batch_norm_images_are_independent_and_blocks_start_near_the_identity():
    y = photograph(3, 3, 8, 8)
    light, paper = SRResNet(**LIGHT).train(), SRResNet(**SMALL).train()
    torch.testing.assert_close(light(y)[:1], light(y[:1]))
    assert (paper(y)[:1] - paper(y[:1])).abs().max() > 1e-3
    h = torch.randn(1, 8, 8, 8, generator=torch.Generator().manual_seed(0))
    change = [(block(h) - h).norm() / h.norm() for block in light.body[:2]]
    assert max(change) < 0.1


def test_each_output_pixel_sees_its_own_place():
    # A shuffle in the wrong order would give the right shape and a scrambled image.
    net = SRResNet(**LIGHT).double()
    y = photograph(1, 3, 24, 24).double().requires_grad_()
    (grad,) = torch.autograd.grad(net(y)[0, 0, 50, 22], y)
    weight = grad.abs().sum((0, 1))
    assert divmod(int(weight.argmax()), 24) == (12, 5)


@pytest.mark.parametrize("options", [SMALL, LIGHT], ids=["paper", "light"])
def test_the_result_keeps_its_dtype_under_autocast(options):
    y = photograph(1, 3, 8, 8)
    net = SRResNet(**options).eval()
    with torch.autocast("cpu", torch.bfloat16):
        x = net(y)
    assert x.dtype == torch.float32
    torch.testing.assert_close(x, net(y), atol=0.02, rtol=0)


def test_discriminator_of_any_size_averages_over_the_image():
    D = SRDiscriminator(None, width=4).eval()
    assert D(photograph(2, 3, 16, 40)).shape == (2,)
    assert count(D) < count(SRDiscriminator(96, width=4)) / 3
    x = photograph(1, 3, 32, 32)
    assert (D(x) - D(x.flip(-1))).abs() > 0, "it looks at more than colours"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SRResNet(scale=0), "scale = 0"),
        (lambda: SRResNet(scale=3), "scale = 3 is not a power of two: write direct=True"),
        (lambda: SRResNet(direct=True, resize=True), "exclude each other"),
        (lambda: SRResNet(3, resize=True), "power of two"),
        (lambda: SRResNet(noise=True), "noise=True is for resize=True"),
        (lambda: noisy()(photograph(1, 3, 8, 8), lambda *shape: torch.rand(1)), "has shape"),
        (lambda: SRResNet(kernel=4), "kernel = 4 must be odd"),
        (lambda: SRResNet(width=0), "width"),
        (lambda: SRResNet(n_blocks=0), "n_blocks"),
        (lambda: SRResNet(**LIGHT)(photograph(1, 1, 8, 8)), "y has 1 channels"),
        (lambda: SRResNet(**LIGHT)(photograph(3, 8, 8)), "y has shape"),
        (lambda: SRDiscriminator(8), "size = 8"),
        (lambda: SRDiscriminator(width=0), "width"),
        (lambda: SRDiscriminator(32, width=2)(photograph(1, 3, 32, 33)), r"\(B, 3, 32, 32\)"),
        (lambda: SRDiscriminator(None, width=2)(photograph(1, 3, 15, 32)), r"at least 16 × 16"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_integers_are_no_image():
    with pytest.raises(TypeError, match="y holds torch.uint8"):
        SRResNet(**LIGHT)(torch.zeros(1, 3, 8, 8, dtype=torch.uint8))
