"""Precision and memory order of a network on a given processor."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

import torch


def autocast(
    precision: str, device: str | torch.device, dtype: torch.dtype = torch.float32
) -> Callable[[], AbstractContextManager]:
    """Choose the precision of a network: its own, or bfloat16 autocast.

    >>> context = autocast("auto", x.device)
    >>> with context():
    ...     loss = net(x)

    Parameters
    ----------
    precision : {"auto", "float32", "bfloat16"}
        "auto" is bfloat16 if the processor multiplies in it and `dtype` is float32.
    device : str or torch.device
        Where the network is.
    dtype : torch.dtype
        Type of its input.

    Returns
    -------
    callable
        Call it to get a context for each step.

    Raises
    ------
    ValueError
        If `precision` is unknown.
    """
    if precision not in ("auto", "float32", "bfloat16"):
        raise ValueError(f"precision = {precision!r}: write 'auto', 'float32' or 'bfloat16'")
    device = torch.device(device)
    fast = dtype == torch.float32 and has_bfloat16(device)
    if precision == "bfloat16" or (precision == "auto" and fast):
        return lambda: torch.autocast(device.type, torch.bfloat16)
    return nullcontext


def full_precision(device: str | torch.device) -> AbstractContextManager:
    """Switch autocast off in a context, where the device has it: on Metal, since torch 2.5."""
    kind = torch.device(device).type
    there = torch.amp.is_autocast_available(kind)
    return torch.autocast(kind, enabled=False) if there else nullcontext()


def has_bfloat16(device: str | torch.device) -> bool:
    """Check whether the processor multiplies faster in bfloat16 than in float32.

    A processor with AMX does, and so does AMD's AVX-512. Intel's AVX-512 without AMX has the
    instruction, but training takes 1.6 times as long with it.
    """
    device = torch.device(device)
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type != "cpu":
        return False
    # Private functions: torch has no public ones. If they are missing, float32 is always right.
    amx, avx512 = (
        getattr(torch.cpu, test, lambda: False)()
        for test in ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    )
    return amx or (avx512 and _vendor() == "AuthenticAMD")


@cache
def _vendor() -> str:
    """Return the maker of the processor, as CPUID spells it; "" if it is not known."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("vendor_id"))
    except (OSError, StopIteration):
        return platform.processor().rpartition(" ")[-1]  # on Windows


def memory_format(device: str | torch.device) -> torch.memory_format:
    """Choose the memory order in which convolutions train fastest.

    It is channels-last on GPUs and on processors with AVX-512. Most laptops have only AVX2. There,
    at 256×256, channels-last takes five times as long as the usual order for the gradient in the
    weights, and 1.3 to 1.8 times as long for a step of a deep image prior. On training windows of
    32 to 64 pixels, the two orders are within 17 % of each other.

    Parameters
    ----------
    device : str or torch.device
        Where the network is.

    Returns
    -------
    torch.memory_format
        For ``net.to(memory_format=…)`` and ``x.contiguous(memory_format=…)``.
    """
    kind = torch.device(device).type
    wide = kind == "cpu" and "AVX512" in torch.backends.cpu.get_cpu_capability()
    return torch.channels_last if wide or kind == "cuda" else torch.contiguous_format
