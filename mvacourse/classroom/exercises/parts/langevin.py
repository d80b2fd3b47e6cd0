"""Builds of notebook 13: Langevin's chains, and the calibration of intervals."""

from __future__ import annotations

import math
from functools import partial

import torch

from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.parts import uncertainty as built


def _of_each_chain(grad, x, tau, n_iter, burn_in, draw):
    found = []
    for k in range(n_iter):
        x = x - tau * grad(x) + math.sqrt(2 * tau) * draw()
        found += [x] if k >= burn_in else []
    kept = torch.stack(found)
    return kept.mean(0), kept.var(0, correction=0)


LANGEVIN = Exercise(
    name="langevin",
    kind="build",
    reference=built.langevin,
    inputs=built.chains,
    parts=("the last images", "the mean", "the variance"),
    mistakes={
        "your noise has the factor 2√τ instead of √(2τ)": partial(
            built.langevin, loud=lambda tau: 2 * math.sqrt(tau)
        ),
        "your noise has the factor √2·τ instead of √(2τ)": partial(
            built.langevin, loud=lambda tau: math.sqrt(2) * tau
        ),
        "your noise has the factor √τ instead of √(2τ)": partial(built.langevin, loud=math.sqrt),
        "your noise has the factor 2τ instead of √(2τ)": partial(
            built.langevin, loud=lambda tau: 2 * tau
        ),
        "your noise has the factor τ instead of √(2τ)": partial(
            built.langevin, loud=lambda tau: tau
        ),
        "your noise has the factor 1 instead of √(2τ)": partial(
            built.langevin, loud=lambda tau: 1.0
        ),
        "you went uphill: the drift is −τ∇U": partial(built.langevin, drift=1.0),
        "you left the noise out: this is gradient descent": partial(
            built.langevin, loud=lambda tau: 0.0
        ),
        "every step has the same noise: call draw() inside the loop": partial(
            built.langevin, fresh=False
        ),
        "you count from step burn_in + 2 on: the first `burn_in` steps do not count": partial(
            built.langevin, late=1
        ),
        "you count all steps: the first `burn_in` of them do not count": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter, 0, draw
            )
        ),
        "you count one step too early: the first `burn_in` steps do not count": partial(
            built.langevin, late=-1
        ),
        "you made burn_in + n_iter steps: the burn-in is a part of the n_iter": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter + burn_in, burn_in, draw
            )
        ),
        "the first image that counts is left out: k ≥ burn_in, not k > burn_in": partial(
            built.langevin, late=1, divided=lambda n, n_iter, burn_in: n_iter - burn_in
        ),
        "you divided by n_iter: the first `burn_in` steps do not count": partial(
            built.langevin, divided=lambda n, n_iter, burn_in: n_iter
        ),
        "you sum over all steps, but divide as if the first `burn_in` did not count": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter, 0, draw, divided=lambda n, *_: n_iter - burn_in
            )
        ),
        "you divided by one step too few": partial(
            built.langevin, divided=lambda n, n_iter, burn_in: n - 1
        ),
        "your sums are not divided by the number of draws": partial(
            built.langevin, divided=lambda n, n_iter, burn_in: 1
        ),
        "you took the variance of the chains' mean: take that of all images": partial(
            built.langevin, of_means=True
        ),
        "you averaged over the steps alone: also over the chains": lambda *case: (
            built.langevin(*case)[0],
            *_of_each_chain(*case),
        ),
        "your τ also multiplies the noise, which is subtracted: set the parentheses": partial(
            built.langevin, loud=lambda tau: -tau * math.sqrt(2 * tau)
        ),
        "your τ also multiplies the noise": partial(
            built.langevin, loud=lambda tau: tau * math.sqrt(2 * tau)
        ),
        "you subtracted the noise: add it": partial(
            built.langevin, loud=lambda tau: -math.sqrt(2 * tau)
        ),
        "you added the noise before the slope was taken: it is that at the old x": partial(
            built.langevin, noise_first=True
        ),
        "the slope is always that at the start: take it at the x of now": partial(
            built.langevin, slope_at_start=True
        ),
        "you forgot the τ of the gradient": lambda grad, x, tau, *rest: built.langevin(
            lambda u: grad(u) / tau, x, tau, *rest
        ),
        "your drift is −2τ∇U: it is −τ∇U": partial(built.langevin, drift=-2.0),
        "your drift is −τ/2·∇U: it is −τ∇U": partial(built.langevin, drift=-0.5),
        "you left the gradient out": partial(built.langevin, drift=0.0),
        "you exchanged the mean and the variance": lambda *case: (
            (found := built.langevin(*case))[0],
            found[2],
            found[1],
        ),
        "you returned the mean first: the last images come first": lambda *case: (
            (found := built.langevin(*case))[1],
            found[2],
            found[0],
        ),
        "you returned the start: return the last images": lambda grad, x, *rest: (
            x,
            *built.langevin(grad, x, *rest)[1:],
        ),
        "your variance has the wrong sign: the mean of the squares minus that squared": (
            lambda *case: (*(found := built.langevin(*case))[:2], -found[2])
        ),
        "you subtracted the mean, not its square, from the mean of the squares": (
            lambda *case: (*(m := built.langevin(*case))[:2], m[2] + m[1].square() - m[1])
        ),
        "you took mean and variance of the last images alone": partial(built.langevin, last=True),
        "you count each x before its step, not after it": partial(built.langevin, before=True),
        "you averaged the chains' own variances: chains differ in their means, too": partial(
            built.langevin, chains_apart=True
        ),
        "you divided the variance by the number of draws minus 1": partial(built.langevin, lost=1),
        "you returned the deviation: the variance is its square": (
            lambda *case: (*(found := built.langevin(*case))[:2], found[2].sqrt())
        ),
        "you returned the mean of the squares: the square of the mean is missing": (
            lambda *case: (*(m := built.langevin(*case))[:2], m[2] + m[1].square())
        ),
        "the loop makes one step too many": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter + 1, burn_in, draw
            )
        ),
        "the loop begins with 1: n_iter steps are those from 0 to n_iter − 1": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter - 1, max(burn_in - 1, 0), draw
            )
        ),
        "the loop makes one step too few": (
            lambda grad, x, tau, n_iter, burn_in, draw: built.langevin(
                grad, x, tau, n_iter - 1, burn_in, draw
            )
        ),
    },
    direction="what moves x downhill, what shakes it, and which x are draws?",
    hint="x = x − τ·grad(x) + √(2τ)·draw(); after the burn-in add x.mean(0) and "
    "x.square().mean(0) to sums; the variance is the mean of the squares minus mean²",
)


