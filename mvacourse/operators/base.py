"""Base classes of forward models: `Operator`, `LinearOperator`, and their composition (A1, A2).

An operator maps images `(B,C,H,W)` to measurements `(B,…)`. It adds no noise, so
``v = A(u) + sigma * torch.randn(...)`` reads like the slide.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from mvacourse import validate

_DENSE_LIMIT = 512
"""Up to this many pixels, a norm comes from the full matrix; above, from Lanczos iterations."""


class Operator(nn.Module, ABC):
    """A forward model u ↦ A(u), linear or not (A1).

    A subclass defines `forward` and `vjp`. It is an ``nn.Module``, so ``A.to(device)`` moves its
    masks and kernels.
    """

    @abstractmethod
    def forward(self, u: Tensor) -> Tensor:
        """Measure the images `u` `(B,C,H,W)` without noise."""

    @abstractmethod
    def vjp(self, u: Tensor, y: Tensor) -> Tensor:
        """Apply the transposed Jacobian at `u` to `y`: J(u)ᵀ y, shaped like `u`."""

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Operator:
        # A.to(torch.float64) would cast complex coil maps to real ones, and lose half of them.
        def by_parts(x: Tensor) -> Tensor:
            if not x.is_complex():
                return fn(x)
            real, imag = fn(x.real), fn(x.imag)
            dtype = torch.promote_types(real.dtype, torch.float32)  # no complex dtype for halves
            return torch.complex(real.to(dtype), imag.to(dtype))

        return super()._apply(by_parts, recurse)


class LinearOperator(Operator):
    """A linear forward model A, with its adjoint Aᵀ and its norm (A2, A10).

    The inner product is Re⟨·,·⟩, so ``A.T`` equals autograd's vector–Jacobian product even when
    the data are complex and the image is real. A subclass defines `_forward` and `_adjoint`, and
    also `_norm` if a formula is known.

    An operator that accepts images of any size remembers the size of the last image. Only `T` of a
    subsampling and `norm` use this memory.

    Attributes
    ----------
    image_shape : tuple of int or None
        (C, H, W) of the images: fixed by the operator, or remembered.
    real : bool
        Whether images are real. False only for operators made for complex images.
    """

    image_shape: tuple[int, int, int] | None = None
    real: bool = True

    def forward(self, u: Tensor) -> Tensor:
        """Apply A to images `(B,C,H,W)`.

        Raises
        ------
        TypeError, ValueError
            If `u` is not such a batch, or does not have the operator's size.
        """
        validate.batch(u, "u")
        y = self._forward(u)
        self.image_shape = tuple(u.shape[1:])
        return y

    def T(self, y: Tensor) -> Tensor:
        """Apply the adjoint Aᵀ to measurements: ⟨A u, y⟩ = ⟨u, Aᵀ y⟩."""
        return self._adjoint(validate.values(y, "y", 2))

    def vjp(self, u: Tensor, y: Tensor) -> Tensor:
        """Return Aᵀ y: the Jacobian of a linear map is the map itself, at every `u`."""
        return self.T(y)

    def gram(self, u: Tensor) -> Tensor:
        """Apply AᵀA to images, the Hessian of ½‖Au − v‖² (B5)."""
        return self.T(self(u))

    def norm(self, shape: tuple[int, int, int] | None = None) -> float:
        """Operator norm ‖A‖ = max ‖Au‖/‖u‖, the largest singular value.

        The gradient of ½‖Au − v‖² is ‖A‖²-Lipschitz, so this number determines the step size.

        Parameters
        ----------
        shape : (C, H, W), optional
            Size of the images. Default: the size of the last image that `A` was applied to.

        Returns
        -------
        float
            From a formula if there is one; otherwise from the full matrix (small images) or
            Lanczos iterations on AᵀA (relative error below 1e-7).

        Raises
        ------
        ValueError
            If the norm depends on the image size, and that is not known yet.
        """
        with torch.no_grad(), self._same_memory():
            return self._norm(self.image_shape if shape is None else validate.image_shape(shape))

    def to_matrix(self, shape: tuple[int, int, int] | None = None) -> Tensor:
        """Return A as a matrix `(m, C·H·W)` in float64: column j is A applied to pixel j.

        For small images only: the matrix is dense.

        Raises
        ------
        ValueError
            If the image size is neither given nor known.
        """
        C, H, W = self._known(self.image_shape if shape is None else shape)
        n = C * H * W
        pixels = torch.eye(n, dtype=torch.float64, device=self._device()).reshape(n, C, H, W)
        return self(pixels).reshape(n, -1).T

    @abstractmethod
    def _forward(self, u: Tensor) -> Tensor: ...

    @abstractmethod
    def _adjoint(self, y: Tensor) -> Tensor: ...

    def _norm(self, shape: tuple[int, int, int] | None) -> float:
        shape = self._known(shape)
        if np.prod(shape) <= _DENSE_LIMIT:
            matrix = self.to_matrix(shape)
            if matrix.is_complex() and self.real:
                matrix = torch.cat((matrix.real, matrix.imag))
            return float(torch.linalg.matrix_norm(matrix, ord=2))
        return self._lanczos_norm(shape)

    def _lanczos_norm(self, shape: tuple[int, int, int]) -> float:
        # Imported here: it takes a tenth of torch's import time, and few users need it.
        from scipy.sparse import linalg as sparse_linalg

        n = int(np.prod(shape))
        dtype = np.float64 if self.real else np.complex128

        def gram(x: np.ndarray) -> np.ndarray:
            u = torch.from_numpy(np.ascontiguousarray(x, dtype=dtype)).reshape(1, *shape)
            return self.gram(u.to(self._device())).reshape(-1).cpu().numpy()

        start = np.random.default_rng(0).standard_normal(n).astype(dtype)
        growth = np.linalg.norm(gram(start)) / np.linalg.norm(start)
        if growth == 0:  # A = 0, which ARPACK refuses
            return 0.0
        # ARPACK's tolerance is relative only for eigenvalues above 1e-11. A power of two is exact.
        scale = 2.0 ** np.round(np.log2(growth))
        system = sparse_linalg.LinearOperator((n, n), lambda x: gram(x) / scale, dtype=dtype)
        largest = sparse_linalg.eigsh(
            system, k=1, which="LM", v0=start, tol=1e-8, return_eigenvectors=False
        )
        return float(np.sqrt(largest[0] * scale))

    @contextmanager
    def _same_memory(self) -> Iterator[None]:
        """Compute a norm and keep the remembered image size, which `T` of a subsampling uses."""
        parts = [A for A in self.modules() if isinstance(A, LinearOperator)]
        shapes = [A.image_shape for A in parts]
        try:
            yield
        finally:
            for A, shape in zip(parts, shapes):
                A.image_shape = shape

    def _known(self, shape: tuple[int, int, int] | None) -> tuple[int, int, int]:
        if shape is None:
            raise ValueError(
                f"{type(self).__name__} fits images of any size, and its norm depends on it: "
                "write A.norm(shape=(C, H, W)), or first apply A to an image"
            )
        return validate.image_shape(shape)

    def _device(self) -> torch.device:
        return next((b.device for b in self.buffers()), torch.device("cpu"))


class Compose(LinearOperator):
    """Composition A = A₁ A₂ ⋯ Aₙ of linear operators; the last one acts first (A2).

    Forward: A u = A₁(A₂(⋯ Aₙ u)). Adjoint: Aᵀ y = Aₙᵀ(⋯ A₂ᵀ(A₁ᵀ y)).
    ``Compose(Subsample(4), Blur(k))`` is super-resolution, written in the slide's order A = S B.

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
        self.image_shape = operators[-1].image_shape
        self.real = all(A.real for A in operators)

    def _forward(self, u: Tensor) -> Tensor:
        for A in reversed(self.operators):
            u = A(u)
        return u

    def _adjoint(self, y: Tensor) -> Tensor:
        for A in self.operators:
            y = A.T(y)
        return y


def fits(u: Tensor, size: tuple[int, int], operator: str, name: str = "u") -> None:
    """Check that `u` `(…,H,W)` has the image size that an operator was built for.

    Raises
    ------
    ValueError
        If it has a different size.
    """
    if tuple(u.shape[-2:]) != tuple(size):
        raise ValueError(
            f"{operator} was built for {size[0]}×{size[1]}, and {name} is "
            f"{u.shape[-2]}×{u.shape[-1]}: "
            "resize the image, or build the operator for its size"
        )
