"""A generator as prior: search for the latent code whose image explains the data (E2–E4)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mvacourse import dtypes, validate
from mvacourse.operators import Identity, Operator
from mvacourse.operators.inverse_problem import check_problem
from mvacourse.solvers import Callback, Map
from mvacourse.solvers.descent import check_callback

_PART = 256
"""Number of candidates decoded together: their images must fit into memory."""


class Latent(NamedTuple):
    """Result of a search in latent space, one row per problem.

    Attributes
    ----------
    x : Tensor, (B,C,H,W)
        The images G(z).
    z : Tensor, (B,k)
        Their latent codes.
    loss : Tensor, (B,)
        ‖A G(z) − y‖² + λ‖z‖² at these codes, sums, not means.
    """

    x: Tensor
    z: Tensor
    loss: Tensor


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def csgm(
    A: Operator,
    y: Tensor,
    G: Map,
    *,
    k: int | None = None,
    lam: float = 0.0,
    n_iter: int = 200,
    lr: float = 0.3,
    decay: bool = True,
    restarts: int = 5,
    candidates: int = 1000,
    seed: int | torch.Generator | None = 0,
    z0: Tensor | None = None,
    callback: Callback | None = None,
) -> Latent:
    """Restore by a search in the range of a generator: x̂ = G(ẑ) (E2, E4).

    ẑ ∈ argmin ‖A G(z) − y‖² + λ‖z‖², by Adam on z; the generator does not change. The problem is
    not convex, so each of the B problems has several starts. All run as one batch of B × restarts,
    and the result with the smallest total loss is kept. The starts are the best of `candidates`
    codes z ~ N(0, I). All problems share these candidates, so they are decoded only once, which
    costs as much as a few steps. The result for one problem does not depend on the others in its
    batch.

    The step size falls from `lr` to zero with a cosine schedule: the large first steps leave bad
    minima, the small last steps converge. At m = 25 on the digits of the course, these defaults
    reach two thirds of the loss of 10 random starts and 300 steps, and less than half of their
    error, in a fifth of the time. The protocol of the paper is
    ``candidates=0, restarts=10, lr=0.01, n_iter=1000, decay=False``.

    Parameters
    ----------
    A : Operator
        Forward model, linear or not.
    y : Tensor
        Data of B problems, shaped like A(u).
    G : callable
        Generator `(N,k)` → `(N,C,H,W)`: a network in evaluation mode, ``vae.decode``,
        ``flow.inverse``.
    k : int, optional
        Length of z. Default: G.k; if `G` is a method of a network, the k of that network.
    lam : float, default 0
        λ ≥ 0. There is no ½, and norms are sums. The paper has a matrix with entries N(0, 1), the
        mean over m measurements, plus 0.1‖z‖². For A with entries N(0, 1/m) this is λ = 0.1 here.
    n_iter : int, default 200
        Number of steps.
    lr : float, default 0.3
        Step size of Adam, in the unit of z.
    decay : bool, default True
        Let the step size fall to zero.
    restarts : int, default 5
        Number of starts per problem.
    candidates : int, default 1000
        Number of codes from which each problem's starts are chosen. If it is at most `restarts`,
        every problem has the same random starts.
    seed : int, torch.Generator or None
        Random seed of the candidates.
    z0 : Tensor, optional
        Starting codes to use instead: `(B,k)`, or `(restarts,B,k)`.
    callback : callable, optional
        ``callback(n, z)`` after step n, with the codes `(restarts,B,k)`.

    Returns
    -------
    Latent
        Images x, codes z and total losses, one row per problem.

    Raises
    ------
    TypeError, ValueError
        If `y` is not finite or does not have the shape of A(G(z)), k is neither given nor known,
        `z0` does not fit, λ < 0, or a number of steps or starts is not valid.

    References
    ----------
    Bora, Jalal, Price and Dimakis, Compressed sensing using generative models, ICML 2017.
    """
    check_problem(A, y, "y", Operator)
    validate.function(G, "G", "z")
    check_callback(callback)
    lam, lr = validate.non_negative(lam, "lam"), validate.positive(lr, "lr")
    n_iter = validate.count(n_iter, "n_iter", at_least=0)
    k = None if k is None else validate.count(k, "k")

    z = _starts(A, y, G, k, lam, restarts, candidates, seed) if z0 is None else _given(z0, y, k)

    def total(z: Tensor) -> tuple[Tensor, Tensor]:
        x = generated(G, z.flatten(0, 1))
        gap = measured(A, x, y).unflatten(0, z.shape[:2]) - y
        return squares(gap) + lam * squares(z), x

    z.requires_grad_()
    adam = torch.optim.Adam([z], lr=lr)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(adam, max(n_iter, 1))
    for n in range(1, n_iter + 1):
        loss, _ = total(z)
        z.grad = slope(loss.sum(), z)  # no gradient for the generator's weights
        adam.step()
        if decay:
            fall.step()
        if callback is not None:
            callback(n, z.detach())
    with torch.no_grad():
        loss, x = total(z)
        problems = torch.arange(len(y), device=y.device)
        best = loss.nan_to_num(nan=torch.inf).argmin(dim=0), problems
        if not torch.isfinite(loss[best]).all():
            raise ValueError(
                f"no start has a finite loss: lr = {lr:.4g} is too large, or G(z) is not finite"
            )
        return Latent(x.unflatten(0, z.shape[:2])[best], z.detach()[best], loss[best])


def invert(x: Tensor, G: Map, **options: object) -> Latent:
    """Find the latent code of an image: argmin ‖G(z) − x‖² + λ‖z‖², GAN inversion (E3).

    It is :func:`csgm` with A = I, so it also denoises.

    Parameters
    ----------
    x : Tensor
        Images `(B,C,H,W)`, shaped like G(z).
    G : callable
        Generator, as for :func:`csgm`.
    **options
        As for :func:`csgm`.

    Returns
    -------
    Latent
        The nearest images found, their codes, and ‖G(z) − x‖² + λ‖z‖².

    Raises
    ------
    TypeError, ValueError
        As :func:`csgm`; also if `x` is not an image batch.
    """
    validate.image(x, "x")
    return csgm(Identity(), x, G, **options)


def code_length(G: Map, k: int | None = None) -> int:
    """Return the length of the codes of `G`: `k` if given, otherwise its network's k.

    Raises
    ------
    ValueError
        If neither is known.
    """
    network = getattr(G, "__self__", G)  # vae, for vae.decode
    k = getattr(network, "k", None) if k is None else k
    if k is None:
        raise ValueError("k is not given, and G has no attribute k: write k=, the length of z")
    return validate.count(k, "k")


def squares(r: Tensor) -> Tensor:
    """Sum |r|² over all axes except the first two, in float32 at least; r is real or complex."""
    r = torch.view_as_real(r) if r.is_complex() else dtypes.at_least_float32(r)
    return r.square().flatten(2).sum(dim=2)


def generated(G: Map, z: Tensor) -> Tensor:
    """Return the images G(z), and check that they are one finite or infinite image per code.

    Raises
    ------
    TypeError, ValueError
        If they are not.
    """
    try:
        x = G(z)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ValueError(
            f"G(z) fails for codes z of k = {z.shape[1]} numbers {z.dtype}, the type of y: {error}"
        ) from error
    validate.batch(x, "G(z)")
    if len(x) != len(z) or x.is_complex():
        raise ValueError(
            f"G(z) is {x.dtype} of shape {tuple(x.shape)} for {len(z)} codes: it must be real, and "
            "one image per code"
        )
    return x


def slope(loss: Tensor, z: Tensor) -> Tensor:
    """Compute the gradient of a loss in the codes z.

    Raises
    ------
    ValueError
        If autograd cannot see how G(z) depends on z.
    """
    try:
        return torch.autograd.grad(loss, z)[0]
    except RuntimeError as error:
        raise ValueError(f"G(z) has no gradient in z: {error}") from None


def measured(A: Operator, x: Tensor, y: Tensor) -> Tensor:
    """Return A x, and check that each of its rows has the shape of one row of the data.

    Raises
    ------
    ValueError
        If it does not.
    """
    try:
        y_hat = A(x)
    except (TypeError, ValueError) as error:
        raise ValueError(f"A(G(z)) fails for images {tuple(x.shape)}: {error}") from error
    if y_hat.shape[1:] != y.shape[1:]:
        raise ValueError(
            f"y has shape {tuple(y.shape)}, but A(G(z)) has {tuple(y_hat.shape[1:])} for each "
            "code: do the data come from another operator, or from images of another size?"
        )
    return y_hat


@torch.no_grad()
def _starts(
    A: Operator,
    y: Tensor,
    G: Map,
    k: int | None,
    lam: float,
    restarts: int,
    candidates: int,
    seed: int | torch.Generator | None,
) -> Tensor:
    """Draw codes from N(0, I), the same for all problems; return the R best of each, `(R,B,k)`."""
    g, k, R = validate.generator(seed), code_length(G, k), validate.count(restarts, "restarts")
    count = max(R, validate.count(candidates, "candidates", at_least=0))
    # one by one, so that the first codes do not depend on their number
    z = torch.stack([dtypes.normal((k,), g) for _ in range(count)])
    z = dtypes.like(z, y.real)
    if count == R:
        return z[:, None].repeat(1, len(y), 1)
    losses = []
    for part in z.split(_PART):
        y_hat = measured(A, generated(G, part), y)
        losses.append(torch.cat([squares((y_hat - target)[None]) for target in y]))
    loss = torch.cat(losses, dim=1).T + lam * squares(z[:, None])
    return z[loss.nan_to_num(nan=torch.inf).topk(R, dim=0, largest=False).indices]


def _given(z0: Tensor, y: Tensor, k: int | None) -> Tensor:
    """Bring the given starts to `(R,B,k)`."""
    validate.finite(validate.real(z0, "z0"), "z0")
    z = z0[None] if z0.ndim == 2 else z0
    if z.ndim != 3 or z.shape[1] != len(y) or (k is not None and z.shape[2] != k):
        raise ValueError(
            f"z0 has shape {tuple(z0.shape)}: write ({len(y)}, k) or (restarts, {len(y)}, k), one "
            "code for each problem of y"
        )
    return z.detach().to(dtype=y.real.dtype, device=y.device, copy=True)
