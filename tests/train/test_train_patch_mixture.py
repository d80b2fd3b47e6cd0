"""Training of the mixture: it finds the components, likelihood rises, resumes to the same bits."""

import pytest
import torch

from mvacourse import images, train
from mvacourse.nets import PatchMixture
from mvacourse.train import patch_mixture


def photographs(*names):
    return [(255 * images.photo(name, 128)[0]).round().byte() for name in names]


def stripes(contrast, direction):
    """A picture whose patches are multiples of one patch: stripes along one direction."""
    wave = 100 * contrast * (torch.arange(48) % 2 * 2 - 1)
    tall = wave[:, None] if direction else wave[None]
    return (100 + tall.expand(48, 48)).round().byte()[None]


def test_two_kinds_of_patches_are_found_apart():
    pictures = [stripes(0.1 + 0.1 * (i // 2), i % 2) for i in range(16)]
    net, _ = patch_mixture(
        pictures, side=4, size=8, n_components=2, n_steps=60, batch=64, progress=False
    )
    across, along = (
        torch.stack([stripes(i / 20, direction)[:, :4, :4] for i in range(3, 20)]).float() / 255
        for direction in (0, 1)
    )
    picked = [
        net.joint(net.coefficients(x)).argmax(1).float().mean().item() for x in (across, along)
    ]
    assert abs(picked[0] - picked[1]) > 0.9
    assert net.log_weights.exp().min() > 0.2


def test_the_likelihood_rises_and_the_weights_sum_to_one():
    net, history = patch_mixture(
        photographs("camera", "coffee"), side=4, n_components=4, n_steps=25, batch=8, progress=False
    )
    assert history.last("loss", 5) < history["loss"][0] - 5
    assert net.log_weights.exp().sum().item() == pytest.approx(1, abs=1e-5)
    assert not net.training
    gram = net.axes.mT @ net.axes
    off = gram - torch.diag_embed(gram.diagonal(dim1=1, dim2=2))
    assert off.abs().max() < 1e-5 * gram.abs().max(), "the axes are orthogonal"


def test_it_denoises_photographs_it_has_not_seen():
    net, _ = patch_mixture(
        photographs("camera", "coffee", "astronaut"),
        **{"side": 5, "n_components": 6, "n_steps": 30, "batch": 8, "progress": False},
    )
    u = images.photo("chelsea", 64)
    v = u + 25 / 255 * torch.randn(u.shape, generator=torch.Generator().manual_seed(0))
    assert (net(v, 25 / 255) - u).square().mean() < 0.35 * (v - u).square().mean()


def test_it_resumes_to_the_same_bits(tmp_path):
    options = {"side": 4, "n_components": 3, "n_steps": 6, "batch": 4, "progress": False}
    whole, history = patch_mixture(photographs("camera"), **options)

    def stop(step, net):
        if step == 3:
            raise KeyboardInterrupt

    file = {"checkpoint": tmp_path / "half", "save_every": 0}
    with pytest.raises(KeyboardInterrupt):
        patch_mixture(photographs("camera"), **options, **file, callback=stop)
    again, later = patch_mixture(photographs("camera"), **options, **file, resume=True)
    assert torch.equal(again.axes, whole.axes)
    assert later == history


def test_a_component_that_no_patch_picks_keeps_numbers():
    """More components than kinds of patches: nothing becomes NaN."""
    flat = torch.full((1, 48, 48), 100, dtype=torch.uint8)
    net, _ = patch_mixture([flat], side=4, n_components=5, n_steps=8, batch=2, progress=False)
    assert all(torch.isfinite(p).all() for p in net.parameters())
    assert isinstance(net, PatchMixture)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"side": 1}, "side"),
        ({"side": 9, "size": 8}, "side = 9 exceeds size = 8"),
        ({"size": 500}, "smaller than size = 500"),
        ({"n_components": 0}, "n_components"),
        ({"n_steps": 0}, "n_steps"),
        ({"batch": 0}, "batch"),
    ],
)
def test_bad_input(options, words):
    whole = {"n_steps": 2, "batch": 2, "progress": False, **options}
    with pytest.raises(ValueError, match=words):
        patch_mixture(photographs("camera"), **whole)


def test_photographs_must_have_8_bits():
    with pytest.raises(TypeError, match="8 bits"):
        patch_mixture([images.photo("camera", 64)[0]], n_steps=1, progress=False)
    assert train.patch_mixture is patch_mixture
