"""More common mistakes of notebook 03, and the terms of which its steps and estimates are sums."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.calculus import grad, laplacian, laplacian_hat
from mvacourse.classroom.exercises.checking.exercise import Function, Terms
from mvacourse.classroom.exercises.parts.tychonov import descend


def stepping(step: Function) -> Callable[[Tensor, float, int], Tensor]:
    """Repeat x ← step(x, first, number, count) from the first image; return all images."""

    def walk(first: Tensor, number: float, count: int) -> Tensor:
        path = [first]
        for _ in range(count):
            path.append(step(path[-1], first, number, count))
        return torch.stack(path)

    return walk


def _slope(x: Tensor, v: Tensor, lam: float) -> Tensor:
    return x - v - 2 * lam * laplacian(x)


def _in_turns(x: Tensor, v: Tensor, lam: float, _: int) -> Tensor:
    tau = 1 / (1 + 8 * lam)
    x = x - tau * (x - v)
    return x + 2 * tau * lam * laplacian(x)


def _other_turns(x: Tensor, v: Tensor, lam: float, _: int) -> Tensor:
    tau = 1 / (1 + 8 * lam)
    x = x + 2 * tau * lam * laplacian(x)
    return x - tau * (x - v)


TYCHONOV_DESCENT = {
    "you squared lam": descend(lambda x, v, lam: x - v - 2 * lam**2 * laplacian(x)),
    "you forgot to subtract v in the data term": descend(
        lambda x, v, lam: x - 2 * lam * laplacian(x)
    ),
    "you applied the Laplacian twice": descend(
        lambda x, v, lam: x - v - 2 * lam * laplacian(laplacian(x))
    ),
    "you took |∇x|² for its derivative, −2Δx": descend(
        lambda x, v, lam: x - v + 2 * lam * grad(x).square().sum(dim=-3)
    ),
    "you took λ|∇x|² for the derivative of the penalty, −2λΔx": descend(
        lambda x, v, lam: x - v + lam * grad(x).square().sum(dim=-3)
    ),
    "you took the first derivatives: the gradient of the penalty has the Laplacian": descend(
        lambda x, v, lam: x - v - 2 * lam * grad(x).sum(dim=-3)
    ),
    "you took the two steps one after the other: both parts of the gradient are at one x": (
        stepping(_in_turns)
    ),
    "you took the penalty's step first, then that of the data: both parts are at one x": (
        stepping(_other_turns)
    ),
    "you clamped the iterates": stepping(
        lambda x, v, lam, _: (x - _slope(x, v, lam) / (1 + 8 * lam)).clamp(0, 1)
    ),
    "your step is 1/(1 + 4 λ): take 1/(1 + 8 λ)": descend(step=lambda lam: 1 / (1 + 4 * lam)),
    "your step is 1/(1 + 2 λ): take 1/(1 + 8 λ)": descend(step=lambda lam: 1 / (1 + 2 * lam)),
    "your step is 1/1 + 8 λ: put parentheses around 1 + 8 λ": descend(step=lambda lam: 1 + 8 * lam),
    "your step is 2/(1 + 8 λ): take 1/(1 + 8 λ)": descend(step=lambda lam: 2 / (1 + 8 * lam)),
    "you forgot the step τ": descend(step=lambda lam: 1.0),
}


def _moves(path: Tensor, v: Tensor, lam: float, n_iter: int) -> tuple[Tensor, dict[str, Tensor]]:
    x = path[:-1]
    return path.diff(dim=0), {
        "the data term x − v": x - v,
        "the Laplacian of x": torch.stack([laplacian(image) for image in x]),
        "the Laplacian of v": laplacian(v).expand_as(x),
        "x": x,
    }


DESCENT_TERMS = Terms(_moves, steps=True)


def _changes(path: Tensor, u: Tensor, t: float, n_steps: int) -> tuple[Tensor, dict[str, Tensor]]:
    x = path[:-1]
    return path.diff(dim=0), {
        "the Laplacian": torch.stack([laplacian(image) for image in x]),
        "the Laplacian of the first image": laplacian(u).expand_as(x),
        "the image": x,
        "the first image": u.expand_as(x),
    }


HEAT_TERMS = Terms(_changes, steps=True)


def _in_fourier(factor: Function) -> Function:
    """Multiply the transform by a function of dt · L̂."""

    def step(x: Tensor, u: Tensor, t: float, n: int) -> Tensor:
        L_hat = laplacian_hat(*u.shape[-2:], dtype=u.dtype)
        return torch.fft.ifft2(factor(t / n * L_hat) * torch.fft.fft2(x)).real

    return stepping(step)


HEAT = {
    "you take Δu from the end of the step (implicit Euler): take it from the beginning": (
        _in_fourier(lambda z: 1 / (1 + z))
    ),
    "you solve the equation exactly in each step: the explicit Euler method has x + dt Δx": (
        _in_fourier(lambda z: torch.exp(-z))
    ),
    "you take Δu in the middle of the step, or its average: take it from the beginning": stepping(
        lambda x, u, t, n: x + t / n * laplacian(x + t / n / 2 * laplacian(x))
    ),
    "you applied the Laplacian twice": stepping(
        lambda x, u, t, n: x + t / n * laplacian(laplacian(x))
    ),
    "you took the first derivatives instead of the Laplacian": stepping(
        lambda x, u, t, n: x + t / n * grad(x).sum(dim=-3)
    ),
    "you took the squared gradient instead of the Laplacian": stepping(
        lambda x, u, t, n: x + t / n * grad(x).square().sum(dim=-3)
    ),
    "you clamped the images": stepping(lambda x, u, t, n: (x + t / n * laplacian(x)).clamp(0, 1)),
    "you divided n_steps by t: dt = t/n_steps": stepping(
        lambda x, u, t, n: x + n / t * laplacian(x)
    ),
    "you took two steps in each round": stepping(
        lambda x, u, t, n: _twice(lambda y: y + t / n * laplacian(y), x)
    ),
    "you note the changes instead of the images": lambda u, t, n: torch.cat(
        (u[None], stepping(lambda x, u, t, n: x + t / n * laplacian(x))(u, t, n).diff(dim=0))
    ),
}


def _twice(step: Function, x: Tensor) -> Tensor:
    return step(step(x))


TYCHONOV_LIPSCHITZ = {
    "you squared lam": lambda lam: 1 + 16 * lam**2,
    "you divided by lam": lambda lam: 1 + 16 / lam,
    "you took the root of lam": lambda lam: 1 + 16 * lam**0.5,
    "you multiplied the 1, too": lambda lam: 17 * lam,
    "you forgot lam": lambda lam: 17.0,
    "you returned the best step, 1/(1 + 8 λ), instead of L": lambda lam: 1 / (1 + 8 * lam),
}

LIPSCHITZ_TERMS = Terms(
    lambda got, lam: (got, {"the 1 of the data term": 1.0, "lam": lam}), joint=True
)
