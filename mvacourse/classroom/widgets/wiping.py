"""Two images one over the other, with a line between them that a slider moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mvacourse import validate
from mvacourse.classroom.show.pixels import array
from mvacourse.classroom.widgets.controls import lin
from mvacourse.classroom.widgets.explorer import Explorer, explore


def wipe(
    before: Any,
    after: Any,
    titles: Sequence[str] = ("before", "after"),
    *,
    value: float = 0.5,
    zoom: int | None = None,
) -> Explorer:
    """Show `before` left of a line and `after` right of it; a slider moves the line.

    Eyes see a small change in one place better than between two places.

    >>> widgets.wipe(v, restored, ("blurred", "restored"))

    Parameters
    ----------
    before, after : Tensor or ndarray, (1,C,H,W), (C,H,W) or (H,W) with C = 1 or 3
        Two images of one size, with values in [0, 1]; values beyond are clamped.
    titles : (str, str)
        What they are; written below the picture.
    value : float
        Initial place of the line: 0 shows only `after`, 1 only `before`.
    zoom : int, optional
        Side in pixels of the centre that is shown, enlarged; by default the whole image.

    Returns
    -------
    Explorer
        Its control is called ``part``; ``wipe(…).frame(part=0.5)`` is the static picture.

    Raises
    ------
    TypeError, ValueError
        If the images differ in size or look like 0–255, `titles` are not two texts, `value` is not
        in [0, 1], or `zoom` is not from 1 to the smaller side.
    """
    validate.number(value, "value")
    if isinstance(titles, str) or not isinstance(titles, Sequence) or len(titles) != 2:
        raise TypeError(f"titles = {titles!r}: write two texts, one for each image")
    left, right = array(before, "before", 1.0), array(after, "after", 1.0)
    if left.shape[:2] != right.shape[:2]:
        raise ValueError(
            f"before has {left.shape[0]}×{left.shape[1]} pixels and after "
            f"{right.shape[0]}×{right.shape[1]}: enlarge the smaller one first"
        )
    left, right = (_centre(x, zoom) for x in _alike(left, right))

    def render(part: float) -> tuple[np.ndarray, str]:
        return _side_by_side(left, right, part), f"left: {titles[0]}; right: {titles[1]}"

    return explore(render, part=lin(0.0, 1.0, 0.02, value=value, label="line"))


def _alike(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give a grey image three channels if the other one has colours."""
    if left.ndim == right.ndim:
        return left, right
    return tuple(np.stack([x] * 3, axis=-1) if x.ndim == 2 else x for x in (left, right))


def _centre(x: np.ndarray, side: int | None) -> np.ndarray:
    if side is None:
        return x
    side = validate.count(side, "zoom")
    if side > min(x.shape[:2]):
        raise ValueError(f"zoom = {side}: at most {min(x.shape[:2])}, the smaller side")
    top, start = ((n - side) // 2 for n in x.shape[:2])
    return x[top : top + side, start : start + side]


def _side_by_side(left: np.ndarray, right: np.ndarray, part: float) -> np.ndarray:
    """Put the columns up to the line from `left`; the line is white with a black edge."""
    width = left.shape[1]
    at = round(part * width)
    joined = np.concatenate([left[:, :at], right[:, at:]], axis=1)
    if 0 < at < width:
        joined[:, at - 1] = 0.0
        joined[:, at] = 1.0
    return joined
