"""Euclidean metrics (D1), and the luma channel on which super-resolution papers report them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.dtypes import at_least_float32, shifted

_OVERSHOOT = -0.25
"""The lowest value of a reference, relative to the peak."""

_ORDINARY = (1e-14, 1e14)
"""Of these errors, and of the inverse of their square, none is 0 or infinite in float32."""


def pair(x: Tensor, ref: Tensor, peak: float | None = 1.0, *, lowest: float = _OVERSHOOT) -> float:
    """Check for two finite real image batches of the same shape, on the scale of `peak`.

    The reference must be an image. The estimate may be far outside [0, 1], because a naive inverse
    is (A7). But values from 0 to 255 without a negative one are treated as a mistake.

    A pair in [−1, 1] would give a PSNR that is 6 dB too low. The estimate does not show it, because
    noise makes negative values too. The reference does: a clean image is in [0, 1], up to the
    overshoot of an interpolation. So a reference below −¼ is refused if `peak` is 1.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
    peak : float or None
        1 for images in [0, 1]; None if the metric works in any unit.
    lowest : float
        The lowest value of the reference, relative to the peak.

    Returns
    -------
    float
        The peak.

    Raises
    ------
    TypeError, ValueError
        If they are not; the message says how to fix it.
    """
    for image, name in ((x, "x"), (ref, "ref")):
        if validate.batch(image, name).is_complex():
            raise TypeError(f"{name} is complex: compare real images, for instance {name}.abs()")
    validate.same_shape(x, ref)
    peak = None if peak is None else validate.positive(peak, "peak")
    unit = peak is not None and peak <= 1
    validate.image(x, "x", unit_range=unit and bool(x.min() >= 0 and x.max() <= 255))
    validate.image(ref, "ref", unit_range=unit)
    if unit and ref.min() < lowest * peak:
        raise ValueError(
            f"ref spans [{float(ref.min()):.3g}, {float(ref.max()):.3g}]: it looks like [-1, 1], "
            "but images are in [0, 1]; write (x + 1) / 2 and (ref + 1) / 2, or choose peak = 2"
        )
    if peak is not None and peak > 10 and 0 < ref.max() <= 1:
        raise ValueError(
            f"peak = {peak:g}, but ref stays within [0, 1]: leave peak at 1, or rescale both images"
        )
    return 1.0 if peak is None else peak


def mse(x: Tensor, ref: Tensor) -> Tensor:
    """Compute the mean squared error of each image: MSE = mean (x − ref)² (D1).

    The mean is over channels and pixels; there is no ½.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        Estimate and reference, in the same unit.

    Returns
    -------
    Tensor (B,)
        In the square of that unit.

    Raises
    ------
    TypeError, ValueError
        If they are not real image batches of the same shape, or hold NaN or infinity.
    """
    pair(x, ref, peak=None)
    return _mse(x, ref)


def _mse(x: Tensor, ref: Tensor) -> Tensor:
    return (at_least_float32(x) - at_least_float32(ref)).square().mean(dim=(1, 2, 3))


def _scaled_mse(x: Tensor, ref: Tensor) -> tuple[Tensor, Tensor | int]:
    """Return e and j with MSE = e·4ʲ for each image.

    j is 0 except where the square of an error, or the gradient of a logarithm, might be 0 or
    infinite.
    """
    error = _mse(x, ref)
    low, high = _ORDINARY
    if ((error > low) & (error < high)).all():
        return error, 0
    # Halves, because x − ref may be infinite; powers of two are exact.
    half = at_least_float32(x) / 2 - at_least_float32(ref) / 2
    largest = half.detach().abs().amax(dim=(1, 2, 3))
    unusual = ((error <= low) | (error >= high)) & (largest > 0)
    j = torch.where(unusual, torch.where(unusual, largest, 1).log2().round(), 0)
    scaled = torch.stack([shifted(d, int(i)) for d, i in zip(half, j, strict=True)])
    return torch.where(unusual, scaled.square().mean(dim=(1, 2, 3)), error), j + unusual


def rmse(x: Tensor, ref: Tensor) -> Tensor:
    """Compute the root mean squared error of each image: RMSE = √MSE (D1).

    At x = ref it has no slope; its gradient there is 0, a subgradient. Errors may have any scale.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        Estimate and reference, in the same unit.

    Returns
    -------
    Tensor (B,)
        In that unit. For images in [0, 1], multiply by 255 to get grey levels.

    Raises
    ------
    TypeError, ValueError
        As :func:`mse`.
    """
    pair(x, ref, peak=None)
    error, j = _scaled_mse(x, ref)
    return root(error) * 2.0 ** (j // 2) * 2.0 ** (j - j // 2)  # 2ʲ alone may be infinite


def root(x: Tensor) -> Tensor:
    """Compute √x for x ≥ 0, with the gradient 0 at 0, where the slope is infinite."""
    positive = x > 0
    return torch.where(positive, torch.where(positive, x, 1).sqrt(), 0)


def psnr(x: Tensor, ref: Tensor, peak: float = 1.0) -> Tensor:
    """Compute the peak signal-to-noise ratio: PSNR = 20 log₁₀(peak/RMSE) (D1).

    It is one logarithm of the MSE over all channels. On images in [0, 1], peak 1 gives the same
    number as 255 on their 8-bit values. No border is cut, and nothing is clamped or rounded.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        Estimate and reference.
    peak : float
        The largest value an image may take, > 0.

    Returns
    -------
    Tensor (B,)
        In dB; infinite for equal images, whose gradient is 0. Errors may have any scale.

    Raises
    ------
    TypeError, ValueError
        As :func:`mse`; also if the images do not seem to have the range that `peak` says.
    """
    peak = pair(x, ref, validate.positive(peak, "peak"))
    error, j = _scaled_mse(x, ref)
    q = 0 if 1e-5 <= peak <= 1e5 else math.frexp(peak)[1]
    differ = error > 0
    ratio = (peak * 2.0**-q) ** 2 / torch.where(differ, error, 1)
    return torch.where(differ, 10 * torch.log10(ratio) + 20 * math.log10(2) * (q - j), torch.inf)


def luma(x: Tensor) -> Tensor:
    """Compute the luma Y of colour images, on which super-resolution papers measure PSNR.

    BT.601 in studio range, as MATLAB's ``rgb2ycbcr``: for R, G, B in [0, 1],
    Y = (16 + 65.481 R + 128.553 G + 24.966 B)/255, which is in [16/255, 235/255]. MATLAB rounds the
    Y of 8-bit images to whole grey levels; this function does not.

    Parameters
    ----------
    x : Tensor (B,3,H,W)

    Returns
    -------
    Tensor (B,1,H,W)

    Raises
    ------
    TypeError, ValueError
        If x is not a batch of RGB images in [0, 1].
    """
    if validate.image(x, "x").shape[1] != 3:
        raise ValueError(f"x has {x.shape[1]} channels, but luma needs three: R, G and B")
    u = at_least_float32(x)
    weights = u.new_tensor([65.481, 128.553, 24.966])
    return ((16 + torch.einsum("bchw,c->bhw", u, weights))[:, None] / 255).to(x.dtype)
