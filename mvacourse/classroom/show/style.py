"""The style of the course's figures: size, fonts, colours, line styles."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from matplotlib.cbook import is_math_text
from matplotlib.mathtext import MathTextParser

DPI = 100
WIDTH = 900
"""Width of a notebook's output area in pixels; no figure is wider."""

# Okabe and Ito's palette, which colour-blind readers can distinguish. In this order, neighbours
# also differ in grey. Line style and marker differ too: colour is never the only cue.
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
    "axes.prop_cycle": mpl.cycler(color=PALETTE) + mpl.cycler(linestyle=LINES),
}


def style() -> None:
    """Apply the course's style to plain matplotlib figures.

    The functions of `show` use this style already. Call this once, in the set-up cell, only if a
    notebook also draws with pyplot.
    """
    mpl.rcParams.update(RC)


def look() -> AbstractContextManager[None]:
    """Apply the style to one figure, without changing the reader's own settings."""
    return mpl.rc_context(RC)


def readable(text: Any, name: str) -> str:
    """Check that `text` is a str that can be drawn, and return it.

    Raises
    ------
    TypeError, ValueError
        If it is not, or is no valid formula between dollar signs.
    """
    if not isinstance(text, str):
        raise TypeError(f"{name} is a {type(text).__name__}: write a str, for instance ''")
    if is_math_text(text):
        try:
            MathTextParser("agg").parse(text)
        except ValueError:
            raise ValueError(
                f"{name} is {text!r}, which is not a valid formula: correct what is between the "
                r"dollar signs, or write \$ for a dollar sign"
            ) from None
    return text


def fold(text: str, room: float) -> str:
    """Break a label in 10 points into lines that fit `room` pixels."""
    # mathematics must not be broken, and is narrower than its source text
    return text if "$" in text else textwrap.fill(text, max(8, int(room / 7.6)))
