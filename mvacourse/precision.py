"""In which precision a network computes: bfloat16 where the processor multiplies in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch


def autocast(
    precision: str, device: str | torch.device, dtype: torch.dtype = torch.float32
) -> Callable[[], AbstractContextManager]:
    """Choose how a network computes: as it is, or under bfloat16 autocast.

    >>> context = autocast("auto", x.device)
    >>> with context():
    ...     loss = net(x)

    Parameters
    ----------
    precision : {"auto", "float32", "bfloat16"}
        "auto" is bfloat16 where the processor multiplies in it, and `dtype` is float32.
    device : str or torch.device
        Where the network is.
    dtype : torch.dtype
        That of its input.

    Returns
    -------
    callable
        Makes a context for each step.

    Raises
    ------
    ValueError
        If `precision` is another.
    """
    if precision not in ("auto", "float32", "bfloat16"):
        raise ValueError(f"precision = {precision!r}: write 'auto', 'float32' or 'bfloat16'")
    device = torch.device(device)
    fast = dtype == torch.float32 and has_bfloat16(device)
    if precision == "bfloat16" or (precision == "auto" and fast):
        return lambda: torch.autocast(device.type, torch.bfloat16)
    return nullcontext


def has_bfloat16(device: str | torch.device) -> bool:
    """Say whether the processor multiplies in bfloat16; where it only converts, it is slower."""
    device = torch.device(device)
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    # Private, for want of a public name; where they are missing, float32 is right everywhere.
    tests = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return device.type == "cpu" and any(getattr(torch.cpu, t, lambda: False)() for t in tests)
