"""An algorithm of notebook 08: the way through a U-Net."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.checking.training_step import drawn
from mvacourse.nets import UNet


def _not_itself(v: Tensor) -> Tensor:
    raise Wrong("it calls net itself, which is to be written here: call its layers one by one")


def _unets(g: torch.Generator) -> list[tuple[nn.Module, Tensor]]:
    def net(channels: int, width: tuple[int, ...]) -> nn.Module:
        made = drawn(UNet(channels, channels, width=width, residual=False), g, 0.3)
        made.forward = _not_itself
        return made

    return [
        (net(1, (2, 3, 3)), randn(g, 2, 1, 8, 12)),
        (net(3, (3, 2)), randn(g, 1, 3, 6, 10)),
        (net(2, (3,)), randn(g, 1, 2, 5, 7)),
    ]


def _unet(
    net: Any,
    v: Tensor,
    *,
    kept: str = "after down",
    join: Callable[[Tensor, Tensor], Tensor] = torch.add,
    order: Sequence[str] = ("grow", "join", "back"),
    coarsest: bool = True,
    last: Callable[[Tensor, Tensor], Tensor] = lambda y, v: y,
) -> Tensor:
    x, ways = net.first(v), []
    for i, down in enumerate(net.down):
        before = x
        x = down(x) if coarsest or i < len(net.shrink) else x
        if i < len(net.shrink):
            ways.append(before if kept == "before down" else x)
            x = net.shrink[i](x)
            ways[-1] = x if kept == "after shrink" else ways[-1]
    up = range(len(ways))
    for i in up if kept == "all forwards" else reversed(up):
        way = ways[len(ways) - 1 - i if kept == "forwards" else i]
        for what in order:
            if what == "each":
                x = net.back[i](x) + net.back[i](way)
            else:
                x = join(x, way) if what == "join" else getattr(net, what)[i](x)
    return last(net.last(x + net.first(v) if kept == "first" else x), v)


UNET_FORWARD = Exercise(
    name="unet_forward",
    kind="build",
    reference=_unet,
    inputs=_unets,
    differentiate=(1,),
    mistakes={
        "you left the skip connections out": partial(_unet, join=lambda x, way: x),
        "you subtracted the maps of the way down: add them": partial(_unet, join=torch.sub),
        "you took the mean of the two maps: take the sum": partial(
            _unet, join=lambda x, way: (x + way) / 2
        ),
        "you kept the maps before down: keep what it makes of them": partial(
            _unet, kept="before down"
        ),
        "you kept the maps after shrink, and added them before grow: keep them before shrink": (
            partial(_unet, kept="after shrink", order=("join", "grow", "back"))
        ),
        "you kept the maps after shrink: keep them before it": partial(_unet, kept="after shrink"),
        "there is no grow before the sum: the skip has the size after it": partial(
            _unet, order=("join", "grow", "back")
        ),
        "you used the kept maps from the first to the last: the last one comes first": partial(
            _unet, kept="forwards"
        ),
        "you put the maps side by side: here they are added": partial(
            _unet, join=lambda x, way: torch.cat((x, way), dim=1)
        ),
        "you multiplied by the maps of the way down: add them": partial(_unet, join=torch.mul),
        "you took the larger of the two maps: add them": partial(_unet, join=torch.maximum),
        "you kept the maps of the way down alone": partial(_unet, join=lambda x, way: way),
        "you added what first gives before last: this skip is not in the formula": partial(
            _unet, kept="first"
        ),
        "you applied back to the two maps one by one: it gets their sum": partial(
            _unet, order=("grow", "each")
        ),
        "on the way up, you used the layers from the first to the last": partial(
            _unet, kept="all forwards"
        ),
        "you applied back twice": partial(_unet, order=("grow", "join", "back", "back")),
        "you forgot down at the coarsest scale": partial(_unet, coarsest=False),
        "you forgot back on the way up": partial(_unet, order=("grow", "join")),
        "you added the skip after back: its input is the sum": partial(
            _unet, order=("grow", "back", "join")
        ),
        "you added v at the end: this network is not residual": partial(
            _unet, last=lambda y, v: y + v
        ),
    },
    direction="two loops: on the way down keep the maps of each scale, on the way up use them "
    "again, the last one first",
    hint="down: x = down(x), and if there is a shrink[i]: kept.append(x), x = shrink[i](x); "
    "up, i from the last: x = back[i](grow[i](x) + kept[i])",
)
