"""Distance of local spectra: are the textures alike, wherever each blade of grass lies?"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mvacourse import validate
from mvacourse.dtypes import at_least_float32
from mvacourse.metrics.psnr import pair

_WINDOW = 16
"""Side of the windows of a local spectrum."""


def spectral_distance(x: Tensor, ref: Tensor, *, floor: float = 1 / 255) -> Tensor:
    """Compare the strength of each frequency, place by place, but not its phase (F4).

    mean over places and frequencies of (log P(x) − log P(ref))², P = ε² + the power spectrum of the
    grey in windows of 16×16 pixels (Hann, every 8 pixels), averaged over 3×3 neighbouring windows.
    Differences below the power ε² of white noise with standard deviation ε count little.

    A texture that is unlike that of ref, but as strong at each frequency, costs little: about ¼,
    for two samples of white noise. A pattern that repeats itself has peaks in its spectrum, and
    costs much; so does a lack of detail.

    Parameters
    ----------
    x, ref : Tensor (B,C,H,W)
        Images in [0, 1], of at least 32×32 pixels; the grey is the mean of their channels.
    floor : float, default 1/255
        ε, from 1e-6 to 1.

    Returns
    -------
    Tensor
        `(B,)`.

    Raises
    ------
    TypeError, ValueError
        If they are not real images of one size, or smaller than 32×32, or `floor` is out of range.

    References
    ----------
    Durall, Keuper and Keuper, Watch your up-convolution: CNN based generative deep neural networks
    are failing to reproduce spectral distributions, CVPR 2020, for a loss on spectra.
    """
    pair(x, ref, 1.0)
    if not 1e-6 <= (floor := validate.positive(floor, "floor")) <= 1:
        raise ValueError(f"floor = {floor:.4g} must be from 1e-6 to 1, in the unit of x")
    if min(x.shape[-2:]) < 2 * _WINDOW:
        raise ValueError(f"x is {x.shape[-2]}×{x.shape[-1]}: it needs 32×32 pixels or more")
    logs = [(floor**2 + _local_power(at_least_float32(u))).log() for u in (x, ref)]
    return (logs[0] - logs[1]).square().mean((1, 2, 3))


def _local_power(x: Tensor) -> Tensor:
    """Power at each place and frequency, such that white noise of variance 1 has 1."""
    hann = torch.hann_window(_WINDOW, device=x.device, dtype=x.dtype)
    window = hann[:, None] * hann
    grey = x.mean(1)
    pieces = grey.unfold(1, _WINDOW, _WINDOW // 2).unfold(2, _WINDOW, _WINDOW // 2)
    pieces = (pieces - pieces.mean((-2, -1), keepdim=True)) * window
    power = torch.fft.rfft2(pieces).abs().square() / window.square().sum()
    return F.avg_pool2d(power.flatten(3).movedim(-1, 1), 3, 1)
