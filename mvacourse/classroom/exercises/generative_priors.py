"""Exercises of notebook 06: the nearest point, the objective, the best restart, the threshold."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.parts import wrong_priors as more
from mvacourse.classroom.exercises.parts.generative_search import ISTA, LATENT_SEARCH
from mvacourse.classroom.exercises.parts.generative_training import GAN_ROUND, VAE_STEP


def _objectives(g: torch.Generator) -> list[tuple]:
    cases = []
    for B, k, n, m, lam in ((1, 3, 11, 5, 0.5), (4, 2, 7, 3, 2.0)):
        W, M = randn(g, n, k), randn(g, m, n)
        decode = _decoder(W)
        cases.append((randn(g, B, k), randn(g, B, m), _matrix(M), decode, lam))
    return cases


def _decoder(W: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda z: torch.tanh(z @ W.T)


def _matrix(M: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda x: x @ M.T


def _gap(z: Tensor, y: Tensor, A: Callable, G: Callable) -> Tensor:
    return A(G(z)) - y


def _objective(z: Tensor, y: Tensor, A: Callable, G: Callable, lam: float) -> Tensor:
    return _gap(z, y, A, G).square().sum(1) + lam * z.square().sum(1)


def _ranges(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    return [(randn(g, n), randn(g, n, k), randn(g, n)) for n, k in ((9, 2), (13, 4))]


def _project(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return W @ torch.linalg.lstsq(W, (x - b)[:, None]).solution[:, 0] + b


def _runs(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    return [(randn(g, R, B, n), randn(g, R, B).square()) for R, B, n in ((7, 4, 5), (6, 8, 3))]


def _best(x: Tensor, loss: Tensor) -> Tensor:
    return x[loss.argmin(dim=0), torch.arange(loss.shape[1])]


EXERCISES = (
    Exercise(
        name="latent_objective",
        reference=_objective,
        inputs=_objectives,
        differentiate=(0,),
        mistakes={
            "you summed over the problems too: each row of z is a separate problem": (
                lambda z, y, A, G, lam: (
                    _gap(z, y, A, G).square().sum() + lam * z.square().sum()
                ).expand(len(z))
            ),
            "you averaged the residual over the measurements: here it is a sum": (
                lambda z, y, A, G, lam: _gap(z, y, A, G).square().mean(1) + lam * z.square().sum(1)
            ),
            "you left the penalty out": lambda z, y, A, G, lam: _gap(z, y, A, G).square().sum(1),
            "you penalised the image G(z): the penalty is on the code z": (
                lambda z, y, A, G, lam: (
                    _gap(z, y, A, G).square().sum(1) + lam * G(z).square().sum(1)
                )
            ),
            "you forgot the square of the norms": lambda z, y, A, G, lam: (
                _gap(z, y, A, G).square().sum(1).sqrt() + lam * z.square().sum(1).sqrt()
            ),
            "you summed the data term over the problems too: each row is a separate problem": (
                lambda z, y, A, G, lam: _gap(z, y, A, G).square().sum() + lam * z.square().sum(1)
            ),
            "you summed the penalty over the problems too: each row is a separate problem": (
                lambda z, y, A, G, lam: _gap(z, y, A, G).square().sum(1) + lam * z.square().sum()
            ),
            "you forgot the square of ‖z‖": lambda z, y, A, G, lam: (
                _gap(z, y, A, G).square().sum(1) + lam * z.norm(dim=1)
            ),
            "you forgot the square of the residual's norm": lambda z, y, A, G, lam: (
                _gap(z, y, A, G).norm(dim=1) + lam * z.square().sum(1)
            ),
            "you averaged the penalty over the code: here it is a sum": lambda z, y, A, G, lam: (
                _gap(z, y, A, G).square().sum(1) + lam * z.square().mean(1)
            ),
            "you put a ½ before the penalty, and there is none here": lambda z, y, A, G, lam: (
                _objective(z, y, A, G, lam / 2)
            ),
            "you left λ out": lambda z, y, A, G, lam: _objective(z, y, A, G, 1.0),
            "you squared λ": lambda z, y, A, G, lam: _objective(z, y, A, G, lam**2),
            "the sign of the penalty is wrong": lambda z, y, A, G, lam: _objective(
                z, y, A, G, -lam
            ),
            "you summed moduli: both norms are Euclidean": lambda z, y, A, G, lam: (
                _gap(z, y, A, G).abs().sum(1) + lam * z.abs().sum(1)
            ),
            "you summed before squaring: entries of opposite signs then cancel": (
                lambda z, y, A, G, lam: _gap(z, y, A, G).sum(1).square() + lam * z.sum(1).square()
            ),
            "you put a ½ before the data term, and there is none here": (
                lambda z, y, A, G, lam: (
                    0.5 * _gap(z, y, A, G).square().sum(1) + lam * z.square().sum(1)
                )
            ),
        }
        | more.LATENT_OBJECTIVE,
        terms=more.OBJECTIVE_TERMS,
        hint="‖A G(z) − y‖² + λ‖z‖², one number per row: square, then sum over dim 1",
    ),
    Exercise(
        name="nearest_in_range",
        reference=_project,
        inputs=_ranges,
        mistakes={
            "you forgot the offset b: the range is not a subspace, it is shifted by b": (
                lambda x, W, b: _project(x, W, torch.zeros_like(b))
            ),
            "you subtracted b but did not add it again": lambda x, W, b: _project(x, W, b) - b,
            "you added b but did not subtract it before the least squares": lambda x, W, b: (
                _project(x, W, torch.zeros_like(b)) + b
            ),
            "the signs of b are exchanged: first subtract it, then add it": lambda x, W, b: (
                _project(x, W, -b)
            ),
            "you subtracted b twice: the sign of b at the end is a plus": lambda x, W, b: (
                _project(x, W, b) - 2 * b
            ),
            "you used Wᵀ as the inverse of W: the columns of W are not orthonormal": (
                lambda x, W, b: W @ (W.T @ (x - b)) + b
            ),
            "you returned the residual x − x̂ instead of x̂": lambda x, W, b: x - _project(x, W, b),
        }
        | more.NEAREST_IN_RANGE,
        terms=more.NEAREST_TERMS,
        hint="ẑ solves the least-squares problem W z ≈ x − b; torch.linalg.pinv(W) or lstsq; then "
        "go back to the image with W ẑ + b",
    ),
    Exercise(
        name="best_restart",
        reference=_best,
        inputs=_runs,
        mistakes={
            "you took one restart for all problems: each problem has its own best one": (
                lambda x, loss: x[loss.sum(1).argmin()]
            ),
            "you took the restart with the least loss of all: each problem has its own best one": (
                lambda x, loss: x[loss.min(dim=1).values.argmin()]
            ),
            "you took the first restart, whatever its loss": lambda x, loss: x[0].clone(),
            "you took the smallest value of each pixel: keep whole results": lambda x, loss: (
                x.min(dim=0).values
            ),
            "you took the largest loss": lambda x, loss: _best(x, -loss),
            "you took the last restart, whatever its loss": lambda x, loss: x[-1].clone(),
            "you averaged over the restarts: the mean of two minima is not a minimum": (
                lambda x, loss: x.mean(0)
            ),
        }
        | more.BEST_RESTART,
        hint="loss has shape (R, B): loss.argmin(dim=0) is the best restart of each problem, and "
        "x[best, torch.arange(B)] picks it",
    ),
    Exercise(
        name="soft_threshold",
        reference=lambda u, t: u.sign() * (u.abs() - t).clamp(min=0),
        inputs=lambda g: [(randn(g, 2, 1, 5, 7), 0.5), (randn(g, 9), 1.0)],
        mistakes={
            "you set the small values to zero and kept the large ones: this is the hard "
            "threshold": lambda u, t: u * (u.abs() > t),
            "you forgot the sign: negative values must stay negative": lambda u, t: (
                u.abs() - t
            ).clamp(min=0),
            "you forgot to stop at zero: small values changed their sign": lambda u, t: (
                u.sign() * (u.abs() - t)
            ),
            "you clamped to [−t, t]: this is the part that the threshold removes": lambda u, t: (
                u.clamp(-t, t)
            ),
            "you moved the values away from zero": lambda u, t: u.sign() * (u.abs() + t),
            "you subtracted t from everything": lambda u, t: u - t,
            "you lowered negative values by t: they move up, towards zero": lambda u, t: (
                (u - t) * (u.abs() > t)
            ),
            "you left the small values as they are: they become zero": lambda u, t: torch.where(
                u.abs() > t, u - t * u.sign(), u
            ),
            "you took the modulus of |u| − t: small values become zero": lambda u, t: (
                u.sign() * (u.abs() - t).abs()
            ),
            "you shrank by t²: shrink by t": lambda u, t: u.sign() * (u.abs() - t**2).clamp(min=0),
            "you only treated positive values": lambda u, t: (u - t).clamp(min=0),
        }
        | more.SOFT_THRESHOLD,
        hint="sign(u) · max(|u| − t, 0): everything moves by t towards zero, and stops there",
    ),
    VAE_STEP,
    LATENT_SEARCH,
    ISTA,
    GAN_ROUND,
)
