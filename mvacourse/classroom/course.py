"""Set-up of a notebook: `start` sets seed, device, budget and threads."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from mvacourse import validate

Value = TypeVar("Value")

BUDGETS = ("fast", "full")
_MOST_THREADS = 8
"""More would not help for images of the course's size, and a shared server has other users."""


@dataclass(frozen=True, repr=False)
class Course:
    """The settings of a notebook.

    Attributes
    ----------
    seed : int
        Random seed that `start` set in every generator.
    device : torch.device
        Device for networks and large images.
    budget : {"fast", "full"}
        "fast" keeps a notebook under two minutes on a laptop; "full" trains in full.
    threads : int
        Threads that torch uses on the CPU.
    """

    seed: int
    device: torch.device
    budget: str
    threads: int

    def pick(self, fast: Value, full: Value) -> Value:
        """Choose a value by the budget: `n_iter = course.pick(fast=200, full=5000)`."""
        return full if self.budget == "full" else fast

    def __repr__(self) -> str:
        threads = f"{self.threads} thread" + ("s" if self.threads > 1 else "")
        return f"Course(device {self.device}, budget {self.budget}, {threads}, seed {self.seed})"


def start(
    seed: int = 0,
    threads: int | None = None,
    device: str | torch.device | None = None,
    budget: str | None = None,
) -> Course:
    """Seed every random generator; choose device, budget and threads.

    Parameters
    ----------
    seed : int
        Random seed of torch, NumPy and `random`, from 0 to 2⁶³ − 1.
    threads : int, optional
        CPU threads of torch; by default OMP_NUM_THREADS, or else the number of processors that
        this process may use, at most 8.
    device : str or torch.device, optional
        By default MVACOURSE_DEVICE, or else the first available of cuda, mps and cpu.
    budget : {"fast", "full"}, optional
        By default MVACOURSE_BUDGET, or else "fast".

    Returns
    -------
    Course
        The settings. Nothing is printed: the outputs of a notebook are compared strictly.

    Raises
    ------
    ValueError
        If the device is not available, the budget is unknown or `threads` is below 1.
    """
    if budget is None:
        budget = os.environ.get("MVACOURSE_BUDGET") or "fast"
    if not isinstance(budget, str) or budget not in BUDGETS:
        raise ValueError(f"budget (or MVACOURSE_BUDGET) is {budget!r}: write 'fast' or 'full'")
    threads = _threads(threads)
    chosen = _device(os.environ.get("MVACOURSE_DEVICE") or None if device is None else device)
    seed = validate.seed(seed)
    random.seed(seed)
    np.random.seed(validate.seed32(seed))
    torch.manual_seed(validate.seed32(seed))
    torch.set_num_threads(threads)
    _keep_freed_memory()
    return Course(seed=seed, device=chosen, budget=budget, threads=threads)


def _keep_freed_memory() -> None:
    """Make glibc reuse the memory of images instead of returning it after every operation.

    By default, its allocator returns blocks of a megabyte to the system. A solver that makes some
    of them per step then spends most of its time on page faults: smoothed-TV descent at 512² ran
    three to five times slower. Freeing one large block raises that threshold permanently.
    With other allocators this does nothing.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


def _threads(threads: int | None) -> int:
    if threads is None:
        # OpenMP also reads lists such as "4,2": the first number is the outer level's
        first = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
        threads = int(first) if first.isdigit() and int(first) > 0 else _default_threads()
    return validate.count(threads, "threads")


def _default_threads() -> int:
    """Count the processors that this process may use: in a container, maybe not all."""
    if hasattr(os, "sched_getaffinity"):
        there = len(os.sched_getaffinity(0))
    else:
        there = os.cpu_count() or 1
    return min(there, _MOST_THREADS)


def _device(device: str | torch.device | None) -> torch.device:
    has_mps = torch.backends.mps.is_available()
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if has_mps else "cpu")
    return validate.device(device, "device (or MVACOURSE_DEVICE)")
