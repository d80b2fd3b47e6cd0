"""Deep image prior (E6): an untrained network, fitted to one measurement, restores it."""

from __future__ import annotations

import copy
import math
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from mvacourse import validate
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.noise import CODE, JITTER, stream
from mvacourse.operators import Operator
from mvacourse.solvers import Callback


class StoppingRule(Protocol):
    """What ends the descent without seeing the truth: see `mvacourse.priors.early_stopping`."""

    x: Tensor
    step: int

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Look at step k, the averaged output `x` and A(x) − y; say whether to stop."""
        ...


class DeepImage(NamedTuple):
    """What :func:`deep_image_prior` found."""

    x: Tensor
    """The restored image: the average of the outputs, at `step`."""
    step: int
    """The step that gave `x`: the last one, or the one that the stopping rule chose."""
    losses: Tensor
    """`(n,)`: the data term at each step made, those of `state` included."""
    last: Tensor
    """The network's last output, not averaged."""
    state: dict[str, Any]
    """Weights, moments of Adam, random generator, average: hand it back to go on."""


def code(size: int | tuple[int, int] | Tensor, channels: int = 32, seed: int = 0) -> Tensor:
    """Draw the input z of a deep image prior: 0.1·U(0,1), once, and never changed (E6).

    Parameters
    ----------
    size : int, (H, W) or Tensor
        Height and width of the image wanted, or an image of that size.
    channels : int, default 32
        Channels of z; what the network takes.
    seed : int or torch.Generator, default 0
        A number starts a stream of its own, unlike that of ``noise.gaussian(u, sigma, seed)``.
        *A generator is taken as it is*: if the noise in the data came from one in the same state, z
        repeats it, and the network reads the noise off z at once.

    Returns
    -------
    Tensor, (1,channels,H,W), float32
        On the CPU.

    Raises
    ------
    TypeError, ValueError
        If a size is not positive.
    """
    shape = tuple(size.shape[-2:]) if isinstance(size, Tensor) else validate.image_size(size)
    validate.count(channels, "channels")
    return 0.1 * torch.rand(1, channels, *shape, generator=stream(seed, CODE))


def deep_image_prior(
    A: Operator,
    y: Tensor,
    net: nn.Module,
    z: Tensor,
    *,
    n_iter: int = 2000,
    lr: float = 0.01,
    jitter: float = 1 / 30,
    average: float = 0.99,
    stop: StoppingRule | None = None,
    seed: int | torch.Generator = 0,
    precision: str = "auto",
    callback: Callback | None = None,
    state: dict[str, Any] | None = None,
    progress: bool = False,
) -> DeepImage:
    """Restore by fitting an untrained network to the data: min_θ ‖A G_θ(z) − y‖², z fixed (E6).

    Adam on the mean square (over all measurements, no ½), with z moved by fresh noise at each
    step: θ ← θ − Adam(∇_θ mean|A G_θ(z + jitter·n) − y|²), n ~ N(0, I). Nothing is learnt from
    other images: the prior is the architecture, and the number of steps its strength. *Too many
    steps fit the noise*, so stop early; what is returned is an average of the outputs, which is
    steadier than any of them.

    Parameters
    ----------
    A : Operator
        Forward model, linear or not; open to autograd.
    y : Tensor
        Data `(1,…)`, shaped like A(G(z)).
    net : nn.Module
        G with its initial weights θ₀, for instance :class:`mvacourse.nets.SkipNet`. *A copy is
        trained*; `net` itself does not change.
    z : Tensor
        Input `(1,channels,H,W)`, from :func:`code`.
    n_iter : int, default 2000
        Number of steps, at most.
    lr : float, default 0.01
        Step of Adam.
    jitter : float, default 1/30
        Standard deviation of the noise on z. More of it slows the fit to noise.
    average : float, default 0.99
        Weight a of the past in the average Σ aᵏ⁻ⁱ xᵢ / Σ aᵏ⁻ⁱ of the outputs; 0 keeps the last
        output alone.
    stop : StoppingRule, optional
        Called after each step with k, the average x and A(x) − y.
    seed : int or torch.Generator
        For the noise on z. A number draws it where y is, and each kind of device draws other
        numbers: those of a CPU would keep a GPU waiting.
    precision : {"auto", "float32", "bfloat16"}
        How the network computes; weights, loss and average are float32 in any case. "auto" takes
        bfloat16 where the processor has it in hardware, and it then saves about half of the time.
    callback : callable, optional
        ``callback(k, x)`` after step k, with x the average.
    state : dict, optional
        `state` of an earlier result with the same arguments, on the same kind of device: n + m
        steps are then the same, bit for bit on the CPU, as n steps and m more.
    progress : bool, default False
        Show a bar.

    Returns
    -------
    DeepImage

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, A(G(z)) and y differ in shape, or `state` comes from another
        kind of device.
    FloatingPointError
        If the loss is no longer finite: take a smaller `lr`.

    References
    ----------
    Ulyanov, Vedaldi and Lempitsky, Deep image prior, CVPR 2018.
    """
    _check(y, net, z, n_iter, lr, jitter, average)
    context = autocast(precision, y.device, z.dtype)
    G, z = _place(net, z, y.device)
    optimiser = torch.optim.Adam(G.parameters(), lr, fused=y.device.type in ("cpu", "cuda"))
    generator = stream(seed, JITTER, y.device) or torch.default_generator
    mean, losses = _resume(state, G, optimiser, generator, y.device)
    start = len(losses)
    for k in tqdm(range(start + 1, start + n_iter + 1), disable=not progress):
        moved = z + jitter * _noise(z, generator) if jitter else z
        with context():
            x = G(moved).to(z.dtype)
        loss = _residual(A, x, y).abs().square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

        x = x.detach()
        weight = (1 - average) / (1 - average**k)  # the weights of the past then sum to 1
        mean = x if mean is None else torch.lerp(mean, x, weight)
        losses.append(_finite(loss, k))
        if callback is not None:
            callback(k, mean)
        if stop is not None and stop(k, mean, _residual(A, mean, y)):
            break
    after = {
        "net": G.state_dict(),
        "optimiser": optimiser.state_dict(),
        "generator": generator.get_state(),
        "mean": mean,
        "losses": torch.tensor(losses, dtype=torch.float64),
    }
    chosen, step = (mean, k) if stop is None else (stop.x, stop.step)
    return DeepImage(chosen, step, after["losses"], x, after)


