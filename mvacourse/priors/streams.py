"""Random numbers that no other part of the course draws with the same seed."""

from __future__ import annotations

import torch

from mvacourse import check

CODE, JITTER, SPLIT = 1, 2, 3
"""What the streams are for: z, the noise on z, the noise that splits the data in two."""


def stream(
    seed: int | torch.Generator | None, number: int, device: str | torch.device = "cpu"
) -> torch.Generator | None:
    """Start stream `number` of a seed; a generator, or None, passes through.

    Torch makes normal numbers out of the uniform ones that it would have given with the same seed.
    A z drawn with the seed of the noise in the data would hold that noise, and the network would
    read it there; noise split with its own seed would double. Each kind of device draws numbers of
    its own.

    Raises
    ------
    TypeError, ValueError
        If `seed` is no whole number ≥ 0.
    """
    if seed is None or isinstance(seed, torch.Generator):
        return seed
    # torch's generator looks at the lower 32 bits of a seed only
    key = (check.count(seed, "seed", at_least=0) + number * 0x9E3779B1) % 2**32
    return torch.Generator(device).manual_seed(key)
