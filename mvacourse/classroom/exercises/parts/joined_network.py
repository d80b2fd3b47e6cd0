"""A build of notebook 10: a U-Net that puts the maps of the way down beside the new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, randn
from mvacourse.classroom.exercises.checking.training_step import drawn

Layers = list[Callable[[Tensor], Tensor]]


def _parts_of_networks(g: torch.Generator) -> list[tuple[Any, ...]]:
    """Draw (x, down, up, last) of two and three scales."""
    found = []
    for size, widths in (((2, 3, 8, 12), (2, 5)), ((1, 1, 16, 8), (2, 3, 4))):
        ins = size[1]
        down = [drawn(nn.Conv2d(c, w, 4, 2, 1), g) for c, w in zip((ins, *widths[:-1]), widths)]
        up = [
            drawn(nn.ConvTranspose2d(w if i == 0 else 2 * w, c, 4, 2, 1), g)
            for i, (w, c) in enumerate(zip(widths[:0:-1], widths[-2::-1]))
        ]
        end = drawn(nn.ConvTranspose2d(2 * widths[0], ins, 4, 2, 1), g)
        last = lambda y, x, end=end: torch.tanh(end(torch.relu(y))) + x / 2  # noqa: E731
        found.append((randn(g, *size), down, up, last))
    return found


def _u_net(x: Tensor, down: Layers, up: Layers, last: Function) -> Tensor:
    kept, y = [], x
    for layer in down:
        y = layer(y)
        kept.append(y)
    y = kept.pop()
    for layer in up:
        y = torch.cat([layer(y), kept.pop()], dim=1)
    return last(y, x)


def _wrong_net(join: Function, end: Function = lambda y, x: x) -> Function:
    """Join the maps of the way up and down in a wrong way, or give `last` something else than x."""

    def net(x: Tensor, down: Layers, up: Layers, last: Function) -> Tensor:
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer in up:
            y = torch.cat(join(layer(y), kept.pop()), dim=1)
        return last(y, end(y, x))

    return net


def _join(new: Tensor, kept: Tensor) -> Tensor:
    return torch.cat([new, kept], dim=1)


def _astray(kind: str) -> Function:
    """Call the layers in a wrong order, or keep the wrong maps."""

    def net(x: Tensor, down: Layers, up: Layers, last: Function) -> Tensor:
        kept, y = [], x
        for layer in down:
            y = layer(x if kind == "x again" else y)
            kept.append(y)
        y = y if kind == "not taken" else kept.pop()
        place = 0 if kind == "forwards" else -1
        for layer in up[::-1] if kind == "up backwards" else up:
            if kind == "join first":
                y = layer(_join(y, kept.pop()))
                continue
            new, old = layer(y), kept.pop(place)
            joined = torch.cat([new, old]) if kind == "below" else _join(new, old)
            y = new + old if kind == "sum" else joined
        if kind == "turned":
            return last(x, y)
        return y if kind == "no last" else last(y, x)

    return net


U_NET = Exercise(
    name="u_net",
    kind="build",
    reference=_u_net,
    inputs=_parts_of_networks,
    mistakes={
        "you joined the maps of the way down first: those of the way up come first": _wrong_net(
            lambda y, skip: [skip, y]
        ),
        "your skips are empty: join the maps of the way down": _wrong_net(
            lambda y, skip: [y, 0 * skip]
        ),
        "you joined the maps of the way up with themselves": _wrong_net(lambda y, skip: [y, y]),
        "you joined the maps of the way down with themselves": _wrong_net(
            lambda y, skip: [skip, skip]
        ),
        "you added the skip to the maps as well": _wrong_net(lambda y, skip: [y + skip, skip]),
        "you took x out of the last layer: last(y, x)": _wrong_net(
            lambda y, skip: [y, skip], lambda y, x: 0 * x
        ),
        **{
            words: _astray(kind)
            for kind, words in {
                "sum": "the kept maps are not beside the new ones: torch.cat joins, a sum does not",
                "join first": "you joined before the layer of `up`: it comes first, then the join",
                "up backwards": "you went through `up` from its end: its first layer comes first",
                "not taken": "the smallest maps are still in your list: they are joined with "
                "nothing",
                "x again": "each layer of `down` gets x: give it the result of the one before",
                "forwards": "you took the kept maps from the first to the last: the last one "
                "comes first",
                "below": "you joined along the images: channels are dimension 1",
                "turned": "you exchanged the arguments of `last`: last(maps, x)",
                "no last": "you left out `last`, which makes the image",
            }.items()
        },
    },
    direction="what came last on the way down is needed first on the way up: which list does that?",
    hint="kept.append(y) after each layer of down; kept.pop() gives the last one back",
)
