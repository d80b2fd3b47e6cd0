"""When to end a deep image prior (E6): rules that never see the truth.

A rule is called after each step with k, the restored image x and the residual A(x) − y, and says
whether to stop. `rule.x` and `rule.step` are its choice so far. At k = 1 it forgets what came
before, so that it can serve again.
"""

from __future__ import annotations

import math
from collections import deque

import torch
from torch import Tensor

from mvacourse import noise, validate
from mvacourse.noise import SPLIT, stream
from mvacourse.operators import Operator


class Discrepancy:
    """Stop when the residual is as small as the noise: rms|A(x) − y| ≤ τσ (E6).

    Morozov's principle: who fits the data better than the truth does, fits noise. It needs σ.
    *With σ twice too small it does not stop, with σ too large it stops at a blur.*

    Parameters
    ----------
    sigma : float
        Standard deviation of the noise, in the unit of y; for complex y, of its modulus.
    tau : float, default 0.98
        Fraction τ > 0 of it. Smaller stops later. A little below 1: the best image has fitted some
        noise already, and leaves a little less than the truth would.

    Notes
    -----
    Pieces of 96×96 pixels of ten photographs, σ = 25/255, a network of 4 scales of 32 channels,
    with and without noise on z: the stop was within 0.31 dB of the best step, on each.

    Raises
    ------
    TypeError, ValueError
        If one of them is not positive.
    """

    def __init__(self, sigma: float, *, tau: float = 0.98) -> None:
        self.sigma = validate.positive(sigma, "sigma")
        self.tau = validate.positive(tau, "tau")

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Choose x, and stop if its residual is small enough."""
        self.x, self.step = x, k
        return residual.abs().square().mean().sqrt().item() <= self.tau * self.sigma


def split_noise(
    y: Tensor, sigma: float, alpha: float = 0.3, seed: int | torch.Generator | None = 0
) -> tuple[Tensor, Tensor]:
    """Make two measurements of independent noise out of one: y + αn and y − n/α, n ~ N(0, σ²I).

    For data y = Au + w with Gaussian noise w of standard deviation σ. The covariance of the two
    noises is σ² − σ² = 0, and Gaussian variables without covariance are independent: fit the
    first, and let :class:`HeldOut` look at the second. The first is a little noisier than y, by
    √(1 + α²); the second much, by √(1 + 1/α²).

    Parameters
    ----------
    y : Tensor
        Real measurements.
    sigma : float
        σ > 0.
    alpha : float, default 0.3
        α > 0. Small spoils the fit less, and makes the judge less sure.
    seed : int, torch.Generator or None
        A number starts a stream of its own, unlike that of ``noise.gaussian(u, sigma, seed)``.

    Returns
    -------
    (Tensor, Tensor)

    Raises
    ------
    TypeError, ValueError
        If σ or α is not positive, or y no finite real tensor.

    References
    ----------
    Pang, Zheng, Quan and Ji, Recorrupted-to-recorrupted, CVPR 2021.
    """
    validate.finite(validate.tensor(y, "y"), "y")
    if not y.is_floating_point():
        raise TypeError(f"y holds {y.dtype}: the noise is split for real floating-point data")
    validate.positive(alpha, "alpha")
    n = noise.gaussian(torch.zeros_like(y), validate.positive(sigma, "sigma"), stream(seed, SPLIT))
    return y + alpha * n, y - n / alpha


class HeldOut:
    """Stop where measurements kept from the fit are met best: min ‖A'(x) − y'‖² (E6).

    While the fit finds the image, this error falls; when it finds the noise, it rises, for the
    noise of y' cannot be guessed from y. Up to a constant it is, on average, ‖A'(x) − A'(u)‖².
    For denoising, :func:`split_noise` gives ``y, y'``, with A' = Identity; better still is a second
    photograph of the scene. For inpainting, let A hide some known pixels, and A' = Mask of these.

    Parameters
    ----------
    A : Operator
        A', the forward model of the held-out measurements.
    y : Tensor
        y', these measurements, with noise of their own.
    patience : int, default 200
        Stop when no step was better for so long.

    Raises
    ------
    TypeError, ValueError
        If `patience` is not a whole number ≥ 1, or y no finite tensor.
    """

    def __init__(self, A: Operator, y: Tensor, *, patience: int = 200) -> None:
        self.A, self.y = A, validate.finite(validate.tensor(y, "y"), "y")
        self.patience = validate.count(patience, "patience")
        self._least = math.inf

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Measure x by the held-out data; stop if no x was better for long."""
        measured = self.A(x)
        validate.same_shape(measured, self.y, ("A(x)", "y"))
        error = (measured - self.y).abs().square().mean().item()
        if k == 1 or error < self._least:
            self._least, self.x, self.step = error, x, k
        return k - self.step >= self.patience


class WindowedVariance:
    """Stop where the restored image moves least: the minimum of a windowed variance (E6).

    Var_k = sum over the pixels of the variance of xₖ₋ₙ₊₁, …, xₖ, the last n images. First the
    network moves fast towards the image; then it rests; then it moves again, towards the noise.
    The rule needs neither σ nor other measurements. *Give it the outputs themselves*,
    ``average=0``: an average hardly moves once it is old, and shows no minimum. The rest must be
    longer than the window, or the minimum is lost between two noises.

    Parameters
    ----------
    window : int, default 100
        Images n ≥ 2 in the window. So many are kept in memory.
    patience : int, default 100
        Stop when Var had no new minimum for so many steps.

    Raises
    ------
    TypeError, ValueError
        If one of them is no whole number, or too small.

    References
    ----------
    Wang et al., Early stopping for deep image prior, TMLR 2023 (there with patience 1000).
    """

    def __init__(self, window: int = 100, *, patience: int = 100) -> None:
        self.window = validate.count(window, "window", at_least=2)
        self.patience = validate.count(patience, "patience")
        self._forget()

    def _forget(self) -> None:
        self._images: deque[Tensor] = deque()
        self._sum, self._squares, self._least = torch.tensor(0.0), 0.0, math.inf

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Let x into the window; stop if the variance was smaller long ago."""
        if k == 1:
            self._forget()
        self._images.append(x)
        self._add(x, 1)
        if len(self._images) > self.window:
            self._add(self._images.popleft(), -1)
        if len(self._images) < self.window:
            self.x, self.step = x, k
            return False
        mean = self._sum / self.window
        variance = self._squares / self.window - mean.square().sum().item()
        if variance < self._least:
            self._least, self.x, self.step = variance, x, k
        return k - self.step >= self.patience

    def _add(self, x: Tensor, sign: int) -> None:
        """Keep Σx and Σ‖x‖² of the window, in float64: their difference is small."""
        x = x.double()
        self._sum = self._sum + sign * x
        self._squares += sign * x.square().sum().item()
