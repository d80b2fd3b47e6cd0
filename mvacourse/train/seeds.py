"""Random numbers of a training: one generator per step, seeded with (seed, step)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from mvacourse import dtypes, validate
from mvacourse.train import distributed


class Draw:
    """Random numbers of one step, independent of all that was drawn before.

    They are drawn on the CPU for the whole batch. With several processes, each gets its rows.

    Parameters
    ----------
    seed, step : int
        Both together seed the generator.
    device : str or torch.device
        Where the numbers go.
    """

    def __init__(self, seed: int, step: int, device: str | torch.device = "cpu") -> None:
        self.step = validate.count(step, "step", at_least=0)
        self.device = validate.device(device)
        self.generator = torch.Generator().manual_seed(_mix(validate.seed(seed), self.step))

    def rows(self, n: int, batch: int) -> Tensor:
        """Draw `batch` indices below n, with replacement, for ``images[…]``."""
        index = torch.randint(n, (batch,), generator=self.generator)
        return distributed.shard(index).to(self.device)

    def normal(self, *shape: int) -> Tensor:
        """Draw from N(0, 1); the first number of `shape` is the size of the whole batch."""
        x = dtypes.normal(shape, self.generator, torch.get_default_dtype())
        return distributed.shard(x).to(self.device)

    def uniform(self, *shape: int) -> Tensor:
        """Draw from U(0, 1); the first number of `shape` is the size of the whole batch."""
        x = dtypes.uniform(shape, self.generator, torch.get_default_dtype())
        return distributed.shard(x).to(self.device)


def own_uniform(draw: Draw) -> Callable[..., Tensor]:
    """Return a function that draws uniform numbers for a network, this process's rows of them.

    The first number that it gets is the number of rows of this process.
    """
    return lambda batch, *shape: draw.uniform(batch * distributed.world(), *shape)


def _mix(seed: int, step: int) -> int:
    # torch uses only 32 bits of a seed, so seed and step must be hashed together.
    return int(np.random.SeedSequence([seed, step]).generate_state(1)[0])


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make all draws in this context depend only on `seed`; restore torch's generator afterwards.

    Used for the initial weights of networks.
    """
    seed = validate.seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_mix(seed, 0))
        yield


def fingerprint(*tensors: Tensor) -> str:
    """Compute a sha256 of the type, shape and bytes of tensors, in about 1 ms per megabyte."""
    digest = hashlib.sha256()
    for x in tensors:
        digest.update(f"{x.dtype} {tuple(x.shape)} ".encode())
        x = x.float() if x.dtype == torch.bfloat16 else x  # NumPy has no bfloat16
        digest.update(memoryview(x.detach().cpu().contiguous().flatten().numpy()))
    return digest.hexdigest()


def check_images(images: Tensor) -> Tensor:
    """Check that images can be learned from: real batches in float32, in [0, 1]; return them.

    Raises
    ------
    TypeError, ValueError
        If they cannot.
    """
    if validate.image(images, "images").dtype != torch.float32:
        raise TypeError(f"images hold {images.dtype}: the networks need float32, images.float()")
    low, high = (float(bound) for bound in images.detach().aminmax())
    if low < 0 or high > 1:
        raise ValueError(
            f"images span [{low:.3g}, {high:.3g}], but must be in [0, 1]: write images.clamp(0, 1)"
        )
    return images


def told(net: nn.Module | None) -> str:
    """Describe a network for a checkpoint: its layers, its arguments, and a hash of its weights.

    Layers and weights are not enough: they can be equal while a flag, such as skips or dropout,
    differs.
    """
    if net is None:
        return ""
    made_with = getattr(net, "arguments", "")
    return f"{net} {made_with} {fingerprint(*net.state_dict().values())}"


def told_function(function: object) -> str:
    """Describe a function for a checkpoint, including the arguments of a ``partial``."""
    if isinstance(function, partial):
        given = [*map(told_function, function.args)]
        given += [f"{key}={told_function(v)}" for key, v in sorted(function.keywords.items())]
        return f"{told_function(function.func)}({', '.join(given)})"
    if isinstance(function, nn.Module):
        return told(function)
    if callable(function):
        return getattr(function, "__qualname__", type(function).__name__)
    return repr(function)
