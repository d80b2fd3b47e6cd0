"""Bad values for each kind of parameter, made from a valid one.

Each has a label, the value, and a verdict: "refuse", "may" (be refused, or give a result within
contract), "same" (gives the result of the valid value), "differs" (gives another one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from net import containers, tensors
from net.tensors import INF, NAN, Bad, wrong_types


def bad_values(kind: str, valid: Any, optional: bool) -> Iterator[Bad]:
    """Yield the bad values of a kind."""
    if kind == "word":
        return
    yield "None", None, "may" if optional or kind == "flag" else "refuse"
    yield from MAKERS[kind](valid)


def _real(valid: Any) -> Iterator[Bad]:
    yield from wrong_types(number=True)
    yield "bool", True, "refuse"
    for label, value in (("nan", NAN), ("inf", INF), ("-inf", -INF), ("10**400", 10**400)):
        yield label, value, "refuse"
    for value in (0, -1, -1e-9, 1e-300, 1e-12, 1e12, 1e300, 2**64, Fraction(1, 3)):
        yield str(value), value, "may"
    if isinstance(valid, (int, float)):
        for make in (np.float64, np.float32, torch.tensor):
            yield make.__name__, make(valid), "same"
        yield "0-d array", np.array(valid), "may"
        yield "requires grad", torch.tensor(float(valid), requires_grad=True), "may"


def _non_negative(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in _real(valid):
        yield label, value, "refuse" if label in ("-1", "-1e-09") else verdict


def _positive(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in _non_negative(valid):
        yield label, value, "refuse" if label == "0" else verdict


def _fraction(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in _non_negative(valid):
        large = label in ("1e+12", "1e+300", "18446744073709551616")
        yield label, value, "refuse" if large else verdict
    yield "1.5", 1.5, "refuse"
    yield "90", 90, "refuse"


def _counts(valid: Any) -> Iterator[Bad]:
    yield from wrong_types(number=True)
    yield "bool", True, "refuse"
    yield "float", float(valid) if isinstance(valid, int) else 1.0, "refuse"
    for value in (1.5, NAN, INF, -1, 2**64, -(2**40), Fraction(3, 2)):
        yield str(value), value, "refuse"
    yield "0", 0, "may"
    yield "1", 1, "may"
    if isinstance(valid, int):
        for make in (np.int64, np.int32, np.uint16):
            yield make.__name__, make(valid), "same"
        yield "0-d tensor", torch.tensor(valid), "may"
        yield "0-d array", np.array(valid), "may"
        yield "0-d float tensor", torch.tensor(float(valid)), "refuse"


def _seeds(valid: Any) -> Iterator[Bad]:
    yield from wrong_types(number=True)
    yield "bool", True, "refuse"
    for value in (1.5, 0.0, NAN, INF, -1, -(2**31), 2**63, 2**64, 2**100):
        yield str(value), value, "refuse"
    for make in (np.int64, np.uint8, np.int32):
        yield make.__name__, make(0), "same"
    for value in (2**32, 2**61):
        yield str(value), value, "differs"
    for value in (1, 2**31, 2**32 - 1, 2**63 - 1, np.uint64(2**63 - 1)):
        yield str(value), value, "may"
    yield "0-d tensor", torch.tensor(0), "may"
    yield "generator", torch.Generator().manual_seed(0), "may"
    yield "random state", np.random.default_rng(0), "refuse"


def _choices(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    for value in (f"{valid}x", "", 3, True, [valid], 1.5, NAN, ("a", "b")):
        yield repr(value), value, "refuse"
    if valid:
        yield "misspelt", valid[:-1] + "_", "refuse"
        yield "upper", valid.upper() + "!", "refuse"


def _flags(valid: Any) -> Iterator[Bad]:
    for value in ("no", 2, [], object(), NAN, np.bool_(valid)):
        yield f"flag {value!r:.20}", value, "may"


def _shapes(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    for value in ((), (0,), (8.0, 8.0), ("8", "8"), (-1, 8, 8), (1, 2, 3, 4, 5), 2.5, True, NAN):
        yield f"shape {value}", value, "refuse"
    yield "None in it", (None,) * 3, "refuse"
    yield "float array", np.array([8.0, 8.0]), "refuse"
    yield "0 in it", (0,) * 3, "refuse"
    yield "negative", (-8,) * 2, "refuse"
    yield "2**64", (2**64,) * 3, "refuse"
    if isinstance(valid, (tuple, list)):
        yield "list", list(valid), "same"
        yield "torch.Size", torch.Size(valid), "same"
        yield "np.int64", tuple(map(np.int64, valid)), "same"
        yield "array", np.array(valid), "may"
        yield "tensor", torch.tensor(valid), "may"


def _functions(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "number", 3, "refuse"
    yield "tensor", torch.ones(2), "refuse"
    yield "no argument", lambda: None, "refuse"
    yield "five arguments", lambda a, b, c, d, e: None, "refuse"
    if callable(valid):
        changes: dict[str, Callable[[Tensor], Any]] = {
            "returns None": lambda y: None,
            "returns a float": lambda y: 0.5,
            "returns an array": lambda y: y.detach().numpy(),
            "returns a str": lambda y: "text",
            "returns 0-d": lambda y: y.sum(),
            "returns one rank more": lambda y: y[None].expand(2, *y.shape),
            "returns fewer": lambda y: y[..., :-1] if y.ndim else y[None, None],
            "returns NaN": lambda y: y * NAN,
            "returns complex": lambda y: y + 1j,
            "returns int": lambda y: y.int(),
        }
        for label, change in changes.items():
            yield label, _changed(valid, change), "refuse" if "int" not in label else "may"


def _callbacks(valid: Any) -> Iterator[Bad]:
    """Functions whose result does not matter."""
    for label, value, verdict in _functions(valid):
        if not label.startswith("returns"):
            yield label, value, verdict


def _changed(f: Callable, change: Callable) -> Callable:
    def g(*args: Any, **options: Any) -> Any:
        y = f(*args, **options)
        return change(y) if isinstance(y, Tensor) else change(torch.ones(1))

    return g


def _modules(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "number", 3, "refuse"
    yield "class", nn.Identity, "refuse"
    yield "function", lambda x: x, "may"
    yield "state", valid.state_dict() if valid is not None else {}, "refuse"


def _operators(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "number", 3, "refuse"
    yield "tensor", torch.ones(8, 8), "refuse"
    yield "class", type(valid), "refuse"
    yield "identity module", nn.Identity(), "may"


def _devices(valid: Any) -> Iterator[Bad]:
    for value in ("gpu", "cpu:x", "", "CPU ", 1.5, [], b"cpu", -1, True, object(), "cuda:99"):
        yield f"device {value!r:.20}", value, "refuse"
    yield "torch.device", torch.device("cpu"), "same"


def _dtypes(valid: Any) -> Iterator[Bad]:
    for value in ("float32", np.float32, float, 3, "text", torch.tensor(1.0), True, object()):
        yield f"dtype {value!r:.30}", value, "refuse"
    for value in (torch.int64, torch.bool, torch.complex64, torch.uint8):
        yield f"dtype {value}", value, "may"
    for value in (torch.float64, torch.float16, torch.bfloat16):
        yield f"dtype {value}", value, "may"


def _paths(valid: Any) -> Iterator[Bad]:
    for value in (3, 1.5, True, [], {}, object(), b"x", NAN, ("a", "b"), "a\0b"):
        yield f"path {value!r:.20}", value, "refuse"


def _widths(valid: Any) -> Iterator[Bad]:
    """A whole number, or a list of them."""
    for label, value, verdict in _counts(valid):
        yield label, value, "may" if label == "list" else verdict


def _whole(valid: Any) -> Iterator[Bad]:
    """Whole numbers of either sign."""
    for label, value, verdict in _counts(valid):
        yield label, value, "may" if label == "-1" else verdict


def _options(valid: Any) -> Iterator[Bad]:
    """Numbers from a short list."""
    for value in ("2", 5, 0, -1, 2.5, NAN, [2], {}, object(), True):
        yield f"option {value!r:.20}", value, "refuse"
    yield "np.int64", np.int64(valid), "may"


def _file_names(valid: Any) -> Iterator[Bad]:
    """Names of files to be written."""
    for value in ("", "../up", "a/b", "a\0b", 3, 1.5, True, [], {}, object(), b"x"):
        yield f"name {value!r:.20}", value, "refuse"


def _other(valid: Any) -> Iterator[Bad]:
    for label, value, _ in wrong_types(number=True):
        yield label, value, "may"
    for value in (True, -1, 0, NAN, INF, (), [], [None], (None, None), lambda: None, {"a": None}):
        yield f"{value!r:.12}", value, "may"


MAKERS: dict[str, Callable[[Any], Iterator[Bad]]] = {
    "tensor": tensors.tensors,
    "batch": tensors.batches,
    "image": tensors.images,
    "estimate": tensors.estimates,
    "data": tensors.images,
    "reference": tensors.references,
    "net_input": tensors.net_inputs,
    "stack": tensors.stacks,
    "labels": tensors.labels,
    "mask": tensors.masks,
    "kernel": tensors.kernels,
    "bytes": tensors.bytes,
    "real": _real,
    "non_negative": _non_negative,
    "positive": _positive,
    "fraction": _fraction,
    "count": _counts,
    "seed": _seeds,
    "choice": _choices,
    "flag": _flags,
    "shape": _shapes,
    "function": _functions,
    "module": _modules,
    "operator": _operators,
    "device": _devices,
    "dtype": _dtypes,
    "path": _paths,
    "other": _other,
    "generator": _functions,
    "step": _counts,
    "callback": _callbacks,
    "width": _widths,
    "pixels": _counts,
    "whole": _whole,
    "index": _whole,
    "option": _options,
    "file_name": _file_names,
    **containers.MAKERS,
}
