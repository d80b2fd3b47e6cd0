"""classroom: show, widgets, exercises; claim and start, which are also at the top."""

from __future__ import annotations

from typing import Any

import torch

from mvacourse.classroom import widgets
from mvacourse.classroom.claim import ClaimError
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from net.entry import Entry, rand

PICTURE = {"images": "picture", "x": "picture", "scale": "positive", "zoom": "triple"}


TITLES = {"images": "a|1|image", "x": "a|1|image"}  # an image is named by its title


def grid(**more: Any):
    return lambda: {
        "images": rand(2, 1, 8, 6),
        "titles": ["a", "b"],
        "cols": 2,
        "scale": 2.0,
        **more,
    }


def render(n: float = 1.0) -> torch.Tensor:
    return n * rand(1, 1, 8, 6)


def explorer() -> widgets.Explorer:
    return widgets.explore(render, n=widgets.lin(0, 1))


def label_map() -> widgets.LabelMap:
    return widgets.label_map(("brick", "grass"), size=(2, 3))


SHOW = {
    "Picture": Entry(lambda: {"width": 100, "height": 50, "what": "drawing"}),
    "Picture.png": Entry(on=lambda: __import__("mvacourse.classroom.show").classroom.show.curves(
        {"a": [1.0, 2.0]}, xlabel="x", ylabel="y")),
    "curves": Entry(
        lambda: {"curves": {"a": [1.0, 2.0]}, "xlabel": "x", "ylabel": "y", "levels": {"b": 1.0},
                 "markers": True, "width": 200, "height": 150},
        kinds={"curves": "curves", "levels": "levels", "width": "pixels", "height": "pixels"},
    ),
    "encode": Entry(
        lambda: {"x": rand(1, 1, 8, 6)}, kinds={**PICTURE, "width": "pixels"}, also=TITLES
    ),
    "images": Entry(grid(zoom=(1, 1, 3)), kinds=PICTURE, also=TITLES),
    "signed": Entry(
        grid(limit=1.0), kinds={**PICTURE, "images": "field", "limit": "positive"}, also=TITLES
    ),
    "spectrum": Entry(
        grid(), kinds={**PICTURE, "images": "field", "decades": "positive"}, also=TITLES
    ),
    "style": Entry(),
}  # fmt: skip
WIDGETS = {
    "Explorer.frame": Entry(on=explorer),
    "LabelMap.paint": Entry(
        lambda: {"row": 0, "column": 1, "label": 1}, label_map,
        kinds={"row": "index", "column": "index", "label": "index"},
    ),
    "LabelMap.fill": Entry(lambda: {"label": 1}, label_map, kinds={"label": "index"}),
    "choice": Entry(lambda: {"options": ["a", "b"]}, kinds={"options": "options"}),
    "explore": Entry(
        lambda: {"render": render, "n": widgets.lin(0, 1)},
        kinds={"render": "renderer", "n": "control"},
        also={"render": "image"},
    ),
    "integer": Entry(
        lambda: {"start": 0, "stop": 5, "value": 2},
        kinds={name: "whole" for name in ("start", "stop", "value")},
    ),
    "label_map": Entry(
        lambda: {"classes": ("brick", "grass"), "value": [[0, 1], [1, 0]], "size": (2, 2)},
        kinds={"classes": "names", "value": "rows"},
        also={"classes": "value"},
    ),
    "lin": Entry(lambda: {"start": 0.0, "stop": 1.0, "step": 0.1, "value": 0.5},
                 kinds={"step": "positive"}),
    "log": Entry(lambda: {"start": 0.1, "stop": 1.0, "value": 0.5}),
    "predict": Entry(
        lambda: {"question": "What?", "answers": {"a": "1", "b": "2"}, "right": "a"},
        kinds={"question": "word", "answers": "word", "right": "word"},
    ),
    "Prediction.reveal": Entry(on=lambda: widgets.predict("What?", {"a": "1", "b": "2"}, "a")),
    "static": Entry(
        lambda: {"render": render, "n": 0.5},
        kinds={"render": "renderer", "n": "word"},
        also={"render": "image"},
    ),
    "wipe": Entry(
        lambda: {"before": rand(1, 1, 8, 6), "after": rand(1, 1, 8, 6), "titles": ("a", "b"),
                 "value": 0.5, "zoom": 2},
        kinds={"before": "picture", "after": "picture", "titles": "names"},
        also={"before": "after", "after": "before"},
    ),
}  # fmt: skip
EXERCISES = {
    "Exercise.cases": Entry(
        lambda: {"seed": 0},
        on=lambda: Exercise("one", lambda x: x, inputs=lambda g: [(randn(g, 3),)]),
    ),
    "all_exercises": Entry(),
    "check": Entry(
        lambda: {"name": "largest_step", "answer": lambda L: 2 / L},
        errors=(KeyError,),
        kinds={"answer": "word"},
    ),
    "use": Entry(
        lambda: {"name": "largest_step", "answer": lambda L: 2 / L},
        errors=(KeyError,),
        kinds={"answer": "word"},
    ),
    "case": Entry(lambda: {"name": "largest_step"}, errors=(KeyError,)),
}
TOP = {
    "claim": Entry(
        lambda: {"statement": "it holds", "value": 1.0, "at_least": 0.5, "at_most": 1.5,
                 "above": 0.5, "below": 1.5, "equals": 1.0, "within": 0.1},
        kinds={"value": "claimed", "within": "non_negative"},
        errors=(ClaimError,),
    ),
    "start": Entry(lambda: {"seed": 0, "threads": 1, "device": "cpu", "budget": "fast"}),
    "Course.pick": Entry(
        lambda: {"fast": 1, "full": 2},
        lambda: __import__("mvacourse").start(threads=1),
        kinds={"fast": "word", "full": "word"},
    ),
}  # fmt: skip
ENTRIES = {
    f"{room}.{name}": entry
    for room, some in (
        ("show", SHOW),
        ("widgets", WIDGETS),
        ("exercises", EXERCISES),
        ("classroom", TOP),
    )
    for name, entry in some.items()
}
