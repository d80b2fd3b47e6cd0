"""Say which sizes met where torch refuses to compute: its own errors name one number of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

_OF_SIZES = re.compile(r"size|shape|channels|broadcast|dimension", re.IGNORECASE)
_OPERATORS = {"add": "+", "sub": "-", "rsub": "-", "mul": "*", "div": "/", "matmul": "@"}
_OPERATORS |= {f"__i{name}__": f"{sign}=" for name, sign in list(_OPERATORS.items())}
_OPERATORS |= {f"__{name}__": sign for name, sign in list(_OPERATORS.items())}


class _LastRefusal(TorchFunctionMode):
    """Remembers the operation that failed last, and the shapes that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.error: BaseException | None = None
        self.name, self.shapes = "", []

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        try:
            return func(*args, **(kwargs or {}))
        except (RuntimeError, IndexError) as error:
            given = [x for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
            self.error, self.name = error, getattr(func, "__name__", "it")
            self.shapes = [tuple(x.shape) for x in given]
            raise


def sizes_that_met(again: Callable[[], Any], said: str) -> str:
    """Say which sizes torch could not combine; "" if its error, `said`, is of another kind.

    Parameters
    ----------
    again : callable
        Runs the answer once more, on a fresh copy of the input.
    said : str
        torch's error.
    """
    with _LastRefusal() as seen:
        try:
            again()
        except Exception as error:
            same = error is seen.error and str(error) == said
            if same and len(seen.shapes) > 1 and _OF_SIZES.search(said):
                return _told(seen.name, seen.shapes)
    return ""


def _told(name: str, shapes: list[tuple[int, ...]]) -> str:
    """Describe a failed operation; "" if its tensors are not what does not fit."""
    if name.startswith("conv") and "transpose" not in name:
        return _told_conv(*shapes[:2])
    if name == "linear":
        takes = shapes[1][-1]
        if shapes[0][-1:] == (takes,):
            return ""
        return f"a tensor of shape {shapes[0]} met a linear layer that takes {takes} numbers"
    if len(set(shapes)) == 1 or name in ("__getitem__", "__setitem__"):
        return ""
    where = _OPERATORS.get(name, f"torch.{name}" if hasattr(torch, name) else name)
    met = " and ".join(str(shape) for shape in shapes[:4])
    return f"tensors of the shapes {met} met in {where}, and do not fit together"


def _told_conv(image: tuple[int, ...], weight: tuple[int, ...]) -> str:
    channels = image[-len(weight) + 1] if len(image) >= len(weight) - 1 else None
    if channels == weight[1]:  # of another cause: an image smaller than the kernel, groups
        return ""
    plural = "" if weight[1] == 1 else "s"
    return (
        f"a tensor of shape {image} met a convolution that takes {weight[1]} channel{plural} "
        f"and gives {weight[0]}"
    )
