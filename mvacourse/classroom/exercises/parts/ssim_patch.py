"""What notebook 05 asks first of SSIM: that of two patches."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand
from mvacourse.classroom.exercises.parts.wrong_ssim import PATCH


def _patches(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    # low contrast and small means: here the two constants matter
    cases = []
    for scale, shape in ((0.1, (8, 8)), (0.2, (7, 11)), (0.5, (5, 5))):
        x = scale * rand(g, *shape)
        cases.append((x, 0.5 * x + 0.2 * scale * rand(g, *shape)))
    x = 0.3 * rand(g, 6, 9)
    return [*cases, (x, 0.4 - x + 0.1 * rand(g, 6, 9))]  # the last covariance is negative


def _ssim(
    k1: float = 0.01,
    k2: float = 0.03,
    power: int = 2,
    sample: tuple[int, int] = (0, 0),
    cross: float = 2.0,
    product: float = 2.0,
    spread: Callable[[Tensor], Tensor] = lambda v: v,
    square: int = 2,
    covariance: Callable[[Tensor, Tensor], Tensor] | None = None,
    light: bool = True,
) -> Callable[[Tensor, Tensor], Tensor]:
    def ssim(x: Tensor, y: Tensor) -> Tensor:
        c1, c2 = k1**power, k2**power
        mx, my = x.mean(), y.mean()
        vx, vy = (spread(v.var(correction=sample[0])) for v in (x, y))
        cov = ((x - mx) * (y - my)).sum() / (x.numel() - sample[1])
        cov = covariance(x, y) if covariance else cov
        mean_term = (product * mx * my + c1) / (mx**square + my**square + c1)
        return (mean_term if light else 1.0) * (cross * cov + c2) / (vx + vy + c2)

    return ssim


def _terms(join: Callable[[Tensor, Tensor, Tensor], Tensor], c3: float = 4.5e-4) -> Callable:
    """Luminance, contrast and structure, joined in a wrong way or with a wrong constant."""

    def ssim(x: Tensor, y: Tensor) -> Tensor:
        light = _ssim(covariance=lambda x, y: (x.var(correction=0) + y.var(correction=0)) / 2)
        flat = _ssim(light=False, covariance=lambda x, y: x.std(correction=0) * y.std(correction=0))
        cov = ((x - x.mean()) * (y - y.mean())).mean()
        structure = (cov + c3) / (x.std(correction=0) * y.std(correction=0) + c3)
        return join(light(x, y), flat(x, y), structure)

    return ssim


SSIM_PATCH = Exercise(
    name="ssim_patch",
    reference=_ssim(),
    inputs=_patches,
    mistakes={
        "you exchanged c₁ and c₂": _ssim(0.03, 0.01),
        "you divided by n − 1: the statistics of a window are means over its n pixels": _ssim(
            sample=(1, 1)
        ),
        "the variances are divided by n − 1, the covariance by n: all three are means": _ssim(
            sample=(1, 0)
        ),
        "the covariance is divided by n − 1, the variances by n: all three are means": _ssim(
            sample=(0, 1)
        ),
        "you forgot to square the constants: c₁ = (0.01 L)², c₂ = (0.03 L)²": _ssim(power=1),
        "your constants are those of the peak 255: here L = 1": _ssim(2.55, 7.65),
        "you forgot the ½ of c₂ in the structure": _terms(
            lambda light, c, s: light * c * s, c3=9e-4
        ),
        "you added the two factors: multiply them": _terms(lambda light, c, s: light + c * s),
        "you compared the means alone: the luminance is one factor of two": _terms(
            lambda light, c, s: light
        ),
        "your covariance has lost its sign": lambda x, y: _ssim(
            covariance=lambda x, y: ((x - x.mean()) * (y - y.mean())).mean().abs()
        )(x, y),
        "you forgot the factor 2 before the covariance": _ssim(cross=1.0),
        "you forgot the factor 2 before the product of the means": _ssim(product=1.0),
        "you took standard deviations where variances are needed": _ssim(spread=lambda v: v.sqrt()),
        "you forgot to square the means": _ssim(square=1),
        "you did not subtract the means before the covariance": _ssim(
            covariance=lambda x, y: (x * y).mean()
        ),
        "you summed for the covariance: it is a mean": _ssim(
            covariance=lambda x, y: ((x - x.mean()) * (y - y.mean())).sum()
        ),
        "you left the structure out: σx σy stands where the covariance should": _ssim(
            covariance=lambda x, y: x.std(correction=0) * y.std(correction=0)
        ),
        "you left the luminance out": _ssim(light=False),
        "you returned 1 − SSIM": lambda x, y: 1 - _ssim()(x, y),
        "you left the constants out": _ssim(0.0, 0.0),
    }
    | PATCH,
    hint="(2μxμy + c₁)(2σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂)), with L = 1; σx² is the "
    "variance, not the standard deviation",
)
