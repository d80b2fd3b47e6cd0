"""Weak optimal transport: costs, exact plans between point clouds, closed forms (F9)."""

from mvacourse.transport.discrete import DiscretePlan, discrete_weak_ot
from mvacourse.transport.energy_distance import energy_distance, energy_floor, permutation_test
from mvacourse.transport.gaussian import (
    AffineMap,
    WeakGaussian,
    bures_map,
    bures_w2,
    frechet_distance,
    weak_gaussian,
)
from mvacourse.transport.image_costs import coarse_cost, pixel_cost, shape_cost
from mvacourse.transport.weak_costs import (
    conditional_variance,
    d2_energy,
    d2_gaussian,
    d2_quadratic,
    push,
    weak_cost,
)

__all__ = [
    "AffineMap",
    "DiscretePlan",
    "WeakGaussian",
    "bures_map",
    "bures_w2",
    "coarse_cost",
    "conditional_variance",
    "d2_energy",
    "d2_gaussian",
    "d2_quadratic",
    "discrete_weak_ot",
    "energy_distance",
    "energy_floor",
    "frechet_distance",
    "permutation_test",
    "pixel_cost",
    "push",
    "shape_cost",
    "weak_cost",
    "weak_gaussian",
]
