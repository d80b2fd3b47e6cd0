"""A fit of notebook 07: of the pixels that are seen, judged by the others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from mvacourse.classroom.exercises.checking.exercise import Exercise, rand, randn
from mvacourse.classroom.exercises.parts.network_fit import adam


class _Gain(nn.Module):
    """Multiply by a number: with a large one, few steps of Adam go far."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.gain = gain

    def forward(self, x: Tensor) -> Tensor:
        return self.gain * x


def _hidings(g: torch.Generator) -> list[tuple[Tensor, Tensor, nn.Module, Tensor, int]]:
    """Hide pixels that are met best neither at the first step nor at the last.

    All weights grow from 0 to ±1, go too far, and come back; the hidden pixels wish them smaller.
    In the first case their error falls, rises, and falls below its first minimum. In the last one
    the image is so faint that the gradients are not large beside Adam's ε = 1e-8: otherwise Adam
    does the same for a sum as for a mean.
    """
    found = []
    for channels, H, W, n, goal, gain, scale in (
        (3, 9, 8, 19, 0.9, 28.0, 1.0),
        (1, 7, 12, 13, 0.7, 20.0, 3e-4),
    ):
        z, seen = randn(g, 1, 4, H, W), rand(g, H, W) < 0.8
        net = nn.Sequential(nn.Conv2d(4, channels, 1, bias=False), _Gain(scale * gain))
        net = net.double()
        net[0].weight.data = randn(g, channels, 4, 1, 1).sign()
        u = scale * net[0](z).detach()
        net[0].weight.data.zero_()
        y = torch.where(seen, u, goal * u) + 0.3 * scale * randn(g, *u.shape)
        found.append((y, seen, net, z, n))
    return found


def _mean_of_all(square: Tensor, which: Tensor) -> Tensor:
    return (square * which).mean()


def _chosen(errors: Tensor, keep: str) -> int:
    """Return the place of the image to keep."""
    rises = (errors[1:] > errors[:-1]).nonzero().flatten()
    falls = (errors[1:] < errors[:-1]).nonzero().flatten()
    places = {"last": len(errors) - 1, "rise": rises[0] if len(rises) else errors.argmin()}
    places |= {"fall": falls[-1] + 1 if len(falls) else 0, "worst": errors.argmax()}
    return int(places.get(keep, errors.argmin()))


def _fit_seen(
    y: Tensor,
    seen: Tensor,
    net: nn.Module,
    z: Tensor,
    n_iter: int,
    *,
    fitted: str = "seen",
    judged: str = "hidden",
    keep: str = "best",
    least: str = "",
    start: int = 1,
    size: Callable[[Tensor], Tensor] = torch.square,
    total: Callable[[Tensor, Tensor], Tensor] = lambda square, which: square[..., which].mean(),
    forget: Sequence[str] = (),
) -> tuple[Tensor, int, Tensor]:
    """Fit some pixels, judge by others; the words name what a student may exchange or forget."""
    net = copy.deepcopy(net)
    optimiser, xs, hidden, seen_errors = adam(net.parameters()), [], [], []
    mean = _mean_of_all if "select" in forget else lambda square, which: square[..., which].mean()
    total = _mean_of_all if "select" in forget else total
    of = {"seen": seen, "hidden": ~seen, "all": torch.ones_like(seen)}
    for _ in range(n_iter):
        x = net(z)
        square = size(x - y)
        if "zero" not in forget:
            optimiser.zero_grad()
        total(square, of[fitted]).backward()
        if "step" not in forget:
            optimiser.step()
        after = net(z).detach()
        xs.append(after if keep in ("after", "all after") else x.detach())
        square = size(after - y) if keep == "all after" else square.detach()
        hidden.append(mean(square, of[judged]))
        seen_errors.append(mean(square, of[least or judged]))
    errors = torch.stack(hidden)
    best = _chosen(torch.stack(seen_errors), keep)
    return xs[n_iter - 1 if keep == "last image" else best], best + start, errors


