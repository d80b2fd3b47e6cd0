"""Two tests that every adjoint must pass. Run them on each operator you write."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.calculus import dot, norm
from mvacourse.operators.base import LinearOperator, Operator
from mvacourse.operators.inverse_problem import check_operator


def _random_like(x: Tensor, generator: torch.Generator | None) -> Tensor:
    return dtypes.normal(x.shape, generator, x.dtype, x.device)


def dot_gap(A: Operator, u: Tensor, seed: int | torch.Generator | None = 0) -> float:
    """Normalised gap of the dot test, |⟨A u, y⟩ − ⟨u, Aᵀy⟩| / (‖A u‖ ‖y‖), at a random y (A10).

    In float64 it is about 1e-15 for a correct adjoint. It compares one number only, so a wrong
    adjoint may pass by chance. Run :func:`vjp_gap` as well.

    Parameters
    ----------
    A : LinearOperator
        Operator under test.
    u : Tensor
        Image batch `(B,C,H,W)`, preferably float64 and random.
    seed : int or torch.Generator, default 0
        For y.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If A is not a linear operator, u is not a finite batch of images, or A u = 0.
    """
    check_operator(A, kind=LinearOperator)
    Au = A(validate.finite(u, "u"))
    y = _random_like(Au, validate.generator(seed))
    size = norm(_not_zero(Au, "A(u)")) * norm(y)
    return float(((dot(Au, y) - dot(u, A.vjp(u, y))).abs() / size).detach())


@torch.inference_mode(False)
def vjp_gap(A: Operator, u: Tensor, seed: int | torch.Generator | None = 0) -> float:
    """Relative distance ‖J(u)ᵀy − g‖ / ‖g‖ to autograd's vector–Jacobian product g (A10).

    It compares every pixel, so it detects a shift by one pixel. For a linear operator J(u)ᵀ = Aᵀ.
    A non-linear operator is tested through its own ``vjp``.

    Parameters
    ----------
    A, u, seed
        As for :func:`dot_gap`.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If A is not an operator, u is not a finite batch of images, or the gradient is zero.
    """
    check_operator(A)
    u = validate.finite(validate.batch(u, "u"), "u").detach().clone().requires_grad_()
    Au = A(u)
    y = _random_like(Au, validate.generator(seed))
    (g,) = torch.autograd.grad(Au, u, grad_outputs=y)
    with torch.no_grad():
        return float(norm(A.vjp(u, y) - g) / norm(_not_zero(g, "the gradient of A at u")))


def _not_zero(x: Tensor, name: str) -> Tensor:
    if not x.any():
        raise ValueError(f"{name} is zero, so nothing can be compared: choose a random u")
    return x
