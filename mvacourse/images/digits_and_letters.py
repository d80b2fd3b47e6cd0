"""Typographic characters: printed and randomly deformed, in any number.

They are a data set like MNIST that needs no download: white on black, 28×28, with ink about 20
pixels tall. Each is labelled with its character and its typeface.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.images import deformation, typefaces

_Character = tuple[str, list[str]]
"""A character, and the faces that have it."""

_BLOCK = 64
"""Characters drawn together. Each block has its own random numbers: character i of a seed does not
depend on how many are drawn."""

_MOST = 100
"""Largest factor on the deformations."""
_FINE = 3
"""Bitmaps are deformed at `_FINE` times the size, then averaged down, against aliasing."""


class Glyphs(NamedTuple):
    """Images of characters, with their labels."""

    images: Tensor
    """(n,1,size,size) float32 in [0, 1], white on black."""
    labels: Tensor
    """(n,) int64, index of the character."""
    faces: Tensor
    """(n,) int64, index into :data:`FACES`, followed by :data:`HELD_OUT_FACES`."""


def glyphs(
    characters: str | Sequence[str],
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int = 28,
    *,
    faces: str | Sequence[str] | None = None,
    deform: float = 1.0,
) -> Glyphs:
    """Draw `n` deformed characters of random typefaces, each labelled with character and face.

    The character is drawn uniformly, then a face uniformly among those that have it. Its bitmap is
    rotated (±6°), sheared (±0.12), scaled (±6 %, and ±7 % in aspect) and shifted (±0.9 pixels of
    28), uniformly. Then a cubic spline on a coarse grid bends it, with normal coefficients (0.7
    pixels of 28). A character at 28×28 takes about 0.15 ms on one thread.

    Parameters
    ----------
    characters : str or sequence of str
        Characters to choose from, for example ``"0123456789"``; each only once.
    n : int
        Number of images.
    seed : int, torch.Generator or None
        Random seed. Character i of a seed is the same for every `n`; use another seed for held-out
        images. None draws the seed from torch's own generator. Another version of Pillow or
        matplotlib may change the last bits.
    size : int, default 28
        Height and width.
    faces : str or sequence of str, optional
        Some of :data:`FACES`, all of which are the default, or of :data:`HELD_OUT_FACES`, which no
        network of the course has learned from.
    deform : float, default 1
        Factor on the range of every deformation: 0 gives the typefaces as they are, 2 looks like
        hasty writing.

    Returns
    -------
    Glyphs
        (images, labels, faces); ``labels`` index into `characters`, ``faces`` into :data:`FACES`
        followed by :data:`HELD_OUT_FACES`.

    Raises
    ------
    TypeError, ValueError
        If a character occurs twice, is not a single character, or is in none of the faces; if a
        face is unknown; if `n` or `size` is not positive, or `deform` is negative.
    """
    return _glyphs(characters, n, _key(seed), size, faces, deform)


def digits(
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int = 28,
    *,
    faces: str | Sequence[str] | None = None,
    deform: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Draw `n` typographic digits, for training without a download.

    ``glyphs("0123456789", …)`` without the faces; the arguments are those of :func:`glyphs`.

    Returns
    -------
    images : Tensor, (n,1,size,size), float32
        White on black, in [0, 1].
    labels : Tensor, (n,), int64
        The digit.

    Raises
    ------
    TypeError, ValueError
        As for :func:`glyphs`.
    """
    return glyphs(string.digits, n, seed, size, faces=faces, deform=deform)[:2]


