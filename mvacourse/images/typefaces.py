"""Characters as sharp bitmaps, from the typefaces in matplotlib's wheel and in ``data/fonts``."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from mvacourse import storage, validate

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FACES = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic", "DejaVuSerif-BoldItalic"),
    *("DejaVuSansMono", "DejaVuSansMono-Bold"),
    *("DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *("cmr10", "cmb10", "cmti10", "cmss10", "cmtt10"),
)
"""The typefaces, by file name: DejaVu, STIX (like Times), Computer Modern. All are free to use."""

HELD_OUT_FACES = (
    *("Roboto-Regular", "Roboto-Black", "Roboto-LightItalic", "RobotoCondensed-Bold"),
    *("RobotoSlab-Regular", "OpenSans-Light", "OpenSans-ExtraBoldItalic", "OpenSans-CondLight"),
    *("Caladea-Regular", "Caladea-BoldItalic"),
)
"""Ten more typefaces, a third of all, which no network of the course was trained on."""

_ALL = FACES + HELD_OUT_FACES
_SHIPPED = {"cmti10": "ttf", **dict.fromkeys(HELD_OUT_FACES, "ttf"), "RobotoSlab-Regular": "otf"}
"""Faces in ``data/fonts``, and how their files end. Matplotlib has cmti10 only from 3.11 on, which
needs Python 3.11."""

BODY = 20 / 28
"""Height of a zero in the undeformed picture, as in MNIST: 20 pixels of 28."""

_EM = 2
"""A character is drawn with an em of `_EM` pictures, about twice its final size."""

# Computer Modern has other signs in place of < > \ _ { | } " $, as in TeX's old encoding.
_COMPUTER_MODERN = frozenset(string.ascii_letters + string.digits + "!#%&'()*+,-./:;=?@[]")


def number(face: str) -> int:
    """Return the place of a face in FACES + HELD_OUT_FACES."""
    return _ALL.index(face)


def choose(faces: str | Sequence[str] | None) -> tuple[str, ...]:
    """Convert a choice of faces to their names; None means all of :data:`FACES`.

    Raises
    ------
    TypeError, ValueError
        If they are not names, one is unknown or occurs twice, or there are none.
    """
    if faces is None:
        return FACES
    if not isinstance(faces, str | Sequence):
        raise TypeError(f"faces is a {type(faces).__name__}: write a list of names of FACES")
    chosen = (faces,) if isinstance(faces, str) else tuple(faces)
    unknown = [face for face in chosen if face not in _ALL]
    if unknown:
        hint = validate.near(unknown[0], _ALL, f"choose one of {', '.join(_ALL)}")
        raise ValueError(f"faces contains {unknown[0]!r}: {hint}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"faces = {faces!r} must name at least one face, and each only once")
    return chosen


@lru_cache(maxsize=4096)
def has(face: str, character: str) -> bool:
    """Check whether a face has a character that is not blank."""
    if face.startswith("cm") and character not in _COMPUTER_MODERN:
        return False
    return ord(character) in _code_points(face) and _ink(face, character, 64) is not None


@lru_cache(maxsize=2048)
def bitmap(face: str, character: str, size: int) -> Tensor:
    """Draw a character in the middle of a picture: (size,size) bytes, 255 on 0, anti-aliased.

    The height of the face's zero is :data:`BODY` of the picture; a character that is taller or
    wider is reduced to this size. Its ink is centred to half a pixel.
    """
    from PIL import Image

    ink = _ink(face, character, _EM * size)
    scale = BODY * size / max(_zero(face, _EM * size), *ink.size)
    width, height = (max(1, round(scale * n)) for n in ink.size)
    picture = Image.new("L", (size, size))
    reduced = ink.resize((width, height), Image.Resampling.BOX)
    picture.paste(reduced, ((size - width) // 2, (size - height) // 2))
    return torch.from_numpy(np.array(picture))


def _ink(face: str, character: str, em: int) -> Image | None:
    """Draw a large character, and crop the blank border; None if it is all blank."""
    from PIL import Image, ImageDraw

    font = _font(face, em)
    left, top, right, bottom = font.getbbox(character)
    picture = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), character, fill=255, font=font)
    box = picture.getbbox()
    return picture.crop(box) if box else None


@lru_cache(maxsize=256)
def _zero(face: str, em: int) -> int:
    return _ink(face, "0", em).height


@lru_cache(maxsize=256)
def _font(face: str, em: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic layout gives the same result whether or not Pillow was built with Raqm.
    return ImageFont.truetype(_file(face), em, layout_engine=ImageFont.Layout.BASIC)


@cache
def _code_points(face: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(_file(face)).get_charmap())


def _file(face: str) -> str:
    if face in _SHIPPED:
        return str(storage.data_dir() / "fonts" / f"{face}.{_SHIPPED[face]}")
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{face}.ttf"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: this matplotlib does not contain it; reinstall matplotlib"
        )
    return str(path)
