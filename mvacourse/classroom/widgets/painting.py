"""A grid of buttons for painting a label map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ipywidgets
import traitlets

from mvacourse import validate

_COLOURS = ("#D55E00", "#009E73", "#56B4E9", "#F0E442", "#CC79A7", "#999999")
"""Okabe and Ito's colours, which colour-blind readers can distinguish. In print, numbers help."""
_CELL = "38px"

Value = tuple[tuple[int, ...], ...]


class LabelMap(ipywidgets.VBox):
    """Control for painting a label map cell by cell; made by :func:`label_map`.

    Attributes
    ----------
    value : tuple of tuple of int
        The label of each cell, row by row. Code may set it.
    brush : ipywidgets.ToggleButtons
        The class of the next painted cell; its `value` is the label.
    cells : list of list of ipywidgets.Button
        The buttons to click; Tab moves to the next one and the space bar paints it.
    """

    value = traitlets.Tuple()
    beside = True
    """The grid is tall: :func:`explore` puts the picture beside it if there is room."""

    def __init__(self, classes: Sequence[str], value: Value, label: str = "brush") -> None:
        self.classes = tuple(classes)
        options = [(f"{i} {name}", i) for i, name in enumerate(self.classes)]
        self.brush = ipywidgets.ToggleButtons(options=options, description=label)
        self.brush.style.button_width = "initial"
        everywhere = ipywidgets.Button(description="fill all", layout={"width": "initial"})
        everywhere.on_click(lambda _: self.fill())
        size = {"width": _CELL, "height": _CELL, "margin": "0", "padding": "0"}
        rows, columns = len(value), len(value[0])
        self.cells = [[ipywidgets.Button(layout=size) for _ in range(columns)] for _ in range(rows)]
        for i, row in enumerate(self.cells):
            for j, cell in enumerate(row):
                cell.on_click(partial(self._clicked, i, j))
        grid = ipywidgets.VBox([ipywidgets.HBox(row) for row in self.cells])
        super().__init__([ipywidgets.HBox([self.brush, everywhere]), grid])
        self.description = label
        self.observe(lambda change: self._colour(), names="value")
        self.value = value

    @traitlets.validate("value")
    def _valid(self, proposal: dict) -> Value:
        value = tuple(tuple(int(label) for label in row) for row in proposal["value"])
        shape = (len(self.cells), len(self.cells[0]))
        if len(value) != shape[0] or any(len(row) != shape[1] for row in value):
            raise ValueError(f"value must have {shape[0]} rows of {shape[1]} labels")
        if not all(0 <= label < len(self.classes) for row in value for label in row):
            raise ValueError(f"value has labels outside 0 … {len(self.classes) - 1}")
        return value

    def paint(self, row: int, column: int, label: int | None = None) -> None:
        """Set the label of one cell, by default that of the brush."""
        label = self.brush.value if label is None else self._known(label)
        rows = [list(r) for r in self.value]
        for index, size, name in ((row, len(rows), "row"), (column, len(rows[0]), "column")):
            if validate.count(index, name, at_least=0) >= size:
                raise ValueError(f"{name} = {index} must be from 0 to {size - 1}")
        rows[row][column] = label
        self.value = tuple(map(tuple, rows))

    def fill(self, label: int | None = None) -> None:
        """Set the label of all cells, by default that of the brush."""
        label = self.brush.value if label is None else self._known(label)
        self.value = tuple((label,) * len(row) for row in self.cells)

    def _known(self, label: int) -> int:
        if validate.count(label, "label", at_least=0) >= len(self.classes):
            raise ValueError(f"label = {label} must be from 0 to {len(self.classes) - 1}")
        return int(label)

    def _clicked(self, row: int, column: int, _: ipywidgets.Button) -> None:
        self.paint(row, column)

    def _colour(self) -> None:
        for i, (cells, labels) in enumerate(zip(self.cells, self.value)):
            for j, (cell, label) in enumerate(zip(cells, labels)):
                name = self.classes[label]
                if cell.tooltip != (said := f"row {i + 1}, column {j + 1}: {name}"):
                    cell.tooltip, cell.description = said, str(label)
                    cell.style.button_color = _COLOURS[label]


def label_map(
    classes: Sequence[str],
    value: Sequence[Sequence[int]] | None = None,
    *,
    size: int | Sequence[int] = 8,
    label: str = "brush",
) -> LabelMap:
    """Make a grid of cells to paint: choose a class, click on cells, and the picture changes.

    >>> widgets.explore(render, labels=widgets.label_map(("brick", "grass", "gravel")))

    Parameters
    ----------
    classes : sequence of str
        Names of the labels 0, 1, …, at most six.
    value : rows of int, optional
        Initial map; by default class 0 everywhere.
    size : int or (int, int), default 8
        Rows and columns, if `value` is not given.
    label : str
        Shown beside the classes.

    Raises
    ------
    ValueError
        If there are no classes or more than six, or `value` is not a map of their labels.
    """
    named = isinstance(classes, (list, tuple)) and all(isinstance(c, str) and c for c in classes)
    if not named or not 1 <= len(classes) <= len(_COLOURS):
        raise ValueError(f"classes = {classes!r}: give from 1 to {len(_COLOURS)} names")
    rows, columns = validate.image_size(size)
    if value is None:
        value = [[0] * columns for _ in range(rows)]
    return LabelMap(classes, _rows(value, len(classes)), label)


def _rows(value: Sequence[Sequence[int]], classes: int) -> Value:
    """Check rows of labels, and return them as a tuple."""
    try:
        rows = tuple(
            tuple(validate.count(label, "value", at_least=0) for label in row) for row in value
        )
    except (TypeError, ValueError) as error:
        raise type(error)(f"value must hold rows of labels: {error}") from None
    if not rows or not rows[0]:
        raise ValueError("value is empty: pass rows of labels")
    if len({len(row) for row in rows}) > 1:
        raise ValueError("value must hold rows of labels that are equally long")
    if max(map(max, rows)) >= classes:
        raise ValueError(f"value has labels outside 0 … {classes - 1}")
    return rows
