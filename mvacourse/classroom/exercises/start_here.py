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
    # bright except one pixel, dark except one, bright, dark; most pixels dark, most bright
    almost_bright, almost_dark = 0.7 + 0.3 * noise, 0.3 * noise
    almost_bright[..., 0, 0], almost_dark[..., 0, 0] = 0.0, 1.0
    most = torch.arange(9) < 5
    bright, dark = (
        torch.where(most[:, None], a, b) + 0.1 * noise for a, b in ((0.38, 0.8), (0.52, 0))
    )
    single = [almost_bright, almost_dark, 0.7 + 0.3 * noise, 0.3 * noise]
    return [(u,) for u in (*single, bright, dark)]


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
            "you divided by the brightest value of the image: white is 255": lambda x: (
                x.double() / x.max()
            ),
            "you mapped black to −1: it is 0": lambda x: x.double() / 127.5 - 1,
            "you stretched each image to its own extremes, which changes its contrast": lambda x: (
                (x.double() - x.min()) / (x.max() - x.min())
            ),
            "you divided by 254: white is 255": lambda x: x.double() / 254,
            "you divided by 127 or 128, and moved black to −1: it is 0": lambda x: (
                x.double() / 128 - 1
            ),
            "you divided by the sum of the image: white is 255": lambda x: x.double() / x.sum(),
            "you divided by the number of pixels: white is 255": lambda x: x.double() / x.numel(),
            "you divided by the mean of the image: white is 255": lambda x: (
                x.double() / x.double().mean()
            ),
            "you standardised the image, to mean 0 and deviation 1": lambda x: (
                (x.double() - x.double().mean()) / x.double().std()
            ),
            "you divided each row by its length: white is 255": lambda x: (
                torch.nn.functional.normalize(x.double(), dim=-1)
            ),
            "you divided by the length of the image: white is 255": lambda x: (
                x.double() / x.double().norm()
            ),
            "you divided by the brightest value of each channel: white is 255": lambda x: (
                x.double() / x.amax((-2, -1), keepdim=True)
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
            "you took the standard deviation: it forgives a constant error": lambda x, ref: (
                x - ref
            ).std(),
            "you took the largest error instead of the mean": lambda x, ref: (x - ref).abs().max(),
            "you added the images: errors are differences": lambda x, ref: (
                (x + ref).square().mean().sqrt()
            ),
            "you averaged before squaring: errors of opposite signs then cancel": (
                lambda x, ref: (x - ref).mean().abs()
            ),
            "you averaged the RMSEs of the images: all pixels have one mean": lambda x, ref: (
                (x - ref).square().mean((1, 2, 3)).sqrt().mean()
            ),
            "you averaged the RMSEs of the channels: all pixels have one mean": lambda x, ref: (
                (x - ref).square().mean((-2, -1)).sqrt().mean()
            ),
            "you averaged the RMSEs of the rows: all pixels have one mean": lambda x, ref: (
                (x - ref).square().mean(-1).sqrt().mean()
            ),
            "you divided by the number of images: the number of all values counts": (
                lambda x, ref: (x - ref).square().sum().sqrt() / len(x)
            ),
            "you divided after the root: the mean comes before it": lambda x, ref: (
                (x - ref).square().sum().sqrt() / x.numel()
            ),
            "you subtracted the squares: subtract the images, then square": lambda x, ref: (
                (x.square() - ref.square()).mean().abs().sqrt()
            ),
            "you divided by n − 1: this is a mean over all n values": lambda x, ref: (
                (x - ref).square().sum() / (x.numel() - 1)
            ).sqrt(),
            "you took the first image alone": lambda x, ref: (x[0] - ref[0]).square().mean().sqrt(),
            "you took the first channel alone": lambda x, ref: (
                (x[:, 0] - ref[:, 0]).square().mean().sqrt()
            ),
            "you divided by the range of ref": lambda x, ref: (
                (x - ref).square().mean().sqrt() / (ref.max() - ref.min())
            ),
            "you divided by the length of ref: this is the relative error": lambda x, ref: (
                (x - ref).norm() / ref.norm()
            ),
            "you took the median instead of the mean": lambda x, ref: (
                (x - ref).square().median().sqrt()
            ),
            "you returned the PSNR": lambda x, ref: -10 * (x - ref).square().mean().log10(),
            "you took the root at each pixel: it comes after the mean": lambda x, ref: (
                (x - ref).abs().sqrt().mean()
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
            "it always fails: is its value the mean of u, and its bound 0.5?": lambda u: claim(
                "dark", 255 * u.mean(), below=0.5
            ),
            "your claim looks at a single pixel: bound the mean": lambda u: claim(
                "dark", u[..., 0, 0], below=0.5
            ),
            "you count the dark pixels, or take the median: the mean counts how bright they are": (
                lambda u: claim("dark", u.median(), below=0.5)
            ),
        },
        hint="pass the mean of u and the bound below=0.5 to claim",
        probe=outcome,
        is_number=False,
    ),
)
