"""CMP façades with their label maps: image pairs for pix2pix."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from mvacourse import validate
from mvacourse.datasets.reading import Files, image
from mvacourse.storage import fetch_all, files


def facades(split: str = "train") -> Files[tuple[Tensor, Tensor]]:
    """Load façades with their label maps, the paired set in figure 1 of the pix2pix paper.

    Only pix2pix's 400 training pairs are available, so every tenth is held out for the figures.

    Parameters
    ----------
    split : {"train", "test", "all"}
        360 pairs; the 40 held-out pairs (numbers 10, 20 … 400); or all 400 training pairs of
        pix2pix.

    Returns
    -------
    Files of (photo, label), each (1,3,256,256)
        The label map is a colour image too: one colour per class, slightly blurred by JPEG.

    Raises
    ------
    ValueError
        If there is no such split.

    References
    ----------
    Tyleček and Šára, GCPR 2013; Isola et al., CVPR 2017.
    """
    validate.one_of(split, ("train", "test", "all"), "split")
    held_out = {path: int(Path(path).stem) % 10 == 0 for path in files("facades")}
    wanted = [p for p, held in held_out.items() if split == "all" or held == (split == "test")]
    return Files(fetch_all(wanted), _pair)


def _pair(path: Path) -> tuple[Tensor, Tensor]:
    return tuple(half.contiguous() for half in image(path).chunk(2, dim=-1))
