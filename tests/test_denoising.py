"""The lecture's denoising example (C9): its noise level, six photographs, λ by search."""

import math

import pytest
import torch
from scipy.optimize import minimize_scalar

from mvacourse import closed_form, images, metrics, noise, variational
from mvacourse.operators import Identity

PHOTOS = ["camera", "astronaut", "coffee", "chelsea", "brick", "moon"]
SIGMA = 25.7 / 255  # PSNR 19.93 dB


def best_psnr(restore, u, lowest, highest):
    """Largest PSNR over λ, by a bounded search on a logarithmic scale."""
    result = minimize_scalar(
        lambda t: -metrics.psnr(restore(math.exp(t)), u).item(),
        bounds=(math.log(lowest), math.log(highest)),
        method="bounded",
        options={"maxiter": 8},
    )
    return -result.fun


@pytest.fixture(scope="module")
def table():
    rows = []
    for name in PHOTOS:
        u = images.photo(name, 256)
        v = noise.gaussian(u, SIGMA, seed=0)

        def tychonov(lam, v=v):
            return closed_form.tychonov(v, lam)

        def smoothed_tv(lam, v=v):
            return variational.smoothed_tv(Identity(), v, lam, eps=0.01, n_iter=100)

        psnr = metrics.psnr(v, u).item()
        rows.append([psnr, best_psnr(tychonov, u, 0.05, 5), best_psnr(smoothed_tv, u, 0.02, 0.4)])
    return torch.tensor(rows)


def test_the_denoising_of_the_lecture_on_six_photographs(table):
    noisy, tychonov, tv = table.T
    assert float((noisy - 19.93).abs().max()) < 0.1
    assert float(tychonov.mean()) >= 27.6
    assert float(tv.mean()) >= 29.1
    assert (tv > tychonov).all()
