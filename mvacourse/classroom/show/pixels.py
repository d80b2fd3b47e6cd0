"""Convert a notebook's images (tensors, arrays, dicts of them) to arrays that can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from mvacourse.classroom.show.style import readable


def array(x: Any, name: str = "image", largest: float = np.inf) -> np.ndarray:
    """Convert one image to a float array `(H,W)` or `(H,W,3)`.

    Parameters
    ----------
    x : Tensor or ndarray, (1,C,H,W), (C,H,W) or (H,W) with C = 1 or 3
        A real image on any device.
    name : str
        Its name in error messages.
    largest : float
        The value that is shown white, to find images in 0–255. An image that has become huge, as
        by the inverse of a blur, is allowed: it has negative values too.

    Raises
    ------
    TypeError
        If `x` is not an array of real numbers.
    ValueError
        If its shape is not that of one image, or it looks like 0–255 although `largest` does not.
    """
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu()
        x = x.float() if x.dtype == torch.bfloat16 else x
        x = x.resolve_conj().resolve_neg().numpy()
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array: write {name}.filled(0), or another value")
    if not isinstance(x, np.ndarray):
        raise TypeError(f"{name} is a {type(x).__name__}: use a tensor or an array")
    if np.iscomplexobj(x):
        raise TypeError(f"{name} is complex: show its modulus, .abs(), or use show.spectrum")
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{name} holds {x.dtype}: an image holds numbers")
    shape = x.shape
    if x.ndim == 4 and shape[0] == 1:
        x = x[0]
    if x.ndim == 3 and x.shape[0] in (1, 3):
        x = x[0] if x.shape[0] == 1 else np.moveaxis(x, 0, -1)
    if not (x.ndim == 2 or (x.ndim == 3 and x.shape[-1] == 3)) or x.size == 0:
        raise ValueError(
            f"{name} has shape {shape}: one image is (1,C,H,W), (C,H,W) or (H,W) with C = 1 or 3"
        )
    _check_scale(x, name, largest)
    # float32 is enough for a screen; integers and booleans must become floats
    return x.astype(np.float64 if x.dtype == np.float64 else np.float32, copy=False)


def _check_scale(x: np.ndarray, name: str, largest: float) -> None:
    """Refuse images in 0–255, or with whole numbers in place of grey levels."""
    if x.dtype.kind in "iu" and x.max() > 1 >= largest:
        raise TypeError(f"{name} holds {x.dtype}: write {name} / 255 for 8 bits, or choose vmax")
    if x.dtype.kind == "f":
        if not np.isfinite(x).any():
            raise ValueError(f"{name} holds no finite value: look for a division by zero")
        low, high = np.nanmin(x), np.nanmax(x)
        if low >= 0 and 10 * abs(largest) < high <= 255:
            raise ValueError(
                f"{name} reaches {high:.4g}: it looks like 0–255, but {largest:g} is shown white; "
                f"write {name} / 255, or vmax=255"
            )


def named(images: Any, titles: Sequence[str] | None = None) -> list[tuple[str, Any]]:
    """List `(title, image)` pairs from a dict, a list, a batch or one image."""
    if isinstance(images, Mapping):
        pairs = [(str(title), x) for title, x in images.items()]
    elif isinstance(images, (torch.Tensor, np.ndarray)):
        batch = list(images) if images.ndim == 4 and images.shape[0] > 1 else [images]
        pairs = [("", x) for x in batch]
    elif not isinstance(images, (list, tuple, Iterator)):
        raise TypeError(
            f"images is a {type(images).__name__}: pass a dict {{title: image}}, a list or a tensor"
        )
    else:
        pairs = [
            (str(item[0]), item[1]) if isinstance(item, tuple) and len(item) == 2 else ("", item)
            for item in images
        ]
    if not pairs:
        raise ValueError("images is empty: pass a dict {title: image}, a list or a tensor")
    if titles is not None:
        if isinstance(titles, str) or not isinstance(titles, Sequence):
            raise TypeError(f"titles is a {type(titles).__name__}: write a list of str")
        if len(titles) != len(pairs):
            raise ValueError(f"titles has {len(titles)} entries for {len(pairs)} images")
        pairs = [(title, x) for title, (_, x) in zip(titles, pairs, strict=True)]
    for number, (title, _) in enumerate(pairs):
        readable(title, f"titles[{number}]")
    return pairs


def check_range(vmin: float, vmax: float) -> None:
    """Check that vmin < vmax.

    Raises
    ------
    ValueError
        If not.
    """
    if not vmax > vmin:
        raise ValueError(f"vmin is {vmin:g} and vmax is {vmax:g}: vmax must be larger")


def to_8bit(x: np.ndarray, vmin: float = 0.0, vmax: float = 1.0) -> np.ndarray:
    """Clamp to [vmin, vmax] and round to 0–255; NaN becomes black.

    The course clamps images only here and in explicit projections.
    """
    check_range(vmin, vmax)
    unit = (np.nan_to_num(x, nan=vmin, posinf=vmax, neginf=vmin) - vmin) / (vmax - vmin)
    return (np.clip(unit, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def enlarge(x: np.ndarray, width: int) -> np.ndarray:
    """Repeat pixels by the largest whole factor that does not exceed `width`."""
    factor = max(1, width // x.shape[1])
    return x if factor == 1 else x.repeat(factor, axis=0).repeat(factor, axis=1)
