"""Builds of notebook 11: a step of T and a step of f, in the game of weak optimal transport."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from mvacourse.classroom.exercises.checking import training_step
from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.parts import weak_optimal_transport as built

MAP_STEP = Exercise(
    name="map_step",
    kind="build",
    reference=built.map_step,
    inputs=built.map_steps,
    probe=training_step.change(trained=0, optimizer=2),
    parts=("the change of the weights",),
    mistakes={
        "the sign of f in T's loss is wrong: T looks for points where f is high": partial(
            built.map_step, wage=-1.0
        ),
        "T's loss lacks the cost: without it, T may send x anywhere": partial(
            built.map_step, price=0.0
        ),
        "T's loss lacks f: then nothing pulls T towards the y": partial(built.map_step, wage=0.0),
        "old gradients are added to the new ones: reset them before backward()": partial(
            built.map_step, reset=False
        ),
        "T did not change: is the graph cut, or opt_T.step() missing?": built.no_step,
        "only the old gradients are used: is backward() missing?": partial(
            built.map_step, reset=False, wage=0.0, price=0.0
        ),
        "you took f at the mean of the draws: take the mean of f over the draws": partial(
            built.map_step, at=lambda y: y.mean(1)
        ),
        "you used one draw of each x for f: take the mean over all draws": partial(
            built.map_step, at=lambda y: y[:, 0]
        ),
        "you added up where a mean is wanted, of the cost and of f": partial(
            built.map_step, total=Tensor.sum
        ),
        "you added up f where its mean is wanted": partial(built.map_step, total_f=Tensor.sum),
        "you added up the cost where its mean is wanted": partial(
            built.map_step, total=Tensor.sum, total_f=Tensor.mean
        ),
        "the sign of the cost is wrong: T pays it": partial(built.map_step, price=-1.0, wage=1.0),
        "T's loss has the wrong sign: its cost should fall, and f at its points rise": partial(
            built.map_step, price=-1.0, wage=-1.0
        ),
    },
    direction="what does T pay, and what does it earn? Both are means over what T makes now.",
    hint="y = push(T, x, z); loss = cost(x, y).mean() − f(y.flatten(0, 1)).mean(); then "
    "zero_grad, backward, step",
)

POTENTIAL_STEP = Exercise(
    name="potential_step",
    kind="build",
    reference=built.potential_step,
    inputs=built.potential_steps,
    probe=training_step.change(trained=1, optimizer=2),
    parts=("the change of the weights",),
    mistakes={
        "f's loss has the wrong sign: f must fall where too much mass arrives": partial(
            built.potential_step, made=-1.0, real=-1.0
        ),
        "you added the two means: f falls at T(x, z), and rises at y": partial(
            built.potential_step, real=-1.0
        ),
        "f's loss lacks its mean over the y": partial(built.potential_step, real=0.0),
        "f's loss lacks its mean over T(x, z)": partial(built.potential_step, made=0.0),
        "you compared points, not f at them: f(T(x, z)) minus f(y)": partial(
            built.potential_step, real=0.0, shifted=True
        ),
        "you took f at x, not at the points y": partial(built.potential_step, points="x"),
        "you compare y with x itself: take f at T(x, z)": partial(built.potential_step, sent=False),
        "you took f at the mean of the draws: take the mean of f over the draws": partial(
            built.potential_step, at=lambda y: y.mean(1)
        ),
        "you used one draw of each x: take the mean of f over all draws": partial(
            built.potential_step, at=lambda y: y[:, 0]
        ),
        "you added up f where its means are wanted": partial(
            built.potential_step, total=Tensor.sum
        ),
        "old gradients are added to the new ones: reset them before backward()": partial(
            built.potential_step, reset=False
        ),
        "f did not change: is the graph cut, or opt_f.step() missing?": built.no_step,
        "only the old gradients are used: is backward() missing?": partial(
            built.potential_step, reset=False, made=0.0, real=0.0
        ),
    },
    direction="f wants the largest value of the sum: which of its terms does f touch?",
    hint="loss = f(T(x, z)).mean() − f(y).mean(), with T(x, z) made under torch.no_grad()",
)
