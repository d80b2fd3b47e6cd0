"""How far two samples are from having one law: the energy distance, and its floor (F9)."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import validate


def energy_distance(x: Tensor, y: Tensor) -> float:
    """Measure how far the laws of two samples are apart: D² = 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖.

    No root is taken. The means run over all pairs, those of a point with itself too, so that
    D² ≥ 0, and D² = 0 only for equal samples; two samples of one law give more, as
    :func:`energy_floor` says. Cost: all distances, 30 ms for two samples of 1000.

    Parameters
    ----------
    x, y : Tensor, (N,…), (M,…)
        Samples of the same size.

    Returns
    -------
    float
        In the unit of x; computed in float64.

    Raises
    ------
    TypeError, ValueError
        If they are no samples of one size.

    References
    ----------
    Székely and Rizzo, Energy statistics: a class of statistics based on distances, J. Statist.
    Plann. Inference 2013.
    """
    x, y = _rows(x, "x"), _rows(y, "y")
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} components and y {y.shape[1]}: they must have as many"
        )
    return float(2 * _distances(x, y).mean() - _distances(x, x).mean() - _distances(y, y).mean())


def energy_floor(y: Tensor, n: int, m: int | None = None) -> float:
    """Give the D² to expect of two independent samples of the law of y, of sizes n and m.

    E D² = (1/n + 1/m) E‖Y − Y′‖, exactly; E‖Y − Y′‖ is estimated from y without bias. A generator
    of the right law cannot be told from it below this floor.

    Parameters
    ----------
    y : Tensor, (M,…)
        A sample, M ≥ 2, the larger the better.
    n : int
        Size of the one sample.
    m : int, optional
        Of the other; as n, if not given.

    Returns
    -------
    float
        In the unit of y.

    Raises
    ------
    TypeError, ValueError
        If y is no sample of two, or a size is not positive.
    """
    y = _rows(y, "y")
    validate.count(len(y), "len(y)", at_least=2)
    n = validate.count(n, "n")
    m = n if m is None else validate.count(m, "m")
    return float((1 / n + 1 / m) * _distances(y, y).sum() / (len(y) * (len(y) - 1)))


def _distances(x: Tensor, y: Tensor) -> Tensor:
    # by products of matrices, the distance of a point to itself would not be zero
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def _rows(x: Tensor, name: str) -> Tensor:
    if validate.tensor(x, name).ndim < 2 or x.numel() == 0:
        raise ValueError(f"{name} has shape {tuple(x.shape)}, but a sample is (N, …), not empty")
    return validate.finite(x, name).flatten(1).double()
