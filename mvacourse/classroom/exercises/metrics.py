"""Exercises of notebook 05: PSNR, SSIM, a given MSE, a layer of LPIPS, the order of ranks."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts import wrong_metrics as more
from mvacourse.classroom.exercises.parts.metrics import SSIM_MAP, WITH_MSE
from mvacourse.classroom.exercises.parts.ssim_patch import SSIM_PATCH


def _pairs(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    cases = []
    for shape, peak in (
        ((1, 1, 7, 10), 1.0),
        ((1, 3, 9, 5), 255.0),
        ((1, 2, 5, 4), 2.0),
        ((1, 1, 6, 8), 10.0),
    ):
        ref = peak * rand(g, *shape)
        cases.append((ref + 0.1 * peak * (rand(g, *shape) - 0.5), ref, peak))
    return cases


def _features(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    cases = []
    for c, h, w in ((4, 7, 5), (6, 3, 8)):
        f, f0 = rand(g, c, h, w) - 0.3, rand(g, c, h, w) - 0.3
        f[:, 1, 2], f0[:, 0] = 0.0, 0.0  # after a ReLU there are places without any feature
        cases.append((f, f0, rand(g, c)))
    return cases


def _psnr(
    factor: float = 20.0,
    log: Callable[[float], float] = math.log10,
    error: Callable[[Tensor], Tensor] = lambda d: d.square().mean().sqrt(),
    top: Callable[[Tensor, float], float] = lambda x, peak: peak,
) -> Callable[[Tensor, Tensor, float], float]:
    def psnr(x: Tensor, ref: Tensor, peak: float) -> float:
        return factor * log(top(x, peak) / error(x - ref).item())

    return psnr


def _by_channel(x: Tensor, ref: Tensor, peak: float) -> float:
    channels = range(x.shape[1])
    return sum(_psnr()(x[:, c], ref[:, c], peak) for c in channels) / len(channels)


def _unit(f: Tensor) -> Tensor:
    return f / (f.square().sum(dim=0, keepdim=True).sqrt() + 1e-10)


def _weighted(f: Tensor, f0: Tensor, w: Tensor) -> Tensor:
    return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()


def _lpips(f: Tensor, f0: Tensor, w: Tensor) -> Tensor:
    return _weighted(_unit(f), _unit(f0), w)


def _ranks(a: Tensor) -> Tensor:
    return a.argsort().argsort().double()


def _pearson(a: Tensor, b: Tensor) -> Tensor:
    return torch.corrcoef(torch.stack([a, b]))[0, 1]


def _spearman(a: Tensor, b: Tensor) -> Tensor:
    return _pearson(_ranks(a), _ranks(b))


def _kendall(a: Tensor, b: Tensor) -> Tensor:
    signs = (a[:, None] - a).sign() * (b[:, None] - b).sign()
    return signs.sum() / (len(a) * (len(a) - 1))


def _lists(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    pairs = [(randn(g, 7), randn(g, 7)), (randn(g, 12), rand(g, 12))]
    a = randn(g, 9)
    return [*pairs, (a, randn(g, 9) - a)]  # the last correlation is negative


EXERCISES = (
    Exercise(
        name="psnr",
        reference=_psnr(),
        inputs=_pairs,
        mistakes={
            "you always used the peak 255: images in [0, 1] have peak 1": _psnr(
                top=lambda x, peak: 255.0
            ),
            "you always used the peak 1: images in [0, 255] have peak 255": _psnr(
                top=lambda x, peak: 1.0
            ),
            "you took the brightest value of x for the peak: it is the brightest possible one": (
                _psnr(top=lambda x, peak: x.max().item())
            ),
            "you wrote 10 log₁₀ of peak/RMSE: 10 goes with peak²/MSE": _psnr(10.0),
            "you wrote 20 log₁₀ of peak/MSE: 20 goes with peak/RMSE": _psnr(
                error=lambda d: d.square().mean()
            ),
            "you forgot to square the peak: 10 log₁₀ takes peak²/MSE": _psnr(
                10.0, error=lambda d: d.square().mean()
            ),
            "you took the root of the MSE with the factor 10: 10 goes with peak²/MSE": _psnr(
                10.0, top=lambda x, peak: peak**2
            ),
            "you took the brightest value of ref for the peak: it is the brightest possible one": (
                lambda x, ref, peak: _psnr(top=lambda *_: ref.max().item())(x, ref, peak)
            ),
            "you took the natural logarithm": _psnr(20.0, math.log),
            "you took the logarithm to base 2": _psnr(20.0, math.log2),
            "your sign is wrong: a better image has a larger PSNR": _psnr(-20.0),
            "you summed the squares: the MSE is their mean": _psnr(
                error=lambda d: d.square().sum().sqrt()
            ),
            "you took the mean absolute error": _psnr(error=lambda d: d.abs().mean()),
            "you averaged before squaring: errors of opposite signs then cancel": _psnr(
                error=lambda d: d.mean().abs()
            ),
            "you took the standard deviation of the error: a constant error counts too": _psnr(
                error=lambda d: d.std()
            ),
            "you averaged the decibels of each channel: all channels have one MSE": _by_channel,
        }
        | more.PSNR,
        terms=more.PSNR_TERMS,
        hint="20 log₁₀(peak / RMSE), in decibel",
    ),
    Exercise(
        name="lpips_layer",
        reference=_lpips,
        inputs=_features,
        mistakes={
            "you forgot to scale the features of each pixel to unit length": lambda f, f0, w: (
                (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            ),
            "you scaled all features by one length for all places: each place has its own": (
                lambda f, f0, w: _weighted(f / f.norm(), f0 / f0.norm(), w)
            ),
            "you scaled each channel over the places: scale each place over the channels": (
                lambda f, f0, w: _weighted(
                    *(v / v.norm(dim=(1, 2), keepdim=True) for v in (f, f0)), w
                )
            ),
            "you divided by the squared length: take the root of the sum of squares": (
                lambda f, f0, w: _weighted(
                    *(v / (v.square().sum(dim=0) + 1e-10) for v in (f, f0)), w
                )
            ),
            "you divided each length by the sum of moduli: take the Euclidean length": (
                lambda f, f0, w: _weighted(*(v / (v.abs().sum(0) + 1e-10) for v in (f, f0)), w)
            ),
            "you scaled the difference to unit length: scale both vectors, then subtract": (
                lambda f, f0, w: _weighted(_unit(f - f0), torch.zeros_like(f), w)
            ),
            "you took the root at each place: LPIPS adds the squared distances": lambda f, f0, w: (
                (w[:, None, None] * (_unit(f) - _unit(f0)).square()).sum(0).sqrt().mean()
            ),
            "you divided the weights by their sum: take them as they are": lambda f, f0, w: _lpips(
                f, f0, w / w.sum()
            ),
            "you left the weights out": lambda f, f0, w: _lpips(f, f0, torch.ones_like(w)),
            "you took absolute differences: LPIPS adds squares": lambda f, f0, w: (
                (w[:, None, None] * (_unit(f) - _unit(f0)).abs()).sum(dim=0).mean()
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
        }
        | more.LPIPS_LAYER,
        hint="unit length along the channels (dim 0), with 1e-10 added to the length, "
        "squared differences, weighted sum over the channels, mean over the pixels",
    ),
    Exercise(
        name="rank_correlation",
        reference=_spearman,
        inputs=_lists,
        mistakes={
            "you correlated the values: take their ranks first": lambda a, b: _pearson(a, b),
            "you took argsort for the ranks: it says who is at a place, not who has which place": (
                lambda a, b: _pearson(a.argsort().double(), b.argsort().double())
            ),
            "you correlated the sorted values: pairs must stay together": lambda a, b: _pearson(
                a.sort().values, b.sort().values
            ),
            "you correlated a list with itself: the entry is [0, 1]": lambda a, b: _pearson(
                _ranks(a), _ranks(a)
            ),
            "you forgot the 6 in 1 − 6 Σd²/(n(n² − 1))": lambda a, b: 1 - (1 - _spearman(a, b)) / 6,
            "you ranked one of the two only": lambda a, b: _pearson(_ranks(a), b),
            "you ranked the second of the two only": lambda a, b: _pearson(a, _ranks(b)),
            "your ranks run in opposite directions: the sign is wrong": lambda a, b: (
                -_spearman(a, b)
            ),
            "you did not subtract the means of the ranks": lambda a, b: (
                (_ranks(a) @ _ranks(b)) / (_ranks(a).norm() * _ranks(b).norm())
            ),
            "you did not subtract the means of the ranks, which you counted from 1": (
                lambda a, b: (
                    ((_ranks(a) + 1) @ (_ranks(b) + 1))
                    / ((_ranks(a) + 1).norm() * (_ranks(b) + 1).norm())
                )
            ),
            "you took the absolute value: it may be negative": lambda a, b: _spearman(a, b).abs(),
            "you summed |d| in 1 − 6 Σd²/(n(n² − 1)): square the differences": lambda a, b: (
                1 - 6 * (_ranks(a) - _ranks(b)).abs().sum() / (len(a) * (len(a) ** 2 - 1))
            ),
            "you squared the correlation": lambda a, b: _spearman(a, b) ** 2,
            "you took the covariance: divide by both deviations": lambda a, b: torch.cov(
                torch.stack([_ranks(a), _ranks(b)])
            )[0, 1],
            "you counted pairs that agree: that is Kendall's τ": _kendall,
            "you counted equal places": lambda a, b: (_ranks(a) == _ranks(b)).double().mean(),
        }
        | more.RANK_CORRELATION,
        direction="only the order counts; what is left of a list of values then?",
        hint="the ranks are a.argsort().argsort(); then the usual correlation coefficient of both "
        "lists of ranks, torch.corrcoef(torch.stack([…, …]))[0, 1]",
    ),
    SSIM_PATCH,
    SSIM_MAP,
    WITH_MSE,
)
