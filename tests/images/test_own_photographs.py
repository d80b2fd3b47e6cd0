"""Any common file: formats, modes, precision, orientation, transparency, uploads, bad input."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from mvacourse import images

H, W = 12, 18


def pixels(seed=0, channels=3):
    return np.random.default_rng(seed).integers(0, 256, (H, W, channels), dtype=np.uint8)


def encoded(image, format="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


RGB = Image.fromarray(pixels())


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "WEBP"])
def test_files_without_loss_give_their_pixels(format, tmp_path):
    options = {"lossless": True} if format == "WEBP" else {}
    path = tmp_path / f"my photo, été.{format.lower()}"
    path.write_bytes(encoded(RGB, format, **options))
    u = images.read(path, color=True)
    assert u.shape == (1, 3, H, W) and u.dtype == torch.float32
    np.testing.assert_array_equal(np.rint(u[0].permute(1, 2, 0).numpy() * 255), pixels())
    assert torch.equal(images.read(str(path), color=True), u)


def test_grey_is_that_of_the_courses_photographs():
    u = images.read(encoded(RGB))
    weights = np.array([0.2125, 0.7154, 0.0721])
    np.testing.assert_allclose(u[0, 0].numpy(), pixels() @ weights / 255, atol=1e-6)
    same = images.read(encoded(Image.fromarray(pixels(channels=1)[..., 0])), color=True)
    assert same.shape == (1, 3, H, W) and torch.equal(same[:, 0], same[:, 2])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_every_mode_becomes_grey_or_colour(mode):
    image = RGB.convert(mode)
    format = "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"
    # some releases of Pillow write YCbCr without compression as a file that they cannot read
    content = encoded(image, format, **({"compression": "tiff_lzw"} if mode == "YCbCr" else {}))
    assert images.read(content).shape == (1, 1, H, W)
    assert images.read(content, color=True).shape == (1, 3, H, W)


def test_sixteen_bits_keep_their_precision():
    values = np.linspace(0, 65535, H * W).astype(np.uint16).reshape(H, W)
    for format in ("PNG", "TIFF"):
        u = images.read(encoded(Image.fromarray(values), format))
        np.testing.assert_allclose(u[0, 0].numpy(), values / 65535, atol=1e-7)


def test_floating_point_values_are_taken_as_they_are_or_refused():
    values = np.linspace(0, 1, H * W, dtype=np.float32).reshape(H, W)
    u = images.read(encoded(Image.fromarray(values), "TIFF"))
    np.testing.assert_array_equal(u[0, 0].numpy(), values)
    with pytest.raises(ValueError, match=r"outside \[0, 1\]"):
        images.read(encoded(Image.fromarray(255 * values), "TIFF"))


def test_transparent_parts_are_white():
    rgba = np.dstack([pixels(), np.zeros((H, W), np.uint8)])
    rgba[:, :9, 3] = 255
    u = images.read(encoded(Image.fromarray(rgba)), color=True)
    assert (u[..., 9:] == 1).all() and (u[..., :9] < 1).any()
    palette = RGB.quantize(8)
    assert images.read(encoded(palette, "PNG", transparency=0), color=True).shape == (1, 3, H, W)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_be_held_in_any_way(orientation):
    """EXIF says how the stored pixels must be turned; they are stored so that all look the same."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = RGB.transpose(back[orientation]) if orientation > 1 else RGB
    exif = Image.Exif()
    exif[0x0112] = orientation
    u = images.read(encoded(stored, "PNG", exif=exif), color=True)
    assert torch.equal(u, images.read(encoded(RGB), color=True))


def test_size_crops_and_resizes_like_the_courses_photographs(tmp_path):
    u = images.photo("coffee", color=True)
    path = tmp_path / "coffee.png"
    Image.fromarray((255 * u[0].permute(1, 2, 0)).round().byte().numpy()).save(path)
    for size in (64, (30, 50)):
        torch.testing.assert_close(
            images.read(path, size, color=True), images.photo("coffee", size, color=True)
        )


def test_bytes_files_and_uploads_are_one():
    content = encoded(RGB)
    u = images.read(content)
    eight = ({"name": "a.png", "type": "image/png", "content": memoryview(content)},)
    seven = {"a.png": {"metadata": {}, "content": content}}
    for source in (bytearray(content), memoryview(content), io.BytesIO(content), eight, seven):
        assert torch.equal(images.read(source), u)
    assert torch.equal(images.read(eight[0]), u)


def test_of_an_animation_the_first_picture_is_read():
    frames = [Image.fromarray(pixels(seed)).convert("P") for seed in (0, 1)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert torch.equal(images.read(content), images.read(encoded(frames[0], "GIF")))


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("nowhere.jpg", FileNotFoundError, "does not exist; the working folder is"),
        (".", ValueError, "cannot be read"),
        ("a\0b", ValueError, "names no file|cannot be read|does not exist"),
        (b"", ValueError, "is empty"),
        ((), ValueError, "choose a file in the upload first"),
        ({}, ValueError, "choose a file in the upload first"),
        (b"%PDF-1.7 no image", ValueError, "no image that Pillow can read: save it as PNG or JPEG"),
        (encoded(RGB, "JPEG")[:300], ValueError, "is damaged|no image"),
        (encoded(RGB)[:80], ValueError, "is damaged"),
        (io.StringIO("text"), TypeError, "source is a text file"),
        (3, TypeError, "source is a int: give a path"),
        (None, TypeError, "source is a NoneType: give a path"),
        (torch.rand(3, 4), TypeError, "source is a Tensor: give a path"),
    ],
)
def test_bad_input_is_told(source, error, words):
    with pytest.raises(error, match=words):
        images.read(source)


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 50)
    with pytest.raises(ValueError, match="has too many pixels"):
        images.read(encoded(RGB))
