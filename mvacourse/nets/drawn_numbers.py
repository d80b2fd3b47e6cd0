"""Random numbers that a network draws while it runs."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse import dtypes, validate

Noise = int | torch.Generator | Callable[..., Tensor]
"""A seed, a generator, or a function that draws uniform numbers in [0, 1) like ``torch.rand``."""


def uniform_numbers(noise: Noise) -> Callable[[tuple[int, ...]], Tensor]:
    """Return a function that draws uniform numbers of a shape (B,C,h,w), and checks them.

    Raises
    ------
    TypeError, ValueError
        If `noise` is none of the three, or its numbers have another shape.
    """
    if callable(noise):
        draw = validate.function(noise, "noise", "B", "C", "h", "w")
    else:
        if not isinstance(noise, torch.Generator):
            noise = validate.seed(noise, "noise")
        generator = validate.generator(noise)
        draw = lambda *shape: dtypes.uniform(shape, generator)  # noqa: E731

    def drawn(shape: tuple[int, ...]) -> Tensor:
        numbers = validate.tensor(draw(*shape), "noise(B, C, h, w)")
        if tuple(numbers.shape) != tuple(shape):
            raise ValueError(f"noise{tuple(shape)} has shape {tuple(numbers.shape)}")
        return numbers

    return drawn