def letters(
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int = 28,
    *,
    characters: str | Sequence[str] = string.ascii_uppercase,
    faces: str | Sequence[str] | None = None,
    deform: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Draw `n` typographic letters: they look like digits, but are not (E5).

    ``glyphs(characters, …)`` without the faces; the capitals A to Z by default.

    Returns
    -------
    images : Tensor, (n,1,size,size), float32
        White on black, in [0, 1].
    labels : Tensor, (n,), int64
        Index into `characters`.

    Raises
    ------
    TypeError, ValueError
        As for :func:`glyphs`.
    """
    return glyphs(characters, n, seed, size, faces=faces, deform=deform)[:2]


def coloured_digits(
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int = 28,
    *,
    faces: str | Sequence[str] | None = None,
    deform: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Draw `n` digits in a bright colour on a dark coloured ground.

    The image is (1 − m)·ground + m·ink, with m the output of :func:`digits` for the same seed.
    Both hues are uniform. Ink: saturation uniform in [0.2, 0.6], value 1. Ground: saturation
    uniform in [0.4, 1], value uniform in [0.05, 0.3]. The arguments are those of :func:`glyphs`.

    Returns
    -------
    images : Tensor, (n,3,size,size), float32
        In [0, 1].
    labels : Tensor, (n,), int64
        The digit.

    Raises
    ------
    TypeError, ValueError
        As for :func:`glyphs`.
    """
    key = _key(seed)
    m, labels, _ = _glyphs(string.digits, n, key, size, faces, deform)
    blocks = range(n // _BLOCK + 1)
    u = np.concatenate([_rng(key, block, "colours").random((_BLOCK, 5)) for block in blocks])[:n]
    ink = _rgb(u[:, 0], 0.2 + 0.4 * u[:, 1], 1 + 0 * u[:, 0])
    ground = _rgb(u[:, 2], 0.4 + 0.6 * u[:, 3], 0.05 + 0.25 * u[:, 4])
    return torch.lerp(ground, ink, m), labels


def _glyphs(
    characters: str | Sequence[str],
    n: int,
    key: int,
    size: int,
    faces: str | Sequence[str] | None,
    deform: float,
) -> Glyphs:
    n, size = validate.count(n, "n"), validate.count(size, "size")
    deform = validate.non_negative(deform, "deform")
    if deform > _MOST:
        raise ValueError(f"deform = {deform:.4g} must be at most {_MOST}: no character is left")
    drawable = _drawable(characters, typefaces.choose(faces))
    out = Glyphs(
        torch.empty(n, 1, size, size),
        torch.empty(n, dtype=torch.int64),
        torch.empty(n, dtype=torch.int64),
    )
    for start in range(0, n, _BLOCK):
        rng = _rng(key, start // _BLOCK, "shapes")
        for whole, part in zip(out, _block(drawable, rng, size, deform)):
            whole[start : start + _BLOCK] = part[: n - start]
    return out


def _drawable(characters: str | Sequence[str], faces: tuple[str, ...]) -> list[_Character]:
    """Pair each character with the faces that have it."""
    if not isinstance(characters, str | Sequence):
        raise TypeError(f"characters is a {type(characters).__name__}: write a str, such as 'ABC'")
    drawable = {}
    for c in characters:
        if not isinstance(c, str) or len(c) != 1:
            raise ValueError(f"characters contains {c!r}: each must be a str of length 1")
        if c in drawable:
            raise ValueError(f"characters contains {c!r} twice: each label needs one character")
        drawable[c] = [face for face in faces if typefaces.has(face, c)]
        if not drawable[c]:
            raise ValueError(f"characters contains {c!r}, which is in none of {', '.join(faces)}")
    if not drawable:
        raise ValueError("characters is empty: write for example '0123456789'")
    return list(drawable.items())


def _block(
    drawable: list[_Character], rng: np.random.Generator, size: int, deform: float
) -> Glyphs:
    """Draw a whole block: no character in it depends on how many are needed."""
    labels = rng.integers(len(drawable), size=_BLOCK)
    chosen = []
    for label, u in zip(labels, rng.random(_BLOCK)):
        character, faces = drawable[label]
        chosen.append((faces[int(u * len(faces))], character))
    pictures = torch.stack([typefaces.bitmap(*pair, _FINE * size) for pair in chosen])[:, None]
    read_at = deformation.draw(rng, _BLOCK, deform)
    some = max(1, _BLOCK * 28**2 // size**2)  # limits the memory for large pictures
    images = [
        deformation.apply(p.float() / 255, r, _FINE)
        for p, r in zip(pictures.split(some), read_at.split(some))
    ]
    faces = torch.tensor([typefaces.number(face) for face, _ in chosen])
    return Glyphs(torch.cat(images).clamp_(0, 1), torch.from_numpy(labels), faces)


def _key(seed: int | torch.Generator | None) -> int:
    return int(torch.randint(2**62, (), generator=validate.generator(seed)))


def _rng(key: int, block: int, purpose: str) -> np.random.Generator:
    """Make the random generator of a block, without drawing those of earlier blocks."""
    return np.random.default_rng([key, block, *purpose.encode()])


def _rgb(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> Tensor:
    """Convert hue, saturation and value in [0, 1] to RGB colours (n,3,1,1)."""
    ramp = 2 - np.abs((6 * hue[:, None] + [3, 1, 5]) % 6 - 3)  # 2 on a third, then down to −1
    rgb = value[:, None] * (1 - saturation[:, None] * (1 - ramp.clip(0, 1)))
    return torch.from_numpy(rgb.astype(np.float32))[..., None, None]
