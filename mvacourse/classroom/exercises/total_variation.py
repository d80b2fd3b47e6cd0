"""Exercises of notebook 04: total variation, its gradient, descent, choice of λ, inpainting."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.calculus import grad, grad_T
from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.parts import total_variation_inputs as inputs
from mvacourse.classroom.exercises.parts import wrong_inpainting
from mvacourse.classroom.exercises.parts import wrong_total_variation as more
from mvacourse.classroom.exercises.parts.in_place import LAST_ONLY, last_only
from mvacourse.classroom.exercises.parts.total_variation import (
    BISECTIONS,
    fill,
    halve,
    unprojected,
    walk,
)
from mvacourse.regularizers import smoothed_tv_grad, tychonov_grad


def _weighted(weight: Callable[[Tensor, float], Tensor]) -> Callable[[Tensor, float], Tensor]:
    """Make u, ε ↦ ∇ᵀ(∇u / weight), with a weight that depends on ∇u and ε."""
    return lambda u, eps: grad_T(grad(u) / weight(grad(u), eps))


def _square(p: Tensor) -> Tensor:
    return p.square().sum(dim=-3, keepdim=True)


_gradient = _weighted(lambda p, eps: (eps**2 + _square(p)).sqrt())


EXERCISES = (
    Exercise(
        name="total_variation",
        reference=lambda u: _square(grad(u)).sqrt().sum(),
        inputs=inputs.images,
        mistakes={
            "you added the moduli of the two derivatives": lambda u: grad(u).abs().sum(),
            "you forgot the square root: this is Tychonov": lambda u: grad(u).square().sum(),
            "you averaged over the pixels": lambda u: _square(grad(u)).sqrt().mean(),
            "you summed over the wrong dimension: the two derivatives are in dimension −3": (
                lambda u: grad(u).square().sum(dim=1).sqrt().sum()
            ),
            "you took one root for all channels of a pixel": lambda u: (
                grad(u).square().sum(dim=(1, 2)).sqrt().sum()
            ),
            "you took the first image alone: add all of them": lambda u: (
                _square(grad(u[:1])).sqrt().sum()
            ),
            "you averaged over the images: add them": lambda u: (
                _square(grad(u)).sqrt().sum() / len(u)
            ),
            "** binds before /: write ** 0.5, or sqrt()": lambda u: _square(grad(u))[:, :, 0] / 2,
            "you took one root of the whole sum": lambda u: grad(u).square().sum().sqrt(),
        }
        | more.TOTAL_VARIATION,
        direction="the length of an arrow has one root; how many arrows does an image have?",
        hint="TV(u) = Σ √(|∂₁u|² + |∂₂u|²): one root per pixel, then the sum",
    ),
    Exercise(
        name="smoothed_tv_gradient",
        reference=_gradient,
        inputs=inputs.smoothed,
        mistakes={
            "you forgot to square eps": _weighted(lambda p, eps: (eps + _square(p)).sqrt()),
            "you added eps outside of the root": _weighted(lambda p, eps: eps + _square(p).sqrt()),
            "its sign is wrong: div is −∇ᵀ": lambda u, eps: -_gradient(u, eps),
            "you normalised each derivative by itself instead of by the length of ∇u": _weighted(
                lambda p, eps: (eps**2 + p.square()).sqrt()
            ),
            "you divided after ∇ᵀ: divide ∇u, before it": lambda u, eps: (
                grad_T(grad(u)) / (eps**2 + _square(grad(u))).sqrt().squeeze(-3)
            ),
            "you forgot the adjoint ∇ᵀ at the end": lambda u, eps: (
                grad(u) / (eps**2 + _square(grad(u))).sqrt()
            ),
            "you returned TV_ε itself instead of its gradient": lambda u, eps: (
                (eps**2 + _square(grad(u))).sqrt().sum()
            ),
            "this is the gradient of Tychonov, 2∇ᵀ∇u": lambda u, eps: tychonov_grad(u),
            "you forgot the denominator": _weighted(lambda p, eps: 1.0),
            "you multiplied by the root instead of dividing": _weighted(
                lambda p, eps: (eps**2 + _square(p)).rsqrt()
            ),
            "you took one length for the whole image: each pixel has its own": _weighted(
                lambda p, eps: (eps**2 + p.square().sum()).sqrt()
            ),
            "you summed over another dimension than −3, that of the derivatives": _weighted(
                lambda p, eps: (eps**2 + p.square().sum(dim=1, keepdim=True)).sqrt()
            ),
            "you forgot the square root in the denominator": _weighted(
                lambda p, eps: eps**2 + _square(p)
            ),
        }
        | more.SMOOTHED_TV_GRADIENT,
        direction="for Tychonov the chain rule gives ∇ᵀ(2∇u), where 2p is the derivative of ‖p‖²",
        hint="∇TV_ε(u) = ∇ᵀ(∇u / √(ε² + ‖∇u‖²)), with calculus.grad and calculus.grad_T",
    ),
    Exercise(
        name="smoothed_tv_step",
        reference=lambda lam, eps: 2 / (1 + 8 * lam / eps),
        inputs=lambda g: [(0.1, 0.01), (0.05, 0.1), (2.0, 0.3), (0.01, 0.2)],
        mistakes={
            "you forgot the data term, which adds 1 to L": lambda lam, eps: 2 / (8 * lam / eps),
            "you multiplied by eps: a smaller eps must make the step smaller": lambda lam, eps: (
                2 / (1 + 8 * lam * eps)
            ),
            "you forgot lam: ∇F has lam · ∇TV_ε in it": lambda lam, eps: 2 / (1 + 8 / eps),
            "you multiplied the data term's 1 by lam / eps, too": lambda lam, eps: (
                2 / (9 * lam / eps)
            ),
            "you squared eps": lambda lam, eps: 2 / (1 + 8 * lam / eps**2),
            "you exchanged lam and eps": lambda lam, eps: 2 / (1 + 8 * eps / lam),
            "you took ‖∇‖ = √8 instead of its square": lambda lam, eps: (
                2 / (1 + 8**0.5 * lam / eps)
            ),
            "you put no parentheses around L: write 2 / (…)": lambda lam, eps: 2 + 8 * lam / eps,
            "you returned L instead of the step 2/L": lambda lam, eps: 1 + 8 * lam / eps,
            "you used Tychonov's 16 λ": lambda lam, eps: 2 / (1 + 16 * lam),
            "you stopped at 1/L": lambda lam, eps: 1 / (1 + 8 * lam / eps),
        }
        | more.SMOOTHED_TV_STEP,
        terms=more.STEP_TERMS,
        direction="the Hessian of F is a sum of two parts: how large can each be?",
        hint="∇TV_ε is (8/ε)-Lipschitz and the data term of denoising 1-Lipschitz; τ < 2/L",
    ),
    Exercise(
        name="tv_descent",
        kind="build",
        reference=walk(),
        inputs=inputs.denoisings,
        mistakes={
            "you forgot the data term x − v, or changed v in the loop": walk(
                lambda x, v, lam, g: lam * g
            ),
            "you forgot lam in front of ∇TV_ε": walk(lambda x, v, lam, g: x - v + g),
            "the sign of the step is wrong: you climb": walk(lambda x, v, lam, g: v - x - lam * g),
            "the sign of the data term x − v is wrong": walk(lambda x, v, lam, g: v - x + lam * g),
            "the sign of ∇TV_ε is wrong": walk(lambda x, v, lam, g: x - v - lam * g),
            "lam multiplies the data term, too": walk(lambda x, v, lam, g: lam * (x - v + g)),
            "you doubled the data term, in spite of its ½": walk(
                lambda x, v, lam, g: 2 * (x - v) + lam * g
            ),
            "your step is 1/L": walk(steps=1.0),
            "your step is 2/L itself: take 0.95 times that": walk(steps=2.0),
            "your step is 0.95/L: take 0.95 times 2/L": walk(steps=0.95),
            "your L lacks the 1 of the data term": walk(data=0.0),
            "your L lacks lam": lambda v, lam, eps, n: walk(scale=1 / lam)(v, lam, eps, n),
            "you took the gradient at v in every step": walk(stale=True),
            "each step begins at v again: continue from the last iterate": walk(again=True),
            "you took ∇TV_ε at v in every step": lambda v, lam, eps, n: walk(
                lambda x, v, lam, g: x - v + lam * smoothed_tv_grad(v, eps)
            )(v, lam, eps, n),
            "you halved the data term: its gradient is x − v": walk(
                lambda x, v, lam, g: (x - v) / 2 + lam * g
            ),
            "you forgot to subtract v in the data term": walk(lambda x, v, lam, g: x + lam * g),
            "you start from zero: the first iterate is v": walk(start=0.0),
            LAST_ONLY: last_only(walk()),
            f"after v, {LAST_ONLY}": last_only(walk(), after=1),
        }
        | more.TV_DESCENT,
        terms=more.DESCENT_TERMS,
        direction="one step needs two things: which way is downhill for F at x, and how far to go?",
        hint="F has the gradient x − v + λ∇TV_ε(x), and τ = 0.95 · 2/(1 + 8λ/ε); begin with "
        "path = [v], append each new x, and return torch.stack(path)",
    ),
    Exercise(
        name="discrepancy",
        kind="build",
        reference=halve(),
        inputs=inputs.noisy,
        mistakes=BISECTIONS | wrong_inpainting.DISCREPANCY,
        tolerance=0.01,
        direction="if less than the noise was removed, in which half does the right exponent lie?",
        hint="compare the RMS of denoise(v, 10**middle) − v with sigma, where middle is "
        "(low + high) / 2; if it is smaller, low = middle, else high = middle",
    ),
    Exercise(
        name="inpainting_projection",
        reference=lambda u, v, mask: torch.where(mask, v, u),
        inputs=inputs.holes,
        mistakes={
            "you kept u at the measured pixels and v elsewhere: it is the other way round": (
                lambda u, v, mask: torch.where(mask, u, v)
            ),
            "you set the unknown pixels to zero: the projection keeps them": lambda u, v, mask: (
                v.clone()
            ),
            "you added the data to u: at measured pixels, it must replace u": lambda u, v, mask: (
                u + v
            ),
            "you took v != 0 for the mask: a known pixel may be black": (
                lambda u, v, mask: torch.where(v != 0, v, u)
            ),
            "you went half-way to the data: it must replace u": lambda u, v, mask: torch.where(
                mask, (u + v) / 2, u
            ),
        }
        | wrong_inpainting.INPAINTING_PROJECTION,
        direction="the squared distance is a sum over pixels: at which of them can you choose?",
        hint="the nearest image that agrees with v where mask is true; torch.where",
    ),
    Exercise(
        name="projected_descent",
        kind="build",
        reference=fill(),
        inputs=inputs.gaps,
        mistakes={
            "the iterates that you return are not projected: project after the step": fill(
                unprojected
            ),
            "you never project: the known pixels move": fill(lambda x, v, m, t, g: x - t * g(x)),
            "you project the wrong way round": fill(
                lambda x, v, m, t, g: torch.where(m, x - t * g(x), v)
            ),
            "you move the known pixels and keep the others": fill(
                lambda x, v, m, t, g: torch.where(m, x - t * g(x), x)
            ),
            "the sign of the step is wrong: you climb": fill(
                lambda x, v, m, t, g: torch.where(m, v, x + t * g(x))
            ),
            "you start from zero at the unknown pixels, not from the mean": fill(
                start=lambda v, m: v
            ),
            "your mean is over all pixels, zeros included": fill(
                start=lambda v, m: torch.where(m, v, v.mean())
            ),
            "you start from the mean at the known pixels, too": fill(
                start=lambda v, m: torch.full_like(v, float(v[..., m].mean()))
            ),
            "your mean is per channel: take one for all values": fill(
                start=lambda v, m: torch.where(m, v, v.sum((-2, -1), keepdim=True) / m.sum())
            ),
            "you took the gradient at the start in every step": fill(stale=True),
            "you forgot the step tau": fill(lambda x, v, m, t, g: torch.where(m, v, x - g(x))),
            "you took the gradient at v in every step": fill(
                lambda x, v, m, t, g: torch.where(m, v, x - t * g(v))
            ),
            "each step begins at v again: continue from the last iterate": fill(
                lambda x, v, m, t, g: torch.where(m, v, v - t * g(x))
            ),
            "you added v to the known pixels: it must replace them": fill(
                lambda x, v, m, t, g: v + x - t * g(x)
            ),
            "you fill in the mean at the known pixels, and keep the others": fill(
                start=lambda v, m: torch.where(m, v[..., m].mean(), v)
            ),
            "you added the data term x − v": fill(
                lambda x, v, m, t, g: torch.where(m, v, x - t * (x - v + g(x)))
            ),
            LAST_ONLY: last_only(fill()),
        }
        | wrong_inpainting.PROJECTED_DESCENT,
        terms=wrong_inpainting.PROJECTED_TERMS,
        direction="one iteration does two things, one after the other; which one is last, so that "
        "the constraint holds at the end?",
        hint="start from torch.where(mask, v, v[..., mask].mean()); in each step first "
        "x = x − tau · gradient(x), then torch.where(mask, v, x)",
    ),
)
