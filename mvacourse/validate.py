"""Checks of arguments. Each error names the argument and says how to fix it.

Public functions (metrics, closed forms, variational problems) run these checks once, not inside
their loops. An operator is applied many times, so it checks only ranks and sizes.
"""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

_LARGEST_UNIT_VALUE = 10.0
"""An image in [0, 1] stays below this even under very strong noise; one in 0–255 does not."""


def _shape(x: Tensor) -> str:
    return str(tuple(x.shape))


def tensor(x: Tensor, name: str = "u") -> Tensor:
    """Check that `x` is a torch tensor, and return it.

    Raises
    ------
    TypeError
        If `x` is a NumPy array, a list, an image file …
    """
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{name} is a {type(x).__name__}, not a torch tensor: convert it, for instance with "
            f"torch.as_tensor({name})"
        )
    return x


def batch(x: Tensor, name: str = "u") -> Tensor:
    """Check that `x` is a non-empty floating-point or complex batch `(B,C,H,W)`, and return it.

    Raises
    ------
    TypeError
        If `x` is not a tensor, or holds integers or booleans.
    ValueError
        If its rank is not four, or it is empty.
    """
    tensor(x, name)
    if not (x.is_floating_point() or x.is_complex()):
        raise TypeError(
            f"{name} holds {x.dtype}: images are floating-point in [0, 1]; "
            f"for 8-bit values write {name}.float() / 255"
        )
    if x.ndim != 4:
        mend = {2: f"{name}[None, None]", 3: f"{name}[None]"}.get(x.ndim, f"{name}.reshape(…)")
        raise ValueError(f"{name} has shape {_shape(x)}, but images are (B, C, H, W): write {mend}")
    if x.numel() == 0:
        raise ValueError(f"{name} is empty: its shape is {_shape(x)}")
    return x


def finite(x: Tensor, name: str = "u") -> Tensor:
    """Check that no value is NaN or infinite, and return `x`.

    Raises
    ------
    ValueError
        If one is; the message says how many.
    """
    bad = ~torch.isfinite(x)
    if bad.any():
        raise ValueError(
            f"{name} holds {int(bad.sum())} NaN or infinite values out of {x.numel()}: "
            "look for a division by zero, or a step that is too large"
        )
    return x


def image(x: Tensor, name: str = "u", *, unit_range: bool = True) -> Tensor:
    """Check that `x` is a finite image batch `(B,C,H,W)` on the scale [0, 1], and return it.

    Values a little outside [0, 1] are allowed, because noise makes them. Values in 0–255 are not.

    Raises
    ------
    TypeError, ValueError
        As :func:`batch` and :func:`finite`; ValueError also for values that look like 0–255.
    """
    finite(batch(x, name), name)
    if unit_range and x.abs().max() > _LARGEST_UNIT_VALUE:
        message = (
            f"{name} reaches {float(x.abs().max()):.4g}: it looks like 0–255, "
            f"but images are in [0, 1]; write {name} / 255"
        )
        if not x.is_complex() and x.min() < -_LARGEST_UNIT_VALUE:  # no image file has such values
            message += ", or was noise of sigma = 25 added, where 25 / 255 was meant?"
        raise ValueError(message)
    return x


def same_shape(x: Tensor, ref: Tensor, names: tuple[str, str] = ("x", "ref")) -> None:
    """Check that two tensors have the same shape: broadcasting would hide a mistake.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if x.shape != ref.shape:
        raise ValueError(
            f"{names[0]} has shape {_shape(x)} and {names[1]} has shape {_shape(ref)}: "
            "they must be equal; crop or resize one of them"
        )


def _number(value: float, name: str) -> float:
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is a {type(value).__name__}, not a number")
    if not abs(value) < float("inf"):  # NaN fails this comparison too
        raise ValueError(f"{name} = {value} is not a finite number")
    return value


def positive(value: float, name: str) -> float:
    """Check that `value` is a finite number > 0, and return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a number, or not positive.
    """
    if not _number(value, name) > 0:
        raise ValueError(f"{name} = {value} must be positive: choose {name} > 0")
    return value


def non_negative(value: float, name: str) -> float:
    """Check that `value` is a finite number ≥ 0, and return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a number, or negative.
    """
    if not _number(value, name) >= 0:
        raise ValueError(f"{name} = {value} must not be negative: choose {name} >= 0")
    return value


def fraction(value: float, name: str) -> float:
    """Require a number in [0, 1), such as the memory of a running mean, and return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is no number, or outside [0, 1).
    """
    if not 0 <= _number(value, name) < 1:
        raise ValueError(f"{name} = {value} must lie in [0, 1)")
    return value


def one_of(value: Any, allowed: Sequence[Any], name: str) -> Any:
    """Require one of the values that an argument may have, and return it.

    Raises
    ------
    ValueError
        If it is none of them; the message lists them.
    """
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: choose one of {', '.join(map(repr, allowed))}")
    return value


def near(name: object, known: Iterable[str], otherwise: str) -> str:
    """Suggest known names that are spelt like `name`, for an error; `otherwise` if there is none.

    >>> near("vae_digit", ["vae_digits", "flow_digits"], "see the list")
    'did you mean vae_digits?'
    """
    alike = difflib.get_close_matches(str(name), known, n=3, cutoff=0.65)
    return f"did you mean {' or '.join(alike)}?" if alike else otherwise


def count(value: int, name: str, *, at_least: int = 1) -> int:
    """Check that `value` is a whole number ≥ `at_least`, and return it as an int.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a whole number, or too small.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} = {value!r} must be a whole number: write int({name})")
    if value < at_least:
        raise ValueError(f"{name} = {value} must be at least {at_least}")
    return int(value)


