"""Texture scenes: random label maps filled with brick, grass and gravel, pairs without a download.

They stand in for streets and façades where a network learns to turn labels into photographs.
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
from mvacourse.images.photographs import read

TEXTURES = ("brick", "grass", "gravel")
"""What the labels 0, 1 and 2 are filled with."""

_SPLITS = ("train", "test")

_LIGHT = (0.35, 0.65)
"""Means that a texture may have."""


class Scenes(NamedTuple):
    """Texture scenes: what is seen, and of what it is made."""

    photographs: Tensor
    """(n,1,H,W), float32, in [0, 1]."""
    labels: Tensor
    """(n,H,W), int64: index into :data:`TEXTURES`."""


def texture_scenes(
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int | Sequence[int] = 64,
    *,
    split: str = "train",
    smoothness: float = 12.0,
) -> Scenes:
    """Draw `n` scenes: smooth random label maps, and what they look like filled with textures.

    The label of a pixel is the largest of three independent fields there, white noise filtered by a
    Gaussian. Each label shows a window of its texture, of random place, mirrored at random, and
    under a light of its own: its grey is shifted, so that the texture has a mean drawn from 0.35 to
    0.65, and cut to [0, 1]. Thus the grey tells little of the label, and the texture all. Image i
    of a seed is the same for every n, and has another label map in each split.

    The textures are scikit-image's photographs at half their size, cut down the middle: nothing of
    the left halves, ``"train"``, is in the right ones, ``"test"``.

    Parameters
    ----------
    n : int
        How many.
    seed : int, torch.Generator or None
        A number always gives the same scenes.
    size : int or (int, int), default 64
        Height up to 256 and width up to 128, which is the size of a half.
    split : {"train", "test"}
        Which halves of the textures.
    smoothness : float, default 12
        Standard deviation of the Gaussian in pixels, whatever the size: larger images have more
        regions, not larger ones. A region is some four times as wide.

    Returns
    -------
    Scenes
        ``photographs`` (n,1,H,W) and ``labels`` (n,H,W).

    Raises
    ------
    TypeError, ValueError
        If a size is out of range, `smoothness` is not positive, or there is no such split.
    """
    n, (H, W) = validate.count(n, "n"), validate.image_size(size)
    validate.positive(smoothness, "smoothness")
    halves = _fitting(split, (H, W))
    key = int(torch.randint(2**62, (), generator=validate.generator(seed)))
    smooth = [_gaussian(length, smoothness) for length in (H, W)]
    scenes = [_scene(np.random.default_rng([key, i, *split.encode()]), halves, smooth)
              for i in range(n)]  # fmt: skip
    return Scenes(*(torch.stack(part) for part in zip(*scenes)))


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


def texture_windows(
    name: str,
    n: int,
    seed: int | torch.Generator | None = 0,
    size: int | Sequence[int] = 32,
    *,
    split: str = "train",
) -> Tensor:
    """Cut `n` windows out of one texture, at random places, and mirror each at random.

    The texture is a half of scikit-image's photograph at half its size, as for
    :func:`texture_scenes`, under one light: the mean grey of the half is ½, before it is cut to
    [0, 1].

    Parameters
    ----------
    name : str
        One of :data:`TEXTURES`.
    n : int
        How many.
    seed : int, torch.Generator or None
        A number always gives the same windows.
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
    if name not in TEXTURES:
        raise ValueError(f"name = {name!r}: choose {', '.join(map(repr, TEXTURES))}")
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
    """Enlarge a small label map to one with smooth borders, as a painter's draft becomes a scene.

    The plane of each label, 1 where it is and 0 elsewhere, is enlarged by bilinear interpolation;
    a pixel gets the label whose plane is highest there, the smaller one of two that are equal.

    Parameters
    ----------
    labels : Tensor, (h,w) or (B,h,w), or rows of int
        From 0 upwards.
    size : int or (H, W)
        Of the map wanted.

    Returns
    -------
    Tensor, (B,H,W), int64

    Raises
    ------
    TypeError, ValueError
        If the labels are no whole numbers from 0, or a size is out of range.
    """
    size = validate.image_size(size)
    given = torch.as_tensor(labels)
    given = given[None] if given.ndim == 2 else given
    classes = max(int(given.max()), 0) + 1 if given.numel() else 1
    validate.labels(given, classes)
    planes = F.one_hot(given.long(), classes).movedim(-1, 1).float()
    return F.interpolate(planes, size=size, mode="bilinear", align_corners=False).argmax(1)


def _fitting(split: str, size: tuple[int, int]) -> Tensor:
    """Give the halves of a split, if windows of that size fit in."""
    if split not in _SPLITS:
        raise ValueError(f"split = {split!r}: choose {' or '.join(map(repr, _SPLITS))}")
    halves = _halves(split)
    if size[0] > halves.shape[-2] or size[1] > halves.shape[-1]:
        raise ValueError(
            f"size = {size} is larger than half a texture, {tuple(halves.shape[-2:])}: "
            "draw smaller images"
        )
    return halves


@lru_cache(maxsize=2)
def _halves(split: str) -> Tensor:
    """Give the left or the right halves of the textures at half their size, less their means."""
    whole = torch.cat([read(f"{name}.png", None, False) for name in TEXTURES])
    # Means of 2×2 pixels: unlike a longer filter, they mix nothing across the cut.
    left, right = F.avg_pool2d(whole, 2)[:, 0].chunk(2, dim=-1)
    half = left if split == "train" else right
    return half - half.mean((-2, -1), keepdim=True)


def _gaussian(length: int, sigma: float) -> Tensor:
    """Filter `length` values from white noise that reaches 3σ beyond them: (length,longer)."""
    reach = int(np.ceil(3 * sigma))
    at = torch.arange(-reach, length + reach)
    return torch.exp(-((at - torch.arange(length)[:, None]) ** 2) / (2 * sigma**2))
