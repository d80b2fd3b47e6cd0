"""A device without float64, emulated on the CPU: what Apple's Metal refuses, it refuses too.

Inside ``metal()``, ``x.to(MPS)`` returns a tensor of the device "mps". Its numbers are in the
memory of the CPU, and every operation on it is computed there, after these checks:

- float64 and complex128 do not exist on it, and a copy to the CPU does not change to them;
- tensors of two devices do not mix, except numbers (0-d) and indices from the CPU;
- sparse matrices, and the operations in `MISSING`, do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch._dynamo  # imported by optimisers, which cannot be done inside the emulation
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

MPS = torch.device("mps", 0)
TOO_WIDE = (torch.float64, torch.complex128)
MISSING = {
    *("kthvalue", "linalg_matrix_exp", "_linalg_eigh", "_linalg_svd", "linalg_eig"),
    *("linalg_cholesky_ex", "linalg_lstsq", "upsample_bicubic2d", "poisson", "histc"),
}
"""Without kernels in some release since 2.9, the oldest that the project supports."""


_AT_ONCE = {"_conj": torch.conj_physical, "_neg_view": torch.neg}
"""Views that are computed at the next operation, where the emulation would miss them."""


class OnMetal(Tensor):
    """A tensor of the device "mps", whose numbers are in `numbers`, on the CPU."""

    numbers: Tensor

    @staticmethod
    def __new__(cls, numbers: Tensor) -> OnMetal:
        if numbers.dtype in TOO_WIDE:
            raise TypeError(f"Cannot convert a MPS Tensor to {numbers.dtype}")
        if numbers.layout != torch.strided:
            raise NotImplementedError(f"{numbers.layout} on the MPS device")
        found = Tensor._make_wrapper_subclass(
            cls,
            numbers.shape,
            strides=numbers.stride(),
            storage_offset=numbers.storage_offset(),
            dtype=numbers.dtype,
            device="meta",  # autograd needs a device that this build of torch has
        )
        found.numbers = numbers
        return found

    @property
    def device(self) -> torch.device:
        return MPS

    def __repr__(self) -> str:
        return f"OnMetal({self.numbers})"

    def tolist(self) -> list:
        return self.numbers.tolist()

    def new_tensor(self, data: Any, *, dtype: torch.dtype | None = None) -> Tensor:
        return torch.tensor(data, dtype=dtype or self.dtype, device=MPS)

    def numpy(self, **options: Any) -> Any:
        raise TypeError("can't convert mps:0 device type tensor to numpy: use Tensor.cpu()")

    def __deepcopy__(self, memo: dict) -> Tensor:
        copied = self.detach().clone()
        if isinstance(self, torch.nn.Parameter):
            return torch.nn.Parameter(copied, self.requires_grad)
        return copied.requires_grad_(self.requires_grad)

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


class _Metal(TorchDispatchMode):
    """Sends what is created on "mps", or moved there, to the emulation."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


def _is_mps(device: Any) -> bool:
    return device is not None and torch.device(device).type in ("mps", "meta")


def _run(func: Any, args: Any, kwargs: dict) -> Any:
    tensors = [x for x in tree_flatten((args, kwargs))[0] if isinstance(x, Tensor)]
    here = [x for x in tensors if isinstance(x, OnMetal)]
    to_mps = _is_mps(kwargs.get("device"))
    name = func.overloadpacket.__name__
    if not here and not to_mps:
        return func(*args, **kwargs)
    to_cpu = "device" in kwargs and kwargs["device"] is not None and not to_mps
    _check(name, tensors, kwargs)
    if name in ("_conj", "_neg_view"):  # Metal has no lazy ones either
        return OnMetal(
            {"_conj": torch.conj_physical, "_neg_view": torch.neg}[name](args[0].numbers)
        )
    inner = kwargs | ({"device": torch.device("cpu")} if kwargs.get("device") else {})
    plain = lambda x: x.numbers if isinstance(x, OnMetal) else x  # noqa: E731
    if name == "copy_" and not isinstance(args[0], OnMetal) and args[0].dtype in TOO_WIDE:
        raise TypeError("a copy from the MPS device to float64 of the CPU writes nothing")
    if to_cpu and inner.get("dtype") in TOO_WIDE:
        raise TypeError("a copy from the MPS device to float64 of the CPU writes nothing")
    found = func(*tree_map(plain, args), **tree_map(plain, inner))
    if name in ("_local_scalar_dense", "equal", "is_nonzero") or to_cpu:
        return found
    owners = {id(x.numbers): x for x in here}
    cpu = {id(x) for x in tensors if not isinstance(x, OnMetal)}

    def back(x: Any) -> Any:
        if not isinstance(x, Tensor) or id(x) in cpu:
            return x
        return owners.get(id(x)) if id(x) in owners else OnMetal(x)

    return tree_map(back, found)


def _check(name: str, tensors: list[Tensor], kwargs: dict) -> None:
    if name in MISSING or name.removesuffix("_backward") in MISSING:
        raise NotImplementedError(f"aten::{name} is not implemented for the MPS device")
    if name in ("copy_", "_to_copy", "index", "index_put", "index_put_", "_index_put_impl_"):
        return
    for x in tensors:
        if not isinstance(x, OnMetal) and x.ndim > 0:
            raise RuntimeError(f"{name}: expected all tensors on mps:0, but found one on the CPU")


@contextmanager
def metal() -> Iterator[torch.device]:
    """Emulate the device in this context; yields it."""
    before, is_available = torch._C._only_lift_cpu_tensors(), torch.backends.mps.is_available
    torch.backends.mps.is_available = lambda: True
    torch._C._set_only_lift_cpu_tensors(True)  # torch.tensor(…, device="mps") moves one of the CPU
    try:
        with _Metal():
            yield MPS
    finally:
        torch._C._set_only_lift_cpu_tensors(before)
        torch.backends.mps.is_available = is_available
