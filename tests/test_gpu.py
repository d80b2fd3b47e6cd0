"""The same numbers on the GPU as on the CPU, up to float32 rounding of sums in another order."""

import pytest
import torch

from mvacourse import closed_form, kernels, metrics, noise, operators, regularizers, variational

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine"),
]

SHAPE = (1, 32, 48)


def image(channels=1):
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, channels, *SHAPE[1:], generator=generator)


def build_operators():
    k = kernels.gaussian(7, 1.5)
    mask = kernels.random_mask(SHAPE[1:], 0.4, seed=0)
    return {
        "Identity": operators.Identity(),
        "Blur": operators.Blur(k),
        "super-resolution": operators.Compose(operators.Subsample(2), operators.Blur(k)),
        "Mask": operators.Mask(mask),
        "FourierSampling": operators.FourierSampling(mask),
        "MultiCoilMRI": operators.MultiCoilMRI(mask, kernels.coil_maps(4, SHAPE[1:])),
        "GaussianSensing": operators.GaussianSensing(100, SHAPE),
        "BernoulliSensing": operators.BernoulliSensing(100, SHAPE),
        "Radon": operators.Radon(range(0, 180, 12), SHAPE[1:]),
    }


OPERATORS = build_operators()


@pytest.mark.parametrize("name", list(OPERATORS))
def test_operators_agree(name):
    A, u = build_operators()[name], image()
    on_cpu = (A(u), A.gram(u), A.norm(SHAPE))
    A = A.to("cuda")
    torch.testing.assert_close(A(u.cuda()).cpu(), on_cpu[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(A.gram(u.cuda()).cpu(), on_cpu[1], rtol=1e-4, atol=1e-4)
    assert A.norm(SHAPE) == pytest.approx(on_cpu[2], rel=1e-5)


@pytest.mark.parametrize("name", ["Identity", "Blur", "Mask", "Radon"])
def test_restorations_agree(name):
    """After 50 steps float32 is 50 to 160 dB from float64: on a GPU it is hardly farther."""
    A, u = build_operators()[name], image()
    for restore in (
        lambda A, v: variational.smoothed_tv(A, v, 0.05, n_iter=50),
        lambda A, v: variational.tychonov(A, v, 0.1, n_iter=50),
        lambda A, v: closed_form.ridge(A, v, 0.1, n_iter=50),
    ):
        on_cpu = restore(A.to("cpu"), A(u))
        on_gpu = restore(A.to("cuda"), A(u.cuda())).cpu()
        exact = build_operators()[name].double()
        truth = restore(exact, exact(u.double()))
        here, there = (metrics.psnr(x.double(), truth) for x in (on_cpu, on_gpu))
        assert (there > here.clamp(max=110) - 6).all()


def test_inpainting_regularisers_noise_and_metrics_agree():
    u, mask = image(3), kernels.random_mask(SHAPE[1:], 0.5, seed=1)
    filled = variational.inpaint(u.cuda(), mask.cuda(), n_iter=50).cpu()
    torch.testing.assert_close(filled, variational.inpaint(u, mask, n_iter=50), rtol=0, atol=1e-4)
    gradient = regularizers.smoothed_tv_grad(u.cuda(), 0.1).cpu()
    torch.testing.assert_close(gradient, regularizers.smoothed_tv_grad(u, 0.1), rtol=0, atol=1e-5)
    # A seed means the same noise on every device.
    v = noise.gaussian(u, 0.1, seed=3)
    torch.testing.assert_close(noise.gaussian(u.cuda(), 0.1, seed=3).cpu(), v, rtol=0, atol=1e-6)
    for metric in (metrics.psnr, metrics.ssim):
        torch.testing.assert_close(
            metric(v.cuda(), u.cuda()).cpu(), metric(v, u), rtol=1e-5, atol=1e-5
        )
