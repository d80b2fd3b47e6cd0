"""Fast PNG for sliders: quick to encode, but not as small as possible."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from mvacourse import validate
from mvacourse.classroom.show.picture import DRAWING, Picture, palette_size, pixels_of, to_png
from mvacourse.classroom.show.pixels import array, check_range, enlarge, named, to_8bit
from mvacourse.classroom.show.style import DPI, WIDTH

GAP = 12
LINE = 22


def encode(
    x: Any,
    *,
    vmin: float = 0.0,
    vmax: float = 1.0,
    width: int = WIDTH,
    small: bool = False,
    colors: int | None = None,
) -> bytes:
    """Encode an image, a row of titled images or a figure as PNG bytes.

    Small images are enlarged by repeating each pixel a whole number of times; they are never
    blurred. A 256×256 image takes about 3 ms on a laptop; a matplotlib figure takes its drawing
    time, about 50 ms.

    Parameters
    ----------
    x : Tensor, list of (title, image), dict or Figure
        One image `(1,C,H,W)`, `(C,H,W)` or `(H,W)`. Several images stand side by side, with their
        titles above. A figure is drawn at 100 dots per inch, and closed if pyplot opened it.
    vmin, vmax : float
        Values shown black and white; values beyond are clamped.
    width : int
        Maximal width of the row in pixels.
    small : bool
        Compress as much as PNG can, for pictures that are stored in the notebook.
    colors : int, optional
        If `small`, the largest number of colours, from 2 to 256.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    TypeError, ValueError
        If `x` is not such a picture, an image looks like 0–255, vmax ≤ vmin, or `colors` is out of
        range.
    """
    vmin, vmax = validate.number(vmin, "vmin"), validate.number(vmax, "vmax")
    check_range(vmin, vmax)
    width = validate.count(width, "width")
    palette = 0 if colors is None else palette_size(colors)
    if isinstance(x, Figure):
        palette = palette or getattr(x, "colors", 0)
        return to_png(_drawn(x), small, getattr(x, "loss", DRAWING), palette)
    pairs = [(t, to_8bit(array(im, t or "image", vmax), vmin, vmax)) for t, im in named(x)]
    return to_png(_side_by_side(pairs, width), small, 0, palette)


def _drawn(figure: Figure) -> np.ndarray:
    if not isinstance(figure, Picture):
        figure.set_dpi(DPI)
    pixels = pixels_of(figure)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        # otherwise inline matplotlib would show it again at the end of the cell
        pyplot.close(figure)
    return pixels


def _side_by_side(pairs: list[tuple[str, np.ndarray]], width: int) -> np.ndarray:
    cell = max(1, (width - GAP * (len(pairs) - 1)) // len(pairs))
    widest = max((im for _, im in pairs), key=lambda im: im.shape[1])
    box = enlarge(widest, min(cell, 512 if len(pairs) == 1 else 320)).shape[1]
    tiles = [(title, enlarge(im, box)) for title, im in pairs]
    head = LINE if any(title for title, _ in tiles) else 0
    if len(tiles) == 1 and not head:
        return tiles[0][1]
    colour = any(im.ndim == 3 for _, im in tiles)
    tall = head + max(im.shape[0] for _, im in tiles)
    wide = len(tiles) * (box + GAP) - GAP
    canvas = Image.new("RGB" if colour else "L", (wide, tall), "white")
    draw = ImageDraw.Draw(canvas)
    left = 0
    for title, im in tiles:
        canvas.paste(Image.fromarray(im), (left, head))
        if title:
            draw.text((left, 1), title, fill="black", font=_font(title, box))
        left += box + GAP
    return np.asarray(canvas)


@lru_cache(maxsize=256)
def _font(title: str, width: int) -> ImageFont.FreeTypeFont:
    """Choose the largest size, from 15 down to 10 pixels, at which the title fits."""
    path = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
    for size in range(15, 10, -1):
        font = ImageFont.truetype(path, size)
        if font.getlength(title) <= width:
            return font
    return ImageFont.truetype(path, 10)
