"""Controls that redraw a picture when they move.

The picture is an `ipywidgets.Image`. Each change of a control fills it with encoded bytes; this is
three times faster than redrawing a cell's output. Only core widgets are used: ipywidgets 7.7
(Colab) and 8 both work. A browser sends the next value of a moving control only after the last one
is drawn, and then only the newest. So a held key does not queue up work.
"""

from mvacourse.classroom.widgets.controls import choice, integer, lin, log
from mvacourse.classroom.widgets.explorer import Explorer, Static, explore, static
from mvacourse.classroom.widgets.painting import LabelMap, label_map
from mvacourse.classroom.widgets.prediction import Prediction, predict
from mvacourse.classroom.widgets.wiping import wipe

__all__ = [
    "Explorer",
    "LabelMap",
    "Prediction",
    "Static",
    "choice",
    "explore",
    "integer",
    "label_map",
    "lin",
    "log",
    "predict",
    "static",
    "wipe",
]
