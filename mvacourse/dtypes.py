"""Number types: float32 at least, float64 where it exists, one noise per seed for all of them.

Operators, solvers and networks compute in the type of their images. A restoration in one call
iterates in float32 at least: in half precision, a small step changes nothing. What *judges* an
image, such as a metric, a loss or a norm, computes in float32 at least: a sum of float16 numbers
overflows at 65 504, and bfloat16 has only three decimal digits. Its value is then float32; the
gradient has the type of the image, as always.

Apple's Metal ("mps") has no float64. Constants that need it, such as norms, are computed on the CPU
and moved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

_WITHOUT_FLOAT64 = ("mps",)


def at_least_float32(x: Tensor) -> Tensor:
    """Return x in float32 if it is in half precision, otherwise x itself."""
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def as_given(x: Tensor, given: Tensor) -> Tensor:
    """Return the result x in half precision if the data `given` were in it."""
    return x if at_least_float32(given) is given else x.to(given.dtype)


def has_float64(device: torch.device) -> bool:
    """Check whether the device can hold float64 numbers."""
    return device.type not in _WITHOUT_FLOAT64


def off_metal(x: Tensor) -> Tensor:
    """Return x, on the CPU if its device has no float64, and lacks other functions too."""
    return x if has_float64(x.device) else x.cpu()


def float64(x: Tensor) -> Tensor:
    """Return x in float64, on the CPU if its device has none."""
    return off_metal(x).double()  # first move, then convert: Metal does both at once wrongly


def like(x: Tensor, ref: Tensor) -> Tensor:
    """Return x with the type and on the device of `ref`; a float64 x never reaches Metal."""
    return x.to(ref.dtype).to(ref.device)


def exponent(x: Tensor) -> int:
    """Return j such that the largest modulus in x/2ʲ is from ½ to 1; 0 if x = 0."""
    return math.frexp(float(x.detach().abs().max()))[1]


def shifted(x: Tensor, j: int) -> Tensor:
    """Return x/2ʲ, which is exact; in two steps, because 2ʲ alone may be infinite."""
    return x if j == 0 else x * 2.0 ** -(j // 2) * 2.0 ** -(j - j // 2)


def normal(
    shape: Sequence[int],
    generator: torch.Generator | None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw N(0, 1); the same numbers for every type and device, up to rounding.

    They are drawn in float32, on the generator's device, and then converted. Torch's generator
    would give other numbers in float64. The 24 bits of a float32 are enough for noise: rounding,
    below 6e-8 of each number, changes mean and variance by less than the sampling error of 10¹⁴
    numbers. None is beyond ±5.8, which one number in 10⁸ should be.

    A complex dtype has E|z|² = 1.
    """
    return _draw(torch.randn, shape, generator, dtype, device)


def uniform(
    shape: Sequence[int],
    generator: torch.Generator | None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Draw U(0, 1); the same numbers for every type and device, as :func:`normal`."""
    return _draw(torch.rand, shape, generator, dtype, device)


def _draw(
    sample: Callable[..., Tensor],
    shape: Sequence[int],
    generator: torch.Generator | None,
    dtype: torch.dtype,
    device: torch.device | str,
) -> Tensor:
    kind = torch.complex64 if dtype.is_complex else torch.float32
    where = "cpu" if generator is None else generator.device
    x = sample(tuple(shape), generator=generator, dtype=kind, device=where)
    return x.to(dtype).to(device)
