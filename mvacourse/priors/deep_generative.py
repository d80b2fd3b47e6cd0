"""Search the latent code and fine-tune the generator: the deep generative prior (E8)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mvacourse import dtypes, losses, validate
from mvacourse.operators import LinearOperator, Operator
from mvacourse.operators.inverse_problem import check_problem
from mvacourse.priors.csgm import code_length, generated, measured, squares
from mvacourse.solvers import Callback, Map
from mvacourse.solvers.descent import check_callback

UPDATES = ("both", "z", "theta")


class DeepGenerative(NamedTuple):
    """Result of the deep generative prior.

    Attributes
    ----------
    x : Tensor, (1,C,H,W)
        The image G_θ(z).
    z : Tensor, (1,k)
        Its latent code.
    G : callable
        The fine-tuned copy of the generator.
    losses : Tensor, (n_iter,)
        The loss before each step.
    """

    x: Tensor
    z: Tensor
    G: Map
    losses: Tensor


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def deep_generative_prior(
    A: LinearOperator,
    y: Tensor,
    G: Map,
    D: nn.Module | None = None,
    *,
    k: int | None = None,
    z0: Tensor | None = None,
    update: str = "both",
    progressive: bool = True,
    n_iter: int = 300,
    lr_z: float = 0.05,
    lr_theta: float = 1e-3,
    candidates: int = 256,
    seed: int | torch.Generator | None = 0,
    callback: Callback | None = None,
) -> DeepGenerative:
    """Restore one image by a search over code and weights: min over z and θ of 𝓛(A G_θ(z), y) (E8).

    A search over z alone cannot leave the range of G. If θ is free too, the range itself can move
    towards the data, starting from a generator that already knows images of this kind. Adam
    optimises both z and θ.

    With `progressive`, the layers are freed one by one, from the code towards the image. The n_iter
    steps are divided into as many stages as G has layers. The first stage changes only z and the
    first layer; each later stage adds the next layer. So coarse structure settles before fine
    detail is fitted.

    Parameters
    ----------
    A : LinearOperator
        Forward model.
    y : Tensor
        Data of one problem, shaped like A(u) with B = 1: the weights are fitted to one image.
    G : nn.Module or method of one
        Generator `(1,k)` → `(1,C,H,W)`. A copy is fine-tuned, with all its weights, even those that
        are frozen in `G`. `G` itself does not change.
    D : Discriminator, optional
        With it, 𝓛 compares the discriminator's features of Aᵀ A G(z) and of Aᵀ y:
        :func:`mvacourse.losses.feature_distance` of ``D.features``. (For a mask or the identity,
        Aᵀ A u = A u.) Without it, 𝓛 is the mean squared error of A G(z).
    k : int, optional
        Length of z. Default: G.k; if `G` is a method of a network, the k of that network.
    z0 : Tensor, optional
        `(1,k)`, the starting code. Default: the best of `candidates` codes drawn from N(0, I).
    update : {"both", "z", "theta"}
        What is optimised.
    progressive : bool, default True
        Free the layers one after the other; otherwise all at once.
    n_iter : int, default 300
        Number of steps.
    lr_z, lr_theta : float
        Step sizes of Adam; they fall to zero with a cosine schedule.
    candidates : int, default 256
        Number of codes tried before the first step.
    seed : int, torch.Generator or None
        Random seed of the candidates.
    callback : callable, optional
        ``callback(n, x)`` after step n, with the image x from before the step.

    Returns
    -------
    DeepGenerative
        Image x, code z, fine-tuned copy of `G`, and the losses.

    Raises
    ------
    TypeError, ValueError
        If `y` is not finite or holds several problems, `G` is not a network, or `update` is not
        known.

    References
    ----------
    Pan et al., Exploiting deep generative prior for versatile image restoration and manipulation,
    IEEE TPAMI 44(11), 2022.
    """
    check_problem(A, y, "y", LinearOperator if D is not None else Operator)
    if len(y) != 1:
        raise ValueError(f"y holds {len(y)} problems: the weights are fitted to one, write y[:1]")
    validate.one_of(update, UPDATES, "update")
    check_callback(callback)
    lr_z, lr_theta = validate.positive(lr_z, "lr_z"), validate.positive(lr_theta, "lr_theta")
    n_iter = validate.count(n_iter, "n_iter")
    _network(G)
    G = copy.deepcopy(G)  # a method of a network is copied with its network
    _network(G).requires_grad_()
    loss = _loss(A, y, D)
    if z0 is None:
        z0 = _best_code(G, loss, code_length(G, k), candidates, seed, y)
    z = z0.detach().clone().requires_grad_(update != "theta")
    free = _stages(G, z, update, progressive, n_iter)
    groups = [([z], lr_z), ([p for layer in _layers(G, z) for p in layer], lr_theta)]
    adam = torch.optim.Adam([{"params": params, "lr": lr} for params, lr in groups])
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
    history = []
    for n in range(1, n_iter + 1):
        x = G(z)
        value = loss(x)
        params = free[n - 1]
        for p, g in zip(params, torch.autograd.grad(value, params), strict=True):
            p.grad = g  # Adam skips parameters without a gradient
        adam.step()
        fall.step()
        history.append(value.item())
        if callback is not None:
            callback(n, x.detach())
    with torch.no_grad():
        return DeepGenerative(G(z), z.detach(), G, torch.tensor(history))


def _loss(A: LinearOperator, y: Tensor, D: nn.Module | None) -> Callable[[Tensor], Tensor]:
    """Return the function of x that is minimised, for one image."""
    if D is None:
        return lambda x: squares((measured(A, x, y) - y)[None]).squeeze() / y.numel()
    if not isinstance(D, nn.Module) or not hasattr(D, "features"):
        raise TypeError(f"D is a {type(D).__name__}: pass a network with features, a Discriminator")

    @cache
    def seen(shape: tuple[int, int, int]) -> list[Tensor]:
        with torch.no_grad():
            try:
                return D.features(A.T(y, shape))
            except (RuntimeError, TypeError, ValueError) as error:
                raise ValueError(f"D cannot take Aᵀy, made of y: {error}") from error

    return lambda x: losses.feature_distance(D.features(A.gram(x)), seen(tuple(x.shape[1:])))


def _layers(G: Map, z: Tensor) -> list[list[nn.Parameter]]:
    """List the weights that the image depends on, by layer, in order of registration.

    The scale and offset of a normalisation belong to the layer before it.
    """
    network = _network(G)
    weights = list(network.parameters())
    grads = torch.autograd.grad(G(z).sum(), weights, allow_unused=True)
    used = {id(p) for p, g in zip(weights, grads, strict=True) if g is not None}
    layers: list[list[nn.Parameter]] = []
    for module in network.modules():
        params = [p for p in module.parameters(recurse=False) if id(p) in used]
        if layers and params and all(p.ndim < 2 for p in params):
            layers[-1] += params
        elif params:
            layers.append(params)
    return layers


def _network(G: Map) -> nn.Module:
    network = getattr(G, "__self__", G)
    if not isinstance(network, nn.Module):
        raise TypeError(
            f"G is a {type(G).__name__}: pass a network, or a method such as vae.decode"
        )
    return network


def _stages(G: Map, z: Tensor, update: str, progressive: bool, n_iter: int) -> list[list[Tensor]]:
    """List the parameters that change at each step."""
    code = [] if update == "theta" else [z]
    if update == "z":
        return n_iter * [code]
    layers = _layers(G, z)
    stages = []
    for n in range(n_iter):
        released = 1 + n * len(layers) // n_iter if progressive else len(layers)
        stages.append(code + [p for layer in layers[:released] for p in layer])
    return stages


def _best_code(
    G: Map,
    loss: Callable[[Tensor], Tensor],
    k: int,
    candidates: int,
    seed: int | torch.Generator | None,
    y: Tensor,
) -> Tensor:
    """Draw codes from N(0, I), and return the one whose image has the smallest loss."""
    size = validate.count(candidates, "candidates"), k
    z = dtypes.like(dtypes.normal(size, validate.generator(seed)), y.real)
    with torch.no_grad():
        values = torch.stack([loss(x[None]) for x in generated(G, z)])
    best = int(values.nan_to_num(nan=torch.inf).argmin())
    return z[best : best + 1]
