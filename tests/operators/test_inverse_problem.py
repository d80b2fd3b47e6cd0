"""The check of a problem Au = v: what passes, what is refused, and with which words."""

import numpy as np
import pytest
import torch

from mvacourse.operators import (
    Blur,
    Compose,
    FourierSampling,
    Identity,
    Mask,
    MultiCoilMRI,
    PhaseRetrieval,
    Subsample,
)
from mvacourse.operators.inverse_problem import check_problem

ON_IMAGES = {
    "Identity": Identity(),
    "Mask": Mask(torch.ones(4, 4)),
    "Subsample": Subsample(2),
    "Blur": Blur(torch.ones(1, 1)),
}
OTHERS = {"Compose": Compose(Identity()), "FourierSampling": FourierSampling(torch.ones(4, 4))}
ALL = ON_IMAGES | OTHERS


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda v: v.numpy(), TypeError, "v is a ndarray, not a torch tensor"),
        (lambda v: np.float64(1), TypeError, "not a torch tensor"),
        (lambda v: v.int(), TypeError, "v holds torch.int32: data are floating-point"),
        (lambda v: v > 0, TypeError, "v holds torch.bool"),
        (lambda v: v / 0, ValueError, "v holds 16 NaN or infinite values"),
    ],
)
def test_data_that_are_no_numbers_are_refused_for_every_operator(name, spoil, error, words):
    with pytest.raises(error, match=words):
        check_problem(ALL[name], spoil(torch.ones(1, 1, 4, 4)))


@pytest.mark.parametrize("name", ALL)
def test_only_data_that_are_an_image_are_in_the_unit_range(name):
    v = torch.ones(1, 1, 4, 4)
    check_problem(ALL[name], v)
    check_problem(ALL[name], v + 0j)
    if name in OTHERS:
        check_problem(ALL[name], 255 * v)
        check_problem(ALL[name], v[0, 0])
    else:
        with pytest.raises(ValueError, match="v reaches 255: it looks like 0–255"):
            check_problem(ALL[name], 255 * v)
        with pytest.raises(ValueError, match=r"images are \(B, C, H, W\)"):
            check_problem(ALL[name], v[0, 0])


@pytest.mark.parametrize("A", [PhaseRetrieval(Identity()), torch.ones(2, 2), None])
def test_what_is_not_linear_is_refused(A):
    with pytest.raises(TypeError, match=f"A is a {type(A).__name__}, not a LinearOperator"):
        check_problem(A, torch.ones(1, 1, 4, 4))


def test_sensitivities_are_complex_whatever_they_were():
    for coils in (torch.ones(2, 4, 4), torch.ones(2, 4, 4) + 0j):
        assert MultiCoilMRI(torch.ones(4, 4), coils).coils.dtype == torch.complex64
    assert MultiCoilMRI(torch.ones(4, 4), coils).double().coils.dtype == torch.complex128
