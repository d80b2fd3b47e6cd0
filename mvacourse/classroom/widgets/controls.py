"""Sliders and lists with a label and a displayed value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ipywidgets

from mvacourse import validate

_LABEL = {"description_width": "initial"}
_WIDE = {"width": "min(100%, 540px)"}
_LETTER_EM = 0.6
"""Width of a letter of a label, somewhat more than the mean; a label that is too wide is cut."""


def lin(
    start: float,
    stop: float,
    step: float | None = None,
    value: float | None = None,
    label: str = "",
) -> ipywidgets.FloatSlider:
    """Make a slider with equal steps: `sigma=lin(0, 0.2, 0.01, value=0.1, label="σ")`.

    Parameters
    ----------
    start, stop : float
        Ends of the scale.
    step : float, optional
        Change per press of an arrow key; by default 1/50 of the scale.
    value : float, optional
        Initial value; by default the middle.
    label : str
        Label of the slider; by default the name of the argument of `render`.
    """
    start, stop = _increasing(start, stop)
    step = (stop - start) / 50 if step is None else validate.positive(step, "step")
    value = (start + stop) / 2 if value is None else _inside(value, start, stop)
    slider = ipywidgets.FloatSlider(min=start, max=stop, step=step, value=value)
    slider.readout_format = f".{_decimals(start, step)}f"
    return _labelled(slider, label)


def log(
    start: float, stop: float, value: float | None = None, label: str = "", per_decade: int = 10
) -> ipywidgets.FloatLogSlider:
    """Make a logarithmic slider: `lam=log(1e-3, 10, value=0.1, label="λ")`.

    Parameters
    ----------
    start, stop : float
        Ends of the scale, positive.
    value : float, optional
        Initial value; by default the geometric mean.
    label : str
        Label of the slider.
    per_decade : int
        Number of presses of an arrow key from 1 to 10.
    """
    start, stop = _increasing(start, stop)
    if start <= 0:
        raise ValueError(f"start is {start:g}: a logarithmic scale must be positive")
    per_decade = validate.count(per_decade, "per_decade")
    value = math.sqrt(start * stop) if value is None else _inside(value, start, stop)
    slider = ipywidgets.FloatLogSlider(
        base=10.0,
        min=math.log10(start),
        max=math.log10(stop),
        step=1.0 / per_decade,
        value=value,
        readout_format=".3g",
    )
    return _labelled(slider, label)


def integer(
    start: int, stop: int, value: int | None = None, label: str = "", step: int = 1
) -> ipywidgets.IntSlider:
    """Make an integer slider: `n_iter=integer(0, 200, value=20, label="iterations")`."""
    for number, name in ((start, "start"), (stop, "stop"), (value, "value")):
        if number is not None:
            validate.count(number, name, at_least=-(2**31))
    step = validate.count(step, "step")
    start, stop = _increasing(start, stop)
    value = start if value is None else _inside(value, start, stop)
    return _labelled(ipywidgets.IntSlider(min=start, max=stop, step=step, value=value), label)


def choice(options: Sequence[Any] | Mapping[str, Any], label: str = "") -> ipywidgets.Dropdown:
    """Make a drop-down list; the first option is selected: `photo=choice(["camera", "coins"])`.

    A dict shows its keys and returns its values.
    """
    if isinstance(options, str) or not isinstance(options, Sequence | Mapping):
        raise TypeError(f"options is a {type(options).__name__}: write a list, or a dict")
    if not options:
        raise ValueError("options is empty: at least one is needed")
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    for pair in pairs:
        value = pair[1] if isinstance(pair, tuple) and len(pair) == 2 else pair
        if hasattr(value, "shape"):  # a list finds its choice by ==, which compares each pixel
            raise TypeError(
                f"options holds a {type(value).__name__}: write names, and look them up in render"
            )
    return _labelled(ipywidgets.Dropdown(options=pairs), label)


def _decimals(start: float, step: float) -> int:
    """Count the decimals that show the values of a scale exactly, or else distinguish them."""
    least = max(0, min(6, math.ceil(-math.log10(step) - 1e-9)))
    for decimals in range(least, min(6, least + 2) + 1):
        shown = [x * 10**decimals for x in (start, step)]
        if all(abs(x - round(x)) < 1e-6 for x in shown):
            return decimals
    return least


def align(controls: Iterable[Any]) -> None:
    """Give controls with a label one width, and labels too: so they begin and end below each other.

    The others, and those whose width is set already, keep it.
    """
    labelled = [c for c in controls if hasattr(getattr(c, "style", None), "description_width")]
    widest = max((len(c.description) for c in labelled), default=0)
    label = "initial" if len(labelled) < 2 else f"{_LETTER_EM * (widest + 1):.1f}em"
    for control in labelled:
        control.style.description_width = label
        control.layout.width = control.layout.width or _WIDE["width"]


def _labelled(control: Any, label: str) -> Any:
    control.description = label
    control.style = _LABEL
    control.layout = _WIDE
    return control


def _increasing(start: float, stop: float) -> tuple[float, float]:
    start, stop = validate.number(start, "start"), validate.number(stop, "stop")
    if not start < stop:
        raise ValueError(f"start is {start:g} and stop is {stop:g}: start must be smaller")
    return start, stop


def _inside(value: float, start: float, stop: float) -> float:
    value = validate.number(value, "value")
    if not start <= value <= stop:
        raise ValueError(f"value is {value:g}: it must lie between {start:g} and {stop:g}")
    return value
