"""Read the files of a data set one by one, as tensors."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

Item = TypeVar("Item")


class Files(Sequence[Item]):
    """A sequence that reads each file on access, and keeps none in memory.

    Indexing and iterating return items; a slice returns a shorter sequence.
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


def image(path: Path) -> Tensor:
    """Read a picture as (1,3,H,W) float32 in [0, 1]."""
    from PIL import Image

    with Image.open(path) as image:
        pixels = np.array(image.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def idx(path: Path) -> Tensor:
    """Read an idx file of bytes: magic 0, 0, 8, rank; the sizes, big-endian; the values."""
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    shape = np.frombuffer(raw, ">i4", count=rank, offset=4)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * rank)
    return torch.from_numpy(values.reshape(shape).copy())
