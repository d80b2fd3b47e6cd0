"""More common mistakes of notebook 03: in Stein's estimate, and in deblurring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mvacourse.calculus import laplacian_hat
from mvacourse.classroom.exercises.checking.exercise import Function, Terms
from mvacourse.classroom.exercises.parts.tychonov import deblur


def _sure(
    misfit: Function | None = None, rest: Function | None = None, end: Function | None = None
) -> Callable[[Tensor, float, Sequence[float]], Tensor]:
    """Estimate with another first term, another rest, or another end."""

    def wrong(v: Tensor, sigma: float, lams: Sequence[float]) -> Tensor:
        M, N = v.shape[-2:]
        v_hat, found = torch.fft.fft2(v), []
        for lam in lams:
            H = 1 / (1 + 2 * lam * laplacian_hat(M, N, dtype=v.dtype))
            gap = torch.fft.ifft2((H - 1) * v_hat).real
            first = misfit(gap, (H - 1) * v_hat) if misfit else gap.square().mean()
            usual = -(sigma**2) + 2 * sigma**2 * H.mean()
            found.append(first + (rest(sigma, H) if rest else usual))
        return (end or (lambda x: x))(torch.stack(found))

    return wrong


SURE_CURVE = {
    "you forgot the square in the first term": _sure(lambda gap, hat: gap.abs().mean()),
    "you took the moduli without squares, in Fourier": _sure(
        lambda gap, hat: hat.abs().mean() / gap.numel()
    ),
    "you took the root of the first term: it is a mean square": _sure(
        lambda gap, hat: gap.square().mean().sqrt()
    ),
    "you took the real part before the modulus, in Fourier": _sure(
        lambda gap, hat: hat.real.square().mean() / gap.numel()
    ),
    "you squared without the modulus, in Fourier": _sure(
        lambda gap, hat: (hat**2).real.mean() / gap.numel()
    ),
    "you divided by M⁴: the image need not be square": _sure(
        lambda gap, hat: hat.abs().square().sum() / gap.shape[-2] ** 4
    ),
    "you divided by N⁴: the image need not be square": _sure(
        lambda gap, hat: hat.abs().square().sum() / gap.shape[-1] ** 4
    ),
    "you multiplied sigma² by MN: the first term is a mean already": _sure(
        rest=lambda s, H: -(s**2) * H.numel() + 2 * s**2 * H.mean()
    ),
    "you took the largest H instead of its mean": _sure(
        rest=lambda s, H: -(s**2) + 2 * s**2 * H.max()
    ),
    "you took the square of the mean of H": _sure(
        rest=lambda s, H: -(s**2) + 2 * s**2 * H.mean() ** 2
    ),
    "you divided the last term by MN twice": _sure(
        rest=lambda s, H: -(s**2) + 2 * s**2 * H.mean() / H.numel()
    ),
    "you wrote sigma instead of sigma² in the last term": _sure(
        rest=lambda s, H: -(s**2) + 2 * s * H.mean()
    ),
    "you wrote sigma instead of sigma² in the middle term": _sure(
        rest=lambda s, H: -s + 2 * s**2 * H.mean()
    ),
    "you appended after the loop: each λ has its value": lambda *case: _sure()(*case)[-1:],
    "you kept the first λ alone: does a return in the loop end it?": lambda *case: _sure()(*case)[
        :1
    ],
    "you returned the smallest value: return all": _sure(end=torch.min),
    "you returned the best λ: return the values of SURE": lambda v, sigma, lams: torch.tensor(
        lams[int(_sure()(v, sigma, lams).argmin())], dtype=v.dtype
    ),
    "you filtered the pixels of v: H acts on its transform": lambda v, sigma, lams: torch.stack(
        [
            ((H - 1) * v).square().mean() - sigma**2 + 2 * sigma**2 * H.mean()
            for lam in lams
            for H in [1 / (1 + 2 * lam * laplacian_hat(*v.shape[-2:], dtype=v.dtype))]
        ]
    ),
}


def _parts(got: Any, v: Tensor, sigma: float, lams: Sequence[float]) -> tuple[Any, dict]:
    return got, {
        "the mean square of u_λ − v": _sure(rest=lambda s, H: 0 * H.mean())(v, sigma, lams),
        "sigma²": sigma**2,
        "sigma² times the mean of H": _sure(
            lambda gap, hat: 0 * gap.mean(), lambda s, H: s**2 * H.mean()
        )(v, sigma, lams),
    }


SURE_TERMS = Terms(_parts, joint=True)

DEBLUR = {
    "you squared L̂": lambda v, k, lam: deblur(
        lambda v, k, P: k.conj() * v / (k.abs() ** 2 + P**2 / (2 * lam))
    )(v, k, lam),
    "you took the root of L̂": lambda v, k, lam: deblur(
        lambda v, k, P: k.conj() * v / (k.abs() ** 2 + (2 * lam * P).sqrt())
    )(v, k, lam),
    "you squared lam": lambda v, k, lam: deblur()(v, k, lam**2),
    "you forgot lam": lambda v, k, lam: deblur()(v, k, 1.0),
    "your denominator is that of denoising, 1 + 2λL̂: it has |k̂|²": deblur(
        lambda v, k, P: k.conj() * v / (1 + P)
    ),
    "you put no parentheses around the denominator": deblur(
        lambda v, k, P: k.conj() * v / k.abs() ** 2 + P
    ),
    "you blurred with |k̂|² in the numerator: it has conj(k̂)": deblur(
        lambda v, k, P: k.abs() ** 2 * v / (k.abs() ** 2 + P)
    ),
    "you conjugated v̂ instead of k̂": deblur(lambda v, k, P: k * v.conj() / (k.abs() ** 2 + P)),
    "you took the real part of k̂ in the numerator": deblur(
        lambda v, k, P: k.real * v / (k.abs() ** 2 + P)
    ),
    "you exchanged h and w in the roll": lambda v, k, lam: _rolled(
        v, k, lam, lambda h, w: (-(w // 2), -(h // 2))
    ),
    "you centred the kernel by fftshift: for odd sizes it is ifftshift": (
        lambda v, k, lam: _rolled(
            v,
            k,
            lam,
            lambda h, w: (
                v.shape[-2] // 2 * 2 - v.shape[-2] - h // 2,
                v.shape[-1] // 2 * 2 - v.shape[-1] - w // 2,
            ),
        )
    ),
    "you rolled the rows alone": lambda v, k, lam: _rolled(v, k, lam, lambda h, w: (-(h // 2), 0)),
    "you rolled the columns alone": lambda v, k, lam: _rolled(
        v, k, lam, lambda h, w: (0, -(w // 2))
    ),
    "you turned the kernel upside down": lambda v, k, lam: deblur()(v, k.flip(0), lam),
    "you exchanged left and right in the kernel": lambda v, k, lam: deblur()(v, k.flip(1), lam),
    "you kept the middle row and column of k alone": lambda v, k, lam: deblur()(
        v, k * _cross(k), lam
    ),
    "you divided k by its largest value": lambda v, k, lam: deblur()(v, k / k.max(), lam),
    "you denoised, as if there were no blur": lambda v, k, lam: deblur(lambda v, k, P: v / (1 + P))(
        v, k, lam
    ),
    "you took the imaginary part at the end: take the real one": deblur(end=torch.imag),
}


def _fractions(got: Tensor, v: Tensor, k: Tensor, lam: float) -> tuple[Tensor, dict[str, Tensor]]:
    """conj(k̂) v̂ is the denominator times û: a wrong factor in the denominator shows."""
    k_hat = deblur(lambda v, k, P: k, end=lambda x: x)(v[:1, :1], k, lam)
    k_hat = torch.fft.fft2(k_hat)
    u_hat = torch.fft.fft2(got)
    L_hat = laplacian_hat(*v.shape[-2:], dtype=v.dtype)
    parts = {
        "|k̂|² in the denominator": k_hat.abs() ** 2 * u_hat,
        "λL̂ in the denominator": lam * L_hat * u_hat,
        "a constant in the denominator": u_hat,
    }
    target = torch.view_as_real(k_hat.conj() * torch.fft.fft2(v))
    return target, {name: torch.view_as_real(x) for name, x in parts.items()}


DEBLUR_TERMS = Terms(_fractions, joint=True)


def _cross(k: Tensor) -> Tensor:
    middle = torch.zeros_like(k)
    middle[k.shape[0] // 2], middle[:, k.shape[1] // 2] = 1, 1
    return middle


def _rolled(v: Tensor, k: Tensor, lam: float, shift: Function) -> Tensor:
    """Deblur with a kernel that is rolled in another way: that moves the image back."""
    h, w = k.shape
    rows, columns = shift(h, w)
    moved = (-(h // 2) - rows, -(w // 2) - columns)
    return deblur()(v, k, lam).roll(moved, (-2, -1))
