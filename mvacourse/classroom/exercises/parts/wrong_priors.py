"""More common mistakes of notebook 06: nearest points, objectives, restarts, thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function, Terms


def _projection(x: Tensor, W: Tensor) -> Tensor:
    return W @ torch.linalg.lstsq(W, x[:, None]).solution[:, 0]


def _unit(W: Tensor) -> Tensor:
    return W / W.norm(dim=0)


NEAREST_IN_RANGE = {
    "you took the columns of W for orthogonal: they need not be": lambda x, W, b: (
        _unit(W) @ (_unit(W).T @ (x - b)) + b
    ),
    "you divided by the sum of all squares of W: solve a system": lambda x, W, b: (
        W @ (W.T @ (x - b)) / W.square().sum() + b
    ),
    "you divided by the largest singular value, squared: solve a system": lambda x, W, b: (
        W @ (W.T @ (x - b)) / torch.linalg.matrix_norm(W, 2) ** 2 + b
    ),
    "you added the identity to WᵀW: that shrinks the code": lambda x, W, b: (
        W @ torch.linalg.solve(W.T @ W + torch.eye(W.shape[1], dtype=W.dtype), W.T @ (x - b)) + b
    ),
    "you took the orthonormal Q of W on one side only": lambda x, W, b: (
        torch.linalg.qr(W)[0] @ (W.T @ (x - b)) + b
    ),
    "you took the orthonormal Q of W on the other side only": lambda x, W, b: (
        W @ (torch.linalg.qr(W)[0].T @ (x - b)) + b
    ),
    "you applied the pseudo-inverse twice: come back with W": lambda x, W, b: (
        torch.linalg.pinv(W.T) @ (torch.linalg.pinv(W) @ (x - b)) + b
    ),
    "you returned the code z: return W z + b": lambda x, W, b: torch.linalg.pinv(W) @ (x - b),
    "you forgot to come back from WᵀW: the code needs its inverse": lambda x, W, b: (
        W @ (W.T @ W @ (W.T @ (x - b))) + b
    ),
    "you looked at the first k entries alone": lambda x, W, b: (
        W @ torch.linalg.solve(W[: W.shape[1]], (x - b)[: W.shape[1]]) + b
    ),
}

NEAREST_TERMS = Terms(
    lambda got, x, W, b: (
        got,
        {
            "the nearest point of x in the range of W": _projection(x, W),
            "the nearest point of b in the range of W": _projection(b, W),
            "b": b,
            "x": x,
        },
    ),
)


def _gap(z: Tensor, y: Tensor, A: Function, G: Function) -> Tensor:
    return A(G(z)) - y


LATENT_OBJECTIVE = {
    "you averaged both norms: here they are sums": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().mean(1) + lam * z.square().mean(1)
    ),
    "you took the sum of moduli for the penalty: ‖z‖² adds squares": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().sum(1) + lam * z.abs().sum(1)
    ),
    "you took the sum of moduli for the data term: it adds squares": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).abs().sum(1) + lam * z.square().sum(1)
    ),
    "λ multiplies the data term instead of the penalty": lambda z, y, A, G, lam: (
        lam * _gap(z, y, A, G).square().sum(1) + z.square().sum(1)
    ),
    "λ multiplies the data term, too": lambda z, y, A, G, lam: (
        lam * (_gap(z, y, A, G).square().sum(1) + z.square().sum(1))
    ),
    "you compared all rows with the first row of y": lambda z, y, A, G, lam: (
        _gap(z, y[:1], A, G).square().sum(1) + lam * z.square().sum(1)
    ),
    "you subtracted the squares: subtract, then square": lambda z, y, A, G, lam: (
        (A(G(z)).square() - y.square()).sum(1) + lam * z.square().sum(1)
    ),
    "you multiplied by the penalty: put no parentheses around the data term and λ": (
        lambda z, y, A, G, lam: (_gap(z, y, A, G).square().sum(1) + lam) * z.square().sum(1)
    ),
    "you multiplied the data term and the penalty: add them": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().sum(1) * lam * z.square().sum(1)
    ),
    "you subtracted the dimension of the code: the penalty is λ‖z‖²": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().sum(1) + lam * (z.square().sum(1) - z.shape[1])
    ),
    "you added the data: the residual is A(G(z)) − y": lambda z, y, A, G, lam: (
        (A(G(z)) + y).square().sum(1) + lam * z.square().sum(1)
    ),
    "you forgot the data y": lambda z, y, A, G, lam: (
        A(G(z)).square().sum(1) + lam * z.square().sum(1)
    ),
    "you left the data term out": lambda z, y, A, G, lam: lam * z.square().sum(1),
    "you took the distance ‖z‖ − 1 from the sphere: the penalty is λ‖z‖²": (
        lambda z, y, A, G, lam: _gap(z, y, A, G).square().sum(1) + lam * (z.norm(dim=1) - 1) ** 2
    ),
    "you took the largest residual: add the squares": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().amax(1) + lam * z.square().sum(1)
    ),
    "you took the root of the sum": lambda z, y, A, G, lam: (
        _gap(z, y, A, G).square().sum(1) + lam * z.square().sum(1)
    ).sqrt(),
}

OBJECTIVE_TERMS = Terms(
    lambda got, z, y, A, G, lam: (
        got,
        {
            "the data term": _gap(z, y, A, G).square().sum(1),
            "the penalty": lam * z.square().sum(1),
        },
    ),
    joint=True,
)


def _picked(choice: Function) -> Callable[[Tensor, Tensor], Tensor]:
    """Take another restart for each problem."""
    return lambda x, loss: x[choice(loss), torch.arange(loss.shape[1])]


BEST_RESTART = {
    "you took the second smallest loss": _picked(lambda loss: loss.argsort(dim=0)[1]),
    "you took the middle loss": _picked(lambda loss: loss.median(dim=0).indices),
    "your best restarts belong to the problems in the opposite order": _picked(
        lambda loss: loss.argmin(dim=0).flip(0)
    ),
    "you took the restart that is best for the first problem": lambda x, loss: x[
        loss[:, 0].argmin()
    ],
    "you took the restart that is best for the last problem": lambda x, loss: x[
        loss[:, -1].argmin()
    ],
    "you took the results for the first problem: each problem has its own": lambda x, loss: x[
        loss.argmin(dim=0), 0
    ],
    "you took the median of each pixel: keep whole results": lambda x, loss: x.median(dim=0).values,
    "you took the largest value of each pixel: keep whole results": lambda x, loss: (
        x.max(dim=0).values
    ),
    "you weighted the results by their losses: keep the best": lambda x, loss: (
        (x * loss[..., None]).sum(0) / loss.sum(0)[:, None]
    ),
    "you weighted the results by a softmax: keep the best": lambda x, loss: (
        x * torch.softmax(-loss, dim=0)[..., None]
    ).sum(0),
    "you weighted the results by their inverse losses: keep the best": lambda x, loss: (
        (x / loss[..., None]).sum(0) / (1 / loss).sum(0)[:, None]
    ),
    "you averaged the best results: keep one for each problem": lambda x, loss: _picked(
        lambda loss: loss.argmin(dim=0)
    )(x, loss).mean(0),
    "you left out torch.arange(B): x[best] keeps all problems": lambda x, loss: x[
        loss.argmin(dim=0)
    ],
    "you took the least of all losses: each problem has its own": lambda x, loss: x.flatten(0, 1)[
        loss.flatten().argmin()
    ],
    "you took the best problem of each restart: dim=0 compares the restarts": lambda x, loss: x[
        torch.arange(len(loss)), loss.argmin(dim=1)
    ],
    "you took the places of the best problems for restarts: dim=0 compares the restarts": (
        lambda x, loss: x[:, loss.argmin(dim=1)]
    ),
    "you returned the losses: return the results": lambda x, loss: loss.min(dim=0).values,
    "you exchanged restarts and problems in loss": lambda x, loss: torch.stack(
        [x[loss[b].argmin(), b] if b < len(loss) else x[0, b] for b in range(x.shape[1])]
    ),
}


def _shrunk(u: Tensor, t: Any) -> Tensor:
    return u.sign() * (u.abs() - t).clamp(min=0)


SOFT_THRESHOLD = {
    "you shrank by t/2: shrink by t": lambda u, t: _shrunk(u, t / 2),
    "you shrank by 2t: shrink by t": lambda u, t: _shrunk(u, 2 * t),
    "you shrank by the root of t: shrink by t": lambda u, t: _shrunk(u, t**0.5),
    "you shrank by a part of the largest modulus: shrink by t": lambda u, t: _shrunk(
        u, t * u.abs().max()
    ),
    "you clamped from above: max(|u| − t, 0) is a clamp from below": lambda u, t: (
        u.sign() * (u.abs() - t).clamp(max=0)
    ),
    "you subtracted |u| from t: subtract t from |u|": lambda u, t: (
        u.sign() * (t - u.abs()).clamp(min=0)
    ),
    "you multiplied by u instead of its sign": lambda u, t: u * (u.abs() - t).clamp(min=0),
    "you divided by 1 + t: that is the solution for a squared penalty": lambda u, t: u / (1 + t),
    "you clamped to at most 1": lambda u, t: u.sign() * (u.abs() - t).clamp(0, 1),
    "you squared u": lambda u, t: u.sign() * (u**2 - t).clamp(min=0),
    "you clamped |u| from below by t: subtract t, and clamp by 0": lambda u, t: (
        u.sign() * u.abs().clamp(min=t)
    ),
    "you shrank the length of the whole of u: each value by itself": lambda u, t: (
        u * (1 - t / u.norm()).clamp(min=0)
    ),
    "you moved all other values up: those with |u| ≤ t become 0": lambda u, t: torch.where(
        u > t, u - t, u + t
    ),
    "you forgot that values below −t move, too": lambda u, t: torch.where(
        u > t, u - t, torch.where(u < -t, u, 0)
    ),
    "you raised positive values and lowered negative ones beyond t": lambda u, t: (
        (u + t * u.sign()) * (u.abs() > t)
    ),
    "you set the large values to zero and kept the small ones": lambda u, t: u * (u.abs() <= t),
    "its sign is wrong": lambda u, t: -_shrunk(u, t),
}
