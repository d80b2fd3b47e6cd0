"""The figure class of the course: its style, and how it displays itself."""

from __future__ import annotations

import io
import textwrap
from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

DPI = 100
WIDTH = 900
"""Width of a notebook's output area in pixels; no figure is wider."""
DRAWING, GREY, EXACT = 24, 4, 0
"""By how much of 255 a stored picture may differ from the drawn one, to be small."""

# Okabe and Ito's palette, told apart by colour-blind readers; ordered so that neighbours also
# differ in grey. Line style and marker differ too, so that colour is never the only key.
PALETTE = ("#000000", "#D55E00", "#0072B2", "#E69F00", "#009E73", "#56B4E9", "#CC79A7")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

RC: dict[str, Any] = {
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "legend.fontsize": 10,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#D8D8D8",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "white",
    "legend.fancybox": False,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "axes.prop_cycle": cycler(color=PALETTE) + cycler(linestyle=LINES),
}


def style() -> None:
    """Give plain matplotlib figures the look of the course.

    The functions of `show` carry their style with them; call this once, in the set-up cell, only
    where a notebook also draws with pyplot.
    """
    mpl.rcParams.update(RC)


def look() -> AbstractContextManager[None]:
    """Style for one figure, leaving the reader's own settings alone."""
    return mpl.rc_context(RC)


def fold(text: str, room: float) -> str:
    """Break a label of 10 points into lines that fit `room` pixels."""
    # mathematics must not be broken, and is narrower than its source
    return text if "$" in text else textwrap.fill(text, max(8, int(room / 7.6)))


class Picture(Figure):
    """A figure that displays itself as one small PNG.

    Pyplot does not know it, so it is neither shown a second time at the end of the cell nor kept
    in memory. Its axes are ordinary: ``fig = show.curves(...); fig.axes[0].axvline(3.0); fig``.
    """

    def __init__(self, width: int, height: int, what: str) -> None:
        super().__init__(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self)
        self.what = what
        self.loss = DRAWING

    def __repr__(self) -> str:
        return f"<Picture: {self.what}>"

    def png(self) -> bytes:
        """Draw, and compress as far as PNG goes."""
        return to_png(pixels_of(self), small=True, loss=self.loss)

    def _ipython_display_(self) -> None:
        # Not _repr_png_: IPython prefers the formatter that inline matplotlib registers for every
        # Figure, which would draw at other settings.
        from IPython.display import display

        display({"image/png": self.png(), "text/plain": repr(self)}, raw=True)


def pixels_of(figure: Figure) -> np.ndarray:
    """Draw a figure off screen: `(H,W,3)` in 8 bits, or `(H,W)` where it holds no colour."""
    with look():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        rgb = np.asarray(canvas.buffer_rgba())[..., :3]
    grey = (rgb[..., :1] == rgb).all()
    return np.ascontiguousarray(rgb[..., 0] if grey else rgb)


def to_png(pixels: np.ndarray, small: bool = False, loss: int = 0) -> bytes:
    """PNG file of 8-bit pixels: quickly, or small with no value moved by more than `loss`."""
    buffer = io.BytesIO()
    options = {"optimize": True} if small else {"compress_level": 1}
    image = (_palette(pixels, loss) if small else None) or Image.fromarray(pixels)
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def _palette(pixels: np.ndarray, loss: int) -> Image.Image | None:
    """The picture in 256 colours, where nobody can see it: half the bytes of maps and curves.

    A drawing has few colours beside the blends along its edges. The 128 commonest are kept, then
    again and again the one that lies farthest from those kept; the others go to their nearest,
    unless that moved one of them by more than `loss` of 255.
    """
    if pixels.ndim == 2:
        return None
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colours, index, counts = np.unique(codes, return_inverse=True, return_counts=True)
    if len(colours) > 4096:
        return None
    table = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int16)
    kept = np.argsort(counts, kind="stable")[-128:].tolist()
    near = np.abs(table[:, None] - table[None, kept]).max(axis=-1).min(axis=1)
    while len(kept) < min(256, len(table)):
        kept.append(int(near.argmax()))
        near = np.minimum(near, np.abs(table - table[kept[-1]]).max(axis=-1))
    if near.max() > loss:
        return None
    kept = sorted(kept)
    distance = np.abs(table[:, None] - table[None, kept]).max(axis=-1)
    image = Image.fromarray(distance.argmin(axis=1)[index].reshape(codes.shape).astype(np.uint8))
    image.putpalette(table[kept].astype(np.uint8).tobytes())
    return image
