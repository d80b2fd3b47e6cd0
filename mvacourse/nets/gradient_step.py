"""A denoiser that is a gradient step: its prior is a function that one can compute (G3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.dtypes import normal
from mvacourse.nets.denoiser import Denoiser
from mvacourse.nets.shapes import check_input


class GradientStepDenoiser(nn.Module):
    """Denoiser D(v, σ) = v − ∇g(v), one step of gradient descent on a prior g ≥ 0 (G3).

    g(v) = ½‖v − N(v, σ)‖², with N a :class:`Denoiser`. So D is not a network that happens to
    denoise: −∇g is the direction of D(v) − v by construction, and
    :func:`mvacourse.priors.gradient_step` minimises ½‖Ax − y‖² + λg(x) with a value that falls at
    each step. By the chain rule D(v) = N(v, σ) + J(v)ᵀ(v − N(v, σ)), J the Jacobian of N: it costs
    three times as much as N.

    Parameters
    ----------
    channels, width, n_scales, depth, fold
        As for :class:`Denoiser`. The activation is ELU: ∇g must be continuous.

    Raises
    ------
    TypeError, ValueError
        As :class:`Denoiser`.

    References
    ----------
    Hurault, Leclaire and Papadakis, Gradient step denoiser for convergent plug-and-play, ICLR 2022.
    """

    def __init__(
        self,
        channels: int = 1,
        *,
        width: int | Sequence[int] = (64, 96, 128),
        n_scales: int = 3,
        depth: int = 2,
        fold: int = 2,
    ) -> None:
        super().__init__()
        self.N = Denoiser(channels, width=width, n_scales=n_scales, depth=depth, fold=fold)
        self.arguments = {k: v for k, v in self.N.arguments.items() if k != "activation"}

    def g(self, v: Tensor, sigma: float | Tensor) -> Tensor:
        """Compute the prior g(v) = ½‖v − N(v, σ)‖² of each image `(B,C,H,W)`, as `(B,)`."""
        return (v - self.N(v, sigma)).square().sum((1, 2, 3)) / 2

    def step(self, v: Tensor, sigma: float | Tensor) -> tuple[Tensor, Tensor]:
        """Return D(v, σ) and g(v) for the price of D(v, σ)."""
        check_input(self, v, self.N.channels, "v")
        further = torch.is_grad_enabled()
        with torch.inference_mode(False), torch.enable_grad():
            at = v if further and v.requires_grad else v.detach().clone().requires_grad_()
            g = self.g(at, sigma)
            (gradient,) = torch.autograd.grad(g.sum(), at, create_graph=further)
        return v - gradient, g if further else g.detach()

    def forward(self, v: Tensor, sigma: float | Tensor) -> Tensor:
        """Denoise images `v` `(B,C,H,W)`; `sigma` is as for :class:`Denoiser`."""
        return self.step(v, sigma)[0]


@torch.inference_mode(False)
def lipschitz(f: Callable[[Tensor], Tensor], x: Tensor, n_iter: int = 50, seed: int = 0) -> Tensor:
    """Measure how much f amplifies small changes of x: the norm of its Jacobian at each image.

    ‖J_f(x)‖ = max_h ‖J_f(x)h‖/‖h‖, by `n_iter` power iterations h ← JᵀJh/‖JᵀJh‖. It is what a
    Lipschitz constant of f must at least be. Its largest value over images that the algorithm meets
    is an estimate of that constant, not a bound.

    Parameters
    ----------
    f : callable
        Acts on each image of a batch by itself, like a denoiser in evaluation mode; it is
        differentiated twice.
    x : Tensor, (B,C,H,W)
    n_iter : int, default 50
        The estimate grows with it.
    seed : int, default 0
        Random seed of the first h.

    Returns
    -------
    Tensor
        `(B,)`.

    Raises
    ------
    TypeError, ValueError
        If `f` returns images of another shape, `x` is no batch of images, or a number is bad.
    """
    f = validate.returning(f, "f", "x")
    n_iter = validate.count(n_iter, "n_iter")
    generator = torch.Generator().manual_seed(validate.seed32(seed))
    at = validate.finite(validate.real(validate.batch(x, "x"), "x"), "x").clone().requires_grad_()
    h = normal(x.shape, generator, x.dtype).to(x.device)
    with torch.enable_grad():
        y = f(at)
        w = torch.zeros_like(y, requires_grad=True)
        (pulled,) = torch.autograd.grad(y, at, w, create_graph=True)  # Jᵀw, linear in w
        for _ in range(n_iter):
            h = h / _norms(h).clamp_min(torch.finfo(x.dtype).tiny)
            (pushed,) = torch.autograd.grad(pulled, w, h, retain_graph=True)  # Jh
            (h,) = torch.autograd.grad(y, at, pushed, retain_graph=True)
    return _norms(pushed).flatten()


def _norms(h: Tensor) -> Tensor:
    return h.square().sum((1, 2, 3), keepdim=True).sqrt()
