"""The network of notebook 07: down through the scales, and up again with the skips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn

Map = Callable[[Tensor], Tensor]


def _blocks(g: torch.Generator) -> list[tuple[Tensor, list[Map], list[Map], list[Map]]]:
    found = []
    for shape, widths, skips in (
        ((1, 2, 11, 14), (3, 5, 4), (2, 1, 3)),
        ((2, 3, 6, 5), (4,), (2,)),
    ):
        ins, deeper = (shape[1], *widths[:-1]), (*widths[1:], widths[-1])
        down = [_conv(g, c, w, stride=2) for c, w in zip(ins, widths)]
        skip = [_conv(g, c, s) for c, s in zip(ins, skips)]
        mix = [_conv(g, s + d, w) for s, d, w in zip(skips, deeper, widths)]
        found.append((randn(g, *shape), down, skip, mix))
    return found


def _conv(g: torch.Generator, ins: int, outs: int, stride: int = 1) -> Map:
    weight, bias = randn(g, outs, ins, 3, 3) / ins, randn(g, outs)
    return lambda x: conv2d(x, weight, bias, stride=stride, padding=1).tanh()


def _enlarged(x: Tensor, way: Tensor, mode: str = "bilinear") -> Tensor:
    options = {} if mode == "nearest" else {"align_corners": False}
    return interpolate(x, size=way.shape[-2:], mode=mode, **options)


def _hourglass(
    x: Tensor,
    down: Sequence[Map],
    skip: Sequence[Map],
    mix: Sequence[Map],
    *,
    join: Callable[[Tensor, Tensor], Tensor] = lambda way, x: torch.cat((way, x), dim=1),
    up: Callable[[Tensor, Tensor], Tensor] = _enlarged,
) -> Tensor:
    ways = []
    for d, s in zip(down, skip):
        ways.append(s(x))
        x = d(x)
    for way, m in zip(reversed(ways), reversed(mix)):
        x = m(join(way, up(x, way)))
    return x


HOURGLASS = Exercise(
    name="hourglass",
    kind="build",
    reference=_hourglass,
    inputs=_blocks,
    mistakes={
        "you put the deep scale first: the order is [skip, deep]": partial(
            _hourglass, join=lambda way, x: torch.cat((x, way), dim=1)
        ),
        "you enlarged by repeating pixels: use bilinear interpolation": partial(
            _hourglass, up=lambda x, way: _enlarged(x, way, "nearest")
        ),
        "you interpolated with align_corners=True: the grid is then stretched": partial(
            _hourglass,
            up=lambda x, way: interpolate(
                x, size=way.shape[-2:], mode="bilinear", align_corners=True
            ),
        ),
        "you applied a sigmoid at the end: return what mix[0] gives": (
            lambda x, down, skip, mix: _hourglass(x, down, skip, mix).sigmoid()
        ),
        "you interpolated bicubically: use bilinear interpolation": partial(
            _hourglass, up=lambda x, way: _enlarged(x, way, "bicubic")
        ),
        "you gave nothing through the skips": partial(
            _hourglass, join=lambda way, x: torch.cat((torch.zeros_like(way), x), dim=1)
        ),
    },
    direction="go down with a loop, and keep what each skip gives; then come back up, and use "
    "what you kept in the opposite order. A function that calls itself does both at once",
    hint="down: ways.append(skip[i](x)), x = down[i](x); up, i from the last to the first: "
    "x = mix[i](torch.cat((ways[i], F.interpolate(x, size=ways[i].shape[-2:], …)), dim=1))",
)
