"""Training for weak optimal transport: a map y = T(x, z), learned without pairs (F9)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.losses import r1
from mvacourse.train import distributed
from mvacourse.train.loop import History, Run
from mvacourse.train.optim import adam, anneal, descend, follow
from mvacourse.train.seeds import Draw, fingerprint, told, told_function
from mvacourse.transport import push

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop

NetT = TypeVar("NetT", bound=nn.Module)
NetF = TypeVar("NetF", bound=nn.Module)
Cost = Callable[[Tensor, Tensor], Tensor]
"""``cost(x, y)`` maps points `(B,…)` and Z draws for each `(B,Z,…)` to costs C `(B,)`."""


@torch.inference_mode(False)  # it needs gradients, also in a context without them
def weak_ot(
    T: NetT,
    f: NetF,
    source: Tensor,
    target: Tensor,
    *,
    cost: Cost,
    z_dim: int,
    n_z: int = 4,
    n_T: int = 10,
    n_steps: int,
    batch: int = 64,
    lr: float = 1e-3,
    lr_f: float | None = None,
    penalty: float = 0.0,
    average: float = 0.99,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[NetT, NetF, History]:
    """Learn a random map T(x, z) that transports one distribution to another (F9).

    max_f min_T E C(x, T(x, ·)) − E f(T(x, z)) + E f(y), z ~ N(0, I), without pairs of x and y. T
    sends x to places where the cost is low and f is high. Then f decreases where too much mass
    arrives, and increases where too little does. At the optimum the value is the weak transport
    cost.

    The optimal T is then one of the inner minima. For the quadratic cost with γ > 0 there may be
    others, which miss the distribution of y. Then T and f circle, and the decreasing learning rate
    and the running mean have to damp this. So compare T(X, Z) with the target:
    :func:`mvacourse.transport.energy_distance`. With the energy kernel and γ > 0 the minimum is
    unique.

    Parameters
    ----------
    T, f : nn.Module
        Networks with their initial weights, called as ``T(x, z)`` and ``f(y)``, `(B,)`.
    source, target : Tensor, (N,…), (M,…)
        Samples of the two distributions.
    cost : callable
        ``cost(x, y)`` maps points `(B,…)` and `n_z` draws for each, `(B,Z,…)`, to C `(B,)`. An
        example is ``partial(weak_cost, gamma=0.5)`` of :mod:`mvacourse.transport`. Use 0 ≤ γ ≤ 1:
        then C is bounded from below. With γ > 1, T diverges unless f decreases as fast as d² grows.
    z_dim : int
        Length of z.
    n_z : int, default 4
        Number Z of draws of z for each x; a weak cost needs at least two.
    n_T : int, default 10
        Steps of T for each step of f, because the inner minimum over T has to be found first. The
        paper uses 10; on toy problems 2 worked as well as 5.
    n_steps, batch : int
        Number of steps of f, and of x and of y in each step.
    lr : float, default 1e-3
        Initial learning rate of Adam (β₁ = 0.5, β₂ = 0.99) for T; it decreases along a cosine. If
        it is too high, the variance of T(x, ·) is the first quantity that oscillates.
    lr_f : float, optional
        Initial learning rate for f; `lr` by default. If it is smaller, T needs fewer steps to find
        its minimum.
    penalty : float, default 0
        λ ≥ 0: the loss of f gets the term λ/2 · E‖∇f(y)‖², y ~ the target. It makes training more
        stable, but f too flat: T then stays closer to x than it should. This error is smaller for
        smaller λ and smaller costs.
    average : float, default 0.99
        Decay per step of the running means of T's and f's weights, in [0, 1); 0 returns the last
        weights.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`; `callback` gets the averaged T.

    Returns
    -------
    T, f : nn.Module
        In evaluation mode.
    history : History
        ``loss`` is the max–min value, which tends to the weak cost; ``cost`` is E C(x, T(x, ·)).

    Raises
    ------
    TypeError, ValueError
        If `source` or `target` is empty or not finite, their samples differ in shape, or a number
        is out of range.

    References
    ----------
    Korotin, Selikhanovych and Burnaev, Neural optimal transport, ICLR 2023, algorithm 1;
    Kernel neural optimal transport, ICLR 2023, on the minima that miss the distribution of y;
    Mescheder, Geiger and Nowozin, Which training methods for GANs do actually converge?, ICML 2018,
    for the penalty.
    """
    z_dim, n_z = validate.count(z_dim, "z_dim"), validate.count(n_z, "n_z")
    n_T, penalty = validate.count(n_T, "n_T"), validate.non_negative(penalty, "penalty")
    _check(T, f, cost)
    average = validate.fraction(average, "average")
    device = distributed.join(device)
    source, target = _samples(source, target, T, device)
    lr_f = lr if lr_f is None else validate.positive(lr_f, "lr_f")
    arguments = {"z_dim": z_dim, "n_z": n_z, "n_T": n_T, "batch": batch, "lr": lr, "lr_f": lr_f}
    arguments |= {"penalty": penalty, "average": average, "cost": told_function(cost)}
    arguments |= {"T": told(T), "f": told(f), "data": fingerprint(source, target)}
    T, f = (copy.deepcopy(net).to(device).train() for net in (T, f))
    mean_T, mean_f = copy.deepcopy(T).eval(), copy.deepcopy(f).eval()
    opt_T, opt_f = (adam(net, rate, betas=(0.5, 0.99)) for net, rate in ((T, lr), (f, lr_f)))

    def pushed(draw: Draw) -> tuple[Tensor, Tensor]:
        x = source[draw.rows(len(source), batch)]
        return x, push(T, x, draw.normal(batch, n_z, z_dim))

    keep = {"mean_T": mean_T, "mean_f": mean_f, "T": T, "f": f, "opt_T": opt_T, "opt_f": opt_f}
    with Run("weak_ot", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            anneal(opt_T, lr, draw.step, n_steps)
            anneal(opt_f, lr_f, draw.step, n_steps)

            f.requires_grad_(False)
            for _ in range(n_T):
                x, y = pushed(draw)
                C = _mean(cost, x, y)
                loss_T = C - f(y.flatten(0, 1)).mean()
                descend(opt_T, loss_T, T)
            f.requires_grad_(True)

            with torch.no_grad():
                _, y = pushed(draw)
            real = target[draw.rows(len(target), batch)].requires_grad_(penalty > 0)
            toll = f(real)
            loss_f = f(y.flatten(0, 1)).mean() - toll.mean()
            if penalty > 0:
                loss_f = loss_f + penalty / 2 * r1(toll, real)
            descend(opt_f, loss_f, f)

            follow(mean_T, T, average, draw.step)
            follow(mean_f, f, average, draw.step)
            run.log(loss=loss_T + toll.mean(), cost=C)
    return mean_T, mean_f, run.history


def _check(T: nn.Module, f: nn.Module, cost: Cost) -> None:
    validate.module(T, "T")
    validate.module(f, "f")
    validate.function(cost, "cost", "x", "y")


def _mean(cost: Cost, x: Tensor, y: Tensor) -> Tensor:
    C = validate.real(cost(x, y), "cost(x, y)")
    if C.shape != x.shape[:1]:
        raise ValueError(f"cost(x, y) has shape {tuple(C.shape)}: it must be ({len(x)},)")
    return C.mean()


def _samples(
    source: Tensor, target: Tensor, T: nn.Module, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Check the two sets of samples, and move them to the device."""
    dtype = next((p.dtype for p in T.parameters()), torch.float32)
    for x, name in ((source, "source"), (target, "target")):
        if validate.tensor(x, name).ndim < 2 or x.numel() == 0 or not x.is_floating_point():
            raise ValueError(
                f"{name} is {x.dtype} of shape {tuple(x.shape)}: "
                "give floating-point samples (N, …), at least one"
            )
        if validate.finite(x, name).dtype != dtype:
            raise TypeError(f"{name} holds {x.dtype}, but T {dtype}: write {name}.to({dtype})")
    if source.shape[1:] != target.shape[1:]:
        raise ValueError(
            f"source holds samples of shape {tuple(source.shape[1:])} and target "
            f"{tuple(target.shape[1:])}: a cost between them needs one size"
        )
    return source.detach().to(device), target.detach().to(device)
