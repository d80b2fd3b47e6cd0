"""The course's networks for photographs: super-resolution (F4, F5) and denoising (F3)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice
from typing import Any

import torch
from torch import Tensor, nn

from mvacourse import metrics, nets, train, weights
from mvacourse.catalogue.entry import TEST_SEED, Entry, Made
from mvacourse.datasets import bsds500, set5, set5_lr
from mvacourse.train import steps
from mvacourse.train.pairs import Denoising, SuperResolution, Taught

SMALL = {"width": 64, "n_blocks": 12, "kernel": 3, "norm": False, "direct": True, "skip": True}
"""Of :class:`mvacourse.nets.SRResNet`: what one core trains in four hours."""

_SCALE = 4
_BORDER = 4
"""Pixels at each side that papers leave out at ×4."""
_GREY = torch.tensor([0.299, 0.587, 0.114])
"""Of red, green and blue, as the grey versions of the benchmarks are made."""
_LEVELS = (15, 25, 50)
"""Of the noise in the card of the denoiser, of 255."""


def to_learn_from(n: int) -> tuple[list[Tensor]]:
    """Give the first n photographs to train on, in 8 bits, (3,H,W)."""
    found = islice(chain(bsds500("train"), bsds500("test")), n)
    return ([_to_8bit(x[0]) for x in found],)


def _grey_photographs(n: int) -> tuple[list[Tensor]]:
    """Give the same in grey, (1,H,W)."""
    return ([_to_8bit(_grey(x / 255)) for x in to_learn_from(n)[0]],)


def _held_out() -> tuple[list[Tensor], list[Tensor]]:
    metrics.lpips(*2 * [torch.zeros(1, 3, 32, 32)])  # its file is missed before the work
    large, small = zip(*set5_lr(_SCALE).values())
    return list(large), list(small)


def _grey_held_out() -> tuple[list[Tensor]]:
    return ([_grey(x[0])[None] for x in set5().values()],)


def _to_8bit(x: Tensor) -> Tensor:
    return (255 * x).round().byte()


def _grey(x: Tensor) -> Tensor:
    return torch.einsum("c,chw->hw", _GREY, x)[None]


def _sr(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.SRResNet(_SCALE, **SMALL)
    pairs = SuperResolution(photographs, _SCALE, size)
    net, history = train.regression(net, pairs, seed=seed, **options)
    return {"sr_photo_start": net}, history


def _sr_on(name: str, *earlier: str, average: bool = False) -> Callable[..., Any]:
    """Go on from the last of `earlier` rounds, the learning rate high once more.

    With `average`, what is made is the mean of the weights after all rounds: each found another
    place in the same valley, and the mean lies lower than they.
    """

    def recipe(
        photographs: list[Tensor], *, size: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        nets_before = [weights.load(one) for one in earlier]
        pairs = SuperResolution(photographs, _SCALE, size)
        seed += len(earlier)  # other windows in each round
        net, history = train.regression(nets_before[-1], pairs, seed=seed, **options)
        for n, before in enumerate(nets_before if average else (), 1):
            steps.follow(net, before.to(next(net.parameters()).device), n / (n + 1))
        return {name: net}, history

    return recipe


def _sr_taught(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    """Let the network learn what it answers itself on average over the square's symmetries."""
    start = weights.load("sr_photo_mean")
    pairs = Taught(SuperResolution(photographs, _SCALE, size), nets.SelfEnsemble(start))
    net, history = train.regression(start, pairs, seed=seed, **options)
    return {"sr_photo": net}, history