def _index(x, level):
    n, pixels = len(x), x[0].numel()
    return n * pixels - 1 - math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)


CALIBRATE = Exercise(
    name="calibrate",
    kind="build",
    reference=lambda x_hat, x, s, level: built.calibrate(x_hat, x, s, level),
    inputs=built.restored,
    mistakes={
        "the + 1 above is missing: the new image counts as if all of it were outside": partial(
            built.calibrate, outside=0
        ),
        "the + 1 below is missing: there are n + 1 images": partial(built.calibrate, new=0),
        "both + 1 are missing: the new image does not count": partial(
            built.calibrate, new=0, outside=0
        ),
        "you exchanged level and 1 − level": lambda x_hat, x, s, level: built.calibrate(
            x_hat, x, s, 1 - level
        ),
        "you did not divide the error by s": partial(
            built.calibrate, score=lambda gap, s: gap.abs()
        ),
        "you multiplied the error by s: q is in units of s": partial(
            built.calibrate, score=lambda gap, s: gap.abs() * s
        ),
        "you forgot the absolute value of the error": partial(
            built.calibrate, score=lambda gap, s: gap / s
        ),
        "you took the error with its sign, x̂ − x": partial(
            built.calibrate, score=lambda gap, s: -gap / s
        ),
        "you squared the error": partial(built.calibrate, score=lambda gap, s: gap.square() / s),
        "you took the next smaller score, or rounded up: one pixel too many is outside": partial(
            built.calibrate, index=-1
        ),
        "you took the next larger score: the index counts from 0": partial(
            built.calibrate, index=1
        ),
        "you treated each pixel as an image: n is the number of images": built.rank_of_pixels,
        "you counted images, not pixels: of all n images together more pixels may be outside": (
            built.few_outside
        ),
        "you squared the score: there is no square in it": partial(
            built.calibrate, score=lambda gap, s: gap.square() / s.square()
        ),
        "you averaged the scores of each image: q is for pixels": lambda x_hat, x, s, level: (
            ((x - x_hat).abs() / s)
            .flatten(1)
            .mean(1)
            .sort()
            .values[math.ceil((len(x) + 1) * level) - 1]
        ),
        "you divided by x̂: divide the error by s": lambda x_hat, x, s, level: built.calibrate(
            x_hat, x, x_hat.abs(), level
        ),
        "you divided by x: divide the error by s": lambda x_hat, x, s, level: built.calibrate(
            x_hat, x, x.abs(), level
        ),
        "you took the mean of the scores": lambda x_hat, x, s, level: (
            (x - x_hat).abs() / s
        ).mean(),
        "you took the largest score: some pixels may be outside": lambda x_hat, x, s, level: (
            (x - x_hat).abs() / s
        ).max(),
        "you divided by s²": partial(built.calibrate, score=lambda gap, s: gap.abs() / s**2),
        "you added s to the error: divide by it": partial(
            built.calibrate, score=lambda gap, s: gap.abs() + s
        ),
        "you subtracted s from the error: divide by it": partial(
            built.calibrate, score=lambda gap, s: gap.abs() - s
        ),
        "you did not sort the scores": lambda x_hat, x, s, level: ((x - x_hat).abs() / s).flatten()[
            _index(x, level)
        ],
        "you sorted in descending order, and counted from the other end": (
            lambda x_hat, x, s, level: (
                ((x - x_hat).abs() / s).flatten().sort(descending=True).values[_index(x, level)]
            )
        ),
        "you want whole images inside: M̂ is a share of pixels": built.rank_of_images,
        "you took torch.quantile of all pixels: the + 1 are missing": (
            lambda x_hat, x, s, level: ((x - x_hat).abs() / s).quantile(level)
        ),
    },
    direction="how many of all the n·H·W pixels may be outside? Which score leaves so many?",
    hint="outside = floor(((n + 1)(1 − level) − 1)·pixels); sort |x − x̂|/s over all images, "
    "and take the one with exactly so many above it",
)
