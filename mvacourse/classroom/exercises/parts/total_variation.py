"""Loops of notebook 04: descent, bisection and projected descent, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.regularizers import smoothed_tv_grad


def walk(
    direction: Callable[..., Tensor] = lambda x, v, lam, g: x - v + lam * g,
    steps: float = 1.9,
    data: float = 1.0,
    start: float = 1.0,
    stale: bool = False,
) -> Callable[[Tensor, float, float, int], Tensor]:
    """Make a descent; `direction` combines x, v, λ and g = ∇TV_ε(x)."""

    def descent(v: Tensor, lam: float, eps: float, n_iter: int) -> Tensor:
        tau = steps / (data + 8 * lam / eps)
        path = [start * v]
        for _ in range(n_iter):
            x = path[-1]
            at = v if stale else x
            path.append(x - tau * direction(at, v, lam, smoothed_tv_grad(at, eps)))
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
