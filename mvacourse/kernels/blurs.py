"""Point spread functions, the `k` of a blur (A4)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from mvacourse import validate

_LARGEST = 4096
"""Largest radius of a disk in pixels: its kernel has 2·radius rows and columns."""


def offsets(n: int) -> Tensor:
    """List the positions 0 … n−1, counted from the centre n//2, in float64."""
    return torch.arange(n, dtype=torch.float64) - n // 2


def _finish(k: Tensor, dtype: torch.dtype | None) -> Tensor:
    """Divide a kernel by its sum, and round it to `dtype`."""
    return (k / k.sum()).to(validate.dtype(dtype))


def gaussian(
    size: int | Sequence[int], sigma: float, *, dtype: torch.dtype | None = None
) -> Tensor:
    """Make an isotropic Gaussian blur (A4): k(x,y) ∝ exp(−(x²+y²)/(2σ²)).

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the support, in pixels; the centre is at index ``size // 2``. If it is
        below about 6σ + 1, the Gaussian is cut off, and the blur is narrower than σ.
    sigma : float
        Standard deviation in pixels, > 0.
    dtype : torch.dtype, optional
        Default: torch's default dtype.

    Returns
    -------
    Tensor (h,w)
        Non-negative, of sum 1.

    Raises
    ------
    TypeError, ValueError
        If size < 1 or sigma <= 0.
    """
    h, w = validate.image_size(size)
    sigma = validate.positive(sigma, "sigma")
    rows, cols = (torch.exp(-((offsets(n) / sigma) ** 2) / 2) for n in (h, w))
    return _finish(torch.outer(rows, cols), dtype)


def motion(size: int, angle: float, *, dtype: torch.dtype | None = None) -> Tensor:
    """Make the blur of a straight, uniform motion (A4): an anti-aliased line through the centre.

    k(p) ∝ max(0, 1 − distance from p to the segment). The middle of the segment is the centre
    pixel. Its length is the longest that fits the support at angle 0: `size` pixels from end to end
    if `size` is odd, ``size - 1`` if it is even. So the centroid is the centre, and the blur does
    not shift the image.

    Parameters
    ----------
    size : int
        Side of the square support, in pixels.
    angle : float
        Direction of the motion in degrees, counter-clockwise in the displayed picture, from the
        columns axis: 0 is horizontal, 90 vertical, 45 rises to the right.
    dtype : torch.dtype, optional
        Default: torch's default dtype.

    Returns
    -------
    Tensor (size,size)
        Non-negative, of sum 1.

    Raises
    ------
    TypeError, ValueError
        If size < 1, or the angle is not finite.
    """
    n = validate.count(size, "size")
    theta = math.radians(validate.number(angle, "angle"))
    half_length = (n - 1) // 2
    up, right = -offsets(n)[:, None], offsets(n)[None, :]
    along = right * math.cos(theta) + up * math.sin(theta)
    across = up * math.cos(theta) - right * math.sin(theta)
    beyond_the_end = (along.abs() - half_length).clamp(min=0)
    distance = torch.hypot(across, beyond_the_end)
    return _finish((1 - distance).clamp(min=0), dtype)


def box(size: int | Sequence[int], *, dtype: torch.dtype | None = None) -> Tensor:
    """Make a moving average: k = 1/(hw) on an h×w rectangle.

    The centre is at index ``size // 2``, so for an even size the average is half a pixel off.

    Parameters
    ----------
    size : int or (int, int)
        Height and width in pixels.
    dtype : torch.dtype, optional
        Default: torch's default dtype.

    Returns
    -------
    Tensor (h,w)
        Of sum 1.

    Raises
    ------
    TypeError, ValueError
        If size < 1.
    """
    return _finish(torch.ones(validate.image_size(size), dtype=torch.float64), dtype)


def disk(radius: float, *, dtype: torch.dtype | None = None) -> Tensor:
    """Make the blur of an out-of-focus lens: a uniform disk with an anti-aliased edge.

    k(p) ∝ clamp(radius + ½ − |p|, 0, 1), on the smallest odd square that contains it.

    Parameters
    ----------
    radius : float
        In pixels, > 0.
    dtype : torch.dtype, optional
        Default: torch's default dtype.

    Returns
    -------
    Tensor (n,n)
        n = 2⌈radius − ½⌉ + 1; non-negative, of sum 1.

    Raises
    ------
    TypeError, ValueError
        If radius <= 0.
    """
    radius = validate.positive(radius, "radius")
    if radius > _LARGEST:
        raise ValueError(f"radius = {radius:.4g} is larger than an image: at most {_LARGEST}")
    p = offsets(2 * max(0, math.ceil(radius - 0.5)) + 1)
    return _finish((radius + 0.5 - torch.hypot(p[:, None], p)).clamp(0, 1), dtype)


def delta(size: int | Sequence[int] = 1, *, dtype: torch.dtype | None = None) -> Tensor:
    """Make the kernel that does not blur: 1 at the centre index ``size // 2``, 0 elsewhere.

    Parameters
    ----------
    size : int or (int, int)
        Height and width in pixels.
    dtype : torch.dtype, optional
        Default: torch's default dtype.

    Returns
    -------
    Tensor (h,w)

    Raises
    ------
    TypeError, ValueError
        If size < 1.
    """
    h, w = validate.image_size(size)
    k = torch.zeros(h, w, dtype=torch.float64)
    k[h // 2, w // 2] = 1
    return _finish(k, dtype)
