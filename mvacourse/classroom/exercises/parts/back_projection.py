"""A build of notebook 09: back-projection, which makes an image agree with a small one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn

Map = Callable[[Tensor], Tensor]


def _back_project(
    x_hat: Tensor, y: Tensor, A: Map, enlarge: Map, n_iter: int
) -> tuple[Tensor, Tensor]:
    u, misfits = x_hat, []
    for _ in range(n_iter):
        missing = y - A(u)
        misfits.append(missing.square().mean().sqrt())
        u = u + enlarge(missing)
    misfits.append((y - A(u)).square().mean().sqrt())
    return u, torch.stack(misfits)


def _wrong_projection(kind: str) -> Function:
    size = {
        "no root": lambda r: r.square().mean(),
        "sum": lambda r: r.square().sum().sqrt(),
        "L1": lambda r: r.abs().mean(),
    }.get(kind, lambda r: r.square().mean().sqrt())

    def projection(x_hat, y, A, enlarge, n_iter):
        starts = {"other start": enlarge(y), "clamped start": x_hat.clamp(0, 1)}
        u, misfits = starts.get(kind, x_hat), []
        for _ in range(n_iter):
            missing = y - A(x_hat if kind == "stale" else u)
            misfits.append(size(u - enlarge(y) if kind == "large" else missing))
            other = {"no difference": y, "replaced": y, "sign": -missing, "half": missing / 2}
            change = enlarge(other.get(kind, missing))
            u = {"restart": x_hat, "dropped": 0.0, "replaced": 0.0}.get(kind, u) + change
            if kind == "clamp":
                u = u.clamp(0, 1)
            if kind == "after":
                misfits[-1] = size(y - A(u))
        if kind == "same" and n_iter:
            misfits.append(misfits[-1])
        elif kind == "large":
            misfits.append(size(u - enlarge(y)))
        elif kind != "short":
            misfits.append(size(y - A(x_hat if kind == "after" else u)))
        if kind == "late":
            u = u + enlarge(y - A(u))
        return u, torch.stack(misfits)

    return projection


def _disagreements(g: torch.Generator) -> list[tuple[Any, ...]]:
    pool = lambda u: F.avg_pool2d(u, 2)  # noqa: E731
    repeat = lambda r: 0.7 * F.interpolate(r, scale_factor=2)  # noqa: E731
    k = rand(g, 1, 1, 3, 3) / 9
    shrink = lambda u: F.conv2d(u, k, stride=3)  # noqa: E731
    back = lambda r: F.conv_transpose2d(r, 2 * k, stride=3)  # noqa: E731
    return [
        (2 * randn(g, 2, 3, 6, 4), rand(g, 2, 3, 3, 2), pool, repeat, 3),
        (randn(g, 1, 1, 9, 6), rand(g, 1, 1, 3, 2), shrink, back, 4),
        (randn(g, 1, 1, 4, 4), rand(g, 1, 1, 2, 2), pool, repeat, 0),
    ]


BACK_PROJECT = Exercise(
    name="back_project",
    kind="build",
    reference=_back_project,
    inputs=_disagreements,
    parts=("the image", "the list of misfits"),
    mistakes={
        words: _wrong_projection(kind)
        for kind, words in {
            "sign": "you subtracted what is missing: add it",
            "stale": "you computed what is missing once, from x_hat: use u, at each step",
            "no difference": "you added enlarge(y): add only what is missing, y − A(u)",
            "restart": "each step starts from x_hat again: go on from u",
            "dropped": "you kept the change alone: add it to u",
            "same": "your last misfit is the one before: measure once more, after the loop",
            "large": "you compared the large images: a misfit is that of the small ones",
            "replaced": "you replaced u by enlarge(y): add what is missing to u",
            "half": "you added half of what is missing: add all of it",
            "short": "the last misfit is missing: there are n_iter + 1 of them",
            "other start": "you started from enlarge(y): start from x_hat",
            "clamped start": "you cut the values of x_hat off at 0 and 1: start from x_hat",
            "clamp": "you cut the values off at 0 and 1: the image then disagrees with y again",
            "no root": "you forgot the root of the misfits",
            "sum": "you summed over the pixels for the misfits: take the mean",
            "L1": "your misfits are mean absolute values: take the root of the mean square",
            "late": "you made one correction more than asked for",
            "after": "you measured each misfit after its step, and x_hat's own at the end",
        }.items()
    },
    direction="what is missing in the small image? enlarge just that, and add it; repeat",
    hint="missing = y − A(u), its size √(mean of squares), then u ← u + enlarge(missing)",
)