def kernel(k: Tensor, name: str = "k") -> Tensor:
    """Check that `k` is a convolution kernel `(h,w)`, real, finite and not empty, and return it.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    tensor(k, name)
    if not k.is_floating_point():
        raise TypeError(f"{name} holds {k.dtype}: a kernel is floating-point; write {name}.float()")
    if k.ndim != 2 or k.numel() == 0:
        raise ValueError(f"{name} has shape {_shape(k)}: a kernel is a non-empty (h, w) tensor")
    return finite(k, name)


def mask(m: Tensor, name: str = "mask") -> Tensor:
    """Check that `m` is a mask `(H,W)` of booleans or of 0 and 1, and return it as booleans.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    tensor(m, name)
    if m.ndim != 2 or m.numel() == 0:
        raise ValueError(f"{name} has shape {_shape(m)}: a mask is a non-empty (H, W) tensor")
    if m.dtype != torch.bool and not ((m == 0) | (m == 1)).all():
        raise ValueError(
            f"{name} holds values other than 0 and 1: write {name} > 0.5 to make it a mask"
        )
    return m.bool()


def labels(x: Tensor, classes: int, name: str = "labels", ndim: int = 3) -> Tensor:
    """Check that `x` holds label maps `(B,H,W)`, integers from 0 to `classes` − 1; return them.

    With `ndim` = 1, it checks for one class per image, `(B,)`.

    Raises
    ------
    TypeError, ValueError
        If it does not.
    """
    kind = tensor(x, name).dtype
    if kind.is_floating_point or kind.is_complex or kind == torch.bool:
        raise TypeError(f"{name} holds {kind}, not whole numbers: write {name}.long()")
    if x.ndim != ndim or x.numel() == 0:
        wanted = {1: "(B,), one class per image", 3: "(B, H, W), one class per pixel"}[ndim]
        raise ValueError(f"{name} has shape {_shape(x)}, but labels are {wanted}")
    low, high = int(x.min()), int(x.max())
    if low < 0 or high >= count(classes, "classes"):
        raise ValueError(
            f"{name} holds numbers from {low} to {high}: "
            f"with classes = {classes} they must be in 0 … {classes - 1}"
        )
    return x


def image_size(size: int | Sequence[int], name: str = "size") -> tuple[int, int]:
    """Return `size` as a pair (H, W); one number means a square.

    Raises
    ------
    TypeError, ValueError
        If it is not one or two whole numbers, or one is below 1.
    """
    pair = tuple(size) if isinstance(size, Sequence | torch.Size) else (size, size)
    if len(pair) != 2:
        raise ValueError(f"{name} = {size!r} must be one whole number or (H, W)")
    return count(pair[0], name), count(pair[1], name)


def generator(seed: int | torch.Generator | None) -> torch.Generator | None:
    """Turn a seed into a CPU generator; return a generator, or None, unchanged.

    Random numbers are drawn on the CPU and then moved, so a seed gives the same noise on every
    device.

    Raises
    ------
    TypeError
        If `seed` is something else.
    """
    if seed is None or isinstance(seed, torch.Generator):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral):
        raise TypeError(f"seed = {seed!r} must be a whole number, a torch.Generator or None")
    return torch.Generator().manual_seed(int(seed))
