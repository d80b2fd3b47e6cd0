"""Embedded photographs: those in the wheel, cropped and resized as stated."""

from __future__ import annotations

import socket

import numpy as np
import pytest
import skimage
import torch

from mvacourse import images
from mvacourse.images import photographs

NAMES = [p.name for p in images.photos()]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Make every attempt to reach another host an error."""

    def refused(*args: object, **kwargs: object) -> None:
        raise AssertionError("an embedded photograph asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    photographs.embedded.cache_clear()


def test_the_photographs_that_the_course_names_are_there():
    wanted = "astronaut brick camera chelsea coffee coins grass gravel moon retina rocket"
    assert set(wanted.split()) <= set(NAMES) and len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("photo", images.photos(), ids=NAMES)
def test_every_photograph_is_what_the_table_says(photo):
    grey, color = images.photo(photo.name), images.photo(photo.name, color=True)
    assert grey.shape == (1, 1, *photo.size) and color.shape == (1, 3, *photo.size)
    assert grey.dtype == color.dtype == torch.float32
    assert 0 <= color.min() and color.max() <= 1 and grey.std() > 0.01
    assert (color[:, 0] != color[:, 1]).any() == photo.color
    assert photo.licence and photo.credit


def test_the_pixels_are_the_files():
    u = images.photo("astronaut", color=True)[0].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(np.rint(u * 255), skimage.data.astronaut())


def test_grey_of_a_colour_image_is_the_grey_photograph():
    color, grey = images.photo("coffee", color=True), images.photo("coffee")
    torch.testing.assert_close(images.grey(color), grey, rtol=0, atol=1e-6)
    assert images.grey(grey) is grey
    assert images.grey(color.double()).dtype == torch.float64
    for bad, words in ((torch.rand(1, 2, 4, 4), "2 channels"), (torch.rand(3, 4, 4), r"u\[None\]")):
        with pytest.raises(ValueError, match=words):
            images.grey(bad)


def test_grey_is_bt709():
    u = images.photo("coffee", color=True)[0].double()
    expected = 0.2125 * u[0] + 0.7154 * u[1] + 0.0721 * u[2]
    torch.testing.assert_close(images.photo("coffee")[0, 0].double(), expected, atol=1e-6, rtol=0)


def test_a_grey_photograph_in_colour_has_three_equal_channels():
    u = images.photo("camera", 64, color=True)
    assert torch.equal(u, images.photo("camera", 64).expand(1, 3, 64, 64))


def test_resizing_is_scikit_images_with_anti_aliasing():
    grey = skimage.color.rgb2gray(skimage.data.astronaut() / 255.0)
    expected = skimage.transform.resize(grey, (256, 256), anti_aliasing=True)
    np.testing.assert_allclose(images.photo("astronaut", 256)[0, 0], expected, atol=1e-6)


def test_resizing_keeps_the_mean_and_the_range():
    for name in ("camera", "brick", "moon"):
        u, full = images.photo(name, 128), images.photo(name)
        assert abs(u.mean() - full.mean()) < 2e-3
        assert u.min() >= 0 and u.max() <= 1


def test_the_crop_is_centred_and_keeps_the_aspect():
    full = images.photo("coffee")  # 400 × 600
    assert torch.equal(images.photo("coffee", 400), full[..., 100:500])
    assert torch.equal(images.photo("coffee", (200, 600)), full[..., 100:300, :])
    assert images.photo("chelsea", (50, 70)).shape == (1, 1, 50, 70)
    assert images.photo("chelsea", 1).shape == (1, 1, 1, 1)


def test_upsizing_is_allowed():
    assert images.photo("microaneurysms", 256).shape == (1, 1, 256, 256)


def test_a_caller_cannot_spoil_the_next_ones_image():
    u = images.photo("camera", 32)
    u.zero_()
    assert images.photo("camera", 32).mean() > 0.1


def test_shepp_logan_against_scikit_image():
    phantom = skimage.data.shepp_logan_phantom()
    np.testing.assert_allclose(images.shepp_logan()[0, 0], phantom, atol=1e-6)
    u = images.shepp_logan((65, 64))
    assert u.shape == (1, 1, 65, 64) and u.min() == 0 and u.max() <= 1


def test_the_table_prints_and_shows():
    table = images.photos()
    assert len(repr(table).splitlines()) == len(table) + 1
    markdown = table._repr_markdown_().splitlines()
    assert markdown[1] == "| --- | --- | --- | --- | --- |" and len(markdown) == len(table) + 2
    assert "Lav Varshney" in repr(table) and "| camera | 512 × 512 | no | CC0 |" in "\n".join(
        markdown
    )


def test_unknown_names_get_a_suggestion_and_the_list():
    with pytest.raises(ValueError, match=r"'camra'.*did you mean camera"):
        images.photo("camra")
    with pytest.raises(ValueError, match="'lena' is not a photograph: choose one of astronaut"):
        images.photo("lena")


@pytest.mark.parametrize("size", [0, -3, (256, 0), (1, 2, 3), 2.5])
def test_bad_sizes(size):
    with pytest.raises((TypeError, ValueError)):
        images.photo("camera", size)


def test_a_scikit_image_without_the_file_is_explained(monkeypatch):
    monkeypatch.setattr(
        photographs, "_PHOTOS", (images.Photo("x", (1, 1), False, "", "", "x.png"),)
    )
    with pytest.raises(FileNotFoundError, match="reinstall scikit-image"):
        images.photo("x")
