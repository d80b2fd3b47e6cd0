"""The pixel positions that blurs and sampling masks share."""

from __future__ import annotations

import torch
from torch import Tensor


def offsets(n: int) -> Tensor:
    """List the positions 0 … n−1, counted from the centre n//2, in float64."""
    return torch.arange(n, dtype=torch.float64) - n // 2
