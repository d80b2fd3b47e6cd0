"""Exercises of notebook 11: the Bures map, the weak cost, plans, the game, the modes reached."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, randn
from mvacourse.classroom.exercises.parts import weak_optimal_transport as built
from mvacourse.classroom.exercises.parts.gaussian_map import GAUSSIAN_MAP
from mvacourse.classroom.exercises.parts.modes_reached import MODES_REACHED
from mvacourse.classroom.exercises.parts.transport_steps import MAP_STEP, POTENTIAL_STEP
from mvacourse.transport import weak_cost


def _draws(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    sizes = [(5, 4, 3, 0.5), (2, 3, 7, 0.9), (3, 5, 1, 0.0), (1, 2, 2, 1.0)]
    return [(randn(g, b, n), randn(g, b, z, n), gamma) for b, z, n, gamma in sizes]


def _cost(x: Tensor, y: Tensor, gamma: float, *, half: float = 0.5, lost: int = 1) -> Tensor:
    spread = (y - y.mean(1, keepdim=True)).square().sum((1, 2)) / (y.shape[1] - lost)
    return half * (y - x[:, None]).square().sum(2).mean(1) - gamma / 2 * spread


EXERCISES = (
    GAUSSIAN_MAP,
    Exercise(
        name="weak_price",
        reference=lambda x, y, gamma: weak_cost(x, y, gamma=gamma),
        inputs=_draws,
        differentiate=(1,),
        mistakes={
            "you forgot the ½ of the distance": lambda x, y, gamma: _cost(x, y, gamma, half=1.0),
            "you divided the spread by Z, not Z − 1: the mean comes from the same draws": (
                lambda x, y, gamma: _cost(x, y, gamma, lost=0)
            ),
            "you added the spread: its sign is minus": lambda x, y, gamma: _cost(x, y, -gamma),
            "you forgot the ½ of the spread": lambda x, y, gamma: _cost(x, y, 2 * gamma),
            "you forgot the γ of the spread": lambda x, y, gamma: _cost(x, y, 1.0),
            "you left the spread out": lambda x, y, gamma: _cost(x, y, 0.0),
            "you took the mean over the components: the norm is a sum": lambda x, y, gamma: (
                _cost(x, y, gamma) / x.shape[1]
            ),
            "you measured the spread around x, not around the mean of the draws": (
                lambda x, y, gamma: (
                    (y - x[:, None]).square().sum(2).mean(1) / 2
                    - gamma / 2 * (y - x[:, None]).square().sum((1, 2)) / (y.shape[1] - 1)
                )
            ),
            "ȳ is a mean of Z draws, so ‖x − ȳ‖² is too large by a share of their variance: use "
            "the first formula, with the mean of ‖x − y‖²": lambda x, y, gamma: (
                (x - y.mean(1)).square().sum(1) / 2 + (1 - gamma) / 2 * y.var(1).sum(1)
            ),
            "you took the distance to the mean of the draws: take the mean of the distances": (
                lambda x, y, gamma: (
                    (x - y.mean(1)).square().sum(1) / 2 - gamma / 2 * y.var(1).sum(1)
                )
            ),
            "you took the mean of the variance over the components: take the sum": (
                lambda x, y, gamma: _cost(x, y, gamma / x.shape[1])
            ),
            "you took one mean for all components: each has its own": lambda x, y, gamma: (
                _cost(x, y, 0.0) - gamma / 2 * x.shape[1] * y.flatten(1).var(1)
            ),
            "you took the variance over x, not over the draws": lambda x, y, gamma: (
                _cost(x, y, 0.0) - gamma / 2 * y.var(0).sum(1).mean()
            ),
            "you took the standard deviation: take the variance": lambda x, y, gamma: (
                _cost(x, y, 0.0) - gamma / 2 * y.std(1).sum(1)
            ),
            "you took the mean over the components in the distance: the norm is a sum": (
                lambda x, y, gamma: (
                    (y - x[:, None]).square().mean((1, 2)) / 2 - gamma / 2 * y.var(1).sum(1)
                )
            ),
            "both ½ are missing": lambda x, y, gamma: 2 * _cost(x, y, gamma),
            "you took the norm: take its square": lambda x, y, gamma: (
                (y - x[:, None]).norm(dim=2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)
            ),
            "you squared the mean of the distances: take the mean of their squares": (
                lambda x, y, gamma: (
                    (y - x[:, None]).norm(dim=2).mean(1).square() / 2 - gamma / 2 * y.var(1).sum(1)
                )
            ),
            "γ stands before all: it belongs to the spread": lambda x, y, gamma: (
                gamma * _cost(x, y, 1.0)
            ),
            "the spread has the factor 1 − γ: this is that of the second formula": (
                lambda x, y, gamma: _cost(x, y, 1 - gamma)
            ),
            "the spread is added with 1 − γ: this belongs to ‖x − EU‖²": (
                lambda x, y, gamma: _cost(x, y, gamma - 1)
            ),
            "you used one draw for the distance: take the mean over all draws": (
                lambda x, y, gamma: (y[:, 0] - x).square().sum(1) / 2 - gamma / 2 * y.var(1).sum(1)
            ),
            "you summed over the draws: the distance is their mean": lambda x, y, gamma: _cost(
                x, y, gamma, half=y.shape[1] / 2
            ),
        },
        direction="one number for each x: which dimension holds the draws, which the components?",
        hint="½·mean over z of ‖x − y‖², minus γ/2 · Σ‖y − ȳ‖²/(Z − 1)",
    ),
    Exercise(
        name="weak_plan",
        kind="build",
        reference=lambda x, y, gamma, n_iter: built.weak_plan(x, y, gamma, n_iter),
        inputs=built.clouds,
        mistakes={
            "you count the steps from 1: the first weight 2/(k + 2) is 1": partial(
                built.weak_plan, first=1
            ),
            "your weight is 1/(k + 1): here it is 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1 / (k + 1)
            ),
            "you keep the last vertex only: mix it with the plan, by the weight 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1.0
            ),
            "this is the plan for γ = 0: each step needs the slope at its plan, with −γ/2": partial(
                built.weak_plan, spread=0.0
            ),
            "the factor N before π E is missing: a row of π has the sum 1/N": partial(
                built.weak_plan, rows=False
            ),
            "the ½ before γ is missing in the slope": partial(built.weak_plan, spread=1.0),
            "the slope is D/2 − γN/2·πE: your second term is half of that (γN/4 belongs to F), or "
            "your first one twice": partial(built.weak_plan, spread=0.25),
            "D holds distances, not their squares": partial(built.weak_plan, square="E"),
            "E holds distances, not their squares": partial(built.weak_plan, square="D"),
            "you took distances, not their squares": partial(built.weak_plan, square=""),
            "E holds distances between y and x: it is between the y": partial(
                built.weak_plan, own=False
            ),
            "your weight is 2/(k + 1): it is 2/(k + 2), for k = 0, 1, …": partial(
                built.weak_plan, weight=lambda k: 2 / (k + 1)
            ),
            "your weight is 1/(k + 2): it is 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1 / (k + 2)
            ),
            "your weight is the same in all steps: it is 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 0.5
            ),
            "E is D: it holds the squared distances between the y": partial(
                built.weak_plan, own="D"
            ),
            "E holds the distances between the x: it is between the y": partial(
                built.weak_plan, own="x"
            ),
            "the plan is missing in the slope: it has π E, not E": partial(
                built.weak_plan, left="none"
            ),
            "you multiplied π by E from the left: it is π E": partial(built.weak_plan, left=True),
            "you took the most expensive plan: it is cheapest(slope), without a minus": partial(
                built.weak_plan, uphill=True
            ),
            "you took a step along the slope, which leaves the plans: go towards cheapest(slope)": (
                partial(built.weak_plan, towards="slope")
            ),
            "you added the new plan, and did not take a part of the old one away": partial(
                built.weak_plan, towards="sum"
            ),
            "you began with each x_i at y_i: all entries of the first plan are equal": partial(
                built.weak_plan, start="identity"
            ),
            "you began with cheapest(D): all entries of the first plan are equal": partial(
                built.weak_plan, start="cheapest"
            ),
            "the weights are exchanged: the new vertex has the weight 2/(k + 2)": partial(
                built.weak_plan, weight=lambda k: 1 - 2 / (k + 2)
            ),
            "the loop makes one step too many": lambda x, y, gamma, n_iter: built.weak_plan(
                x, y, gamma, n_iter + 1
            ),
            "the loop makes one step too few": lambda x, y, gamma, n_iter: built.weak_plan(
                x, y, gamma, n_iter - 1
            ),
        },
        direction="at the plan of now, which vertex does the slope favour, and how far do you go?",
        hint="in each step: slope = D/2 − γ/2·N·π E, then π ← π + 2/(k + 2)·(cheapest(slope) − π)",
    ),
    MAP_STEP,
    POTENTIAL_STEP,
    MODES_REACHED,
)
