"""Deep image prior (E6): restore an image by fitting an untrained network to its data."""

from __future__ import annotations

import copy
import math
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from mvacourse import dtypes, validate
from mvacourse.nets.precision import autocast, memory_format
from mvacourse.noise import CODE, JITTER, stream
from mvacourse.operators import Operator
from mvacourse.operators.inverse_problem import check_problem
from mvacourse.solvers import Callback
from mvacourse.solvers.descent import check_callback


class StoppingRule(Protocol):
    """A rule that stops the fit without the ground truth: see `mvacourse.priors.early_stopping`."""

    x: Tensor
    step: int

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Return whether to stop, given step k, the averaged output `x` and A(x) − y."""
        ...


class DeepImage(NamedTuple):
    """Result of :func:`deep_image_prior`."""

    x: Tensor
    """The restored image: the average of the outputs, at `step`."""
    step: int
    """The step that gave `x`: the last one, or the one that the stopping rule chose."""
    losses: Tensor
    """`(n,)`: the data term at each step, including the steps of `state`."""
    last: Tensor
    """The network's last output, not averaged."""
    state: dict[str, Any]
    """Weights, moments of Adam, random generator, average: pass it back to continue."""


def code(
    size: int | tuple[int, int] | Tensor,
    channels: int = 32,
    seed: int | torch.Generator | None = 0,
) -> Tensor:
    """Draw the input z of a deep image prior: 0.1·U(0,1), drawn once and then fixed (E6).

    Parameters
    ----------
    size : int, (H, W) or Tensor
        Height and width of the image to restore, or an image of that size.
    channels : int, default 32
        Channels of z, as many as the network expects.
    seed : int, torch.Generator or None, default 0
        A number starts a separate stream, not that of ``noise.gaussian(u, sigma, seed)``. None uses
        torch's global generator.
        *A generator is used as it is*: if the noise in the data came from one in the same state, z
        repeats it, and the network reads the noise from z at once.

    Returns
    -------
    Tensor, (1,channels,H,W), float32
        On the CPU.

    Raises
    ------
    TypeError, ValueError
        If a size is not positive.
    """
    shape = tuple(size.shape[-2:]) if isinstance(size, Tensor) else size
    shape, channels = validate.image_size(shape), validate.count(channels, "channels")
    return 0.1 * dtypes.uniform((1, channels, *shape), stream(seed, CODE))


@torch.inference_mode(False)  # it needs gradients, also in a context without them
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
    seed: int | torch.Generator | None = 0,
    precision: str = "auto",
    callback: Callback | None = None,
    state: dict[str, Any] | None = None,
    progress: bool = False,
) -> DeepImage:
    """Restore by fitting an untrained network to the data: min_θ ‖A G_θ(z) − y‖², z fixed (E6).

    Adam minimises the mean square (over all measurements, no ½), and each step adds new noise to z:
    θ ← θ − Adam(∇_θ mean|A G_θ(z + jitter·n) − y|²), n ~ N(0, I). Nothing is learned from other
    images. The prior is the architecture, and the number of steps sets its strength. *With too many
    steps the network fits the noise*, so stop early. The result is an average of the outputs, which
    varies less than a single output.

    Parameters
    ----------
    A : Operator
        Forward model, linear or not; differentiable by autograd.
    y : Tensor
        Data `(1,…)`, shaped like A(G(z)).
    net : nn.Module
        G with its initial weights θ₀, for instance :class:`mvacourse.nets.SkipNet`. *A copy is
        trained*; `net` itself does not change.
    z : Tensor
        Input `(1,channels,H,W)`, from :func:`code`.
    n_iter : int, default 2000
        Maximum number of steps.
    lr : float, default 0.01
        Step size of Adam.
    jitter : float, default 1/30
        Standard deviation of the noise on z. More noise slows the fit to the noise in y.
    average : float, default 0.99
        Weight a of the past in the average Σ aᵏ⁻ⁱ xᵢ / Σ aᵏ⁻ⁱ of the outputs; 0 keeps only the last
        output.
    stop : StoppingRule, optional
        Called after each step with k, the average x and A(x) − y.
    seed : int, torch.Generator or None
        Random seed of the noise on z. With a number, the noise is drawn on the device of y, because
        a GPU would wait for numbers from the CPU. Each kind of device draws different numbers.
    precision : {"auto", "float32", "bfloat16"}
        Precision of the network; weights, loss and average are always float32. "auto" chooses
        bfloat16 if the processor supports it in hardware, which saves about half of the time.
    callback : callable, optional
        ``callback(k, x)`` after step k, with x the average.
    state : dict, optional
        `state` of an earlier result with the same arguments, on the same kind of device. Then n
        steps and m more give the same, bit for bit on the CPU, as n + m steps.
    progress : bool, default False
        Show a progress bar.

    Returns
    -------
    DeepImage

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, A(G(z)) and y differ in shape, or `state` comes from another
        kind of device.
    FloatingPointError
        If the loss becomes infinite or NaN: use a smaller `lr`.

    References
    ----------
    Ulyanov, Vedaldi and Lempitsky, Deep image prior, CVPR 2018.
    """
    _check(A, y, net, z, callback, state)
    if stop is not None:
        validate.function(stop, "stop", "k", "x", "residual")
    lr, jitter = validate.positive(lr, "lr"), validate.non_negative(jitter, "jitter")
    n_iter, average = validate.count(n_iter, "n_iter"), validate.fraction(average, "average")
    context = autocast(precision, y.device, z.dtype)
    G, z = _place(net, z, y.device)
    optimiser = torch.optim.Adam(G.parameters(), lr, fused=y.device.type in ("cpu", "cuda"))
    generator = stream(seed, JITTER, y.device) or torch.default_generator
    mean, losses = _resume(state, G, optimiser, generator, y.device)
    start = len(losses)
    for k in tqdm(range(start + 1, start + n_iter + 1), disable=not progress):
        moved = z + jitter * _noise(z, generator) if jitter else z
        with context():
            x = _output(G, moved).to(z.dtype)
        loss = dtypes.at_least_float32(_residual(A, x, y).abs()).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

        x = x.detach()
        weight = (1 - average) / (1 - average**k)  # so that all the weights sum to 1
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
    chosen, step = (mean, k) if stop is None else _choice(stop)
    return DeepImage(chosen, step, after["losses"], x, after)


