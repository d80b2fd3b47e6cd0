"""Bad tensors of each kind, made from a valid one; labels and verdicts are those of `values.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

Bad = tuple[str, Any, str]
NAN, INF = float("nan"), float("inf")


def wrong_types(number: bool = False) -> Iterator[Bad]:
    yield "str", "no such name", "refuse"
    yield "bytes", b"text", "refuse"
    yield "dict", {}, "refuse"
    yield "object", object(), "refuse"
    yield "set", {1}, "refuse"
    yield "type", int, "refuse"
    if number:
        yield "numeric str", "1", "refuse"
        yield "list", [1], "refuse"
        yield "complex", 1j, "refuse"
        yield "array", np.array([1, 2]), "refuse"
        yield "two numbers", torch.tensor([1.0, 2.0]), "refuse"
        yield "image", torch.full((1, 1, 8, 8), 0.5), "refuse"


def tensors(valid: Any, strict: str = "may") -> Iterator[Bad]:
    yield from wrong_types()
    yield "bool", True, "refuse"
    yield "number", 0.5, "refuse"
    yield "complex", 1j, "refuse"
    yield "list", [[0.5, 0.5]], "refuse"
    yield "PIL image", Image.new("L", (8, 8)), "refuse"
    if not isinstance(valid, Tensor):
        return
    x = valid.detach()
    yield "array", x.numpy(), "refuse"
    yield "int32", x.real.int(), strict
    yield "uint8", (255 * x.real.clamp(0, 1)).byte(), strict
    yield "bool tensor", x.real > 0.5, strict
    yield "0-d", x.flatten()[0], strict
    yield "empty", x[:0], strict
    yield "empty rows", x[..., :0], strict
    yield "sparse", x.to_sparse(), "may"
    for label, dtype in (("float16", torch.float16), ("bfloat16", torch.bfloat16)):
        if not x.is_complex():
            yield label, x.to(dtype), "may"
    yield "float64", x.to(torch.complex128 if x.is_complex() else torch.float64), "may"
    yield "complex tensor", x.to(torch.complex64) + 0.1j, "may"
    yield "one rank more", x[None], strict if x.ndim == 4 else "may"
    yield "one rank less", x[0], strict if x.ndim == 4 else "may"
    yield "flat", x.flatten(), strict if x.ndim == 4 else "may"
    yield "narrow", x[..., :-1], "may"
    yield "doubled", torch.cat([x, x]), "may"
    yield "half", x[: len(x) // 2 or 1], "may"
    yield "more columns", torch.cat([x, x], -1), "may"
    if x.ndim == 4:
        yield "more channels", torch.cat([x, x], 1), "may"
        yield "one pixel", x[..., :1, :1], "may"
        yield "channels last", x.permute(0, 2, 3, 1), "may"
    yield "zero", torch.zeros_like(x), "may"
    yield "negative", -x, "may"
    yield "large", 1e6 * x, "may"
    yield "NaN", torch.full_like(x, NAN), "may"
    yield "inf", torch.full_like(x, INF), "may"
    yield "one NaN", _spoil(x, NAN), "may"
    yield "one -inf", _spoil(x, -INF), "may"
    yield from _same_tensors(x)


def _same_tensors(x: Tensor) -> Iterator[Bad]:
    yield "requires grad", x.clone().requires_grad_(x.is_floating_point() or x.is_complex()), "may"
    yield "strided", torch.stack([x, x], -1)[..., 0], "same"
    if x.ndim == 4:
        yield "channels_last", x.contiguous(memory_format=torch.channels_last), "same"
    with torch.inference_mode():
        yield "inference", x.clone(), "may"


def _spoil(x: Tensor, value: float) -> Tensor:
    x = x.clone()
    x.view(-1)[-1] = value
    return x


def batches(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in tensors(valid, "refuse"):
        nan = label in ("NaN", "inf", "one NaN", "one -inf")
        yield label, value, "refuse" if nan else verdict


def images(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in batches(valid):
        yield label, value, "refuse" if label == "large" else verdict
    yield "0–255", 255 * valid, "refuse"
    yield "0–255 of 0, 1", 255 * (valid > 0.5).float(), "refuse"


def estimates(valid: Any) -> Iterator[Bad]:
    """Estimates of an image, which may be far off, as a naive inverse is."""
    for label, value, verdict in images(valid):
        yield label, value, "may" if label == "large" else verdict


def references(valid: Any) -> Iterator[Bad]:
    """References, which must be clean."""
    yield from images(valid)
    yield "-1 to 1", 2 * valid - 1, "refuse"


def stacks(valid: Any) -> Iterator[Bad]:
    """Images of any scale, which may hold NaN: nothing looks at each value."""
    yield from tensors(valid, "refuse")


def net_inputs(valid: Any) -> Iterator[Bad]:
    """Inputs of networks that expect a scale."""
    yield from stacks(valid)
    if isinstance(valid, Tensor) and valid.ndim == 4:
        yield "0–255", 255 * valid, "refuse"


def labels(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "float labels", valid.float(), "refuse"
    yield "bool labels", valid > 0, "refuse"
    yield "complex labels", valid + 0j, "refuse"
    yield "negative labels", valid - 1, "refuse"
    yield "too large labels", valid + 1000, "refuse"
    yield "array", valid.numpy(), "refuse"
    yield "empty", valid[:0], "refuse"
    yield "fewer", valid[:-1], "refuse"
    yield "one rank more", valid[None], "refuse"
    yield "0-d", valid.flatten()[0], "refuse"
    for dtype in (torch.uint8, torch.int16, torch.int32):
        yield str(dtype), valid.to(dtype), "same"
    yield "strided", torch.stack([valid, valid], -1)[..., 0], "same"


def masks(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "array", valid.numpy(), "refuse"
    yield "grey mask", 0.3 + 0.4 * valid.float(), "refuse"
    yield "0 and 255", 255 * valid.int(), "refuse"
    yield "NaN mask", torch.full(valid.shape, NAN), "refuse"
    yield "one rank more", valid[None], "refuse"
    yield "image mask", valid[None, None], "refuse"
    yield "flat", valid.flatten(), "refuse"
    yield "empty", valid[:0], "refuse"
    yield "narrow", valid[:, :-1], "may"
    yield "nothing known", torch.zeros_like(valid), "may"
    yield "all known", torch.ones_like(valid), "may"
    for dtype in (torch.uint8, torch.int64, torch.float32, torch.float64):
        yield str(dtype), valid.to(dtype), "same"


def kernels(valid: Any) -> Iterator[Bad]:
    for label, value, verdict in tensors(valid):
        wrong = "rank", "int", "uint8", "bool tensor", "0-d", "flat", "empty", "NaN", "inf"
        refuse = any(word in label for word in wrong)
        yield label, value, "refuse" if refuse and label != "inference" else verdict
    yield "larger than the image", torch.ones(99, 99) / 99**2, "may"


def bytes(valid: Any) -> Iterator[Bad]:
    yield from wrong_types()
    yield "none", [], "refuse"
    yield "floats", [x / 255 for x in valid], "refuse"
    yield "arrays", [x.numpy() for x in valid], "refuse"
    yield "batches", [x[None] for x in valid], "refuse"
    yield "small", [x[..., :2] for x in valid], "refuse"
    yield "other channels", [valid[0], valid[0].repeat(2, 1, 1)], "refuse"
    yield "one of None", [*valid, None], "refuse"
    yield "one tensor", valid[0], "refuse"
    yield "tuple", tuple(valid), "same"
