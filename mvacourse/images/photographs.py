"""Photographs that are part of the scikit-image wheel.

The files are opened directly. scikit-image's own loaders would download missing files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from mvacourse import validate

GREY = (0.2125, 0.7154, 0.0721)
"""Weights of red, green and blue in grey (BT.709)."""


class Photo(NamedTuple):
    """A photograph: its name, size, licence and credit."""

    name: str
    size: tuple[int, int]
    """(H, W) of the file."""
    color: bool
    licence: str
    credit: str
    file: str
    """File name inside scikit-image's data folder."""


class PhotoTable(tuple[Photo, ...]):
    """The photographs; a notebook and ``print`` show them as a table."""

    _HEAD = ("name", "size", "colour", "licence", "credit")

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (p.name, "{} × {}".format(*p.size), "yes" if p.color else "no", p.licence, p.credit)
            for p in self
        ]

    def __repr__(self) -> str:
        rows = [self._HEAD, *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def _repr_markdown_(self) -> str:
        rows = [self._HEAD, ("---",) * len(self._HEAD), *self._rows()]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_CC0 = "CC0"
_PUBLIC = "public domain"
_FREE = "no known restrictions"
_UNSTATED = "none stated"

# Licences and credits are those in scikit-image's documentation of each image.
_PHOTOS = PhotoTable(
    Photo(*row)
    for row in [
        ("astronaut", (512, 512), True, _PUBLIC, "NASA, Eileen Collins", "astronaut.png"),
        ("brick", (512, 512), False, _CC0, "CC0Textures, Bricks25", "brick.png"),
        ("camera", (512, 512), False, _CC0, "Lav Varshney", "camera.png"),
        ("cell", (660, 550), False, _CC0, "Müller et al. 2018, phase image", "cell.png"),
        ("chelsea", (300, 451), True, _CC0, "Stéfan van der Walt", "chelsea.png"),
        ("clock", (300, 400), False, _PUBLIC, "Stéfan van der Walt", "clock_motion.png"),
        ("coffee", (400, 600), True, _CC0, "Rachel Michetti", "coffee.png"),
        ("coins", (303, 384), False, _FREE, "Brooklyn Museum", "coins.png"),
        ("grass", (512, 512), False, _CC0, "linolafett, Grass 01", "grass.png"),
        ("gravel", (512, 512), False, _CC0, "CC0Textures, Gravel04", "gravel.png"),
        ("hubble_deep_field", (872, 1000), True, _PUBLIC, "NASA", "hubble_deep_field.jpg"),
        ("immunohistochemistry", (512, 512), True, _FREE, "CMMI", "ihc.png"),
        ("microaneurysms", (102, 102), False, _CC0, "Andreas Maier", "microaneurysms.png"),
        ("moon", (512, 512), False, _UNSTATED, "scikit-image", "moon.png"),
        ("page", (191, 384), False, _UNSTATED, "scikit-image", "page.png"),
        ("retina", (1411, 1411), True, _CC0, "Mikael Häggström 2014", "retina.jpg"),
        ("rocket", (427, 640), True, _PUBLIC, "SpaceX, DSCOVR launch", "rocket.jpg"),
        ("text", (172, 448), False, _PUBLIC, "Wikipedia, Corner.png", "text.png"),
    ]
)


def photos() -> PhotoTable:
    """List the embedded photographs, with size, licence and credit; a notebook shows a table."""
    return _PHOTOS


def photo(name: str, size: int | Sequence[int] | None = None, color: bool = False) -> Tensor:
    """Load an embedded photograph as a tensor.

    Without `size`, it has the file's own pixels. With `size`, the photograph is cropped around its
    centre to the wanted aspect and resized by linear interpolation, after a Gaussian filter against
    aliasing (:func:`skimage.transform.resize`, in float64). A size larger than the file is allowed,
    but the image is then too smooth, and every restoration looks too good.

    Parameters
    ----------
    name : str
        A name from :func:`photos`.
    size : int or (int, int), optional
        Height and width; one number means a square.
    color : bool
        False: one channel, 0.2125 R + 0.7154 G + 0.0721 B (BT.709, as scikit-image's rgb2gray).
        True: three channels, which are equal if the file is grey.

    Returns
    -------
    Tensor, (1,C,H,W), float32
        In [0, 1], on the CPU; a new copy, which you may change in place.

    Raises
    ------
    ValueError
        If there is no such photograph, or the size is not positive.
    """
    chosen = _find(name)
    pair = None if size is None else validate.image_size(size)
    return embedded(chosen.file, pair, bool(color)).clone()


def grey(u: Tensor) -> Tensor:
    """Convert colour images to grey as :func:`photo` does: 0.2125 R + 0.7154 G + 0.0721 B.

    Parameters
    ----------
    u : Tensor, (B,3,H,W) or (B,1,H,W)
        Grey images come back as they are.

    Returns
    -------
    Tensor, (B,1,H,W)

    Raises
    ------
    TypeError, ValueError
        If `u` is no batch of images, or has neither 1 nor 3 channels.
    """
    channels = validate.image(u, "u").shape[1]
    if channels == 1:
        return u
    if channels != 3:
        raise ValueError(f"u has {channels} channels: grey images have 1, colour images 3")
    weights = torch.tensor(GREY, dtype=u.real.dtype, device=u.device)
    return torch.einsum("c,bchw->bhw", weights.to(u.dtype), u)[:, None]


def _find(name: str) -> Photo:
    by_name = {p.name: p for p in _PHOTOS}
    if not isinstance(name, str) or name not in by_name:
        hint = validate.near(name, by_name, f"choose one of {', '.join(by_name)}")
        raise ValueError(f"name = {name!r} is not a photograph: {hint}")
    return by_name[name]


@lru_cache(maxsize=64)
def embedded(file: str, size: tuple[int, int] | None, color: bool) -> Tensor:
    """Read a file of scikit-image's wheel as (1,C,H,W), cropped and resized; do not change it."""
    return to_image(_open(file), size, color)


def to_image(u: np.ndarray, size: tuple[int, int] | None, color: bool) -> Tensor:
    """Convert (H,W,C) float64 in [0, 1] to (1,C,H,W) float32: grey or colour, cropped, resized."""
    if not color and u.shape[2] == 3:
        from skimage.color import rgb2gray

        u = rgb2gray(u)[..., None]
    if size is not None:
        u = _resize(_crop(u, size), size)
    if color and u.shape[2] == 1:
        u = np.repeat(u, 3, axis=2)
    return torch.from_numpy(u.astype(np.float32)).permute(2, 0, 1)[None].contiguous()


def _open(file: str) -> np.ndarray:
    """Read a file of scikit-image's wheel as (H,W,C) float64 in [0, 1], C = 1 or 3."""
    from PIL import Image

    # find_spec, not import: only the path is needed, and importing takes half a second.
    path = Path(find_spec("skimage").origin).parent / "data" / file
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: this scikit-image does not contain it; reinstall scikit-image"
        )
    with Image.open(path) as image:
        u = np.asarray(image.convert("L" if image.mode == "L" else "RGB"), dtype=np.float64) / 255
    return u if u.ndim == 3 else u[..., None]


def _crop(u: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Crop to the largest centred rectangle with the aspect of `size`."""
    H, W = u.shape[:2]
    scale = min(H / size[0], W / size[1])
    h, w = (max(1, round(scale * n)) for n in size)
    top, left = (H - h) // 2, (W - w) // 2
    return u[top : top + h, left : left + w]


def _resize(u: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if u.shape[:2] == size:
        return u
    from skimage.transform import resize

    return np.clip(resize(u, size, order=1, mode="reflect", anti_aliasing=True), 0, 1)
