"""Send what an answer gave from one process to another: numbers and arrays, and no objects.

What a student's process writes is not trusted. So it is JSON; nothing that could run code when it
is read.
"""

from __future__ import annotations

import base64
import numbers
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.trials import Trial

LONGEST_TEXT = 2000
LARGEST_ARRAY = 16 * 2**20
"""Bytes; the exercises' own results are far below."""
_DEEPEST, _WIDEST = 4, 10_000
_TORCH = {
    "bool": torch.bool,
    **{f"int{n}": getattr(torch, f"int{n}") for n in (8, 16, 32, 64)},
    "uint8": torch.uint8,
    **{f"float{n}": getattr(torch, f"float{n}") for n in (16, 32, 64)},
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}


class NotSendable(ValueError):
    """A value is too large to send, or a message is not what the other process may send."""


def encode_trial(trial: Trial) -> dict[str, Any]:
    """Write a trial as JSON's own types."""
    if trial.failure:
        return {"failure": trial.failure[:LONGEST_TEXT], "written": trial.written}
    return {"value": encode(trial.value), "draws": trial.draws}


def decode_trial(sent: Any) -> Trial:
    """Read a trial.

    Raises
    ------
    NotSendable
        If it is none.
    """
    if not isinstance(sent, dict):
        raise NotSendable("a trial is no dictionary")
    if "failure" in sent:
        return Trial(
            failure=str(sent["failure"])[:LONGEST_TEXT], written=sent.get("written") is not False
        )
    return Trial(decode(sent.get("value")), draws=sent.get("draws") is True)


def encode(value: Any, depth: int = 0) -> Any:
    """Write a value: tensors and arrays by their bytes, numbers, texts, lists; else its type."""
    if isinstance(value, Tensor):
        return _encode_tensor(value)
    if value is None or isinstance(value, (bool, str)):
        return {"plain": value[:LONGEST_TEXT] if isinstance(value, str) else value}
    if isinstance(value, np.ndarray) and value.dtype.name in _TORCH:
        return {"array": _bytes(value)}
    if isinstance(value, (numbers.Number, np.generic)):
        return _encode_number(value)
    if isinstance(value, (list, tuple)) and depth < _DEEPEST and len(value) <= _WIDEST:
        return {type(value).__name__: [encode(x, depth + 1) for x in value]}
    return {"other": type(value).__name__}


def _encode_tensor(value: Tensor) -> Any:
    try:
        x = value.detach().cpu().to_dense() if value.is_sparse else value.detach().cpu()
        x = x.resolve_conj().resolve_neg()
        array = (x.float() if x.dtype == torch.bfloat16 else x).numpy()
    except (RuntimeError, TypeError, NotImplementedError):
        return {"other": "Tensor without values"}
    if array.dtype.name not in _TORCH:
        return {"other": f"{array.dtype.name} tensor"}
    return {"tensor": _bytes(array)}


def _encode_number(value: Any) -> Any:
    if isinstance(value, numbers.Integral):
        return {"integer": str(int(value))}
    if isinstance(value, numbers.Real):
        return {"real": float(value).hex()}
    try:
        z = complex(value)
    except (TypeError, ValueError):
        return {"other": type(value).__name__}
    return {"complex": [z.real.hex(), z.imag.hex()]}


def _bytes(array: np.ndarray) -> dict[str, Any]:
    if array.nbytes > LARGEST_ARRAY:
        raise NotSendable(f"its result has {array.nbytes} bytes: far more than is asked for")
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data}


def decode(sent: Any, depth: int = 0) -> Any:
    """Read a value.

    Raises
    ------
    NotSendable
        If it is none.
    """
    if not isinstance(sent, dict) or len(sent) != 1 or depth > _DEEPEST:
        raise NotSendable("a value is not one of the known kinds")
    ((kind, content),) = sent.items()
    try:
        return _READ[kind](content, depth)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise NotSendable(f"a value of kind {str(kind)[:20]} cannot be read") from error


def _array(content: Any) -> np.ndarray:
    dtype, shape = content["dtype"], tuple(map(int, content["shape"]))
    if dtype not in _TORCH or any(n < 0 for n in shape):
        raise ValueError(dtype)
    data = base64.b64decode(content["data"], validate=True)
    return np.frombuffer(data, dtype).reshape(shape).copy()


def _other(name: Any) -> Any:
    """Make an object whose type has this name: all that a message says about it."""
    return type(str(name)[:80], (), {})()


_READ: dict[str, Any] = {
    "plain": lambda c, _: c if c is None or isinstance(c, bool) else str(c),
    "tensor": lambda c, _: torch.from_numpy(_array(c)),
    "array": lambda c, _: _array(c),
    "integer": lambda c, _: int(c) if len(c) < 400 else float("inf"),
    "real": lambda c, _: float.fromhex(c),
    "complex": lambda c, _: complex(float.fromhex(c[0]), float.fromhex(c[1])),
    "list": lambda c, depth: [decode(x, depth + 1) for x in c],
    "tuple": lambda c, depth: tuple(decode(x, depth + 1) for x in c),
    "other": lambda c, _: _other(c),
}


def encode_gradients(found: list[list[Tensor | None]] | None) -> Any:
    """Write gradients: per input, per argument."""
    return None if found is None else [[None if g is None else encode(g) for g in r] for r in found]


def decode_gradients(sent: Any) -> list[list[Tensor | None]] | None:
    """Read gradients.

    Raises
    ------
    NotSendable
        If they are none.
    """
    if sent is None:
        return None
    if not isinstance(sent, list) or not all(isinstance(row, list) for row in sent):
        raise NotSendable("gradients are no lists")
    rows = [[None if g is None else decode(g) for g in row] for row in sent]
    if not all(g is None or isinstance(g, Tensor) for row in rows for g in row):
        raise NotSendable("a gradient is no tensor")
    return rows
