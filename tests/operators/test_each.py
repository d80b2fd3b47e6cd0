"""What each operator is: its formula, its special cases, and the errors it raises."""

import math

import numpy as np
import pytest
import torch

from mvacourse.calculus import norm
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
    Subsample,
    vjp_gap,
)


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def test_blur_is_the_periodic_convolution_sum():
    k, u = rand(3, 4), rand(1, 1, 5, 6, seed=1)
    expected = torch.zeros_like(u)
    for i in range(3):
        for j in range(4):
            expected += k[i, j] * u.roll((i - 1, j - 2), (-2, -1))  # k(y) u(x − y), centre (1, 2)
    torch.testing.assert_close(Blur(k)(u), expected, rtol=0, atol=1e-13)


def test_blur_adjoint_is_the_convolution_with_the_flipped_kernel():
    k, v = rand(5, 3), rand(1, 1, 8, 9, seed=1)
    torch.testing.assert_close(Blur(k).T(v), Blur(k.flip(0, 1))(v), rtol=0, atol=1e-13)


def test_blur_commutes_with_its_gram_multiplier():
    k, u = rand(3, 3), rand(1, 1, 8, 8, seed=1)
    A = Blur(k)
    multiplier = A.transfer(8, 8).abs().square()
    expected = torch.fft.ifft2(multiplier * torch.fft.fft2(u)).real
    torch.testing.assert_close(A.gram(u), expected, rtol=0, atol=1e-12)


def test_blur_forgets_its_cached_transform_when_the_kernel_changes():
    A, u = Blur(rand(3, 3)), rand(1, 1, 8, 8)
    A(u)
    A.k.mul_(2.0)
    torch.testing.assert_close(A(u), Blur(2 * rand(3, 3))(u))


def test_norm_of_a_kernel_with_negative_weights_asks_for_the_size():
    A = Blur(torch.tensor([[-1.0, 2.0, -1.0]], dtype=torch.float64))
    with pytest.raises(ValueError, match=r"A\.norm\(shape"):
        A.norm()
    assert A.norm((1, 4, 8)) == pytest.approx(4.0)  # |k̂| = 2 − 2cos: 4 at the highest frequency
    A(rand(1, 1, 4, 7))
    assert A.norm() == pytest.approx(2 + 2 * math.cos(math.pi / 7))


def test_subsampling_keeps_every_sth_pixel_and_its_adjoint_fills_zeros():
    u = torch.arange(30.0).reshape(1, 1, 5, 6)
    A = Subsample(2)
    assert A(u).flatten().tolist() == [0, 2, 4, 12, 14, 16, 24, 26, 28]
    back = A.T(A(u))
    assert back.shape == u.shape
    assert (back[..., ::2, ::2] == u[..., ::2, ::2]).all()
    assert back.sum() == A(u).sum()


def test_subsampling_adjoint_without_a_known_image_gives_s_times_the_subgrid():
    assert Subsample(3).T(torch.ones(1, 1, 2, 4)).shape == (1, 1, 6, 12)


def test_masking_twice_is_masking_once():
    A, u = Mask(rand(6, 7) > 0), rand(2, 3, 6, 7)
    torch.testing.assert_close(A(A(u)), A(u), rtol=0, atol=0)


@pytest.mark.parametrize(("row", "expected"), [([0], 1.0), ([1], math.sqrt(0.5)), ([1, 7], 1.0)])
def test_half_of_a_frequency_pair_has_norm_root_one_half(row, expected):
    mask = torch.zeros(8, 8, dtype=torch.bool)
    mask[row, 0] = True
    assert FourierSampling(mask).norm() == pytest.approx(expected, rel=1e-12)


def test_sampling_every_frequency_keeps_energy():
    A, u = FourierSampling(torch.ones(8, 6, dtype=torch.bool)), rand(1, 1, 8, 6)
    assert float(norm(A(u))) == pytest.approx(float(norm(u)), rel=1e-12)
    torch.testing.assert_close(A.T(A(u)), u, rtol=0, atol=1e-13)


def test_one_flat_coil_is_fourier_sampling():
    mask = rand(8, 8) > 0
    A = MultiCoilMRI(mask, torch.ones(1, 8, 8))
    u = rand(1, 1, 8, 8)
    torch.testing.assert_close(A(u), FourierSampling(mask)(u))


