"""Texture scenes: the same for a seed, smooth label maps, halves that share nothing."""

import pytest
import torch

from mvacourse import images
from mvacourse.images import TEXTURES, texture_scenes, texture_windows, textures


def test_scenes_are_photographs_with_a_label_for_each_pixel():
    scenes = texture_scenes(20, size=(48, 64))
    assert scenes.photographs.shape == (20, 1, 48, 64)
    assert scenes.photographs.dtype == torch.float32
    assert scenes.labels.shape == (20, 48, 64) and scenes.labels.dtype == torch.int64
    assert 0 <= scenes.photographs.min() and scenes.photographs.max() <= 1
    assert set(scenes.labels.unique().tolist()) == set(range(len(TEXTURES)))


def test_without_its_colour_a_scene_is_the_grey_one():
    grey, labels = texture_scenes(6, seed=2)
    scenes = texture_scenes(6, seed=2, color=True)
    assert scenes.photographs.shape == (6, 3, 64, 64) and torch.equal(scenes.labels, labels)
    assert 0 <= scenes.photographs.min() and scenes.photographs.max() <= 1
    torch.testing.assert_close(images.grey(scenes.photographs), grey, rtol=0, atol=1e-6)


def test_each_texture_has_its_colour():
    photographs, labels = texture_scenes(30, seed=2, color=True)
    red, green, blue = photographs.movedim(1, 0)
    means = [[c[labels == k].mean() for c in (red, green, blue)] for k in range(3)]
    brick, grass, gravel = means
    assert brick[0] > brick[1] + 0.2 and grass[1] > grass[0] + 0.1
    assert max(gravel) - min(gravel) < 0.1
    for a, b in ((brick, grass), (grass, gravel), (brick, gravel)):
        assert max(abs(x - y) for x, y in zip(a, b)) > 0.12, "told apart by eye"


def test_scene_i_of_a_seed_does_not_depend_on_their_number():
    few, many = texture_scenes(3, seed=4), texture_scenes(7, seed=4)
    for a, b in zip(few, many):
        assert torch.equal(a, b[:3])
    other = texture_scenes(3, seed=5)
    assert not torch.equal(few.labels, other.labels)
    assert len({labels.numpy().tobytes() for labels in many.labels}) == 7


def test_a_generator_is_a_seed_that_moves_on():
    g = torch.Generator().manual_seed(4)
    assert torch.equal(texture_scenes(2, g).labels, texture_scenes(2, 4).labels)
    assert not torch.equal(texture_scenes(2, g).labels, texture_scenes(2, 4).labels)


def test_each_label_is_as_frequent_as_the_others():
    labels = texture_scenes(200, seed=1).labels
    share = torch.bincount(labels.flatten()) / labels.numel()
    assert (share - 1 / 3).abs().max() < 0.04


def test_regions_are_as_wide_as_the_smoothness_says():
    def changes(smoothness, size=96):
        labels = texture_scenes(30, 2, size, smoothness=smoothness).labels
        return (labels.diff(dim=-1) != 0).float().mean().item()

    assert changes(6) / changes(12) == pytest.approx(2, rel=0.2)
    assert changes(12, 64) == pytest.approx(changes(12, 128), rel=0.2), "whatever the size"


def windows(t, v):
    """Sum t·v over v's size, at each place where it lies inside t."""
    rows, columns = (a - b + 1 for a, b in zip(t.shape, v.shape))
    product = torch.fft.rfft2(t) * torch.fft.rfft2(v, s=t.shape).conj()
    return torch.fft.irfft2(product, s=t.shape)[:rows, :columns]


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_region_shows_its_texture_of_that_split_under_a_light(split):
    photographs, labels = texture_scenes(3, 6, 64, split=split)
    for u, label in zip(photographs[:, 0], labels):
        for c, texture in enumerate(textures._halves(split)):
            assert best_match(u, label == c, texture) < 1e-5


def test_nothing_of_one_half_is_in_the_other():
    photographs, labels = texture_scenes(3, 6, 64, split="train")
    for u, label in zip(photographs[:, 0], labels):
        for c, texture in enumerate(textures._halves("test")):
            if (label == c).sum() > 400:
                assert best_match(u, label == c, texture) > 1e-3


def best_match(u, mask, texture):
    """Least variance of what differs between a region and a window of a texture, mirrored or not.

    The light is a shift; pixels that it drove to 0 or 1 are left out.
    """
    mask = mask & (u > 0) & (u < 1)
    if mask.sum() < 2:
        return 0.0
    found = []
    for candidate in (texture, texture.flip(-1)):
        m, t = mask.double(), candidate.double()
        n, v = m.sum(), u.double() * m
        cross = windows(t, v) - v.sum() / n * windows(t, m)
        own = (v**2).sum() / n - (v.sum() / n) ** 2
        variance = windows(t**2, m) / n - (windows(t, m) / n) ** 2
        found.append((own + variance - 2 * cross / n).min())
    return float(min(found))


def test_the_light_hides_the_grey_of_a_texture():
    photographs, labels = texture_scenes(150, 3)
    means = torch.stack([photographs[:, 0][labels == c].mean() for c in range(3)])
    within = torch.stack(
        [u[0][label == 0].mean() for u, label in zip(photographs, labels) if (label == 0).any()]
    ).std()
    assert means.max() - means.min() < 0.04 < 0.07 < within


def test_halves_are_means_of_the_files_pixels():
    u = images.photo("grass")[0, 0]
    right = u[:, 256:].reshape(256, 2, 128, 2).mean((1, 3))
    torch.testing.assert_close(textures._halves("test")[1], right - right.mean())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 0}, "n = 0"),
        ({"size": 0}, "size = 0"),
        ({"size": (64, 129)}, r"larger than half a texture, \(256, 128\)"),
        ({"smoothness": 0.0}, "smoothness = 0.0 must be positive"),
        ({"split": "val"}, "split = 'val': choose one of 'train', 'test'"),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(ValueError, match=words):
        texture_scenes(**{"n": 1, **options})


@pytest.mark.parametrize("split", ["train", "test"])
def test_windows_are_out_of_their_half_mirrored_or_not(split):
    half = textures._halves(split)[TEXTURES.index("grass")] + 0.5
    places = half.clamp(0, 1).unfold(0, 40, 1).unfold(1, 30, 1).flatten(0, 1)
    mirrored = 0
    for u in texture_windows("grass", 12, 3, (40, 30), split=split)[:, 0]:
        straight, turned = ((places == v).flatten(1).all(1).any() for v in (u, u.flip(-1)))
        assert straight or turned
        mirrored += int(turned)
    assert 0 < mirrored < 12


def test_windows_of_a_seed():
    one = texture_windows("brick", 5, 3)
    assert one.shape == (5, 1, 32, 32) and one.dtype == torch.float32
    assert torch.equal(one, texture_windows("brick", 5, torch.Generator().manual_seed(3)))
    assert not torch.equal(one, texture_windows("brick", 5, 4))
    assert not torch.equal(one, texture_windows("gravel", 5, 3))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "sand"}, "name = 'sand': .*'gravel'"),
        ({"n": 0}, "n = 0"),
        ({"size": (257, 8)}, "larger than half a texture"),
        ({"split": "both"}, "split = 'both'"),
    ],
)
def test_windows_that_cannot_be_cut(options, words):
    with pytest.raises(ValueError, match=words):
        texture_windows(**{"name": "grass", "n": 1, **options})
