"""The figure class of the course: it displays itself as one small PNG."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from mvacourse import validate
from mvacourse.classroom.show.style import DPI, look

DRAWING, GREY, EXACT = 24, 4, 0
"""Largest difference, of 255, between a stored picture and the drawn one, to save space."""


_LARGEST = 10_000
"""Largest width and height of a picture in pixels."""


class Picture(Figure):
    """A figure that displays itself as one small PNG.

    Pyplot does not know it, so it is not shown again at the end of the cell, and not kept in
    memory. Its axes are ordinary: ``fig = show.curves(...); fig.axes[0].axvline(3.0); fig``.
    """

    def __init__(self, width: int, height: int, what: str) -> None:
        width, height = validate.count(width, "width"), validate.count(height, "height")
        if max(width, height) > _LARGEST:
            raise ValueError(f"width = {width}, height = {height}: at most {_LARGEST} pixels")
        super().__init__(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self)
        self.what = what
        self.loss, self.colors = DRAWING, 0

    def __repr__(self) -> str:
        return f"<Picture: {self.what}>"

    def png(self) -> bytes:
        """Draw the figure, and compress it as much as PNG can."""
        return to_png(pixels_of(self), small=True, loss=self.loss, colors=self.colors)

    def _ipython_display_(self) -> None:
        # Not _repr_png_: IPython would use the formatter that inline matplotlib registers for every
        # Figure, with other settings.
        from IPython.display import display

        display({"image/png": self.png(), "text/plain": repr(self)}, raw=True)


def pixels_of(figure: Figure) -> np.ndarray:
    """Draw a figure off screen: `(H,W,3)` in 8 bits, or `(H,W)` if it has no colour."""
    with look():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        rgb = np.asarray(canvas.buffer_rgba())[..., :3]
    grey = (rgb[..., :1] == rgb).all()
    return np.ascontiguousarray(rgb[..., 0] if grey else rgb)


def palette_size(colors: int) -> int:
    """Check a number of colours, from 2 to 256, and return it.

    Raises
    ------
    TypeError, ValueError
        If it is not one.
    """
    colors = validate.count(colors, "colors", at_least=2)
    if colors > 256:
        raise ValueError(f"colors = {colors} must be at most 256")
    return colors


def to_png(pixels: np.ndarray, small: bool = False, loss: int = 0, colors: int = 0) -> bytes:
    """Encode 8-bit pixels as PNG: fast, or small with no value changed by more than `loss`.

    Small and with at most so many `colors`, if they are given: then single pixels may change more.
    """
    buffer = io.BytesIO()
    options = {"optimize": True} if small else {"compress_level": 1}
    image = (_palette(pixels, loss) if small else None) or Image.fromarray(pixels)
    if small and colors and image.mode == "RGB":
        image = image.quantize(colors, Image.Quantize.MEDIANCUT, kmeans=3, dither=0)
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def _palette(pixels: np.ndarray, loss: int) -> Image.Image | None:
    """Reduce a picture to 256 colours if nobody can see it: maps and curves need half the bytes.

    A drawing has few colours, plus blends along its edges. The 128 most common colours are kept.
    Then the colour farthest from those kept is added, again and again. The others are replaced by
    the nearest kept one. If this would change a colour by more than `loss` of 255, return None.
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
