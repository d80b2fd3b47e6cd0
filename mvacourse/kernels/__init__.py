"""Point spread functions, sampling masks and coil sensitivities: the `k`, `S`, `D` of operators.

Everything is computed in float64, then rounded once to `dtype` (default: torch's default dtype).
"""

from mvacourse.kernels.blurs import box, delta, disk, gaussian, motion
from mvacourse.kernels.masks import centred, coil_maps, radial_lines, random_mask

__all__ = [
    "box",
    "centred",
    "coil_maps",
    "delta",
    "disk",
    "gaussian",
    "motion",
    "radial_lines",
    "random_mask",
]