FIT_SEEN_PIXELS = Exercise(
    name="fit_seen_pixels",
    kind="build",
    reference=_fit_seen,
    inputs=_hidings,
    tolerance=1e-6,
    mistakes={
        "you fitted all pixels: the hidden ones must not be in the loss": partial(
            _fit_seen, fitted="all"
        ),
        "you exchanged the two: fit the pixels that are seen, judge by the others": partial(
            _fit_seen, fitted="hidden", judged="seen"
        ),
        "you judged by the pixels that are fitted: their error falls to the end": partial(
            _fit_seen, judged="seen"
        ),
        "you judged by all pixels: most of them are fitted": partial(_fit_seen, judged="all"),
        "you kept the last image: keep the one with the smallest hidden error": partial(
            _fit_seen, keep="last"
        ),
        "you returned the image of the last step, with the number of the best one": partial(
            _fit_seen, keep="last image"
        ),
        "you returned the number of the last step: return that of the best one": (
            lambda y, seen, net, z, n_iter: (
                *(found := _fit_seen(y, seen, net, z, n_iter))[:1],
                n_iter,
                found[2],
            )
        ),
        "you kept the image after the update: the error belongs to the one before": partial(
            _fit_seen, keep="after"
        ),
        "you stopped where the hidden error rises for the first time: it may fall again": (
            partial(_fit_seen, keep="rise")
        ),
        "you judged the image from after the step: draw, judge, and move then": partial(
            _fit_seen, keep="all after"
        ),
        "you chose by the error of the pixels that are seen: choose by the hidden error": partial(
            _fit_seen, least="seen"
        ),
        "you compared with the hidden error of the step before: compare with the least so far": (
            partial(_fit_seen, keep="fall")
        ),
        "you kept the image of the largest hidden error": partial(_fit_seen, keep="worst"),
        "you returned one hidden error: return all of them": lambda *case: (
            *(found := _fit_seen(*case))[:2],
            found[2].min(),
        ),
        "you returned the last hidden error: return all of them": lambda *case: (
            *(found := _fit_seen(*case))[:2],
            found[2][-1],
        ),
        "you exchanged image and number: the image comes first": lambda *case: (
            _fit_seen(*case)[1],
            _fit_seen(*case)[0],
            _fit_seen(*case)[2],
        ),
        "you counted from zero: the first step is number 1": partial(_fit_seen, start=0),
        "the gradients of all steps add up: call optimiser.zero_grad() in each step": partial(
            _fit_seen, forget=["zero"]
        ),
        "the weights never change: is there a backward(), and after it an optimiser.step()?": (
            partial(_fit_seen, forget=["step"])
        ),
        "you divided by the number of all pixels: select some with square[..., seen]": partial(
            _fit_seen, forget=["select"]
        ),
        "your loss is divided by the number of all pixels: select some with square[..., seen]": (
            partial(_fit_seen, total=_mean_of_all)
        ),
        "the hidden error is in your loss, too: fit the pixels that are seen": partial(
            _fit_seen,
            total=lambda square, which: square[..., which].mean() + square[..., ~which].mean(),
        ),
        "your loss is a sum over the pixels that are seen: take their mean": partial(
            _fit_seen, total=lambda square, which: square[..., which].sum()
        ),
        "your hidden error is a sum: take the mean over the hidden pixels": lambda *case: (
            *(found := _fit_seen(*case))[:2],
            found[2] * (~case[1]).sum() * case[0].shape[1],
        ),
        "you took the root of the hidden error": lambda *case: (
            *(found := _fit_seen(*case))[:2],
            found[2].sqrt(),
        ),
        "you took the mean absolute value: take the mean of the squares": partial(
            _fit_seen, size=torch.abs
        ),
    },
    direction="the loop is that of fit; look at the hidden pixels of the same image, and "
    "remember the image and the step whenever they are met better than ever before",
    hint="square = (x - y).square(): fit square[..., seen].mean(), judge by "
    "square[..., ~seen].mean().item(), remember the least so far",
)
