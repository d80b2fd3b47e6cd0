"""Tier 2 of the data as tensors: benchmark sets, by name.

Files come from :mod:`mvacourse.cache`, which verifies them, downloads what is missing, or raises
:class:`mvacourse.cache.DownloadError`. Images are (1,C,H,W) float32 in [0, 1], on the CPU.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from mvacourse.cache import fetch, fetch_all, files

Item = TypeVar("Item")

_SET5 = ("baby", "bird", "butterfly", "head", "woman")
_DIP = {"F16": "F16_GT.png", "library": "library.png", "vase": "vase.png", "zebra": "zebra_GT.png"}


class Files(Sequence[Item]):
    """A sequence that reads its files when they are asked for, and keeps none in memory.

    Indexing and iterating give items; a slice gives a shorter sequence.
    """

    def __init__(self, paths: Sequence[Path], read: Callable[[Path], Item]) -> None:
        self.paths = list(paths)
        self._read = read

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Files(self.paths[index], self._read)
        return self._read(self.paths[index])

    def __repr__(self) -> str:
        return f"Files({len(self)})"


def names() -> tuple[str, ...]:
    """List what :func:`load` can load."""
    return tuple(_LOADERS)


def load(name: str, /, *args: Any, **options: Any) -> Any:
    """Load a set by name: ``load("mnist", "test")`` is ``mnist("test")``.

    Raises
    ------
    ValueError, TypeError
        If there is no such set, or it needs a choice and none is given; the message lists them.
    """
    loader = _LOADERS[_choose(name, names(), "name")]
    if name in _NEEDS and not (args or options):
        raise TypeError(f"load({name!r}, …) lacks its argument: write one of {_NEEDS[name]}")
    return loader(*args, **options)


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
    return {name: _image(fetch(f"set5/{name}.png")) for name in _SET5}


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
    _choose(scale, _NEEDS["set5_lr"], "scale")
    stem = f"set5/SelfExSR/image_SRF_{scale}/img_{{:03d}}_SRF_{scale}_{{}}.png"
    return {
        name: tuple(_image(fetch(stem.format(i, side))) for side in ("HR", "LR"))
        for i, name in enumerate(_SET5, start=1)
    }


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
    stem = {"train": "train", "test": "t10k"}[_choose(split, ("train", "test"), "split")]
    images = _idx(fetch(f"mnist/{stem}-images-idx3-ubyte.gz"))
    labels = _idx(fetch(f"mnist/{stem}-labels-idx1-ubyte.gz"))
    return images[:, None].float() / 255, labels.long()


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
    folder = f"bsds500/{_choose(split, ('train', 'test'), 'split')}/"
    return Files(fetch_all(p for p in files("bsds500") if p.startswith(folder)), _image)


def facades(split: str = "train") -> Files[tuple[Tensor, Tensor]]:
    """Load façades with their label maps, the paired set of figure 1 of pix2pix.

    Only pix2pix's 400 training pairs are here, so every tenth is held out for the figures.

    Parameters
    ----------
    split : {"train", "test", "all"}
        360 pairs, the other 40 (numbers 10, 20 … 400), or the 400 that pix2pix trained on.

    Returns
    -------
    Files of (photo, label), each (1,3,256,256)
        The label map is a colour image too: one colour a class, blurred a little by JPEG.

    Raises
    ------
    ValueError
        If there is no such split.

    References
    ----------
    Tyleček and Šára, GCPR 2013; Isola et al., CVPR 2017.
    """
    _choose(split, ("train", "test", "all"), "split")
    held_out = {path: int(Path(path).stem) % 10 == 0 for path in files("facades")}
    wanted = [p for p, held in held_out.items() if split == "all" or held == (split == "test")]
    return Files(fetch_all(wanted), _pair)


def mri() -> tuple[Tensor, Tensor]:
    r"""Load a real brain slice as eight coils measured it, and its sampling mask.

    The file holds k-space with the zero frequency at the centre, of an image whose origin is at
    the centre. Here both origins are moved to index [0, 0], the convention of
    :class:`mvacourse.operators.MultiCoilMRI`: y = S F D u with F the orthonormal
    ``torch.fft.fft2``. So ``torch.fft.ifft2(y, norm="ortho")`` shows a head in mid-image. There are
    no coil maps, and no fully sampled reference.

    Returns
    -------
    kspace : Tensor, (1,8,230,180), complex64
        Zero where nothing was measured.
    mask : Tensor, (230,180), bool
        12.4 % of the frequencies; the 24×24 lowest are all there.

    Notes
    -----
    With w the image whose origin is at the centre, u[i,j] = w[i−H/2, j−W/2], so û[p,q] =
    (−1)^{p+q} ŵ[p,q] for even H and W: moving the image's origin costs a sign, and exact zeros
    stay exact.

    References
    ----------
    mikgroup, SigPy MRI tutorial (BSD-3-Clause).
    """
    centred = torch.from_numpy(np.load(fetch("mri/cartesian_ksp.npy"), allow_pickle=False))
    y = torch.fft.ifftshift(centred, dim=(-2, -1))
    H, W = y.shape[-2:]
    sign = 1 - 2 * ((torch.arange(H)[:, None] + torch.arange(W)) % 2)
    return (y * sign)[None], (y != 0).any(dim=0)


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
    return _image(fetch(f"dip/{_DIP[_choose(name, tuple(_DIP), 'name')]}"))


def dip_mask(name: str) -> Tensor:
    """Load the inpainting mask of ``dip("library")`` or ``dip("vase")``: (H,W), True where known.

    Raises
    ------
    ValueError
        If that image has no mask.
    """
    path = fetch(f"dip/{_choose(name, ('library', 'vase'), 'name')}_mask.png")
    return _image(path)[0, 0] > 0.5


_LOADERS = {f.__name__: f for f in (set5, set5_lr, mnist, bsds500, facades, mri, dip)}
_NEEDS: dict[str, tuple[Any, ...]] = {"set5_lr": (2, 3, 4), "dip": tuple(_DIP)}  # no default


def _choose(value: Any, allowed: Sequence[Any], name: str) -> Any:
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: choose one of {', '.join(map(repr, allowed))}")
    return value


def _image(path: Path) -> Tensor:
    """Read a picture as (1,3,H,W) float32 in [0, 1]."""
    from PIL import Image

    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def _pair(path: Path) -> tuple[Tensor, Tensor]:
    return tuple(half.contiguous() for half in _image(path).chunk(2, dim=-1))


def _idx(path: Path) -> Tensor:
    """Read an idx file of bytes: magic 0, 0, 8, rank; the sizes, big-endian; the values."""
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    shape = np.frombuffer(raw, ">i4", count=rank, offset=4)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * rank)
    return torch.from_numpy(values.reshape(shape).copy())
