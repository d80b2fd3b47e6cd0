"""A sparse matrix, stored by rows and by columns, so that both products are fast."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mvacourse import dtypes


class Sparse(nn.Module):
    """Sparse matrix M; ``M(x)`` is Mx and ``M.T(y)`` is Mᵀy.

    M and Mᵀ are both stored, each by compressed rows. A product then reads memory in order, and
    costs one addition per entry and column of x. The gradient of one product is the other.

    Parameters
    ----------
    cols, values : Tensor, (n_rows,k)
        The k entries of each row, in increasing order of column; zeros are dropped.
    n_cols : int
        Number of columns.
    """

    def __init__(self, cols: Tensor, values: Tensor, n_cols: int) -> None:
        # Imported here: it takes a tenth of torch's import time, and few users need it.
        from scipy.sparse import csr_array

        super().__init__()
        n_rows, k = cols.shape
        self.shape = (n_rows, n_cols)
        starts = np.arange(0, n_rows * k + 1, k, dtype=np.int32)
        entries = values.flatten().numpy(), cols.flatten().int().numpy(), starts
        M = csr_array(entries, shape=self.shape)
        M.eliminate_zeros()
        self._keep("", M)
        self._keep("T_", M.T.tocsr())

    def _keep(self, prefix: str, M: Any) -> None:
        # int32: the CPU library for such products would otherwise convert them at every call
        parts = {"starts": M.indptr, "cols": M.indices, "values": M.data}
        for name, part in parts.items():
            self.register_buffer(f"{prefix}{name}", torch.tensor(part), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return Mx for `x` `(n_cols,B)`, in the precision of `x`."""
        return _Product.apply(x, self, False)

    def T(self, y: Tensor) -> Tensor:
        """Return Mᵀy for `y` `(n_rows,B)`, in the precision of `y`."""
        return _Product.apply(y, self, True)

    def product(self, x: Tensor, transposed: bool) -> Tensor:
        """Multiply outside autograd."""
        prefix, shape = ("T_", self.shape[::-1]) if transposed else ("", self.shape)
        starts, cols, values = (
            getattr(self, prefix + part) for part in ("starts", "cols", "values")
        )
        # such products exist for these two precisions only
        dtype = x.dtype if x.dtype in (torch.float32, torch.float64) else torch.float32
        if not dtypes.has_float64(x.device):  # Metal has no sparse matrices either
            return _product_by_entry(starts, cols, values.to(dtype), x.to(dtype)).to(x.dtype)
        with warnings.catch_warnings(), torch.autocast(x.device.type, enabled=False):
            warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
            # torch 2.11 warns although check_invariants is given
            warnings.filterwarnings("ignore", message="Sparse invariant checks are implicitly")
            M = torch.sparse_csr_tensor(
                starts, cols, values.to(dtype), shape, check_invariants=False
            )
            return (M @ x.to(dtype)).to(x.dtype)


def _product_by_entry(starts: Tensor, cols: Tensor, values: Tensor, x: Tensor) -> Tensor:
    """Add up Mx entry by entry, where there are no sparse matrices."""
    counts = starts.cpu().diff()
    rows = torch.repeat_interleave(torch.arange(len(counts)), counts).to(x.device)
    y = x.new_zeros(len(counts), x.shape[1])
    return y.index_add_(0, rows, values[:, None] * x[cols.long()])


class _Product(torch.autograd.Function):
    """x ↦ Mx, with gradient g ↦ Mᵀg: torch's own would transpose M again at each call."""

    @staticmethod
    def forward(x: Tensor, M: Sparse, transposed: bool) -> Tensor:
        return M.product(x, transposed)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: Tensor) -> None:
        _, ctx.M, ctx.transposed = inputs

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None, None]:
        return _Product.apply(g, ctx.M, not ctx.transposed), None, None

    @staticmethod
    def jvp(ctx: Any, x: Tensor, *_: None) -> Tensor:
        return _Product.apply(x, ctx.M, ctx.transposed)

    @staticmethod
    def vmap(info: Any, dims: tuple, x: Tensor, M: Sparse, transposed: bool) -> tuple[Tensor, int]:
        columns = x.movedim(dims[0], -1)  # the batch is made of more columns
        y = _Product.apply(columns.flatten(1), M, transposed)
        return y.unflatten(1, columns.shape[1:]), 2
