"""Phantoms: drawn heads for tomography and MRI."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from mvacourse import check
from mvacourse.images.photographs import read


def shepp_logan(size: int | Sequence[int] = 400) -> Tensor:
    """Draw the Shepp–Logan head phantom, the usual test of tomography and MRI.

    It is scikit-image's 400×400 picture of it, cropped and resized as
    :func:`mvacourse.images.photo` does.

    Parameters
    ----------
    size : int or (int, int)
        Height and width; one number means a square.

    Returns
    -------
    Tensor, (1,1,H,W), float32
        In [0, 1].

    References
    ----------
    Shepp and Logan, The Fourier reconstruction of a head section, IEEE Trans. Nucl. Sci. 1974.
    """
    return read("phantom.png", check.image_size(size), False).clone()
