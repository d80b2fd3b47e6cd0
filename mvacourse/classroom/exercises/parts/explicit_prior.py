"""Build of notebook 12: a denoiser that is a gradient step, and the prior that it steps on."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from mvacourse.classroom.exercises.checking.exercise import Exercise, Function, randn

Net = Callable[[Tensor], Tensor]
_VALUES = (1, 2, 3)


def _smooth(v: Tensor) -> Tensor:
    """Mix neighbours, unlike in the four directions, so that J is not symmetric."""
    return torch.tanh(0.6 * v + 0.5 * v.roll(1, -1) - 0.2 * v.roll(1, -2)) + 0.1 * v.square()


def _images(g: torch.Generator) -> list[tuple[Tensor, Net]]:
    return [
        (randn(g, 3, 1, 5, 4), _smooth),
        (randn(g, 2, 3, 4, 7), lambda v: 0.7 * _smooth(v)),
        (randn(g, 1, 2, 3, 6), lambda v: _smooth(v) - 0.3),
    ]


def halved_square(gap: Tensor) -> Tensor:
    """Compute ½‖gap‖² of each image."""
    return gap.square().sum(_VALUES) / 2


def explicit_prior(
    v: Tensor,
    N: Net,
    *,
    value: Function = halved_square,
    gap: Callable[[Tensor, Net], Tensor] = lambda v, N: v - N(v),
    end: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]] = lambda v, slope, g: (
        v - slope,
        g,
    ),
) -> tuple[Tensor, Tensor]:
    """Return D(v) = v − ∇g(v) and g(v) = ½‖v − N(v)‖² of each image."""
    with torch.enable_grad():
        at = v.detach().clone().requires_grad_()
        g = value(gap(at, N))
        (slope,) = torch.autograd.grad(g.sum(), at)
    return end(v.detach(), slope, g.detach())


def _other(**options: Callable[..., object]) -> Function:
    return lambda v, N: explicit_prior(v, N, **options)  # type: ignore[arg-type]


EXPLICIT_PRIOR = Exercise(
    name="explicit_prior",
    kind="build",
    reference=explicit_prior,
    inputs=_images,
    parts=("D(v)", "g(v)"),
    mistakes={
        "your D(v) is N(v): ∇g also has the Jacobian of N, which a detached N(v) loses": (
            lambda v, N: (N(v), halved_square(v - N(v)))
        ),
        "v was detached where it stands alone: g depends on v in both places": _other(
            gap=lambda v, N: v.detach() - N(v)
        ),
        "½ is missing in g": _other(value=lambda gap: gap.square().sum(_VALUES)),
        "½ is missing in g(v), but D(v) is right": _other(
            end=lambda v, slope, g: (v - slope, 2 * g)
        ),
        "g is a mean: it is a sum over the values of an image": _other(
            value=lambda gap: gap.square().mean(_VALUES) / 2
        ),
        "g(v) is a mean, but D(v) is right: g is a sum over the values of an image": lambda v, N: (
            explicit_prior(v, N)[0],
            (v - N(v)).square().mean(_VALUES) / 2,
        ),
        "the square is missing in g": _other(
            value=lambda gap: gap.square().sum(_VALUES).sqrt() / 2
        ),
        "g is a sum of moduli: it is half the sum of the squares": _other(
            value=lambda gap: gap.abs().sum(_VALUES) / 2
        ),
        "you returned one g for the whole batch: each image has its own": _other(
            end=lambda v, slope, g: (v - slope, g.sum())
        ),
        "you returned the mean of g over the batch: each image has its own": _other(
            end=lambda v, slope, g: (v - slope, g.mean())
        ),
        "you took the mean of g over the batch: the slope is then too small": _other(
            end=lambda v, slope, g: (v - slope / len(v), g)
        ),
        "you returned ∇g(v) in the place of D(v) = v − ∇g(v)": _other(
            end=lambda v, slope, g: (slope, g)
        ),
        "the sign is wrong: D(v) goes down, v − ∇g(v)": _other(
            end=lambda v, slope, g: (v + slope, g)
        ),
        "the step is half as long: D(v) = v − ∇g(v)": _other(
            end=lambda v, slope, g: (v - slope / 2, g)
        ),
        "you subtracted ∇g from N(v): the step starts from v": lambda v, N: (
            N(v) - (v - explicit_prior(v, N)[0]),
            halved_square(v - N(v)),
        ),
        "you subtracted N(v) twice: D(v) = v − ∇g(v), without a further N": lambda v, N: (
            explicit_prior(v, N)[0] - N(v),
            halved_square(v - N(v)),
        ),
        "this is ½‖N(v)‖²: the prior looks at v − N(v)": _other(gap=lambda v, N: N(v)),
        "this is ½‖v + N(v)‖²: the prior looks at the difference": _other(
            gap=lambda v, N: v + N(v)
        ),
        "this g is ½‖v‖²": _other(gap=lambda v, N: v),
        "N is applied twice": _other(gap=lambda v, N: v - N(N(v))),
        "you returned g first: D(v) comes first": _other(end=lambda v, slope, g: (g, v - slope)),
        "g was summed over the pixels only: the channels belong to an image, too": lambda v, N: (
            explicit_prior(v, N)[0],
            (v - N(v)).square().sum((2, 3)) / 2,
        ),
        "you returned g for each pixel: sum over the values of an image": lambda v, N: (
            explicit_prior(v, N)[0],
            (v - N(v)).square() / 2,
        ),
        "g(v) is that of the denoised image: it is that of v": lambda v, N: (
            (D := explicit_prior(v, N)[0]),
            halved_square(D - N(D)),
        ),
        "this g compares v with D(v): it compares v with N(v)": lambda v, N: (
            (D := explicit_prior(v, N)[0]),
            halved_square(v - D),
        ),
    },
    direction="write g as a formula of v first; then, how does torch find the slope of g?",
    hint="v = v.detach().requires_grad_(); g = ((v − N(v))²).sum((1, 2, 3))/2; "
    "torch.autograd.grad(g.sum(), v) is a tuple with ∇g; return (v − ∇g).detach(), g.detach()",
)
