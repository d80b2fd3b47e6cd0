"""Structural similarity: compare local means, variances and covariance of two images (D2, D3).

Symbols: μx, μy are local means, σx², σy² local variances, σxy the local covariance, all weighted by
a window w of sum 1, without Bessel's correction; c₁ = (0.01 peak)², c₂ = (0.03 peak)².

References
----------
.. [1] Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to
   structural similarity", IEEE Trans. Image Processing 13(4), 2004.
.. [2] Wang, Simoncelli, Bovik, "Multiscale structural similarity for image quality assessment",
   Asilomar Conference on Signals, Systems and Computers, 2003.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from mvacourse import validate
from mvacourse.metrics.psnr import pair

_GAUSSIAN_SIZE, _GAUSSIAN_SIGMA = 11, 1.5
_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Exponents of the five scales, fine to coarse, fitted to human observers [2]."""


class _Statistics(NamedTuple):
    mean_x: Tensor
    mean_y: Tensor
    energy: Tensor  # σx² + σy²
    cov: Tensor


class Terms(NamedTuple):
    """Three maps (B,C,H',W'); their product is the SSIM map."""

    luminance: Tensor
    contrast: Tensor
    structure: Tensor


def _weights(window: int | None) -> list[float]:
    """List the weights along one side of the window; the window is their outer product."""
    if window is not None:
        n = validate.count(window, "window")
        return [1 / n] * n
    t = torch.arange(_GAUSSIAN_SIZE, dtype=torch.float64) - _GAUSSIAN_SIZE // 2
    w = torch.exp(-((t / _GAUSSIAN_SIGMA) ** 2) / 2)
    return (w / w.sum()).tolist()


def _average(u: Tensor, w: list[float]) -> Tensor:
    """Average over each window inside the image, as a weighted sum of shifted copies.

    On a CPU this is several times faster than a general convolution with one channel, and it is not
    slower in float64.
    """
    for dim in (-2, -1):
        n = u.shape[dim] - len(w) + 1
        total = u.narrow(dim, 0, n) * w[0]
        for i, weight in enumerate(w[1:], start=1):
            total.add_(u.narrow(dim, i, n), alpha=weight)
        u = total
    return u


def _statistics(x: Tensor, y: Tensor, w: list[float]) -> _Statistics:
    if min(x.shape[-2:]) < len(w):
        raise ValueError(
            f"the images are {x.shape[-2]}×{x.shape[-1]}, smaller than the {len(w)}×{len(w)} "
            "window: choose a smaller `window`"
        )
    # Variances do not depend on the origin; near the mean, E[x²] − E[x]² loses fewer digits.
    origin = y.detach().mean(dim=(-2, -1), keepdim=True)
    x, y = x - origin, y - origin
    mx, my = _average(x, w), _average(y, w)
    return _Statistics(
        mean_x=mx + origin,
        mean_y=my + origin,
        # SSIM needs only the sum of the variances: four averages, not five.
        energy=_average(x * x + y * y, w) - (mx * mx + my * my),
        cov=_average(x * y, w) - mx * my,
    )


def _constants(peak: float) -> tuple[float, float]:
    return (0.01 * peak) ** 2, (0.03 * peak) ** 2


def _luminance(s: _Statistics, peak: float) -> Tensor:
    c1, _ = _constants(peak)
    return (2 * s.mean_x * s.mean_y + c1) / (s.mean_x**2 + s.mean_y**2 + c1)


def _contrast_structure(s: _Statistics, peak: float) -> Tensor:
    """Return the product of the contrast and structure terms, in which σxσy cancels."""
    _, c2 = _constants(peak)
    return (2 * s.cov + c2) / (s.energy + c2)


def ssim_map(x: Tensor, ref: Tensor, peak: float = 1.0, window: int | None = None) -> Tensor:
    """Compare two images window by window (D2).

    SSIM = (2μxμy + c₁)(2σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂)).

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
    peak : float
        The largest value an image may take, > 0 (the lecture's L).
    window : int, optional
        Side n of a uniform n×n window; the lecture uses 8. Default: the 11×11 Gaussian of standard
        deviation 1.5.

    Returns
    -------
    Tensor (B,C,H−n+1,W−n+1)
        One value in [−1, 1] for each window inside the image and each channel.

    Raises
    ------
    TypeError, ValueError
        If the images are not real batches of the same shape in the range that `peak` says, hold NaN
        or infinity, or are smaller than the window.
    """
    peak = pair(x, ref, validate.positive(peak, "peak"))
    s = _statistics(x, ref, _weights(window))
    return _luminance(s, peak) * _contrast_structure(s, peak)


