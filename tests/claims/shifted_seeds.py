"""Move every random seed of a process, so that nothing depends on one favourable draw.

The runner starts a kernel with ``shift(k)`` before a notebook's first cell. Then each seed that the
notebook or the package sets means another seed, equal seeds still give equal numbers, and different
seeds different ones.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

_STEP = 1_000_003
"""Larger than the seeds of the course, so that a moved seed is not another one's."""


def shift(k: int) -> None:
    """Move the seeds of torch, NumPy and `random` by `k` steps; 0 changes nothing."""
    if k:
        _shift_torch(k)
        _shift_numpy(k)
        seed_python = random.seed
        random.seed = lambda a=None, version=2: seed_python(
            a + k * _STEP if isinstance(a, int) else a, version
        )


def _shift_torch(k: int) -> None:
    class Generator(torch.Generator):
        def manual_seed(self, seed: int) -> torch.Generator:
            # torch's generator on the CPU uses only the lower 32 bits
            return super().manual_seed((int(seed) + k * _STEP) % 2**32)

    class Default:
        """torch's own generator, whose seeds are moved when it is asked for by name."""

        def manual_seed(self, seed: int) -> torch.Generator:
            return default.manual_seed((int(seed) + k * _STEP) % 2**32)

        def __getattr__(self, name: str) -> Any:
            return getattr(default, name)

    seed_torch, default = torch.manual_seed, torch.default_generator
    torch.Generator, torch.default_generator = Generator, Default()
    torch.manual_seed = lambda seed: seed_torch((int(seed) + k * _STEP) % 2**32)


def _shift_numpy(k: int) -> None:
    new, sequence, seed_numpy = np.random.default_rng, np.random.SeedSequence, np.random.seed

    def moved(seed: Any) -> Any:
        if isinstance(seed, (int, np.integer)):
            return [int(seed), k]
        return [*seed, k] if isinstance(seed, (list, tuple)) else seed

    np.random.default_rng = lambda seed=None: new(moved(seed))
    np.random.SeedSequence = lambda entropy=None, **rest: sequence(moved(entropy), **rest)
    np.random.seed = lambda seed=None: seed_numpy(
        seed if seed is None else (seed + k * _STEP) % 2**32
    )
