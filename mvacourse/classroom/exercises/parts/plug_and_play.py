"""Exercises of notebook 12: the data step for a blur, and Plug-and-Play."""

from __future__ import annotations

from functools import partial

import torch

from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.parts import denoiser_as_prior as built

DATA_STEP = Exercise(
    name="data_step",
    reference=built.data_step,
    inputs=built.blurs,
    mistakes={
        "the conjugate is missing: Aᵀ multiplies by conj(k̂)": built.without_conjugate,
        "you left a·x̂ out of the numerator: c is pulled to x, not to 0": built.without_image,
        "you divided by |k̂| + a: AᵀA multiplies by |k̂|²": built.without_square,
        "a is missing in the denominator: |k̂|² may be tiny": built.without_a_below,
        "you forgot the a before x̂ in the numerator": lambda x, y, k_hat, a: built.data_step(
            x / a, y, k_hat, a
        ),
        "you squared k̂ itself: AᵀA multiplies by |k̂|²": built.square_of_complex,
        "the sign of a·x̂ is wrong in the numerator": lambda x, y, k_hat, a: built.data_step(
            -x, y, k_hat, a
        ),
        "you transformed k̂, which is a transform already": lambda x, y, k_hat, a: built.data_step(
            x, y, torch.fft.fft2(k_hat), a
        ),
        "you added a to the quotient: set the denominator in parentheses": built.a_outside,
        "you transformed along the rows only: fft2 takes both": built.along_rows,
        "the conjugate multiplies both terms: it belongs to ŷ alone": (
            lambda x, y, k_hat, a: (
                torch.fft.ifft2(
                    k_hat.conj()
                    * (torch.fft.fft2(y) + a * torch.fft.fft2(x))
                    / (k_hat.abs() ** 2 + a)
                ).real
            )
        ),
        "you divided by (|k̂| + a)²: it is |k̂|² + a": (
            lambda x, y, k_hat, a: built.divided(x, y, k_hat, a, (k_hat.abs() + a) ** 2)
        ),
        "a is squared in the denominator: it is |k̂|² + a": lambda x, y, k_hat, a: built.divided(
            x, y, k_hat, a, k_hat.abs() ** 2 + a**2
        ),
        "you took the modulus at the end: take the real part": lambda x, y, k_hat, a: (
            built.data_step(x, y, k_hat, a).abs()
        ),
        "you mixed ŷ/k̂ with x̂: solve the equation for each frequency": lambda x, y, k_hat, a: (
            torch.fft.ifft2((torch.fft.fft2(y) / k_hat + a * torch.fft.fft2(x)) / (1 + a)).real
        ),
        "you divided by |k̂|² + 1: it is |k̂|² + a": lambda x, y, k_hat, a: built.divided(
            x, y, k_hat, a, k_hat.abs() ** 2 + 1
        ),
        "you subtracted a in the denominator: it is |k̂|² + a": lambda x, y, k_hat, a: built.divided(
            x, y, k_hat, a, k_hat.abs() ** 2 - a
        ),
        "you doubled a: no factor stands before it": lambda x, y, k_hat, a: built.data_step(
            x, y, k_hat, 2 * a
        ),
        "you halved a": lambda x, y, k_hat, a: built.data_step(x, y, k_hat, a / 2),
        "Aᵀ is left out: the numerator has conj(k̂)·ŷ": lambda x, y, k_hat, a: (
            torch.fft.ifft2(
                (torch.fft.fft2(y) + a * torch.fft.fft2(x)) / (k_hat.abs() ** 2 + a)
            ).real
        ),
        "you did not transform x: add a times its transform": (
            lambda x, y, k_hat, a: (
                torch.fft.ifft2(
                    (k_hat.conj() * torch.fft.fft2(y) + a * x) / (k_hat.abs() ** 2 + a)
                ).real
            )
        ),
        "you exchanged x and y": lambda x, y, k_hat, a: built.data_step(y, x, k_hat, a),
    },
    direction="in Fourier the gradient is one equation for each frequency",
    hint="set the gradient Aᵀ(Ac − y) + a(c − x) to 0; in Fourier, solve for each frequency",
)

