"""Set5, the five photographs on which super-resolution methods are compared."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.datasets.reading import image
from mvacourse.storage import fetch

_SET5 = ("baby", "bird", "butterfly", "head", "woman")
SCALES = (2, 3, 4)
"""Scales of :func:`set5_lr`."""


def set5() -> dict[str, Tensor]:
    """Load Set5, the five photographs on which super-resolution methods are compared.

    Returns
    -------
    dict
        ``baby bird butterfly head woman`` → (1,3,H,W), between 228 and 512 pixels wide.

    References
    ----------
    Bevilacqua et al., BMVC 2012.
    """
    return {name: image(fetch(f"set5/{name}.png")) for name in _SET5}


def set5_lr(scale: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Load Set5 with the low-resolution files of the published tables (MATLAB's bicubic).

    Parameters
    ----------
    scale : int
        2, 3 or 4.

    Returns
    -------
    dict
        Name → (HR, LR): HR is (1,3,H,W), cropped so that `scale` divides H and W. LR is
        (1,3,H/s,W/s), by antialiased bicubic, rounded to 8 bits.

    Raises
    ------
    ValueError
        If `scale` is another number.

    References
    ----------
    Huang, Singh and Ahuja, CVPR 2015 (the files of SelfExSR).
    """
    validate.one_of(scale, SCALES, "scale")
    stem = f"set5/SelfExSR/image_SRF_{scale}/img_{{:03d}}_SRF_{scale}_{{}}.png"
    return {
        name: tuple(image(fetch(stem.format(i, side))) for side in ("HR", "LR"))
        for i, name in enumerate(_SET5, start=1)
    }
