"""Whose memory is it: results, buffers and what was built in inference mode."""

from importlib import import_module

import pytest
import torch

from mvacourse import closed_form, kernels, priors, regularizers
from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    Mask,
    MultiCoilMRI,
    PhaseRetrieval,
    Radon,
    Resize,
    Subsample,
    bicubic,
)

SIZE = (6, 6)


def ones():
    return torch.ones(SIZE)


BUILD = {
    "Identity": Identity,
    "Mask": lambda: Mask(ones()),
    "Subsample": lambda: Subsample(2),
    "Subsample(1)": lambda: Subsample(1),
    "Compose(Identity)": lambda: Compose(Identity()),
    "Compose(Subsample, Identity)": lambda: Compose(Subsample(2), Identity()),
    "Blur": lambda: Blur(torch.ones(1, 1)),
    "FourierSampling": lambda: FourierSampling(ones()),
    "FourierSampling, complex": lambda: FourierSampling(ones(), real=False),
    "MultiCoilMRI": lambda: MultiCoilMRI(ones(), kernels.coil_maps(2, SIZE)),
    "GaussianSensing": lambda: GaussianSensing(9, (1, *SIZE)),
    "BernoulliSensing": lambda: BernoulliSensing(9, (1, *SIZE)),
    "Radon": lambda: Radon([0.0, 30.0], SIZE),
    "Resize": lambda: Resize(0.5),
    "Resize(1)": lambda: Resize(1),
}


def leaves_alone(f, x):
    """Whether x keeps its values when the result of f is changed in place."""
    before = x.clone()
    f(x).add_(1)
    return torch.equal(x, before)


@pytest.mark.parametrize("name", BUILD)
def test_results_of_an_operator_share_no_memory_with_its_argument(name):
    A, u = BUILD[name](), torch.rand(1, 1, *SIZE)
    y = A(u).clone()
    assert leaves_alone(A, u)
    assert leaves_alone(A.gram, u)
    assert leaves_alone(A.T, y)
    assert leaves_alone(lambda y: A.T(y, (1, *SIZE)), y)
    assert leaves_alone(lambda y: A.vjp(u, y), y)
    assert leaves_alone(PhaseRetrieval(A), u)
    if not y.is_complex():
        assert leaves_alone(lambda v: closed_form.pseudo_inverse(A, v, n_iter=0), y)
        assert leaves_alone(lambda v: closed_form.ridge(A, v, 1e-18, n_iter=0), y)


@pytest.mark.parametrize(
    "f",
    [
        lambda u: bicubic(u, 1),
        lambda u: closed_form.heat(u, 0, 1),
        lambda u: closed_form.tychonov(u, 0),
        lambda u: priors.soft_threshold(u, 0),
        regularizers.tychonov_grad,
        lambda u: regularizers.smoothed_tv_grad(u, 1.0),
    ],
)
def test_closed_forms_and_proximal_maps_share_no_memory_with_their_argument(f):
    assert leaves_alone(f, torch.rand(1, 1, *SIZE))


def test_identity_keeps_the_gradient():
    u = torch.rand(1, 1, 4, 4, requires_grad=True)
    Identity()(u).square().sum().backward()
    torch.testing.assert_close(u.grad, 2 * u.detach())


KEEPERS = {
    "Mask": (Mask, ones().bool()),
    "FourierSampling": (FourierSampling, ones().bool()),
    "mask of MRI": (lambda m: MultiCoilMRI(m, kernels.coil_maps(2, SIZE)), ones().bool()),
    "coils of MRI": (lambda c: MultiCoilMRI(ones(), c), kernels.coil_maps(2, SIZE)),
    "Blur": (Blur, torch.rand(3, 3)),
}


@pytest.mark.parametrize("name", KEEPERS)
def test_an_operator_keeps_a_copy_of_what_it_was_built_from(name):
    build, given = KEEPERS[name]
    x, u = given.clone(), torch.rand(1, 1, *SIZE)
    A = build(x)
    expected = A(u)
    x.zero_()
    assert torch.equal(A(u), expected)
    A.load_state_dict({key: torch.ones_like(t) for key, t in A.state_dict().items()})
    assert (x == 0).all()


def test_the_angles_of_a_scan_are_copied():
    angles = torch.linspace(0, 170, 18, dtype=torch.float64)
    A, u = Radon(angles, SIZE), torch.rand(1, 1, *SIZE)
    expected = Radon(angles.clone(), SIZE).fbp(A(u))
    y = A(u)
    angles.zero_()
    assert torch.equal(A.fbp(y), expected)


def test_coils_that_are_being_learned_keep_their_gradient():
    coils = kernels.coil_maps(2, SIZE).requires_grad_()
    MultiCoilMRI(ones(), coils)(torch.rand(1, 1, *SIZE)).abs().sum().backward()
    assert coils.grad.abs().sum() > 0


@pytest.mark.parametrize("name", BUILD)
def test_what_was_built_in_inference_mode_serves_autograd(name):
    with torch.inference_mode():
        A = BUILD[name]()
    u = torch.rand(1, 1, *SIZE, requires_grad=True)
    (g,) = torch.autograd.grad(A(u).abs().square().sum(), u)
    torch.testing.assert_close(g, 2 * A.vjp(u, A(u)).detach())
    assert not any(b.is_inference() for b in A.buffers(recurse=False))


def test_a_mask_made_in_inference_mode_serves_autograd():
    with torch.inference_mode():
        mask = ones().bool()
    u = torch.rand(1, 1, *SIZE, requires_grad=True)
    Mask(mask)(u).sum().backward()
    assert (u.grad == 1).all()


def test_kept_cosines_and_networks_serve_autograd_after_inference_mode():
    import_module("mvacourse.priors.lasso")._cosines.cache_clear()
    distilled = import_module("mvacourse.metrics.distilled_distance")
    distilled._network.cache_clear()
    x, y = torch.rand(1, 1, 24, 24, dtype=torch.float64), torch.rand(1, 1, 24, 24)
    with torch.inference_mode():
        priors.dct2(x)
        distilled.distilled_distance(y, y)
    priors.dct2(x.requires_grad_()).sum().backward()
    distilled.distilled_distance(y.clone().requires_grad_(), 1 - y).sum().backward()
    assert torch.isfinite(x.grad).all()
