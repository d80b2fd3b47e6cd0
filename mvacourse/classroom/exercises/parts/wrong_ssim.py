"""More common mistakes in SSIM, of a patch and of every window: one formula in other ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import Tensor
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Function

C1, C2 = 0.01**2, 0.03**2


class Moments(NamedTuple):
    """Means, variances and the covariance of two patches, or of all windows."""

    mx: Tensor
    my: Tensor
    vx: Tensor
    vy: Tensor
    cov: Tensor


def _ssim(
    m: Moments,
    light: Function = lambda m: 2 * m.mx * m.my + C1,
    shape: Function = lambda m: 2 * m.cov + C2,
    means: Function = lambda m: m.mx**2 + m.my**2 + C1,
    spread: Function = lambda m: m.vx + m.vy + C2,
) -> Tensor:
    return light(m) * shape(m) / (means(m) * spread(m))


def _with(**changes: Function) -> Callable[[Moments], Tensor]:
    return lambda m: _ssim(m, **changes)


FORMULAS: dict[str, Callable[[Moments], Tensor]] = {
    "you squared the variances": _with(spread=lambda m: m.vx**2 + m.vy**2 + C2),
    "you squared the sum of the means: add their squares": _with(
        means=lambda m: (m.mx + m.my) ** 2 + C1
    ),
    "you multiplied the means in the denominator: add their squares": _with(
        means=lambda m: m.mx * m.my + C1
    ),
    "you multiplied the variances: add them": _with(spread=lambda m: m.vx * m.vy + C2),
    "you took the product of both deviations: add the variances": _with(
        spread=lambda m: (m.vx * m.vy).abs().sqrt() + C2
    ),
    "you subtracted the variances: add them": _with(spread=lambda m: m.vx - m.vy + C2),
    "you took the variance of x twice": _with(spread=lambda m: 2 * m.vx + C2),
    "you took the variance of y twice": _with(spread=lambda m: 2 * m.vy + C2),
    "you left c₁ out": _with(light=lambda m: 2 * m.mx * m.my, means=lambda m: m.mx**2 + m.my**2),
    "you left c₂ out": _with(shape=lambda m: 2 * m.cov, spread=lambda m: m.vx + m.vy),
    "you left c₁ out of the denominator": _with(means=lambda m: m.mx**2 + m.my**2),
    "you left c₂ out of the denominator": _with(spread=lambda m: m.vx + m.vy),
    "you left c₁ out of the numerator": _with(light=lambda m: 2 * m.mx * m.my),
    "you left c₂ out of the numerator": _with(shape=lambda m: 2 * m.cov),
    "you wrote c₁ for c₂": _with(shape=lambda m: 2 * m.cov + C1, spread=lambda m: m.vx + m.vy + C1),
    "you wrote c₂ for c₁": _with(
        light=lambda m: 2 * m.mx * m.my + C2, means=lambda m: m.mx**2 + m.my**2 + C2
    ),
    "you doubled the constants, too: 2(μxμy + c₁)": _with(
        light=lambda m: 2 * (m.mx * m.my + C1), shape=lambda m: 2 * (m.cov + C2)
    ),
    "you put no parentheses around the denominator": lambda m: (
        _ssim(m, spread=lambda m: 1.0) * (m.vx + m.vy + C2)
    ),
    "you divided by the first factor of the denominator alone": _with(spread=lambda m: 1.0),
    "you divided by the second factor of the denominator alone": _with(means=lambda m: 1.0),
    "you forgot the denominator": _with(means=lambda m: 1.0, spread=lambda m: 1.0),
    "you averaged the two factors: multiply them": lambda m: (
        ((2 * m.mx * m.my + C1) / (m.mx**2 + m.my**2 + C1) + (2 * m.cov + C2) / (m.vx + m.vy + C2))
        / 2
    ),
    "you added the two factors of the numerator: multiply them": lambda m: (
        (2 * m.mx * m.my + C1 + 2 * m.cov + C2) / ((m.mx**2 + m.my**2 + C1) * (m.vx + m.vy + C2))
    ),
    "the sign of the covariance is wrong": _with(shape=lambda m: C2 - 2 * m.cov),
    "you squared the covariance": _with(shape=lambda m: 2 * m.cov**2 + C2),
    "you compared the structure alone": lambda m: (
        (m.cov + C2 / 2) / ((m.vx * m.vy).abs().sqrt() + C2 / 2)
    ),
    "you compared the contrast alone": lambda m: (
        (2 * (m.vx * m.vy).abs().sqrt() + C2) / (m.vx + m.vy + C2)
    ),
    "you forgot the factors 2 in the numerator": _with(
        light=lambda m: m.mx * m.my + C1, shape=lambda m: m.cov + C2
    ),
}


def _patch(x: Tensor, y: Tensor) -> Moments:
    mx, my = x.mean(), y.mean()
    cov = ((x - mx) * (y - my)).mean()
    return Moments(mx, my, x.var(correction=0), y.var(correction=0), cov)


def _windows(x: Tensor, y: Tensor, w: Tensor) -> Moments:
    mx, my, xx, yy, xy = (F.conv2d(a, w[None, None]) for a in (x, y, x * x, y * y, x * y))
    return Moments(mx, my, xx - mx**2, yy - my**2, xy - mx * my)


def _of_patches(formula: Function, change: Function = lambda m, x, y: m) -> Callable[..., Any]:
    return lambda x, y: formula(change(_patch(x, y), x, y))


def _of_windows(formula: Function, change: Function = lambda m, x, y, w: m) -> Callable[..., Any]:
    return lambda x, y, w: formula(change(_windows(x, y, w), x, y, w))


PATCH = {words: _of_patches(formula) for words, formula in FORMULAS.items()} | {
    "you summed for the variances: they are means": _of_patches(
        _ssim, lambda m, x, y: m._replace(vx=m.vx * x.numel(), vy=m.vy * x.numel())
    ),
    "you summed the covariance over the rows: take the mean over all pixels": _of_patches(
        _ssim, lambda m, x, y: m._replace(cov=m.cov * len(x))
    ),
    "you did not subtract the means before the variances": _of_patches(
        _ssim,
        lambda m, x, y: m._replace(vx=x.square().mean(), vy=y.square().mean()),
    ),
    "you did not subtract any mean from variances and covariance": _of_patches(
        _ssim,
        lambda m, x, y: m._replace(vx=x.square().mean(), vy=y.square().mean(), cov=(x * y).mean()),
    ),
    "you took the medians for the means": _of_patches(
        _ssim, lambda m, x, y: m._replace(mx=x.median(), my=y.median())
    ),
}

_over = F.conv2d
MAP = {words: _of_windows(formula) for words, formula in FORMULAS.items()} | {
    "you forgot the factor 2 before the product of the means": _of_windows(
        _with(light=lambda m: m.mx * m.my + C1)
    ),
    "you forgot to square the means": _of_windows(_with(means=lambda m: m.mx + m.my + C1)),
    "your covariance has lost its sign": _of_windows(_with(shape=lambda m: 2 * m.cov.abs() + C2)),
    "you left the structure out: σx σy stands where the covariance should": _of_windows(
        _with(shape=lambda m: 2 * (m.vx * m.vy).clamp(min=0).sqrt() + C2)
    ),
    "you did not subtract the product of the means in the covariance": _of_windows(
        _ssim, lambda m, x, y, w: m._replace(cov=m.cov + m.mx * m.my)
    ),
    "you did not subtract the squares of the means in the variances": _of_windows(
        _ssim, lambda m, x, y, w: m._replace(vx=m.vx + m.mx**2, vy=m.vy + m.my**2)
    ),
    "you subtracted the means in the variances without squaring them": _of_windows(
        _ssim,
        lambda m, x, y, w: m._replace(vx=m.vx + m.mx**2 - m.mx, vy=m.vy + m.my**2 - m.my),
    ),
    "you took the variances about the mean of the image: each window has its own": _of_windows(
        _ssim,
        lambda m, x, y, w: m._replace(
            vx=_over((x - x.mean()) ** 2, w[None, None]),
            vy=_over((y - y.mean()) ** 2, w[None, None]),
        ),
    ),
    "you took the covariance about the means of the images: each window has its own": _of_windows(
        _ssim,
        lambda m, x, y, w: m._replace(cov=_over((x - x.mean()) * (y - y.mean()), w[None, None])),
    ),
    "you exchanged the two directions of the window": lambda x, y, w: _ssim(_windows(x, y, w.T)),
    "you took the mean over all windows: keep the map": lambda x, y, w: _ssim(
        _windows(x, y, w)
    ).mean(),
    "you filled the border with zeros: only whole windows count": lambda x, y, w: _ssim(
        _windows(*(F.pad(a, (w.shape[1] // 2,) * 2 + (w.shape[0] // 2,) * 2) for a in (x, y)), w)
    ),
    "your windows do not overlap: one begins at each pixel": lambda x, y, w: _ssim(
        _windows(x, y, w)
    )[..., :: w.shape[0], :: w.shape[1]],
}
