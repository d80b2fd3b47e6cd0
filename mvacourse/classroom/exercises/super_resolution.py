"""Exercises of notebook 09: the part y does not see, pixel shuffle, content loss, blending."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pixel_shuffle

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn

Map = Callable[[Tensor], Tensor]


def _problems(g: torch.Generator) -> list[tuple[Tensor, Map, Map]]:
    found = []
    for m, n in ((3, 7), (4, 9)):
        M = rand(g, m, n) - 0.5
        back = torch.linalg.pinv(M)
        found.append((randn(g, n), lambda x, M=M: M @ x, lambda y, back=back: back @ y))
    return found


def _maps(g: torch.Generator) -> list[tuple[Tensor, int]]:
    return [(randn(g, 2, 12, 3, 5), 2), (randn(g, 1, 27, 4, 3), 3), (randn(g, 3, 16, 2, 3), 4)]


def _pairs(g: torch.Generator) -> list[tuple[Map, Tensor, Tensor]]:
    found = []
    for shape in ((2, 3, 6, 5), (3, 1, 4, 7)):
        weight = rand(g, 4, shape[1], 3, 3) - 0.5
        V = lambda x, weight=weight: torch.relu(torch.conv2d(x, weight))  # noqa: E731
        found.append((V, randn(g, *shape), randn(g, *shape)))
    return found


def _weights(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [(randn(g, 4, 3), randn(g, 4, 3), 0.3), (randn(g, 5), randn(g, 5), 0.8)]


def _reordered(h: Tensor, scale: int) -> Tensor:
    """Take the position in the square as the slow index of the channels."""
    B, C, H, W = h.shape
    swapped = h.unflatten(1, (scale**2, C // scale**2)).transpose(1, 2)
    return pixel_shuffle(swapped.reshape(B, C, H, W), scale)


def _tiled(h: Tensor, scale: int) -> Tensor:
    """Take the position in the square as the slow index of rows and columns."""
    B, C, H, W = h.shape
    tiles = h.reshape(B, C // scale**2, scale, scale, H, W).permute(0, 1, 2, 4, 3, 5)
    return tiles.reshape(B, C // scale**2, scale * H, scale * W)


def _transposed(h: Tensor, scale: int) -> Tensor:
    """Fill the squares column by column."""
    B, C, H, W = h.shape
    swapped = h.unflatten(1, (C // scale**2, scale, scale)).transpose(2, 3)
    return pixel_shuffle(swapped.reshape(B, C, H, W), scale)


EXERCISES = (
    Exercise(
        name="unseen",
        reference=lambda x, A, pinv: x - pinv(A(x)),
        inputs=_problems,
        mistakes={
            "this is the part that y does see; subtract it from x": lambda x, A, pinv: pinv(A(x)),
            "its sign is wrong: the seen and the unseen part must add up to x": (
                lambda x, A, pinv: pinv(A(x)) - x
            ),
        },
        hint="x = A⁺Ax + (x − A⁺Ax): A maps the second part to 0",
    ),
    Exercise(
        name="shuffle",
        reference=lambda h, scale: pixel_shuffle(h, scale),
        inputs=_maps,
        differentiate=(0,),
        mistakes={
            "you reshaped without moving dimensions: neighbours in memory are not neighbours in "
            "the image": lambda h, s: h.reshape(
                len(h), h.shape[1] // s**2, s * h.shape[2], s * h.shape[3]
            ),
            "you put whole images side by side as tiles: the position in the square must vary "
            "faster than H and W, as in permute(0, 1, 4, 2, 5, 3)": _tiled,
            "the first scale² maps all belong to the first channel": _reordered,
            "you filled each square column by column: rows first": _transposed,
        },
        hint=(
            "h.reshape(B, C, s, s, H, W) has the position in the square in dimensions 2 and 3; "
            "permute to (B, C, H, s, W, s), then reshape"
        ),
    ),
    Exercise(
        name="content_loss",
        reference=lambda V, x_hat, x: (V(x_hat) - V(x)).square().mean(),
        inputs=_pairs,
        differentiate=(1,),
        mistakes={
            "you compared the pixels: compare the features V": lambda V, x_hat, x: (
                (x_hat - x).square().mean()
            ),
            "you took the features of the difference: V is not linear": lambda V, x_hat, x: (
                V(x_hat - x).square().mean()
            ),
            "you summed: take the mean over all values": lambda V, x_hat, x: (
                (V(x_hat) - V(x)).square().sum()
            ),
            "you took the absolute value: take the square": lambda V, x_hat, x: (
                (V(x_hat) - V(x)).abs().mean()
            ),
            "you took the root: take the mean of the squares": lambda V, x_hat, x: (
                (V(x_hat) - V(x)).square().mean().sqrt()
            ),
        },
        hint="mean of (V(x̂) − V(x))²",
    ),
    Exercise(
        name="blended",
        reference=lambda one, other, alpha: (1 - alpha) * one + alpha * other,
        inputs=_weights,
        mistakes={
            "alpha = 0 must give the first, alpha = 1 the other: yours is the other way round": (
                lambda one, other, alpha: alpha * one + (1 - alpha) * other
            ),
            "you added a share of the other without reducing the first": (
                lambda one, other, alpha: one + alpha * other
            ),
        },
        hint="(1 − alpha)·one + alpha·other",
    ),
)
