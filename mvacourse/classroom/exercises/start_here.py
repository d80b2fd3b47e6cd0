"""Exercises of notebook 00: ranges, errors, and a statement that can fail."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.claim import ClaimError, claim
from mvacourse.classroom.exercises.checking.exercise import Exercise


def _bytes(g: torch.Generator) -> list[tuple[Tensor]]:
    sizes = [(1, 1, 5, 8), (2, 3, 7, 4)]
    return [(torch.randint(0, 250, s, generator=g).to(torch.uint8),) for s in sizes]


def _pairs(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    sizes = [(1, 1, 5, 8), (2, 3, 7, 4)]
    return [tuple(torch.rand(s, generator=g, dtype=torch.float64) for _ in range(2)) for s in sizes]


def _dark_and_bright(g: torch.Generator) -> list[tuple[Tensor]]:
    noise = torch.rand((1, 1, 9, 6), generator=g, dtype=torch.float64)
    # bright except one pixel, dark except one, bright, dark
    almost_bright, almost_dark = 0.7 + 0.3 * noise, 0.3 * noise
    almost_bright[..., 0, 0], almost_dark[..., 0, 0] = 0.0, 1.0
    return [(almost_bright,), (almost_dark,), (0.7 + 0.3 * noise,), (0.3 * noise,)]


def outcome(function: Callable[[Tensor], None]) -> Callable[[Tensor], float]:
    """Make a claim comparable: 1 if it holds, 0 if it raises ClaimError."""

    @functools.wraps(function)
    def silent(u: Tensor) -> float:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                function(u)
            except ClaimError:
                return 0.0
        return 1.0

    return silent


def _widened(function: Callable[[Tensor], Any]) -> Callable[[Tensor], Any]:
    """Allow an answer in float32: bytes have no floating-point precision to keep."""

    @functools.wraps(function)
    def wide(x: Tensor) -> Any:
        answer = function(x)
        return answer.double() if getattr(answer, "dtype", None) == torch.float32 else answer

    return wide


def _claim_dark(u: Tensor) -> None:
    claim("the image is dark", u.mean(), below=0.5)


EXERCISES = (
    Exercise(
        name="to_unit_range",
        reference=lambda x: x.double() / 255,
        inputs=_bytes,
        mistakes={
            "you divided by 256: white is 255": lambda x: x.double() / 256,
            "you divided integers, which loses the fraction": lambda x: (x // 255).double(),
            "you stretched each image to its own extremes, which changes its contrast": lambda x: (
                (x.double() - x.min()) / (x.max() - x.min())
            ),
        },
        tolerance=1e-6,
        probe=_widened,
        hint="convert to floating point first; black is 0 and white is 255",
    ),
    Exercise(
        name="rmse",
        reference=lambda x, ref: (x - ref).square().mean().sqrt(),
        inputs=_pairs,
        mistakes={
            "you forgot the square root: this is the mean squared error": lambda x, ref: (
                (x - ref).square().mean()
            ),
            "you summed over the pixels instead of averaging": lambda x, ref: (
                (x - ref).square().sum().sqrt()
            ),
            "you averaged the absolute values: this is the mean absolute error": lambda x, ref: (
                (x - ref).abs().mean()
            ),
            "you averaged before squaring: errors of opposite signs then cancel": (
                lambda x, ref: (x - ref).mean().abs()
            ),
        },
        hint="root of the mean of the squared differences, over all pixels",
    ),
    Exercise(
        name="claim_dark",
        reference=_claim_dark,
        inputs=_dark_and_bright,
        mistakes={
            "you bounded the mean from the wrong side": lambda u: claim(
                "dark", u.mean(), at_least=0.5
            ),
            "your claim needs every pixel to be dark: bound the mean": lambda u: claim(
                "dark", u, below=0.5
            ),
            "one dark pixel is enough for your claim: bound the mean": lambda u: claim(
                "dark", u.min(), below=0.5
            ),
            "it cannot fail: claim is never called, or its bound always holds": lambda u: (
                u.mean() < 0.5
            ),
        },
        hint="pass the mean of u and the bound below=0.5 to claim",
        probe=outcome,
        is_number=False,
    ),
)
