"""MNIST: handwritten digits with their labels."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.datasets.reading import idx
from mvacourse.storage import fetch


def mnist(split: str = "train") -> tuple[Tensor, Tensor]:
    """Load the handwritten digits.

    Parameters
    ----------
    split : {"train", "test"}
        60 000 or 10 000 digits.

    Returns
    -------
    images : Tensor, (N,1,28,28), float32
        White on black, in [0, 1]; 188 MB for the training set.
    labels : Tensor, (N,), int64

    Raises
    ------
    ValueError
        If there is no such split.

    References
    ----------
    LeCun, Cortes and Burges, 1998.
    """
    stem = {"train": "train", "test": "t10k"}[validate.one_of(split, ("train", "test"), "split")]
    images = idx(fetch(f"mnist/{stem}-images-idx3-ubyte.gz"))
    labels = idx(fetch(f"mnist/{stem}-labels-idx1-ubyte.gz"))
    return images[:, None].float() / 255, labels.long()
