"""Recipes for pix2pix, which paints scenes in colour from label maps: L1, cGAN, both (F7, F8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from mvacourse import images, nets, train, weights
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Made, Recipe
from mvacourse.recipes.segmenter_textures import CLASSES, relative_variance, scores

_COLORS = 3
_JUDGE = "segmenter_textures"

ON_SCENES = f'images.texture_scenes(100, seed={TEST_SEED}, size=128, split="test", color=True)'
ABOUT_SCENES = f"images.texture_scenes({{n}}, seed={TRAIN_SEED}, color=True)"


def scenes(n: int) -> tuple[Tensor, Tensor]:
    """Draw n training scenes in colour, of 64 pixels: label maps and photographs."""
    drawn = images.texture_scenes(n, TRAIN_SEED, color=True)
    return drawn.labels, drawn.photographs


def held_out() -> tuple[Tensor, Tensor]:
    """Draw 100 held-out scenes in colour, of 128 pixels: label maps and photographs."""
    drawn = images.texture_scenes(100, TEST_SEED, 128, split="test", color=True)
    return drawn.labels, drawn.photographs


def _pix2pix(name: str) -> Callable[..., tuple[Made, train.History]]:
    def recipe(
        labels: Tensor,
        photographs: Tensor,
        *,
        width: int,
        n_scales: int,
        detail: int,
        width_D: int | None = None,
        n_layers: int = 2,
        seed: int,
        **options: Any,
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            G = nets.Pix2PixUNet(CLASSES, _COLORS, width=width, n_scales=n_scales, detail=detail)
            D = width_D and nets.PatchGAN(CLASSES + _COLORS, width=width_D, n_layers=n_layers)
        pairs = train.Labelled(labels, photographs, CLASSES)
        G, _, history = train.pix2pix(G, D, pairs, seed=seed, **options)
        return {name: G}, history

    return recipe


@torch.no_grad()
def paint(G: nets.Pix2PixUNet, labels: Tensor, seed: int | None = 0) -> Tensor:
    """Paint label maps (B,H,W) with the noise of a seed; None means no noise: (B,C,H,W)."""
    noise = None if seed is None else torch.Generator().manual_seed(seed)
    return torch.cat([G(nets.one_hot(some, G.in_channels), noise) for some in labels.split(50)])


def _measure(made: Made, labels: Tensor, photographs: Tensor) -> dict[str, float]:
    (G,) = made.values()
    segmenter, painted = weights.load(_JUDGE), paint(G, labels)
    found = scores(painted, segmenter, labels, photographs)
    real = scores(photographs, segmenter, labels, photographs)
    found["of_real"] = found["per_pixel"] / real["per_pixel"]
    # G cannot know that the bricks of the other halves are smoother
    learned = images.texture_scenes(100, TEST_SEED, 128, color=True)
    found["variance_of_learned"] = relative_variance(
        (painted, labels), (learned.photographs, learned.labels)
    )
    return found


_G = {"width": 20, "n_scales": 4, "detail": 16, "batch": 4, "lr": 2e-3, "average": 0.998}
_D = {"width_D": 32, "n_layers": 2, "lr_D": 4e-3, "warm_up": 200}


def _painter(name: str, about: str, n_steps: int, **options: Any) -> Recipe:
    full = {"n": 6000, "n_steps": n_steps, **_G, **options}
    fast = {**full, "n": 1000, "n_steps": 300}
    if "warm_up" in fast:
        fast["warm_up"] = 30
    return Recipe(
        f"pix2pix on texture scenes, {about}",
        ABOUT_SCENES,
        scenes,
        held_out,
        ON_SCENES,
        _pix2pix(name),
        _measure,
        {"fast": fast, "full": full},
        _JUDGE,
    )


RECIPES = {
    "pix2pix_l1": _painter("pix2pix_l1", "L1 alone", 4000, lam=1.0),
    "pix2pix_cgan": _painter("pix2pix_cgan", "conditional GAN alone", 16_000, lam=0.0, **_D),
    "pix2pix_l1_cgan": _painter("pix2pix_l1_cgan", "L1 + conditional GAN", 10_000, lam=20.0, **_D),
}
