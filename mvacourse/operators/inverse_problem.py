"""How the functions that solve an inverse problem Au = v begin: with its check, and with Aᵀv."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.operators.base import LinearOperator
from mvacourse.operators.fourier import Blur
from mvacourse.operators.pixel import Identity, Mask, Subsample

_DATA_ARE_AN_IMAGE = (Identity, Mask, Subsample, Blur)


def check_problem(A: LinearOperator, v: Tensor) -> None:
    """Check that `A` is a linear operator and `v` finite, in [0, 1] if the data are an image.

    Raises
    ------
    TypeError, ValueError
        If not; the message names the argument and says how to fix it.
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


def back_projection(A: LinearOperator, v: Tensor, x0: Tensor | None = None) -> Tensor:
    """Return Aᵀv, of the size of the starting point `x0` if it has one that fits the data."""
    if x0 is None or x0.ndim != 4:
        return A.T(v)
    return A._adjoint_to(v, tuple(x0.shape[1:]))
