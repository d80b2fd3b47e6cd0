"""Tychonov with a huge λ, and restorations in half precision: steps must not be lost."""

import pytest
import torch

from mvacourse import closed_form, kernels, priors, variational
from mvacourse.operators import (
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    Mask,
    Resize,
    Subsample,
)

MASK = kernels.random_mask((16, 16), 0.4, seed=0)
KERNEL = kernels.gaussian(5, 1.0)


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


OPERATORS = {
    "mask": Mask(MASK),
    "blur": Compose(Identity(), Blur(KERNEL)),
    "weak blur": Compose(Mask(MASK), Blur(1e-3 * KERNEL)),
    "super-resolution": Compose(Subsample(2), Blur(KERNEL)),
    "frequencies": FourierSampling(MASK),
    "complex": FourierSampling(MASK, real=False),
    "sensing": GaussianSensing(150, (3, 16, 16)),
    "nothing": Mask(torch.zeros(16, 16)),
}


@pytest.mark.parametrize("lam", [1.0, 1e4, 1e7, 1e38])
@pytest.mark.parametrize("name", OPERATORS)
def test_tychonov_in_float32_is_that_of_float64(name, lam):
    A, u = OPERATORS[name], 0.5 + 0.5 * rand(2, 3, 16, 16)
    found = variational.tychonov(A, A(u), lam)
    assert found.dtype == A.T(A(u)).dtype
    exact = variational.tychonov(A, A(u.double()), min(lam, 1e7), n_iter=3000)
    torch.testing.assert_close(found, exact.to(found.dtype), rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_infinite_lam_leaves_the_mean_of_the_known_pixels(dtype):
    u = rand(2, 3, 16, 16).to(dtype)
    found = variational.tychonov(Mask(MASK), u * MASK, 1e38)
    mean = u[..., MASK].mean(-1)[..., None, None]
    torch.testing.assert_close(found, mean.expand_as(u), rtol=0, atol=1e-6)


HALVES = {
    "inpaint": lambda v: variational.inpaint(v, MASK, n_iter=200),
    "inpaint, Tychonov": lambda v: variational.inpaint(v, MASK, None, n_iter=200),
    "smoothed_tv": lambda v: variational.smoothed_tv(Mask(MASK), v, 0.02, n_iter=200),
    "smoothed_tv, x0": lambda v: variational.smoothed_tv(Identity(), v, 0.1, n_iter=99, x0=v / 2),
    "tychonov": lambda v: variational.tychonov(Mask(MASK), v, 0.1),
    "tychonov, Identity": lambda v: variational.tychonov(Identity(), v, 0.1),
    "ridge": lambda v: closed_form.ridge(Resize(1), v, 0.1),
    "pseudo_inverse": lambda v: closed_form.pseudo_inverse(Resize(1), v),
    "heat": lambda v: closed_form.heat(v, 2.0, 2000),
    "lasso": lambda v: priors.lasso(Mask(MASK), v, 1e-3, n_iter=50),
}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=["float16", "bfloat16"])
@pytest.mark.parametrize("name", HALVES)
def test_a_restoration_in_half_precision_does_not_stagnate(name, dtype):
    v = rand(1, 1, 16, 16).to(dtype)
    found, exact = HALVES[name](v), HALVES[name](v.float())
    assert found.dtype == dtype
    assert torch.equal(found, exact.to(dtype))
