"""Operators of any scale, precision and size, one after the other, and the gaps of wrong ones."""

import copy
from fractions import Fraction

import pytest
import torch

from mvacourse import kernels
from mvacourse.calculus import dot, norm
from mvacourse.operators import (
    BernoulliSensing,
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    LinearOperator,
    Mask,
    MultiCoilMRI,
    Radon,
    Resize,
    Subsample,
    bicubic,
    dot_gap,
    vjp_gap,
)


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("method", ["forward", "T"])
def test_one_blur_serves_images_of_both_precisions_in_any_order(method):
    k, u = rand(3, 3), rand(1, 1, 6, 7)
    exact = getattr(Blur(k), method)(u)
    A = Blur(k)
    for dtype in (torch.float32, torch.float64, torch.float32, torch.float64):
        v = getattr(A, method)(u.to(dtype))
        assert v.dtype == dtype
        eps = torch.finfo(dtype).eps
        torch.testing.assert_close(v.double(), exact, rtol=0, atol=50 * eps)


def test_one_blur_serves_images_of_every_size():
    k, A = rand(3, 3), Blur(rand(3, 3))
    for size in ((6, 7), (7, 6), (6, 7), (6, 6), (7, 7)):
        u = rand(1, 1, *size)
        torch.testing.assert_close(A(u), Blur(k)(u), rtol=0, atol=1e-14)
        torch.testing.assert_close(A.T(u), Blur(k).T(u), rtol=0, atol=1e-14)


