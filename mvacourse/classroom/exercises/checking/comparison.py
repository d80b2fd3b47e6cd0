"""Bring answers to a form that can be compared, and tell how far they are from the reference."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np
import torch
from torch import Tensor

SINGLE = 1e-5
"""Relative error of a right formula that was computed in single precision somewhere."""
MOST = 10**7
"""An answer with more values than this, and than the reference, is not looked at."""


class NotComparable(Exception):
    """An answer is of another kind than the reference; the message completes "it …"."""


def comparable(got: Any, wanted: Any) -> Tensor:
    """Convert an answer to a tensor that can be compared with the reference.

    Numbers of Python, NumPy and torch are one, and so are whole numbers of any type if a whole
    number is wanted.

    Raises
    ------
    NotComparable
        If its kind, shape or type is another one.
    """
    wanted = tensor(wanted)
    if isinstance(got, np.ndarray) and got.ndim:
        raise NotComparable("is a NumPy array: use torch tensors")
    if isinstance(got, (bool, np.bool_)) and not _whole(wanted):
        raise NotComparable(f"is the bool {got}, expected a {_kind(wanted)}")
    if _numbers(got):
        what = "make a tensor of it" if wanted.ndim else "return one number"
        raise NotComparable(f"is a {type(got).__name__} of numbers: {what}")
    if isinstance(got, tuple) and isinstance(getattr(got, "values", None), Tensor):
        raise NotComparable("is a pair of values and indices: take its .values")
    if isinstance(got, (numbers.Number, np.generic, np.ndarray)):
        got = _number(got, wanted)
    if not isinstance(got, Tensor):
        raise NotComparable(f"is {described(got)}, expected a {_kind(wanted)}")
    _require_ordinary(got, wanted)
    got = got.detach().cpu()
    if got.dtype in (torch.float16, torch.bfloat16):
        raise NotComparable(f"holds {got.dtype}, which keeps three digits: compute in float32")
    if got.is_complex() and not wanted.is_complex() and not torch.equal(got.imag, 0 * got.imag):
        raise NotComparable("is complex, expected a real answer")
    if got.is_complex() and not wanted.is_complex():
        got = got.real
    if not (got.is_floating_point() or got.is_complex()) and not _whole(wanted):
        raise NotComparable(f"holds {got.dtype}, expected floating-point values")
    return got.to(torch.complex128 if got.is_complex() else torch.float64)


def _number(got: Any, wanted: Tensor) -> Tensor:
    try:
        return tensor(got)
    except (ArithmeticError, TypeError, ValueError) as error:  # such as 10**400
        raise NotComparable(f"is no number that torch has, expected a {_kind(wanted)}") from error


def _require_ordinary(got: Tensor, wanted: Tensor) -> None:
    """Refuse tensors without values that can be computed with, and those that are far too large."""
    if got.is_nested or got.is_meta or got.is_quantized or got.layout is not torch.strided:
        raise NotComparable("is not an ordinary tensor: make it dense, with its values in memory")
    if got.numel() > max(MOST, wanted.numel()):
        raise NotComparable(f"is {described(got)}, expected a {_kind(wanted)}")


def tensor(x: Any) -> Tensor:
    """Convert numbers to float64 or complex128: torch's default is float32."""
    if isinstance(x, Tensor):
        x = x.detach().cpu()
        return x.to(torch.complex128 if x.is_complex() else torch.float64)
    number = complex(x) if np.iscomplexobj(x) else float(x)
    return torch.tensor(number, dtype=torch.complex128 if np.iscomplexobj(x) else torch.float64)


def distance(got: Tensor, wanted: Tensor) -> float:
    """Compute the relative error in the Euclidean norm; absolute if the reference is zero."""
    if got.shape != wanted.shape:
        return math.inf
    scale = float(torch.linalg.vector_norm(wanted))
    gap = float(torch.linalg.vector_norm(got - wanted))
    return gap / scale if scale > 0 else gap


def two_numbers(a: complex, b: complex) -> tuple[str, str]:
    """Write two different numbers with as many digits as it takes to see the difference."""
    a, b = a + 0.0, b + 0.0  # "-0" would be a puzzle
    for digits in range(4, 18):
        zeros = "#" if digits > 4 else ""  # 104.90 and 104.86, not 104.9
        texts = f"{a:{zeros}.{digits}g}", f"{b:{zeros}.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def far_off(got: Tensor, wanted: Tensor, error: float, of: str) -> str:
    """Say by how much an answer is wrong whose mistake has no name; `of` is what it is called."""
    if bad := int((~torch.isfinite(got)).sum()):
        kind = "NaN" if bool(got.isnan().any()) else "infinite"
        many = "is" if bad == 1 else "are"
        return f"{bad} of its values {many} {kind}" if got.ndim else f"{of} is {kind}"
    if wanted.ndim == 0:
        a, b = two_numbers(got.item(), wanted.item())
        return f"{of} is {a}, expected {b}"
    gaps = (got - wanted).abs()
    where = tuple(int(i) for i in np.unravel_index(int(gaps.argmax()), gaps.shape))
    a, b = two_numbers(got[where].item(), wanted[where].item())
    return (
        f"{of} has a relative error of {error:.2g}; the largest deviation is at "
        f"{list(where)}: {a}, expected {b}"
    )


def described(x: Any) -> str:
    """Describe a value in a message: "the number 0.1", "a float64 tensor of shape (7, 10)"."""
    if isinstance(x, Tensor) and not x.is_nested:
        return f"{_a(str(x.dtype).removeprefix('torch.'))} tensor of shape {tuple(x.shape)}"
    if isinstance(x, (bool, str)):
        return f"the {type(x).__name__} {x!r}"
    if isinstance(x, numbers.Real):
        try:
            return f"the number {float(x):g}"
        except OverflowError:
            return "a number that is too large"
    return _a(type(x).__name__)


def _a(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeio' else 'a'} {noun}"


def _numbers(x: Any) -> bool:
    return (
        isinstance(x, (list, tuple))
        and len(x) > 0
        and all(isinstance(v, (numbers.Number, np.generic)) for v in x)
    )


def _whole(wanted: Tensor) -> bool:
    return not wanted.is_complex() and bool((wanted == wanted.round()).all())


def _kind(wanted: Tensor) -> str:
    return f"tensor of shape {tuple(wanted.shape)}" if wanted.ndim else "number"
