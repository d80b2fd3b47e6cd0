"""Training of a Gaussian mixture on patches, by stochastic expectation–maximisation (E1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from mvacourse import dtypes, validate
from mvacourse.nets.patch_mixture import PatchMixture
from mvacourse.train import distributed
from mvacourse.train.crop_pairs import Crops
from mvacourse.train.loop import History, Run
from mvacourse.train.seeds import Draw, fingerprint

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mvacourse.train.loop import Loop

_STRIDE = 3
"""Patches are taken at each third row and column of a window."""
_FORGET = 0.6
"""Exponent of the step size (t + 2)^−0.6: sums must converge, but forget the first steps."""


class _Moments(nn.Module):
    """Running means of what the M-step needs: rₖ, and rₖ c cᵀ."""

    def __init__(self, K: int, D: int) -> None:
        super().__init__()
        self.register_buffer("mass", torch.full((K,), 1 / K))
        self.register_buffer("second", torch.zeros(K, D, D))


@torch.no_grad()
def patch_mixture(
    photographs: Sequence[Tensor],
    *,
    side: int = 6,
    n_components: int = 100,
    size: int = 40,
    n_steps: int,
    batch: int = 64,
    seed: int = 0,
    device: str | torch.device = "cpu",
    **loop: Unpack[Loop],
) -> tuple[PatchMixture, History]:
    """Fit a mixture of Gaussians to the patches of photographs (E1).

    Each step draws patches c and computes rₖ(c) = p(k | c) under the mixture so far (E-step). Means
    of rₖ and rₖccᵀ run along with a step size (t + 2)^−0.6, and give the next mixture (M-step):

    πₖ = mean of rₖ,   Σₖ = mean of rₖccᵀ / mean of rₖ.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (C,H,W)
        All with the same number of channels.
    side, n_components : int
        As for :class:`mvacourse.nets.PatchMixture`.
    size : int, default 40
        Height and width of the windows that patches are taken from, at every third row and column:
        a window of 40×40 pixels has 144 patches of 6×6.
    n_steps, batch : int
        Number of steps, and of windows in each.
    seed, device, **loop
        As for every training, :mod:`mvacourse.train`.

    Returns
    -------
    net : PatchMixture
        In evaluation mode.
    history : History
        ``loss``: minus the log-likelihood of a patch, in nats, before the step.

    Raises
    ------
    TypeError, ValueError
        If `photographs` are no list of 8-bit images of one number of channels, a window does not
        fit into one, a patch not into a window, or a number is out of range.

    References
    ----------
    Cappé and Moulines, On-line expectation–maximization algorithm for latent data models, JRSS B,
    2009. Zoran and Weiss, ICCV 2011.
    """
    crops = Crops(photographs, size)
    if validate.count(side, "side", at_least=2) > crops.size:
        raise ValueError(f"side = {side} exceeds size = {size}: a window must hold a patch")
    device = distributed.join(device)
    net = PatchMixture(len(crops.photographs[0]), side, n_components).to(device)
    moments = _Moments(*net.axes.shape[:2]).to(device)
    arguments: dict[str, Any] = {**net.arguments, "batch": batch, "size": crops.size}
    arguments["photographs"] = fingerprint(*crops.photographs)

    keep = {"net": net, "moments": moments}
    with Run("patch_mixture", n_steps, keep, arguments, seed=seed, device=device, **loop) as run:
        for draw in run:
            c = net.coefficients(net.cut(crops(draw, batch), _STRIDE))
            if draw.step == 1:
                _start(net, moments, c, draw)
            joint = net.joint(c)
            r = joint.softmax(1)
            rate = (draw.step + 2) ** -_FORGET
            moments.mass.lerp_(r.mean(0), rate)
            second = torch.stack([(c * r_k[:, None]).T @ c for r_k in r.T]) / len(c)
            moments.second.lerp_(second, rate)
            _maximise(net, moments)
            run.log(loss=-joint.logsumexp(1).mean())
    return net.eval(), run.history


def _start(net: PatchMixture, moments: _Moments, c: Tensor, draw: Draw) -> None:
    """Start each component from a few patches, and from a tenth of the covariance of all."""
    K, D = net.axes.shape[:2]
    few = c[draw.rows(len(c), K * _FEW)].view(K, _FEW, D)
    own = few.mT @ few / _FEW
    whole = c.T @ c / len(c)
    moments.second.copy_((0.9 * own + 0.1 * whole) / K)
    _maximise(net, moments)


_FEW = 8
"""Patches that a component starts from."""


def _maximise(net: PatchMixture, moments: _Moments) -> None:
    """Set πₖ and Bₖ: the eigenvectors of Σₖ, times the square roots of its eigenvalues."""
    mass = moments.mass.clamp_min(_LEAST)
    values, vectors = torch.linalg.eigh(dtypes.float64(moments.second / mass[:, None, None]))
    axes = vectors * values.clamp_min(0).sqrt()[:, None]
    net.axes.copy_(dtypes.like(axes, net.axes))
    net.log_weights.copy_((mass / mass.sum()).log())


_LEAST = 1e-8