def _check(
    A: Operator,
    y: Tensor,
    net: nn.Module,
    z: Tensor,
    callback: Callback | None,
    state: dict[str, Any] | None,
) -> None:
    check_problem(A, y, "y", Operator)
    validate.finite(validate.batch(z, "z"), "z")
    if z.is_complex():
        raise TypeError("z is complex: it must be real, as code(size) makes it")
    if not any(True for _ in validate.module(net, "net").parameters()):
        raise ValueError(f"net = {net} has no weights to fit: pass for instance SkipNet()")
    check_callback(callback)
    if state is not None and (not isinstance(state, dict) or "optimiser" not in state):
        raise TypeError("state is not the state of an earlier result: pass result.state")


def _output(G: nn.Module, z: Tensor) -> Tensor:
    try:
        return G(z).to(z.dtype)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"net(z) fails for z {z.dtype} of shape {tuple(z.shape)}: {error}"
        ) from error


def _choice(stop: StoppingRule) -> tuple[Tensor, int]:
    try:
        return stop.x, stop.step
    except AttributeError:
        raise TypeError("stop has no x and step: pass a rule such as HeldOut(A, y)") from None


def _place(net: nn.Module, z: Tensor, device: torch.device) -> tuple[nn.Module, Tensor]:
    """Copy the network and z to the device, in the memory format of fast convolutions."""
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
    """Resume an earlier run, or start a new one; return its average so far, and its losses."""
    if state is None:
        return None, []
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(copy.deepcopy(state["optimiser"]))  # it would write into `state`
    try:
        generator.set_state(state["generator"].cpu())
    except RuntimeError as err:  # of another length
        raise ValueError(
            f"state comes from another kind of device than {generator.device}: resume on the kind "
            "of device that made it, or start without state"
        ) from err
    return state["mean"].to(device), state["losses"].tolist()


def _noise(z: Tensor, generator: torch.Generator) -> Tensor:
    """Draw N(0, I) on the generator's device, with the shape and memory format of z."""
    B, C, H, W = z.shape
    n = dtypes.normal((B, H, W, C), generator, z.dtype, generator.device).permute(0, 3, 1, 2)
    return torch.empty_like(z).copy_(n)


def _residual(A: Operator, x: Tensor, y: Tensor) -> Tensor:
    measured = A(x)
    validate.same_shape(measured, y, ("A(net(z))", "y"))
    return measured - y


def _finite(loss: Tensor, k: int) -> float:
    value = loss.item()
    if not math.isfinite(value):
        raise FloatingPointError(f"the loss is {value} at step {k}: lower lr, or check A and y")
    return value
