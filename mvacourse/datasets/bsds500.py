"""The Berkeley segmentation set: photographs for training or testing."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.datasets.reading import Files, image
from mvacourse.storage import fetch_all, files


def bsds500(split: str = "train") -> Files[Tensor]:
    """Load photographs of the Berkeley segmentation set, for training or testing.

    Parameters
    ----------
    split : {"train", "test"}
        200 photographs each. ``"val"`` raises an error: it contains CBSD68 and BSD100, on which
        published tables are computed.

    Returns
    -------
    Files of Tensor, (1,3,H,W)
        321×481 or 481×321, read one by one.

    Raises
    ------
    ValueError
        If there is no such split, or it is ``"val"``.

    References
    ----------
    Arbeláez, Maire, Fowlkes and Malik, PAMI 2011.
    """
    if split == "val":
        raise ValueError(
            "split = 'val' is kept for evaluation: it contains CBSD68 and BSD100, on which "
            "published tables are computed, and a method trained on it cannot be compared with "
            "them; use 'train' or 'test'"
        )
    folder = f"bsds500/{validate.one_of(split, ('train', 'test'), 'split')}/"
    return Files(fetch_all(p for p in files("bsds500") if p.startswith(folder)), image)
