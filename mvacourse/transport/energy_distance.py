"""The energy distance between two samples, and its value for two samples of one law (F9)."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import dtypes, validate


def energy_distance(x: Tensor, y: Tensor) -> float:
    """Compute the energy distance of two samples: D² = 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖.

    No square root is taken. The means include the pairs of a point with itself. Then D² ≥ 0, and
    D² = 0 only for equal samples. Two samples of the same law give D² > 0, see
    :func:`energy_floor`. All distances are computed: 30 ms for two samples of 1000.

    Parameters
    ----------
    x, y : Tensor, (N,…), (M,…)
        Samples; points of x and y have the same size.

    Returns
    -------
    float
        In the unit of x; computed in float64.

    Raises
    ------
    TypeError, ValueError
        If x or y is not a sample, or the points differ in size.

    References
    ----------
    Székely and Rizzo, Energy statistics: a class of statistics based on distances, J. Statist.
    Plann. Inference 2013.
    """
    x, y = _rows(x, "x"), _rows(y, "y")
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} components and y {y.shape[1]}: they must have the same number"
        )
    return float(2 * _distances(x, y).mean() - _distances(x, x).mean() - _distances(y, y).mean())


def energy_floor(y: Tensor, n: int, m: int | None = None) -> float:
    """Compute the expected D² of two independent samples of the law of y, of sizes n and m.

    E D² = (1/n + 1/m) E‖Y − Y′‖ exactly; E‖Y − Y′‖ is estimated from y without bias. A generator
    with D² below this floor cannot be distinguished from one with the right law.

    Parameters
    ----------
    y : Tensor, (M,…)
        A sample, M ≥ 2; larger is better.
    n : int
        Size of the first sample.
    m : int, optional
        Size of the second; n by default.

    Returns
    -------
    float
        In the unit of y.

    Raises
    ------
    TypeError, ValueError
        If y has fewer than two points, or a size is not positive.
    """
    y = _rows(y, "y")
    if len(y) < 2:
        raise ValueError("y holds one point: a distance needs at least 2")
    n = validate.count(n, "n")
    m = n if m is None else validate.count(m, "m")
    return float((1 / n + 1 / m) * _distances(y, y).sum() / (len(y) * (len(y) - 1)))


def _distances(x: Tensor, y: Tensor) -> Tensor:
    # computed by matrix products, the distance of a point to itself would not be zero
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def _rows(x: Tensor, name: str) -> Tensor:
    if validate.real(x, name).ndim < 2:
        raise ValueError(f"{name} has shape {tuple(x.shape)}, but a sample is (N, …), not empty")
    return dtypes.float64(validate.finite(x, name).detach().flatten(1))
