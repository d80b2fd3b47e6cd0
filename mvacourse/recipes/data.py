"""Data that several recipes share: generated digits, and the photographs of BSDS500."""

from __future__ import annotations

from itertools import chain, islice

import torch
from torch import Tensor

from mvacourse import images
from mvacourse.datasets import bsds500
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED

ABOUT_DIGITS = f"images.digits({{n}}, seed={TRAIN_SEED})"
ON_DIGITS = f"images.digits(2000, seed={TEST_SEED}), in the typefaces of the training"
ON_NEW_DIGITS = f"{ON_DIGITS}; new_faces: with faces=images.HELD_OUT_FACES"
ABOUT_PHOTOGRAPHS = "the first {n} photographs of BSDS500 train and test"

_GREY = torch.tensor([0.299, 0.587, 0.114])
"""Weights of red, green and blue, as in the grey versions of the benchmarks."""


def digits(n: int) -> tuple[Tensor, Tensor]:
    """Draw n digits for training, with their labels."""
    return images.digits(n, seed=TRAIN_SEED)


def held_out_digits() -> tuple[Tensor, Tensor]:
    """Draw 2000 held-out digits, for the metrics in the cards."""
    return images.digits(2000, seed=TEST_SEED)


def new_digits(n: int = 2000) -> tuple[Tensor, Tensor]:
    """Draw digits of typefaces that no network has learned from, for the metrics in the cards."""
    return images.digits(n, seed=TEST_SEED, faces=images.HELD_OUT_FACES)


def photographs(n: int) -> tuple[list[Tensor]]:
    """Return the first n photographs for training, in 8 bits, (3,H,W)."""
    found = islice(chain(bsds500("train"), bsds500("test")), n)
    return ([to_8bit(x[0]) for x in found],)


def grey(x: Tensor) -> Tensor:
    """Convert a photograph (3,H,W) to grey, (1,H,W)."""
    return torch.einsum("c,chw->hw", _GREY, x)[None]


def to_8bit(x: Tensor) -> Tensor:
    """Convert values in [0, 1] to 8 bits."""
    return (255 * x).round().byte()
