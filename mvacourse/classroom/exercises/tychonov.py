"""Exercises of notebook 03: adjoint of the gradient, Wiener form, choice of λ, heat equation."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.calculus import grad_T, laplacian, laplacian_hat
from mvacourse.classroom.exercises.checking.exercise import Exercise, randn


def _spectra(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [
        (torch.fft.fft2(randn(g, 1, c, h, w)), laplacian_hat(h, w, dtype=torch.float64), lam)
        for c, h, w, lam in ((1, 7, 10, 0.7), (3, 9, 5, 4.0))
    ]


def _blurred(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor, float]]:
    return [
        (v_hat, torch.fft.fft2(randn(g, *v_hat.shape[-2:])), L_hat, lam)
        for v_hat, L_hat, lam in _spectra(g)
    ]


def _sine(count: int, power: int = 2, turn: float = math.pi) -> Tensor:
    return torch.sin(turn * torch.arange(count, dtype=torch.float64) / count) ** power


def _symbol(rows: Tensor, columns: Tensor) -> Tensor:
    return 4 * (rows[:, None] + columns[None])


def _forward(p: Tensor) -> Tensor:
    return p[0] - p[0].roll(-1, 0) + p[1] - p[1].roll(-1, 1)


def _cut(p: Tensor) -> Tensor:
    """Compute ∇ᵀp as if p were zero beyond the first row and column."""
    last = p.clone()
    last[0, -1], last[1, :, -1] = 0, 0
    return last[0].roll(1, 0) - p[0] + last[1].roll(1, 1) - p[1]


def _sure(
    parseval: bool = True, shift: float = 1.0, factor: float = 2.0, residual: bool = True
) -> Callable[[Tensor, Tensor, float, float], Tensor]:
    def estimate(v_hat: Tensor, L_hat: Tensor, sigma: float, lam: float) -> Tensor:
        H = 1 / (1 + 2 * lam * L_hat)
        kept = (H - 1) if residual else H
        misfit = (kept * v_hat).abs().square().mean() / (L_hat.numel() if parseval else 1)
        return misfit - shift * sigma**2 + factor * sigma**2 * H.mean()

    return estimate


EXERCISES = (
    Exercise(
        name="grad_adjoint",
        reference=grad_T,
        inputs=lambda g: [(randn(g, 2, 7, 10),), (randn(g, 2, 9, 9),)],
        mistakes={
            "its sign is wrong: this is the divergence, div = −∇ᵀ": lambda p: -grad_T(p),
            "you took forward differences: the adjoint uses backward ones, p(x−1) − p(x)": _forward,
            "you forgot that the grid is periodic: the first row needs the last row": _cut,
            "you exchanged rows and columns": lambda p: (
                p[0].roll(1, 1) - p[0] + p[1].roll(1, 0) - p[1]
            ),
        },
        hint="∇ᵀp(x,y) = p₁(x−1,y) − p₁(x,y) + p₂(x,y−1) − p₂(x,y); torch.roll(p[0], 1, 0) is "
        "p₁(x−1,y)",
    ),
    Exercise(
        name="laplacian_symbol",
        reference=lambda M, N: laplacian_hat(M, N, dtype=torch.float64),
        inputs=lambda g: [(7, 10), (9, 4)],
        mistakes={
            "you forgot the factor 4": lambda M, N: _symbol(_sine(M), _sine(N)) / 4,
            "you exchanged M and N": lambda M, N: _symbol(
                torch.sin(math.pi * torch.arange(M, dtype=torch.float64) / N) ** 2,
                torch.sin(math.pi * torch.arange(N, dtype=torch.float64) / M) ** 2,
            ),
            "you forgot the squares of the sines": lambda M, N: _symbol(_sine(M, 1), _sine(N, 1)),
            "you wrote 2π instead of π in the sines": lambda M, N: _symbol(
                _sine(M, turn=2 * math.pi), _sine(N, turn=2 * math.pi)
            ),
        },
        hint="L_hat[ξ, ζ] = 4 (sin²(πξ/M) + sin²(πζ/N)), of shape (M, N), in float64",
    ),
    Exercise(
        name="sure",
        reference=_sure(),
        inputs=lambda g: [(*_spectra(g)[0][:2], 0.1, 0.4), (*_spectra(g)[0][:2], 0.5, 3.0)],
        mistakes={
            "you forgot Parseval's 1/(MN)": _sure(parseval=False),
            "you forgot to subtract sigma²": _sure(shift=0.0),
            "you forgot the 2 of the last term": _sure(factor=1.0),
            "you took the restored image H v_hat instead of the residual": _sure(residual=False),
        },
        hint="with H = 1/(1 + 2λ L_hat): the mean of |(H − 1) v_hat|² divided by MN, minus σ², "
        "plus 2σ² times the mean of H",
    ),
    Exercise(
        name="wiener_deblur",
        reference=lambda v_hat, k_hat, L_hat, lam: (
            k_hat.conj() * v_hat / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        ),
        inputs=_blurred,
        mistakes={
            "you forgot to conjugate k_hat in the numerator": lambda v_hat, k_hat, L_hat, lam: (
                k_hat * v_hat / (k_hat.abs() ** 2 + 2 * lam * L_hat)
            ),
            "you forgot the factor 2": lambda v_hat, k_hat, L_hat, lam: (
                k_hat.conj() * v_hat / (k_hat.abs() ** 2 + lam * L_hat)
            ),
            "you forgot k_hat in the numerator": lambda v_hat, k_hat, L_hat, lam: (
                v_hat / (k_hat.abs() ** 2 + 2 * lam * L_hat)
            ),
            "you added the penalty to k_hat instead of |k_hat|²": (
                lambda v_hat, k_hat, L_hat, lam: v_hat / (k_hat + 2 * lam * L_hat)
            ),
        },
        hint="(AᵀA + 2λ∇ᵀ∇) u = Aᵀv; in Fourier, each of these operators is a multiplication",
    ),
    Exercise(
        name="tychonov_lipschitz",
        reference=lambda lam: 1 + 16 * lam,
        inputs=lambda g: [(0.1,), (1.0,), (7.5,)],
        mistakes={
            "you forgot the factor 2 of ∇R = 2∇ᵀ∇u": lambda lam: 1 + 8 * lam,
            "you forgot the data term, whose Hessian is I": lambda lam: 16 * lam,
            "you returned the largest step 2/L instead of L": lambda lam: 2 / (1 + 16 * lam),
        },
        hint="L = ‖I + 2λ∇ᵀ∇‖, and the largest value of L_hat is 8",
    ),
    Exercise(
        name="heat_step",
        reference=lambda u, tau: u + 2 * tau * laplacian(u),
        inputs=lambda g: [(randn(g, 1, 1, 7, 10), 0.1), (randn(g, 2, 3, 9, 5), 0.03)],
        mistakes={
            "you forgot the factor 2": lambda u, tau: u + tau * laplacian(u),
            "its sign is wrong: this sharpens, and time cannot run backward": lambda u, tau: (
                u - 2 * tau * laplacian(u)
            ),
            "you returned the change without adding it to u": lambda u, tau: 2 * tau * laplacian(u),
        },
        hint="uₙ₊₁ − uₙ = 2τΔuₙ",
    ),
)
