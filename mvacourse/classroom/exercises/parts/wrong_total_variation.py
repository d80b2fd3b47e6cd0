"""More common mistakes of notebook 04, and the terms of which its steps are sums."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.calculus import grad, grad_T, laplacian
from mvacourse.classroom.exercises.checking.exercise import Function, Terms
from mvacourse.classroom.exercises.parts.total_variation import walk
from mvacourse.regularizers import smoothed_tv_grad, tychonov_grad


def _lengths(p: Tensor) -> Tensor:
    return p.square().sum(dim=-3, keepdim=True).sqrt()


def _cut(u: Tensor) -> Tensor:
    """Sum the lengths without the last row and column, where the differences wrap around."""
    return _lengths(grad(u))[..., :-1, :-1].sum()


def _neumann(u: Tensor) -> Tensor:
    """Sum the lengths of differences that are 0 at the last row and column."""
    p = grad(u).clone()
    p[..., 0, -1, :], p[..., 1, :, -1] = 0, 0
    return _lengths(p).sum()


TOTAL_VARIATION = {
    "you took the modulus of the sum of both derivatives: each pixel has a length": lambda u: (
        grad(u).sum(dim=-3).abs().sum()
    ),
    "you took the vertical derivative alone: each pixel has two": lambda u: (
        grad(u)[:, :, 0].abs().sum()
    ),
    "you took the horizontal derivative alone: each pixel has two": lambda u: (
        grad(u)[:, :, 1].abs().sum()
    ),
    "you left out the last row and column: the image wraps around": _cut,
    "your differences stop at the border: the image wraps around": _neumann,
    "you took the larger of the two derivatives": lambda u: grad(u).abs().amax(dim=-3).sum(),
    "you took the larger of the two derivatives, with its sign": lambda u: (
        grad(u).amax(dim=-3).sum()
    ),
    "you averaged the two squares: add them": lambda u: grad(u).square().mean(dim=-3).sqrt().sum(),
    "you added the moduli, and halved them": lambda u: grad(u).abs().sum() / 2,
    "you took the Laplacian: TV has the first derivatives": lambda u: laplacian(u).abs().sum(),
    "you added the squares along the columns: the two derivatives are in dimension −3": lambda u: (
        grad(u).square().sum(dim=-1).sqrt().sum()
    ),
    "you added the squares along the rows: the two derivatives are in dimension −3": lambda u: (
        grad(u).square().sum(dim=-2).sqrt().sum()
    ),
    "you took one root for each image: each pixel has its own": lambda u: (
        grad(u).square().sum(dim=(1, 2, 3, 4)).sqrt().sum()
    ),
    "you took one root for each channel of an image: each pixel has its own": lambda u: (
        grad(u).square().sum(dim=(2, 3, 4)).sqrt().sum()
    ),
    "you took the first channel alone": lambda u: _lengths(grad(u[:, :1])).sum(),
    "you averaged over the channels: add them": lambda u: _lengths(grad(u)).sum() / u.shape[1],
    "you took the length of the image: TV has that of its gradient": lambda u: u.abs().sum(),
    "you took the root of the root: the length has one": lambda u: _lengths(grad(u)).sqrt().sum(),
}


def _over(weight: Function) -> Callable[[Tensor, float], Tensor]:
    return lambda u, eps: grad_T(grad(u) / weight(grad(u), eps))


def _smooth(p: Tensor, eps: float) -> Tensor:
    return (eps**2 + _lengths(p) ** 2).sqrt()


SMOOTHED_TV_GRADIENT = {
    "you forgot eps": _over(lambda p, eps: _lengths(p)),
    "you added eps² outside of the root": _over(lambda p, eps: eps**2 + _lengths(p)),
    "you took the larger of ‖∇u‖ and eps: take the root of the sum of squares": _over(
        lambda p, eps: _lengths(p).clamp(min=eps)
    ),
    "you took one length for all channels of a pixel": _over(
        lambda p, eps: (eps**2 + p.square().sum(dim=(-4, -3), keepdim=True)).sqrt()
    ),
    "you averaged the two squares: add them": _over(
        lambda p, eps: (eps**2 + p.square().mean(dim=-3, keepdim=True)).sqrt()
    ),
    "you squared the sum of the two derivatives: add their squares": _over(
        lambda p, eps: (eps**2 + p.sum(dim=-3, keepdim=True) ** 2).sqrt()
    ),
    "you forgot the squares of the derivatives": _over(
        lambda p, eps: (eps**2 + p.abs().sum(dim=-3, keepdim=True)).sqrt()
    ),
    "you took the signs of the derivatives: divide by the length": lambda u, eps: grad_T(
        grad(u).sign()
    ),
    "you added the two components: the adjoint ∇ᵀ takes differences of them": lambda u, eps: (
        grad(u) / _smooth(grad(u), eps)
    ).sum(dim=-3),
    "you took the gradient again instead of its adjoint ∇ᵀ": lambda u, eps: _trace(
        grad(u) / _smooth(grad(u), eps)
    ),
    "you applied ∇ᵀ to the lengths": lambda u, eps: grad_T(
        _smooth(grad(u), eps).expand_as(grad(u))
    ),
    "you applied ∇ᵀ to the inverse lengths": lambda u, eps: grad_T(
        (1 / _smooth(grad(u), eps)).expand_as(grad(u))
    ),
    "you returned the length at each pixel: take the derivative of their sum": lambda u, eps: (
        _smooth(grad(u), eps).squeeze(-3)
    ),
    "you took the root twice": _over(lambda p, eps: _smooth(p, eps).sqrt()),
    "you divided by the sum over another dimension than −3: by that of the columns": _over(
        lambda p, eps: (eps**2 + p.square().sum(dim=-1, keepdim=True)).sqrt()
    ),
    "you divided by the sum over another dimension than −3: by that of the rows": _over(
        lambda p, eps: (eps**2 + p.square().sum(dim=-2, keepdim=True)).sqrt()
    ),
    "you took the Laplacian over the length: divide before the second derivative": lambda u, eps: (
        laplacian(u) / _smooth(grad(u), eps).squeeze(-3)
    ),
    "you averaged the lengths: each pixel has its own": _over(
        lambda p, eps: _smooth(p, eps).mean()
    ),
}


def _trace(p: Tensor) -> Tensor:
    """Add forward differences of both components: −∇ᵀ on the wrong side."""
    return (
        p[..., 0, :, :].roll(-1, -2)
        - p[..., 0, :, :]
        + (p[..., 1, :, :].roll(-1, -1) - p[..., 1, :, :])
    )


SMOOTHED_TV_STEP = {
    "you forgot eps: the constant of ∇TV_ε is 8/ε": lambda lam, eps: 2 / (1 + 8 * lam),
    "you squared lam": lambda lam, eps: 2 / (1 + 8 * lam**2 / eps),
    "you took the root of eps": lambda lam, eps: 2 / (1 + 8 * lam / eps**0.5),
    "you divided the 1 by eps, too": lambda lam, eps: 2 / ((1 + 8 * lam) / eps),
    "you multiplied the data term by lam, and not ∇TV_ε": lambda lam, eps: 2 / (lam + 8 / eps),
    "you added the steps of both terms: add their constants L": lambda lam, eps: (
        2 + 2 * eps / (8 * lam)
    ),
    "you took the larger of the two constants: add them": lambda lam, eps: (
        2 / max(1, 8 * lam / eps)
    ),
    "you squared L": lambda lam, eps: 2 / (1 + 8 * lam / eps) ** 2,
    "you took the root of L": lambda lam, eps: 2 / (1 + 8 * lam / eps) ** 0.5,
    "you divided by lam": lambda lam, eps: 2 / (1 + 8 / (lam * eps)),
    "you took 0.95 of the step: that comes later": lambda lam, eps: 1.9 / (1 + 8 * lam / eps),
    "you returned half of L": lambda lam, eps: (1 + 8 * lam / eps) / 2,
}

STEP_TERMS = Terms(
    lambda got, lam, eps: (2 / got, {"the 1 in L": 1.0, "lam/eps in L": lam / eps}), joint=True
)


def _stepping(step: Function) -> Callable[..., Tensor]:
    def descent(v: Tensor, lam: float, eps: float, n_iter: int) -> Tensor:
        tau, path = 1.9 / (1 + 8 * lam / eps), [v]
        for _ in range(n_iter):
            path.append(step(path[-1], v, lam, eps, tau))
        return torch.stack(path)

    return descent


def _slope(x: Tensor, v: Tensor, lam: float, eps: float) -> Tensor:
    return x - v + lam * smoothed_tv_grad(x, eps)


def _data_first(x: Tensor, v: Tensor, lam: float, eps: float, tau: float) -> Tensor:
    x = x - tau * (x - v)
    return x - tau * lam * smoothed_tv_grad(x, eps)


def _data_last(x: Tensor, v: Tensor, lam: float, eps: float, tau: float) -> Tensor:
    x = x - tau * lam * smoothed_tv_grad(x, eps)
    return x - tau * (x - v)


def _unit(g: Tensor) -> Tensor:
    return g / g.square().sum().sqrt()


TV_DESCENT = {
    "you took the two steps one after the other: both parts of the gradient are at one x": (
        _stepping(_data_first)
    ),
    "you took the step of TV first, then that of the data: both parts are at one x": _stepping(
        _data_last
    ),
    "you clamped the iterates": _stepping(
        lambda x, v, lam, eps, t: (x - t * _slope(x, v, lam, eps)).clamp(0, 1)
    ),
    "you took the gradient of Tychonov, 2∇ᵀ∇x, for that of TV_ε": _stepping(
        lambda x, v, lam, eps, t: x - t * (x - v + lam * tychonov_grad(x))
    ),
    "you squared eps: ∇TV_ε does that": _stepping(
        lambda x, v, lam, eps, t: x - t * _slope(x, v, lam, eps**2)
    ),
    "you normalised the gradient": _stepping(
        lambda x, v, lam, eps, t: x - t * _unit(_slope(x, v, lam, eps))
    ),
    "you multiplied ∇TV_ε by tau outside of the gradient, too": _stepping(
        lambda x, v, lam, eps, t: x - t * (x - v) - t**2 * lam * smoothed_tv_grad(x, eps)
    ),
    "lam multiplies the data term instead of ∇TV_ε": walk(lambda x, v, lam, g: lam * (x - v) + g),
    "you squared lam": walk(lambda x, v, lam, g: x - v + lam**2 * g),
    "you divided ∇TV_ε by lam": walk(lambda x, v, lam, g: x - v + g / lam),
    "you took ∇TV_ε of x − v: it is that of x": _stepping(
        lambda x, v, lam, eps, t: x - t * (x - v + lam * smoothed_tv_grad(x - v, eps))
    ),
    "you forgot eps in L": lambda v, lam, eps, n: walk(scale=eps)(v, lam, eps, n),
    "you forgot the step": _stepping(lambda x, v, lam, eps, t: x - _slope(x, v, lam, eps)),
}


def _moves(path: Tensor, v: Tensor, lam: float, eps: float, n: int) -> tuple[Tensor, dict]:
    x = path[:-1]
    return path.diff(dim=0), {
        "the data term x − v": x - v,
        "∇TV_ε(x)": torch.stack([smoothed_tv_grad(image, eps) for image in x]),
        "∇TV_ε(v)": smoothed_tv_grad(v, eps).expand_as(x),
        "x": x,
    }


DESCENT_TERMS = Terms(_moves, steps=True)
