"""Texture scenes: random label maps filled with brick, grass and gravel; no download needed.

They replace streets and façades as pairs from which a network learns to turn labels into
photographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.images.photographs import GREY, embedded

TEXTURES = ("brick", "grass", "gravel")
"""Textures of the labels 0, 1 and 2."""

_SPLITS = ("train", "test")

_SMOOTHEST = 1000
_LIGHT = (0.35, 0.65)
"""Range of the mean of a texture."""


_TINTS = ((0.25, -0.24), (-0.13, -0.21), (0.02, -0.06))
"""a of red and blue for each texture, at most ¼; that of green keeps the grey."""
_RED_BLUE = (GREY[0], GREY[2])


class Scenes(NamedTuple):
    """Texture scenes: photographs and their label maps."""

    photographs: Tensor
    """(n,1,H,W), or (n,3,H,W) in colour, float32, in [0, 1]."""
    labels: Tensor
    """(n,H,W), int64: index into :data:`TEXTURES`."""


def texture_scenes(
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int | Sequence[int] = 64,
    *,
    split: str = "train",
    smoothness: float = 12.0,
    color: bool = False,
) -> Scenes:
    """Draw `n` scenes: smooth random label maps, filled with textures.

    The label of a pixel is the index of the largest of three independent fields there; each field
    is white noise filtered by a Gaussian. Each label shows a window of its texture, at a random
    place and randomly mirrored. Each also has its own light: its grey is shifted to a mean drawn
    from 0.35 to 0.65, and clipped to [0, 1]. So the grey says little about the label, and the
    texture says everything. Image i of a seed is the same for every n, and has another label map in
    each split.

    The textures are scikit-image's photographs at half their size, cut down the middle. The left
    halves are ``"train"``, the right ones ``"test"``; they share nothing.

    Parameters
    ----------
    n : int
        Number of scenes.
    seed : int, torch.Generator or None
        The same number always gives the same scenes.
    size : int or (int, int), default 64
        Height up to 256 and width up to 128, which is the size of a half.
    split : {"train", "test"}
        Which halves of the textures.
    smoothness : float, default 12
        Standard deviation of the Gaussian in pixels, for every size: larger images have more
        regions, not larger ones. A region is about four times as wide.
    color : bool, default False
        True: brick is red, grass is green and gravel is a warm grey, with three channels. A pixel
        of grey x gets the colour x + 4a x(1 − x), and a is such that
        :func:`mvacourse.images.grey` gives x back: without its colour, the scene is the same.

    Returns
    -------
    Scenes
        ``photographs`` (n,1,H,W), or (n,3,H,W) in colour, and ``labels`` (n,H,W).

    Raises
    ------
    TypeError, ValueError
        If a size is out of range, `smoothness` is not positive, or there is no such split.
    """
    n, (H, W) = validate.count(n, "n"), validate.image_size(size)
    smoothness = validate.positive(smoothness, "smoothness")
    if smoothness > _SMOOTHEST:
        raise ValueError(f"smoothness = {smoothness:.4g} must be at most {_SMOOTHEST} pixels")
    halves = _fitting(split, (H, W))
    key = int(torch.randint(2**62, (), generator=validate.generator(seed)))
    smooth = [_gaussian(length, smoothness) for length in (H, W)]
    scenes = [_scene(np.random.default_rng([key, i, *split.encode()]), halves, smooth)
              for i in range(n)]  # fmt: skip
    photographs, labels = (torch.stack(part) for part in zip(*scenes))
    return Scenes(_coloured(photographs, labels) if color else photographs, labels)


def _scene(
    rng: np.random.Generator, halves: Tensor, smooth: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    rows, columns = smooth
    noise = rng.standard_normal((len(TEXTURES), rows.shape[1], columns.shape[1]), np.float32)
    labels = (rows @ torch.from_numpy(noise) @ columns.T).argmax(0)
    H, W = labels.shape
    windows = []
    for texture in halves:
        top = rng.integers(texture.shape[0] - H, endpoint=True)
        left = rng.integers(texture.shape[1] - W, endpoint=True)
        window = texture[top : top + H, left : left + W]
        light = rng.uniform(*_LIGHT)
        windows.append(light + (window.flip(-1) if rng.random() < 0.5 else window))
    return torch.stack(windows).gather(0, labels[None]).clamp(0, 1), labels


def _coloured(grey: Tensor, labels: Tensor) -> Tensor:
    """Colour each pixel by its label, without changing its grey: (n,3,H,W)."""
    tint = torch.tensor(_TINTS)  # a, of red, green and blue
    tint = torch.stack([tint[:, 0], -(tint @ torch.tensor(_RED_BLUE)) / GREY[1], tint[:, 1]])
    return (grey + 4 * tint[:, labels].movedim(0, 1) * grey * (1 - grey)).clamp(0, 1)


def texture_windows(
    name: str,
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int | Sequence[int] = 32,
    *,
    split: str = "train",
) -> Tensor:
    """Cut `n` windows out of one texture, at random places, and mirror each at random.

    The texture is one half of scikit-image's photograph at half its size, as for
    :func:`texture_scenes`. The light is fixed: the mean grey of the half is ½, before clipping to
    [0, 1].

    Parameters
    ----------
    name : str
        One of :data:`TEXTURES`.
    n : int
        Number of windows.
    seed : int, torch.Generator or None
        The same number always gives the same windows.
    size : int or (int, int), default 32
        Height up to 256 and width up to 128, which is the size of a half.
    split : {"train", "test"}
        Which half of the texture.

    Returns
    -------
    Tensor, (n,1,H,W), float32
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        If there is no such texture or split, or a size is out of range.
    """
    n, size = validate.count(n, "n"), validate.image_size(size)
    validate.one_of(name, TEXTURES, "name")
    half = (0.5 + _fitting(split, size)[TEXTURES.index(name)]).clamp(0, 1)
    generator = validate.generator(seed)
    tops, lefts = (
        torch.randint(longest - side + 1, (n,), generator=generator).tolist()
        for longest, side in zip(half.shape, size)
    )
    windows = torch.stack([half[i : i + size[0], j : j + size[1]] for i, j in zip(tops, lefts)])
    mirrored = torch.rand(n, 1, 1, generator=generator) < 0.5
    return torch.where(mirrored, windows.flip(-1), windows)[:, None]


def smooth_labels(labels: Tensor | Sequence[Sequence[int]], size: int | Sequence[int]) -> Tensor:
    """Enlarge a small label map to one with smooth borders, such as a map painted by hand.

    Each label's plane, 1 on the label and 0 elsewhere, is enlarged by bilinear interpolation. A
    pixel gets the label whose plane is highest there; of two equal ones, the smaller label.

    Parameters
    ----------
    labels : Tensor, (h,w) or (B,h,w), or rows of int
        From 0 upwards.
    size : int or (H, W)
        Size of the result.

    Returns
    -------
    Tensor, (B,H,W), int64

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers from 0, or a size is out of range.
    """
    size = validate.image_size(size)
    try:
        given = torch.as_tensor(labels)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"labels do not hold rows of whole numbers: {error}") from None
    if given.is_floating_point() or given.is_complex():
        raise TypeError(f"labels holds {given.dtype}, not whole numbers: write labels.long()")
    given = given[None] if given.ndim == 2 else given
    classes = max(int(given.max()), 0) + 1 if given.numel() else 1
    validate.labels(given, classes)
    planes = F.one_hot(given.long(), classes).movedim(-1, 1).float()
    return F.interpolate(planes, size=size, mode="bilinear", align_corners=False).argmax(1)


def _fitting(split: str, size: tuple[int, int]) -> Tensor:
    """Return the halves of a split, if windows of that size fit in."""
    validate.one_of(split, _SPLITS, "split")
    halves = _halves(split)
    if size[0] > halves.shape[-2] or size[1] > halves.shape[-1]:
        raise ValueError(
            f"size = {size} is larger than half a texture, {tuple(halves.shape[-2:])}: "
            "choose a smaller size"
        )
    return halves


@lru_cache(maxsize=2)
def _halves(split: str) -> Tensor:
    """Return the left or right halves of the textures at half their size, minus their means."""
    whole = torch.cat([embedded(f"{name}.png", None, False) for name in TEXTURES])
    # Means of 2×2 pixels: unlike a longer filter, they do not mix the two halves.
    left, right = F.avg_pool2d(whole, 2)[:, 0].chunk(2, dim=-1)
    half = left if split == "train" else right
    return half - half.mean((-2, -1), keepdim=True)


def _gaussian(length: int, sigma: float) -> Tensor:
    """Filter `length` values from white noise that reaches 3σ beyond them: (length,longer)."""
    reach = int(np.ceil(3 * sigma))
    at = torch.arange(-reach, length + reach)
    return torch.exp(-((at - torch.arange(length)[:, None]) ** 2) / (2 * sigma**2))