PLUG_AND_PLAY = Exercise(
    name="plug_and_play",
    kind="build",
    reference=built.plug_and_play,
    inputs=built.blurred,
    parts=("the image", "the list of changes"),
    mistakes={
        "the order is exchanged: first the data step, then the denoiser": partial(
            built.plug_and_play, swapped=True
        ),
        "a is computed once: it grows while η falls": partial(
            built.plug_and_play, tied=lambda s, first: first
        ),
        "the first level is used in all rounds": partial(
            built.plug_and_play, tied=lambda s, first: first, told=lambda s, first: first
        ),
        "you went through the levels from the last to the first": (
            lambda x, y, k_hat, denoise, levels, strength: built.plug_and_play(
                x, y, k_hat, denoise, levels[::-1], strength
            )
        ),
        "the loop ends one level too early": (
            lambda x, y, k_hat, denoise, levels, strength: built.plug_and_play(
                x, y, k_hat, denoise, levels[:-1], strength
            )
        ),
        "a return in the loop ends it after one level": (
            lambda x, y, k_hat, denoise, levels, strength: built.plug_and_play(
                x, y, k_hat, denoise, levels[:1], strength
            )
        ),
        "you returned one change, the last: return that of each round": lambda *case: (
            (found := built.plug_and_play(*case))[0],
            found[1][-1],
        ),
        "you returned the changes first: the image comes first": lambda *case: built.plug_and_play(
            *case
        )[::-1],
        "a is (strength/η)²: here it is strength/η²": partial(
            built.plug_and_play, weight=lambda strength, s: (strength / s) ** 2
        ),
        "a is η²/strength: here it is strength/η²": partial(
            built.plug_and_play, weight=lambda strength, s: s**2 / strength
        ),
        "each round starts from y in the place of x": partial(built.plug_and_play, from_y=True),
        "c is pulled to the c before: it is pulled to x": partial(built.plug_and_play, to_c=True),
        "the denoiser is applied twice": partial(built.plug_and_play, twice=True),
        "a is strength/η: here it is strength/η²": partial(
            built.plug_and_play, weight=lambda strength, s: strength / s
        ),
        "a is strength·η²: here it is strength/η²": partial(
            built.plug_and_play, weight=lambda strength, s: strength * s**2
        ),
        "a is `strength` itself: divide it by η²": partial(
            built.plug_and_play, weight=lambda strength, s: strength
        ),
        "the denoiser is told η²: it needs η": partial(
            built.plug_and_play, told=lambda s, first: s**2
        ),
        "the denoiser gets x, not c: the data are lost": partial(built.plug_and_play, fed="x"),
        "the denoiser is left out": partial(built.plug_and_play, fed="nothing"),
        "x and y are exchanged in the data step": partial(built.plug_and_play, turned=True),
        "the change is that by the data step, c − x: compare the new x with the x before": partial(
            built.plug_and_play, since="z − x"
        ),
        "you set x to the new image before its change was measured: it is then 0": partial(
            built.plug_and_play, change=lambda gap: 0 * built.rms(gap)
        ),
        "the denoiser is told the first level in every step": partial(
            built.plug_and_play, told=lambda s, first: first
        ),
        "c is pulled to the x of the start in every step, not to the x of now": partial(
            built.plug_and_play, anchor=True
        ),
        "x is never set to the new image: every step begins at the x of the start": partial(
            built.plug_and_play, anchor=True, since="start"
        ),
        "you clamped the image to [0, 1]": partial(built.plug_and_play, clip=True),
        "you return c: the last image is denoised": partial(built.plug_and_play, keep_z=True),
        "the change is that by the denoiser, x − c: compare x with the x before": partial(
            built.plug_and_play, since="z"
        ),
        "the change is measured from the start: compare x with the x before": partial(
            built.plug_and_play, since="start"
        ),
        "the root is missing in the change": partial(
            built.plug_and_play, change=lambda gap: gap.square().mean()
        ),
        "the change is a norm: divide by the root of the number of values": partial(
            built.plug_and_play, change=torch.linalg.vector_norm
        ),
        "the change is a mean of moduli: it is the root of the mean square": partial(
            built.plug_and_play, change=lambda gap: gap.abs().mean()
        ),
    },
    direction="in each step: what does the data step get, and what does the denoiser?",
    hint="c = data_step(x, y, k_hat, strength / eta**2); new = denoise(c, eta); the change is "
    "(new − x).square().mean().sqrt(); then x = new",
)
