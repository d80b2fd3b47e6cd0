"""Checks of options: names, sizes of images, devices, types of numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import torch

from mvacourse.validate.numbers import count


def one_of(value: Any, allowed: Iterable[Any], name: str) -> Any:
    """Check that `value`, a str or a number, is one of those allowed, and return it.

    Raises
    ------
    ValueError
        If it is none of them; the message lists them.
    """
    plain = isinstance(value, (str, Integral)) and not isinstance(value, bool)
    allowed = tuple(allowed)
    if not plain or value not in allowed:
        raise ValueError(f"{name} = {value!r}: choose one of {', '.join(map(repr, allowed))}")
    return value


def near(name: object, known: Iterable[str], otherwise: str) -> str:
    """Suggest known names that are spelt like `name`, for an error; `otherwise` if there is none.

    >>> near("vae_digit", ["vae_digits", "flow_digits"], "see the list")
    'did you mean vae_digits?'
    """
    alike = difflib.get_close_matches(str(name), known, n=3, cutoff=0.65)
    return f"did you mean {' or '.join(alike)}?" if alike else otherwise


def image_size(size: int | Sequence[int], name: str = "size") -> tuple[int, int]:
    """Return `size` as a pair (H, W); one number means a square.

    Raises
    ------
    TypeError, ValueError
        If it is not one or two whole numbers, or one is below 1.
    """
    pair = _sequence(size)
    if pair is None:
        return count(size, name), count(size, name)
    if len(pair) != 2:
        raise ValueError(f"{name} = {size!r} must be one whole number or (H, W)")
    return count(pair[0], name), count(pair[1], name)


def image_shape(shape: Sequence[int], name: str = "shape") -> tuple[int, int, int]:
    """Return the size of an image as (C, H, W).

    Raises
    ------
    TypeError, ValueError
        If it is not three whole numbers, or one is below 1.
    """
    sizes = _sequence(shape)
    if sizes is None:
        raise TypeError(f"{name} = {shape!r} must be (C, H, W), three whole numbers")
    if len(sizes) != 3:
        raise ValueError(f"{name} = {tuple(sizes)} must be (C, H, W), without the batch")
    C, H, W = (count(size, name) for size in sizes)
    return C, H, W


def _sequence(sizes: Any) -> tuple | None:
    """Return sizes as a tuple; None if they are not a sequence of numbers."""
    if isinstance(sizes, np.ndarray) and sizes.ndim == 1:
        return tuple(sizes.tolist())
    listed = isinstance(sizes, Sequence | torch.Size) and not isinstance(sizes, (str, bytes))
    return tuple(sizes) if listed else None


def device(value: str | torch.device, name: str = "device") -> torch.device:
    """Check that `value` names a device that this machine has, and return it.

    Raises
    ------
    TypeError, ValueError
        If it does not.
    """
    if not isinstance(value, (str, torch.device)):
        raise TypeError(f"{name} = {value!r}: write 'cpu', 'cuda' or 'mps'")
    try:
        chosen = torch.device(value)
    except RuntimeError:
        raise ValueError(f"{name} is {value!r}: write 'cpu', 'cuda' or 'mps'") from None
    there = {"cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if (chosen.index or 0) >= there.get(chosen.type, 1):
        raise ValueError(f"{name} is {value!r}, but this machine has none: write 'cpu'")
    return chosen


def dtype(value: torch.dtype | None, name: str = "dtype", *, complex: bool = False) -> torch.dtype:
    """Check that `value` is a floating-point type, or with `complex` a complex type; return it.

    None means torch's default type.

    Raises
    ------
    TypeError
        If it is not.
    """
    default = torch.get_default_dtype()
    if value is None:
        return default.to_complex() if complex else default
    fits = isinstance(value, torch.dtype) and (
        value.is_complex if complex else value.is_floating_point
    )
    if not fits:
        like = "complex64" if complex else "float32"
        raise TypeError(f"{name} = {value!r}: write a type such as torch.{like}")
    return value
