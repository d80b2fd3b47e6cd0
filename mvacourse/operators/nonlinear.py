"""Operators that are not linear: phase retrieval (A1, A2)."""

from __future__ import annotations

from typing import final

from torch import Tensor

from mvacourse import validate
from mvacourse.operators.base import LinearOperator, Operator
from mvacourse.operators.inverse_problem import check_operator


@final
class PhaseRetrieval(Operator):
    """Phase retrieval: 𝒜(u) = |A u|², element by element (A2).

    A detector counts photons and loses the phase. The derivative in a direction h is
    2 Re(conj(Au) · Ah), so J(u)ᵀ y = 2 Aᵀ(y · Au). Since |A(−u)| = |Au|, the sign of u is lost.

    Parameters
    ----------
    A : LinearOperator
        Often a Fourier transform, ``FourierSampling(mask)``.

    Raises
    ------
    TypeError
        If `A` is not a linear operator.
    """

    def __init__(self, A: LinearOperator) -> None:
        super().__init__()
        check_operator(A, kind=LinearOperator)
        self.A = A

    def forward(self, u: Tensor) -> Tensor:
        """Return the intensities |A u|², real and non-negative."""
        return self._measured(u).abs().square()

    def vjp(self, u: Tensor, y: Tensor) -> Tensor:
        """Return J(u)ᵀ y = 2 Aᵀ(y · Au), shaped like `u`."""
        Au = self._measured(u)
        validate.same_shape(validate.real(y, "y"), Au, ("y", "A(u)"))
        return 2 * self.A.vjp(u, y * Au)

    def _measured(self, u: Tensor) -> Tensor:
        return self.A._forward(validate.batch(u, "u"))  # A may be shared: it remembers no size
