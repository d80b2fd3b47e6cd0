"""Checks of shapes that all networks share."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from mvacourse import validate


def image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """Read the size of an image, (C, H, W).

    Raises
    ------
    ValueError
        If there are not three numbers, or one is not positive.
    """
    if len(shape) != 3:
        raise ValueError(f"shape = {tuple(shape)} must be (C, H, W), without the batch")
    C, H, W = (validate.count(size, "shape") for size in shape)
    return C, H, W


def check_images(x: Tensor, shape: tuple[int, int, int], name: str = "x") -> None:
    """Check that x is a batch of images `(B,C,H,W)` of the network's size.

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of images, or has the wrong size.
    """
    validate.batch(x, name)
    if tuple(x.shape[1:]) != shape:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}, but this network takes images "
            f"(B, {', '.join(map(str, shape))})"
        )


def check_codes(z: Tensor, k: int) -> None:
    """Check that z is a batch of latent codes `(B,k)`.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    validate.tensor(z, "z")
    if z.ndim != 2 or z.shape[1] != k:
        raise ValueError(f"z has shape {tuple(z.shape)}, but this network takes (B, {k})")
