"""The two noise models of the lecture, Gaussian and Poisson (A1)."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import dtypes, validate

CODE, JITTER, SPLIT = 1, 2, 3
"""Uses of the streams: z, the noise on z, the noise that splits the data in two."""


_MANY = 2.0**40
"""From here on, the skewness of a Poisson number is below 1e-6: it is normal, and rounded."""


def _values(u: Tensor) -> Tensor:
    """Check that values are finite and floating-point or complex; any rank, for measurements."""
    validate.tensor(u, "u")
    if not (u.is_floating_point() or u.is_complex()):
        raise TypeError(
            f"u holds {u.dtype}: noise needs floating-point values; for 8-bit write u.float() / 255"
        )
    return validate.finite(u, "u")


def gaussian(u: Tensor, sigma: float, seed: int | torch.Generator | None = None) -> Tensor:
    """Add white Gaussian noise: v = u + σn, n ~ N(0, 1) in each entry (A1, A3).

    The mean is u and the variance σ². A complex u gets complex noise: its real and imaginary parts
    are independent, each with standard deviation σ, so E|v−u|² = 2σ². Nothing is clamped.

    Parameters
    ----------
    u : Tensor, any shape
        Image or measurement, real or complex.
    sigma : float
        In the unit of u: 25/255 for images in [0, 1]. 0 leaves u as it is.
    seed : int, torch.Generator or None
        A number gives the same noise at every call, on every device and in every precision, up to
        rounding: it is drawn in float32, on the CPU. A generator continues its sequence. None uses
        torch's global generator.

    Returns
    -------
    Tensor, as u

    Raises
    ------
    TypeError, ValueError
        If u holds integers, NaN or infinity, or sigma < 0.
    """
    _values(u)
    sigma = validate.non_negative(sigma, "sigma")
    generator = validate.generator(seed)
    if u.is_complex():
        parts = dtypes.normal((2, *u.shape), generator, u.dtype.to_real())
        n = torch.complex(parts[0], parts[1])
    else:
        n = dtypes.normal(u.shape, generator, dtypes.at_least_float32(u).dtype)
    return (u + sigma * n.to(u.device)).to(u.dtype)


def poisson(u: Tensor, peak: float, seed: int | torch.Generator | None = None) -> Tensor:
    """Add Poisson noise by counting photons: v = P/peak, P ~ Poisson(peak·u) in each entry (A1).

    The mean is u and the variance u/peak: bright pixels are noisier, and more light (a larger peak)
    means less noise. v is not of the form u + w with w independent of u.

    Parameters
    ----------
    u : Tensor, any shape
        Intensity, non-negative.
    peak : float
        Expected number of photons where u = 1, > 0. 10 is night, 1000 is day. Counts above 2⁴⁰ are
        drawn from the normal distribution of the same mean and variance.
    seed : int, torch.Generator or None
        As in :func:`gaussian`.

    Returns
    -------
    Tensor, as u
        Multiples of 1/peak, not clamped. The counts are drawn for intensities in float32, so they
        are the same in every precision.

    Raises
    ------
    TypeError, ValueError
        If u is complex or holds integers, NaN, infinity or negative values, peak <= 0, or
        peak·u is infinite in float32.
    """
    _values(u)
    if u.is_complex():
        raise TypeError("u is complex: an intensity is real, for instance u.abs()")
    if u.numel() and u.min() < 0:
        raise ValueError(
            f"u goes down to {float(u.min()):.4g}: an intensity is not negative; write u.clamp(0)"
        )
    peak = validate.positive(peak, "peak")
    rate = (peak * u.detach().float()).cpu()
    if not torch.isfinite(rate).all():
        raise ValueError(f"peak = {peak:.4g} makes peak·u infinite in float32: choose a lower peak")
    rate = rate.double() if u.dtype == torch.float64 else rate  # counts above 2²⁴ are whole too
    counts = _counts(rate, validate.generator(seed))
    return dtypes.like(counts / peak, u)


def _counts(rate: Tensor, generator: torch.Generator | None) -> Tensor:
    """Draw Poisson numbers; torch's have too large a variance at 2⁶⁰, and overflow above 2⁶³."""
    counts = torch.poisson(rate.clamp(max=_MANY), generator=generator)
    many = rate > _MANY
    if many.any():
        n = dtypes.normal(rate.shape, generator, rate.dtype)
        counts = torch.where(many, (rate + rate.sqrt() * n).round(), counts)
    return counts


def stream(
    seed: int | torch.Generator | None, number: int, device: str | torch.device = "cpu"
) -> torch.Generator | None:
    """Start stream `number` of a seed; return a generator, or None, unchanged.

    With the same seed, torch makes its normal numbers from its uniform numbers. If z had the seed
    of the noise in the data, z would contain that noise, and the network would read it there. If
    noise were split with its own seed, it would double. Each kind of device draws different
    numbers.

    Raises
    ------
    TypeError, ValueError
        If `seed` is not a whole number from 0 to 2⁶³ − 1.
    """
    if seed is None or isinstance(seed, torch.Generator):
        return seed
    key = (validate.seed32(seed) + number * 0x9E3779B1) % 2**32
    return torch.Generator(validate.device(device)).manual_seed(key)
