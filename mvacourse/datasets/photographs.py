"""Photographs: the sets on which restoration is compared, and one to train on."""

from __future__ import annotations

from torch import Tensor

from mvacourse.cache import fetch, fetch_all, files
from mvacourse.datasets.reading import Files, choose, image

_SET5 = ("baby", "bird", "butterfly", "head", "woman")
SCALES = (2, 3, 4)
"""Those of :func:`set5_lr`."""
DIP = {"F16": "F16_GT.png", "library": "library.png", "vase": "vase.png", "zebra": "zebra_GT.png"}
"""What :func:`dip` loads, and from which file."""


def set5() -> dict[str, Tensor]:
    """Load Set5, the five photographs on which super-resolution is compared.

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
        Name → (HR, LR): (1,3,H,W), cropped so that `scale` divides H and W, and (1,3,H/s,W/s),
        antialiased bicubic, rounded to 8 bits.

    Raises
    ------
    ValueError
        If `scale` is another number.

    References
    ----------
    Huang, Singh and Ahuja, CVPR 2015 (the files of SelfExSR).
    """
    choose(scale, SCALES, "scale")
    stem = f"set5/SelfExSR/image_SRF_{scale}/img_{{:03d}}_SRF_{scale}_{{}}.png"
    return {
        name: tuple(image(fetch(stem.format(i, side))) for side in ("HR", "LR"))
        for i, name in enumerate(_SET5, start=1)
    }


def bsds500(split: str = "train") -> Files[Tensor]:
    """Load photographs of the Berkeley segmentation set, to train on or to try on.

    Parameters
    ----------
    split : {"train", "test"}
        200 photographs each. ``"val"`` is refused: CBSD68 and BSD100, on which published tables
        are computed, lie in it.

    Returns
    -------
    Files of Tensor, (1,3,H,W)
        321×481 or 481×321, read one by one.

    Raises
    ------
    ValueError
        If the split is another, ``"val"`` included.

    References
    ----------
    Arbeláez, Maire, Fowlkes and Malik, PAMI 2011.
    """
    if split == "val":
        raise ValueError(
            "split = 'val' is kept for evaluation: CBSD68 and BSD100, on which published tables "
            "are computed, lie in it, and who trains on it cannot be compared with them; take "
            "'train' or 'test'"
        )
    folder = f"bsds500/{choose(split, ('train', 'test'), 'split')}/"
    return Files(fetch_all(p for p in files("bsds500") if p.startswith(folder)), image)


def dip(name: str) -> Tensor:
    """Load an image of the deep-image-prior authors, (1,3,H,W).

    Parameters
    ----------
    name : {"F16", "library", "vase", "zebra"}
        F16 is their denoising example, zebra their super-resolution; library and vase are to be
        inpainted, and have a :func:`dip_mask`.

    Raises
    ------
    ValueError
        If there is no such image.

    References
    ----------
    Ulyanov, Vedaldi and Lempitsky, Deep image prior, CVPR 2018.
    """
    return image(fetch(f"dip/{DIP[choose(name, tuple(DIP), 'name')]}"))


def dip_mask(name: str) -> Tensor:
    """Load the inpainting mask of ``dip("library")`` or ``dip("vase")``: (H,W), True where known.

    Raises
    ------
    ValueError
        If that image has no mask.
    """
    path = fetch(f"dip/{choose(name, ('library', 'vase'), 'name')}_mask.png")
    return image(path)[0, 0] > 0.5
