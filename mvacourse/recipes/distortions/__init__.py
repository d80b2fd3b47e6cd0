"""Distortions of photographs with every strength; a perceptual distance is trained on them.

Each takes a small image (1,C,H,W), a strength in (0, 1] (barely visible to ruined) and a generator
for all its random numbers: the same generator state gives the same image. :func:`distort` clamps
the results to [0, 1] and rounds them to 8 bits, as in an image file.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from mvacourse import validate
from mvacourse.recipes.distortions import (
    held_out,
    light_and_place,
    noise_and_blur,
    random_families,
)
from mvacourse.recipes.distortions.filters import rounded, uniform

__all__ = ["KINDS", "NEW_KINDS", "distort", "mixture"]

_Distortion = Callable[[Tensor, float, Generator], Tensor]

KINDS: dict[str, _Distortion] = {
    "noise": noise_and_blur.noise,
    "Poisson noise": noise_and_blur.poisson,
    "correlated noise": noise_and_blur.correlated,
    "blur": noise_and_blur.blur,
    "defocus": noise_and_blur.defocus,
    "down and up": noise_and_blur.resize,
    "ringing": noise_and_blur.ringing,
    "TV": noise_and_blur.tv,
    "JPEG": noise_and_blur.jpeg,
    "quantisation": noise_and_blur.quantise,
    "sharpening": noise_and_blur.sharpen,
    "phase": noise_and_blur.phase,
    "transplant": noise_and_blur.transplant,
    "random network": noise_and_blur.network,
    "contrast": light_and_place.contrast,
    "brightness": light_and_place.brightness,
    "colour": light_and_place.colour,
    "shading": light_and_place.shading,
    "blocks": light_and_place.blocks,
    "warp": light_and_place.warp,
    "random kernel": random_families.kernel,
    "random spectrum": random_families.spectrum,
    "outliers": random_families.outliers,
    "jitter": random_families.jitter,
    "cells": random_families.cells,
}
"""Distortions that :func:`mixture` draws from, for training."""

NEW_KINDS: dict[str, _Distortion] = {
    "motion": held_out.motion,
    "impulses": held_out.impulses,
    "stripes": held_out.stripes,
    "mosaic": held_out.mosaic,
    "shuffled pixels": held_out.shuffle,
}
"""Distortions that are never used in training, to test a distance."""

_WEAKEST = 0.02
_ONCE, _TWICE = 0.75, 0.95
"""Below the first, a mixture has one kind, below the second two. Three are rare: they leave little
of the image to judge."""


def distort(x: Tensor, kind: str, strength: float, seed: int | Generator = 0) -> Tensor:
    """Distort an image in a chosen way.

    Parameters
    ----------
    x : Tensor, (1,C,H,W)
        In [0, 1], on the CPU, of at least 32×32 pixels; C is 1 or 3.
    kind : str
        One of `KINDS` or `NEW_KINDS`.
    strength : float
        In (0, 1]: barely visible to ruined.
    seed : int or torch.Generator, default 0
        Random seed of the distortion.

    Returns
    -------
    Tensor, (1,C,H,W)
        In [0, 1], multiples of 1/255.

    Raises
    ------
    TypeError, ValueError
        If x is not a single image in [0, 1], there is no such kind, or a number is out of range.
    """
    validate.image(x, "x")
    if len(x) != 1 or x.shape[1] not in (1, 3) or min(x.shape[-2:]) < 32:
        raise ValueError(
            f"x has shape {tuple(x.shape)}: give one image (1, C, H, W), with C = 1 or 3 and at "
            "least 32 × 32 pixels"
        )
    if x.min() < 0 or x.max() > 1:
        raise ValueError("x leaves [0, 1]: write x.clamp(0, 1)")
    every = {**KINDS, **NEW_KINDS}
    if kind not in every:
        raise ValueError(f"kind = {kind!r} is unknown: choose from {', '.join(every)}")
    if not 0 < strength <= 1:
        raise ValueError(f"strength = {strength} must be in (0, 1]")
    return rounded(every[kind](x, strength, validate.generator(seed)))


def mixture(x: Tensor, generator: Generator) -> Tensor:
    """Distort an image (1,C,H,W) by one, two or three of the `KINDS`, drawn at random."""
    names = list(KINDS)
    often = uniform(generator)
    for _ in range(1 + (often > _ONCE) + (often > _TWICE)):
        kind = names[int(torch.randint(len(names), (), generator=generator))]
        x = distort(x, kind, uniform(generator, _WEAKEST), generator)
    return x
