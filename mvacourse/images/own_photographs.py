"""Your own photograph: any common file, turned upright, in grey or colour, at the size you want."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from mvacourse import validate
from mvacourse.images.photographs import to_image


def read(source: Any, size: int | Sequence[int] | None = None, color: bool = False) -> Tensor:
    """Read a photograph from a file, from bytes, or from an upload.

    It is turned as its camera says (EXIF), transparent parts become white, and 16-bit files keep
    their precision in grey. Of an animation the first picture is read. Colour profiles are ignored:
    the values are taken as sRGB, as a browser takes those of most files. With `size`, it is cropped
    and resized like :func:`photo`.

    >>> u = images.read("holiday.jpg", size=256, color=True)

    Parameters
    ----------
    source : path, bytes, open binary file, or the ``value`` of an ``ipywidgets.FileUpload``
        JPEG, PNG, TIFF, WebP, BMP, GIF, and what else Pillow reads.
    size : int or (int, int), optional
        Height and width; one number means a square. Without it, the file's own pixels: a large
        photograph then makes everything slow.
    color : bool
        False: one channel, 0.2125 R + 0.7154 G + 0.0721 B (BT.709). True: three channels.

    Returns
    -------
    Tensor, (1,C,H,W), float32
        In [0, 1], on the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `source` is none of the above.
    ValueError
        If it is empty, damaged, too large, or no image that Pillow can read; if the size is not
        positive.
    """
    pair = None if size is None else validate.image_size(size)
    content, name = _content(source)
    return to_image(_pixels(content, name), pair, bool(color))


def _content(source: Any) -> tuple[bytes, str]:
    """Return the bytes of a source, and its name for messages."""
    if isinstance(source, (str, os.PathLike)):
        return _file(Path(source).expanduser())
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), f"{len(source)} bytes"
    if isinstance(source, Mapping) and "content" in source:
        return bytes(source["content"]), str(source.get("name", "the upload"))
    if isinstance(source, Mapping) and source:  # of ipywidgets 7: {name: {"content": …}}
        name, upload = next(iter(source.items()))
        if isinstance(upload, Mapping) and "content" in upload:
            return bytes(upload["content"]), str(name)
    if isinstance(source, (tuple, list)) and len(source) > 0 and isinstance(source[0], Mapping):
        return _content(source[0])
    if isinstance(source, (tuple, list, Mapping)) and not source:
        raise ValueError("source is empty: choose a file in the upload first")
    if hasattr(source, "read"):
        content = source.read()
        if isinstance(content, bytes):
            return content, str(getattr(source, "name", "the file"))
        raise TypeError("source is a text file: open it with open(path, 'rb')")
    raise TypeError(
        f"source is a {type(source).__name__}: give a path, bytes, an open binary file, or the "
        "value of a FileUpload"
    )


def _file(path: Path) -> tuple[bytes, str]:
    try:
        return path.read_bytes(), str(path)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"source = {str(path)!r} does not exist; the working folder is {Path.cwd()}"
        ) from None
    except OSError as error:
        raise ValueError(f"source = {str(path)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a null character
        raise ValueError(f"source = {str(path)!r} names no file: {error}") from None


def _pixels(content: bytes, name: str) -> np.ndarray:
    """Decode an image as (H,W,C) float64 in [0, 1], C = 1 or 3."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not content:
        raise ValueError(f"source ({name}) is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged EXIF data, or of a very large image
            with Image.open(io.BytesIO(content)) as image:
                return _values(ImageOps.exif_transpose(image), name)
    except UnidentifiedImageError:
        raise ValueError(
            f"source ({name}) is no image that Pillow can read: save it as PNG or JPEG"
        ) from None
    except Image.DecompressionBombError:
        raise ValueError(f"source ({name}) has too many pixels: make it smaller first") from None
    except (OSError, SyntaxError, EOFError) as error:  # what Pillow raises for damaged files
        raise ValueError(f"source ({name}) is damaged: {error}") from error


def _values(image: Any, name: str) -> np.ndarray:
    if image.mode == "F":
        u = np.asarray(image, dtype=np.float64)[..., None]
        if not (np.isfinite(u).all() and 0 <= u.min() and u.max() <= 1):
            raise ValueError(
                f"source ({name}) holds floating-point values outside [0, 1]: scale them"
            )
        return u
    if image.mode.startswith("I"):  # 16 bits, which some versions of Pillow hold in 32
        u = np.asarray(image, dtype=np.float64)[..., None]
        if u.min() < 0 or u.max() > 65535:
            raise ValueError(f"source ({name}) holds values above 16 bits: convert it to PNG")
        return u / 65535
    if image.has_transparency_data:
        from PIL import Image

        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    grey = image.mode in ("1", "L")
    u = np.asarray(image.convert("L" if grey else "RGB"), dtype=np.float64) / 255
    return u[..., None] if grey else u
