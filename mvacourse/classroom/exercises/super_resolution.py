"""Exercises of notebook 09: a twin, pixel shuffle, blending; three more are in `built`."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.comparison import described
from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, rand, randn
from mvacourse.classroom.exercises.parts.back_projection import BACK_PROJECT
from mvacourse.classroom.exercises.parts.super_resolution import SR_FORWARD, SRGAN_STEP

Map = Callable[[Tensor], Tensor]
Weights = dict[str, Tensor]


def _problems(g: torch.Generator) -> list[tuple[Tensor, Map, Map]]:
    found = []
    for m, n in ((3, 7), (4, 9)):
        M = rand(g, m, n) - 0.5
        back = torch.linalg.pinv(M)
        found.append((randn(g, n), lambda x, M=M: M @ x, lambda y, back=back: back @ y))
    return found


def _maps(g: torch.Generator) -> list[tuple[Tensor, int]]:
    return [(randn(g, 2, 12, 3, 5), 2), (randn(g, 1, 27, 4, 3), 3), (randn(g, 3, 16, 2, 3), 4)]


def _reordered(h: Tensor, scale: int) -> Tensor:
    """Take the position in the square as the slow index of the channels."""
    B, C, H, W = h.shape
    swapped = h.unflatten(1, (scale**2, C // scale**2)).transpose(1, 2)
    return F.pixel_shuffle(swapped.reshape(B, C, H, W), scale)


def _tiled(h: Tensor, scale: int) -> Tensor:
    """Take the position in the square as the slow index of rows and columns."""
    B, C, H, W = h.shape
    tiles = h.reshape(B, C // scale**2, scale, scale, H, W).permute(0, 1, 2, 4, 3, 5)
    return tiles.reshape(B, C // scale**2, scale * H, scale * W)


def _transposed(h: Tensor, scale: int) -> Tensor:
    """Fill the squares column by column."""
    B, C, H, W = h.shape
    swapped = h.unflatten(1, (C // scale**2, scale, scale)).transpose(2, 3)
    return F.pixel_shuffle(swapped.reshape(B, C, H, W), scale)


def _permuted(p: Sequence[int], h: Tensor, scale: int, channels: int = 0) -> Tensor:
    """Move the dimensions of the squares, 2 and 3, and of the maps, 4 and 5, in an order."""
    B, C, H, W = h.shape
    squares = h.reshape(B, channels or C // scale**2, scale, scale, H, W)
    return squares.permute(0, 1, *p).reshape(B, -1, scale * H, scale * W)


def _reshaped(h: Tensor, scale: int) -> Tensor:
    B, C, H, W = h.shape
    return h.reshape(B, C // scale**2, scale * H, scale * W)


def _networks(g: torch.Generator) -> list[tuple[Weights, Weights, float]]:
    shapes = {"head.weight": (3, 1, 3, 3), "head.bias": (3,), "slope": (1,), "tail.weight": (2, 3)}
    draw = lambda: {key: randn(g, *shape) for key, shape in shapes.items()}  # noqa: E731
    return [(draw(), draw(), alpha) for alpha in (0.3, 0.8, 1.5)]


def _blended(one: Weights, other: Weights, alpha: float) -> Weights:
    return {key: torch.lerp(one[key], other[key], alpha) for key in one}


def _listed(blend: Function) -> Function:
    """Make the weights of a network comparable: one vector."""

    @functools.wraps(blend)
    def listed(one: Weights, other: Weights, alpha: float) -> Tensor | None:
        found = blend(one, other, alpha)
        if found is None:
            return None
        if not isinstance(found, Mapping):
            raise Wrong(f"it is {described(found)}, expected a dict of tensors")
        if set(found) != set(one):
            raise Wrong(f"its keys are {sorted(map(str, found))}, expected {sorted(one)}")
        for key in one:
            same = isinstance(found[key], Tensor) and found[key].shape == one[key].shape
            if not same:
                raise Wrong(
                    f"its {key!r} is {described(found[key])}, expected {described(one[key])}"
                )
        return torch.cat([found[key].flatten() for key in one])

    return listed


EXERCISES = (
    Exercise(
        name="twin",
        reference=lambda x, A, pinv: 2 * pinv(A(x)) - x,
        inputs=_problems,
        mistakes={
            "this is what y sees of x; the twin has an unseen part, too": lambda x, A, pinv: pinv(
                A(x)
            ),
            "this is the unseen part alone: A maps it to 0, so it does not give y": (
                lambda x, A, pinv: x - pinv(A(x))
            ),
            "you turned the sign of the part that y does see": lambda x, A, pinv: (
                x - 2 * pinv(A(x))
            ),
            "you turned the sign of all of x: y changes its sign, too": lambda x, A, pinv: -x,
            "this is minus the unseen part, without the seen one": lambda x, A, pinv: (
                pinv(A(x)) - x
            ),
            "you took the unseen part away twice, but from the seen part: once is enough": (
                lambda x, A, pinv: 3 * pinv(A(x)) - 2 * x
            ),
            "you doubled the unseen part: its sign should change": lambda x, A, pinv: (
                2 * x - pinv(A(x))
            ),
            "you doubled x, not what y sees of it: y then changes its sign": (
                lambda x, A, pinv: pinv(A(x)) - 2 * x
            ),
            "you applied A to the unseen part": lambda x, A, pinv: pinv(A(x)) + A(x - pinv(A(x))),
            "you exchanged A and pinv": lambda x, A, pinv: 2 * A(pinv(x)) - x,
            "you returned x itself: its unseen part has the opposite sign": lambda x, A, pinv: x,
            "you halved the turned unseen part: its size stays": lambda x, A, pinv: (
                1.5 * pinv(A(x)) - 0.5 * x
            ),
            "you doubled the seen part: y then doubles": lambda x, A, pinv: 2 * pinv(A(x)),
            "you turned the sign of both parts, and doubled one": lambda x, A, pinv: (
                -pinv(A(x)) - x
            ),
            "you added the seen part once more: y then changes": lambda x, A, pinv: x + pinv(A(x)),
        },
        direction="write x as a sum of two parts; which of them may you change, unseen by A?",
        hint="x = A⁺Ax + (x − A⁺Ax): A maps the second part to 0, so turn its sign",
    ),
    Exercise(
        name="shuffle",
        reference=lambda h, scale: F.pixel_shuffle(h, scale),
        inputs=_maps,
        mistakes={
            "you reshaped without moving dimensions: neighbours in memory are not neighbours in "
            "the image": _reshaped,
            "you put whole images side by side as tiles: the position in the square must vary "
            "faster than H and W, as in permute(0, 1, 4, 2, 5, 3)": _tiled,
            "the first scale² maps all belong to the first channel": _reordered,
            "you filled each square column by column: rows first": _transposed,
            **{
                f"this is permute(0, 1, {', '.join(map(str, p))}): a row is made of H and then a, "
                "a column of W and then b": functools.partial(_permuted, p)
                for p in itertools.permutations((2, 3, 4, 5))
                if p not in ((4, 2, 5, 3), (2, 3, 4, 5), (2, 4, 3, 5), (4, 3, 5, 2))
            },
            "you split the channels after H and W: they are before them": lambda h, scale: (
                h.reshape(len(h), -1, *h.shape[2:], scale, scale)
                .permute(0, 1, 2, 4, 3, 5)
                .reshape(len(h), -1, scale * h.shape[2], scale * h.shape[3])
            ),
            "you moved the channels to the end, and reshaped: split them first": (
                lambda h, scale: h.permute(0, 2, 3, 1).reshape(F.pixel_shuffle(h, scale).shape)
            ),
            "you repeated pixels: each of the scale² has a map of its own": lambda h, scale: (
                F.interpolate(h[:, :: scale**2], scale_factor=scale)
            ),
            "the scale is always 2 for you": lambda h, scale: F.pixel_shuffle(h, 2),
            "you took 2 in place of `scale`": lambda h, scale: _permuted((4, 2, 5, 3), h, 2),
            "you made one channel: C s² maps give C of them": lambda h, scale: _permuted(
                (4, 2, 5, 3), h, scale, channels=1
            ),
            "you kept the number of channels: C s² maps give C of them": lambda h, scale: _permuted(
                (4, 2, 5, 3), h, scale, channels=h.shape[1]
            ),
            "you divided the channels by scale, not by scale²": lambda h, scale: _permuted(
                (4, 2, 5, 3), h, scale, channels=h.shape[1] // scale
            ),
            "you shuffled the other way, from large to small": lambda h, scale: F.pixel_unshuffle(
                h, scale
            ),
            "the channels are in the opposite order": lambda h, scale: F.pixel_shuffle(
                h.flip(1), scale
            ),
        },
        direction="where does each number of one small pixel go? give each index a dimension",
        hint=(
            "h.reshape(B, C, s, s, H, W) has the position in the square in dimensions 2 and 3; "
            "permute to (B, C, H, s, W, s), then reshape"
        ),
    ),
    SR_FORWARD,
    SRGAN_STEP,
    BACK_PROJECT,
    Exercise(
        name="blended",
        reference=_blended,
        inputs=_networks,
        probe=_listed,
        mistakes={
            "alpha = 0 must give the first, alpha = 1 the other: yours is the other way round": (
                lambda one, other, alpha: _blended(other, one, alpha)
            ),
            "you added a share of the other without reducing the first": (
                lambda one, other, alpha: {k: one[k] + alpha * other[k] for k in one}
            ),
            "a share of the other is missing": lambda one, other, alpha: {
                key: (1 - alpha) * one[key] for key in one
            },
            "a share of the first is missing": lambda one, other, alpha: {
                key: alpha * other[key] for key in one
            },
            "you went from the first away from the other": lambda one, other, alpha: _blended(
                one, other, -alpha
            ),
            "you divided by 1 + alpha: the shares are 1 − alpha and alpha": (
                lambda one, other, alpha: {
                    k: (one[k] + alpha * other[k]) / (1 + alpha) for k in one
                }
            ),
            "you took 1 + alpha of the other": lambda one, other, alpha: {
                k: alpha * one[k] + (1 + alpha) * other[k] for k in one
            },
            "you chose the nearer of the two": lambda one, other, alpha: dict(
                one if alpha < 0.5 else other
            ),
            "you took all of the other: its share is alpha": lambda one, other, alpha: {
                key: (1 - alpha) * one[key] + other[key] for key in one
            },
            "you squared alpha": lambda one, other, alpha: _blended(one, other, alpha**2),
            "you took alpha of the first and all of the other": lambda one, other, alpha: {
                key: alpha * one[key] + other[key] for key in one
            },
            "you subtracted a share of the other: add it": lambda one, other, alpha: {
                key: (1 - alpha) * one[key] - alpha * other[key] for key in one
            },
            "you forgot the first: this is alpha times the difference": (
                lambda one, other, alpha: {k: alpha * (other[k] - one[k]) for k in one}
            ),
            "you returned the first": lambda one, other, alpha: one,
            "you returned the other": lambda one, other, alpha: other,
            "you took the mean of the two, whatever alpha is": lambda one, other, alpha: _blended(
                one, other, 0.5
            ),
            "you limited alpha to [0, 1]: beyond 1, the blend goes further than the other": (
                lambda one, other, alpha: _blended(one, other, min(max(alpha, 0.0), 1.0))
            ),
        },
        direction="from the first towards the other, by the share alpha of the way",
        hint="{key: (1 - alpha) * one[key] + alpha * other[key] for key in one}",
    ),
)
