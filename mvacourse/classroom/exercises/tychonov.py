"""Exercises of notebook 03: adjoint, symbol, descent, choice of λ, deblurring, heat equation."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from mvacourse.calculus import grad_T, laplacian, laplacian_hat
from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts import wrong_deblurring, wrong_gradients
from mvacourse.classroom.exercises.parts import wrong_tychonov as more
from mvacourse.classroom.exercises.parts.in_place import LAST_ONLY, last_only
from mvacourse.classroom.exercises.parts.tychonov import (
    deblur,
    descend,
    estimate,
    melt,
)


def _images(g: torch.Generator) -> list[tuple[Tensor, float, int]]:
    return [(randn(g, 1, 1, 7, 10), 0.4, 3), (randn(g, 2, 3, 9, 5), 1.3, 2)]


def _starts(g: torch.Generator) -> list[tuple[Tensor, float, int]]:
    return [(randn(g, 1, 1, 7, 10), 0.6, 3), (randn(g, 2, 3, 9, 5), 0.45, 2)]


def _noisy(g: torch.Generator) -> list[tuple[Tensor, float, list[float]]]:
    return [
        (randn(g, 1, 1, 7, 10), 0.1, [0.4, 0.01, 3.0]),
        (randn(g, 1, 1, 9, 6), 0.5, [0.0, 0.2]),
    ]


def _blurred(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    wide, high = (s * x / x.sum() for s, x in ((0.8, rand(g, 3, 5)), (1.3, rand(g, 7, 3))))
    return [(randn(g, 1, 1, 8, 11), wide, 0.7), (randn(g, 2, 3, 9, 6), high, 0.01)]


EXERCISES = (
    Exercise(
        name="grad_adjoint",
        reference=grad_T,
        inputs=lambda g: [(randn(g, 2, 7, 10),), (randn(g, 2, 9, 9),)],
        mistakes=wrong_gradients.GRAD_ADJOINT,
        terms=wrong_gradients.ADJOINT_TERMS,
        direction="the second component is the first one, turned: what is its previous pixel?",
        hint="∇ᵀp(x,y) = p₁(x−1,y) − p₁(x,y) + p₂(x,y−1) − p₂(x,y); torch.roll(p[0], 1, 0) is "
        "p₁(x−1,y)",
    ),
    Exercise(
        name="laplacian_symbol",
        reference=lambda M, N: laplacian_hat(M, N, dtype=torch.float64),
        inputs=lambda g: [(7, 10), (9, 4)],
        mistakes=wrong_gradients.LAPLACIAN_SYMBOL,
        terms=wrong_gradients.SYMBOL_TERMS,
        direction="|e^{iθ} − 1| is a length: of which chord of the unit circle?",
        hint="L_hat[ξ, ζ] = 4 (sin²(πξ/M) + sin²(πζ/N)), of shape (M, N), in float64",
    ),
    Exercise(
        name="tychonov_descent",
        kind="build",
        reference=descend(),
        inputs=_images,
        mistakes={
            "you forgot the data term x − v, or changed v in the loop": descend(
                lambda x, v, lam: -2 * lam * laplacian(x)
            ),
            "you forgot the 2 of ∇R = −2Δ": descend(lambda x, v, lam: x - v - lam * laplacian(x)),
            "you forgot lam": descend(lambda x, v, lam: x - v - 2 * laplacian(x)),
            "the sign of the Laplacian is wrong: −Δ = ∇ᵀ∇": descend(
                lambda x, v, lam: x - v + 2 * lam * laplacian(x)
            ),
            "the sign of the data term x − v is wrong": descend(
                lambda x, v, lam: v - x - 2 * lam * laplacian(x)
            ),
            "you climb: descent subtracts the gradient": descend(
                lambda x, v, lam: v - x + 2 * lam * laplacian(x)
            ),
            "you doubled the data term, in spite of its ½": descend(
                lambda x, v, lam: 2 * (x - v) - 2 * lam * laplacian(x)
            ),
            "lam multiplies the data term, too": descend(
                lambda x, v, lam: lam * (x - v - 2 * laplacian(x))
            ),
            "your step is 1/(1 + 16 λ): take 1/(1 + 8 λ)": descend(
                step=lambda lam: 1 / (1 + 16 * lam)
            ),
            "your step is 2/(1 + 16 λ): take 1/(1 + 8 λ)": descend(
                step=lambda lam: 2 / (1 + 16 * lam)
            ),
            "your step is 1/(8 λ): take 1/(1 + 8 λ)": descend(step=lambda lam: 1 / (8 * lam)),
            "you took the gradient at v in every step": descend(stale=True),
            "tau must multiply the Laplacian, too: put ∇F in parentheses": descend(
                lambda x, v, lam: x - v - 2 * (1 + 8 * lam) * lam * laplacian(x)
            ),
            "you took the Laplacian of v in every step": descend(
                lambda x, v, lam: x - v - 2 * lam * laplacian(v)
            ),
            "each step begins at v again: continue from the last iterate": descend(again=True),
            "you start from zero: the first iterate is v": descend(start=0.0),
            "your image does not move: the gradient needs the Laplacian, too": descend(
                lambda x, v, lam: x - v
            ),
            LAST_ONLY: last_only(descend()),
            f"after v, {LAST_ONLY}": last_only(descend(), after=1),
        }
        | more.TYCHONOV_DESCENT,
        terms=more.DESCENT_TERMS,
        direction="which of the equations above says that the gradient of F is zero?",
        hint="∇F(x) = x − v − 2λΔx; begin with path = [v], append each x − τ∇F(x), and return "
        "torch.stack(path)",
    ),
    Exercise(
        name="sure_curve",
        kind="build",
        reference=estimate(),
        inputs=_noisy,
        mistakes={
            "your first term is MN times too large: take the mean over the pixels, and in Fourier "
            "also Parseval's 1/(MN)": estimate(parseval=False),
            "you left out both terms with sigma": estimate(shift=0.0, factor=0.0),
            "you forgot to subtract sigma²": estimate(shift=0.0),
            "you forgot the 2 of the last term": estimate(factor=1.0),
            "you forgot the last term": estimate(factor=0.0),
            "you added sigma² instead of subtracting it": estimate(shift=-1.0),
            "you subtracted the last term instead of adding it": estimate(factor=-2.0),
            "you took the restored image instead of the residual": estimate(residual=False),
            "you forgot the 2 in H = 1/(1 + 2λL̂)": estimate(two=1.0),
            "you took the sum of H instead of its mean": estimate(trace=torch.sum),
            "you took the mean of H² instead of that of H": estimate(trace=lambda H: (H**2).mean()),
            "you took the mean of 1 − H instead of that of H": estimate(
                trace=lambda H: 1 - H.mean()
            ),
            "you wrote sigma instead of sigma²": estimate(power=1),
        }
        | wrong_deblurring.SURE_CURVE,
        terms=wrong_deblurring.SURE_TERMS,
        direction="which of the three terms need the photograph, and which only the filter?",
        hint="for each λ: H = 1/(1 + 2λL̂); the mean square of u_λ − v, minus σ², plus 2σ² times "
        "the mean of H. In Fourier: |(H − 1)v̂|².mean() / (MN)",
    ),
    Exercise(
        name="deblur",
        kind="build",
        reference=deblur(),
        inputs=_blurred,
        mistakes={
            "you did not bring the kernel's centre to pixel (0, 0): the picture moves": deblur(
                shift=lambda size: 0
            ),
            "you rolled the kernel the wrong way": deblur(shift=lambda size: size // 2),
            "you rolled the kernel by half of its size plus one": deblur(
                shift=lambda size: -(size // 2) - 1
            ),
            "you rolled the kernel by half of its size minus one": deblur(
                shift=lambda size: 1 - size // 2
            ),
            "the kernel's centre is in the middle of your image: bring it to pixel (0, 0)": (
                lambda v, k, lam: torch.fft.ifftshift(deblur()(v, k, lam), dim=(-2, -1))
            ),
            "you divided k by its sum, which may be anything": lambda v, k, lam: deblur()(
                v, k / k.sum(), lam
            ),
            "you subtracted the penalty in the denominator": deblur(
                lambda v, k, P: k.conj() * v / (k.abs() ** 2 - P)
            ),
            "you took |k̂| instead of conj(k̂) in the numerator": deblur(
                lambda v, k, P: k.abs() * v / (k.abs() ** 2 + P)
            ),
            "you did not conjugate k̂ in the numerator, or turned the kernel by 180°": deblur(
                lambda v, k, P: k * v / (k.abs() ** 2 + P)
            ),
            "you forgot k̂ in the numerator": deblur(lambda v, k, P: v / (k.abs() ** 2 + P)),
            "you took k̂² instead of |k̂|²": deblur(lambda v, k, P: k.conj() * v / (k**2 + P)),
            "you took |k̂| instead of its square": deblur(
                lambda v, k, P: k.conj() * v / (k.abs() + P)
            ),
            "you forgot the penalty: this is the inverse filter": deblur(lambda v, k, P: v / k),
            "you added the penalty to k̂ instead of |k̂|²": deblur(lambda v, k, P: v / (k + P)),
            "you penalise the image instead of its gradient: L̂ is missing": lambda v, k, lam: (
                deblur(lambda v, k, P: k.conj() * v / (k.abs() ** 2 + 2 * lam))(v, k, lam)
            ),
            "you forgot the factor 2": deblur(two=1.0),
            "you blurred once more: this is Aᵀv": deblur(lambda v, k, P: k.conj() * v),
            "you took the absolute value at the end: take the real part": deblur(end=torch.abs),
        }
        | wrong_deblurring.DEBLUR,
        terms=wrong_deblurring.DEBLUR_TERMS,
        direction="where must the centre of the kernel be, so that a convolution with a single 1 "
        "moves nothing? And what is AᵀA in Fourier?",
        hint="write k into a corner of zeros(M, N), and roll it by −(h//2) and −(w//2); then "
        "û = conj(k̂) v̂ / (|k̂|² + 2λL̂), and return the real part of its ifft2",
    ),
    Exercise(
        name="tychonov_lipschitz",
        reference=lambda lam: 1 + 16 * lam,
        inputs=lambda g: [(0.1,), (1.0,), (7.5,)],
        mistakes={
            "you forgot the factor 2 of ∇R = 2∇ᵀ∇u": lambda lam: 1 + 8 * lam,
            "you took 4π² for the largest L̂: on the grid it is 8": lambda lam: (
                1 + 8 * math.pi**2 * lam
            ),
            "you forgot the data term, whose Hessian is I": lambda lam: 16 * lam,
            "you returned the largest step 2/L instead of L": lambda lam: 2 / (1 + 16 * lam),
        }
        | more.TYCHONOV_LIPSCHITZ,
        terms=more.LIPSCHITZ_TERMS,
        direction="the eigenvalues are 1 + 2λ L̂: which frequency has the largest?",
        hint="L = ‖I + 2λ∇ᵀ∇‖, and the largest value of L_hat is 8",
    ),
    Exercise(
        name="heat",
        kind="build",
        reference=melt(),
        inputs=_starts,
        mistakes={
            "each of your steps is as long as the whole time t": melt(lambda t, n: t),
            "your steps are twice too long: dt is 2τ already": melt(lambda t, n: 2 * t / n),
            "your steps are half as long as dt = t/n_steps": melt(lambda t, n: t / n / 2),
            "you divided t by the number of images: there are n_steps steps between them": melt(
                lambda t, n: t / (n + 1)
            ),
            "its sign is wrong: this sharpens, and time cannot run backward": melt(
                lambda t, n: -t / n
            ),
            "your image does not move: does // round dt down to 0?": melt(lambda t, n: t // n),
            "you divided t by n_steps − 1: there are n_steps steps": melt(lambda t, n: t / (n - 1)),
            "each step begins at u again: continue from the last image": melt(again=True),
            "you kept only the change: add it to the image": melt(keep=0.0),
            "you took the Laplacian of the first image in every step": melt(stale=True),
            LAST_ONLY: last_only(melt()),
            f"after u, {LAST_ONLY}": last_only(melt(), after=1),
        }
        | more.HEAT,
        terms=more.HEAT_TERMS,
        direction="the equation says how fast each pixel changes; how much does it change in dt?",
        hint="dt = t/n_steps; begin with path = [u], append each x + dt · laplacian(x), and return "
        "torch.stack(path)",
    ),
)
