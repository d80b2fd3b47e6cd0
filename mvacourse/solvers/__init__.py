"""Solvers (part B of the lecture), as plain functions of callables.

A solver needs no operator and no image. It takes ``grad`` (and ``project``), or x ↦ Gx, with a
starting point and step sizes, and returns the last iterate. It calls ``callback(k, x)`` after each
step k = 1, 2, …, `n_iter`.
"""

from mvacourse.solvers.descent import (
    Callback,
    Map,
    accelerated_gradient,
    gradient_descent,
    optimal_step_descent,
    projected_gradient,
)
from mvacourse.solvers.linear import conjugate_gradient, power_iteration

__all__ = [
    "Callback",
    "Map",
    "accelerated_gradient",
    "conjugate_gradient",
    "gradient_descent",
    "optimal_step_descent",
    "power_iteration",
    "projected_gradient",
]
