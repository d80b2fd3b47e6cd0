"""Training pairs for restoration: crops of photographs, and degraded versions of them (F3, F4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from mvacourse import validate
from mvacourse.operators import bicubic
from mvacourse.train.seeds import Draw, fingerprint, told

_LOG_SPREAD = 1.2
"""Standard deviation of log σ around its median: two thirds of all σ are within a factor 3.3."""


class Pairs(Protocol):
    """What :func:`mvacourse.train.regression` needs from the data."""

    fingerprint: str
    """Identifies the data and the degradation. A checkpoint stores it."""

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """Draw a batch: the inputs of the network, and the output it should give."""


def check_pairs(pairs: Pairs) -> Pairs:
    """Check that `pairs` draws batches and has a fingerprint, and return it.

    Raises
    ------
    TypeError
        If it does not.
    """
    validate.function(pairs, "pairs", "draw", "batch")
    if not isinstance(getattr(pairs, "fingerprint", None), str):
        raise TypeError(f"pairs is a {type(pairs).__name__} without a fingerprint: see Denoising")
    return pairs


def check_draw(draw: Draw, batch: int) -> int:
    """Check what a source of pairs is called with, and return `batch`.

    Raises
    ------
    TypeError, ValueError
        If `draw` does not draw random numbers, or `batch` is not a whole number ≥ 1.
    """
    if not hasattr(draw, "uniform"):
        raise TypeError(f"draw is a {type(draw).__name__}: pass a train.Draw(seed, step)")
    return validate.count(batch, "batch")


class Crops:
    """Random windows of photographs, rotated and mirrored at random.

    The photographs are stored in 8 bits. Windows are drawn one by one, in about 50 µs each.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (C,H,W)
        Of any size, all with the same number of channels.
    size : int
        Height and width of a window.

    Raises
    ------
    TypeError, ValueError
        If there are no photographs, or one does not have 8 bits, has a different number of channels
        or is smaller than a window.
    """

    def __init__(self, photographs: Sequence[Tensor], size: int) -> None:
        size = validate.count(size, "size")
        self.photographs = _checked(photographs, size)
        self.size = size

    def __call__(self, draw: Draw, batch: int) -> Tensor:
        """Draw windows, (B,C,size,size) in [0, 1]."""
        return _in_unit_range([self.cut(*choice) for choice in self.choose(draw, batch)], draw)

    def choose(self, draw: Draw, batch: int) -> list[tuple[int, int, int, int]]:
        """Draw photograph, row, column and symmetry for each window of this process."""
        batch, chosen = check_draw(draw, batch), []
        for which, down, right, turn in draw.uniform(batch, 4).tolist():
            i = int(which * len(self.photographs))
            H, W = self.photographs[i].shape[-2:]
            row, col = int(down * (H - self.size + 1)), int(right * (W - self.size + 1))
            chosen.append((i, row, col, int(turn * 8)))
        return chosen

    def cut(self, i: int, row: int, col: int, symmetry: int) -> Tensor:
        """Cut out one window, and apply one of the eight symmetries of the square."""
        x = self.photographs[i][:, row : row + self.size, col : col + self.size]
        x = x.rot90(symmetry // 2, (-2, -1))
        return x.flip(-1) if symmetry % 2 else x


class SuperResolution:
    """Pairs of a small image and the photograph that it was made from (F4).

    y = A x rounded to 8 bits. A is MATLAB's antialiased bicubic downsampling. A is applied once to
    each whole photograph, then windows are cut out of both images at the same place. So windows
    have no border effects, and y is made in the same way as the benchmark files.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (C,H,W)
        Their last rows and columns are cut off so that `scale` divides H and W.
    scale : int, default 4
        How many times smaller y is.
    size : int, default 96
        Height and width of x; `scale` must divide it.

    Raises
    ------
    TypeError, ValueError
        As :class:`Crops`, or if `scale` does not divide `size`.
    """

    def __init__(self, photographs: Sequence[Tensor], scale: int = 4, size: int = 96) -> None:
        size, scale = validate.count(size, "size"), validate.count(scale, "scale")
        if size % scale:
            raise ValueError(f"scale = {scale} does not divide size = {size}")
        whole = [_divisible(x, scale) for x in _checked(photographs, size)]
        self.scale = scale
        self.small = Crops([_smaller(x, scale) for x in whole], size // scale)
        self.large = Crops(whole, size)
        self.fingerprint = f"super-resolution ×{scale}, {size}, {fingerprint(*whole)}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor], Tensor]:
        """Draw y (B,C,size/scale,size/scale) and x (B,C,size,size), both in [0, 1]."""
        chosen = self.small.choose(draw, batch)
        y = [self.small.cut(*choice) for choice in chosen]
        s = self.scale
        x = [self.large.cut(i, s * row, s * col, turn) for i, row, col, turn in chosen]
        return (_in_unit_range(y, draw),), _in_unit_range(x, draw)


class Denoising:
    """Pairs of a noisy window with its noise level, and the clean window (F3).

    v = u + σw with w ~ N(0, I), not clipped. σ is drawn for each window, so one network learns all
    noise levels: σ ~ U(σ₁, σ₂), or, with a median m, log σ ~ N(log m, 1.2²), clamped to σ₁ ≤ σ ≤
    σ₂, so that small σ come as often as large ones. The network is called as ``net(v, sigma)``.

    Parameters
    ----------
    photographs : sequence of Tensor, uint8, (C,H,W)
    size : int, default 64
        Height and width of a window.
    sigma : (float, float), default (5/255, 50/255)
        σ₁ ≤ σ₂, on the scale [0, 1].
    median : float, optional
        m, between σ₁ and σ₂.

    Raises
    ------
    TypeError, ValueError
        As :class:`Crops`, or if 0 ≤ σ₁ ≤ m ≤ σ₂ ≤ 1 does not hold.
    """

    def __init__(
        self,
        photographs: Sequence[Tensor],
        size: int = 64,
        sigma: tuple[float, float] = (5 / 255, 50 / 255),
        median: float | None = None,
    ) -> None:
        if not isinstance(sigma, (tuple, list)) or len(sigma) != 2:
            raise TypeError(f"sigma = {sigma!r} must be two numbers (σ₁, σ₂), such as (0, 0.2)")
        low, high = (validate.non_negative(s, "sigma") for s in sigma)
        if not low <= high <= 1:
            raise ValueError(f"sigma = {sigma} must be (σ₁, σ₂) with σ₁ ≤ σ₂ ≤ 1, like 25 / 255")
        if median is not None and not low <= validate.positive(median, "median") <= high:
            raise ValueError(f"median = {median} must be between sigma = {sigma}")
        self.sigma, self.median = (low, high), median
        self.crops = Crops(photographs, size)
        data = fingerprint(*self.crops.photographs)
        middle = "" if median is None else f" around {median}"
        self.fingerprint = f"denoising {low}–{high}{middle}, {size}, {data}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Draw v (B,C,size,size) with its σ (B,), and u."""
        u = self.crops(draw, batch)
        low, high = self.sigma
        if self.median is None:
            sigma = low + (high - low) * draw.uniform(batch)
        else:
            sigma = (self.median * (_LOG_SPREAD * draw.normal(batch)).exp()).clamp(low, high)
        w = draw.normal(batch, *u.shape[1:])
        return (u + sigma[:, None, None, None] * w, sigma), u


