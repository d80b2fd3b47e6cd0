"""Exercises of notebook 07: join two scales, average outputs, stop in time, split the noise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn


def _scales(g: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    return [
        (randn(g, 1, 4, 6, 10), randn(g, 1, 5, 3, 5)),
        (randn(g, 2, 3, 14, 8), randn(g, 2, 3, 7, 4)),
    ]


def _outputs(g: torch.Generator) -> list[tuple[Tensor, float]]:
    return [(randn(g, 5, 3, 7, 4), 0.9), (randn(g, 9, 1, 3, 5), 0.5), (randn(g, 1, 3, 4, 5), 0.99)]


def _residuals(g: torch.Generator) -> list[tuple[Tensor, float]]:
    """Make residuals that shrink slowly: another measure of size stops at another step.

    In the first case they go up and down again; in the last one they stay above σ.
    """
    cases = []
    for shape, sigma, stop in (((3, 5, 4), 0.1, 41), ((1, 7, 3), 0.2, 30), ((1, 4, 5), 0.1, 70)):
        r = rand(g, 60, *shape) - 0.05
        r = r / r.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        scale = torch.linspace(2.0, 0.5, 70, dtype=torch.float64)
        scale = 0.99 * scale[:60] / scale[stop - 1]
        scale[56] *= 0.9  # the smallest one is not the last
        if stop == 41:
            scale[47:51] = torch.tensor([1.1, 1.001, 1.05, 0.999])
        cases.append((sigma * scale[:, None, None, None] * r, sigma))
    return cases


def _noises(g: torch.Generator) -> list[tuple[Tensor, Tensor, float]]:
    return [
        (rand(g, 1, 1, 7, 10), rand(g, 1, 1, 7, 10) - 0.5, 0.3),
        (rand(g, 2, 3, 5, 4), rand(g, 2, 3, 5, 4) - 0.5, 2.0),
    ]


def _join(x: Tensor, deep: Tensor, mode: str = "bilinear") -> Tensor:
    options = {} if mode == "nearest" else {"align_corners": False}
    return torch.cat((x, interpolate(deep, scale_factor=2, mode=mode, **options)), dim=1)


def _average(outputs: Tensor, a: float) -> Tensor:
    powers = a ** torch.arange(len(outputs) - 1, -1, -1, dtype=outputs.dtype)
    return torch.tensordot(powers / powers.sum(), outputs, dims=1)


def _recursive(start: str, swapped: bool = False):
    """Repeat m ← a·m + (1 − a)·x, starting from zero or from the first output."""

    def average(outputs: Tensor, a: float) -> Tensor:
        a = 1 - a if swapped else a
        mean = torch.zeros_like(outputs[0]) if start == "zero" else outputs[0]
        for x in outputs[1:] if start == "first" else outputs:
            mean = a * mean + (1 - a) * x
        return mean

    return average


def _first(size) -> float:
    def step(residuals: Tensor, sigma: float) -> float:
        below = torch.stack([size(r) for r in residuals]) <= sigma
        return float(below.nonzero()[0] + 1) if below.any() else float(len(residuals))

    return step


def _rms(r: Tensor) -> Tensor:
    return r.square().mean().sqrt()


def _sizes(residuals: Tensor) -> Tensor:
    return torch.stack([_rms(r) for r in residuals])


def _after_the_last_above(residuals: Tensor, sigma: float) -> float:
    above = (_sizes(residuals) > sigma).nonzero().flatten()
    return min(float(above[-1] + 2), float(len(residuals)))


EXERCISES = (
    Exercise(
        name="join_scales",
        reference=_join,
        inputs=_scales,
        differentiate=(0, 1),
        mistakes={
            "you put the deep scale first: the order is [x, deep]": lambda x, deep: torch.cat(
                (_join(x, deep)[:, x.shape[1] :], x), dim=1
            ),
            "you doubled by repeating pixels: use bilinear interpolation": lambda x, deep: _join(
                x, deep, "nearest"
            ),
            "you interpolated with align_corners=True: the grid is then stretched": (
                lambda x, deep: torch.cat(
                    (x, interpolate(deep, size=x.shape[-2:], mode="bilinear", align_corners=True)),
                    dim=1,
                )
            ),
        },
        hint="torch.cat((x, …), dim=1), with F.interpolate(deep, scale_factor=2, "
        'mode="bilinear", align_corners=False)',
    ),
    Exercise(
        name="running_average",
        reference=_average,
        inputs=_outputs,
        mistakes={
            "you started from zero and did not divide by the sum of the weights: too dark": (
                _recursive("zero")
            ),
            "you started from the first output, which then keeps too large a weight": (
                _recursive("first")
            ),
            "you exchanged a and 1 − a": _recursive("first", swapped=True),
            "you gave all outputs the same weight": lambda outputs, a: outputs.mean(dim=0),
            "you gave the largest weight to the oldest output": lambda outputs, a: _average(
                outputs.flip(0), a
            ),
        },
        hint="output i of n has weight aⁿ⁻ⁱ; divide by the sum of the weights",
    ),
    Exercise(
        name="discrepancy_step",
        reference=_first(_rms),
        inputs=_residuals,
        mistakes={
            "you compared the mean square with σ: take its root, or compare with σ²": _first(
                lambda r: r.square().mean()
            ),
            "you compared the norm with σ: divide by the root of the number of values": _first(
                lambda r: r.square().sum().sqrt()
            ),
            "you compared the mean absolute value with σ": _first(lambda r: r.abs().mean()),
            "you took the standard deviation, which ignores the mean of the residual": _first(
                lambda r: r.std()
            ),
            "you counted from zero: the first step is number 1": lambda r, sigma: (
                _first(_rms)(r, sigma) - 1
            ),
            "you took the step whose residual is nearest to σ: take the first one at most σ": (
                lambda r, sigma: float((_sizes(r) - sigma).abs().argmin() + 1)
            ),
            "you took the smallest residual: take the first one at most σ": lambda r, sigma: float(
                _sizes(r).argmin() + 1
            ),
            "you waited until no later residual is above σ: stop at the first one at most σ": (
                _after_the_last_above
            ),
            "you counted the residuals above σ: it may go up and down": lambda r, sigma: float(
                min((_sizes(r) > sigma).sum() + 1, len(r))
            ),
        },
        hint="the first step k = 1, 2, … whose residual has a root mean square of at most σ",
    ),
    Exercise(
        name="split_in_two",
        reference=lambda y, n, alpha: torch.stack((y + alpha * n, y - n / alpha)),
        inputs=_noises,
        mistakes={
            "both have +n: their noises then have covariance 2σ²": lambda y, n, alpha: torch.stack(
                (y + alpha * n, y + n / alpha)
            ),
            "you took −αn in the second: its covariance with the first is then σ²(1 − α²)": (
                lambda y, n, alpha: torch.stack((y + alpha * n, y - alpha * n))
            ),
            "you exchanged the two: the first one is fitted and gets αn": lambda y, n, alpha: (
                torch.stack((y - n / alpha, y + alpha * n))
            ),
        },
        hint="y + αn and y − βn: the covariance is σ² − αβσ²; for which β is it zero?",
    ),
)
