"""Controls that redraw a picture as they move.

A picture is an `ipywidgets.Image` filled with encoded bytes whenever a control changes, three times
faster than redrawing a cell's output. Only core widgets are used, so that ipywidgets 7.7 (Colab)
and 8 both work. A browser sends the next value of a moving control only when the last one has been
drawn, and then only the newest, so that a held key never queues up work.
"""

from mvacourse.classroom.widgets.controls import choice, integer, lin, log
from mvacourse.classroom.widgets.explorer import Explorer, Static, explore, static
from mvacourse.classroom.widgets.painting import LabelMap, label_map

__all__ = [
    "Explorer",
    "LabelMap",
    "Static",
    "choice",
    "explore",
    "integer",
    "label_map",
    "lin",
    "log",
    "static",
]
