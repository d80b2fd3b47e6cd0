"""pix2pix's networks: the paper's sizes and patches, any image size, noise by dropout, errors."""

import time

import pytest
import torch
from torch import nn

from mvacourse.nets import PatchGAN, Pix2PixUNet, one_hot, receptive_field


def count(net):
    return sum(p.numel() for p in net.parameters())


def generator(**options):
    torch.manual_seed(0)
    return Pix2PixUNet(**{"in_channels": 3, "out_channels": 1, "width": 4, "n_scales": 3} | options)


def uniform(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_defaults_are_the_networks_of_the_paper():
    # by hand: 4×4 kernels; a gain and a shift a channel where there is a norm, else a bias
    w = [64, 128, 256, 512, 512, 512, 512, 512]
    kernels = 16 * sum(a * b for a, b in zip([3, *w], w))
    kernels += 16 * (w[7] * w[6] + sum(2 * a * b for a, b in zip(w[:7], [3, *w])))
    others = w[0] + 2 * sum(w[1:7]) + w[7] + 2 * sum(w[:7]) + 3
    assert count(Pix2PixUNet()) == kernels + others == 54_414_531
    kernels = 16 * (6 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512)
    assert count(PatchGAN()) == kernels + 64 + 2 * (128 + 256 + 512) + 1 == 2_768_705


@pytest.mark.parametrize(
    ("n_layers", "size"), [(0, 1), (1, 16), (2, 34), (3, 70), (4, 142), (5, 286)]
)
def test_patches_are_those_of_the_paper(n_layers, size):
    assert receptive_field(PatchGAN(n_layers=n_layers, width=1)) == size


def test_spectral_norm_bounds_each_convolution_but_the_last():
    torch.manual_seed(0)
    D = PatchGAN(3, width=4, n_layers=2, norm="spectral")
    assert not any(isinstance(layer, nn.InstanceNorm2d) for layer in D.modules())
    with torch.no_grad():
        for p in D.parameters():
            p.mul_(10)
        for _ in range(50):  # each call in training mode takes a step of the power iteration
            D(uniform(1, 3, 16, 16))
        norms = [float(torch.linalg.matrix_norm(c.weight.flatten(1), 2)) for c in D.layers[::2]]
    assert norms[:-1] == pytest.approx([1] * 3, abs=0.01) and norms[-1] > 2
    assert receptive_field(D) == 34
    assert PatchGAN(**D.arguments).arguments == D.arguments


@pytest.mark.parametrize("n_layers", [0, 1, 2, 3])
def test_an_output_depends_on_its_patch_alone_and_on_all_of_it(n_layers):
    torch.manual_seed(0)
    D = PatchGAN(1, width=2, n_layers=n_layers).double()
    for i, layer in enumerate(D.layers):
        if isinstance(layer, nn.InstanceNorm2d):  # its mean and variance see the whole image
            D.layers[i] = nn.Identity()
    y = uniform(1, 1, 100, 100).double().requires_grad_()
    logits = D(y)
    (grad,) = torch.autograd.grad(logits[0, logits.shape[1] // 2, logits.shape[2] // 2], y)
    rows, columns = (grad[0, 0].abs().sum(d).nonzero() for d in (1, 0))
    for seen in (rows, columns):
        assert seen.max() - seen.min() + 1 == len(seen) == receptive_field(D)


@pytest.mark.parametrize("detail", [0, 5])
@pytest.mark.parametrize("size", [(1, 1), (7, 30), (16, 24), (33, 8)])
def test_any_size_comes_back_as_an_image(size, detail):
    y = generator(detail=detail)(uniform(2, 3, *size), noise=0)
    assert y.shape == (2, 1, *size)
    assert 0 < y.min() and y.max() < 1


@pytest.mark.parametrize("detail", [0, 5])
def test_a_larger_image_is_painted_as_its_parts_are(detail):
    """Fully convolutional: away from the borders, a window gives what the whole gives there."""
    G, x = generator(detail=detail), uniform(1, 3, 96, 96)
    whole, part = G(x), G(x[..., 16:80, 16:80])
    inside = (..., slice(24, 40), slice(24, 40))
    torch.testing.assert_close(whole[..., 16:80, 16:80][inside], part[inside], atol=1e-5, rtol=0)


def test_noise_is_dropout_asked_for_by_a_seed():
    G, x = generator(), uniform(2, 3, 16, 16)
    assert torch.equal(G(x, 0), G(x, 0)) and not torch.equal(G(x, 0), G(x, 1))
    assert torch.equal(G(x), G.eval()(x)) and torch.equal(G(x, 0), G.train()(x, 0))
    assert torch.equal(G(x, torch.Generator().manual_seed(3)), G(x, 3))
    assert not torch.equal(G(x), G(x, 0))
    assert torch.equal(generator(dropout=0.0)(x, 0), generator(dropout=0.0)(x))
    nothing_dropped = G(x, lambda *shape: torch.ones(shape))
    dropped = nothing_dropped - G(x)  # what is kept is doubled
    assert dropped.abs().max() > 1e-3


def test_noise_keeps_the_mean_of_a_layer():
    G = generator(dropout=0.25)
    y = uniform(4, 8, 50, 50)
    z = G._dropper(0)(y)
    assert ((z == 0) | torch.isclose(z, y / 0.75)).all()
    assert (z == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)


def test_an_image_does_not_depend_on_its_neighbours():
    G, D, x = generator(), PatchGAN(4, width=4, n_layers=1), uniform(3, 3, 16, 16)
    torch.testing.assert_close(G(x)[:1], G(x[:1]))
    y = uniform(3, 1, 16, 16, seed=1)
    torch.testing.assert_close(D(y, x)[:1], D(y[:1], x[:1]))


def test_every_parameter_gets_a_gradient():
    G, D, x = generator(detail=5), PatchGAN(4, width=4, n_layers=1), uniform(2, 3, 16, 16)
    D(G(x, 0), x).square().sum().backward()
    for net in (G, D):
        assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters())


def test_detail_sees_the_labels_of_the_pixel_itself():
    """Two maps that are equal but for one pixel differ there, though the rest says nothing."""
    G, x = generator(detail=5).double(), uniform(1, 3, 16, 16).double()
    with torch.no_grad():
        for layer in G.up:
            for parameter in layer.parameters():
                parameter.zero_()
        G.last[0].weight[:, :8].zero_()  # what comes from below
        other = x.clone()
        other[..., 5, 9] = 1 - x[..., 5, 9]
        changed = (G(x) != G(other))[0, 0].nonzero()
    assert changed.amin(0).tolist() == [3, 7] and changed.amax(0).tolist() == [7, 11]


def test_a_map_of_one_class_is_no_special_case():
    """Nothing is divided by a variance over the image, which would be 0: away from the borders the
    painting without noise repeats itself with the period of the strides."""
    x = torch.zeros(1, 3, 64, 64, dtype=torch.float64)
    x[:, 1] = 1
    inside = generator().double()(x)[..., 24:40, 24:40]
    torch.testing.assert_close(inside[..., :8, :8], inside[..., 8:, 8:])
    assert inside.isfinite().all() and inside.std() > 0


def test_the_dtype_of_x_is_that_of_the_image():
    x = uniform(1, 3, 16, 16)
    assert generator().double()(x.double(), 0).dtype == torch.float64
    with torch.autocast("cpu", torch.bfloat16):
        y = generator()(x, 0)
    assert y.dtype == torch.float32 and not torch.equal(y, y.bfloat16().float())


def test_the_logits_are_one_a_patch():
    x, y = uniform(2, 3, 64, 64), uniform(2, 1, 64, 64)
    sizes = {n: tuple(PatchGAN(4, width=2, n_layers=n)(y, x).shape) for n in range(5)}
    assert sizes == {0: (2, 64, 64), 1: (2, 30, 30), 2: (2, 14, 14), 3: (2, 6, 6), 4: (2, 2, 2)}
    assert PatchGAN(1, width=2, n_layers=1)(y).shape == (2, 30, 30)


def test_one_hot_puts_a_one_in_the_plane_of_the_class():
    labels = torch.tensor([[[0, 2], [1, 2]]])
    planes = one_hot(labels, 3)
    assert planes.shape == (1, 3, 2, 2) and planes.dtype == torch.float32
    assert torch.equal(planes.argmax(1), labels) and torch.equal(planes.sum(1), torch.ones(1, 2, 2))


def test_a_painting_is_answered_at_once():
    """Notebook 10 paints while the pen moves: 128² in well under 0.1 s on one thread."""
    G, x = Pix2PixUNet(3, 1, width=20, n_scales=4, detail=16), uniform(1, 3, 128, 128)
    with torch.no_grad():
        G(x, 0)
        seconds = []
        for _ in range(5):
            start = time.process_time()
            G(x, 0)
            seconds.append(time.process_time() - start)
    assert min(seconds) < 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Pix2PixUNet(0), "in_channels = 0"),
        (lambda: Pix2PixUNet(3, 0), "out_channels = 0"),
        (lambda: Pix2PixUNet(width=0), "width = 0"),
        (lambda: Pix2PixUNet(n_scales=1), "n_scales = 1"),
        (lambda: generator(detail=-1), "detail = -1"),
        (lambda: generator(dropout=1.0), r"dropout = 1.0 must lie in \[0, 1\)"),
        (lambda: generator()(torch.rand(1, 2, 8, 8)), "2 channels, but the network takes 3"),
        (lambda: generator()(torch.rand(3, 8, 8)), r"x\[None\]"),
        (lambda: PatchGAN(0), "in_channels = 0"),
        (lambda: PatchGAN(n_layers=-1), "n_layers = -1"),
        (lambda: PatchGAN(norm="batch"), "norm = 'batch': choose one of 'instance', 'spectral'"),
        (lambda: PatchGAN(4)(torch.rand(1, 1, 64, 64)), "1 channels, but the network takes 4"),
        (lambda: PatchGAN(1)(torch.rand(1, 1, 23, 64)), "at least 24 rows"),
        (lambda: one_hot(torch.zeros(4, 4, dtype=torch.int64), 3), r"labels are \(B, H, W\)"),
        (lambda: one_hot(torch.full((1, 4, 4), 3), 3), "from 3 to 3: with classes = 3"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_labels_are_whole_numbers():
    with pytest.raises(TypeError, match=r"write labels.long\(\)"):
        one_hot(torch.zeros(1, 4, 4), 3)
