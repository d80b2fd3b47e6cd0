"""Grids of images: photographs, signed maps, spectra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.colors import Colormap
from matplotlib.ticker import MaxNLocator

from mvacourse import validate
from mvacourse.classroom.show.layout import GAP, LINE, Board, heading, mark, plan, put
from mvacourse.classroom.show.picture import EXACT, GREY, Picture, palette_size
from mvacourse.classroom.show.pixels import array, check_range, named, to_8bit
from mvacourse.classroom.show.style import fold, look, readable

BAR = 100
"""Pixels for a colour bar at the right, including its numbers."""


def images(
    images: Any,
    titles: Sequence[str] | None = None,
    *,
    subtitles: Sequence[str] | Mapping[str, str] | None = None,
    cols: int | None = None,
    scale: float | None = None,
    vmin: float = 0.0,
    vmax: float = 1.0,
    zoom: tuple[int, int, int] | None = None,
    colors: int | None = None,
) -> Picture:
    """Show images side by side, each pixel as a sharp square.

    All images have the same width on the screen: a low-resolution image can be compared with a
    large one. Images are clamped to [vmin, vmax], for display only.

    Parameters
    ----------
    images : dict {title: image}, list of images or of (title, image), Tensor
        Images `(1,C,H,W)`, `(C,H,W)` or `(H,W)`, C = 1 or 3; a batch shows all its images.
    titles : list of str, optional
        Titles of a list or a batch.
    subtitles : list of str or dict {title: subtitle}, optional
        A second line in grey, for example "27.2 dB".
    cols : int, optional
        Images per row; by default as many as fit without reducing them, at most four.
    scale : float, optional
        Screen pixels per pixel of the widest image; by default the largest whole number that fits.
    vmin, vmax : float
        Values shown black and white.
    zoom : (row, col, size), optional
        A square, in pixels of the widest image, drawn on each image and magnified below it.
    colors : int, optional
        Largest number of colours of the whole picture, from 2 to 256: texture in colour then takes
        a third of the bytes in the notebook. By default every colour is stored as it is.

    Returns
    -------
    Picture
        Displays itself as the last expression of a cell.

    Raises
    ------
    ValueError
        If an image has an unsupported shape, the zoomed square leaves an image, or `colors` is out
        of range.
    """
    vmin, vmax = validate.number(vmin, "vmin"), validate.number(vmax, "vmax")
    check_range(vmin, vmax)
    pairs = [(t, array(x, t or "image", vmax)) for t, x in named(images, titles)]
    if zoom is not None and (not isinstance(zoom, (list, tuple)) or len(zoom) != 3):
        raise ValueError(f"zoom = {zoom!r} must be (row, col, size)")
    zoom = zoom and tuple(validate.number(z, "zoom") for z in zoom)
    below = _subtitles(pairs, subtitles)
    shown = [(t, _rgb(x, vmin, vmax)) for t, x in pairs]
    picture = _grid(shown, below, cols, scale, zoom, {})
    picture.loss = EXACT if any(x.ndim == 3 for _, x in pairs) else GREY
    picture.colors = 0 if colors is None else palette_size(colors)
    return picture


def signed(
    images: Any,
    titles: Sequence[str] | None = None,
    *,
    limit: float | None = None,
    subtitles: Sequence[str] | Mapping[str, str] | None = None,
    cols: int | None = None,
    scale: float | None = None,
    label: str = "",
) -> Picture:
    """Show signed images (residuals, gradients, kernels): white is zero, red above, blue below.

    Parameters
    ----------
    images, titles, subtitles, cols, scale
        As in `images`, one channel each.
    limit : float, optional
        Values ±limit get the darkest colours; by default the largest modulus in all images.
    label : str
        Label of the colour bar, with its unit.

    Returns
    -------
    Picture
        All images share one symmetric colour bar.
    """
    pairs = _single_channel(images, titles)
    readable(label, "label")
    if limit is None:
        limit = max(float(np.abs(x[np.isfinite(x)]).max()) for _, x in pairs) or 1.0
    limit = validate.positive(limit, "limit")
    colours = {"cmap": _few("RdBu_r", 65), "vmin": -limit, "vmax": limit}
    return _grid(pairs, _subtitles(pairs, subtitles), cols, scale, None, colours, bar=label)


def spectrum(
    images: Any,
    titles: Sequence[str] | None = None,
    *,
    subtitles: Sequence[str] | Mapping[str, str] | None = None,
    cols: int | None = None,
    scale: float | None = None,
    decades: float = 6.0,
) -> Picture:
    """Show the modulus of Fourier transforms: log scale, zero frequency in the centre.

    Parameters
    ----------
    images : as in `images`, one channel each
        A real image is transformed first (without normalisation: this transform diagonalises a
        convolution). A complex array is read as a transform with frequency zero first.
    titles, subtitles, cols, scale
        As in `images`.
    decades : float
        Values more than this many powers of ten below the maximum get the darkest colour.

    Returns
    -------
    Picture
        One colour bar, log₁₀ of the modulus, for all images.
    """
    decades = validate.positive(decades, "decades")
    moduli = {}
    for number, (title, x) in enumerate(named(images, titles)):
        x = _transformable(x, title or "image")
        x_hat = x if x.is_complex() else torch.fft.fft2(x.double())
        moduli[number] = title, torch.fft.fftshift(x_hat.abs(), dim=(-2, -1))
    top = max(float(modulus.max()) for _, modulus in moduli.values()) or 1.0
    floor = top * 10.0**-decades
    pairs = [(t, m.clamp_min(floor).log10()) for t, m in moduli.values()]
    pairs = _single_channel(pairs, None)
    colours = {"cmap": _few("cividis", 96), "vmin": min(float(x.min()) for _, x in pairs)}
    colours["vmax"] = max(float(x.max()) for _, x in pairs)
    below = _subtitles(pairs, subtitles)
    return _grid(pairs, below, cols, scale, None, colours, bar="log₁₀ of the modulus")


def _transformable(x: Any, name: str) -> torch.Tensor:
    """Convert an image or a spectrum to a tensor of finite values, on the CPU."""
    try:
        x = torch.as_tensor(x).detach().cpu()
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} is a {type(x).__name__}: use a tensor or an array") from None
    if x.ndim < 2:
        raise ValueError(f"{name} has shape {tuple(x.shape)}: one image is (1,C,H,W) or (H,W)")
    if x.numel() == 0:
        raise ValueError(f"{name} is empty: its shape is {tuple(x.shape)}")
    return validate.finite(x, name)


def _rgb(x: np.ndarray, vmin: float, vmax: float) -> np.ndarray:
    """Convert to bytes for the screen: a colour map would round a second time."""
    x = to_8bit(x, vmin, vmax)
    return x if x.ndim == 3 else np.repeat(x[..., None], 3, axis=-1)


def _single_channel(images: Any, titles: Sequence[str] | None) -> list[tuple[str, np.ndarray]]:
    pairs = [(title, array(x, title or "image")) for title, x in named(images, titles)]
    for title, x in pairs:
        if x.ndim == 3:
            raise ValueError(f"{title or 'image'} has 3 channels: choose one, u[:, :1]")
    return pairs


def _subtitles(
    pairs: list[tuple[str, np.ndarray]], given: Sequence[str] | Mapping[str, str] | None
) -> list[str]:
    if given is None:
        return [""] * len(pairs)
    if isinstance(given, Mapping):
        unknown = set(given) - {title for title, _ in pairs}
        if unknown:
            raise ValueError(f"subtitles has {sorted(unknown)}, which are not titles")
        return [str(given.get(title, "")) for title, _ in pairs]
    if isinstance(given, str) or len(given) != len(pairs):
        raise ValueError(f"subtitles has {len(given)} entries for {len(pairs)} images")
    return [readable(str(text), f"subtitles[{i}]") for i, text in enumerate(given)]


def _grid(
    pairs: list[tuple[str, np.ndarray]],
    below: list[str],
    cols: int | None,
    scale: float | None,
    zoom: tuple[int, int, int] | None,
    colours: dict[str, Any],
    bar: str | None = None,
) -> Picture:
    margin = 0 if bar is None else BAR
    grid = plan([x.shape[:2] for _, x in pairs], cols, scale, margin)
    heads = [heading(t, s, grid.wide) for (t, _), s in zip(pairs, below, strict=True)]
    lines = max(len(title) + len(subtitle) for title, subtitle in heads)
    head = lines * LINE + 4 if lines else 0
    step = head + grid.tall + (GAP // 2 + grid.wide if zoom else 0) + GAP
    tall = min(grid.tall, 320)
    bar = bar and fold(bar, tall)
    width = grid.cols * (grid.wide + GAP) - GAP + margin + (18 * bar.count("\n") if bar else 0)
    board = Board(width, grid.rows * step - GAP, f"{len(pairs)} images" if pairs[1:] else "image")
    widest = max(x.shape[1] for _, x in pairs)
    for number, (_, x) in enumerate(pairs):
        left = number % grid.cols * (grid.wide + GAP)
        top = number // grid.cols * step
        _write(board, heads[number], left, top + head)
        own = max(1, round(grid.wide * x.shape[0] / x.shape[1]))
        axes = board.box(left, top + head, grid.wide, own)
        drawn = put(axes, x, grid.wide, **colours)
        if zoom:
            inset = board.box(left, top + head + own + GAP // 2, grid.wide, grid.wide)
            put(inset, x, grid.wide, **colours)
            mark(axes, inset, x, zoom, x.shape[1] / widest)
    if bar is not None:
        left = grid.cols * (grid.wide + GAP) - GAP + 12
        _colour_bar(board, drawn, bar, left, head, tall)
    return board.picture


def _write(board: Board, lines: tuple[list[str], list[str]], left: int, bottom: int) -> None:
    """Write title and subtitle directly above their image, even next to a longer title."""
    title, subtitle = lines
    first = bottom - 4 - (len(title) + len(subtitle)) * LINE
    board.text(left, first, "\n".join(title), 11)
    board.text(left, first + len(title) * LINE, "\n".join(subtitle), 10, "#444444")


def _few(name: str, count: int) -> Colormap:
    """Return a colour map with few colours: the picture becomes a small palette PNG."""
    return mpl.colormaps[name].resampled(count)


def _colour_bar(board: Board, drawn: Any, label: str, left: int, top: int, tall: int) -> None:
    # shorter than the image by half the height of a number at both ends
    axes = board.box(left, top + 8, 14, max(1, tall - 16))
    axes.set_axis_on()
    with look():
        board.picture.colorbar(drawn, cax=axes, label=label, ticks=MaxNLocator(5))
    axes.grid(False)
