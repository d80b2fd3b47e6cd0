"""Checks of tensors: images, data, kernels, masks, labels."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.validate.numbers import count

_LARGEST_UNIT_VALUE = 10.0
"""An image in [0, 1] stays below this even under very strong noise; one in 0–255 does not."""


def _shape(x: Tensor) -> str:
    return str(tuple(x.shape))


def tensor(x: Tensor, name: str = "u") -> Tensor:
    """Check that `x` is a torch tensor, and return it.

    Raises
    ------
    TypeError
        If `x` is a NumPy array, a list, an image file …, or sparse.
    """
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{name} is a {type(x).__name__}, not a torch tensor: convert it, for instance with "
            f"torch.as_tensor({name})"
        )
    if x.layout is not torch.strided:
        raise TypeError(f"{name} is sparse: write {name}.to_dense()")
    return x


def values(x: Tensor, name: str = "u", ndim: int = 0) -> Tensor:
    """Check that `x` holds floating-point or complex values, any number; return it.

    Raises
    ------
    TypeError
        If `x` is not a tensor, or holds integers or booleans.
    ValueError
        If it is empty, or has fewer than `ndim` dimensions.
    """
    tensor(x, name)
    if not (x.is_floating_point() or x.is_complex()):
        raise TypeError(f"{name} holds {x.dtype}: write {name}.float(), for 8 bits divided by 255")
    if x.ndim < ndim or x.numel() == 0:
        raise ValueError(
            f"{name} has shape {_shape(x)}: it needs at least {ndim} dimensions, and a value"
        )
    return x


def real(x: Tensor, name: str = "u", ndim: int = 0) -> Tensor:
    """Check that `x` holds real floating-point values, as :func:`values`, and return it.

    Raises
    ------
    TypeError, ValueError
        As :func:`values`; TypeError also if `x` is complex.
    """
    if values(x, name, ndim).is_complex():
        raise TypeError(f"{name} is complex: write {name}.real, or {name}.abs()")
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
    bad = ~torch.isfinite(tensor(x, name))
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
    TypeError, ValueError
        If one is not a tensor, or the shapes differ.
    """
    if tensor(x, names[0]).shape != tensor(ref, names[1]).shape:
        raise ValueError(
            f"{names[0]} has shape {_shape(x)} and {names[1]} has shape {_shape(ref)}: "
            "they must be equal; crop or resize one of them"
        )


def like(x: Tensor, ref: Tensor, names: tuple[str, str] = ("x", "ref")) -> None:
    """Check that two tensors have the same shape and type of number.

    Raises
    ------
    TypeError, ValueError
        If they do not.
    """
    same_shape(x, ref, names)
    if x.dtype != ref.dtype:
        raise TypeError(
            f"{names[0]} holds {x.dtype} and {names[1]} holds {ref.dtype}: write "
            f"{names[0]}.to({ref.dtype})"
        )


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
