"""Weak optimal transport: its costs, its exact plans between clouds, its closed forms (F9)."""

from mvacourse.transport.costs import (
    conditional_variance,
    d2_energy,
    d2_gaussian,
    d2_quadratic,
    weak_cost,
)
from mvacourse.transport.discrete import DiscretePlan, discrete_weak_ot
from mvacourse.transport.gaussian import (
    AffineMap,
    WeakGaussian,
    bures_map,
    bures_w2,
    weak_gaussian,
)
from mvacourse.transport.samples import energy_distance, energy_floor

__all__ = [
    "AffineMap",
    "DiscretePlan",
    "WeakGaussian",
    "bures_map",
    "bures_w2",
    "conditional_variance",
    "d2_energy",
    "d2_gaussian",
    "d2_quadratic",
    "discrete_weak_ot",
    "energy_distance",
    "energy_floor",
    "weak_cost",
    "weak_gaussian",
]
