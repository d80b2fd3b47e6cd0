"""Pixel-exact grids of images: an image pixel is a whole number of screen pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Stroke, withStroke

from mvacourse import validate
from mvacourse.classroom.show.picture import Picture
from mvacourse.classroom.show.style import WIDTH, fold, look

GAP = 14
LINE = 18
LARGEST = 400
"""A single small image is not enlarged beyond this many pixels."""
FRAME = "#D55E00"
_SLACK = 1e-6
"""A box is smaller by this much, in pixels, on each side."""


@dataclass(frozen=True)
class Grid:
    """Sizes in pixels of a grid of equal boxes."""

    cols: int
    rows: int
    wide: int
    tall: int


def plan(sizes: list[tuple[int, int]], cols: int | None, scale: float | None, margin: int) -> Grid:
    """Choose columns and box size for images of the given (height, width).

    The largest image is enlarged by a whole number; if it does not fit even in one column, it is
    reduced.
    """
    scale = None if scale is None else min(validate.positive(scale, "scale"), 2 * WIDTH)
    cols = None if cols is None else validate.count(cols, "cols")
    count, width = len(sizes), max(w for _, w in sizes)
    room = WIDTH - margin
    if scale is not None:
        box = max(1, round(width * scale))
    if cols is None:
        fit = max(1, min(4, (room + GAP) // ((box if scale is not None else width) + GAP)))
        cols = math.ceil(count / math.ceil(count / fit))
    cell = (room - GAP * (cols - 1)) // cols
    if cell < 1:
        raise ValueError(f"cols = {cols} images do not fit into {room} pixels: choose fewer")
    if scale is None:
        box = width * max(1, min(cell, LARGEST) // width)
    box = min(box, cell)
    tall = max(1, *(round(box * h / w) for h, w in sizes))
    return Grid(cols, math.ceil(count / cols), box, tall)


def heading(title: str, subtitle: str, wide: int) -> tuple[list[str], list[str]]:
    """Break title and subtitle into lines that fit above a box."""
    return fold(title, wide).splitlines(), fold(subtitle, wide).splitlines()


class Board:
    """A picture under construction: boxes are placed in pixels from the top left."""

    def __init__(self, width: int, height: int, what: str) -> None:
        self.width, self.height = width, height
        with look():
            self.picture = Picture(width, height, what)

    def box(self, left: float, top: float, wide: float, tall: float) -> Axes:
        # Below 3.11, matplotlib takes 231 pixels and a rounding error for 232: it repeats a column.
        bottom = self.height - top - tall + _SLACK
        left, wide, tall = left + _SLACK, wide - 2 * _SLACK, tall - 2 * _SLACK
        place = (left / self.width, bottom / self.height, wide / self.width, tall / self.height)
        with look():
            axes = self.picture.add_axes(place)
        axes.set_axis_off()
        return axes

    def text(self, left: float, top: float, text: str, size: float, color: str = "black") -> None:
        self.picture.text(
            left / self.width,
            1 - top / self.height,
            text,
            fontsize=size,
            color=color,
            ha="left",
            va="top",
        )


def put(axes: Axes, image: np.ndarray, wide: float, **options: Any) -> Any:
    """Draw an image that fills its axes: nearest pixel if enlarged, averaged if reduced."""
    resampling = "nearest" if wide >= image.shape[1] else "antialiased"
    return axes.imshow(image, interpolation=resampling, aspect="auto", **options)


def mark(axes: Axes, inset: Axes, image: np.ndarray, zoom: tuple[int, int, int], ratio: float):
    """Draw the zoomed square on an image, and a frame around its magnified copy."""
    row, col, size = (z * ratio for z in zoom)
    if (
        row < 0
        or col < 0
        or size <= 0
        or row + size > image.shape[0]
        or col + size > image.shape[1]
    ):
        raise ValueError(
            f"zoom is (row, col, size) = {zoom}: the square leaves the image, which is "
            f"{round(image.shape[0] / ratio)}×{round(image.shape[1] / ratio)}"
        )
    halo = [Stroke(linewidth=3.5, foreground="white"), withStroke(linewidth=1.5, foreground=FRAME)]
    square = Rectangle((col - 0.5, row - 0.5), size, size, fill=False, ec=FRAME, lw=1.5)
    square.set_path_effects(halo)
    axes.add_patch(square)
    inset.set_xlim(col - 0.5, col + size - 0.5)
    inset.set_ylim(row + size - 0.5, row - 0.5)
    inset.add_patch(
        Rectangle((0, 0), 1, 1, transform=inset.transAxes, fill=False, ec=FRAME, lw=3, clip_on=True)
    )
