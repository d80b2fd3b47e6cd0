"""More common mistakes of notebook 01: in matrices, convolutions, adjoints, inverses, variances."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse.classroom.exercises.checking.exercise import Function
from mvacourse.classroom.exercises.parts.convolutions import last, shifted_sum
from mvacourse.classroom.exercises.parts.inverse_problems import repeated, zero_fill


def matrix(A: Function, u: Tensor) -> Tensor:
    """Compute the matrix of an operator, column by column."""
    pixels = torch.eye(u.numel(), dtype=u.dtype).reshape(-1, 1, *u.shape[1:])
    return torch.stack([A(pixel).flatten() for pixel in pixels], dim=1)


def _numbered(*order: int) -> Function:
    """Number the pixels along other dimensions first."""
    return lambda A, u: matrix(A, u)[
        :, torch.arange(u.numel()).reshape(u.shape).permute(order).flatten()
    ]


OPERATOR_MATRIX = {
    "you light all channels of a pixel at once: there are C·H·W pixels": lambda A, u: (
        matrix(A, u).unflatten(1, (u.shape[1], -1)).sum(1)
    ),
    "you changed one pixel of u: the others must be 0": lambda A, u: (
        A(u).flatten()[:, None] + matrix(A, u) * (1 - u.flatten())
    ),
    "your pixels are numbered along columns, rows, channels: flatten() has the columns last": (
        _numbered(0, 3, 2, 1)
    ),
    "your pixels are numbered with the channels last: flatten() has them first": _numbered(
        0, 2, 3, 1
    ),
    "you applied the adjoint A.T: its columns are the rows of the matrix": lambda A, u: torch.stack(
        [A.T(e.reshape(u.shape)).flatten() for e in torch.eye(u.numel(), dtype=u.dtype)], dim=1
    ),
    "your columns are the data of u, again and again: light one pixel": lambda A, u: (
        A(u).flatten()[:, None].expand(-1, u.numel()).clone()
    ),
}


def _turned(one: int, other: int) -> Function:
    """Shift by other signs along the rows and the columns."""

    def wrong(k: Tensor, u: Tensor) -> Tensor:
        h, w = k.shape
        shifts = [(i, j) for i in range(h) for j in range(w)]
        moved = (u.roll((one * (i - h // 2), other * (j - w // 2)), (-2, -1)) for i, j in shifts)
        return sum((k[at] * x for at, x in zip(shifts, moved)), torch.zeros_like(u))

    return wrong


def _without_last_of_odd(k: Tensor, u: Tensor) -> Tensor:
    for dim in (0, 1):
        k = k * (1 - last(k, dim)) if k.shape[dim] % 2 else k
    return shifted_sum(k, u)


def _again(k: Tensor, u: Tensor) -> Tensor:
    """Shift the sum so far, instead of u, from the second row of k on."""
    h, w = k.shape
    v = torch.zeros_like(u)
    for i in range(h):
        for j in range(w):
            v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
        u = v
    return v


CONVOLVE = {
    "your loops end at h // 2 − 1 and w // 2 − 1: for odd sizes a row and a column of k are "
    "missing": _without_last_of_odd,
    "you shift u along the rows alone: each term has two shifts": _turned(1, 0),
    "you shift u along the columns alone: each term has two shifts": _turned(0, 1),
    "you shift the rows the other way": _turned(-1, 1),
    "you shift the columns the other way": _turned(1, -1),
    "you never shift u: each term is another copy of it": _turned(0, 0),
    "you divided by the sum of |k|: k stays as it is": lambda k, u: shifted_sum(
        k / k.abs().sum(), u
    ),
    "you divided by the largest value of k: k stays as it is": lambda k, u: shifted_sum(
        k / k.max(), u
    ),
    "you overwrote u in the loop: each term shifts the u that was given": _again,
}

SUBSAMPLE_ADJOINT = {
    "you repeated each pixel and divided by s: the adjoint puts zeros": lambda y, s: (
        repeated(y, s) / s
    ),
    "you put zeros between the rows, and repeated along the columns": lambda y, s: (
        zero_fill(y, s).unflatten(-1, (-1, s))[..., :1].expand(-1, -1, -1, -1, s).flatten(-2)
    ),
    "you put zeros between the columns, and repeated along the rows": lambda y, s: (
        zero_fill(y.mT, s).unflatten(-1, (-1, s))[..., :1].expand(-1, -1, -1, -1, s).flatten(-2).mT
    ),
    "you put all values into a corner: they are s pixels apart": lambda y, s: F.pad(
        y, (0, (s - 1) * y.shape[-1], 0, (s - 1) * y.shape[-2])
    ),
    "you filled the gaps with ones: the adjoint puts zeros": lambda y, s: (
        zero_fill(y, s) + 1 - zero_fill(torch.ones_like(y), s)
    ),
    "you filled the gaps with the mean: the adjoint puts zeros": lambda y, s: (
        zero_fill(y, s) + y.mean() * (1 - zero_fill(torch.ones_like(y), s))
    ),
    "your factor is 2, whatever s is": lambda y, s: zero_fill(y, 2),
    "your factor is 3, whatever s is": lambda y, s: zero_fill(y, 3),
    "you interpolated: the adjoint puts zeros where nothing was measured": lambda y, s: (
        F.interpolate(y, scale_factor=s, mode="bilinear")
    ),
    "you interpolated with cubes: the adjoint puts zeros where nothing was measured": (
        lambda y, s: F.interpolate(y, scale_factor=s, mode="bicubic")
    ),
}


def _scan(
    mask: Function = lambda mask: mask,
    coils: Function = torch.conj,
    part: Function = torch.real,
    dim: int = 1,
    join: Function = torch.sum,
) -> Function:
    """Apply the adjoint of MRI with another mask, other coils, another part or sum."""

    def wrong(y: Tensor, m: Tensor, c: Tensor) -> Tensor:
        images = coils(c) * torch.fft.ifft2(mask(m) * y, norm="ortho")
        return join(part(images), dim=dim, keepdim=True)

    return wrong


MRI_ADJOINT = {
    "you turned the mask round: it is true where something was measured": _scan(lambda m: ~m),
    "you moved the mask by an ifftshift: it is in the order of fft2": _scan(
        lambda m: torch.fft.ifftshift(m)
    ),
    "you moved the mask by an fftshift: it is in the order of fft2": _scan(
        lambda m: torch.fft.fftshift(m)
    ),
    "you left the coil maps out": _scan(coils=torch.ones_like),
    "you took the moduli of the coil maps: their phases count": _scan(coils=torch.abs),
    "you took the imaginary part: keep the real one": _scan(part=torch.imag),
    "you took the modulus before the sum: sum first, then keep the real part": _scan(
        part=torch.abs
    ),
    "you summed over the images instead of the coils": _scan(dim=0),
    "you took the root of the sum of squares over the coils: the adjoint uses their maps": (
        lambda y, mask, coils: (
            torch.fft.ifft2(mask * y, norm="ortho").abs().square().sum(1, keepdim=True).sqrt()
        )
    ),
    "you multiplied by the coil maps before the inverse transform: the order is reversed": (
        lambda y, mask, coils: torch.fft.ifft2(coils.conj() * mask * y, norm="ortho").real.sum(
            1, keepdim=True
        )
    ),
}
