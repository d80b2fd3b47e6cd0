"""More common mistakes of notebook 01: in the noise of inverses, filters, variances."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Function, Terms


def _mean_power(k: Tensor) -> Tensor:
    return (1 / k.abs() ** 2).mean()


NOISE_GAIN = {
    "you averaged 1/k_hat before the modulus: the phases cancel": lambda k, s: (
        s * (1 / k).mean().abs()
    ),
    "you averaged 1/k_hat² without the modulus: the phases cancel": lambda k, s: (
        s * (1 / k**2).mean().abs().sqrt()
    ),
    "you took the real part of k_hat: take its modulus": lambda k, s: (
        s * (1 / k.real**2).mean().sqrt()
    ),
    "you took the median instead of the mean": lambda k, s: s * (1 / k.abs() ** 2).median().sqrt(),
    "you divided the root of the sum by the number of rows: the number of all values counts": (
        lambda k, s: s * (1 / k.abs() ** 2).sum().sqrt() / k.shape[0]
    ),
    "you divided the root of the sum by the number of columns: the number of all values counts": (
        lambda k, s: s * (1 / k.abs() ** 2).sum().sqrt() / k.shape[1]
    ),
    "you divided by the mean of |k_hat|: take the mean of 1/|k_hat|²": lambda k, s: (
        s / k.abs().mean()
    ),
    "you took the root of the mean of 1/|k_hat|: square the moduli": lambda k, s: (
        s * (1 / k.abs()).mean().sqrt()
    ),
    "you took the standard deviation of 1/|k_hat|: it subtracts the mean": lambda k, s: (
        s * (1 / k.abs()).std()
    ),
    "you took the best frequency instead of the mean over all": lambda k, s: s / k.abs().max(),
    "you inverted the mean: take the root of the mean of 1/|k_hat|²": lambda k, s: (
        s / _mean_power(k).sqrt()
    ),
    "you averaged the roots of each column: all values have one mean": lambda k, s: (
        s * (1 / k.abs() ** 2).mean(dim=0).sqrt().mean()
    ),
    "you averaged the roots of each row: all values have one mean": lambda k, s: (
        s * (1 / k.abs() ** 2).mean(dim=1).sqrt().mean()
    ),
    "you added sigma instead of multiplying by it": lambda k, s: s + _mean_power(k).sqrt(),
}


def _inverted(
    seen: Function, inside: Function = lambda k, t: 1 / k, outside: Function | None = None
) -> Function:
    def wrong(v: Tensor, k: Tensor, t: float) -> Tensor:
        v_hat = torch.fft.fft2(v)
        rest = outside(k, t) if outside else torch.zeros_like(k)
        return torch.fft.ifft2(v_hat * torch.where(seen(k, t, v_hat), inside(k, t), rest)).real

    return wrong


def _one_over(k: Tensor) -> Tensor:
    return 1 / torch.where(k == 0, 1, k)


CAREFUL_INVERSE = {
    "you compared the data v with the threshold: compare |k_hat|": _inverted(
        lambda k, t, v: v.abs() >= t, inside=lambda k, t: _one_over(k)
    ),
    "you took the threshold relative to the largest |k_hat|: it is a number": _inverted(
        lambda k, t, v: k.abs() >= t * k.abs().max()
    ),
    "you compared |k_hat| with the square of the threshold": _inverted(
        lambda k, t, v: k.abs() >= t**2
    ),
    "you compared the imaginary part with the threshold: use the modulus": _inverted(
        lambda k, t, v: k.imag >= t
    ),
    "you divided by conj(k_hat): divide by k_hat": _inverted(
        lambda k, t, v: k.abs() >= t, inside=lambda k, t: 1 / k.conj()
    ),
    "you divided by the real part of k_hat: its phase must be undone too": _inverted(
        lambda k, t, v: k.abs() >= t, inside=lambda k, t: 1 / k.real + 0j
    ),
    "you divided by |k_hat|²: divide by k_hat": _inverted(
        lambda k, t, v: k.abs() >= t, inside=lambda k, t: 1 / k.abs() ** 2 + 0j
    ),
    "you kept the frequencies below the threshold: leave those out": _inverted(
        lambda k, t, v: k.abs() <= t, inside=lambda k, t: _one_over(k)
    ),
    "you left nothing out: only where k_hat is 0": _inverted(lambda k, t, v: k != 0),
    "you divided all frequencies: those below the threshold become 0": _inverted(
        lambda k, t, v: k.abs() >= t, outside=lambda k, t: _one_over(k)
    ),
    "you lifted small moduli to the threshold: set these frequencies to 0": _inverted(
        lambda k, t, v: k.abs() >= t,
        outside=lambda k, t: _one_over(k) * k.abs() / t,
    ),
    "you moved the frequencies by an fftshift: k_hat is in the order of fft2": _inverted(
        lambda k, t, v: torch.fft.fftshift(k).abs() >= t, inside=lambda k, t: _one_over(k)
    ),
    "you damped all frequencies, conj(k)/(|k|² + threshold): leave the weak ones out": _inverted(
        lambda k, t, v: k.abs() >= 0, inside=lambda k, t: k.conj() / (k.abs() ** 2 + t)
    ),
    "you damped all frequencies, 1/(k + threshold): leave the weak ones out": _inverted(
        lambda k, t, v: k.abs() >= 0, inside=lambda k, t: 1 / (k + t)
    ),
    "you took the imaginary part: keep the real one": lambda v, k, t: (
        torch.fft.ifft2(torch.fft.fft2(v) * torch.where(k.abs() >= t, 1 / k, 0)).imag
    ),
}


def _blurred(y: Tensor, factor: Tensor) -> Tensor:
    return torch.fft.ifft2(factor * torch.fft.fft2(y)).real


BLUR_ADJOINT = {
    "you conjugated the transform of y, too: that turns the image": lambda y, k: _blurred(
        y.flip(-2, -1).roll((1, 1), (-2, -1)), k.conj()
    ),
    "you conjugated the transform of y instead of k_hat: that turns the image": lambda y, k: (
        _blurred(y.flip(-2, -1).roll((1, 1), (-2, -1)), k)
    ),
    "you changed the sign of k_hat: change that of its imaginary part": lambda y, k: _blurred(
        y, -k
    ),
    "you took the imaginary part: the answer is the real one": lambda y, k: (
        torch.fft.ifft2(k.conj() * torch.fft.fft2(y)).imag
    ),
    "you took the imaginary part of k_hat: keep both, and change a sign": lambda y, k: _blurred(
        y, 1j * k.imag
    ),
    "you turned k_hat by flip: frequency 0 must stay at [0, 0]; conj(k_hat) is enough": (
        lambda y, k: _blurred(y, k.flip(0, 1))
    ),
    "you multiplied y itself by k_hat: transform it first": lambda y, k: (
        torch.fft.ifft2(k.conj() * y).real
    ),
    "you did not transform back": lambda y, k: (k.conj() * torch.fft.fft2(y)).real,
    "you applied the adjoint twice": lambda y, k: _blurred(y, k.conj() ** 2),
    "you divided by |k_hat|: the adjoint multiplies by conj(k_hat)": lambda y, k: _blurred(
        y, k.conj() / k.abs()
    ),
    "you transformed along the images and the channels, not along rows and columns": (
        lambda y, k: torch.fft.ifft2(k.conj() * torch.fft.fft2(y, dim=(0, 1))).real
    ),
}

POISSON_VARIANCE = {
    "you squared the mean: the variance of a Poisson variable is its mean": lambda u, p: u**2,
    "this is the variance of a binomial variable, u(1 − u): Poisson's is its mean": lambda u, p: (
        u * (1 - u) / p
    ),
    "you subtracted u²: the variance of a Poisson variable is its mean": lambda u, p: u / p - u**2,
    "you averaged over the image: each pixel has its own variance": lambda u, p: (
        u.mean() / p
    ).expand_as(u),
    "you divided by peak + 1": lambda u, p: u / (p + 1),
    "you rounded the peak: it may be any number": lambda u, p: u / int(p),
    "you took the root of u": lambda u, p: u.sqrt() / p,
    "this is the variance of the pixels of u: each pixel has its own, from the noise": (
        lambda u, p: (u.var() / p).expand_as(u)
    ),
}

VARIANCE_TERMS = Terms(
    lambda got, u, peak: (got, {"u": u, "u²": u**2, "the constant 1": torch.ones_like(u)})
)
