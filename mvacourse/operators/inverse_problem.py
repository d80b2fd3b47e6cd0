"""The check of an inverse problem Au = v, at the door of the functions that solve one."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.operators.base import LinearOperator
from mvacourse.operators.fourier import Blur
from mvacourse.operators.pixel import Identity, Mask, Subsample

_DATA_ARE_AN_IMAGE = (Identity, Mask, Subsample, Blur)


def check_problem(A: LinearOperator, v: Tensor) -> None:
    """Insist on a linear operator `A` and finite data `v`, in [0, 1] where the data are an image.

    Raises
    ------
    TypeError, ValueError
        If they are not; the message names the argument and the mend.
    """
    if not isinstance(A, LinearOperator):
        raise TypeError(
            f"A is a {type(A).__name__}, not a LinearOperator: write Identity() for denoising, "
            "Blur(k) for a kernel k, Mask(mask) for a mask"
        )
    validate.tensor(v, "v")
    if not (v.is_floating_point() or v.is_complex()):
        raise TypeError(
            f"v holds {v.dtype}: data are floating-point; for 8-bit values write v.float() / 255"
        )
    if isinstance(A, _DATA_ARE_AN_IMAGE):
        validate.image(v, "v")
    else:
        validate.finite(v, "v")
