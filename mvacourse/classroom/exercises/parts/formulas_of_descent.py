"""Common mistakes in the formulas of notebook 02: largest step, error bar, filter of descent."""

from __future__ import annotations

import math

import torch

STEP = {
    "you stopped at 1/L: descent works up to 2/L": lambda H: 1 / torch.linalg.eigvalsh(H).max(),
    "you used the smallest eigenvalue: L is the largest": lambda H: (
        2 / torch.linalg.eigvalsh(H).min()
    ),
    "you used the Frobenius norm: L is the largest eigenvalue": lambda H: (
        2 / torch.linalg.matrix_norm(H)
    ),
    "you multiplied by L": lambda H: 2 * torch.linalg.eigvalsh(H).max(),
    "you used the trace, the sum of all eigenvalues": lambda H: 2 / torch.trace(H),
    "you used the largest entry of H: L is the largest eigenvalue": lambda H: 2 / H.max(),
    "this is the fastest step, 2/(L + α): the largest is 2/L": lambda H: (
        2 / torch.linalg.eigvalsh(H)[[0, -1]].sum()
    ),
    "you took the eigenvalue of HᵀH, which is L²": lambda H: (
        2 / torch.linalg.eigvalsh(H).max() ** 2
    ),
    "you took the root of L": lambda H: 2 / torch.linalg.eigvalsh(H).max().sqrt(),
    "you returned L itself": lambda H: torch.linalg.eigvalsh(H).max(),
}

DISTANCE = {
    "you bounded the distance as if it were squared: take the root of (1 − τα)ⁿ": (
        lambda t, a, n, d: (1 - t * a) ** n * d
    ),
    "you bounded the squared distance": lambda t, a, n, d: (1 - t * a) ** n * d**2,
    "you left out the initial distance d0": lambda t, a, n, d: math.sqrt((1 - t * a) ** n),
    "you took a square instead of the root": lambda t, a, n, d: (1 - t * a) ** (2 * n) * d,
    "you have a wrong sign: the factor is below 1": lambda t, a, n, d: (1 + t * a) ** (n / 2) * d,
    "n // 2 rounds down: write n / 2": lambda t, a, n, d: (1 - t * a) ** (n // 2) * d,
    "you counted one step too many": lambda t, a, n, d: (1 - t * a) ** ((n + 1) / 2) * d,
    "you counted one step too few": lambda t, a, n, d: (1 - t * a) ** ((n - 1) / 2) * d,
    "you halved the power, not the exponent: write ** (n / 2)": lambda t, a, n, d: (
        (1 - t * a) ** n / 2 * d
    ),
    "you took 1 − τα/2 for the root of 1 − τα": lambda t, a, n, d: (1 - t * a / 2) ** n * d,
    "you forgot alpha": lambda t, a, n, d: (1 - t) ** (n / 2) * d,
    "you forgot n": lambda t, a, n, d: math.sqrt(1 - t * a) * d,
}

FILTER = {
    "you forgot to divide by s: this is the predicted data, s times x": (
        lambda s, t, n: 1 - (1 - t * s**2) ** n
    ),
    "you returned the limit 1/s: after n steps a part is missing": lambda s, t, n: 1 / s,
    "you returned the missing part instead of the recovered part": lambda s, t, n: (
        (1 - t * s**2) ** n / s
    ),
    "you wrote s instead of s²: the camera acts twice, as A and as Aᵀ": (
        lambda s, t, n: (1 - (1 - t * s) ** n) / s
    ),
    "you multiplied by s instead of dividing": lambda s, t, n: (1 - (1 - t * s**2) ** n) * s,
    "you divided by s²: divide by s": lambda s, t, n: (1 - (1 - t * s**2) ** n) / s**2,
    "you forgot the step size tau": lambda s, t, n: (1 - (1 - s**2) ** n) / s,
    "you counted each step twice: the exponent is n": lambda s, t, n: (
        (1 - (1 - t * s**2) ** (2 * n)) / s
    ),
    "you multiplied by n: it is a power": lambda s, t, n: (1 - (1 - t * s**2) * n) / s,
    "you returned the factor of the error: x also needs the solution y/s": (
        lambda s, t, n: (1 - t * s**2) ** n
    ),
    "you replaced the power by exp(−nτs²), which holds for tiny steps only": lambda s, t, n: (
        (1 - torch.exp(-n * t * s**2)) / s
    ),
    "you divided a part of it by s: put the whole difference in parentheses": (
        lambda s, t, n: 1 - (1 - t * s**2) ** n / s
    ),
    "you counted one step too many: x₀ = 0": lambda s, t, n: (1 - (1 - t * s**2) ** (n + 1)) / s,
    "you counted one step too few: x₁ = τsy is not zero": lambda s, t, n: (
        (1 - (1 - t * s**2) ** (n - 1)) / s
    ),
}
