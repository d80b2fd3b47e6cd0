"""Labelled curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from mvacourse import validate
from mvacourse.classroom.show.picture import Picture
from mvacourse.classroom.show.style import LINES, MARKERS, PALETTE, fold, look, readable


def curves(
    curves: Mapping[str, Any],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    logx: bool = False,
    logy: bool = False,
    markers: bool | None = None,
    levels: Mapping[str, float] | None = None,
    width: int = 640,
    height: int = 360,
) -> Picture:
    """Draw labelled curves that can be distinguished without colour.

    Parameters
    ----------
    curves : dict {label: y or (x, y)}
        Values as tensor, array or list; the default x is 0, 1, 2, … An empty dict gives empty axes
        to draw on.
    xlabel, ylabel : str
        Labels of the axes, with the unit: "PSNR (dB)".
    title : str
        Title above the axes.
    logx, logy : bool
        Logarithmic axes.
    markers : bool, optional
        Mark the points; by default, if a curve has at most 30.
    levels : dict {label: value}, optional
        Thin horizontal lines, for example a bound or the PSNR of the data.
    width, height : int
        Size in pixels.

    Returns
    -------
    Picture
        Use ``fig.axes[0]`` to add to it.

    Raises
    ------
    TypeError, ValueError
        If `curves` or `levels` is not a dict of numbers, or x and y differ in length.
    """
    if not isinstance(curves, Mapping):
        raise TypeError(f"curves is a {type(curves).__name__}: write a dict {{label: y or (x, y)}}")
    points = {label: _points(label, given) for label, given in curves.items()}
    levels = _levels(levels)
    for text, name in ((xlabel, "xlabel"), (ylabel, "ylabel"), (title, "title")):
        readable(text, name)
    for label in (*points, *levels):
        readable(str(label), "a label of curves or levels")
    for size, name, least in ((width, "width", 150), (height, "height", 120)):
        validate.count(size, name, at_least=least)
    with look():
        fig = Picture(width, height, f"{len(curves)} curves, {ylabel} against {xlabel}")
        over = 36 if title else 12
        ylabel = fold(ylabel, height - 52 - over)
        left = 72 + 18 * ylabel.count("\n")
        axes = fig.add_axes(
            (left / width, 52 / height, 1 - (left + 14) / width, 1 - (52 + over) / height)
        )
        for number, (label, (x, y)) in enumerate(points.items()):
            dots = len(x) <= 30 if markers is None else markers
            axes.plot(
                x,
                y,
                label=label,
                color=PALETTE[number % len(PALETTE)],
                linestyle=LINES[number % len(LINES)],
                marker=MARKERS[number % len(MARKERS)] if dots else "",
            )
        for number, (label, value) in enumerate(levels.items()):
            line = LINES[(number + 3) % len(LINES)]
            axes.axhline(value, color="#666666", linewidth=1.2, linestyle=line, label=label)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if logx:
            axes.set_xscale("log")
        if logy:
            axes.set_yscale("log")
        if len(points) + len(levels) > 1:
            axes.legend(loc="best")
    return fig


def _levels(levels: Mapping[str, float] | None) -> dict[str, float]:
    if levels is not None and not isinstance(levels, Mapping):
        raise TypeError(f"levels is a {type(levels).__name__}: write a dict {{label: value}}")
    return {label: validate.number(v, f"levels[{label!r}]") for label, v in (levels or {}).items()}


def _points(label: str, points: Any) -> tuple[np.ndarray, np.ndarray]:
    try:
        pair = isinstance(points, tuple) and len(points) == 2 and np.ndim(_plain(points[0])) > 0
        x, y = points if pair else (None, points)
        y = np.atleast_1d(_plain(y))
        x = np.arange(len(y)) if x is None else np.atleast_1d(_plain(x))
    except (TypeError, ValueError) as error:
        raise TypeError(f"curves[{label!r}] does not hold numbers: {error}") from None
    if not {x.dtype.kind, y.dtype.kind} <= set("fiub") or len(y) == 0:
        raise TypeError(f"curves[{label!r}] does not hold real numbers, or none at all")
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"curves[{label!r}]: x has shape {x.shape} and y has shape {y.shape}")
    return x, y


def _plain(x: Any) -> np.ndarray:
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu()
        x = x.float() if x.dtype == torch.bfloat16 else x
        return x.resolve_conj().resolve_neg().numpy()
    return np.asarray(x.tolist() if hasattr(x, "tolist") else [float(v) for v in x])
