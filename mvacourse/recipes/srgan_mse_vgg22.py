"""Recipes for SRGANs that start from an SRResNet: content in pixels, VGG22 or VGG54 (F4, F5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from mvacourse import nets, train, weights
from mvacourse.recipes.data import ABOUT_PHOTOGRAPHS, photographs
from mvacourse.recipes.recipe import Made, Recipe
from mvacourse.recipes.sr_photo import ON_SET5, SCALE, held_out, of_super_resolution
from mvacourse.train.crop_pairs import SuperResolution


def _srgan(name: str, start: str, content: Callable[[], nn.Module | None]) -> Callable[..., Any]:
    def recipe(
        photographs: list[Tensor],
        *,
        size: int,
        width_D: int,
        noise: bool = False,
        seed: int,
        **options: Any,
    ) -> tuple[Made, train.History]:
        with train.seeded(seed):
            D = nets.PatchGAN(3, width=width_D, n_layers=2, norm="spectral")
        pairs = SuperResolution(photographs, SCALE, size)
        G = _started(start, noise, seed)
        G, D, history = train.srgan(G, D, pairs, content=content(), seed=seed, **options)
        return {name: G}, history

    return recipe


def _started(start: str, noise: bool, seed: int) -> nn.Module:
    """Load the network to start from, and add the noise that it was trained without."""
    G = weights.load(start)
    if not noise:
        return G
    with train.seeded(seed):
        noisy = nets.SRResNet(**{**G.arguments, "noise": True})
    noisy.load_state_dict(G.state_dict(), strict=False)
    return noisy.eval()


_GAME = {"batch": 4, "size": 96, "lr": 1e-4}
_IN_PIXELS = {"adversarial": 3e-3, "width_D": 32, **_GAME}
_IN_FEATURES = {
    **{"adversarial": 1.0, "pixels": 400.0, "width_D": 64, **_GAME},
    **{"lr_D": 2e-4, "average": 0.998, "relativistic": True, "shift": 3},
    **{"grid": 1e4, "spectrum": 1.0, "noise": True},
}
"""Squared VGG features are about a thousand times larger than squared pixels. The weights give D a
similar influence in both cases.

Those in pixels were chosen on photographs of BSDS500, those in features on Set5 and on the course's
photographs, by eye and by LPIPS. In features, with four or eight times the adversarial weight, G
weaves lines into smooth surfaces within 500 steps.
"""

RECIPES = {
    "srgan_mse": Recipe(
        "SRGAN ×4 from sr_photo, content in pixels",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _srgan("srgan_mse", "sr_photo", lambda: None),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_PIXELS},
            "full": {"n": 400, "n_steps": 800, **_IN_PIXELS},
        },
        "sr_photo",
    ),
    "srgan_vgg22": Recipe(
        "SRGAN ×4 from sr_photo_large, content in VGG22",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _srgan("srgan_vgg22", "sr_photo_large", nets.vgg_features),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_FEATURES},
            "full": {"n": 400, "n_steps": 2000, **_IN_FEATURES},
        },
        "sr_photo_large",
    ),
    "srgan_vgg54": Recipe(
        "SRGAN ×4 from sr_photo_large, content in VGG54, which needs torchvision's VGG-19",
        ABOUT_PHOTOGRAPHS,
        photographs,
        held_out,
        ON_SET5,
        _srgan("srgan_vgg54", "sr_photo_large", lambda: nets.vgg_features("relu5_4")),
        of_super_resolution,
        {
            "fast": {"n": 100, "n_steps": 200, **_IN_FEATURES},
            "full": {"n": 400, "n_steps": 2000, **_IN_FEATURES},
        },
        "sr_photo_large",
    ),
}
