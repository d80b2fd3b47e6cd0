"""Random numbers of a training: a generator for each step, made of the seed and the step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.train import distributed


class Draw:
    """The random numbers of one step, the same whatever happened before it.

    They are drawn on the CPU for the whole batch; among several processes each gets its rows.

    Parameters
    ----------
    seed, step : int
        What the generator is made of.
    device : str or torch.device
        Where the numbers go.
    """

    def __init__(self, seed: int, step: int, device: str | torch.device = "cpu") -> None:
        self.step = step
        self.device = device
        self.generator = torch.Generator().manual_seed(_mix(seed, step))

    def rows(self, n: int, batch: int) -> Tensor:
        """Draw `batch` indices below n, with repetition, for ``images[…]``."""
        index = torch.randint(n, (batch,), generator=self.generator)
        return distributed.shard(index).to(self.device)

    def normal(self, *shape: int) -> Tensor:
        """Draw N(0, 1); the first size is the whole batch's."""
        x = torch.randn(*shape, generator=self.generator)
        return distributed.shard(x).to(self.device)

    def uniform(self, *shape: int) -> Tensor:
        """Draw U(0, 1); the first size is the whole batch's."""
        x = torch.rand(*shape, generator=self.generator)
        return distributed.shard(x).to(self.device)


def _mix(seed: int, step: int) -> int:
    # torch keeps 32 bits of a seed only, so that seed and step must be stirred together.
    return int(np.random.SeedSequence([seed, step]).generate_state(1)[0])


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make what is drawn inside depend on `seed` alone, and leave torch's own generator as it was.

    For the weights that a network is born with.
    """
    validate.count(seed, "seed", at_least=0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_mix(seed, 0))
        yield


def fingerprint(*tensors: Tensor) -> str:
    """Name data by the sha256 of their sizes and bytes, about 1 ms a megabyte."""
    digest = hashlib.sha256()
    for x in tensors:
        digest.update(f"{x.dtype} {tuple(x.shape)} ".encode())
        digest.update(memoryview(x.detach().cpu().contiguous().flatten().numpy()))
    return digest.hexdigest()


def told(net: nn.Module | None) -> str:
    """Name a network for a checkpoint: its layers, what it was made with, and its weights.

    Forms that differ in a flag alone, such as skips or dropout, may have equal layers and weights.
    """
    if net is None:
        return ""
    made_with = getattr(net, "arguments", "")
    return f"{net} {made_with} {fingerprint(*net.state_dict().values())}"


def told_function(function: object) -> str:
    """Name a function for a checkpoint, with what a partial one was given."""
    if isinstance(function, partial):
        given = [*map(told_function, function.args)]
        given += [f"{key}={told_function(v)}" for key, v in sorted(function.keywords.items())]
        return f"{told_function(function.func)}({', '.join(given)})"
    if isinstance(function, nn.Module):
        return told(function)
    if callable(function):
        return getattr(function, "__qualname__", type(function).__name__)
    return repr(function)