class Taught:
    """Pairs whose x is the output of a teacher network, instead of the ground truth (F4).

    x = M(y), where M is the teacher: the network learns to imitate it. M(y) has none of the detail
    that cannot be guessed from y. So the steps are less noisy than with the ground truth, and a few
    of them are enough. But the network is not expected to become better than its teacher.

    Parameters
    ----------
    pairs : Pairs
        Source of y; its own x is not used.
    teacher : nn.Module
        M, for example a :class:`mvacourse.nets.SelfEnsemble` of the network to train. It is put
        into evaluation mode.
    """

    def __init__(self, pairs: Pairs, teacher: nn.Module) -> None:
        self.pairs, self.teacher = check_pairs(pairs), validate.module(teacher, "teacher").eval()
        self.fingerprint = f"{pairs.fingerprint}, taught by {told(teacher)}"

    def __call__(self, draw: Draw, batch: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """Draw y and M(y)."""
        inputs, _ = self.pairs(draw, check_draw(draw, batch))
        with torch.no_grad():
            return inputs, self.teacher.to(draw.device)(*inputs)


def _checked(photographs: Sequence[Tensor], size: int) -> list[Tensor]:
    if not isinstance(photographs, Sequence) or isinstance(photographs, (str, bytes)):
        raise TypeError(
            f"photographs is a {type(photographs).__name__}: give a list of uint8 tensors (C, H, W)"
        )
    if len(photographs) == 0:
        raise ValueError("photographs is empty: give a list of uint8 tensors (C, H, W)")
    first = validate.tensor(photographs[0], "photographs[0]")
    channels = len(first) if first.ndim else 0
    for i, x in enumerate(photographs):
        if validate.tensor(x, f"photographs[{i}]").dtype != torch.uint8:
            raise TypeError(
                f"photographs[{i}] holds {x.dtype}: photographs must have 8 bits; write "
                "(255 * x).round().byte()"
            )
        if x.ndim != 3 or len(x) != channels:
            raise ValueError(
                f"photographs[{i}] has shape {tuple(x.shape)}: all must be ({channels}, H, W)"
            )
        if min(x.shape[-2:]) < size:
            raise ValueError(
                f"photographs[{i}] is {x.shape[-2]}×{x.shape[-1]}, smaller than size = {size}"
            )
    return list(photographs)


def _divisible(x: Tensor, scale: int) -> Tensor:
    H, W = (n // scale * scale for n in x.shape[-2:])
    return x[:, :H, :W].contiguous()


def _smaller(x: Tensor, scale: int) -> Tensor:
    y = bicubic(x[None].float() / 255, 1 / scale, round_to_8bit=True)
    return (255 * y[0]).round().byte()


def _in_unit_range(windows: list[Tensor], draw: Draw) -> Tensor:
    return torch.stack(windows).to(draw.device).float() / 255
