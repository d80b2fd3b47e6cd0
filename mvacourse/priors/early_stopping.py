"""When to stop a deep image prior (E6): rules that do not use the ground truth.

A rule is called after each step with k, the restored image x and the residual A(x) − y. It returns
whether to stop. `rule.x` and `rule.step` are its choice so far. At k = 1 it resets, so you can use
the same rule again.
"""

from __future__ import annotations

import math
from collections import deque

import torch
from torch import Tensor

from mvacourse import dtypes, noise, validate
from mvacourse.noise import SPLIT, stream
from mvacourse.operators import Operator
from mvacourse.operators.inverse_problem import check_problem


def _mean_square(r: Tensor) -> float:
    return dtypes.at_least_float32(r.abs()).square().mean().item()


class Discrepancy:
    """Stop when the residual is as small as the noise: rms|A(x) − y| ≤ τσ (E6).

    Morozov's principle: an image that fits the data better than the ground truth does fits noise.
    The rule needs σ. *If σ is half the true value, it does not stop; if σ is too large, it stops at
    a blurred image.*

    Parameters
    ----------
    sigma : float
        Standard deviation of the noise, in the unit of y; for complex y, of its modulus.
    tau : float, default 0.98
        Factor τ > 0 of σ. A smaller τ stops later. The default is a little below 1: the best image
        has already fitted some noise, so its residual is a little smaller than that of the ground
        truth.

    Notes
    -----
    Measured on 96×96 crops of ten photographs, with σ = 25/255 and a network of 4 scales of 32
    channels, with and without noise on z: each stop was within 0.31 dB of the best step.

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
        return _mean_square(residual) ** 0.5 <= self.tau * self.sigma


def split_noise(
    y: Tensor, sigma: float, alpha: float = 0.3, seed: int | torch.Generator | None = 0
) -> tuple[Tensor, Tensor]:
    """Split y into two data with independent noise: y + αn and y − n/α, n ~ N(0, σ²I).

    For data y = Au + w with Gaussian noise w of standard deviation σ. The covariance of the two
    noises is σ² − σ² = 0, and uncorrelated (jointly) Gaussian variables are independent. Fit the
    first, and pass the second to :class:`HeldOut`. The noise of the first is a little stronger than
    that of y, by a factor √(1 + α²); that of the second is much stronger, by √(1 + 1/α²).

    Parameters
    ----------
    y : Tensor
        Real measurements.
    sigma : float
        σ > 0.
    alpha : float, default 0.3
        α > 0. A small α adds less noise to the fit, but makes the held-out error less reliable.
    seed : int, torch.Generator or None
        A number starts a separate stream, not that of ``noise.gaussian(u, sigma, seed)``.

    Returns
    -------
    (Tensor, Tensor)

    Raises
    ------
    TypeError, ValueError
        If σ or α is not positive, or y is not a finite real tensor.

    References
    ----------
    Pang, Zheng, Quan and Ji, Recorrupted-to-recorrupted, CVPR 2021.
    """
    validate.finite(validate.real(y, "y"), "y")
    alpha = validate.positive(alpha, "alpha")
    n = noise.gaussian(torch.zeros_like(y), validate.positive(sigma, "sigma"), stream(seed, SPLIT))
    return y + alpha * n, y - n / alpha


class HeldOut:
    """Stop where x predicts held-out measurements best: min ‖A'(x) − y'‖² (E6).

    While the network fits the image, this error falls. When it fits the noise, the error rises,
    because y tells nothing about the noise of y'. Up to a constant, the mean of the error is
    ‖A'(x) − A'(u)‖². For denoising, :func:`split_noise` gives ``y, y'``, with A' = Identity; a
    second photograph of the scene is better. For inpainting, let A hide some known pixels, and let
    A' be the Mask of these pixels.

    Parameters
    ----------
    A : Operator
        A', the forward model of the held-out measurements.
    y : Tensor
        y', the held-out measurements, with independent noise.
    patience : int, default 200
        Stop after this many steps without improvement.

    Raises
    ------
    TypeError, ValueError
        If `patience` is not a whole number ≥ 1, or y is not a finite tensor.
    """

    def __init__(self, A: Operator, y: Tensor, *, patience: int = 200) -> None:
        check_problem(A, y, "y", Operator)
        self.A, self.y = A, y
        self.patience = validate.count(patience, "patience")
        self._least = math.inf

    def __call__(self, k: int, x: Tensor, residual: Tensor) -> bool:
        """Measure x on the held-out data; stop after `patience` steps without improvement."""
        measured = self.A(x)
        validate.same_shape(measured, self.y, ("A(x)", "y"))
        error = _mean_square(measured - self.y)
        if k == 1 or error < self._least:
            self._least, self.x, self.step = error, x, k
        return k - self.step >= self.patience


class WindowedVariance:
    """Stop where the restored image changes least: the minimum of a windowed variance (E6).

    Var_k = sum over the pixels of the variance of xₖ₋ₙ₊₁, …, xₖ, the last n images. First the
    output moves fast towards the image, then it hardly changes, then it moves again, towards the
    noise. The rule needs neither σ nor other measurements. *Use it on the outputs themselves*, with
    ``average=0``: a long average hardly changes, so it shows no minimum. The phase with little
    change must be longer than the window; otherwise the minimum is hidden.

    Parameters
    ----------
    window : int, default 100
        Number n ≥ 2 of images in the window. All of them are kept in memory.
    patience : int, default 100
        Stop after this many steps without a new minimum of Var.

    Raises
    ------
    TypeError, ValueError
        If one of them is not a whole number, or is too small.

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
        """Add x to the window; stop after `patience` steps without a smaller variance."""
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
        """Update Σx and Σ‖x‖² of the window, in float64: the variance is a small difference."""
        x = dtypes.float64(x)
        self._sum = self._sum + sign * x
        self._squares += sign * x.square().sum().item()
