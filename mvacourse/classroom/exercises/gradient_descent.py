"""Exercises of notebook 02: gradients, steps, four descents, rates, early stopping."""

from __future__ import annotations

import math

import torch

from mvacourse.calculus import dot, norm
from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.parts import descents as do
from mvacourse.classroom.exercises.parts import formulas_of_descent as formulas
from mvacourse.classroom.exercises.parts import gradient_descent as inputs
from mvacourse.classroom.exercises.parts import wrong_descents as more
from mvacourse.classroom.exercises.parts import wrong_searches
from mvacourse.classroom.exercises.parts.in_place import LAST_ONLY, last_only

EXERCISES = (
    Exercise(
        name="gradient_step",
        reference=lambda x, grad, tau: x - tau * grad(x),
        inputs=inputs.steps,
        mistakes={
            "you went uphill: the step is against the gradient": lambda x, g, t: x + t * g(x),
            "you forgot the step size tau": lambda x, g, t: x - g(x),
            "you returned the step without adding it to x": lambda x, g, t: -t * g(x),
            "you returned tau · grad(x) alone: subtract it from x": lambda x, g, t: t * g(x),
            "you forgot to call grad: x stands in its place": lambda x, g, t: x - t * x,
            "you subtracted tau, and forgot the gradient": lambda x, g, t: x - t,
            "you divided by tau": lambda x, g, t: x - g(x) / t,
            "you normalised the gradient": lambda x, g, t: x - t * g(x) / norm(g(x)),
            "you took the gradient after a step: take it at x": lambda x, g, t: (
                x - t * g(x - t * g(x))
            ),
        }
        | more.GRADIENT_STEP,
        terms=more.STEP_TERMS,
        hint="xₙ₊₁ = xₙ − τ ∇f(xₙ)",
    ),
    Exercise(
        name="descent_path",
        reference=do.descend,
        inputs=inputs.walks,
        mistakes={
            "you went uphill: the step is against the gradient": lambda g, x, t, n: do.descend(
                g, x, -t, n
            ),
            "you forgot the step size tau": lambda g, x, t, n: do.descend(g, x, 1.0, n),
            "you always use the gradient at the start: it changes with x": (
                do.walk_along_one_gradient
            ),
            "you note x before the step: the start comes twice, and the end is missing": (
                lambda *case: do.late(do.descend(*case))
            ),
            "your path begins after the first step: the start comes first": (
                lambda g, x, t, n: do.descend(g, x, t, n + 1)[1:]
            ),
            "your path holds one tensor again and again, which you change later: the last point": (
                lambda *case: do.all_the_last(do.descend(*case))
            ),
            LAST_ONLY: last_only(do.descend),
            "each step begins at the start again: continue from the last point": do.from_start,
            "you never replace x: all points are one step from the start": lambda g, x, t, n: (
                torch.cat((x[None], (x - t * g(x)).expand(n, *x.shape)))
            ),
            "your path is in the opposite order: the start comes first": lambda *case: do.descend(
                *case
            ).flip(0),
        }
        | more.DESCENT_PATH,
        terms=more.PATH_TERMS,
        direction="two things happen in each round: a step, and a note of where it led",
        hint="path = [x]; n_iter times: x = x − tau · grad(x), then path.append(x); torch.stack",
        kind="build",
    ),
    Exercise(
        name="weighted_gradient",
        reference=do.weighted,
        inputs=inputs.weighted_data,
        mistakes={
            "you weighed the gradient instead of the residual: w lives where the data live": (
                lambda u, v, A, w: w * A.T(A(u) - v)
            ),
            "you squared the weights: f has w, not w²": do.with_weights(lambda w: w**2),
            "you took the root of the weights": do.with_weights(torch.sqrt),
            "you divided by the sum of the weights: f is a sum": lambda *case: (
                do.weighted(*case) / case[-1].sum()
            ),
            "you squared the residual in the gradient": lambda u, v, A, w: A.T(w * (A(u) - v) ** 2),
            "you forgot the weights": do.with_weights(torch.ones_like),
            "you have a factor 2 too much: the ½ in f cancels it": lambda *case: (
                2 * do.weighted(*case)
            ),
            "you forgot the adjoint A.T": lambda u, v, A, w: w * (A(u) - v),
            "you applied A instead of its adjoint A.T": lambda u, v, A, w: A(w * (A(u) - v)),
            "its sign is wrong: it points downhill": lambda *case: -do.weighted(*case),
            "you forgot the data v": lambda u, v, A, w: A.T(w * A(u)),
            "you weighed the data alone: the whole residual is weighed": lambda u, v, A, w: A.T(
                A(u) - w * v
            ),
            "you weighed A(u) alone: put the whole residual in parentheses": lambda u, v, A, w: A.T(
                w * A(u) - v
            ),
            "you took the weights for a mask of 0 and 1": do.with_weights(
                lambda w: (w > 0).to(w.dtype)
            ),
            "you returned f instead of its gradient": lambda u, v, A, w: (
                (w * (A(u) - v) ** 2).sum() / 2
            ),
            "you forgot A: the residual is A(u) − v": lambda u, v, A, w: A.T(w * (u - v)),
        }
        | more.WEIGHTED_GRADIENT,
        terms=more.WEIGHTED_TERMS,
        direction="which part of the expansion of f(u + h) is linear in h?",
        hint="f(u + h) = f(u) + ⟨w · (Au − v), Ah⟩ + …; move A to the other side",
    ),
    Exercise(
        name="optimal_descent",
        reference=lambda grad, hessian, x, n_iter: do.optimal(grad, hessian, x, n_iter),
        inputs=inputs.quadratics,
        mistakes={
            "your fraction is upside down": do.with_step(lambda g, x, H: 1 / do.best(g, x, H)),
            "you used norms instead of squared norms": do.with_step(
                lambda g, x, H: do.best(g, x, H).sqrt()
            ),
            "you divided ‖g‖ by ⟨g, Hg⟩: square it": do.with_step(
                lambda g, x, H: norm(g) / dot(g, H(g))
            ),
            "you minimised ‖∇f‖ along the ray instead of f": do.with_step(
                lambda g, x, H: dot(g, H(g)) / dot(H(g), H(g))
            ),
            "your step is half as long as the best: the derivative of t²/2 is t": do.with_step(
                lambda g, x, H: do.best(g, x, H) / 2
            ),
            LAST_ONLY: lambda *case: do.in_place(do.optimal(*case)),
            "your step is twice too long: there, f is back at its first value": do.with_step(
                lambda g, x, H: 2 * do.best(g, x, H)
            ),
            "you multiplied x by the Hessian, instead of g": do.with_step(
                lambda g, x, H: dot(g, g) / dot(g, H(x))
            ),
            "you computed the step once: it is another one at each iterate": do.first_step,
            "you computed the gradient once: it is another one at each iterate": do.first_gradient,
            "you went uphill": lambda grad, *case: do.optimal(lambda y: -grad(y), *case),
            "you note x before the step": do.late_optimal,
        }
        | more.OPTIMAL_DESCENT,
        terms=more.OPTIMAL_TERMS,
        direction="a parabola has its lowest point where its derivative is 0",
        hint="τ = ⟨g, g⟩ / ⟨g, hessian(g)⟩, at each step anew; note x and τ",
        kind="build",
    ),
    Exercise(
        name="largest_step",
        reference=lambda H: 2 / torch.linalg.eigvalsh(H).max(),
        inputs=inputs.hessians,
        mistakes=formulas.STEP | more.LARGEST_STEP,
        hint="gradient descent needs τ < 2/L, and L is the largest eigenvalue of the Hessian "
        "(torch.linalg.eigvalsh)",
    ),
    Exercise(
        name="distance_bound",
        reference=lambda tau, alpha, n, d0: math.sqrt((1 - tau * alpha) ** n) * d0,
        inputs=inputs.bounds,
        mistakes=formulas.DISTANCE | more.DISTANCE_BOUND,
        hint="the theorem bounds the squared distance: ‖xₙ − x*‖² ≤ (1 − τα)ⁿ ‖x₀ − x*‖²",
    ),
    Exercise(
        name="power_estimates",
        reference=lambda hessian, x, n_iter: do.power(hessian, x, n_iter),
        inputs=inputs.symmetric,
        mistakes={
            "you forgot to normalise the start": do.power_with(first=lambda x: 1.0),
            "you never normalise in the loop: x grows": do.power_with(size=lambda x: 1.0),
            "your estimate is ‖Hx‖: use ⟨x, Hx⟩": do.power_with(estimate=lambda x, Hx: norm(Hx)),
            "your estimate is ‖Hx‖², which tends to L²": do.power_with(
                estimate=lambda x, Hx: norm(Hx) ** 2
            ),
            "you took the root: that would be the norm of A, not L": do.power_with(
                estimate=lambda x, Hx: dot(x, Hx).sqrt()
            ),
            "you normalise by the largest value: use the Euclidean norm": do.power_with(
                size=lambda x: x.abs().max()
            ),
            "your first estimate comes after the first step: note ⟨x, Hx⟩ before": (
                lambda hessian, x, n: do.power(hessian, x, n + 1)[1:]
            ),
            "you never replace x: all estimates are the first one": lambda H, x, n: do.power(
                H, x, n
            )[:1].expand(n),
            "you multiplied with the Hessian twice per step": lambda hessian, x, n: do.power(
                hessian, x, 2 * n
            )[::2],
        }
        | wrong_searches.POWER_ESTIMATES,
        direction="what has length 1, and when is it noted?",
        hint="x = x / norm(x); n_iter times: Hx = hessian(x), note dot(x, Hx), x = Hx / norm(Hx)",
        kind="build",
    ),
    Exercise(
        name="backtrack",
        reference=lambda f, grad, x, tau, n_iter: do.backtrack(f, grad, x, tau, n_iter),
        inputs=inputs.objectives,
        mistakes={
            "you ask for any fall: ask for at least τ/2 ‖g‖²": do.backtrack_with(
                fall=lambda t, g: 0.0
            ),
            "only tiny steps pass your test: it must ask for a fall of τ/2 ‖g‖², along −g": (
                do.backtrack_with(fall=lambda t, g: t * norm(g) ** 2)
            ),
            "you lengthen tau before the first step: lengthen it after each one": (
                lambda f, grad, x, tau, n: do.backtrack(f, grad, x, 1.2 * tau, n)
            ),
            "you forgot the square of ‖g‖": do.backtrack_with(fall=lambda t, g: t / 2 * norm(g)),
            "you halve at most once: use while instead of if": do.backtrack_with(tries=1),
            "you never test: the step stays too long": do.backtrack_with(tries=0),
            "you forgot to lengthen tau by 1.2 after each step": do.backtrack_with(growth=1.0),
            "you double tau after each step: multiply it by 1.2": do.backtrack_with(growth=2.0),
            "each iteration begins with the first tau again: continue from the last one": (
                do.backtrack_with(again=True)
            ),
            "you note f before the step: note it after": do.backtrack_with(late=True),
        }
        | wrong_searches.BACKTRACK,
        direction="three things in each round: find a short step, take it, be bolder",
        hint="while f(x − tau · g) > f(x) − tau/2 · norm(g)²: tau = tau / 2",
        kind="build",
    ),
    Exercise(
        name="accelerated",
        reference=lambda grad, x, L, alpha, n_iter: do.accelerated(grad, x, L, alpha, n_iter),
        inputs=inputs.convex,
        mistakes={
            "you took the gradient at x: it belongs at the extrapolated point y": (
                do.accelerated_with(at_x=True)
            ),
            "x and its predecessor are one when you extrapolate, so there is no momentum": (
                do.accelerated_with(beta=lambda L, a: 0.0)
            ),
            "you forgot the roots in β": do.accelerated_with(beta=lambda L, a: (L - a) / (L + a)),
            "you extrapolated backwards: y lies beyond x, seen from its predecessor": (
                do.accelerated_with(beta=lambda L, a: -do.momentum(L, a))
            ),
            "you forgot β": do.accelerated_with(beta=lambda L, alpha: 1.0),
            "your β is upside down": do.accelerated_with(beta=lambda L, a: 1 / do.momentum(L, a)),
            "you returned the points y: the iterates are x": do.accelerated_with(keep_y=True),
            "you note x before the step": lambda *case: do.late(do.accelerated(*case)),
            "you went uphill": lambda grad, *case: do.accelerated(lambda y: -grad(y), *case),
            "you extrapolate from the start each time: renew x_old": do.accelerated_with(
                fixed=True
            ),
            "you multiplied the gradient by L: divide by it": lambda grad, x, L, alpha, n: (
                do.accelerated(lambda y: L**2 * grad(y), x, L, alpha, n)
            ),
            "you forgot 1/L in front of the gradient": lambda grad, x, L, alpha, n: do.accelerated(
                lambda y: L * grad(y), x, L, alpha, n
            ),
            "you extrapolate by the difference to y: take that of two iterates x": (
                do.accelerated_with(to_y=True)
            ),
            LAST_ONLY: last_only(do.accelerated),
        }
        | more.ACCELERATED,
        terms=more.MOMENTUM_TERMS,
        direction="which three points does one round need?",
        hint="keep x_old = x; x = y − grad(y) / L; y = x + β · (x − x_old)",
        kind="build",
    ),
    Exercise(
        name="descent_filter",
        reference=lambda s, tau, n: (1 - (1 - tau * s**2) ** n) / s,
        inputs=inputs.spectra,
        mistakes=formulas.FILTER | more.DESCENT_FILTER,
        hint="the error x − y/s is multiplied by 1 − τs² at each step, and starts at −y/s",
    ),
)
