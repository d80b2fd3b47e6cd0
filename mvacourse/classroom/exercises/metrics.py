"""Exercises of notebook 05: PSNR, SSIM on one patch, and the distance of LPIPS."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand


def _pairs(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    cases = []
    for shape, peak in (((1, 1, 7, 10), 1.0), ((1, 3, 9, 5), 255.0)):
        ref = peak * rand(g, *shape)
        cases.append((ref + 0.1 * peak * (rand(g, *shape) - 0.5), ref, peak))
    return cases


def _patches(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    # low contrast and small means: here the two constants matter
    cases = []
    for scale, shape in ((0.1, (8, 8)), (0.2, (7, 11)), (0.5, (5, 5))):
        x = scale * rand(g, *shape)
        cases.append((x, 0.5 * x + 0.5 * scale * rand(g, *shape)))
    return cases


def _features(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    return [
        (rand(g, c, h, w) - 0.3, rand(g, c, h, w) - 0.3, rand(g, c))
        for c, h, w in ((4, 7, 5), (6, 3, 8))
    ]


def _psnr(factor: float, log: Callable[[float], float] = math.log10):
    def psnr(x: Tensor, ref: Tensor, peak: float) -> float:
        return factor * log(peak / (x - ref).square().mean().sqrt().item())

    return psnr


def _ssim(
    k1: float = 0.01, k2: float = 0.03, power: int = 2, sample: int = 0, cross: float = 2.0
) -> Callable[[Tensor, Tensor], Tensor]:
    def ssim(x: Tensor, y: Tensor) -> Tensor:
        c1, c2 = k1**power, k2**power
        mx, my = x.mean(), y.mean()
        vx, vy = x.var(correction=sample), y.var(correction=sample)
        cov = ((x - mx) * (y - my)).sum() / (x.numel() - sample)
        mean_term = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
        return mean_term * (cross * cov + c2) / (vx + vy + c2)

    return ssim


def _unit(f: Tensor) -> Tensor:
    return f / f.square().sum(dim=0, keepdim=True).sqrt()


def _lpips(f: Tensor, f0: Tensor, w: Tensor) -> Tensor:
    return (w[:, None, None] * (_unit(f) - _unit(f0)).square()).sum(dim=0).mean()


EXERCISES = (
    Exercise(
        name="psnr",
        reference=_psnr(20.0),
        inputs=_pairs,
        mistakes={
            "you always used the peak 255: images in [0, 1] have peak 1": (
                lambda x, ref, peak: _psnr(20.0)(x, ref, 255.0)
            ),
            "you wrote 10 log₁₀ of peak/RMSE: 10 goes with peak²/MSE": _psnr(10.0),
            "you took the natural logarithm": _psnr(20.0, math.log),
            "your sign is wrong: a better image has a larger PSNR": _psnr(-20.0),
        },
        hint="20 log₁₀(peak / RMSE), in decibel",
    ),
    Exercise(
        name="ssim_patch",
        reference=_ssim(),
        inputs=_patches,
        mistakes={
            "you exchanged c₁ and c₂": _ssim(0.03, 0.01),
            "you divided by n − 1: the statistics of a window are means over its n pixels": _ssim(
                sample=1
            ),
            "you forgot to square the constants: c₁ = (0.01 L)², c₂ = (0.03 L)²": _ssim(power=1),
            "you forgot the factor 2 before the covariance": _ssim(cross=1.0),
            "you left the constants out": _ssim(0.0, 0.0),
        },
        hint="(2μxμy + c₁)(2σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂)), with L = 1; σx² is the "
        "variance, not the standard deviation",
    ),
    Exercise(
        name="lpips_layer",
        reference=_lpips,
        inputs=_features,
        mistakes={
            "you forgot to scale the features of each pixel to unit length": lambda f, f0, w: (
                (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            ),
            "you took the square root at the end: LPIPS adds the squared distances": (
                lambda f, f0, w: _lpips(f, f0, w).sqrt()
            ),
            "you squared the weights with the differences: they are linear in LPIPS": (
                lambda f, f0, w: _lpips(f, f0, w.square())
            ),
            "you summed over the pixels instead of averaging": lambda f, f0, w: (
                _lpips(f, f0, w) * f[0].numel()
            ),
            "you averaged over the channels instead of summing": lambda f, f0, w: (
                _lpips(f, f0, w) / f.shape[0]
            ),
        },
        hint="unit length along the channels (dim 0), squared differences, weighted sum over the "
        "channels, mean over the pixels",
    ),
    Exercise(
        name="lpips_input",
        reference=lambda x: 2 * x - 1,
        differentiate=(0,),
        inputs=lambda g: [(rand(g, 1, 3, 7, 10),), (rand(g, 2, 3, 5, 4),)],
        mistakes={
            "you left the image in [0, 1]: the network needs [−1, 1]": lambda x: x.clone(),
            "you only shifted it, to [−½, ½]": lambda x: x - 0.5,
            "you divided by 255, but the image is in [0, 1] already": lambda x: x / 255,
            "you normalised each image by its own mean and deviation": lambda x: (
                (x - x.mean()) / x.std()
            ),
        },
        hint="an affine map that maps 0 to −1 and 1 to 1",
    ),
)
