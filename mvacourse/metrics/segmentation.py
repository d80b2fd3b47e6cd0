"""How well a label map is read from an image, and how lively the image is in each class (F8)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import validate


class Segmentation(NamedTuple):
    """Scores of a label map that was read: shares from 0 to 1."""

    per_pixel: float
    """Pixels whose class is found, of all pixels."""
    per_class: float
    """The same within each class, averaged over the classes."""
    iou: float
    """Pixels that are of a class and are read as it, of those that are or are read: averaged."""


def segmentation(labels_hat: Tensor, labels: Tensor, classes: int) -> Segmentation:
    """Judge a label map as pix2pix does, when a network reads painted photographs (F8).

    With n_ij the number of pixels of class i that are read as j: per pixel Σ n_ii / Σ n_ij; per
    class the mean of n_ii / Σ_j n_ij; IoU the mean of n_ii / (Σ_j n_ij + Σ_j n_ji − n_ii). The
    counts are taken over all images together, the means over the classes that are there.

    Parameters
    ----------
    labels_hat, labels : Tensor, (B,H,W), int64
        What was read, and what is true; from 0 to `classes` − 1.
    classes : int
        Number of classes.

    Returns
    -------
    Segmentation
        ``per_pixel``, ``per_class``, ``iou``.

    Raises
    ------
    TypeError, ValueError
        If they are no label maps of one shape and these classes.

    References
    ----------
    Long, Shelhamer and Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015.
    """
    for found, name in ((labels_hat, "labels_hat"), (labels, "labels")):
        validate.labels(found, classes, name)
    validate.same_shape(labels_hat, labels, ("labels_hat", "labels"))
    pairs = classes * labels.long().flatten() + labels_hat.long().flatten()
    n = torch.bincount(pairs, minlength=classes**2).view(classes, classes).double()
    right, true, read = n.diag(), n.sum(1), n.sum(0)
    there, seen = true > 0, true + read > 0
    return Segmentation(
        float(right.sum() / n.sum()),
        float((right / true)[there].mean()),
        float((right / (true + read - right))[seen].mean()),
    )


def class_variance(x: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Measure how lively an image is in each class: the variance of its grey around its mean (F8).

    σ_c² = Σ (x − m_ic)² / Σ (n_ic − 1), where m_ic is the mean, and n_ic the number, of the pixels
    of image i that are of class c, and the sums go over them and over the images. An image that
    averages over what it does not know has too little.

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
        NaN for a class that is not there.

    Raises
    ------
    TypeError, ValueError
        If there is not a label for each pixel.
    """
    validate.batch(x, "x")
    validate.labels(labels, classes)
    if labels.shape != (len(x), *x.shape[-2:]):
        raise ValueError(
            f"labels have shape {tuple(labels.shape)}, but x is {tuple(x.shape)}: "
            "give a map of the same size for each image"
        )
    image = torch.arange(len(x), device=x.device)[:, None, None]
    group = (classes * image + labels).flatten()
    n = torch.bincount(group, minlength=classes * len(x)).double()
    sums = torch.zeros(x.shape[1], len(n), dtype=torch.float64, device=x.device)
    values = x.transpose(0, 1).flatten(1).double()
    index = group.expand_as(values)
    mean = sums.scatter_add(1, index, values) / n
    square = sums.scatter_add(1, index, (values - mean.gather(1, index)) ** 2).mean(0)
    spread = square.view(-1, classes).sum(0) / (n - 1).clamp(min=0).view(-1, classes).sum(0)
    return spread.to(x.dtype)
