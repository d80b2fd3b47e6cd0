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
    x, y, _ = _samples(x, y)
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


def permutation_test(x: Tensor, y: Tensor, n_permutations: int = 999, seed: int = 0) -> float:
    """Test with the energy distance whether two samples have the same law: return the p-value.

    Put both samples together, and split them again at random into two of the same sizes. If the
    laws are equal, all splits are equally likely, the given one too. With D² the energy distance of
    the given split and Dᵢ² of the i-th random one,

    p = (1 + #{i : Dᵢ² ≥ D²})/(1 + n_permutations).

    If the laws are equal, p ≤ a has at most the probability a. A small p says that they differ; a
    large one that *these* samples do not show it. More points show smaller differences.

    Parameters
    ----------
    x, y : Tensor, (N,…), (M,…)
        Independent samples; points of x and y have the same size.
    n_permutations : int, default 999
        The smallest possible p is 1/(1 + n_permutations).
    seed : int, default 0
        Random seed of the splits.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    TypeError, ValueError
        As :func:`energy_distance`, or if a number is out of range.

    References
    ----------
    Székely and Rizzo, Testing for equal distributions in high dimension, InterStat 2004.
    """
    x, y, both = _samples(x, y)
    n, m = len(x), len(y)
    n_permutations = validate.count(n_permutations, "n_permutations")
    generator = torch.Generator().manual_seed(validate.seed32(seed))
    order = torch.stack([torch.randperm(n + m, generator=generator) for _ in range(n_permutations)])
    in_x = torch.zeros(1 + n_permutations, n + m, dtype=torch.float64)
    in_x[0, :n] = 1
    in_x[1:].scatter_(1, order[:, :n], 1.0)
    distances = _distances(both, both).cpu()
    to_x = in_x @ distances  # Σ over the points of x, for each point
    xx, xy = (to_x * in_x).sum(1), (to_x * (1 - in_x)).sum(1)
    yy = distances.sum() - xx - 2 * xy
    found = 2 * xy / (n * m) - xx / n**2 - yy / m**2
    rounding = 1e-12 * found.abs().max()
    return float((found >= found[0] - rounding).double().mean())


def _samples(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return both samples as rows, and one below the other."""
    x, y = _rows(x, "x"), _rows(y, "y")
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} components and y {y.shape[1]}: they must have the same number"
        )
    return x, y, torch.cat([x, y.to(x.device)])


def _distances(x: Tensor, y: Tensor) -> Tensor:
    # computed by matrix products, the distance of a point to itself would not be zero
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def _rows(x: Tensor, name: str) -> Tensor:
    if validate.real(x, name).ndim < 2:
        raise ValueError(f"{name} has shape {tuple(x.shape)}, but a sample is (N, …), not empty")
    return dtypes.float64(validate.finite(x, name).detach().flatten(1))
