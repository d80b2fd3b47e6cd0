"""Generative priors and their baseline (part E of the lecture).

The restored image is an output of a network. The search is over its latent code (`csgm`, `invert`),
over its weights (`deep_image_prior`), or over both (`deep_generative_prior`). `lasso` is the older
prior, sparsity in a basis. `plug_and_play`, `half_quadratic` and `gradient_step` use a denoiser as
prior (G3).
"""

from mvacourse.priors.csgm import Latent, csgm, invert
from mvacourse.priors.deep_generative import DeepGenerative, deep_generative_prior
from mvacourse.priors.deep_image import DeepImage, StoppingRule, code, deep_image_prior
from mvacourse.priors.early_stopping import Discrepancy, HeldOut, WindowedVariance, split_noise
from mvacourse.priors.gradient_step import GradientStep, gradient_step
from mvacourse.priors.lasso import dct2, idct2, lasso, soft_threshold
from mvacourse.priors.plug_and_play import PlugAndPlay, half_quadratic, plug_and_play

__all__ = [
    "DeepGenerative",
    "DeepImage",
    "Discrepancy",
    "GradientStep",
    "HeldOut",
    "Latent",
    "PlugAndPlay",
    "StoppingRule",
    "WindowedVariance",
    "code",
    "csgm",
    "dct2",
    "deep_generative_prior",
    "deep_image_prior",
    "gradient_step",
    "half_quadratic",
    "idct2",
    "invert",
    "lasso",
    "plug_and_play",
    "soft_threshold",
    "split_noise",
]
