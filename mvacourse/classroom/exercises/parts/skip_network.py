"""The network of notebook 07: down through the scales, and up again with the skips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, randn

Map = Callable[[Tensor], Tensor]


def _blocks(g: torch.Generator) -> list[tuple[Tensor, list[Map], list[Map], list[Map]]]:
    found = []
    for shape, widths, skips in (
        ((1, 2, 11, 18), (3, 5, 4), (2, 1, 3)),
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


_SIZES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "doubled": lambda x, way: _doubled(x),
    "cropped": lambda x, way: _doubled(x)[..., : way.shape[-2], : way.shape[-1]],
    "columns": lambda x, way: interpolate(x, size=way.shape[-1], mode="bilinear"),
    "rows": lambda x, way: interpolate(x, size=way.shape[-2], mode="bilinear"),
    "as it is": lambda x, way: x,
}


def _doubled(x: Tensor) -> Tensor:
    return interpolate(x, scale_factor=2, mode="bilinear")


def _astray(kind: str) -> Function:
    """Take a wrong way through the network, or enlarge to a wrong size."""

    def net(x: Tensor, down: Sequence[Map], skip: Sequence[Map], mix: Sequence[Map]) -> Tensor:
        ways, n = [], len(down) - (kind == "early")
        for d, s in zip(down[:n], skip):
            x, before = d(s(x) if kind == "through" else x), x
            ways.append(s(x if kind == "late skip" else before))
        for i in reversed(range(n)):
            way = ways[n - 1 - i if kind in ("first way", "both forward") else i]
            x = _SIZES.get(kind, _enlarged)(x, ways[0] if kind == "largest" else way)
            x = mix[i](x) if kind == "mix alone" else x
            x = way + x if kind == "sum" else torch.cat((way, x), dim=1)
            if i == 0 or kind != "one mix":
                x = mix[n - 1 - i if kind in ("first mix", "both forward") else i](x)
        return x

    return net


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
        **{
            words: _astray(kind)
            for kind, words in {
                "doubled": "you doubled the size: an odd size is not twice its half",
                "cropped": "you doubled the size and cut it: interpolate to the size of the skip",
                "columns": "you gave one size for rows and columns: give both, way.shape[-2:]",
                "rows": "you gave one size for both, that of the rows: give way.shape[-2:]",
                "as it is": "you did not enlarge before you joined: each scale has half the size",
                "largest": "you enlarged to the size of the first skip: each scale has its own",
                "early": "you stopped one scale too early: all of them have a down and a skip",
                "late skip": "you gave the skip what comes out of down: it gets what goes into it",
                "first way": "on the way up, you used the skips from the first to the last",
                "first mix": "on the way up, you used mix from the first to the last",
                "one mix": "you called mix once, at the end: each scale has its own",
                "both forward": "on the way up, you used skips and mix from the first to the last",
                "mix alone": "you gave mix the deeper maps alone: it gets both, joined",
                "through": "you gave down what comes out of the skip: both get the same maps",
                "sum": "you added the skip: torch.cat puts the two side by side",
            }.items()
        },
    },
    direction="go down with a loop, and keep what each skip gives; then come back up, and use "
    "what you kept in the opposite order. A function that calls itself does both at once",
    hint="down: ways.append(skip[i](x)), x = down[i](x); up, i from the last to the first: "
    "x = mix[i](torch.cat((ways[i], F.interpolate(x, size=ways[i].shape[-2:], …)), dim=1))",
)
