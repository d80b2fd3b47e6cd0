"""Deformations: smooth, within their stated ranges, and equal to torch's."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from mvacourse.images import deformation


def test_splines_sum_to_one_and_reproduce_straight_lines():
    W = deformation._spline(40).double()
    knots = 2 * (torch.arange(deformation.KNOTS).double() - 1) / (deformation.KNOTS - 3) - 1
    centres = (2 * torch.arange(40).double() + 1) / 40 - 1
    torch.testing.assert_close(W.sum(1), torch.ones(40).double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(W @ knots, centres, atol=1e-6, rtol=0)


def test_without_a_bend_the_deformation_is_torchs_affine_one(monkeypatch):
    monkeypatch.setattr(deformation, "_BEND", 0)
    x = F.avg_pool2d(torch.rand(5, 1, 60, 60, generator=torch.Generator().manual_seed(0)), 5, 1, 2)
    read_at = deformation.draw(np.random.default_rng(0), 5)
    ours = deformation.apply(x, read_at, 1)
    # Three knots fix the map: the middle of the picture is at (KNOTS − 1)/2.
    step = (read_at[:, 1:, 1:] - read_at[:, :-1, :-1]).mean((1, 2))  # M(1, 1)·2/(KNOTS − 3)
    across = (read_at[:, :, 1:] - read_at[:, :, :-1]).mean((1, 2)) * (deformation.KNOTS - 3) / 2
    down = step * (deformation.KNOTS - 3) / 2 - across
    theta = torch.stack([across, down, read_at.mean((1, 2))], dim=-1)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    torch.testing.assert_close(ours, F.grid_sample(x, grid, align_corners=False), atol=1e-5, rtol=0)
    M = theta[..., :2]
    assert (torch.linalg.matrix_norm(M, 2) < 1.35).all() and (M.det() > 0.8).all()
    assert (theta[..., 2].abs() < 2 * 2.2 / 28).all() and (read_at.std(0) > 0.01).any()


def test_rotations_are_of_at_most_six_degrees(monkeypatch):
    for name in ("_BEND", "_SHEAR", "_SCALE", "_ASPECT", "_SHIFT"):
        monkeypatch.setattr(deformation, name, 0)
    read_at = deformation.draw(np.random.default_rng(0), 2000)
    across = (read_at[:, :, 1:] - read_at[:, :, :-1]).mean((1, 2))
    degrees = torch.rad2deg(torch.atan2(across[:, 1], across[:, 0]))
    assert 5.9 < degrees.max() <= 6.001 and -6.001 <= degrees.min() < -5.9
    assert abs(degrees.mean()) < 0.5 and abs(degrees.std() - 12 / 12**0.5) < 0.2


def test_deform_multiplies_the_deformation():
    read_at = [deformation.draw(np.random.default_rng(0), 50, s) for s in (0.0, 0.5, 1.0)]
    near, far = ((moved - read_at[0]).norm() for moved in read_at[1:])
    assert 0.45 < near / far < 0.55
    bits = torch.rand(50, 1, 30, 30)
    still = deformation.apply(bits, read_at[0], 3)
    torch.testing.assert_close(still, F.avg_pool2d(bits, 3), atol=1e-5, rtol=0)