CHANGES = {
    "assigned": lambda A, k: setattr(A, "k", k),
    "filled": lambda A, k: A.k.copy_(k),
    "loaded": lambda A, k: A.load_state_dict({"k": k}),
    "doubled twice": lambda A, k: (A.k.copy_(k / 4), A.k.mul_(2), A.k.mul_(2)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_blur_applies_the_kernel_that_it_has_now(change):
    A, u = Blur(rand(3, 3)), rand(1, 1, 6, 7)
    for seed in range(1, 4):
        A(u)
        k = rand(3, 3, seed=seed)
        CHANGES[change](A, k.clone())
        torch.testing.assert_close(A(u), Blur(k)(u), rtol=0, atol=1e-14)
        torch.testing.assert_close(copy.deepcopy(A).T(u), Blur(k).T(u), rtol=0, atol=1e-14)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("shape", [(1, 5, 6), (1, 24, 23)])
def test_norms_of_kernels_multiply_with_their_scale(scale, shape):
    for k in (rand(3, 4), rand(3, 4).abs()):
        expected = scale * Blur(k).norm(shape)
        assert Blur(scale * k).norm(shape) == pytest.approx(expected, rel=1e-12, abs=0)


def test_matrices_are_in_float64_and_exact():
    k = rand(3, 3)
    M = Blur(k).to_matrix((1, 4, 5))
    assert M.dtype == torch.float64
    corner = torch.zeros(4, 5, dtype=torch.float64)
    corner[:3, :3] = k
    first = corner.roll((-1, -1), (0, 1)).flatten()  # pixel (0, 0) spreads into the kernel
    torch.testing.assert_close(M[:, 0], first, rtol=0, atol=1e-15)
    assert FourierSampling(torch.ones(4, 5)).to_matrix((1, 4, 5)).dtype == torch.complex128


def test_a_composition_is_for_complex_images_if_one_of_its_parts_is():
    mask = torch.zeros(6, 6)
    mask[1, 0] = 1
    A = FourierSampling(mask, real=False)
    for composed in (Compose(A, Identity()), Compose(A, Mask(torch.ones(6, 6))), Compose(A)):
        assert not composed.real
        assert composed.norm((1, 24 // 4, 6)) == pytest.approx(1.0, rel=1e-12)
    assert Compose(FourierSampling(mask), Identity()).real
    half = Compose(FourierSampling(mask), Identity()).norm((1, 6, 6))
    assert half == pytest.approx(0.5**0.5, rel=1e-12)


def test_a_change_of_precision_reaches_every_part():
    mask, coils = torch.ones(6, 5), kernels.coil_maps(3, (6, 5))
    A = Compose(MultiCoilMRI(mask, coils), Compose(Blur(torch.ones(3, 3) / 9), Identity())).double()
    kinds = {name.split(".")[-1]: b.dtype for name, b in A.named_buffers()}
    assert kinds["k"] == torch.float64 and kinds["coils"] == torch.complex128
    assert GaussianSensing(3, (1, 4, 4)).double().matrix.dtype == torch.float64


class Wrong(LinearOperator):
    """A u = a u with "adjoint" y ↦ b y."""

    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = a, b

    def _forward(self, u):
        return self.a * u

    def _adjoint(self, y):
        return self.b * y


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(("a", "b"), [(1.0, 3.0), (2.0, 1.0), (1.0, -1.0)])
def test_gaps_are_relative_and_known_for_a_wrong_factor(scale, a, b):
    u = rand(2, 1, 4, 5)
    A = Wrong(scale * a, scale * b)
    assert vjp_gap(A, u, seed=3) == pytest.approx(abs(b - a) / a, rel=1e-12)
    y = rand(2, 1, 4, 5, seed=3, dtype=torch.float32).double()  # one seed, one y in every type
    cosine = float(dot(u, y).abs() / (norm(u) * norm(y)))
    assert dot_gap(A, u, seed=3) == pytest.approx(abs(b - a) / a * cosine, rel=1e-12)


@pytest.mark.parametrize("gap", [dot_gap, vjp_gap])
def test_gaps_follow_their_seed_and_leave_the_global_generator_alone(gap):
    # A wrong adjoint that depends on y: the gap of each y is another.
    A, u = Wrong(1.0, 1.0), rand(1, 1, 4, 5)
    A._adjoint = lambda y: y.roll(1, -1)
    before = torch.get_rng_state()
    found = [gap(A, u, seed=s) for s in (0, 0, 1)]
    assert found[0] == found[1] != found[2]
    assert gap(A, u) == found[0]
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("scale", [Fraction(101, 103), Fraction(1009, 1013), 1 / 3, 0.7])
def test_scales_are_kept_as_exact_fractions(scale):
    n = Fraction(scale).limit_denominator(5000).denominator
    u = torch.rand(1, 1, n, 2 * n if n < 200 else 1, dtype=torch.float64)
    A = Resize(scale)
    assert A.scale == Fraction(scale).limit_denominator(5000)
    assert A(u).shape[-2] == A.scale.numerator
    assert bicubic(u, scale).shape[-2:] == A(u).shape[-2:]


def test_rounding_begins_with_the_image():
    u = torch.rand(1, 1, 9, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    rounded = torch.floor(255 * u + 0.5) / 255
    for scale in (1 / 2, 2, 1):
        expected = bicubic(rounded, scale, round_to_8bit=True)
        assert torch.equal(bicubic(u, scale, round_to_8bit=True), expected)
    torch.testing.assert_close(bicubic(u, 1, round_to_8bit=True), rounded, rtol=0, atol=1e-12)


@pytest.mark.parametrize("s", [1, 2, 3])
def test_subsampling_adjoint_takes_the_remembered_size_only_if_it_fits(s):
    A = Subsample(s)
    A(rand(1, 1, 3 * s + 1, 2 * s + 1))
    assert A.T(rand(1, 1, 4, 3)).shape == (1, 1, 3 * s + 1, 2 * s + 1)
    assert A.T(rand(1, 1, 3, 4)).shape == (1, 1, 3 * s, 4 * s)
    assert A.T(rand(1, 1, 4, 4)).shape == (1, 1, 4 * s, 4 * s)


def test_norm_leaves_no_trace_in_any_part():
    inner = Blur(rand(3, 3))
    A = Compose(Subsample(2), inner)
    A.norm((1, 6, 6))
    assert A.image_shape is None and inner.image_shape is None
    A(rand(1, 2, 7, 5))
    A.norm((1, 6, 6))
    assert A.image_shape == (2, 7, 5)
    assert inner.image_shape is None  # a part may be shared: it remembers only its own calls


SIZED = {
    "Mask": lambda: Mask(torch.ones(6, 5)),
    "FourierSampling": lambda: FourierSampling(torch.ones(6, 5)),
    "MultiCoilMRI": lambda: MultiCoilMRI(torch.ones(6, 5), torch.ones(1, 6, 5)),
    "Radon": lambda: Radon([0.0], (6, 5), n_detectors=5),
}


@pytest.mark.parametrize("name", SIZED)
@pytest.mark.parametrize("size", [(1, 5), (6, 1), (1, 1), (5, 6)])
def test_an_image_is_not_stretched_to_the_size_of_the_operator(name, size):
    A = SIZED[name]()
    with pytest.raises(ValueError, match="was built for 6×5"):
        A(rand(1, 1, *size))
    with pytest.raises(ValueError, match=r"was built for \d×5"):
        A.T(rand(1, 1, *(size if name != "Radon" else (1, 1))) + (0 if name == "Radon" else 0j))


@pytest.mark.parametrize("scale", [0.3, Fraction(5, 3)])
def test_norm_of_a_resizing_is_the_product_of_two_norms_in_float64(scale):
    A = Resize(scale)
    expected = torch.linalg.svdvals(A.to_matrix((1, 6, 7)))[0]
    assert A.norm((3, 6, 7)) == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("A", [Resize(1 / 2), Blur(torch.ones(3, 3)), Subsample(2), Identity()])
def test_operators_follow_the_image_to_its_device(A):
    A = copy.deepcopy(A).to("meta")
    y = A(torch.zeros(1, 1, 6, 8, device="meta"))
    assert y.device.type == A.T(y).device.type == "meta"


@pytest.mark.parametrize("weights", [[0.5, 0.0, 0.5], [0.2, 0.3], [2.0, 3.0], [0.0, 0.0]])
def test_norm_of_a_kernel_without_negative_weights_is_its_sum_at_any_size(weights):
    A = Blur(torch.tensor([weights], dtype=torch.float64))
    assert A.norm() == pytest.approx(sum(weights), rel=1e-15)
    expected = torch.linalg.svdvals(A.to_matrix((1, 3, 4)))[0]
    assert A.norm() == pytest.approx(float(expected), rel=1e-12)


def test_halves_of_a_grey_level_are_rounded_up():
    n = torch.arange(255, dtype=torch.float64).reshape(1, 1, 5, 51)
    rounded = bicubic((n + 0.5) / 255, 1, round_to_8bit=True)
    torch.testing.assert_close(255 * rounded, n + 1, rtol=0, atol=1e-10)
    rounded = bicubic((n + 0.499) / 255, 1, round_to_8bit=True)
    torch.testing.assert_close(255 * rounded, n, rtol=0, atol=1e-10)


@pytest.mark.parametrize("ensemble", [GaussianSensing, BernoulliSensing])
def test_there_may_be_as_many_measurements_as_pixels(ensemble):
    A = ensemble(12, (1, 3, 4)).double()
    assert A.T(A(rand(1, 1, 3, 4))).shape == (1, 1, 3, 4)
    with pytest.raises(ValueError, match="m <= n"):
        ensemble(13, (1, 3, 4))