@pytest.mark.parametrize(
    "build", [FourierSampling, lambda m, real: MultiCoilMRI(m, torch.ones(2, 8, 8), real=real)]
)
def test_complex_images_keep_their_imaginary_part_when_asked(build):
    mask = torch.ones(8, 8, dtype=torch.bool)
    u = torch.complex(rand(1, 1, 8, 8), rand(1, 1, 8, 8, seed=1))
    A = build(mask, real=False)
    back = A.T(A(u))
    torch.testing.assert_close(back / back.abs().max() * u.abs().max(), u)


@pytest.mark.parametrize("ensemble", [GaussianSensing, BernoulliSensing])
def test_random_matrices_keep_energy_on_average_and_follow_their_seed(ensemble):
    shape = (1, 16, 16)
    u = rand(1, *shape, dtype=torch.float32)
    energies = torch.tensor([float(norm(ensemble(64, shape, seed=s)(u)) ** 2) for s in range(200)])
    ratio = energies / float(norm(u) ** 2)
    # ‖Au‖²/‖u‖² has mean 1 and variance about 2/m: four standard errors of 200 draws.
    assert abs(float(ratio.mean()) - 1) < 4 * math.sqrt(2 / 64 / 200)
    assert torch.equal(ensemble(5, shape, seed=3).matrix, ensemble(5, shape, seed=3).matrix)
    assert not torch.equal(ensemble(5, shape, seed=3).matrix, ensemble(5, shape, seed=4).matrix)


def test_bernoulli_entries_are_signs():
    A = BernoulliSensing(16, (1, 8, 8))
    assert set((A.matrix * 4).unique().tolist()) == {-1.0, 1.0}


