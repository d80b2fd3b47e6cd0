"""Base classes of forward models: `Operator` and `LinearOperator` (A1, A2).

An operator maps images `(B,C,H,W)` to measurements `(B,…)`. It adds no noise, so
``v = A(u) + sigma * torch.randn(...)`` reads like the slide.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from mvacourse import dtypes, validate

Shape = tuple[int, int, int]
"""(C, H, W), an image without the batch."""

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
        def moved(x: Tensor) -> Tensor:
            try:
                return fn(x)
            except TypeError:  # from Metal, which has no float64
                if x.dtype != torch.float64:
                    raise
                return fn(x.float())

        # A.to(torch.float64) would cast complex coil maps to real ones, and lose half of them.
        def by_parts(x: Tensor) -> Tensor:
            if not x.is_complex():
                return moved(x)
            real, imag = moved(x.real), moved(x.imag)
            dtype = torch.promote_types(real.dtype, torch.float32)  # no complex dtype for halves
            return torch.complex(real.to(dtype), imag.to(dtype))

        return super()._apply(by_parts, recurse)


class LinearOperator(Operator):
    """A linear forward model A, with its adjoint Aᵀ and its norm (A2, A10).

    The inner product is Re⟨·,·⟩, so ``A.T`` equals autograd's vector–Jacobian product even when
    the data are complex and the image is real. A subclass defines `_forward` and `_adjoint`, and
    also `_norm` if a formula is known. If images of several sizes give data of one size, it also
    defines `_adjoint_to`.

    Attributes
    ----------
    image_shape : tuple of int or None
        (C, H, W) of the images: fixed by the operator, or else that of the last image that this
        operator was applied to. `T` and `norm` use it where no shape is given.
    real : bool
        Whether images are real. False only for operators made for complex images.
    """

    real: bool = True
    _data_are_real: bool | None = None  # None: as the images
    _fixed: Shape | None = None
    _last: Shape | None = None

    @property
    def image_shape(self) -> Shape | None:
        """(C, H, W) of the images, if known; set it to fix it."""
        return self._fixed or self._last

    @image_shape.setter
    def image_shape(self, shape: Shape | None) -> None:
        self._fixed = shape

    def forward(self, u: Tensor) -> Tensor:
        """Apply A to images `(B,C,H,W)`.

        Raises
        ------
        TypeError, ValueError
            If `u` is not such a batch, or does not have the operator's size.
        """
        validate.batch(u, "u")
        y = self._forward(u)
        self._last = tuple(u.shape[1:])
        return y

    def T(self, y: Tensor, shape: Shape | None = None) -> Tensor:
        """Apply the adjoint Aᵀ to measurements: ⟨A u, y⟩ = ⟨u, Aᵀ y⟩.

        Parameters
        ----------
        y : Tensor
            Measurements `(B,…)`, shaped like A(u).
        shape : (C, H, W), optional
            Size of u. Only a subsampling needs it, because several sizes give the same subgrid.
            Default: `image_shape` if it fits y, otherwise the operator's best guess. Several
            threads that share one operator must give it.

        Raises
        ------
        TypeError, ValueError
            If `y` is not a tensor, or cannot be A(u) for a u of this shape.
        """
        validate.values(y, "y", 2)
        if shape is None:
            return self._adjoint_to(y, self.image_shape)
        u = self._adjoint_to(y, self._known(validate.image_shape(shape)))
        if tuple(u.shape[1:]) != tuple(shape):
            raise ValueError(
                f"y has shape {tuple(y.shape)}, but A(u) has another one for images of shape "
                f"{tuple(shape)}: Aᵀy would have shape {tuple(u.shape)}"
            )
        return u

    def vjp(self, u: Tensor, y: Tensor) -> Tensor:
        """Return Aᵀ y: the Jacobian of a linear map is the map itself, at every `u`.

        For a real `u` it is the real part of Aᵀ y, even if A was built for complex images.

        Raises
        ------
        TypeError, ValueError
            If `u` is not a batch of images, or `y` is not shaped like A(u).
        """
        g = self.T(y, tuple(validate.batch(u, "u").shape[1:]))
        if len(g) != len(u):
            raise ValueError(
                f"y has shape {tuple(y.shape)} and u has shape {tuple(u.shape)}: "
                "they must hold as many images as each other; write y.expand(len(u), …)"
            )
        return g.real if g.is_complex() and not u.is_complex() else g

    def gram(self, u: Tensor) -> Tensor:
        """Apply AᵀA to images, the Hessian of ½‖Au − v‖² (B5)."""
        return self._adjoint_to(self(u), tuple(u.shape[1:]))

    def norm(self, shape: Shape | None = None) -> float:
        """Operator norm ‖A‖ = max ‖Au‖/‖u‖, the largest singular value.

        The gradient of ½‖Au − v‖² is ‖A‖²-Lipschitz, so this number determines the step size.

        Parameters
        ----------
        shape : (C, H, W), optional
            Size of the images. Default: `image_shape`.

        Returns
        -------
        float
            From a formula if there is one; otherwise from the full matrix (small images) or
            Lanczos iterations on AᵀA (relative error below 1e-7). In float64; on the CPU if the
            device has none.

        Raises
        ------
        ValueError
            If the norm depends on the image size, and that is not known yet.
        """
        with torch.no_grad():
            known = self.image_shape if shape is None else validate.image_shape(shape)
            return self._with_float64()._norm(known)

    def to_matrix(self, shape: Shape | None = None) -> Tensor:
        """Return A as a matrix `(m, C·H·W)` in float64: column j is A applied to pixel j.

        For small images only: the matrix is dense.

        Raises
        ------
        ValueError
            If the image size is neither given nor known.
        """
        C, H, W = self._known(self.image_shape if shape is None else shape)
        A, n = self._with_float64(), C * H * W
        pixels = torch.eye(n, dtype=torch.float64, device=A._device()).reshape(n, C, H, W)
        return A._forward(pixels).reshape(n, -1).T

    @abstractmethod
    def _forward(self, u: Tensor) -> Tensor: ...

    @abstractmethod
    def _adjoint(self, y: Tensor) -> Tensor: ...

    def _adjoint_to(self, y: Tensor, shape: Shape | None) -> Tensor:
        """Apply Aᵀ, where `shape` is that of u if known; ignore a shape that does not fit y."""
        return self._adjoint(y)

    def _norm(self, shape: Shape | None) -> float:
        shape = self._known(shape)
        if np.prod(shape) <= _DENSE_LIMIT:
            matrix = self.to_matrix(shape)
            if matrix.is_complex() and self.real:
                matrix = torch.cat((matrix.real, matrix.imag))
            return float(torch.linalg.matrix_norm(matrix, ord=2))
        return self._lanczos_norm(shape)

    def _lanczos_norm(self, shape: Shape) -> float:
        # Imported here: it takes a tenth of torch's import time, and few users need it.
        from scipy.sparse import linalg as sparse_linalg

        n = int(np.prod(shape))
        dtype = np.float64 if self.real else np.complex128

        def gram(x: np.ndarray) -> np.ndarray:
            u = torch.from_numpy(np.ascontiguousarray(x, dtype=dtype)).reshape(1, *shape)
            y = self._forward(u.to(self._device()))
            return self._adjoint_to(y, shape).reshape(-1).cpu().numpy()

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

    def _known(self, shape: Shape | None) -> Shape:
        if shape is None:
            raise ValueError(
                f"{type(self).__name__} fits images of any size, and its norm depends on it: "
                "write A.norm(shape=(C, H, W)), or first apply A to an image"
            )
        return validate.image_shape(shape)

    def _device(self) -> torch.device:
        return next((b.device for b in self.buffers()), torch.device("cpu"))

    def _with_float64(self) -> LinearOperator:
        return self if dtypes.has_float64(self._device()) else copy.deepcopy(self).to("cpu")


def owned(x: Tensor) -> Tensor:
    """Copy a tensor that an operator keeps, so that the caller may change theirs.

    The copy serves autograd even if x, or the operator, was made in inference mode. A tensor that
    requires a gradient is being learned, and is kept itself.
    """
    if x.requires_grad:
        return x
    with torch.inference_mode(False):
        return x.clone()


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
