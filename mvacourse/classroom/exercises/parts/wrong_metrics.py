"""More common mistakes of notebook 05: in decibels, LPIPS, ranks, and a search for a strength."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function, Terms


def _mse(x: Tensor, ref: Tensor) -> Tensor:
    return (x - ref).square().mean()


def _decibels(ratio: Function) -> Callable[[Tensor, Tensor, float], Tensor]:
    """Make 10 log₁₀ of a ratio of powers."""
    return lambda x, ref, peak: 10 * torch.as_tensor(ratio(x, ref, peak)).log10()


PSNR = {
    "you compared with the mean square of ref: this is the SNR": _decibels(
        lambda x, ref, p: ref.square().mean() / _mse(x, ref)
    ),
    "you compared with the variance of ref: the peak is the brightest possible value": _decibels(
        lambda x, ref, p: ref.var() / _mse(x, ref)
    ),
    "you took the range of ref for the peak: it is the brightest possible value": _decibels(
        lambda x, ref, p: (ref.max() - ref.min()) ** 2 / _mse(x, ref)
    ),
    "you took the largest error: take the root of the mean square": _decibels(
        lambda x, ref, p: p**2 / (x - ref).abs().max() ** 2
    ),
    "you took the median error: take the root of the mean square": _decibels(
        lambda x, ref, p: p**2 / (x - ref).square().median()
    ),
    "you averaged the decibels of each pixel: first the mean, then the logarithm": (
        lambda x, ref, p: (20 * (p / (x - ref).abs()).log10()).mean()
    ),
    "you averaged the decibels of each row: all pixels have one MSE": lambda x, ref, p: (
        10 * (p**2 / (x - ref).square().mean(dim=-1)).log10()
    ).mean(),
    "you clamped x: no value is changed before it is compared": lambda x, ref, p: (
        10 * (p**2 / _mse(x.clamp(0, p), ref)).log10()
    ),
    "you clamped x to [0, 1]: no value is changed before it is compared": lambda x, ref, p: (
        10 * (p**2 / _mse(x.clamp(0, 1), ref)).log10()
    ),
    "you divided outside of the logarithm": lambda x, ref, p: (
        20 * math.log10(p) / _mse(x, ref).sqrt()
    ),
    "you divided by the logarithm of the RMSE: subtract it": lambda x, ref, p: (
        20 * math.log10(p) / _mse(x, ref).sqrt().log10()
    ),
    "you took the first channel alone": lambda x, ref, p: (
        10 * (p**2 / _mse(x[:, 0], ref[:, 0])).log10()
    ),
    "you divided by n − 1: the MSE is a mean over all n values": lambda x, ref, p: (
        10 * (p**2 * (x.numel() - 1) / (x - ref).square().sum()).log10()
    ),
    "you subtracted the squares: subtract the images, then square": _decibels(
        lambda x, ref, p: p**2 / (x.square() - ref.square()).mean().abs()
    ),
    "you returned the RMSE": lambda x, ref, p: _mse(x, ref).sqrt(),
    "you forgot the logarithm": lambda x, ref, p: p / _mse(x, ref).sqrt(),
    "you forgot the factor 20": lambda x, ref, p: (p / _mse(x, ref).sqrt()).log10(),
}

PSNR_TERMS = Terms(
    lambda got, x, ref, peak: (
        got,
        {"20 log₁₀(peak)": 20 * math.log10(peak), "20 log₁₀(RMSE)": 10 * _mse(x, ref).log10()},
    ),
    joint=True,
)


def _unit(f: Tensor, dim: Any = 0) -> Tensor:
    return f / (f.square().sum(dim=dim, keepdim=True).sqrt() + 1e-10)


def _layer(f: Tensor, f0: Tensor, w: Tensor) -> Tensor:
    return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()


def _scaled(scale: Function) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    return lambda f, f0, w: _layer(scale(f), scale(f0), w)


def _cosine(f: Tensor, f0: Tensor, w: Tensor) -> Tensor:
    return (w[:, None, None] * _unit(f) * _unit(f0)).sum(dim=0).mean()


LPIPS_LAYER = {
    "you scaled f alone to unit length: f0, too": lambda f, f0, w: _layer(_unit(f), f0, w),
    "you scaled f0 alone to unit length: f, too": lambda f, f0, w: _layer(f, _unit(f0), w),
    "you divided both by the length of f: each has its own": lambda f, f0, w: _layer(
        _unit(f), f0 / (f.norm(dim=0) + 1e-10), w
    ),
    "you divided both by the length of f0: each has its own": lambda f, f0, w: _layer(
        f / (f0.norm(dim=0) + 1e-10), _unit(f0), w
    ),
    "you did not add 1e-10 to the length: some places have no feature": _scaled(
        lambda f: f / f.norm(dim=0)
    ),
    "you took the root mean square for the length: add the squares": _scaled(
        lambda f: f / (f.square().mean(dim=0).sqrt() + 1e-10)
    ),
    "you standardised the features of each place: divide by their length": _scaled(
        lambda f: (f - f.mean(dim=0)) / (f.std(dim=0) + 1e-10)
    ),
    "you divided by the largest feature: divide by the length": _scaled(
        lambda f: f / (f.amax(dim=0) + 1e-10)
    ),
    "you divided by the largest modulus: divide by the length": _scaled(
        lambda f: f / (f.abs().amax(dim=0) + 1e-10)
    ),
    "you took lengths along the rows: the channels are in dimension 0": _scaled(
        lambda f: _unit(f, -1)
    ),
    "you took lengths along the columns: the channels are in dimension 0": _scaled(
        lambda f: _unit(f, -2)
    ),
    "you multiplied the features: take the squares of their differences": _cosine,
    "you took one minus the product of the features: take the squares of their differences": (
        lambda f, f0, w: 1 - _cosine(f, f0, w)
    ),
    "you subtracted the squares: subtract, then square": lambda f, f0, w: (
        (w[:, None, None] * (_unit(f) ** 2 - _unit(f0) ** 2)).sum(dim=0).mean()
    ),
    "you added the channels before squaring: square each difference": lambda f, f0, w: (
        (w[:, None, None] * (_unit(f) - _unit(f0))).sum(dim=0).square().mean()
    ),
    "you took the largest place: take the mean": lambda f, f0, w: (
        (w[:, None, None] * (_unit(f) - _unit(f0)) ** 2).sum(dim=0).max()
    ),
    "you multiplied by the weights before scaling to unit length": lambda f, f0, w: (
        (_unit(w[:, None, None] * f) - _unit(w[:, None, None] * f0)).square().sum(dim=0).mean()
    ),
    "you took the roots of the weights: they multiply the squares": lambda f, f0, w: _layer(
        _unit(f), _unit(f0), w.sqrt()
    ),
    "you averaged over the places before the squares": lambda f, f0, w: (
        w * (_unit(f) - _unit(f0)).mean(dim=(1, 2)) ** 2
    ).sum(),
    "you added the features: take their differences": lambda f, f0, w: _layer(
        _unit(f), -_unit(f0), w
    ),
}


def _ranks(a: Tensor) -> Tensor:
    return a.argsort().argsort().double()


def _from_gaps(size: Function) -> Callable[[Tensor, Tensor], Tensor]:
    """Make 1 − 6 Σd² / size(n)."""
    return lambda a, b: 1 - 6 * (_ranks(a) - _ranks(b)).square().sum() / size(len(a))


def _matrix(a: Tensor, b: Tensor) -> Tensor:
    return torch.corrcoef(torch.stack([_ranks(a), _ranks(b)]))


RANK_CORRELATION = {
    "you returned the whole matrix: its entry [0, 1] is the coefficient": _matrix,
    "you wrote n(n − 1)² in 1 − 6 Σd²/(n(n² − 1))": _from_gaps(lambda n: n * (n - 1) ** 2),
    "you wrote n³ in 1 − 6 Σd²/(n(n² − 1))": _from_gaps(lambda n: n**3),
    "you wrote n² − 1 in 1 − 6 Σd²/(n(n² − 1))": _from_gaps(lambda n: n**2 - 1),
    "you wrote n(n − 1) in 1 − 6 Σd²/(n(n² − 1))": _from_gaps(lambda n: n * (n - 1)),
    "you wrote n(n² + 1) in 1 − 6 Σd²/(n(n² − 1))": _from_gaps(lambda n: n * (n**2 + 1)),
    "you put b in the order of a before ranking it: pairs must stay together": lambda a, b: (
        torch.corrcoef(torch.stack([_ranks(a), _ranks(b[a.argsort()])]))[0, 1]
    ),
    "you put a in the order of b before ranking it: pairs must stay together": lambda a, b: (
        torch.corrcoef(torch.stack([_ranks(a[b.argsort()]), _ranks(b)]))[0, 1]
    ),
    "you returned the mean difference of the ranks": lambda a, b: (
        (_ranks(a) - _ranks(b)).abs().mean()
    ),
    "you returned the mean square of the differences of the ranks": lambda a, b: (
        (_ranks(a) - _ranks(b)).square().mean()
    ),
    "you took argsort for the ranks of the second list": lambda a, b: torch.corrcoef(
        torch.stack([_ranks(a), b.argsort().double()])
    )[0, 1],
    "you took argsort for the ranks of the first list": lambda a, b: torch.corrcoef(
        torch.stack([a.argsort().double(), _ranks(b)])
    )[0, 1],
    "you did not subtract the means of the values, nor rank them": lambda a, b: (
        a @ b / (a.norm() * b.norm())
    ),
    "you returned Σd² alone": lambda a, b: (_ranks(a) - _ranks(b)).square().sum(),
}


def _error(distort: Function, u: Tensor, s: float) -> float:
    return (distort(u, s) - u).square().mean().item()


def _grid(count: int, before: bool = False) -> Callable[..., float]:
    """Walk along a grid to the first strength that is too strong, or to the one before it."""

    def search(target: float, distort: Function, u: Tensor, high: float) -> float:
        for k in range(count + 1):
            if _error(distort, u, high * k / count) >= target:
                return high * (k - before) / count
        return high

    return search


def _halved(
    tries: Function = lambda low, s, high: s, twice: bool = False, again: bool = False
) -> Callable[..., float]:
    """Halve, but try another strength, distort twice, or go on with the distorted image."""

    def search(target: float, distort: Function, u: Tensor, high: float) -> float:
        low, top = 0.0, high
        for _ in range(25):
            s = (low + top) / 2
            a = tries(low, s, top)
            x = distort(distort(u, a), a) if twice else distort(u, a)
            too_strong = (x - u).square().mean().item() > target
            low, top = (low, s) if too_strong else (s, top)
            u = x if again else u
        return low

    return search


def _factor(number: float) -> Callable[..., float]:
    return lambda target, distort, u, high: _halved()(number * target, distort, u, high)


COARSE = "your strengths are too coarse: halve the interval until it is tiny"
WITH_MSE = {
    f"{COARSE} (a hundredth of it is left)": _grid(100),
    f"{COARSE} (a five-hundredth of it is left)": _grid(500),
    f"{COARSE} (a thousandth of it is left)": _grid(1000),
    "your strength ends at high/2: is each try the middle of what is left, (low + high) / 2?": (
        _halved(lambda low, s, high: high)
    ),
    "you tried the lower end instead of the middle": _halved(lambda low, s, high: low),
    "you distorted twice": _halved(twice=True),
    "you distorted what was already distorted: u stays": _halved(again=True),
    "you multiplied `high` by the target: search": lambda t, distort, u, high: t * high,
    "you divided the target by two": _factor(0.5),
    "you doubled the target": _factor(2.0),
    "you returned the distorted image: return the strength": lambda t, distort, u, high: distort(
        u, _halved()(t, distort, u, high)
    ),
}
