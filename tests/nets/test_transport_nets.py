"""Maps and potentials of weak transport: sizes, the start at the identity, z, bad input."""

import pytest
import torch

from mvacourse import images, train
from mvacourse.nets import (
    ChromaTransport,
    ColouredTransport,
    Discriminator,
    PatchPotential,
    PotentialMLP,
    TextureTransport,
    TransportMLP,
    TransportUNet,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def born(make, seed=0):
    with train.seeded(seed):
        return make()


def count(net):
    return sum(p.numel() for p in net.parameters())


def test_number_of_weights():
    hidden = 5 * 16 + 16 + 2 * (16 * 16 + 16)
    assert count(TransportMLP(3, 2, width=16, depth=3)) == hidden + 16 * 3 + 3
    assert count(PotentialMLP(5, width=16, depth=3)) == hidden + 16 + 1


def test_the_map_of_vectors_starts_as_the_identity_and_can_leave_it():
    T = born(lambda: TransportMLP(3, 2))
    x, z = normal(4, 3), normal(4, 2, seed=1)
    assert torch.equal(T(x, z), x)
    T(x, z).sum().backward()
    assert T.layers[-1].weight.grad.abs().min() > 0


def test_a_potential_is_one_number_a_point():
    f = born(lambda: PotentialMLP(3))
    y = normal(4, 3)
    assert f(y).shape == (4,)
    torch.testing.assert_close(f(y)[:1], f(y[:1]))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 9, 14)])
def test_the_map_of_images_keeps_their_size_and_looks_at_z(shape):
    T = born(lambda: TransportUNet(shape[0], 4, width=4))
    x, z = normal(2, *shape), normal(2, 4, seed=1)
    y = T(x, z)
    assert y.shape == x.shape
    assert (y - T(x, -z)).abs().max() > 1e-3
    torch.testing.assert_close(y[:1], T(x[:1], z[:1]))


@pytest.mark.parametrize("shape", [(1, 20, 20), (3, 9, 14)])
def test_a_folded_map_of_images_keeps_their_size_too(shape):
    T = born(lambda: TransportUNet(shape[0], 4, width=4, n_scales=2, fold=2))
    x, z = normal(2, *shape), normal(2, 4, seed=1)
    assert T(x, z).shape == x.shape
    assert (T(x, z) - T(x, -z)).abs().max() > 1e-3
    assert T.net.fold == 2


def test_the_map_of_images_is_a_correction_of_the_image():
    T = born(lambda: TransportUNet(1, 4, width=4))
    torch.nn.init.zeros_(T.net.last.weight)
    torch.nn.init.zeros_(T.net.last.bias)
    x = normal(2, 1, 8, 8)
    assert torch.equal(T(x, normal(2, 4, seed=1)), x)


@torch.no_grad()
def test_an_inked_drawing_has_one_colour_that_z_decides():
    T = born(lambda: ColouredTransport(3, 4, width=4, n_scales=2))
    x = normal(3, 3, 12, 12)
    z = normal(1, 4, seed=1).expand(3, -1)
    y = T(x, z)
    ink = T.ink(z)[:, :, None, None]
    assert 0 < ink.min() and ink.max() < 1
    torch.testing.assert_close(y / ink, (y / ink)[:, :1].expand_as(y))
    grey = x.mean(1, keepdim=True).expand_as(x)
    torch.testing.assert_close(T(grey, z), y)
    other = T.ink(normal(1, 4, seed=2))
    assert (other - T.ink(z[:1])).abs().max() > 1e-3


@torch.no_grad()
@pytest.mark.parametrize("shape", [(1, 16, 24), (3, 32, 32)])
def test_a_grain_makes_what_is_fine_and_x_tells_what_is_coarse(shape):
    T = born(lambda: TextureTransport(shape[0], pool=4, width=4))
    x, z = normal(2, *shape), normal(2, shape[1] * shape[2], seed=1)
    y = T(x, z)
    assert y.shape == x.shape
    assert (y - T(x, -z)).abs().max() > 1e-3
    means = torch.nn.functional.avg_pool2d(x, 4)
    blocks = means.repeat_interleave(4, -2).repeat_interleave(4, -1)
    torch.testing.assert_close(T(blocks, z), y)
    assert (T(x + blocks, z) - y).abs().max() > 1e-3


def test_a_grain_is_a_number_at_each_pixel():
    """z is moved with the image, rows by rows: away from the border, so is what comes out."""
    T = born(lambda: TextureTransport(1, width=4, n_scales=2)).eval()
    x, z = torch.full((1, 1, 48, 48), 0.5), normal(1, 48, 48)
    with torch.no_grad():
        y, moved = T(x, z.flatten(1)), T(x, z.roll(8, -1).flatten(1))
    torch.testing.assert_close(moved[..., 16:32, 24:32], y[..., 16:32, 16:24])


@torch.no_grad()
def test_a_patch_potential_is_the_mean_over_the_patches():
    f = born(lambda: PatchPotential(1, width=4))
    y = normal(3, 1, 32, 32)
    torch.testing.assert_close(f(y), f.patches[0](y).flatten(1).mean(1))
    assert f(y).std() > 0


