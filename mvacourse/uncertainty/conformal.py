"""Intervals around every pixel with guaranteed coverage: conformal risk control (G2)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.dtypes import at_least_float32, off_metal


def calibrate(x_hat: Tensor, x: Tensor, scale: Tensor | None = None, level: float = 0.9) -> float:
    """Find how wide the intervals [x̂ − q s, x̂ + q s] must be, from images with ground truth (G2).

    It returns the smallest q ≥ 0 with (n R̂(q) + 1)/(n + 1) ≤ 1 − level. R̂(q) is the mean over the
    n images of the share of pixels outside, |x − x̂| > q s. If a new image is exchangeable with
    these n, the expected share of its pixels inside is *at least* `level`, for any method that
    computes x̂ and any law of the images. The added 1 accounts for finite n: without it, the
    guarantee fails.

    The guarantee is a mean over images and calibration sets. It does not hold for each image, for
    each kind of pixel, or for images of another kind. So use held-out images.

    Parameters
    ----------
    x_hat, x : Tensor, (n,C,H,W)
        Restorations of the n calibration images, and the ground truth.
    scale : Tensor, optional
        s > 0, an estimate of the error of each pixel: `(n,C,H,W)`, or a shape that expands to it. A
        good estimate makes the intervals short; a bad one makes them longer, but keeps the
        guarantee. 1 by default.
    level : float, default 0.9
        Share of pixels to cover, in (0, 1).

    Returns
    -------
    float
        q, in the unit of |x − x̂|/s.

    Raises
    ------
    TypeError, ValueError
        If x̂ and x are not finite batches of one shape, s is not positive, `level` is outside
        (0, 1), or n is too small for it: n + 1 ≥ 1/(1 − level) is needed.

    References
    ----------
    Angelopoulos, Bates, Fisch, Lei and Schuster, Conformal risk control, ICLR 2024. Angelopoulos
    et al., Image-to-image regression with distribution-free uncertainty quantification, ICML 2022.
    """
    _check_pair(x_hat, x, ("x_hat", "x"))
    miss = (1 - _check_level(level)) * (1 + 1e-12)  # 1 − 0.9 is rounded below 0.1
    n, pixels = len(x), x[0].numel()
    # At most this many of the n·pixels may lie outside: all images have the same size.
    outside = math.floor(((n + 1) * miss - 1) * pixels)
    if (n + 1) * miss < 1:
        raise ValueError(
            f"x holds {n} images, too few for level = {level}: no finite interval guarantees it; "
            f"use at least {math.ceil(1 / miss - 1)} images, or lower the level"
        )
    score = (at_least_float32(x) - at_least_float32(x_hat)).abs()
    if scale is not None:
        score = score / _check_scale(scale, x)
    score = off_metal(score.detach()).flatten()
    return float(score.kthvalue(max(n * pixels - outside, 1)).values)


def intervals(x_hat: Tensor, q: float, scale: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Compute the interval of every pixel, [x̂ − q s, x̂ + q s] (G2).

    Parameters
    ----------
    x_hat : Tensor, (B,C,H,W)
        Restorations, computed as in the calibration.
    q : float
        From :func:`calibrate`, ≥ 0.
    scale : Tensor, optional
        s > 0, computed as in the calibration; 1 by default.

    Returns
    -------
    (Tensor, Tensor)
        Lower and upper bound, each `(B,C,H,W)`, not clamped to [0, 1]. In half precision they are
        float32: rounded bounds would lose the guarantee.

    Raises
    ------
    TypeError, ValueError
        If `x_hat` is not a finite batch, q < 0, or s is not positive or does not fit.
    """
    _check_batch(x_hat, "x_hat")
    q = validate.non_negative(q, "q")
    x_hat = at_least_float32(x_hat)
    half = torch.full_like(x_hat, q) if scale is None else q * _check_scale(scale, x_hat)
    return x_hat - half, x_hat + half


def coverage(lower: Tensor, upper: Tensor, x: Tensor) -> Tensor:
    """Compute the share of each image's pixels that lie in their interval, bounds included (G2).

    Parameters
    ----------
    lower, upper, x : Tensor, (B,C,H,W)
        Bounds and ground truth.

    Returns
    -------
    Tensor, (B,)
        In [0, 1]; the guarantee is for the mean over images, not for each image.

    Raises
    ------
    TypeError, ValueError
        If they are not finite batches of one shape, or a lower bound exceeds its upper bound.
    """
    check_interval(lower, upper)
    _check_pair(lower, x, ("lower", "x"))
    inside = (lower <= x) & (x <= upper)
    return inside.to(at_least_float32(x).dtype).mean(dim=(1, 2, 3))


def sharpness(lower: Tensor, upper: Tensor) -> Tensor:
    """Compute the mean width of each image's intervals: at equal coverage, less is better (G2).

    Parameters
    ----------
    lower, upper : Tensor, (B,C,H,W)
        Bounds.

    Returns
    -------
    Tensor, (B,)
        In the unit of the images.

    Raises
    ------
    TypeError, ValueError
        As for :func:`coverage`.
    """
    check_interval(lower, upper)
    return (at_least_float32(upper) - at_least_float32(lower)).mean(dim=(1, 2, 3))


def check_interval(lower: Tensor, upper: Tensor) -> None:
    """Check that the bounds are finite, `(B,C,H,W)`, with lower ≤ upper everywhere.

    Raises
    ------
    TypeError, ValueError
        If they are not.
    """
    _check_pair(lower, upper, ("lower", "upper"))
    if (lower > upper).any():
        raise ValueError(
            f"lower exceeds upper at {int((lower > upper).sum())} pixels: were they swapped?"
        )


def _check_batch(x: Tensor, name: str) -> None:
    if validate.finite(validate.batch(x, name), name).is_complex():
        raise TypeError(f"{name} is complex: intervals need real images, {name}.abs() or .real")


def _check_pair(x: Tensor, ref: Tensor, names: tuple[str, str]) -> None:
    for image, name in zip((x, ref), names):
        _check_batch(image, name)
    validate.same_shape(x, ref, names)


def _check_level(level: float) -> float:
    level = validate.positive(level, "level")
    if level >= 1:
        raise ValueError(f"level = {level} must be below 1: choose 0.9 for nine pixels in ten")
    return level


def _check_scale(scale: Tensor, x: Tensor) -> Tensor:
    validate.finite(validate.real(scale, "scale"), "scale")
    if not (scale > 0).all():
        raise ValueError("scale must be positive at every pixel: write scale.clamp(min=1e-3)")
    try:
        return at_least_float32(scale).expand_as(x)
    except RuntimeError:
        raise ValueError(
            f"scale has shape {tuple(scale.shape)}, which does not expand to that of x_hat, "
            f"{tuple(x.shape)}"
        ) from None
