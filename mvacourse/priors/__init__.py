"""Generative priors and their baseline (part E of the lecture).

A network makes the images among which the restoration is sought: by its code alone (`csgm`,
`invert`), by its weights alone (`deep_image_prior`), or by both (`deep_generative_prior`). `lasso`
is what stood there before: sparsity in a basis. `plug_and_play` and
`half_quadratic` put a denoiser there.
"""

from mvacourse.priors.csgm import Latent, csgm, invert
from mvacourse.priors.deep_generative import DeepGenerative, deep_generative_prior
from mvacourse.priors.deep_image import DeepImage, StoppingRule, code, deep_image_prior
from mvacourse.priors.early_stopping import Discrepancy, HeldOut, WindowedVariance, split_noise
from mvacourse.priors.lasso import dct2, idct2, lasso, soft_threshold
from mvacourse.priors.plug_and_play import PlugAndPlay, half_quadratic, plug_and_play

__all__ = [
    "DeepGenerative",
    "DeepImage",
    "Discrepancy",
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
    "half_quadratic",
    "idct2",
    "invert",
    "lasso",
    "plug_and_play",
    "soft_threshold",
    "split_noise",
]
