"""Structural similarity: compare local means, variances and covariance of two images (D2, D3).

Symbols: μx, μy are local means, σx², σy² local variances, σxy the local covariance, all weighted by
a window w of sum 1, without Bessel's correction; c₁ = (0.01 peak)², c₂ = (0.03 peak)².

Everything is computed from the half sum s = (x + y)/2 and the half difference d = (x − y)/2:
2μxμy = 2(μs² − μd²), μx² + μy² = 2(μs² + μd²), and the same for the covariance and the variances.
A term (a − b + c)/(a + b + c) with a, b ≥ 0 stays within [−1, 1] whatever its rounding errors, and
is exactly 1 for equal images.

References
----------
.. [1] Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to
   structural similarity", IEEE Trans. Image Processing 13(4), 2004.
.. [2] Wang, Simoncelli, Bovik, "Multiscale structural similarity for image quality assessment",
   Asilomar Conference on Signals, Systems and Computers, 2003.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from mvacourse import validate
from mvacourse.dtypes import at_least_float32, float64, like, shifted
from mvacourse.metrics.psnr import pair, root

_GAUSSIAN_SIZE, _GAUSSIAN_SIGMA = 11, 1.5
_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Exponents of the five scales, fine to coarse, fitted to human observers [2]."""


class _Moments(NamedTuple):
    """Local mean and variance of one image."""

    mean: Tensor
    var: Tensor


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


def _moments(u: Tensor, w: list[float]) -> _Moments:
    if min(u.shape[-2:]) < len(w):
        raise ValueError(
            f"the images are {u.shape[-2]}×{u.shape[-1]}, smaller than the {len(w)}×{len(w)} "
            "window: choose a smaller `window`"
        )
    # Variances do not depend on the origin; near the mean, E[u²] − E[u]² loses fewer digits.
    origin = u.detach().mean(dim=(-2, -1), keepdim=True)
    u = u - origin
    mean = _average(u, w)
    return _Moments(mean + origin, (_average(u * u, w) - mean * mean).clamp(min=0))


def _halves(x: Tensor, y: Tensor, w: list[float]) -> tuple[_Moments, _Moments]:
    """Return the moments of the half sum and of the half difference."""
    return _moments((x + y) / 2, w), _moments((x - y) / 2, w)


def _any_scale(x: Tensor, ref: Tensor, peak: float) -> tuple[Tensor, Tensor, float]:
    """Divide images and peak by one power of two, in float64, if a square might be 0 or infinite.

    SSIM stays the same. Otherwise, return them as they are, in float32 at least.
    """
    extremes = (float(e.abs()) for u in (x, ref) for e in u.detach().aminmax())
    largest = max(peak, *extremes)
    if 1e-9 <= peak and largest <= 1e9:
        return at_least_float32(x), at_least_float32(ref), peak
    if largest > 1e120:
        raise ValueError(
            f"x or ref reaches {largest:.3g}: divide images and peak by the same number"
        )
    j = math.frexp(largest)[1]
    return shifted(float64(x), j), shifted(float64(ref), j), math.ldexp(peak, -j)


def _constants(peak: float) -> tuple[float, float]:
    return (0.01 * peak) ** 2, (0.03 * peak) ** 2


def _ratio(a: Tensor, b: Tensor, c: float) -> Tensor:
    """Compute (2a − 2b + c)/(2a + 2b + c)."""
    return (a - b + c / 2) / (a + b + c / 2)


def _luminance(s: _Moments, d: _Moments, peak: float) -> Tensor:
    return _ratio(s.mean**2, d.mean**2, _constants(peak)[0])


def _contrast_structure(s: _Moments, d: _Moments, peak: float) -> Tensor:
    """Return the product of the contrast and structure terms, in which σxσy cancels."""
    return _ratio(s.var, d.var, _constants(peak)[1])


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
        or infinity, exceed 1e120, or are smaller than the window.
    """
    peak, given = pair(x, ref, validate.positive(peak, "peak")), at_least_float32(x)
    x, ref, peak = _any_scale(x, ref, peak)
    s, d = _halves(x, ref, _weights(window))
    return like(_luminance(s, d, peak) * _contrast_structure(s, d, peak), given)


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
        Maps ``luminance``, ``contrast``, ``structure``, each (B,C,H−n+1,W−n+1). Where an image is
        flat, σxσy has no slope; its gradient there is 0, a subgradient.

    Raises
    ------
    TypeError, ValueError
        As :func:`ssim_map`.
    """
    peak, given = pair(x, ref, validate.positive(peak, "peak")), at_least_float32(x)
    x, ref, peak = _any_scale(x, ref, peak)
    w = _weights(window)
    s, d = _halves(x, ref, w)
    cov = s.var - d.var
    sigma_x, sigma_y = (root(_moments(u, w).var) for u in (x, ref))
    energy = s.var + d.var  # (σx² + σy²)/2
    # |σxy| ≤ σxσy ≤ (σx² + σy²)/2, whatever the rounding errors: no term leaves [−1, 1].
    deviations = torch.minimum(torch.maximum(sigma_x * sigma_y, cov.abs()), energy)
    _, c2 = _constants(peak)
    terms = (
        _luminance(s, d, peak),
        (deviations + c2 / 2) / (energy + c2 / 2),
        (cov + c2 / 2) / (deviations + c2 / 2),
    )
    return Terms(*(like(term, given) for term in terms))


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
    given = at_least_float32(x)
    x, ref, peak = _any_scale(x, ref, peak)
    w, product = _weights(None), 1.0
    for scale, beta in enumerate(_SCALE_WEIGHTS, start=1):
        s, d = _halves(x, ref, w)
        term = _contrast_structure(s, d, peak)
        if scale == len(_SCALE_WEIGHTS):
            term = term * _luminance(s, d, peak)
        product = product * _power(term.mean(dim=(-2, -1)), beta)
        x, ref = avg_pool2d(x, 2), avg_pool2d(ref, 2)
    return like(product.mean(dim=1), given)


def _power(x: Tensor, beta: float) -> Tensor:
    """Compute max(x, 0)^β, with the gradient 0 at 0, where the slope is infinite."""
    positive = x > 0
    return torch.where(positive, torch.where(positive, x, 1) ** beta, 0)