def _check(
    y: Tensor, net: nn.Module, z: Tensor, n_iter: int, lr: float, jitter: float, average: float
) -> None:
    validate.finite(validate.tensor(y, "y"), "y")
    validate.finite(validate.batch(z, "z"), "z")
    if not isinstance(net, nn.Module):
        raise TypeError(f"net is a {type(net).__name__}, not a network: write SkipNet(), say")
    validate.count(n_iter, "n_iter")
    validate.positive(lr, "lr")
    validate.non_negative(jitter, "jitter")
    if not validate.non_negative(average, "average") < 1:
        raise ValueError(f"average = {average} must be below 1: it is the weight of the past")


def _place(net: nn.Module, z: Tensor, device: torch.device) -> tuple[nn.Module, Tensor]:
    """Copy the network, and order the numbers so that convolutions are fast."""
    layout = memory_format(device)
    z = z.to(device).contiguous(memory_format=layout)
    G = copy.deepcopy(net).to(device, memory_format=layout).train()
    return G.requires_grad_(), z


def _resume(
    state: dict[str, Any] | None,
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    generator: torch.Generator,
    device: torch.device,
) -> tuple[Tensor | None, list[float]]:
    """Take up an earlier run, or start anew: the average so far, and the losses."""
    if state is None:
        return None, []
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))  # it would write into the given
    try:
        generator.set_state(state["generator"].cpu())
    except RuntimeError as err:  # of another length
        raise ValueError(
            f"state holds random numbers of another kind of device than {generator.device}: go on "
            "where it was made, or start anew"
        ) from err
    return state["mean"].to(device), state["losses"].tolist()


def _noise(z: Tensor, generator: torch.Generator) -> Tensor:
    """Draw N(0, I) shaped and ordered like z, where the generator is."""
    B, C, H, W = z.shape
    like = {"dtype": z.dtype, "device": generator.device}
    n = torch.randn(B, H, W, C, generator=generator, **like).permute(0, 3, 1, 2)
    return torch.empty_like(z).copy_(n)


def _residual(A: Operator, x: Tensor, y: Tensor) -> Tensor:
    measured = A(x)
    validate.same_shape(measured, y, ("A(net(z))", "y"))
    return measured - y


def _finite(loss: Tensor, k: int) -> float:
    value = loss.item()
    if not math.isfinite(value):
        raise FloatingPointError(f"the loss is {value} at step {k}: lower lr, or look at A and y")
    return value
