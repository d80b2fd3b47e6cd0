"""Every closed form and every variational method refuses data that are no image."""

import pytest
import torch

from mvacourse import closed_form, variational
from mvacourse.operators import Blur, Identity, Mask, Subsample

K = torch.tensor([[0.2, 0.8]])
SOLVERS = {
    "inverse filter": lambda v: closed_form.inverse_filter(v, K),
    "Wiener": lambda v: closed_form.tychonov(v, 0.1, K),
    "denoising in Fourier": lambda v: closed_form.tychonov(v, 0.1),
    "heat": lambda v: closed_form.heat(v, 0.1, 1),
    "ridge": lambda v: closed_form.ridge(Mask(torch.ones(5, 6)), v, 0.1),
    "pseudo-inverse": lambda v: closed_form.pseudo_inverse(Subsample(2), v),
    "Tychonov": lambda v: variational.tychonov(Blur(K), v, 0.1),
    "smoothed TV": lambda v: variational.smoothed_tv(Identity(), v, 0.1, n_iter=1),
    "inpainting": lambda v: variational.inpaint(v, torch.ones(5, 6), n_iter=1),
}


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda v: v * torch.nan, ValueError, "holds 30 NaN or infinite values"),
        (lambda v: torch.where(v == v.max(), torch.inf, v), ValueError, "holds 1 NaN or infinite"),
        (lambda v: 255 * v, ValueError, "it looks like 0–255"),
        (lambda v: v[0], ValueError, r"images are \(B, C, H, W\): write .\[None\]"),
        (lambda v: v.int(), TypeError, r"\.float\(\) / 255"),
        (lambda v: v.numpy(), TypeError, "not a torch tensor"),
    ],
)
def test_bad_data_are_refused_with_what_to_do(name, spoil, error, words):
    v = torch.rand(1, 1, 5, 6, generator=torch.Generator().manual_seed(0))
    assert torch.isfinite(SOLVERS[name](v)).all()
    with pytest.raises(error, match=words):
        SOLVERS[name](spoil(v))


@pytest.mark.parametrize("name", SOLVERS)
def test_the_data_are_left_as_they_were(name):
    v = torch.rand(1, 1, 5, 6, generator=torch.Generator().manual_seed(0))
    kept = v.clone()
    SOLVERS[name](v)
    assert torch.equal(v, kept)


@pytest.mark.parametrize("solve", [closed_form.ridge, closed_form.pseudo_inverse])
def test_what_is_no_operator_is_refused(solve):
    with pytest.raises(TypeError, match="not a LinearOperator"):
        solve(K, torch.rand(1, 1, 5, 6), *([0.1] if solve is closed_form.ridge else []))


@pytest.mark.parametrize(("steps", "warned"), [(8, False), (7, True)])
def test_heat_warns_above_a_quarter(steps, warned, recwarn):
    v = torch.rand(1, 1, 5, 6)
    closed_form.heat(v, 2.0, steps)
    assert [str(w.message) for w in recwarn if "n_steps >= 8" in str(w.message)] == (
        ["the step t/n_steps = 0.2857 exceeds 1/4: high frequencies grow; choose n_steps >= 8"]
        if warned
        else []
    )
