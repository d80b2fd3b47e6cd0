"""nets: constructors, and the methods of small networks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from mvacourse import kernels, nets
from mvacourse.operators import Blur
from net.entry import Entry, rand, randn, seeded, whole

SHAPE = (1, 8, 8)
K3 = {"k": 3, "shape": SHAPE, "width": 2}
# Small arguments of each constructor; also those of the network whose methods are called.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "VAE": K3,
    "ChromaTransport": {"k": 2, "width": 2, "n_scales": 2},
    "Classifier": {"classes": 3, "shape": SHAPE, "width": 2},
    "ColouredTransport": {"channels": 3, "k": 2, "width": 2, "n_scales": 2, "hidden": 3},
    "ConditionalDiscriminator": {"classes": 3, "shape": SHAPE, "width": 2},
    "ConditionalGenerator": {**K3, "classes": 3},
    "Denoiser": {"channels": 1, "width": (2, 4), "depth": 1, "fold": 2},
    "Discriminator": {"shape": SHAPE, "width": 2},
    "Flow": {"shape": SHAPE, "width": 2, "depth": 1},
    "Generator": K3,
    "GradientStepDenoiser": {"channels": 1, "width": (2, 4), "depth": 1, "fold": 2},
    "PatchGAN": {"in_channels": 2, "width": 2, "n_layers": 1},
    "PatchMixture": {"channels": 1, "side": 3, "n_components": 2},
    "PatchPotential": {"channels": 1, "width": 2, "n_layers": 1},
    "PerceptualDistance": {"width": 2},
    "Pix2PixUNet": {"in_channels": 2, "out_channels": 1, "width": 2, "n_scales": 2, "detail": 2},
    "PotentialMLP": {"dim": 3, "width": 2, "depth": 1},
    "SRDiscriminator": {"size": 16, "channels": 1, "width": 1},
    "SRResNet": {
        "scale": 2,
        "channels": 1,
        "width": 2,
        "n_blocks": 1,
        "kernel": 3,
        "norm": False,
        "resize": True,
        "noise": True,
    },
    "SkipNet": {"in_channels": 2, "out_channels": 1, "width": 2, "skips": 1, "n_scales": 1},
    "TextureTransport": {"channels": 1, "pool": 4, "width": 2, "n_scales": 2},
    "TransportMLP": {"dim": 3, "k": 2, "width": 2, "depth": 1},
    "TransportUNet": {"channels": 1, "k": 2, "width": 2, "n_scales": 2},
    "UNet": {"in_channels": 1, "out_channels": 1, "width": 2, "n_scales": 2},
    "Unrolled": {"n_iter": 2, "channels": 1, "width": 2, "n_scales": 1, "fold": 1},
    "VGGFeatures": {"layer": "relu2_2"},
}


PER_SCALE = (
    "ChromaTransport",
    "Denoiser",
    "GradientStepDenoiser",
    "SkipNet",
    "UNet",
    "Unrolled",
)  # width may be a list


def constructor(name: str) -> Entry:
    lists = {"width": "width"} if name in PER_SCALE else {}
    lists |= {"skips": "width"} if name == "SkipNet" else {}
    lists |= {"n_scales": "word"} if "Denoiser" in name else {}  # its width is a list
    kinds = {"alpha": "positive", "dropout": "fraction", **lists}
    return Entry(lambda: dict(ARGUMENTS[name]), kinds=kinds)


def on(name: str) -> Callable[[], nn.Module]:
    return partial(seeded, getattr(nets, name), **ARGUMENTS[name])


def method(name: str, make: Callable[[], dict[str, Any]], **options: Any) -> Entry:
    return Entry(make, on(name), **options)


def image(*shape: int, parameter: str = "x") -> Callable[[], dict[str, Any]]:
    return lambda: {parameter: rand(2, *(shape or SHAPE))}


def codes(k: int = 3) -> dict[str, Any]:
    return {"z": randn(2, k)}


def blurred() -> dict[str, Any]:
    return {"y": rand(2, *SHAPE), "A": Blur(kernels.box(3)), "x0": rand(2, *SHAPE, seed=1)}


def noisy() -> dict[str, Any]:
    return {"v": rand(3, *SHAPE), "sigma": 0.1}


def patches() -> dict[str, Any]:
    return {"patches": rand(2, 1, 3, 3)}


SCANNED = {"x0": "stack", "y": "tensor"}
VECTORS = {"x": "tensor", "y": "tensor"}
METHODS = {
    "VAE.encode": method("VAE", image()),
    "VAE.decode": method("VAE", codes),
    "VAE.forward": method("VAE", lambda: {"x": rand(2, *SHAPE), "noise": randn(2, 3)}),
    "Classifier.features": method("Classifier", image()),
    "Classifier.forward": method("Classifier", image()),
    "ColouredTransport.forward": method(
        "ColouredTransport", lambda: {"x": rand(2, 3, 8, 8), "z": randn(2, 2)}, like="x"
    ),
    "ConditionalDiscriminator.forward": method(
        "ConditionalDiscriminator", lambda: {"x": rand(3, *SHAPE), "c": whole(3, 3)}
    ),
    "ConditionalGenerator.forward": method(
        "ConditionalGenerator", lambda: {"z": randn(3, 3), "c": whole(3, 3)}
    ),
    "Denoiser.forward": method("Denoiser", noisy, like="v"),
    "Discriminator.features": method("Discriminator", image()),
    "Discriminator.forward": method("Discriminator", image()),
    "Flow.forward": method("Flow", image()),
    "Flow.inverse": method("Flow", lambda: codes(64)),
    "Generator.forward": method("Generator", codes),
    "GradientStepDenoiser.forward": method("GradientStepDenoiser", noisy, like="v"),
    "GradientStepDenoiser.g": method("GradientStepDenoiser", noisy),
    "GradientStepDenoiser.step": method("GradientStepDenoiser", noisy),
    "PatchGAN.forward": method(
        "PatchGAN", lambda: {"y": rand(2, *SHAPE), "x": rand(2, *SHAPE, seed=1)}
    ),
    "PatchMixture.coefficients": method("PatchMixture", patches),
    "PatchMixture.cut": method("PatchMixture", lambda: {"x": rand(2, *SHAPE), "stride": 2}),
    "PatchMixture.forward": method("PatchMixture", noisy, like="v"),
    "PatchMixture.joint": method("PatchMixture", lambda: {"c": randn(4, 8), "sigma": 0.1}),
    "PatchMixture.log_prob": method("PatchMixture", lambda: {**patches(), "sigma": 0.1}),
    "PatchMixture.sample": method("PatchMixture", lambda: {"n": 2, "generator": None}),
    "PatchPotential.forward": method("PatchPotential", image(parameter="y")),
    "PerceptualDistance.features": method("PerceptualDistance", image(3, 16, 16)),
    "PerceptualDistance.forward": method(
        "PerceptualDistance",
        lambda: {"x": rand(2, 3, 16, 16), "ref": rand(2, 3, 16, 16, seed=1)},
        kinds={"ref": "net_input"},
    ),
    "Pix2PixUNet.forward": method(
        "Pix2PixUNet", lambda: {"x": rand(2, 2, 8, 8), "noise": 0}, kinds={"noise": "noise"}
    ),
    "PotentialMLP.forward": method("PotentialMLP", lambda: {"y": randn(2, 3)}, kinds=VECTORS),
    "SRDiscriminator.forward": method("SRDiscriminator", image(1, 16, 16)),
    "SRResNet.forward": method(
        "SRResNet",
        lambda: {"y": rand(2, *SHAPE), "noise": 0},
        kinds={"noise": "noise"},
    ),
    "SRResNet.enlarge": method("SRResNet", image(parameter="y")),
    "SkipNet.forward": method("SkipNet", lambda: {"z": rand(2, 2, 8, 8)}, kinds={"z": "net_input"}),
    "ChromaTransport.forward": method(
        "ChromaTransport", lambda: {"x": rand(2, 3, 8, 6), "z": randn(2, 2)}, like="x"
    ),
    "TextureTransport.forward": method(
        "TextureTransport", lambda: {"x": rand(2, *SHAPE), "z": randn(2, 64)}, like="x"
    ),
    "TransportMLP.forward": method(
        "TransportMLP", lambda: {"x": randn(2, 3), "z": randn(2, 2)}, like="x", kinds=VECTORS
    ),
    "TransportUNet.forward": method(
        "TransportUNet", lambda: {"x": rand(2, *SHAPE), "z": randn(2, 2)}, like="x"
    ),
    "UNet.forward": method("UNet", image(), like="x", kinds={"x": "stack"}),
    "Unrolled.forward": method("Unrolled", blurred, like="y", kinds=SCANNED, also={"x0": "image"}),
    "Unrolled.iterates": method("Unrolled", blurred, kinds=SCANNED, also={"x0": "image"}),
    "VGGFeatures.forward": method("VGGFeatures", image(3, 8, 8)),
    "SelfEnsemble": Entry(lambda: {"net": on("UNet")()}),
    "SelfEnsemble.forward": Entry(
        lambda: {"y": rand(2, *SHAPE), "*others": ()},
        lambda: nets.SelfEnsemble(on("UNet")()),
        like="y",
        kinds={"others": "word", "y": "stack"},
        also={"y": "x"},  # it is the network that refuses its input
    ),
    "lipschitz": Entry(
        lambda: {"f": torch.sin, "x": rand(2, *SHAPE), "n_iter": 2, "seed": 0}, kinds={"x": "batch"}
    ),
    "one_hot": Entry(lambda: {"labels": whole(3, 2, 8, 8), "classes": 3}),
    "receptive_field": Entry(lambda: {"net": on("PatchGAN")()}),
    "vgg_features": Entry(lambda: {"backbone": "random", "seed": 0}),
}
ENTRIES = {f"nets.{name}": constructor(name) for name in ARGUMENTS}
ENTRIES |= {f"nets.{name}": entry for name, entry in METHODS.items()}
