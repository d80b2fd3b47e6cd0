"""What every network asks of the tensors it is given."""

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
    C, H, W = (validate.count(int(size), "shape") for size in shape)
    return C, H, W


def check_images(x: Tensor, shape: tuple[int, int, int], name: str = "x") -> None:
    """Insist on images `(B,C,H,W)` of the network's own size.

    Raises
    ------
    TypeError, ValueError
        If they are no images, or have another size.
    """
    validate.batch(x, name)
    if tuple(x.shape[1:]) != shape:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}, but this network takes images "
            f"(B, {', '.join(map(str, shape))})"
        )


def check_codes(z: Tensor, k: int) -> None:
    """Insist on codes `(B,k)`.

    Raises
    ------
    TypeError, ValueError
        If z is no such tensor.
    """
    validate.tensor(z, "z")
    if z.ndim != 2 or z.shape[1] != k:
        raise ValueError(f"z has shape {tuple(z.shape)}, but this network takes (B, {k})")
