"""Exercises of notebook 01: adjoints, the noise of the naive inverse, Poisson noise."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import kernels
from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.operators import Blur


def _transfer(g: torch.Generator, height: int, width: int) -> Tensor:
    """Compute the Fourier transform of a kernel without symmetry; it has no zeros."""
    k = torch.rand((3, 3), generator=g, dtype=torch.float64)
    k[1, 1] += 2 * k.sum()
    return Blur(k / k.sum()).transfer(height, width)


def _blurs(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    return [(randn(g, 1, c, h, w), _transfer(g, h, w)) for c, h, w in ((1, 7, 10), (3, 9, 5))]


def _gains(g: torch.Generator) -> list[tuple[Tensor, float]]:
    return [(_transfer(g, 7, 10), 0.1), (_transfer(g, 9, 5), 0.02)]


def _low_resolution(g: torch.Generator) -> list[tuple[Tensor, int]]:
    return [(randn(g, 1, 1, 5, 3), 2), (randn(g, 2, 3, 2, 4), 3)]


def _photons(g: torch.Generator) -> list[tuple[Tensor, float]]:
    return [(1.5 * rand(g, 1, 1, 5, 7), 30.0), (rand(g, 1, 3, 4, 3).round(), 1000.0)]


def _scans(g: torch.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    cases = []
    for height, width, count in ((7, 10, 3), (9, 5, 4)):
        mask = kernels.random_mask((height, width), 0.5, seed=g)
        # not normalised: Σ|cₖ|² is not 1
        coils = kernels.coil_maps(count, (height, width)).to(torch.complex128)
        coils = coils * torch.complex(*(randn(g, count, 1, 1) for _ in range(2)))
        y = torch.complex(*(rand(g, 2, count, height, width) - 0.5 for _ in range(2)))
        cases.append((y, mask, coils))
    return cases


def _filter(y: Tensor, y_hat_times: Tensor) -> Tensor:
    return torch.fft.ifft2(y_hat_times * torch.fft.fft2(y)).real


def _zero_fill(y: Tensor, s: int, first: int = 0) -> Tensor:
    batch, channels, height, width = y.shape
    u = y.new_zeros(batch, channels, s * height, s * width)
    u[..., first::s, first::s] = y
    return u


def _images_of_coils(y: Tensor, mask: Tensor) -> Tensor:
    return torch.fft.ifft2(mask * y, norm="ortho")


EXERCISES = (
    Exercise(
        name="blur_adjoint",
        reference=lambda y, k_hat: _filter(y, k_hat.conj()),
        inputs=_blurs,
        mistakes={
            "you applied the blur itself: its adjoint convolves with the flipped kernel, whose "
            "transform is conj(k_hat)": lambda y, k_hat: _filter(y, k_hat),
            "you divided by k_hat: that is the inverse, not the adjoint": lambda y, k_hat: _filter(
                y, 1 / k_hat
            ),
            "you applied the blur after its adjoint, |k_hat|²": lambda y, k_hat: _filter(
                y, k_hat.abs() ** 2
            ),
        },
        hint="F⁻¹(conj(k_hat) · F y); the answer is real",
    ),
    Exercise(
        name="noise_gain",
        reference=lambda k_hat, sigma: sigma * (1 / k_hat.abs() ** 2).mean().sqrt(),
        inputs=_gains,
        mistakes={
            "you forgot the square root: this is a variance": lambda k_hat, sigma: (
                sigma**2 * (1 / k_hat.abs() ** 2).mean()
            ),
            "you averaged 1/|k_hat| without squares: powers add up, moduli do not": (
                lambda k_hat, sigma: sigma * (1 / k_hat.abs()).mean()
            ),
            "you summed over the frequencies instead of averaging": lambda k_hat, sigma: (
                sigma * (1 / k_hat.abs() ** 2).sum().sqrt()
            ),
            "you took the worst frequency instead of the mean over all": lambda k_hat, sigma: (
                sigma / k_hat.abs().min()
            ),
        },
        hint="white noise has the same power at every frequency; the naive inverse multiplies that "
        "power by 1/|k_hat|²; the mean power is the mean square of a pixel",
    ),
    Exercise(
        name="subsample_adjoint",
        reference=_zero_fill,
        inputs=_low_resolution,
        mistakes={
            "you repeated each pixel: the adjoint puts zeros where nothing was measured": (
                lambda y, s: y.repeat_interleave(s, -2).repeat_interleave(s, -1)
            ),
            "you multiplied by s² to keep the mean: the adjoint does not": lambda y, s: (
                s**2 * _zero_fill(y, s)
            ),
            "you put each value in the last corner of its block: S keeps the first, u(sx, sy)": (
                lambda y, s: _zero_fill(y, s, s - 1)
            ),
        },
        hint="⟨S u, y⟩ only sees u at the pixels (s·x, s·y)",
    ),
    Exercise(
        name="poisson_variance",
        reference=lambda u, peak: u / peak,
        inputs=_photons,
        mistakes={
            "you forgot to divide by the peak: Var(X / peak) = Var(X) / peak²": lambda u, peak: (
                peak * u
            ),
            "you returned the standard deviation": lambda u, peak: (u / peak).sqrt(),
            "you took the variance of Poisson(u), without the peak": lambda u, peak: u.clone(),
            "you divided by peak² but forgot that the variance of Poisson(peak·u) is peak·u": (
                lambda u, peak: u / peak**2
            ),
        },
        hint="the variance of Poisson(m) is m; here v = Poisson(peak · u) / peak",
    ),
    Exercise(
        name="mri_adjoint",
        reference=lambda y, mask, coils: (coils.conj() * _images_of_coils(y, mask)).real.sum(
            dim=1, keepdim=True
        ),
        inputs=_scans,
        mistakes={
            "you forgot to conjugate the coil maps": lambda y, mask, coils: (
                coils * _images_of_coils(y, mask)
            ).real.sum(dim=1, keepdim=True),
            "you averaged over the coils: the adjoint sums": lambda y, mask, coils: (
                coils.conj() * _images_of_coils(y, mask)
            ).real.mean(dim=1, keepdim=True),
            "you forgot the mask": lambda y, mask, coils: (
                coils.conj() * torch.fft.ifft2(y, norm="ortho")
            ).real.sum(dim=1, keepdim=True),
            "your Fourier transform is not orthonormal: write norm='ortho'": (
                lambda y, mask, coils: (coils.conj() * torch.fft.ifft2(mask * y)).real.sum(
                    dim=1, keepdim=True
                )
            ),
        },
        hint="A = S F D: apply the adjoint of each factor, in reverse order, not the inverse; keep "
        "the real part, as the image is real",
    ),
)
