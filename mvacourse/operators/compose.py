"""Composition of linear operators (A2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.operators.base import LinearOperator, Shape


class Compose(LinearOperator):
    """Composition A = A₁ A₂ ⋯ Aₙ of linear operators; the last one acts first (A2).

    Forward: A u = A₁(A₂(⋯ Aₙ u)). Adjoint: Aᵀ y = Aₙᵀ(⋯ A₂ᵀ(A₁ᵀ y)).
    ``Compose(Subsample(4), Blur(k))`` is super-resolution, written in the slide's order A = S B.

    If one of them takes real images only, as a blur does, the images are real: Aᵀ y takes the real
    part before it, also after an operator that was built with real=False. Without such an operator,
    real=False in one of them means complex images for all.

    Raises
    ------
    ValueError
        If no operator is given.
    TypeError
        If one of them is not linear.
    """

    def __init__(self, *operators: LinearOperator) -> None:
        super().__init__()
        if not operators:
            raise ValueError(
                "Compose() needs at least one operator: Compose(Subsample(2), Blur(k))"
            )
        for i, A in enumerate(operators):
            if not isinstance(A, LinearOperator):
                raise TypeError(
                    f"operators[{i}] is a {type(A).__name__}: Compose needs LinearOperators"
                )
        self.operators = nn.ModuleList(operators)
        self.image_shape = operators[-1]._fixed
        takes_real_only = any(A.real and A._data_are_real is not None for A in operators)
        self.real = takes_real_only or all(A.real for A in operators)
        known = (A._data_are_real for A in operators if A._data_are_real is not None)
        self._data_are_real = next(known, None)
        self._sizes: dict[Shape, list[tuple[int, ...]]] = {}

    def _forward(self, u: Tensor) -> Tensor:
        # Parts may be shared, even in here: they get the sizes and remember none.
        sizes = [tuple(u.shape[1:])]
        for A in reversed(self.operators):
            u = A._forward(u if len(sizes) == 1 else validate.batch(u, "u"))
            sizes.insert(0, tuple(u.shape[1:]))
        self._sizes[sizes[-1]] = sizes
        return u

    def _adjoint(self, y: Tensor) -> Tensor:
        return self._adjoint_to(y, None)

    def _adjoint_to(self, y: Tensor, shape: Shape | None) -> Tensor:
        sizes = None if shape is None else self._sizes_of(shape, y)
        if sizes is None or sizes[0][1:] != tuple(y.shape[2:]):  # channels do not matter
            sizes = [None] * (1 + len(self.operators))
        for i, (A, size) in enumerate(zip(self.operators, sizes[1:])):
            if A._data_are_real and y.is_complex() and not all(B.real for B in self.operators[:i]):
                y = y.real  # the adjoint over real images, where Re⟨·,·⟩ sees no imaginary part
            y = A._adjoint_to(y, size)
        return y

    def _sizes_of(self, shape: Shape, y: Tensor) -> list[tuple[int, ...]]:
        """List the shapes of A u, …, Aₙ u, u, without the batch, for images of one shape."""
        if shape not in self._sizes:
            dtype = torch.promote_types(y.dtype, torch.float32)
            dtype = dtype.to_real() if self.real else dtype.to_complex()
            with torch.no_grad():
                self._forward(torch.zeros(1, *shape, dtype=dtype, device=y.device))
        return self._sizes[shape]
