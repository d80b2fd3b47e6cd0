"""Exercises of notebook 01: matrices, convolutions, adjoints, inverses and their noise."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function
from mvacourse.classroom.exercises.parts import inverse_problems as inputs
from mvacourse.classroom.exercises.parts import wrong_filters, wrong_operators
from mvacourse.classroom.exercises.parts.convolutions import (
    framed_by_zeros,
    last,
    shifted_sum,
    sum_with,
)
from mvacourse.classroom.exercises.parts.inverse_problems import repeated, zero_fill
from mvacourse.classroom.exercises.parts.wrong_operators import matrix


def _filter(y: Tensor, y_hat_times: Tensor) -> Tensor:
    return torch.fft.ifft2(y_hat_times * torch.fft.fft2(y)).real


def _images_of_coils(y: Tensor, mask: Tensor) -> Tensor:
    return torch.fft.ifft2(mask * y, norm="ortho")


def _inverse(
    seen: Function = lambda k, t: k.abs() >= t,
    inside: Function = lambda k, t: 1 / k,
    outside: Function = lambda k, t: torch.zeros_like(k),
) -> Function:
    """Multiply the frequencies that are `seen` by one number, and the others by another."""
    return lambda v, k, t: _filter(v, torch.where(seen(k, t), inside(k, t), outside(k, t)))


EXERCISES = (
    Exercise(
        name="operator_matrix",
        reference=matrix,
        inputs=inputs.instruments,
        probe=inputs.without_to_matrix,
        mistakes={
            "you kept the pixels that were set before: each image has a single pixel": (
                lambda A, u: matrix(A, u).cumsum(dim=1)
            ),
            "your pixel has the value that it has in u: let it be 1": lambda A, u: (
                matrix(A, u) * u.flatten()
            ),
            "your pixels are numbered down the columns: flatten() goes along the rows": (
                lambda A, u: matrix(A, u)[:, torch.arange(u.numel()).reshape(u.shape).mT.flatten()]
            ),
            "you kept the real part only: data may be complex": lambda A, u: matrix(A, u).real,
            "you took the modulus: data may be complex, or negative": lambda A, u: matrix(
                A, u
            ).abs(),
            "you light the pixels of the first channel alone: there are C·H·W pixels": (
                lambda A, u: matrix(A, u)[:, : u[0, 0].numel()]
            ),
            "you reshaped a row of columns: torch.stack(columns, dim=1) keeps each one upright": (
                lambda A, u: matrix(A, u).mT.reshape(-1, u.numel())
            ),
        }
        | wrong_operators.OPERATOR_MATRIX,
        direction="what does a matrix do to the vector (0, …, 0, 1, 0, …, 0)?",
        hint="for each j: an image of zeros like u, whose pixel j (pixel.view(-1)[j]) is 1; "
        "A(pixel).flatten() is column j; torch.stack(columns, dim=1)",
        kind="build",
    ),
    Exercise(
        name="convolve",
        reference=shifted_sum,
        inputs=inputs.sums,
        probe=inputs.without_blur,
        mistakes={
            "you shifted the other way: this is a correlation, Σ k(z) u(x + z)": sum_with(sign=-1),
            "you counted y from the corner of the kernel: its centre is (h // 2, w // 2)": (
                lambda k, u: shifted_sum(k, u).roll([n // 2 for n in k.shape], dims=(-2, -1))
            ),
            "for even sizes your centre is one pixel off: it is (h // 2, w // 2)": lambda k, u: (
                shifted_sum(k, u).roll([1 - n % 2 for n in k.shape], dims=(-2, -1))
            ),
            "you kept the last term alone: add all of them": lambda k, u: shifted_sum(
                k * last(k, -1), u
            ),
            "you began with u: begin with zeros": lambda k, u: shifted_sum(k, u) + u,
            "your loops miss the last row and the last column of k": lambda k, u: shifted_sum(
                k * (1 - last(k, 0)) * (1 - last(k, 1)), u
            ),
            "your centre is one pixel off": sum_with(centre=1),
            "your centre is one pixel off, on the other side": sum_with(centre=-1),
            "you moved the batch and the channels: roll along the dimensions (-2, -1)": sum_with(
                dims=(0, 1)
            ),
            "you kept the first term alone: does a return in the loop end it?": lambda k, u: (
                shifted_sum(k * last(k.flip(0, 1), -1).flip(0, 1), u)
            ),
            "you exchanged the two directions": sum_with(swap=True),
            "the outside of your image is black: it must wrap around": framed_by_zeros,
            "you divided by the sum of k, which may be anything": lambda k, u: shifted_sum(
                k / k.sum(), u
            ),
        }
        | wrong_operators.CONVOLVE,
        tolerance=1e-8,
        direction="the sum adds copies of the whole image: how far is each one moved?",
        hint="for all i, j add k[i, j] · u.roll((i − h // 2, j − w // 2), dims=(-2, -1))",
        kind="build",
    ),
    Exercise(
        name="careful_inverse",
        reference=lambda v, k_hat, threshold: _inverse()(v, k_hat, threshold),
        inputs=inputs.blurred_and_noisy,
        mistakes={
            "you divided the frequencies that must be left out, and left out the others": _inverse(
                lambda k, t: (k.abs() < t) & (k != 0)
            ),
            "you compared k_hat itself, or its real part, with the threshold: use its modulus": (
                _inverse(lambda k, t: k.real >= t)
            ),
            "you compared |k_hat|² with the threshold": _inverse(lambda k, t: k.abs() ** 2 >= t),
            "you kept the blurred value of the other frequencies: set them to 0": _inverse(
                outside=lambda k, t: torch.ones_like(k)
            ),
            "you divided the other frequencies by the threshold: set them to 0": _inverse(
                outside=lambda k, t: torch.full_like(k, 1 / t)
            ),
            "you multiplied by k_hat instead of dividing": _inverse(inside=lambda k, t: k),
            "you multiplied by conj(k_hat) instead of dividing": _inverse(
                inside=lambda k, t: k.conj()
            ),
            "you divided by the modulus of k_hat: its phase must be undone too": _inverse(
                inside=lambda k, t: 1 / k.abs() + 0j
            ),
            "you forgot to transform v: divide fft2(v)": lambda v, k, t: (
                torch.fft.ifft2(torch.where(k.abs() >= t, v / k, torch.zeros_like(v / k))).real
            ),
            "you forgot to go back from Fourier, by ifft2": lambda v, k, t: (
                torch.where(k.abs() >= t, torch.fft.fft2(v) / k, torch.zeros_like(v * k)).real
            ),
            "you only left frequencies out, and did not divide the others": _inverse(
                inside=lambda k, t: torch.ones_like(k)
            ),
        }
        | wrong_filters.CAREFUL_INVERSE,
        direction="which frequencies can be divided safely, and what is the best guess for those "
        "that say nothing?",
        hint="seen = k_hat.abs() >= threshold; divide by k_hat where seen, by 1 elsewhere, so that "
        "no 0/0 arises; multiply by seen; ifft2(…).real",
        kind="build",
    ),
    Exercise(
        name="blur_adjoint",
        reference=lambda y, k_hat: _filter(y, k_hat.conj()),
        inputs=inputs.blurs,
        mistakes={
            "you applied the blur itself: its adjoint convolves with the flipped kernel, whose "
            "transform is conj(k_hat)": lambda y, k_hat: _filter(y, k_hat),
            "you divided by k_hat: that is the inverse, not the adjoint": lambda y, k_hat: _filter(
                y, 1 / k_hat
            ),
            "you divided by conj(k_hat): that is the inverse of the adjoint": lambda y, k_hat: (
                _filter(y, 1 / k_hat.conj())
            ),
            "you took the modulus of k_hat: its phase changes sign, it does not vanish": (
                lambda y, k_hat: _filter(y, k_hat.abs())
            ),
            "you took the real part of k_hat: keep both, and change a sign": lambda y, k_hat: (
                _filter(y, k_hat.real)
            ),
            "you applied the blur after its adjoint, |k_hat|²": lambda y, k_hat: _filter(
                y, k_hat.abs() ** 2
            ),
        }
        | wrong_filters.BLUR_ADJOINT,
        hint="F⁻¹(conj(k_hat) · F y); the answer is real",
    ),
    Exercise(
        name="noise_gain",
        reference=lambda k_hat, sigma: sigma * (1 / k_hat.abs() ** 2).mean().sqrt(),
        inputs=inputs.gains,
        mistakes={
            "you forgot the square root: this is a variance": lambda k, s: (
                s**2 * (1 / k.abs() ** 2).mean()
            ),
            "you averaged 1/|k_hat| without squares: powers add up, moduli do not": (
                lambda k, s: s * (1 / k.abs()).mean()
            ),
            "you summed over the frequencies instead of averaging": lambda k, s: (
                s * (1 / k.abs() ** 2).sum().sqrt()
            ),
            "you forgot the root": lambda k, s: s * (1 / k.abs() ** 2).mean(),
            "you inverted the mean of |k_hat|²: take the mean of 1/|k_hat|²": lambda k, s: (
                s / (k.abs() ** 2).mean().sqrt()
            ),
            "you multiplied by |k_hat|² instead of dividing": lambda k, s: (
                s * (k.abs() ** 2).mean().sqrt()
            ),
            "you took the worst frequency instead of the mean over all": lambda k, s: (
                s / k.abs().min()
            ),
        }
        | wrong_filters.NOISE_GAIN,
        hint="white noise has the same power at every frequency; the naive inverse multiplies that "
        "power by 1/|k_hat|²; the mean power is the mean square of a pixel",
    ),
    Exercise(
        name="subsample_adjoint",
        reference=zero_fill,
        inputs=inputs.low_resolution,
        mistakes={
            "you repeated each pixel: the adjoint puts zeros where nothing was measured": repeated,
            "you repeated each pixel and divided by s²: the adjoint puts zeros": lambda y, s: (
                repeated(y, s) / s**2
            ),
            "you put each value in the middle of its block: S keeps the first, u(sx, sy)": (
                lambda y, s: zero_fill(y, s, s // 2)
            ),
            "you multiplied by s² to keep the mean: the adjoint does not": lambda y, s: (
                s**2 * zero_fill(y, s)
            ),
            "you put each value in the last corner of its block: S keeps the first, u(sx, sy)": (
                lambda y, s: zero_fill(y, s, s - 1)
            ),
        }
        | wrong_operators.SUBSAMPLE_ADJOINT,
        hint="⟨S u, y⟩ only sees u at the pixels (s·x, s·y)",
    ),
    Exercise(
        name="poisson_variance",
        reference=lambda u, peak: u / peak,
        inputs=inputs.photons,
        mistakes={
            "you forgot to divide by the peak: Var(X/p) = Var(X)/p²": lambda u, peak: peak * u,
            "you squared u": lambda u, peak: u**2 / peak,
            "you returned the standard deviation": lambda u, peak: (u / peak).sqrt(),
            "you took the variance of Poisson(u), without the peak": lambda u, peak: u.clone(),
            "you divided by peak² but forgot that the variance of Poisson(peak·u) is peak·u": (
                lambda u, peak: u / peak**2
            ),
        }
        | wrong_filters.POISSON_VARIANCE,
        terms=wrong_filters.VARIANCE_TERMS,
        hint="the variance of Poisson(m) is m; here v = Poisson(peak · u) / peak",
    ),
    Exercise(
        name="mri_adjoint",
        reference=lambda y, mask, coils: (coils.conj() * _images_of_coils(y, mask)).real.sum(
            dim=1, keepdim=True
        ),
        inputs=inputs.scans,
        mistakes={
            "you forgot to conjugate the coil maps": lambda y, mask, coils: (
                coils * _images_of_coils(y, mask)
            ).real.sum(dim=1, keepdim=True),
            "you averaged over the coils: the adjoint sums": lambda y, mask, coils: (
                coils.conj() * _images_of_coils(y, mask)
            ).real.mean(dim=1, keepdim=True),
            "you transformed forward: the adjoint of fft2 is ifft2": lambda y, mask, coils: (
                coils.conj() * torch.fft.fft2(mask * y, norm="ortho")
            ).real.sum(1, keepdim=True),
            "you divided by the coil maps: that would be an inverse": lambda y, mask, coils: (
                _images_of_coils(y, mask) / coils
            ).real.sum(1, keepdim=True),
            "you took the modulus: keep the real part": lambda y, mask, coils: (
                (coils.conj() * _images_of_coils(y, mask)).sum(1, keepdim=True).abs()
            ),
            "you took the real part too early: multiply first": lambda y, mask, coils: (
                coils.real * _images_of_coils(y, mask).real
            ).sum(1, keepdim=True),
            "you applied the mask to the image: it belongs to k-space": lambda y, mask, coils: (
                mask * coils.conj() * torch.fft.ifft2(y, norm="ortho")
            ).real.sum(dim=1, keepdim=True),
            "you moved k-space by an (i)fftshift: it is in the order of fft2": (
                lambda y, mask, coils: (
                    coils.conj()
                    * _images_of_coils(torch.fft.ifftshift(mask * y, dim=(-2, -1)), mask | True)
                ).real.sum(dim=1, keepdim=True)
            ),
            "you divided by Σ|D|²: that would be an inverse": lambda y, mask, coils: (
                (coils.conj() * _images_of_coils(y, mask)).real.sum(dim=1, keepdim=True)
                / coils.abs().square().sum(dim=0)
            ),
            "you forgot the mask": lambda y, mask, coils: (
                coils.conj() * torch.fft.ifft2(y, norm="ortho")
            ).real.sum(dim=1, keepdim=True),
            "your Fourier transform is not orthonormal: write norm='ortho'": (
                lambda y, mask, coils: (coils.conj() * torch.fft.ifft2(mask * y)).real.sum(
                    dim=1, keepdim=True
                )
            ),
        }
        | wrong_operators.MRI_ADJOINT,
        hint="A = 1_ω F D: apply the adjoint of each factor, in reverse order, not the inverse; "
        "keep the real part, as the image is real",
    ),
)
