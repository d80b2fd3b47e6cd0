"""Algorithms of notebook 03: descent, SURE over a grid, deblurring, heat, right and wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mvacourse.calculus import laplacian, laplacian_hat


def descend(
    slope: Callable[..., Tensor] = lambda x, v, lam: x - v - 2 * lam * laplacian(x),
    step: Callable[[float], float] = lambda lam: 1 / (1 + 8 * lam),
    stale: bool = False,
    again: bool = False,
    start: float = 1.0,
) -> Callable[[Tensor, float, int], Tensor]:
    """Make a descent; `slope` is its ∇F."""

    def descent(v: Tensor, lam: float, n_iter: int) -> Tensor:
        path = [start * v]
        for _ in range(n_iter):
            at = v if stale else path[-1]
            path.append((v if again else path[-1]) - step(lam) * slope(at, v, lam))
        return torch.stack(path)

    return descent


def melt(
    step: Callable[[float, int], float] = lambda t, n: t / n,
    keep: float = 1.0,
    stale: bool = False,
    again: bool = False,
) -> Callable[[Tensor, float, int], Tensor]:
    """Make the explicit Euler method for the heat equation; `step` is its dt."""

    def heat(u: Tensor, t: float, n_steps: int) -> Tensor:
        path = [u]
        for _ in range(n_steps):
            change = step(t, n_steps) * laplacian(u if stale else path[-1])
            path.append(keep * (u if again else path[-1]) + change)
        return torch.stack(path)

    return heat


def estimate(
    parseval: bool = True,
    shift: float = 1.0,
    factor: float = 2.0,
    two: float = 2.0,
    residual: bool = True,
    trace: Callable[[Tensor], Tensor] = torch.mean,
    power: int = 2,
) -> Callable[[Tensor, float, Sequence[float]], Tensor]:
    """Make Stein's estimate for several λ; `trace` is taken of the filter H."""

    def sure(v: Tensor, sigma: float, lams: Sequence[float]) -> Tensor:
        M, N = v.shape[-2:]
        L_hat, found = laplacian_hat(M, N, dtype=v.dtype), []
        for lam in lams:
            H = 1 / (1 + two * lam * L_hat)
            z_hat = torch.fft.fft2(v) * (H - 1 if residual else H)
            misfit = z_hat.abs().square().mean() / (M * N if parseval else 1)
            noise = sigma**power
            found.append(misfit - shift * noise + factor * noise * trace(H))
        return torch.stack(found)

    return sure


def deblur(
    formula: Callable[..., Tensor] = lambda v, k, P: k.conj() * v / (k.abs() ** 2 + P),
    shift: Callable[[int], int] = lambda size: -(size // 2),
    two: float = 2.0,
    end: Callable[[Tensor], Tensor] = torch.real,
) -> Callable[[Tensor, Tensor, float], Tensor]:
    """Make a deblurring in Fourier; `formula` combines v̂, k̂ and P = 2λL̂."""

    def restore(v: Tensor, k: Tensor, lam: float) -> Tensor:
        M, N = v.shape[-2:]
        image = v.new_zeros(M, N)
        image[: k.shape[0], : k.shape[1]] = k
        image = image.roll((shift(k.shape[0]), shift(k.shape[1])), (0, 1))
        P = two * lam * laplacian_hat(M, N, dtype=v.dtype)
        return end(torch.fft.ifft2(formula(torch.fft.fft2(v), torch.fft.fft2(image), P)))

    return restore
