"""Phantoms for tomography and MRI: a drawn head and random ellipses."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mvacourse import validate
from mvacourse.images.photographs import embedded

_MOST = 16
"""Maximal number of ellipses inside the body."""


def shepp_logan(size: int | Sequence[int] = 400) -> Tensor:
    """Load the Shepp–Logan head phantom, the usual test image of tomography and MRI.

    It is scikit-image's 400×400 picture, cropped and resized as by
    :func:`mvacourse.images.photo`.

    Parameters
    ----------
    size : int or (int, int)
        Height and width; one number means a square.

    Returns
    -------
    Tensor, (1,1,H,W), float32
        In [0, 1].

    References
    ----------
    Shepp and Logan, The Fourier reconstruction of a head section, IEEE Trans. Nucl. Sci. 1974.
    """
    return embedded("phantom.png", validate.image_size(size), False).clone()


def ellipses(n: int, seed: int | torch.Generator | None = 0, size: int = 128) -> Tensor:
    """Draw `n` random phantoms of ellipses, to train and test tomography.

    A large ellipse, the body, has a grey in [0.2, 0.5]. Inside it are 6 to 16 ellipses, one in
    three of them small; each adds a value in ±[0.05, 0.4]. Inside each, the value rises along a
    direction, by a share in [0, 0.6] of itself from the centre to the edge. Overlaps add up, and
    the sum is clipped to [0, 1]. Centres, axes and angles are uniform. A pixel on an edge gets the
    share that lies inside. Everything lies in the disc of radius 0.48·size about the centre, which
    all parallel rays of ``Radon(angles, size)`` cover.

    Parameters
    ----------
    n : int
        Number of phantoms.
    seed : int, torch.Generator or None
        The same number gives the same phantoms; the first ones do not depend on `n`. A generator
        continues its sequence; None uses torch's global generator.
    size : int, default 128
        Height and width. The same phantom is drawn at every size.

    Returns
    -------
    Tensor, (n,1,size,size), float32
        In [0, 1], black outside the body.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, or `seed` is of another type.
    """
    n, size = validate.count(n, "n"), validate.count(size, "size")
    key = int(torch.randint(2**62, (), generator=validate.generator(seed)))
    return torch.stack([_draw(np.random.default_rng([key, i]), size) for i in range(n)])[:, None]


def _draw(rng: np.random.Generator, size: int) -> Tensor:
    """Draw one phantom; lengths are in units of the image's width."""
    a, b, angle = _body(rng)
    count = int(rng.integers(6, _MOST + 1))
    small = rng.random(count) < 1 / 3
    axes = np.where(small, 0.2, 1)[:, None] * rng.uniform(0.05, 0.35, (count, 2)) * (a, b)
    # inside the body: a point of the unit disc, shrunk by the ellipse's longer axis
    radius = np.sqrt(rng.random(count)) * (1 - axes.max(1) / min(a, b))
    where = rng.uniform(0, 2 * math.pi, count)
    centre = _turn(np.stack((a * radius * np.cos(where), b * radius * np.sin(where)), 1), angle)
    value = rng.uniform(0.05, 0.4, count) * rng.choice((-1, 1), count)
    turned = rng.uniform(0, math.pi, count)

    value = np.r_[rng.uniform(0.2, 0.5), value]
    along, slope = rng.uniform(0, 2 * math.pi, count + 1), rng.uniform(0, 0.6, count + 1)
    slopes = np.stack((slope * np.cos(along), slope * np.sin(along)), 1)
    shapes = np.r_[[[0, 0]], centre], np.r_[[[a, b]], axes], np.r_[angle, turned]
    return _sum(value, slopes, *shapes, size).clamp_(0, 1)


def _body(rng: np.random.Generator) -> tuple[float, float, float]:
    """Draw the half-axes and the angle of the body."""
    a, b = rng.uniform(0.32, 0.48, 2)
    return a, b, rng.uniform(0, math.pi)


def _turn(at: np.ndarray, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return at @ np.array([[c, s], [-s, c]])


def _sum(
    value: np.ndarray,
    slopes: np.ndarray,
    centre: np.ndarray,
    axes: np.ndarray,
    angle: np.ndarray,
    size: int,
) -> Tensor:
    """Add up ellipses, `(size,size)`, each with its value times 1 + slope·(position in it).

    The share of a pixel that lies inside is right to first order: with ρ the ellipse's own radius,
    1 on its edge, the distance to the edge is (1 − ρ)/|∇ρ|.
    """
    value, g, h, cx, cy, a, b, c, s = (
        torch.from_numpy(x).float()[:, None, None]
        for x in (value, *slopes.T, *centre.T, *axes.T, np.cos(angle), np.sin(angle))
    )
    t = (torch.arange(size) + 0.5) / size - 0.5
    x, y = t[None, None, :] - cx, t[None, :, None] - cy
    p, q = (c * x + s * y) / a, (c * y - s * x) / b
    rho = torch.hypot(p, q).clamp(min=1e-6)
    steepness = torch.hypot(p / a, q / b).clamp(min=1e-6) / rho
    inside = (0.5 + size * (1 - rho) / steepness).clamp(0, 1)
    return (value * (1 + g * p + h * q) * inside).sum(0)
