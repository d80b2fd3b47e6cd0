"""Filtered back-projection against its formula, sum by sum (A2)."""

import math

import numpy as np
import pytest
import torch

from mvacourse.operators import Radon


def impulse(lag, filter):
    """The ramp filter 2|ω| in space; Hann's window (1 + cos)/2 averages it with its neighbours."""

    def ramp(n):
        return 0.5 if n == 0 else -2 / (math.pi * n) ** 2 if n % 2 else 0.0

    if filter == "ramp":
        return ramp(lag)
    return ramp(lag) / 2 + (ramp(lag - 1) + ramp(lag + 1)) / 4


@pytest.mark.parametrize("filter", ["ramp", "hann"])
@pytest.mark.parametrize("n_detectors", [4, 7, 40, 70])
def test_it_is_a_linear_convolution_and_an_interpolation(n_detectors, filter):
    H, W, angles = 5, 6, [0.0, 35.0, 90.0, 120.0]
    A = Radon(angles, (H, W), n_detectors)
    y = np.random.default_rng(0).standard_normal((len(angles), n_detectors))
    n = range(n_detectors)
    F = np.array([[impulse(i - j, filter) for j in n] for i in n])
    u = np.zeros((H, W))
    for theta, row in zip(np.deg2rad(angles), y @ F.T, strict=True):
        for i in range(H):
            for j in range(W):
                X, Y = j - W // 2, H // 2 - i
                t = X * np.cos(theta) + Y * np.sin(theta) + n_detectors // 2
                u[i, j] += np.interp(t, n, row, left=0, right=0)
    u *= math.pi / (2 * len(angles))
    found = A.fbp(torch.tensor(y)[None, None], filter)[0, 0].numpy()
    np.testing.assert_allclose(found, u, rtol=0, atol=1e-5)


def test_default_filter_is_the_ramp():
    A, y = Radon([0.0, 50.0], 6), torch.rand(1, 1, 2, 6, dtype=torch.float64)
    assert torch.equal(A.fbp(y), A.fbp(y, "ramp"))
    assert not torch.allclose(A.fbp(y), A.fbp(y, "hann"))
