"""solvers, closed_form, variational."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import kernels
from mvacourse.operators import Blur, Identity
from net.entry import Entry, rand


def quadratic(x: Tensor) -> Tensor:
    """The gradient of ½‖x − ½‖²."""
    return x - 0.5


def ignore(k: int, x: Tensor) -> None:
    """A callback."""


def descent(**more: Any):
    def make() -> dict[str, Any]:
        return {"grad": quadratic, "x0": rand(1, 1, 8, 6), "n_iter": 3, "callback": ignore, **more}

    return make


def data() -> dict[str, Any]:
    return {"A": Blur(kernels.gaussian(3, 1.0)), "v": rand(1, 1, 8, 6), "lam": 0.1}


SOLVERS = {
    "gradient_descent": Entry(descent(tau=0.5, L=1.0), like="x0"),
    "optimal_step_descent": Entry(descent(), like="x0"),
    "projected_gradient": Entry(descent(tau=0.5, L=1.0, project=lambda x: x / 2), like="x0"),
    "accelerated_gradient": Entry(
        descent(L=1.0, alpha=0.1, project=lambda x: x / 2), like="x0"
    ),
    "conjugate_gradient": Entry(
        lambda: {"gram": lambda x: 2 * x, "b": rand(1, 1, 8, 6), "x0": rand(1, 1, 8, 6, seed=1),
                 "n_iter": 3, "callback": ignore},
        like="b",
    ),
    "power_iteration": Entry(
        lambda: {"gram": lambda x: 2 * x, "x0": rand(1, 1, 8, 6), "n_iter": 3}
    ),
}  # fmt: skip
CLOSED_FORM = {
    "inverse_filter": Entry(lambda: {"v": rand(1, 1, 8, 6), "k": torch.tensor([[0.2, 0.8]])}),
    "tychonov": Entry(
        lambda: {"v": rand(1, 1, 8, 6), "lam": 0.1, "k": torch.tensor([[0.2, 0.8]])}, like="v"
    ),
    "heat": Entry(
        lambda: {"u": rand(1, 1, 8, 6), "t": 0.4, "n_steps": 3},
        like="u", kinds={"t": "non_negative"},
    ),
    "ridge": Entry(data, like="v", kinds={"lam": "positive"}),
    "pseudo_inverse": Entry(lambda: {"A": Identity(), "v": rand(1, 1, 8, 6)}),
}  # fmt: skip
VARIATIONAL = {
    "tychonov": Entry(data, like="v"),
    "smoothed_tv": Entry(
        lambda: {**data(), "n_iter": 3, "x0": rand(1, 1, 8, 6, seed=1), "callback": ignore},
        like="v",
        kinds={"compile": "word"},
    ),
    "inpaint": Entry(
        lambda: {"v": rand(1, 1, 8, 6), "mask": rand(8, 6) > 0.3, "n_iter": 3, "callback": ignore},
        like="v",
    ),
}
ENTRIES = {
    f"{room}.{name}": entry
    for room, some in (
        ("solvers", SOLVERS),
        ("closed_form", CLOSED_FORM),
        ("variational", VARIATIONAL),
    )
    for name, entry in some.items()
}
