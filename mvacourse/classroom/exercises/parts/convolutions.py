"""The convolution of notebook 01 as a sum of shifted images; its keywords are common mistakes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function


def shifted_sum(
    k: Tensor,
    u: Tensor,
    *,
    sign: int = 1,
    centre: int = 0,
    swap: bool = False,
    dims: tuple[int, int] = (-2, -1),
) -> Tensor:
    """Σ k(z) u(x − z): `centre` counts how many pixels the kernel's centre is moved."""
    h, w = k.shape
    v = torch.zeros_like(u)
    for i in range(h):
        for j in range(w):
            y = (sign * (i - h // 2 - centre), sign * (j - w // 2 - centre))
            v = v + k[i, j] * u.roll(y[::-1] if swap else y, dims=dims)
    return v


def last(k: Tensor, dim: int) -> Tensor:
    """Mark the last row (0), the last column (1) or the last value (-1) of k by ones."""
    rows, columns = (torch.arange(n) == n - 1 for n in k.shape)
    both = torch.broadcast_tensors(rows[:, None], columns)
    return (both[dim] if dim >= 0 else both[0] & both[1]).to(k.dtype)


def sum_with(**changes: Any) -> Function:
    """Convolve in another way."""
    return lambda k, u: shifted_sum(k, u, **changes)


def framed_by_zeros(k: Tensor, u: Tensor) -> Tensor:
    """Convolve an image that is black outside."""
    h, w = k.shape
    frame = torch.nn.functional.pad(u, (w, w, h, h))
    return shifted_sum(k, frame)[..., h:-h, w:-w]
