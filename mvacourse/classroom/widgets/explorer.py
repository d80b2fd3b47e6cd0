"""A picture that is redrawn when a control moves, and its static version."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets
from IPython.display import Image, display

from mvacourse.classroom.show.encode import encode
from mvacourse.classroom.show.picture import Picture
from mvacourse.classroom.terminal import say
from mvacourse.classroom.widgets.controls import align

_STORED = 256
"""Colours of a picture that is stored in the notebook."""


class Explorer(ipywidgets.VBox):
    """Controls, a picture and a caption; made by `explore`.

    Attributes
    ----------
    controls : dict {name: widget}
        The controls; code may set their `value`.
    picture : ipywidgets.Image
        The last PNG bytes.
    caption : ipywidgets.HTML
        The caption from `render`, or the error it raised.
    """

    def __init__(self, render: Callable[..., Any], controls: dict[str, Any]) -> None:
        self.render, self.controls = render, controls
        self.picture = ipywidgets.Image(format="png", layout={"align_self": "flex-start"})
        self.caption = ipywidgets.HTML()
        self._drawn: dict[str, Any] | None = None
        self._busy = False
        for name, control in controls.items():
            if not hasattr(control, "value"):
                raise TypeError(
                    f"{name} is a {type(control).__name__}: pass a control, such as "
                    "widgets.lin(…), widgets.log(…) or widgets.choice(…)"
                )
            if not control.description:
                control.description = name
        align(controls.values())
        # The first picture is drawn before display: then an error in `render` fails the cell.
        self._draw(self.values)
        for control in controls.values():
            control.observe(self._changed, names="value")
        if any(getattr(control, "beside", False) for control in controls.values()):
            parts = [
                ipywidgets.VBox([*controls.values()]),
                ipywidgets.VBox([self.picture, self.caption]),
            ]
            super().__init__([ipywidgets.HBox(parts, layout={"flex_flow": "row wrap"})])
        else:
            super().__init__([*controls.values(), self.picture, self.caption])

    def __repr__(self) -> str:
        return f"<Explorer of {', '.join(self.controls)}>"

    @property
    def values(self) -> dict[str, Any]:
        """Current value of each control."""
        return {name: control.value for name, control in self.controls.items()}

    def frame(self, **values: Any) -> Any:
        """Draw a static picture for the given values; other controls keep their current ones."""
        unknown = set(values) - set(self.controls)
        if unknown:
            raise TypeError(f"no control is called {sorted(unknown)}: use {list(self.controls)}")
        return static(self.render, **{**self.values, **values})

    def _changed(self, _change: Any) -> None:
        if self._busy:  # `render` moved a control: the loop below sees the new value
            return
        self._busy = True
        try:
            while self.values != self._drawn:
                self._draw_or_say(self.values)
        finally:
            self._busy = False

    def _draw_or_say(self, values: dict[str, Any]) -> None:
        self._drawn = values
        try:
            self._draw(values)
        except Exception as error:
            # most front ends do not show a callback's traceback, so show the error here
            said = html.escape(f"{type(error).__name__}: {error}")
            self.caption.value = f'<div role="alert" style="color:#b00020"><b>{said}</b></div>'

    def _draw(self, values: dict[str, Any]) -> None:
        drawn, caption = _split(self.render(**values))
        self._drawn = values
        self.picture.value = encode(drawn)
        self.caption.value = f'<div role="status" aria-live="polite">{html.escape(caption)}</div>'


def explore(render: Callable[..., Any], **controls: Any) -> Explorer:
    """Redraw `render(**values)` whenever a control moves.

    Parameters
    ----------
    render : callable
        Called with one value per control, by name. It returns an input of `show.encode`: an image,
        a list of (title, image), or a figure; or a pair of this and a caption.
    **controls : widget
        Widgets from `lin`, `log`, `integer`, `choice`, or any widget with a `value`.

    Returns
    -------
    Explorer
        A box that displays itself as the last expression of a cell.

    Notes
    -----
    GitHub, print and sites without widgets do not show it. Put `static(render, …)`, the same
    function at fixed values, in the cell before.
    """
    if not controls:
        raise TypeError("explore needs at least one control, such as lam=widgets.log(1e-3, 10)")
    _check(render, controls)
    return Explorer(render, controls)


@dataclass(frozen=True)
class Static:
    """A picture and its caption, made by `static`; it displays itself at the end of a cell.

    Attributes
    ----------
    picture : IPython.display.Image or Picture
        Encoded bytes, or the figure that `render` returned.
    caption : str
        The caption from `render`; may be empty.
    """

    picture: Image | Picture
    caption: str

    def _ipython_display_(self) -> None:
        display(self.picture)
        if self.caption:
            say(self.caption)


def static(render: Callable[..., Any], **values: Any) -> Static:
    """Draw `render(**values)` once, as a picture and caption that stay in the notebook.

    Images are stored in at most 256 colours, chosen for the picture; those that a slider shows have
    all of theirs.
    """
    _check(render, values)
    drawn, caption = _split(render(**values))
    if not isinstance(drawn, Picture):
        drawn = Image(data=encode(drawn, small=True, colors=_STORED), format="png")
    return Static(drawn, caption)


def _check(render: Callable[..., Any], values: dict[str, Any]) -> None:
    """Check that `render` can be called with these values, by name."""
    if not callable(render) or isinstance(render, type):
        raise TypeError(f"render is a {type(render).__name__}: pass the function that draws")
    try:
        inspect.signature(render).bind(**values)
    except TypeError as error:
        raise TypeError(f"render cannot be called with {', '.join(values)}: {error}") from None


def _split(result: Any) -> tuple[Any, str]:
    """Split the result of `render`: a picture, or a picture and its caption."""
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], str):
        return result
    if result is None or isinstance(result, (str, bytes, int, float)):
        raise TypeError(
            f"render returned {result!r:.30}: return an image, a list of (title, image) or a figure"
        )
    return result, ""
