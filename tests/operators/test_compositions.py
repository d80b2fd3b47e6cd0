"""Compositions at random, with parts used twice and shared: the size belongs to the call."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from mvacourse import closed_form, dtypes, variational
from mvacourse.calculus import dot, norm
from mvacourse.operators import (
    Blur,
    Compose,
    FourierSampling,
    GaussianSensing,
    Identity,
    LinearOperator,
    Mask,
    MultiCoilMRI,
    PhaseRetrieval,
    Radon,
    Resize,
    Subsample,
    dot_gap,
    vjp_gap,
)
from mvacourse.priors import half_quadratic, plug_and_play


def rand(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


class Doubled(LinearOperator):
    """An operator of a user, as in docs/add_an_operator.md: two methods and nothing else."""

    def _forward(self, u):
        return 2 * u

    def _adjoint(self, y):
        return 2 * y


class EveryOtherRow(LinearOperator):
    """One for which several sizes give the same data, so that it defines `_adjoint_to`."""

    def _forward(self, u):
        return u[..., ::2, :]

    def _adjoint(self, y):
        return self._adjoint_to(y, None)

    def _adjoint_to(self, y, shape):
        rows = 2 * y.shape[-2]
        if shape is not None and (shape[-2] + 1) // 2 == y.shape[-2]:
            rows = shape[-2]
        u = y.new_zeros(*y.shape[:-2], rows, y.shape[-1])
        u[..., ::2, :] = y
        return u


SHARED = [Subsample(2), Subsample(3), Resize(1 / 2), Resize(2 / 3), Resize(1.5), Identity()]
SHARED += [Blur(rand(2, 1)), Blur(rand(1, 2)), Doubled(), EveryOtherRow()]


def last_part(draw, shape):
    """What may come last: its measurements are no image, or not of every size."""
    C, H, W = shape
    choices = [lambda: Mask(rand(H, W, seed=draw.randrange(99)) > 0)]
    choices.append(lambda: FourierSampling(rand(H, W, seed=draw.randrange(99)) > 0))
    choices.append(lambda: GaussianSensing(min(5, C * H * W), shape).double())
    choices.append(lambda: Radon([0.0, 33.0, 90.0], (H, W)).double())
    if C == 1:
        choices.append(lambda: MultiCoilMRI(rand(H, W) > 0, torch.complex(*rand(2, 2, H, W))))
    return draw.choice(choices)()


def compose(seed):
    """Draw a composition of shared parts, some nested, and an image of odd size for it."""
    draw = random.Random(seed)
    shape = (draw.choice([1, 1, 2]), *(2 * draw.randrange(4, 12) + 1 for _ in range(2)))
    parts, u = [], torch.zeros(1, *shape, dtype=torch.float64)
    for _ in range(draw.randrange(1, 6)):
        A = draw.choice(SHARED)
        if min(A._forward(u).shape[-2:]) < 2 or u.numel() > 2000:
            break
        if parts and draw.random() < 0.3:
            A = Compose(A, parts.pop(0))
        else:
            u = A._forward(u)
            parts.insert(0, A)
            continue
        u = A.operators[0]._forward(u)
        parts.insert(0, A)
    if draw.random() < 0.5:
        parts.insert(0, last_part(draw, tuple(u.shape[1:])))
    return Compose(*(parts or [Identity()])), rand(2, *shape, seed=seed)


def broken(seeds):
    """Seeds of the compositions that fail a test of their adjoint."""
    found = []
    for seed in seeds:
        A, u = compose(seed)
        Au = A(u.requires_grad_())
        y = dtypes.normal(Au.shape, torch.Generator().manual_seed(seed), Au.dtype)
        remembered, told = A.T(y), A.T(y, tuple(u.shape[1:]))
        (g,) = torch.autograd.grad(Au, u, y)
        gap = (dot(Au, y) - dot(u, told)).abs() / (norm(Au) * norm(y) + 1e-300)
        same = torch.equal(remembered, told) and torch.allclose(g, told, rtol=1e-10, atol=1e-10)
        if not (same and gap < 1e-12):
            found.append(seed)
    return found


def test_compositions_of_shared_parts_have_their_adjoint():
    assert broken(range(200)) == []


@pytest.mark.slow
def test_a_thousand_compositions_have_their_adjoint():
    assert broken(range(200, 1200)) == []


@pytest.mark.parametrize("part", [Subsample(2), Resize(1 / 2), EveryOtherRow()])
def test_a_part_used_twice(part):
    A, u = Compose(part, part), rand(1, 1, 13, 11)
    assert A.T(A(u)).shape == u.shape
    assert dot_gap(A, u) < 1e-14 and vjp_gap(A, u) < 1e-14
    assert variational.smoothed_tv(A, A(u).clamp(-1, 1), 0.1, n_iter=2).shape == u.shape
    assert part.image_shape is None


@pytest.mark.parametrize("part", [Subsample(2), Resize(1 / 2)])
def test_two_compositions_share_a_part(part):
    A, B = Compose(part, Blur(rand(2, 2))), Compose(part, Doubled())
    u, w = rand(1, 1, 13, 11), rand(1, 1, 14, 12)
    y, z = A(u), B(w)
    assert A.T(y).shape == u.shape and B.T(z).shape == w.shape
    assert part.T(y).shape == w.shape  # it was not applied to an image itself: its best guess
    part(u)
    assert B.T(z).shape == w.shape and part.T(y).shape == u.shape


def test_a_gradient_step_on_a_tiny_image_keeps_its_size():
    part, u = Subsample(2), rand(1, 1, 2, 2)
    A = Compose(part, part)
    assert (u - A.T(A(u) - 1.0)).shape == u.shape
    with pytest.raises(ValueError, match=r"Aᵀy would have shape \(1, 1, 4, 4\)"):
        A.T(A(u), (1, 5, 5))


def test_the_size_of_a_call_wins_over_the_remembered_one():
    A = Compose(Subsample(3), Blur(rand(3, 3)))
    y = A(rand(1, 1, 7, 8))
    assert A.T(y).shape == (1, 1, 7, 8)
    assert A.T(y, (1, 9, 9)).shape == (1, 1, 9, 9)
    assert A.vjp(rand(1, 1, 8, 7), y).shape == (1, 1, 8, 7)
    assert A.T(y).shape == (1, 1, 7, 8)


@pytest.mark.parametrize("A", [Subsample(2), Resize(0.5), Compose(Subsample(2)), Blur(rand(2, 2))])
@pytest.mark.parametrize("shape", [(1, 9, 9), (2, 7, 8), (1, 3, 4)])
def test_a_size_that_does_not_fit_the_data_is_refused(A, shape):
    y = A(rand(1, 1, 7, 8))
    with pytest.raises(ValueError, match="y has shape"):
        A.T(y, shape)


@pytest.mark.parametrize("shape", [(7, 8), (1, 1, 7, 8)])
def test_a_size_is_three_numbers(shape):
    with pytest.raises(ValueError, match=r"must be \(C, H, W\)"):
        Subsample(2).T(rand(1, 1, 4, 4), shape)


def test_threads_may_share_an_operator_if_they_say_the_size():
    part = Subsample(2)
    A = Compose(part, Blur(rand(3, 3)), part)

    def gap(n):
        u = rand(1, 1, 9 + n % 4, 12 + n % 3, seed=n)
        return max(dot_gap(A, u), vjp_gap(A, u), float(A.gram(u).shape != u.shape))

    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(gap, range(80))) < 1e-12


def test_phase_retrieval_neither_uses_nor_changes_what_its_operator_remembers():
    part = Subsample(2)
    part(rand(1, 1, 8, 8))
    A, u = PhaseRetrieval(Compose(part, part)), rand(1, 1, 13, 11)
    assert vjp_gap(A, u) < 1e-14
    assert part.image_shape == (1, 8, 8)
    assert vjp_gap(PhaseRetrieval(part), rand(1, 1, 7, 7)) < 1e-14
    assert part.image_shape == (1, 8, 8)


def test_solvers_use_the_size_of_their_starting_point():
    x0 = rand(1, 1, 13, 11).clamp(0, 1)
    y = Subsample(2)(x0)
    fresh = lambda: Compose(Subsample(2), Blur(torch.ones(2, 2).double() / 4))  # noqa: E731
    for x in (
        variational.smoothed_tv(fresh(), y, 0.1, x0=x0, n_iter=2),
        plug_and_play(fresh(), y, lambda v, s: v, sigma=0.1, x0=x0, n_iter=2).x,
        half_quadratic(fresh(), y, lambda v, s: v, noise=0.1, sigma=0.1, x0=x0, n_iter=2).x,
        closed_form.ridge(fresh(), y, 0.1, shape=(1, 13, 11)),
        closed_form.ridge(Subsample(2), y, 0.1, shape=(1, 13, 11)),
    ):
        assert x.shape == x0.shape


def test_a_composition_is_not_confused_by_other_data_of_its_own():
    A = Compose(Subsample(2), Subsample(2))
    A(rand(1, 1, 13, 11))
    assert A.T(rand(1, 1, 2, 2)).shape == (1, 1, 8, 8)
    assert Compose(A, Identity()).T(rand(1, 1, 4, 3)).shape == (1, 1, 16, 12)
    assert A.T(rand(1, 3, 4, 3)).shape == (1, 3, 13, 11)  # colour data after a grey image


def test_norms_and_matrices_leave_no_trace():
    part = Subsample(2)
    A = Compose(part, Blur(rand(3, 3)))
    for shape in ((1, 7, 7), (1, 24, 23)):
        A.norm(shape)
    A.to_matrix((1, 5, 5))
    assert A.image_shape is None and part.image_shape is None
    assert Compose(GaussianSensing(3, (1, 4, 4))).image_shape == (1, 4, 4)
    part(rand(1, 1, 9, 9))
    assert Compose(Identity(), part).image_shape is None