@torch.no_grad()
def test_a_patch_potential_of_two_scales_looks_at_the_image_halved_too():
    f = born(lambda: PatchPotential(1, width=4, n_scales=2))
    y = normal(3, 1, 32, 32)
    half = torch.nn.functional.avg_pool2d(y, 2)
    fine, coarse = (p(w).flatten(1).mean(1) for p, w in zip(f.patches, (y, half)))
    torch.testing.assert_close(f(y), (fine + coarse) / 2)
    assert (fine - coarse).abs().min() > 0


@torch.no_grad()
@pytest.mark.parametrize("size", [(16, 32), (17, 24), (15, 9), (1, 1)])
def test_a_map_of_colours_keeps_the_grey_and_looks_at_z(size):
    T = born(lambda: ChromaTransport(4, width=(4, 6)))
    x, z = 0.5 + 0.1 * normal(2, 3, *size), normal(2, 4, seed=1)
    y = T(x, z)
    assert y.shape == x.shape
    torch.testing.assert_close(images.grey(y), images.grey(x))
    assert (y - x).abs().max() > 1e-3
    assert (y - T(x, -z)).abs().max() > 1e-4
    torch.testing.assert_close(T(x[:1], z[:1]), y[:1])


@torch.no_grad()
def test_a_change_of_colours_has_no_edge_that_the_photograph_does_not_have():
    T = born(lambda: ChromaTransport(4, width=(4, 6)))
    left, right = torch.tensor([[0.2, 0.5, 0.4], [0.7, 0.3, 0.6]]).view(2, 1, 3, 1, 1)
    x = torch.cat([left.expand(1, 3, 64, 40), right.expand(1, 3, 64, 24)], -1)
    change = T(x, normal(1, 4, seed=1)) - x
    steps = change.diff(dim=-1).abs().amax((0, 1, 2))
    assert steps.argmax() == 39
    assert steps[39] > 5 * torch.cat([steps[:39], steps[40:]]).max()


@torch.no_grad()
def test_a_map_of_colours_can_undo_a_fading_exactly():
    T = born(lambda: ChromaTransport(4, width=(4, 6)))
    u = images.photo("coffee", 48, color=True)
    x = images.faded(u, keep=0.5)
    torch.nn.init.zeros_(T.net.last.weight)
    bias = torch.zeros(8)
    bias[2], bias[5] = 0.5, 0.5  # R − g and B − g once more: 0.2 · 10 · 0.5 = 1
    T.net.last.bias.copy_(bias)
    y = T(x, normal(1, 4))
    error = y - u
    torch.testing.assert_close(error, error[..., :1, :1].expand_as(u), rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_a_discriminator_is_a_potential_of_images(shape):
    f = born(lambda: Discriminator(shape, width=4))
    values = f(3 * normal(64, *shape))
    assert values.shape == (64,)
    assert values.std() > 0


@pytest.mark.parametrize(
    "net",
    [
        TransportMLP(3, 2),
        PotentialMLP(3),
        TransportUNet(3, 2, width=4, n_scales=2),
        TransportUNet(1, 2, width=4, n_scales=2, fold=2),
        ChromaTransport(2, width=4, n_scales=2),
        ColouredTransport(3, 2, width=4, n_scales=2, fold=2, hidden=8),
        TextureTransport(3, pool=2, width=4, n_scales=2),
        PatchPotential(3, width=4, n_layers=1),
    ],
)
def test_arguments_build_it_anew(net):
    again = type(net)(**net.arguments)
    again.load_state_dict(net.state_dict())
    assert str(again) == str(net)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: TransportMLP(0), "dim"),
        (lambda: TransportMLP(2, 0), "k = 0"),
        (lambda: PotentialMLP(2, width=0), "width"),
        (lambda: PotentialMLP(2, depth=0), "depth"),
        (lambda: TransportMLP(2, 1)(normal(4, 3), normal(4, 1)), "x has shape"),
        (lambda: TransportMLP(2, 1)(normal(4, 2), normal(4, 2)), "z has shape"),
        (lambda: PotentialMLP(2)(normal(2)), "y has shape"),
        (lambda: TransportUNet(1)(normal(2, 3, 8, 8), normal(2, 8)), "x has 3 channels"),
        (lambda: TransportUNet(1)(normal(2, 1, 8, 8), normal(2, 2)), "z has shape"),
        (lambda: ChromaTransport(0), "k = 0"),
        (lambda: ChromaTransport()(normal(2, 1, 8, 8), normal(2, 8)), "x has 1 channels"),
        (lambda: ChromaTransport()(normal(2, 3, 8, 8), normal(2, 2)), "z has shape"),
        (lambda: ColouredTransport(3)(normal(2, 1, 8, 8), normal(2, 8)), "x has 1 channels"),
        (lambda: ColouredTransport(3)(normal(2, 3, 8, 8), normal(2, 2)), "z has shape"),
        (lambda: TextureTransport(pool=0), "pool = 0"),
        (lambda: TextureTransport(3)(normal(2, 1, 8, 8), normal(2, 64)), "x has 1 channels"),
        (lambda: TextureTransport()(normal(2, 1, 8, 12), normal(2, 96)), "multiples of pool = 8"),
        (lambda: TextureTransport()(normal(2, 1, 8, 8), normal(2, 8)), "z has shape"),
        (lambda: PatchPotential()(normal(2, 3, 32, 32)), "3 channels"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
