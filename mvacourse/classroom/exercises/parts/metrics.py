"""What notebook 05 builds: the SSIM of every window, and a distortion of a given MSE."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.calls import Wrong
from mvacourse.classroom.exercises.checking.exercise import Exercise, rand
from mvacourse.classroom.exercises.parts import wrong_metrics, wrong_ssim

Distortion = Callable[[Tensor, float], Tensor]

# SSIM, window by window.


def _windows(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    cases = []
    for scale, image, window in (
        (1.0, (1, 1, 9, 12), (5, 4)),
        (0.1, (1, 1, 8, 7), (3, 3)),
        (0.5, (2, 1, 7, 9), (2, 5)),
    ):
        x = scale * rand(g, *image)
        w = 0.1 + rand(g, *window)
        cases.append((x, 0.5 * x + 0.2 * scale * rand(g, *image), w / w.sum()))
    x, w = 0.3 * rand(g, 1, 1, 6, 8), 0.1 + rand(g, 3, 2)  # with negative covariances
    return [*cases, (x, 0.4 - x + 0.1 * rand(g, 1, 1, 6, 8), w / w.sum())]


def _over(a: Tensor, w: Tensor) -> Tensor:
    return F.conv2d(a, w[None, None])


def _map(
    k1: float = 0.01,
    k2: float = 0.03,
    power: int = 2,
    weights: Callable[[Tensor], Tensor] = lambda w: w,
    centre: float = 1.0,
    cross: float = 2.0,
    root: bool = False,
    parts: str = "ls",
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    def ssim_map(x: Tensor, y: Tensor, w: Tensor) -> Tensor:
        c1, c2 = k1**power, k2**power
        w = weights(w)
        mx, my = _over(x, w), _over(y, w)
        vx = _over(x * x, w) - centre * mx * mx
        vy = _over(y * y, w) - centre * my * my
        if root:
            vx, vy = vx.clamp(min=0).sqrt(), vy.clamp(min=0).sqrt()
        cov = _over(x * y, w) - centre * mx * my
        light = (2 * mx * my + c1) / (mx**2 + my**2 + c1) if "l" in parts else 1.0
        rest = (cross * cov + c2) / (vx + vy + c2) if "s" in parts else 1.0
        return light * rest

    return ssim_map


def _about_the_mean(x: Tensor, y: Tensor, w: Tensor) -> Tensor:
    """Variances about the mean of the whole image."""
    c1, c2 = 0.01**2, 0.03**2
    mx, my = _over(x, w), _over(y, w)
    dx, dy = x - x.mean(), y - y.mean()
    light = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
    spread = _over(dx * dx + dy * dy, w)
    return light * (2 * _over(dx * dy, w) + c2) / (spread + c2)


SSIM_MAP = Exercise(
    name="ssim_map",
    kind="build",
    reference=_map(),
    inputs=_windows,
    tolerance=1e-7,
    mistakes={
        "you ignored the weights: each window's pixels count as w says": _map(
            weights=lambda w: torch.full_like(w, 1 / w.numel())
        ),
        "you turned the window by 180°: F.conv2d does not flip its kernel, and w is not to be": (
            _map(weights=lambda w: w.flip(0, 1))
        ),
        "you divided the weights by their number: they add up to 1 already": _map(
            weights=lambda w: w / w.numel()
        ),
        "you did not subtract the squares of the means: E[x²] is not yet a variance": _map(
            centre=0.0
        ),
        "you subtracted the mean of the whole image: each window has its own": _about_the_mean,
        "your covariance is zero: take the mean of the products xy": _map(cross=0.0),
        "you took standard deviations where variances are needed": _map(root=True),
        "you exchanged c₁ and c₂": _map(0.03, 0.01),
        "you forgot to square the constants: c₁ = (0.01 L)², c₂ = (0.03 L)²": _map(power=1),
        "you left the constants out": _map(0.0, 0.0),
        "you forgot the factor 2 before the covariance": _map(cross=1.0),
        "you left the luminance out: the means are compared too": _map(parts="s"),
        "you compared the means alone: the luminance is one factor of two": _map(parts="l"),
        "you returned 1 − SSIM": lambda x, y, w: 1 - _map()(x, y, w),
    }
    | wrong_ssim.MAP,
    direction="five means over a window make the five numbers of section 2, for all windows at "
    "once; how do they give a variance without another loop?",
    hint="mean(a) = F.conv2d(a, w[None, None]); the means of x, y, x², y² and xy; then "
    "σx² = mean(x²) − mean(x)², σxy = mean(xy) − mean(x) mean(y)",
)

# A distortion of a given MSE.


def _brighter(u: Tensor, s: float) -> Tensor:
    return (u + s).clamp(0, 1)


def _steeper(u: Tensor, s: float) -> Tensor:
    return (u.mean() + (1 + s) ** 2 * (u - u.mean())).clamp(0, 1)


def _bent(u: Tensor, s: float) -> Tensor:
    return u ** (1 + s)


def _steep(u: Tensor, s: float) -> Tensor:
    return u * (1 + s**3)


def _strengths(g: torch.Generator) -> list[tuple[float, Distortion, Tensor, float]]:
    return [
        (0.01, _brighter, rand(g, 1, 1, 7, 10), 0.125),
        (0.02, _steeper, rand(g, 1, 3, 5, 9), 3.0),
        (0.005, _bent, rand(g, 1, 1, 6, 5), 2.0),
        (0.01, _steep, 0.02 * rand(g, 1, 1, 4, 7), 5.0),  # strengths above 1; grows fast
    ]


def _ends(search: Callable[..., Any]) -> Callable[..., Any]:
    """Stop a search that tries one strength for ever."""

    @functools.wraps(search)
    def watched(target: float, distort: Distortion, u: Tensor, high: float) -> Any:
        seen = {"last": math.nan, "times": 0}

        def counted(u: Tensor, s: float) -> Tensor:
            seen["times"] = seen["times"] + 1 if float(s) == seen["last"] else 0
            seen["last"] = float(s)
            if seen["times"] > 1000:
                raise Wrong(
                    f"it tries the strength {float(s):g} again and again: when does it end?"
                )
            return distort(u, s)

        return search(target, counted, u, high)

    return watched


def _mse(distort: Distortion, u: Tensor, s: float) -> float:
    return (distort(u, s) - u).square().mean().item()


def _bisect(
    measure: Callable[[Distortion, Tensor, float], float] = _mse,
    goal: Callable[[float], float] = lambda target: target,
    steps: int = 25,
    swap: bool = False,
    low_moves: bool = True,
    high_moves: bool = True,
    begin: float = 0.0,
) -> Callable[[float, Distortion, Tensor, float], float]:
    def with_mse(target: float, distort: Distortion, u: Tensor, high: float) -> float:
        low = begin * high
        for _ in range(steps):
            s = (low + high) / 2
            if (measure(distort, u, s) > goal(target)) != swap:
                high = s if high_moves else high
            else:
                low = s if low_moves else low
        return low

    return with_mse


def _proportional(power: float) -> Callable[..., float]:
    """Scale one trial, as if the MSE were a power of the strength."""

    def with_mse(target: float, distort: Distortion, u: Tensor, high: float) -> float:
        return high * (target / _mse(distort, u, high)) ** power

    return with_mse


def _then(change: Callable[..., Any]) -> Callable[..., Any]:
    """The right strength, of which something else is returned."""
    return lambda target, distort, u, high: change(
        _bisect()(target, distort, u, high), target, distort, u, high
    )


WITH_MSE = Exercise(
    name="with_mse",
    kind="build",
    reference=_bisect(),
    inputs=_strengths,
    probe=_ends,
    tolerance=1e-5,
    mistakes={
        "you kept the wrong half: if the MSE is too large, the strength has to fall": _bisect(
            swap=True
        ),
        "you compared the RMSE with a target that is an MSE": _bisect(
            lambda distort, u, s: _mse(distort, u, s) ** 0.5
        ),
        "you compared the MSE with the root of the target": _bisect(goal=lambda t: t**0.5),
        "you summed the squares: the MSE is their mean": _bisect(
            lambda distort, u, s: _mse(distort, u, s) * u.numel()
        ),
        "you compared the mean absolute error": _bisect(
            lambda distort, u, s: (distort(u, s) - u).abs().mean().item()
        ),
        "you compared the squared mean of the differences: square first": _bisect(
            lambda distort, u, s: (distort(u, s) - u).mean().item() ** 2
        ),
        "you made too few halvings: ten leave a thousandth of the interval": _bisect(steps=10),
        "you searched between 0 and 1: the upper end is `high`": (
            lambda target, distort, u, high: _bisect()(target, distort, u, 1.0)
        ),
        "you halved once": _bisect(steps=1),
        "your strength is 0: the lower end never moves, or every MSE is found too large": _bisect(
            low_moves=False
        ),
        "the upper end never moves": _bisect(high_moves=False),
        "you returned the MSE: return the strength": _then(
            lambda s, target, distort, u, high: _mse(distort, u, s)
        ),
        "you scaled one trial as if the MSE grew like s²: values are clamped, and distortions are "
        "not linear": _proportional(0.5),
        "you scaled one trial as if the MSE grew like s": _proportional(1.0),
        "your strength runs to `high`: the MSE is never found too large": _bisect(
            goal=lambda target: math.inf
        ),
        "the search does not begin at 0: low begins there": _bisect(begin=0.5),
    }
    | wrong_metrics.WITH_MSE,
    direction="you know a strength that is too weak and one that is too strong; which single "
    "question halves what is between them?",
    hint="low, high = 0, high; s = (low + high) / 2; if metrics.mse(distort(u, s), u) > target, "
    "then high = s, else low = s; 25 times",
)
