"""priors and uncertainty."""

from __future__ import annotations

from functools import cache
from typing import Any

from torch import Tensor, nn

from mvacourse import kernels, nets, priors, uncertainty
from mvacourse.operators import Blur, Identity, Mask
from net.entry import Entry, rand, randn, seeded
from net.rooms.solvers import ignore, quadratic

SHAPE = (1, 8, 8)


@cache
def G() -> nets.Generator:
    return seeded(nets.Generator, 3, SHAPE, 2)


@cache
def skip_net() -> nn.Module:
    return seeded(nets.SkipNet, 2, 1, width=4, skips=2, n_scales=1)


@cache
def gradient_denoiser() -> nn.Module:
    return seeded(nets.GradientStepDenoiser, width=(2, 4), depth=1)


def y() -> Tensor:
    return rand(1, *SHAPE)


def denoise(v: Tensor, s: float) -> Tensor:
    return v / (1 + s)


def unchanged(x: Tensor) -> Tensor:
    """A basis that is the pixels themselves."""
    return 1 * x


def pnp() -> dict[str, Any]:
    return {
        "A": Blur(kernels.gaussian(3, 1.0)), "y": y(), "denoise": denoise, "sigma": 0.1,
        "sigma0": 0.2, "n_decay": 1, "n_iter": 2, "x0": rand(1, *SHAPE, seed=1), "callback": ignore,
    }  # fmt: skip


def latent() -> dict[str, Any]:
    return {"A": Mask(rand(8, 8) > 0.3), "y": y(), "G": G(), "k": 3, "callback": ignore}


def stop(rule: Any) -> dict[str, Any]:
    # deep_image_prior calls it at each step, with values of its own
    own = dict.fromkeys(("k", "x", "residual"), "word")
    return {"make": lambda: {"k": 1, "x": y(), "residual": y()}, "on": rule, "kinds": own}


def image(parameter: str = "u") -> dict[str, Any]:
    return {"make": lambda: {parameter: rand(1, 1, 8, 6)}, "like": parameter}


DATA = {"y": "data"}
GENERATOR = {"G": "generator"}
PRIORS = {
    "Discrepancy": Entry(lambda: {"sigma": 0.1}, kinds={"tau": "positive"}),
    "Discrepancy.__call__": Entry(**stop(lambda: priors.Discrepancy(0.1))),
    "HeldOut": Entry(lambda: {"A": Identity(), "y": y()}),
    "HeldOut.__call__": Entry(**stop(lambda: priors.HeldOut(Identity(), y()))),
    "WindowedVariance": Entry(),
    "WindowedVariance.__call__": Entry(**stop(priors.WindowedVariance)),
    "code": Entry(lambda: {"size": (8, 8), "channels": 2}),
    "csgm": Entry(
        lambda: {**latent(), "n_iter": 2, "restarts": 2, "candidates": 4},
        kinds={**GENERATOR, "z0": "word"},
    ),
    "invert": Entry(
        lambda: {"x": y(), "G": G(), "k": 3, "n_iter": 2, "restarts": 2, "candidates": 4,
                 "lr": 0.1, "lam": 0.1, "z0": randn(1, 3)},
        kinds={**GENERATOR, "restarts": "word", "candidates": "word"},
    ),
    "dct2": Entry(**image()),
    "idct2": Entry(**image("c")),
    "deep_generative_prior": Entry(
        lambda: {**latent(), "D": seeded(nets.Discriminator, SHAPE, 2), "n_iter": 2,
                 "candidates": 4},
        kinds={**GENERATOR, "z0": "word"},
    ),
    "deep_image_prior": Entry(
        lambda: {"A": Identity(), "y": y(), "net": skip_net(), "z": 0.1 * rand(1, 2, 8, 8),
                 "n_iter": 2, "stop": priors.WindowedVariance(), "precision": "float32",
                 "callback": ignore},
        kinds={"state": "other", "stop": "callable"},
        errors=(FloatingPointError,),
    ),
    "gradient_step": Entry(
        lambda: {"A": Identity(), "y": y(), "denoiser": gradient_denoiser(), "lam": 0.5,
                 "sigma": 0.1, "tau": 0.5, "n_iter": 2, "x0": rand(1, *SHAPE, seed=1),
                 "callback": ignore},
        kinds={**DATA, "denoiser": "record", "lam": "positive"},
    ),
    "half_quadratic": Entry(lambda: {**pnp(), "noise": 0.1}, kinds=DATA),
    "plug_and_play": Entry(lambda: {**pnp(), "tau": 0.5}, kinds=DATA),
    "lasso": Entry(
        lambda: {"A": Identity(), "y": y(), "lam": 0.1, "basis": (unchanged, unchanged),
                 "n_iter": 2, "clip": (0.0, 1.0), "callback": ignore},
        kinds={**DATA, "clip": "pair", "basis": "functions"},
    ),
    "soft_threshold": Entry(lambda: {"u": rand(2, 3), "t": 0.1}, like="u"),
    "split_noise": Entry(lambda: {"y": y(), "sigma": 0.1}, kinds={"alpha": "positive"}),
}  # fmt: skip


