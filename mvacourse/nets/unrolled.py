"""Unrolled optimisation: a few gradient steps, each with a learned correction (F3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.nets.precision import full_precision
from mvacourse.nets.shapes import check_input
from mvacourse.nets.unet import UNet
from mvacourse.operators import LinearOperator
from mvacourse.operators.inverse_problem import check_operator


class Unrolled(nn.Module):
    """Restore from y = Au + w by gradient steps, each with a learned correction (F3).

    x_{k+1} = x_k − (τ_k / ‖A‖²) Aᵀ(A x_k − y) + N_k(x_k),     k = 0 … n_iter − 1,

    with steps τ_k and networks N_k learned together, from x₀ to the last x. It is descent on
    ½‖Ax − y‖² + R(x), stopped after a few steps, with N_k in place of −∇R. A is passed in with the
    data, and may differ from that of training: dividing by ‖A‖² keeps τ_k meaningful.

    Each N_k is a small :class:`UNet`, zero at the start: the untrained network is plain gradient
    descent with τ = 1.

    Parameters
    ----------
    n_iter : int, default 5
        Number of steps.
    channels : int, default 1
        Channels of the images.
    width : int or sequence of int, default (24, 48)
        Width of the N_k, as for :class:`UNet`.
    n_scales : int, default 2
        Scales of the N_k; ignored where `width` is a sequence.
    fold : int, default 2
        Fold of the N_k, as for :class:`UNet`.
    shared : bool, default False
        One N for all steps, with n_iter times fewer weights.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive, or x₀ is not a batch of images with these channels.

    Notes
    -----
    A is applied in the precision of y, outside autocast. Each call needs ‖A‖: it should have a
    formula or be cached, as in :class:`mvacourse.operators.Radon`.

    References
    ----------
    Gregor and LeCun, Learning fast approximations of sparse coding, ICML 2010; Adler and Öktem,
    Solving ill-posed inverse problems using iterative deep neural networks, Inverse Problems 2017.
    """

    def __init__(
        self,
        n_iter: int = 5,
        channels: int = 1,
        *,
        width: int | Sequence[int] = (24, 48),
        n_scales: int = 2,
        fold: int = 2,
        shared: bool = False,
    ) -> None:
        super().__init__()
        self.n_iter = n_iter = validate.count(n_iter, "n_iter")
        self.channels = channels = validate.count(channels, "channels")
        options = {"width": width, "n_scales": n_scales, "fold": fold, "residual": False}
        self.tau = nn.Parameter(torch.ones(n_iter))
        self.correct = nn.ModuleList(
            UNet(channels, channels, **options) for _ in range(1 if shared else n_iter)
        )
        for N in self.correct:
            nn.init.zeros_(N.last.weight)
            nn.init.zeros_(N.last.bias)
        inside = self.correct[0].arguments
        self.arguments = {"n_iter": n_iter, "channels": channels, "shared": bool(shared)}
        self.arguments |= {key: inside[key] for key in ("width", "fold")}

    def forward(self, y: Tensor, A: LinearOperator, x0: Tensor | None = None) -> Tensor:
        """Map data `y`, measured by `A`, to images `(B,C,H,W)`, not clamped.

        `x0` is the starting point, for example ``A.fbp(y)``; the default is Aᵀy/‖A‖².
        """
        return self.iterates(y, A, x0)[-1]

    def iterates(self, y: Tensor, A: LinearOperator, x0: Tensor | None = None) -> list[Tensor]:
        """Return x₀, x₁, … up to the last x."""
        check_operator(A, kind=LinearOperator)
        validate.values(y, "y", 2)
        with full_precision(y.device):
            start = A.T(y) if x0 is None else x0
            check_input(self, start, self.channels, "x0", unit_range=False)
            norm2 = max(A.norm(tuple(start.shape[1:])) ** 2, torch.finfo(start.dtype).tiny)
        xs = [start / norm2 if x0 is None else x0]
        for k in range(self.n_iter):
            x, N = xs[-1], self.correct[k % len(self.correct)]
            with full_precision(y.device):
                Ax = A(x)
                if k == 0:
                    validate.like(Ax, y, ("A(x0)", "y"))
                descended = x - self.tau[k] / norm2 * A.vjp(x, Ax - y)
            xs.append(descended + N(x))
        return xs
