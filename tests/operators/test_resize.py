"""Bicubic resizing as an operator: it is the course's bicubic, whatever the mode or the size."""

from fractions import Fraction

import pytest
import torch

from mvacourse.operators import Compose, Identity, Resize, bicubic


@pytest.fixture
def u():
    return torch.rand(2, 3, 13, 18, generator=torch.Generator().manual_seed(0)).double()


@pytest.mark.parametrize("scale", [1 / 4, 1 / 3, 0.5, 1, 2, Fraction(3, 2)])
def test_resize_is_bicubic_without_rounding(scale, u):
    torch.testing.assert_close(Resize(scale)(u), bicubic(u, scale), rtol=0, atol=1e-14)


def test_an_image_laid_out_by_channels_is_the_same_image(u):
    A = Resize(1 / 4)
    same = u.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(A(same), A(u), rtol=0, atol=1e-14)
    torch.testing.assert_close(A.T(A(same)), A.T(A(u)), rtol=0, atol=1e-14)


def test_adjoint_remembers_the_size_and_guesses_it_otherwise(u):
    A = Resize(1 / 4)
    y = A(u)
    assert A.T(y).shape == u.shape
    assert Resize(1 / 4).T(y).shape == (2, 3, 16, 20)
    assert A.T(torch.zeros(1, 1, 9, 9)).shape == (1, 1, 36, 36)


def test_norm_is_near_the_scale_when_it_shrinks():
    assert Resize(1 / 4).norm((1, 64, 48)) == pytest.approx(1 / 4, rel=0.2)
    with pytest.raises(ValueError, match="its norm depends on it"):
        Resize(1 / 4).norm()


def test_a_matrix_built_in_inference_mode_serves_gradients_later():
    u = torch.rand(1, 1, 29, 31, dtype=torch.float64)  # a size that no other test has used
    A = Compose(Identity(), Resize(1 / 4))
    with torch.inference_mode():
        A(u)
    u.requires_grad_()
    A(u).sum().backward()
    assert torch.isfinite(u.grad).all()


@pytest.mark.parametrize(
    ("scale", "error"), [(0, ValueError), (-0.5, ValueError), ("4", TypeError), (True, TypeError)]
)
def test_bad_scale(scale, error):
    with pytest.raises(error, match="scale"):
        Resize(scale)
