"""Find detail that is unlikely according to a calibrated restoration (F5, G2)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import dtypes, validate
from mvacourse.uncertainty.conformal import check_interval


def invented_detail(x_hat: Tensor, lower: Tensor, upper: Tensor, *, width: int = 5) -> Tensor:
    """Map how far an image leaves calibrated intervals: d ≥ 0, zero where it stays inside (G2).

    d is the mean of e = max(lower − x̂, x̂ − upper, 0) / ((upper − lower)/2) over the channels and
    over a window of `width` × `width` pixels: how far x̂ lies outside the interval, in half widths.

    The intervals come from another restoration, a regression with calibrated coverage. They say
    which values the ground truth may have. The output of a GAN or a diffusion model may be sharper
    than the regression's mean; the map stays dark as long as it stays inside. *A bright pixel is
    not a proof*: at level 0.9, the ground truth itself is outside at one pixel in ten. Compare with
    the map of true images.

    Parameters
    ----------
    x_hat : Tensor, (B,C,H,W)
        Images to check.
    lower, upper : Tensor, (B,C,H,W)
        From :func:`~mvacourse.uncertainty.intervals`, not clamped.
    width : int, default 5
        Odd side of the window. A wider one means less noise, and less precise places. At the border
        the window shrinks.

    Returns
    -------
    Tensor, (B,1,H,W)
        In half widths.

    Raises
    ------
    TypeError, ValueError
        If the images are not finite batches of one shape, an interval has zero width, or `width` is
        even or exceeds the image.
    """
    x_hat, lower, upper, half = _half_widths(x_hat, lower, upper, width)
    excess = torch.maximum(lower - x_hat, x_hat - upper).clamp(min=0) / half
    return _averaged(excess, width)


def departure(x_hat: Tensor, lower: Tensor, upper: Tensor, *, width: int = 5) -> Tensor:
    """Map how far an image departs from the middle of the intervals: d ≥ 0, in half widths (G2).

    d is the mean of e = |x̂ − (lower + upper)/2| / ((upper − lower)/2), as in
    :func:`invented_detail`.

    It has no threshold. Use it to *rank* places if most of an image lies inside its intervals,
    where :func:`invented_detail` is zero. The middle is the regression; the farther x̂ is from it,
    the more x̂ may be wrong. *It does not prove an error*: every image sharper than the regression
    departs from it, the true one too.

    Parameters
    ----------
    x_hat, lower, upper, width
        As for :func:`invented_detail`.

    Returns
    -------
    Tensor, (B,1,H,W)
        In half widths.

    Raises
    ------
    TypeError, ValueError
        As for :func:`invented_detail`.
    """
    x_hat, lower, upper, half = _half_widths(x_hat, lower, upper, width)
    return _averaged((x_hat - (lower + upper) / 2).abs() / half, width)


def _half_widths(x_hat: Tensor, lower: Tensor, upper: Tensor, width: int) -> tuple[Tensor, ...]:
    """Check the images; return them and half the intervals' widths, in float32 at least."""
    if validate.image(x_hat, "x_hat").is_complex():
        raise TypeError("x_hat is complex: intervals need real images, x_hat.abs() or .real")
    check_interval(lower, upper)
    validate.same_shape(x_hat, lower, ("x_hat", "lower"))
    if validate.count(width, "width") % 2 == 0 or width > min(x_hat.shape[-2:]):
        raise ValueError(
            f"width = {width} must be odd and at most {min(x_hat.shape[-2:])}, the image's side"
        )
    x_hat, lower, upper = map(dtypes.at_least_float32, (x_hat, lower, upper))
    half = (upper - lower) / 2
    if not (half > 0).all():
        raise ValueError("upper equals lower at some pixels: every interval needs a positive width")
    return x_hat, lower, upper, half


def _averaged(e: Tensor, width: int) -> Tensor:
    """Average over the channels, then over a window that shrinks at the border."""
    e = e.mean(dim=1, keepdim=True)
    return F.avg_pool2d(e, width, stride=1, padding=width // 2, count_include_pad=False)


def roc_auc(score: Tensor, label: Tensor) -> float:
    """Compute how well a score finds the labelled entries: the area under its ROC curve (G2).

    P(s⁺ > s⁻) + ½P(s⁺ = s⁻), with s⁺ the score of a random labelled entry and s⁻ that of a random
    other entry. 1 is perfect, ½ is chance. It is computed from ranks; equal scores get their mean
    rank. There is no threshold.

    Parameters
    ----------
    score : Tensor, any shape
        Real and finite; larger means more likely to be labelled.
    label : Tensor, the same shape
        Booleans, or 0 and 1.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, a score is complex or not finite, a label is neither 0 nor 1, or all
        labels are equal.

    References
    ----------
    Hanley and McNeil, Radiology 143(1), 1982.
    """
    validate.finite(validate.tensor(score, "score"), "score")
    if score.is_complex():
        raise TypeError("score is complex: ranks need real numbers, score.abs()")
    validate.same_shape(score, validate.tensor(label, "label"), ("score", "label"))
    if label.dtype != torch.bool and not ((label == 0) | (label == 1)).all():
        raise ValueError("label has values other than 0 and 1: write label > 0.5")
    score, label = dtypes.off_metal(score), dtypes.off_metal(label).bool().flatten()
    n1 = int(label.sum())
    n0 = label.numel() - n1
    if n1 == 0 or n0 == 0:
        raise ValueError(f"label has {n1} ones and {n0} zeros: at least one of each is needed")
    _, place, counts = score.flatten().unique(return_inverse=True, return_counts=True)
    last = counts.cumsum(0).double()  # rank of the last of equal scores, from 1 on
    rank = (last - (counts - 1) / 2)[place]
    return float((rank[label].sum() - n1 * (n1 + 1) / 2) / n1 / n0)