def ssim(x: Tensor, ref: Tensor, peak: float = 1.0, window: int | None = None) -> Tensor:
    """Compute the structural similarity of each image: the mean of :func:`ssim_map` (D3).

    With the default window it equals scikit-image's ``structural_similarity`` with
    ``gaussian_weights=True, sigma=1.5, use_sample_covariance=False``. For colour it is the mean of
    the channels. It is 1 for equal images, can be negative, and is not a distance.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
    peak : float
        The largest value an image may take, > 0.
    window : int, optional
        Side of a uniform window. Default: the 11×11 Gaussian of standard deviation 1.5.

    Returns
    -------
    Tensor (B,)
        In [−1, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`ssim_map`.
    """
    return ssim_map(x, ref, peak, window).mean(dim=(1, 2, 3))


def ssim_terms(x: Tensor, ref: Tensor, peak: float = 1.0, window: int | None = None) -> Terms:
    """Split SSIM into luminance × contrast × structure, to see where each one fails (D2).

    l = (2μxμy + c₁)/(μx² + μy² + c₁), c = (2σxσy + c₂)/(σx² + σy² + c₂),
    s = (σxy + c₂/2)/(σxσy + c₂/2). Their product is :func:`ssim_map`.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
    peak, window
        As in :func:`ssim_map`.

    Returns
    -------
    Terms
        Maps ``luminance``, ``contrast``, ``structure``, each (B,C,H−n+1,W−n+1). Use them only for
        display: the square root in σxσy has no gradient where an image is flat.

    Raises
    ------
    TypeError, ValueError
        As :func:`ssim_map`.
    """
    peak = pair(x, ref, validate.positive(peak, "peak"))
    w = _weights(window)
    s = _statistics(x, ref, w)
    # Rounding can leave a flat patch with a variance just below zero.
    var_x, var_y = (_statistics(u, u, w).cov.clamp(min=0) for u in (x, ref))
    deviations = (var_x * var_y).sqrt()
    _, c2 = _constants(peak)
    return Terms(
        luminance=_luminance(s, peak),
        contrast=(2 * deviations + c2) / (var_x + var_y + c2),
        structure=(s.cov + c2 / 2) / (deviations + c2 / 2),
    )


def ms_ssim(x: Tensor, ref: Tensor, peak: float = 1.0) -> Tensor:
    """Compute the structural similarity over five scales (D3).

    ∏ₛ (mean of contrast × structure at scale s)^βₛ, where the coarsest scale also has the luminance
    term; β = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333. Each scale is the 2×2 mean of the previous
    scale. Negative means count as 0, because their powers are not real. For colour it is the mean
    of the channels.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        Height and width at least 176 pixels: 11 at the coarsest scale.
    peak : float
        The largest value an image may take, > 0.

    Returns
    -------
    Tensor (B,)
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`ssim_map`; also if an image is too small.
    """
    peak = pair(x, ref, validate.positive(peak, "peak"))
    smallest = _GAUSSIAN_SIZE * 2 ** (len(_SCALE_WEIGHTS) - 1)
    if min(x.shape[-2:]) < smallest:
        raise ValueError(
            f"the images are {x.shape[-2]}×{x.shape[-1]}, but ms_ssim needs {smallest}×{smallest} "
            "for its five scales: use ssim"
        )
    w, product = _weights(None), x.new_ones(x.shape[:2])
    for scale, beta in enumerate(_SCALE_WEIGHTS, start=1):
        s = _statistics(x, ref, w)
        term = _contrast_structure(s, peak)
        if scale == len(_SCALE_WEIGHTS):
            term = term * _luminance(s, peak)
        product = product * term.mean(dim=(-2, -1)).clamp(min=0) ** beta
        x, ref = avg_pool2d(x, 2), avg_pool2d(ref, 2)
    return product.mean(dim=1)
