"""Random deformations of a batch of small pictures: an affine map, then a smooth bend."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

KNOTS = 6
"""Knots along each axis: three segments across the picture, and one knot beyond either end."""

_ANGLE = np.deg2rad(6)
_SHEAR = 0.12
_SCALE = 0.06
_ASPECT = 0.07
_SHIFT = 2 * 0.9 / 28  # a picture is 2 wide here, from −1 to 1
_BEND = 2 * 0.7 / 28


def draw(rng: np.random.Generator, n: int, strength: float = 1.0) -> Tensor:
    """Draw `n` deformations x ↦ Mx + t + bend(x), for :func:`apply`.

    These are uniform: a rotation within ±6°, a shear within ±0.12, the logarithm of the size within
    ±0.06 and of the aspect within ±0.07, a shift within ±0.9 pixels of 28 along each axis. The
    bend's coefficients are normal, with standard deviation 0.7 pixels of 28. `strength` multiplies
    every range: 0 deforms nothing.

    Returns
    -------
    Tensor, (n,KNOTS,KNOTS,2), float32
        Coefficients of a cubic spline on [−1, 1]², indexed [row, column], x before y. The spline
        says where the deformed picture reads the original. The affine map needs no extra term: a
        cubic spline whose coefficients are affine in the knots is that affine map.
    """
    u = strength * (2 * rng.random((n, 6)) - 1)
    angle, shear, scale, aspect = (u[:, :4] * [_ANGLE, _SHEAR, _SCALE, _ASPECT]).T
    c, s = np.cos(angle), np.sin(angle)
    rotation = np.stack([c, -s, s, c], axis=-1).reshape(n, 2, 2)
    # Reading a picture over a shorter range makes it look larger: this explains the minus signs.
    a, b = np.exp(-scale - aspect / 2), np.exp(-scale + aspect / 2)
    stretch = np.stack([a, a * shear, np.zeros(n), b], axis=-1).reshape(n, 2, 2)
    M = stretch @ rotation
    t = -_SHIFT * M @ u[:, 4:, None]
    at = 2 * (np.arange(KNOTS) - 1) / (KNOTS - 3) - 1
    knots = np.stack(np.meshgrid(at, at, indexing="xy"), axis=-1)
    bend = _BEND * strength * rng.standard_normal((n, KNOTS, KNOTS, 2))
    read_at = np.einsum("nab,ijb->nija", M, knots) + t[:, None, None, :, 0] + bend
    return torch.from_numpy(read_at.astype(np.float32))


def apply(pictures: Tensor, read_at: Tensor, reduce: int) -> Tensor:
    """Deform `(B,1,S,S)` and average blocks of `reduce`² pixels: `(B,1,S/reduce,S/reduce)`."""
    W = _spline(pictures.shape[-1])
    grid = torch.einsum("xj,byjc->byxc", W, torch.einsum("yi,bijc->byjc", W, read_at))
    return F.avg_pool2d(F.grid_sample(pictures, grid, align_corners=False), reduce)


@lru_cache(maxsize=16)
def _spline(size: int) -> Tensor:
    """Evaluate uniform cubic B-splines at an axis's pixels: (size,KNOTS); each row sums to one."""
    x = (KNOTS - 3) * (torch.arange(size, dtype=torch.float64) + 0.5) / size
    distance = (x[:, None] - (torch.arange(KNOTS) - 1)).abs()
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = (2 - distance).clamp(min=0) ** 3 / 6
    return torch.where(distance < 1, near, far).float()
