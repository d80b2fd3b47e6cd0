"""How the functions that solve an inverse problem Au = v begin: with its check, and with Aᵀv."""

from __future__ import annotations

from torch import Tensor

from mvacourse import validate
from mvacourse.operators.base import LinearOperator, Operator
from mvacourse.operators.fourier import Blur, full_precision
from mvacourse.operators.pixel import Identity, Mask, Subsample

_DATA_ARE_AN_IMAGE = (Identity, Mask, Subsample, Blur)


def check_operator(A: Operator, name: str = "A", kind: type[Operator] = Operator) -> None:
    """Check that `A` is an operator, or another `kind` of operator.

    Raises
    ------
    TypeError
        If it is not.
    """
    if not isinstance(A, kind):
        what = f"the class {A.__name__}" if isinstance(A, type) else f"a {type(A).__name__}"
        article = "an" if kind is Operator else "a"
        raise TypeError(
            f"{name} is {what}, not {article} {kind.__name__}: write Identity() for denoising, "
            "Blur(k) for a kernel k, Mask(mask) for a mask"
        )


def check_problem(
    A: Operator, v: Tensor, name: str = "v", kind: type[Operator] = LinearOperator
) -> None:
    """Check that `A` is a linear operator and `v` finite, in [0, 1] if the data are an image.

    Raises
    ------
    TypeError, ValueError
        If not; the message names the argument and says how to fix it.
    """
    check_operator(A, kind=kind)
    validate.tensor(v, name)
    if not (v.is_floating_point() or v.is_complex()):
        raise TypeError(
            f"{name} holds {v.dtype}: data are floating-point; for 8-bit values write "
            f"{name}.float() / 255"
        )
    if isinstance(A, _DATA_ARE_AN_IMAGE):
        validate.image(v, name)
        if isinstance(A, Blur):
            full_precision(v.dtype, name)
    else:
        validate.finite(validate.values(v, name, 1), name)


def back_projection(A: LinearOperator, v: Tensor, x0: Tensor | None = None) -> Tensor:
    """Return Aᵀv, of the size of the starting point `x0` if it has one that fits the data."""
    if not isinstance(x0, Tensor) or x0.ndim != 4:
        return A.T(v)
    return A._adjoint_to(v, tuple(x0.shape[1:]))
