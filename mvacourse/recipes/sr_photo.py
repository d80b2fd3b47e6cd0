"""Recipes for super-resolution of photographs, trained in four rounds (F4, F5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse import metrics, nets, train, weights
from mvacourse.datasets import set5_lr
from mvacourse.recipes.data import ABOUT_PHOTOGRAPHS, photographs
from mvacourse.recipes.recipe import Made, Recipe
from mvacourse.train import optim
from mvacourse.train.crop_pairs import SuperResolution, Taught

SMALL = {"width": 64, "n_blocks": 12, "kernel": 3, "norm": False, "direct": True, "skip": True}
"""Arguments of :class:`mvacourse.nets.SRResNet`: one core trains this size in four hours."""

LARGE = {**SMALL, "n_blocks": 16, "direct": False, "resize": True}
"""Arguments of the large form, 1.26 million weights: it also works at the large size."""

SCALE = 4
ON_SET5 = f"Set5, enlarged from MATLAB's bicubic reductions by {SCALE}, in 8 bits"
_BORDER = 4
"""Width of the border, in pixels, that papers leave out at ×4."""


def held_out() -> tuple[list[Tensor], list[Tensor]]:
    """Return Set5, large and small, for the metrics in the cards."""
    metrics.lpips(*2 * [torch.zeros(1, 3, 32, 32)])  # find out before the training if it is missing
    large, small = zip(*set5_lr(SCALE).values())
    return list(large), list(small)


def _sr(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.SRResNet(SCALE, **SMALL)
    pairs = SuperResolution(photographs, SCALE, size)
    net, history = train.regression(net, pairs, seed=seed, **options)
    return {"sr_photo_start": net}, history


def _sr_on(name: str, *earlier: str, average: bool = False) -> Callable[..., Any]:
    """Continue from the last of the `earlier` rounds, starting again with a high learning rate.

    With `average`, the result is the mean of the weights after all rounds. Each round ends at a
    different point of the same valley of the loss, and their mean has a lower loss than each.
    """

    def recipe(
        photographs: list[Tensor], *, size: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        nets_before = [weights.load(one) for one in earlier]
        pairs = SuperResolution(photographs, SCALE, size)
        seed += len(earlier)  # so that each round draws different windows
        net, history = train.regression(nets_before[-1], pairs, seed=seed, **options)
        for n, before in enumerate(nets_before if average else (), 1):
            optim.follow(net, before.to(next(net.parameters()).device), n / (n + 1))
        return {name: net}, history

    return recipe


def _sr_taught(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    """Train the network to output its own average over the symmetries of the square."""
    start = weights.load("sr_photo_mean")
    pairs = Taught(SuperResolution(photographs, SCALE, size), nets.SelfEnsemble(start))
    net, history = train.regression(start, pairs, seed=seed, **options)
    return {"sr_photo": net}, history


def _sr_large(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    """Continue with more blocks, and with layers at the large size."""
    with train.seeded(seed):
        net = grown(weights.load("sr_photo"))
    pairs = SuperResolution(photographs, SCALE, size)
    net, history = train.regression(net, pairs, seed=seed + 4, **options)
    return {"sr_photo_large": net}, history


@torch.no_grad()
def grown(small: nets.SRResNet) -> nets.SRResNet:
    """Build the large form from the small one.

    Its maps at the small size are those of `small`: the further blocks are the identity. Its last
    layers are new.
    """
    net = nets.SRResNet(SCALE, **{**LARGE, "width": small.arguments["width"]})
    net.head.load_state_dict(small.head.state_dict())
    n_old = small.arguments["n_blocks"]
    *blocks, conv, _ = net.body
    *old_blocks, old_conv, _ = small.body
    for block, old in zip(blocks, old_blocks):
        block.load_state_dict(old.state_dict())
    for block in blocks[n_old:]:
        for p in block.second.parameters():
            p.zero_()
    conv.load_state_dict(old_conv.state_dict())
    return net


def quality(x_hat: Tensor, x: Tensor) -> dict[str, float]:
    """Judge an enlarged image as papers do: round to 8 bits, and cut off 4 pixels on each side.

    Parameters
    ----------
    x_hat, x : Tensor, (1,3,H,W)

    Returns
    -------
    dict
        ``psnr_y`` (dB) and ``ssim_y`` on the luma Y, ``lpips_squeeze`` on the colour image.
    """
    inside = (..., slice(_BORDER, -_BORDER), slice(_BORDER, -_BORDER))
    x_hat, x = (255 * x_hat[inside].clamp(0, 1)).round() / 255, x[inside]
    Y = metrics.luma(x_hat), metrics.luma(x)
    found = (metrics.psnr(*Y), metrics.ssim(*Y), metrics.lpips(x_hat, x))
    return dict(zip(("psnr_y", "ssim_y", "lpips_squeeze"), map(float, found)))


@torch.no_grad()
def of_super_resolution(made: Made, large: list[Tensor], small: list[Tensor]) -> dict[str, float]:
    """Compute the :func:`quality` of each image, averaged over the images."""
    G = next(iter(made.values()))
    found = [quality(G(y), x) for x, y in zip(large, small)]
    return {key: sum(one[key] for one in found) / len(found) for key in found[0]}


_SR = {"batch": 4, "size": 96}
_AGAIN = {
    "fast": {"n": 100, "n_steps": 300, **_SR, "lr": 3e-4, "warm_up": 30},
    "full": {"n": 400, "n_steps": 24_000, **_SR, "lr": 4e-4, "warm_up": 200},
}

RECIPES = {
    "sr_photo_start": Recipe(
        "SRResNet ×4, small form, on photographs: the first round, not shipped",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _sr,
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 600, **_SR, "lr": 5e-4, "warm_up": 30},
            "full": {"n": 400, "n_steps": 24_000, **_SR, "lr": 5e-4, "warm_up": 200},
        },
    ),
    "sr_photo_middle": Recipe(
        "SRResNet ×4, small form, on photographs: the second round, not shipped",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _sr_on("sr_photo_middle", "sr_photo_start"),
        of_super_resolution,
        _AGAIN,
        "sr_photo_start",
    ),
    "sr_photo_mean": Recipe(
        "SRResNet ×4, small form, on photographs: the mean of three rounds, not shipped",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _sr_on("sr_photo_mean", "sr_photo_start", "sr_photo_middle", average=True),
        of_super_resolution,
        _AGAIN,
        "sr_photo_middle",
    ),
    "sr_photo": Recipe(
        "SRResNet ×4, small form, on photographs: taught by its own self-ensemble",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _sr_taught,
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 100, **_SR, "lr": 1e-4, "warm_up": 20, "average": 0.98},
            "full": {"n": 400, "n_steps": 2000, **_SR, "lr": 1e-4, "warm_up": 50, "average": 0.995},
        },
        "sr_photo_mean",
    ),
    "sr_photo_large": Recipe(
        "SRResNet ×4, large form without a pixel shuffle, from sr_photo",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _sr_large,
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_SR, "lr": 2e-4, "warm_up": 30},
            "full": {"n": 400, "n_steps": 4000, **_SR, "lr": 3e-4, "warm_up": 200},
        },
        "sr_photo",
    ),
}
