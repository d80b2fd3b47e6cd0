"""Checks of numbers: sizes, steps, weights, seeds."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
import torch
from torch import Tensor

_LARGEST = 1e38
"""A larger number is infinite in float32, and so is its product with an image."""
_SMALLEST = 1e-18
"""The square of a smaller number is zero in float32."""
_LARGEST_COUNT = 2**31 - 1
_LARGEST_SEED = 2**63 - 1


def number(value: float, name: str) -> float:
    """Check that `value` is a finite real number, also in float32; return it as a float or an int.

    Raises
    ------
    TypeError, ValueError
        If it is not; numbers beyond ±1e38 are refused too.
    """
    if isinstance(value, Tensor) and value.numel() == 1 and not value.is_complex():
        value = value.item()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is a {type(value).__name__}, not a number: write float({name})")
    if not abs(value) < float("inf"):  # NaN fails this comparison too
        raise ValueError(f"{name} = {value} is not a finite number")
    if abs(value) > _LARGEST:
        raise ValueError(f"{name} = {_short(value)} is infinite in float32: choose less than 1e38")
    return value if type(value) is int and abs(value) < 2**53 else float(value)


def positive(value: float, name: str) -> float:
    """Check that `value` is a finite number > 0, and return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a number, or not positive; numbers below 1e-18, whose square is zero in
        float32, are refused too.
    """
    value = number(value, name)
    if not value > 0:
        raise ValueError(f"{name} = {value} must be positive: choose {name} > 0")
    if value < _SMALLEST:
        raise ValueError(f"{name} = {value} is too small: its square is 0; choose {name} >= 1e-18")
    return value


def non_negative(value: float, name: str) -> float:
    """Check that `value` is a finite number ≥ 0, and return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a number, or negative.
    """
    value = number(value, name)
    if not value >= 0:
        raise ValueError(f"{name} = {value} must not be negative: choose {name} >= 0")
    return value


def fraction(value: float, name: str) -> float:
    """Check that `value` is a number in [0, 1), such as the memory of a running mean; return it.

    Raises
    ------
    TypeError, ValueError
        If `value` is no number, or outside [0, 1).
    """
    value = number(value, name)
    if not 0 <= value < 1:
        raise ValueError(f"{name} = {value} must lie in [0, 1): choose 0 <= {name} < 1")
    return value


def count(value: int, name: str, *, at_least: int = 1) -> int:
    """Check that `value` is a whole number from `at_least` to 2³¹ − 1, and return it as an int.

    A NumPy integer is allowed. Use the int that is returned: a card or a checkpoint, for instance,
    cannot hold NumPy's.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a whole number, too small or too large.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} = {value!r} must be a whole number: write int({name})")
    if value < at_least:
        raise ValueError(f"{name} = {value} must be at least {at_least}")
    if value > _LARGEST_COUNT:
        raise ValueError(f"{name} = {_short(value)} is too large: choose at most 2**31 - 1")
    return int(value)


def seed(value: int, name: str = "seed") -> int:
    """Check that `value` is a random seed, a whole number from 0 to 2⁶³ − 1; return it as an int.

    Raises
    ------
    TypeError, ValueError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} = {value!r} must be a whole number: write int({name})")
    if not 0 <= value <= _LARGEST_SEED:
        raise ValueError(f"{name} = {_short(value)}: a seed is from 0 to 2**63 - 1")
    return int(value)


def seed32(value: int, name: str = "seed") -> int:
    """Check a seed as :func:`seed`, and return 32 bits, all that torch and NumPy use of a seed.

    Below 2³² they are the seed itself. A larger seed is hashed: its lower bits alone would be
    another seed.

    Raises
    ------
    TypeError, ValueError
        As :func:`seed`.
    """
    value = seed(value, name)
    if value < 2**32:
        return value
    return int(np.random.SeedSequence(value).generate_state(1)[0])


def generator(seed: int | torch.Generator | None) -> torch.Generator | None:
    """Turn a seed into a CPU generator; return a generator, or None, unchanged.

    Random numbers are drawn on the CPU and then moved, so a seed gives the same noise on every
    device.

    Raises
    ------
    TypeError, ValueError
        If `seed` is something else, or not from 0 to 2⁶³ − 1.
    """
    if seed is None or isinstance(seed, torch.Generator):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise TypeError(f"seed = {seed!r} must be a whole number, a torch.Generator or None")
    return torch.Generator().manual_seed(seed32(seed))


def _short(value: float) -> str:
    digits = str(value)
    return digits if len(digits) < 30 else f"{digits[:6]}… ({len(digits)} digits)"