def intervals() -> dict[str, Tensor]:
    x = rand(1, 1, 8, 6)
    return {"lower": x - 0.1, "upper": x + 0.1}


def draws() -> uncertainty.Draws:
    return uncertainty.langevin(quadratic, rand(2, 1, 8, 6), 0.1, 3)


BOUNDS = {"lower": "batch", "upper": "batch", "x": "batch"}
UNCERTAINTY = {
    "calibrate": Entry(
        lambda: {"x_hat": rand(20, 1, 4, 4), "x": rand(20, 1, 4, 4, seed=1),
                 "scale": rand(20, 1, 4, 4)},
        kinds={"x": "batch", "scale": "tensor"},
    ),
    "intervals": Entry(
        lambda: {"x_hat": rand(1, 1, 8, 6), "q": 0.5, "scale": rand(1, 1, 8, 6)},
        kinds={"scale": "tensor"},
    ),
    "coverage": Entry(lambda: {**intervals(), "x": rand(1, 1, 8, 6)}, kinds=BOUNDS),
    "sharpness": Entry(intervals, kinds=BOUNDS),
    "departure": Entry(lambda: {"x_hat": rand(1, 1, 8, 6), **intervals()}, kinds=BOUNDS),
    "invented_detail": Entry(lambda: {"x_hat": rand(1, 1, 8, 6), **intervals()}, kinds=BOUNDS),
    "roc_auc": Entry(lambda: {"score": rand(10), "label": rand(10, seed=1) > 0.5},
                     kinds={"label": "truths"}),
    "langevin": Entry(
        lambda: {"grad": quadratic, "x0": rand(2, 1, 8, 6), "tau": 0.1, "n_iter": 3, "L": 1.0,
                 "n_kept": 1, "callback": ignore},
    ),
    "pool": Entry(lambda: {"draws": draws()}, kinds={"draws": "record"}),
    "tv_posterior": Entry(
        lambda: {"A": Identity(), "y": y(), "sigma": 0.1, "lam": 1.0, "tau": 1e-4, "n_iter": 3,
                 "burn_in": 1, "n_chains": 2, "x0": rand(2, *SHAPE), "callback": ignore},
        kinds=DATA,
    ),
    "latent_posterior": Entry(
        lambda: {**latent(), "sigma": 0.5, "n_particles": 4, "n_levels": 8, "n_moves": 1},
        kinds=GENERATOR,
    ),
}  # fmt: skip
ENTRIES = {f"priors.{name}": entry for name, entry in PRIORS.items()}
ENTRIES |= {f"uncertainty.{name}": entry for name, entry in UNCERTAINTY.items()}