def _srgan(name: str, content: Callable[[], nn.Module | None]) -> Callable[..., Any]:
    def recipe(
        photographs: list[Tensor], *, size: int, width_D: int, seed: int, **options: Any
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            D = nets.PatchGAN(3, width=width_D, n_layers=2, norm="spectral")
        pairs = SuperResolution(photographs, _SCALE, size)
        start = weights.load("sr_photo")
        G, D, history = train.srgan(start, D, pairs, content=content(), seed=seed, **options)
        return {name: G}, history

    return recipe


def _denoiser(
    photographs: list[Tensor], *, size: int, seed: int, **options: Any
) -> tuple[Made, train.History]:
    with train.seeded(seed):
        net = nets.Denoiser()
    net, history = train.regression(net, Denoising(photographs, size), seed=seed, **options)
    return {"denoiser_grey": net}, history


def quality(x_hat: Tensor, x: Tensor) -> dict[str, float]:
    """Judge an enlarged image as papers do: rounded to 8 bits, 4 pixels cut at each side.

    Parameters
    ----------
    x_hat, x : Tensor, (1,3,H,W)

    Returns
    -------
    dict
        ``psnr_y`` (dB) and ``ssim_y`` on the luma Y, ``lpips_squeeze`` on the colours.
    """
    inside = (..., slice(_BORDER, -_BORDER), slice(_BORDER, -_BORDER))
    x_hat, x = (255 * x_hat[inside].clamp(0, 1)).round() / 255, x[inside]
    Y = metrics.luma(x_hat), metrics.luma(x)
    found = (metrics.psnr(*Y), metrics.ssim(*Y), metrics.lpips(x_hat, x))
    return dict(zip(("psnr_y", "ssim_y", "lpips_squeeze"), map(float, found)))


@torch.no_grad()
def of_super_resolution(made: Made, large: list[Tensor], small: list[Tensor]) -> dict[str, float]:
    """Give the means over the images of their :func:`quality`."""
    G = next(iter(made.values()))
    found = [quality(G(y), x) for x, y in zip(large, small)]
    return {key: sum(one[key] for one in found) / len(found) for key in found[0]}


@torch.no_grad()
def of_denoiser(made: Made, photographs: list[Tensor]) -> dict[str, float]:
    """Give the mean PSNR (dB) at three levels of noise; neither noise nor result is clipped."""
    net = next(iter(made.values()))
    generator = torch.Generator().manual_seed(TEST_SEED)
    noise = [torch.randn(u.shape, generator=generator) for u in photographs]
    found = {}
    for level in _LEVELS:
        sigma = level / 255
        values = [metrics.psnr(net(u + sigma * w, sigma), u) for u, w in zip(photographs, noise)]
        found[f"psnr_{level}"] = float(torch.cat(values).mean())
    return found


_DATA = "the first {n} photographs of BSDS500 train and test"
_PHOTOGRAPHS = (_DATA, to_learn_from, _held_out)
_SR = {"batch": 4, "size": 96}
_AGAIN = {
    "fast": {"n": 100, "n_steps": 300, **_SR, "lr": 3e-4, "warm_up": 30},
    "full": {"n": 400, "n_steps": 24_000, **_SR, "lr": 4e-4, "warm_up": 200},
}
_GAME = {"batch": 4, "size": 96, "width_D": 32, "lr": 1e-4}
_IN_PIXELS = {"adversarial": 3e-3, **_GAME}
_IN_FEATURES = {"adversarial": 4.0, "pixels": 400.0, **_GAME}
"""VGG's features are some thousand times larger than pixels, in the square; D's share is alike.

All were chosen by the looks and the LPIPS of photographs of BSDS500. Longer is not better: within
3000 steps the edges get echoes, and the LPIPS rises again.
"""

ENTRIES = {
    "sr_photo_start": Entry(
        "SRResNet ×4, small form, on photographs: the first round, not shipped",
        *_PHOTOGRAPHS,
        _sr,
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 600, **_SR, "lr": 5e-4, "warm_up": 30},
            "full": {"n": 400, "n_steps": 24_000, **_SR, "lr": 5e-4, "warm_up": 200},
        },
    ),
    "sr_photo_middle": Entry(
        "SRResNet ×4, small form, on photographs: the second round, not shipped",
        *_PHOTOGRAPHS,
        _sr_on("sr_photo_middle", "sr_photo_start"),
        of_super_resolution,
        _AGAIN,
        "sr_photo_start",
    ),
    "sr_photo_mean": Entry(
        "SRResNet ×4, small form, on photographs: the mean of three rounds, not shipped",
        *_PHOTOGRAPHS,
        _sr_on("sr_photo_mean", "sr_photo_start", "sr_photo_middle", average=True),
        of_super_resolution,
        _AGAIN,
        "sr_photo_middle",
    ),
    "sr_photo": Entry(
        "SRResNet ×4, small form, on photographs: taught by its own self-ensemble",
        *_PHOTOGRAPHS,
        _sr_taught,
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 100, **_SR, "lr": 1e-4, "warm_up": 20, "average": 0.98},
            "full": {"n": 400, "n_steps": 2000, **_SR, "lr": 1e-4, "warm_up": 50, "average": 0.995},
        },
        "sr_photo_mean",
    ),
    "srgan_mse": Entry(
        "SRGAN ×4 from sr_photo, content in pixels",
        *_PHOTOGRAPHS,
        _srgan("srgan_mse", lambda: None),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_PIXELS},
            "full": {"n": 400, "n_steps": 800, **_IN_PIXELS},
        },
        "sr_photo",
    ),
    "srgan_vgg22": Entry(
        "SRGAN ×4 from sr_photo, content in VGG22",
        *_PHOTOGRAPHS,
        _srgan("srgan_vgg22", nets.vgg_features),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_FEATURES},
            "full": {"n": 400, "n_steps": 1200, **_IN_FEATURES},
        },
        "sr_photo",
    ),
    "srgan_vgg54": Entry(
        "SRGAN ×4 from sr_photo, content in VGG54, which needs torchvision's VGG-19",
        *_PHOTOGRAPHS,
        _srgan("srgan_vgg54", lambda: nets.vgg_features("relu5_4")),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_FEATURES},
            "full": {"n": 400, "n_steps": 1200, **_IN_FEATURES},
        },
        "sr_photo",
    ),
    "denoiser_grey": Entry(
        "denoiser of grey photographs, for noise from 5 to 50 of 255",
        f"{_DATA}, in grey",
        _grey_photographs,
        _grey_held_out,
        _denoiser,
        of_denoiser,
        {
            "fast": {"n": 100, "n_steps": 1200, "batch": 4, "size": 64, "warm_up": 30, "clip": 0.5},
            "full": {
                "n": 400,
                "n_steps": 20_000,
                "batch": 4,
                "size": 64,
                "lr": 1e-3,
                "warm_up": 200,
                "clip": 0.5,
            },
        },
    ),
}
