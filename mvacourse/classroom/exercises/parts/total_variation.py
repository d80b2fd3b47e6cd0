"""Loops of notebook 04: descent, bisection and projected descent, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.regularizers import smoothed_tv_grad

CALLS = 5000
"""How often a denoiser may be called before a search is taken to be endless."""


class Denoiser:
    """A denoiser that counts its calls, to stop a search that would never end."""

    def __init__(self, f: Callable[[Tensor, float], Tensor]) -> None:
        self._f, self._count = f, 0

    def __call__(self, v: Tensor, lam: float) -> Tensor:
        """Restore v with weight lam."""
        self._count += 1
        if self._count > CALLS:
            raise RuntimeError(f"denoise has been called {CALLS} times: halve ten times, then stop")
        return self._f(v, lam)


def walk(
    direction: Callable[..., Tensor] = lambda x, v, lam, g: x - v + lam * g,
    steps: float = 1.9,
    data: float = 1.0,
    start: float = 1.0,
    stale: bool = False,
    again: bool = False,
    scale: float = 1.0,
) -> Callable[[Tensor, float, float, int], Tensor]:
    """Make a descent; `direction` combines x, v, λ and g = ∇TV_ε(x)."""

    def descent(v: Tensor, lam: float, eps: float, n_iter: int) -> Tensor:
        tau = steps / (data + 8 * scale * lam / eps)
        path = [start * v]
        for _ in range(n_iter):
            x = path[-1]
            at = v if stale else x
            path.append(
                (v if again else x) - tau * direction(at, v, lam, smoothed_tv_grad(at, eps))
            )
        return torch.stack(path)

    return descent


def rms(x: Tensor) -> Tensor:
    """Compute the root of the mean square of all values."""
    return x.square().mean().sqrt()


def halve(
    size: Callable[[Any, Tensor, float], Tensor] = lambda f, v, a: rms(f(v, 10**a) - v),
    turned: bool = False,
    result: Callable[[float], float] = lambda a: 10**a,
    power: int = 1,
    count: int = 10,
) -> Callable[[Any, Tensor, float], float]:
    """Make a bisection; `size` is what it compares with σ to a power."""

    def bisect(denoise: Any, v: Tensor, sigma: float) -> float:
        low, high = -2.0, 0.0
        for _ in range(count):
            middle = (low + high) / 2
            too_little = bool(size(denoise, v, middle) < sigma**power) != turned
            low, high = (middle, high) if too_little else (low, middle)
        return result(middle)

    return bisect


BISECTIONS = {
    "you keep the wrong half: if too little was removed, λ must grow": halve(turned=True),
    "you compare the mean square with sigma: take its root, or sigma²": halve(
        lambda f, v, a: (f(v, 10**a) - v).square().mean()
    ),
    "your λ ends near 0.01: by your test, too much is removed every time (is there a sum in it, or "
    "another λ?)": (halve(lambda f, v, a: (f(v, 10**a) - v).norm())),
    "your λ ends near 1: does your test always say that too little was removed, or is your "
    "interval another one?": (halve(lambda f, v, a: -torch.ones(()))),
    "you took the standard deviation, which subtracts the mean: take the RMS": halve(
        lambda f, v, a: (f(v, 10**a) - v).std()
    ),
    "you compare the restored image with sigma, instead of what was removed": halve(
        lambda f, v, a: rms(f(v, 10**a))
    ),
    "you returned the exponent: return 10 to its power": halve(result=float),
    "you took the mean of the moduli instead of the RMS": halve(
        lambda f, v, a: (f(v, 10**a) - v).abs().mean()
    ),
    "you compare the RMS with sigma²: square both, or none": halve(power=2),
    "you return inside of the loop, after the first middle": halve(count=1),
    "you compare half of the mean square: there is no ½": halve(
        lambda f, v, a: rms(f(v, 10**a) - v) / 2**0.5
    ),
}


def fill(
    step: Callable[..., Tensor] = lambda x, v, m, t, g: torch.where(m, v, x - t * g(x)),
    start: Callable[[Tensor, Tensor], Tensor] = lambda v, m: torch.where(m, v, v[..., m].mean()),
    stale: bool = False,
) -> Callable[[Tensor, Tensor, Any, float, int], Tensor]:
    """Make a projected descent; `step` combines x, v, the mask m, τ and g = ∇R."""

    def inpaint(v: Tensor, mask: Tensor, gradient: Any, tau: float, n_iter: int) -> Tensor:
        x0 = start(v, mask)
        path = [x0]
        for _ in range(n_iter):
            g = (lambda x: gradient(x0)) if stale else gradient
            path.append(step(path[-1], v, mask, tau, g))
        return torch.stack(path)

    return inpaint


def unprojected(x: Tensor, v: Tensor, m: Tensor, t: float, g: Any) -> Tensor:
    """Project before the step, or keep the iterates as they are before the projection."""
    x = torch.where(m, v, x)
    return x - t * g(x)