def disc_phantom(size):
    """A centred shape inside the inscribed circle, with an edge and a ramp."""
    from skimage.data import shepp_logan_phantom
    from skimage.transform import resize

    u = resize(shepp_logan_phantom(), (size, size), anti_aliasing=True)
    y, x = np.mgrid[:size, :size] - size // 2
    return u * (x**2 + y**2 < (size // 2 - 1) ** 2)


@pytest.mark.parametrize("size", [96, 97])
def test_radon_agrees_with_scikit_image(size):
    from skimage.transform import iradon, radon

    u = disc_phantom(size)
    theta = np.linspace(0, 180, 60, endpoint=False)
    reference = radon(u, theta, circle=True).T
    A = Radon(theta, size)
    y = A(torch.tensor(u)[None, None])[0, 0].numpy()
    # Two interpolations of one integral: scikit-image rotates the image bilinearly.
    assert np.linalg.norm(y - reference) / np.linalg.norm(reference) < 0.006

    back = iradon(reference.T, theta, circle=True, filter_name="ramp")
    ours = A.fbp(torch.tensor(reference)[None, None])[0, 0].numpy()
    yy, xx = np.mgrid[:size, :size] - size // 2
    inside = xx**2 + yy**2 < (size // 2 - 1) ** 2
    assert np.abs(ours - back)[inside].max() < 1e-10


def test_radon_of_a_disc_is_its_chord():
    size, radius = 129, 40
    y, x = np.mgrid[:size, :size] - size // 2
    # Anti-aliased disc: the area of the pixel inside, to a tenth of a pixel.
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    sinogram = Radon([0.0, 17.0, 45.0, 62.5], size)(torch.tensor(disc)[None, None])[0, 0]
    t = torch.arange(size) - size // 2
    chord = 2 * (radius**2 - t.double() ** 2).clamp(min=0).sqrt()
    inner = t.abs() < radius - 3
    assert float((sinogram - chord).abs()[:, inner].max()) < 0.6
    total = float(disc.sum())
    assert torch.allclose(sinogram.sum(1), torch.full((4,), total, dtype=torch.float64), rtol=1e-3)


def test_fbp_from_many_angles_finds_the_phantom():
    u = torch.tensor(disc_phantom(96))[None, None]
    A = Radon(np.linspace(0, 180, 180, endpoint=False), 96)
    error = {f: float(norm(A.fbp(A(u), f) - u) / norm(u)) for f in ("ramp", "hann")}
    assert error["ramp"] < 0.2
    assert error["hann"] < 0.4
    few = Radon(np.linspace(0, 180, 12, endpoint=False), 96)
    assert float(norm(few.fbp(few(u)) - u) / norm(u)) > 3 * error["ramp"]


def test_hann_filter_amplifies_less_noise():
    A = Radon(np.linspace(0, 180, 40, endpoint=False), 48)
    noise = rand(1, 1, 40, 48)
    assert norm(A.fbp(noise, "hann")) < 0.5 * norm(A.fbp(noise, "ramp"))


def test_phase_retrieval_has_the_jacobian_of_autograd():
    A = PhaseRetrieval(FourierSampling(rand(7, 8) > -0.5))
    u = rand(2, 1, 7, 8)
    assert vjp_gap(A, u) < 1e-12
    assert A(u).dtype == torch.float64
    torch.testing.assert_close(A(u), A(-u), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Identity()(torch.rand(8, 8)), ValueError, r"u\[None, None\]"),
        (lambda: Identity()(torch.ones(1, 1, 8, 8, dtype=torch.uint8)), TypeError, "/ 255"),
        (lambda: Identity()(np.ones((1, 1, 8, 8))), TypeError, "torch.as_tensor"),
        (lambda: Identity()(torch.rand(1, 1, 0, 8)), ValueError, "u is empty"),
        (lambda: Blur(torch.ones(9, 9))(torch.rand(1, 1, 8, 8)), ValueError, "smaller kernel"),
        (lambda: Blur(torch.ones(3)), ValueError, r"\(h, w\)"),
        (lambda: Blur(torch.ones(3, 3, dtype=torch.int64)), TypeError, r"k\.float\(\)"),
        (lambda: Blur(torch.full((3, 3), float("nan"))), ValueError, "NaN"),
        (lambda: Mask(torch.rand(8, 8)), ValueError, "mask > 0.5"),
        (lambda: Mask(torch.ones(8, 8))(torch.rand(1, 1, 8, 9)), ValueError, "8×8, and u is 8×9"),
        (lambda: Subsample(0), ValueError, "s = 0"),
        (lambda: Subsample(2.0), TypeError, "whole number"),
        (lambda: GaussianSensing(65, (1, 8, 8)), ValueError, "m <= n"),
        (lambda: GaussianSensing(5, (8, 8)), ValueError, r"\(C, H, W\)"),
        (lambda: GaussianSensing(5, (1, 8, 8))(torch.rand(1, 1, 8, 7)), ValueError, "drawn for"),
        (lambda: GaussianSensing(5, (1, 8, 8)).T(torch.rand(1, 6)), ValueError, r"\(B, 5\)"),
        (lambda: GaussianSensing(5, (1, 8, 8), seed="a"), TypeError, "seed"),
        (lambda: Radon([], 8), ValueError, "angles"),
        (lambda: Radon([0.0], 0), ValueError, "size"),
        (lambda: Radon([0.0], (8, 8, 8)), ValueError, r"\(H, W\)"),
        (lambda: Radon([0.0], 8)(torch.rand(1, 1, 9, 8)), ValueError, "Radon was built for"),
        (lambda: Radon([0.0], 8).fbp(torch.rand(1, 1, 1, 8), "box"), ValueError, "filter"),
        (lambda: Radon([0.0], 8).T(torch.rand(1, 1, 2, 8)), ValueError, "sinogram"),
        (lambda: Compose(), ValueError, "at least one"),
        (lambda: Compose(PhaseRetrieval(Identity())), TypeError, "LinearOperator"),
        (lambda: PhaseRetrieval(PhaseRetrieval(Identity())), TypeError, "LinearOperator"),
        (lambda: FourierSampling(torch.ones(8, 8)).T(torch.rand(1, 1, 8, 8)), TypeError, "complex"),
        (
            lambda: MultiCoilMRI(torch.ones(8, 8), torch.ones(2, 8, 9)),
            ValueError,
            "MultiCoilMRI's mask",
        ),
        (
            lambda: MultiCoilMRI(torch.ones(8, 8), torch.ones(2, 8, 8))(torch.rand(1, 3, 8, 8)),
            ValueError,
            "3 channels",
        ),
        (lambda: Identity().norm((8, 8)) and Subsample(2).to_matrix((8, 8)), ValueError, "C, H, W"),
        (lambda: Compose(Subsample(2), Blur(torch.ones(3, 3))).norm(), ValueError, "shape"),
    ],
)
def test_bad_input_is_named_with_its_mend(call, error, words):
    with pytest.raises(error, match=words):
        call()
