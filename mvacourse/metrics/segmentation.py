"""Scores of label maps predicted from images, and the variance of images in each class (F8)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import dtypes, validate


class Segmentation(NamedTuple):
    """Scores of a predicted label map: fractions from 0 to 1."""

    per_pixel: float
    """Fraction of pixels with the right class."""
    per_class: float
    """The same within each class, averaged over the classes."""
    iou: float
    """Intersection over union of true and predicted pixels of a class, averaged over classes."""


def segmentation(labels_hat: Tensor, labels: Tensor, classes: int) -> Segmentation:
    """Score label maps that a network predicts from generated photographs, as in pix2pix (F8).

    With n_ij the number of pixels of class i that are predicted as j: per pixel Σ n_ii / Σ n_ij;
    per class the mean of n_ii / Σ_j n_ij; IoU the mean of n_ii / (Σ_j n_ij + Σ_j n_ji − n_ii). The
    counts are over all images together, the means over the classes that occur.

    Parameters
    ----------
    labels_hat, labels : Tensor, (B,H,W), int64
        Prediction and ground truth; from 0 to `classes` − 1.
    classes : int
        Number of classes.

    Returns
    -------
    Segmentation
        ``per_pixel``, ``per_class``, ``iou``.

    Raises
    ------
    TypeError, ValueError
        If they are not label maps of the same shape with these classes.

    References
    ----------
    Long, Shelhamer and Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015.
    """
    for found, name in ((labels_hat, "labels_hat"), (labels, "labels")):
        validate.labels(found, classes, name)
    validate.same_shape(labels_hat, labels, ("labels_hat", "labels"))
    pairs = classes * labels.long().flatten() + labels_hat.long().flatten()
    n = dtypes.float64(torch.bincount(pairs, minlength=classes**2)).view(classes, classes)
    right, true, read = n.diag(), n.sum(1), n.sum(0)
    there, seen = true > 0, true + read > 0
    return Segmentation(
        float(right.sum() / n.sum()),
        float((right / true)[there].mean()),
        float((right / (true + read - right))[seen].mean()),
    )


def class_variance(x: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Compute the variance of the images within each class, around the mean of the class (F8).

    σ_c² = Σ (x − m_ic)² / Σ (n_ic − 1), where m_ic is the mean, and n_ic the number, of the pixels
    of class c in image i. The sums are over these pixels and over the images. An image that
    averages over unknown details has too little variance.

    Parameters
    ----------
    x : Tensor, (B,C,H,W)
        Images; the variance is averaged over their channels.
    labels : Tensor, (B,H,W), int64
        The class of each pixel, from 0 to `classes` − 1.
    classes : int
        Number of classes.

    Returns
    -------
    Tensor, (classes,)
        Computed in float64. NaN for a class that does not occur, or only in single pixels.

    Raises
    ------
    TypeError, ValueError
        If there is not one label per pixel.
    """
    if validate.batch(x, "x").is_complex():
        raise TypeError("x is complex: a variance of real images, for instance x.abs()")
    validate.labels(labels, classes)
    if labels.shape != (len(x), *x.shape[-2:]):
        raise ValueError(
            f"labels have shape {tuple(labels.shape)}, but x is {tuple(x.shape)}: "
            "pass a map of the same size for each image"
        )
    values, labels = dtypes.float64(x.transpose(0, 1).flatten(1)), dtypes.off_metal(labels)
    image = torch.arange(len(x), device=labels.device)[:, None, None]
    group = (classes * image + labels.long()).flatten()
    n = torch.bincount(group, minlength=classes * len(x))
    sums = values.new_zeros(x.shape[1], len(n))
    index = group.expand_as(values)
    mean = sums.scatter_add(1, index, values) / n.clamp(min=1)
    square = sums.scatter_add(1, index, (values - mean.gather(1, index)) ** 2).mean(0)
    degrees = (n - 1).clamp(min=0).view(-1, classes).sum(0)
    spread = square.view(-1, classes).sum(0) / degrees.clamp(min=1)
    return dtypes.like(torch.where(degrees > 0, spread, torch.nan), dtypes.at_least_float32(x))
