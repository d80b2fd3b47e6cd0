"""Every message names the argument and says how to fix it."""

import numpy as np
import pytest
import torch

from mvacourse import validate


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (np.zeros((1, 1, 4, 4)), TypeError, r"v is a ndarray.*torch\.as_tensor\(v\)"),
        (torch.zeros(1, 1, 4, 4, dtype=torch.uint8), TypeError, r"v\.float\(\) / 255"),
        (torch.zeros(1, 1, 4, 4, dtype=torch.bool), TypeError, "torch.bool"),
        (torch.zeros(4, 4), ValueError, r"v\[None, None\]"),
        (torch.zeros(3, 4, 4), ValueError, r"v\[None\]"),
        (torch.zeros(1, 0, 4, 4), ValueError, "v is empty"),
        (torch.full((1, 1, 2, 2), float("nan")), ValueError, "4 NaN or infinite"),
        (torch.tensor([[[[0.0, float("inf")]]]]), ValueError, "1 NaN or infinite"),
        (torch.full((1, 1, 2, 2), 128.0), ValueError, "0–255.*v / 255"),
    ],
)
def test_image_refuses(value, error, words):
    with pytest.raises(error, match=words):
        validate.image(value, "v")


def test_a_forgotten_255_in_sigma_is_suspected_where_values_are_negative():
    spoilt = 25 * torch.tensor([[[[-3.0, 2.0]]]])
    with pytest.raises(ValueError, match=r"v / 255, or was noise of sigma = 25.*25 / 255"):
        validate.image(spoilt, "v")
    with pytest.raises(ValueError, match=r"v / 255$"):
        validate.image(spoilt.abs(), "v")
    with pytest.raises(ValueError, match=r"v / 255$"):
        validate.image(spoilt + 0j, "v")


def test_image_lets_noise_through_and_returns_its_argument():
    u = torch.tensor([[[[-1.5, 2.5]]]])
    assert validate.image(u) is u
    assert validate.image(100 * u, unit_range=False) is not None


@pytest.mark.parametrize("bad", [-1, -1e-9])
def test_negative_numbers(bad):
    with pytest.raises(ValueError, match="lam >= 0"):
        validate.non_negative(bad, "lam")
    with pytest.raises(ValueError, match="eps > 0"):
        validate.positive(bad, "eps")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_not_a_finite_number(bad):
    with pytest.raises(ValueError, match="tau"):
        validate.positive(bad, "tau")


@pytest.mark.parametrize("bad", ["1", None, True, [1.0]])
def test_no_number(bad):
    with pytest.raises(TypeError, match="tau"):
        validate.positive(bad, "tau")


def test_zero_is_not_positive_but_not_negative():
    assert validate.non_negative(0, "lam") == 0
    with pytest.raises(ValueError, match="eps = 0"):
        validate.positive(0, "eps")
    assert validate.positive(torch.tensor(2.0), "eps") == 2.0


def test_counts():
    assert validate.count(np.int64(3), "s") == 3
    for bad in (2.0, "2", True):
        with pytest.raises(TypeError, match="s"):
            validate.count(bad, "s")
    with pytest.raises(ValueError, match="at least 1"):
        validate.count(0, "s")


def test_masks_become_boolean():
    assert validate.mask(torch.tensor([[0, 1]])).dtype == torch.bool
    with pytest.raises(ValueError, match="mask > 0.5"):
        validate.mask(torch.tensor([[0.2, 1]]))
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        validate.mask(torch.ones(1, 1, 4, 4))


def test_shapes_are_compared_not_broadcast():
    with pytest.raises(ValueError, match="must be equal"):
        validate.same_shape(torch.zeros(1, 1, 4, 4), torch.zeros(2, 1, 4, 4))


def test_seeds():
    first = torch.rand(3, generator=validate.generator(5))
    assert torch.equal(first, torch.rand(3, generator=validate.generator(5)))
    generator = torch.Generator()
    assert validate.generator(generator) is generator
    assert validate.generator(None) is None
    with pytest.raises(TypeError, match="seed"):
        validate.generator(1.5)


def test_image_sizes():
    assert validate.image_size(5) == (5, 5)
    assert validate.image_size(torch.Size((4, 6))) == validate.image_size([4, 6]) == (4, 6)
    for bad in (2.5, "8", None, (4.0, 4)):
        with pytest.raises((TypeError, ValueError), match="size"):
            validate.image_size(bad)
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        validate.image_size((1, 2, 3))
