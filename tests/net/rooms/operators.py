"""operators: the constructors, and five methods of each."""

from __future__ import annotations

import torch
from torch import Tensor

from mvacourse import kernels
from mvacourse import operators as ops
from net.entry import Entry, rand

MASK = rand(8, 6) > 0.5
OPERATORS = {
    "BernoulliSensing": lambda: ops.BernoulliSensing(12, (1, 8, 6)),
    "Blur": lambda: ops.Blur(kernels.gaussian(3, 1.0)),
    "Compose": lambda: ops.Compose(ops.Subsample(2), ops.Blur(kernels.box(3))),
    "FourierSampling": lambda: ops.FourierSampling(MASK),
    "GaussianSensing": lambda: ops.GaussianSensing(12, (1, 8, 6)),
    "Identity": ops.Identity,
    "Mask": lambda: ops.Mask(MASK),
    "MultiCoilMRI": lambda: ops.MultiCoilMRI(MASK, kernels.coil_maps(2, (8, 6))),
    "Radon": lambda: ops.Radon([0.0, 45.0, 90.0], (8, 6)),
    "Resize": lambda: ops.Resize(0.5),
    "Subsample": lambda: ops.Subsample(2),
}


def u() -> Tensor:
    return rand(1, 1, 8, 6)


def y(name: str) -> Tensor:
    with torch.no_grad():
        return OPERATORS[name]()(u())


CONSTRUCTORS = {
    "BernoulliSensing": Entry(lambda: {"m": 12, "shape": (1, 8, 6)}),
    "Blur": Entry(lambda: {"k": torch.ones(3, 3) / 9}),
    "Compose": Entry(lambda: {"*operators": (ops.Subsample(2), ops.Blur(torch.ones(3, 3) / 9))}),
    "FourierSampling": Entry(lambda: {"mask": MASK}),
    "GaussianSensing": Entry(lambda: {"m": 12, "shape": (1, 8, 6)}),
    "Identity": Entry(),
    "Mask": Entry(lambda: {"mask": MASK}),
    "MultiCoilMRI": Entry(lambda: {"mask": MASK, "coils": kernels.coil_maps(2, (8, 6))}),
    "Radon": Entry(
        lambda: {"angles": [0.0, 45.0], "size": (8, 6), "n_detectors": 8}, kinds={"angles": "reals"}
    ),
    "Resize": Entry(lambda: {"scale": 0.5}),
    "Subsample": Entry(lambda: {"s": 2}),
    "PhaseRetrieval": Entry(lambda: {"A": ops.FourierSampling(MASK)}),
}


def methods(name: str) -> dict[str, Entry]:
    on = OPERATORS[name]
    return {
        f"{name}.forward": Entry(lambda: {"u": u()}, on),
        f"{name}.T": Entry(lambda: {"y": y(name)}, on),
        f"{name}.vjp": Entry(lambda: {"u": u(), "y": y(name)}, on, kinds={"u": "word"}),
        f"{name}.gram": Entry(lambda: {"u": u()}, on, like="u"),
        f"{name}.norm": Entry(lambda: {"shape": (1, 8, 6)}, on),
        f"{name}.to_matrix": Entry(lambda: {"shape": (1, 8, 6)}, on),
    }


def retrieval() -> ops.PhaseRetrieval:
    return ops.PhaseRetrieval(ops.FourierSampling(MASK))


OTHERS = {
    "PhaseRetrieval.forward": Entry(lambda: {"u": u()}, retrieval),
    "PhaseRetrieval.vjp": Entry(lambda: {"u": u(), "y": retrieval()(u())}, retrieval),
    "Blur.transfer": Entry(
        lambda: {"height": 8, "width": 6},
        OPERATORS["Blur"],
        also={"height": "image", "width": "image"},
    ),
    "Radon.fbp": Entry(lambda: {"y": y("Radon")}, OPERATORS["Radon"]),
    "bicubic": Entry(lambda: {"u": u(), "scale": 0.5}),
    "dot_gap": Entry(lambda: {"A": ops.Mask(MASK), "u": u()}),
    "vjp_gap": Entry(lambda: {"A": ops.Mask(MASK), "u": u()}),
    "resize_matrix": Entry(lambda: {"n_in": 8, "n_out": 4, "scale": 0.5}),
}
ENTRIES = {
    f"operators.{name}": entry
    for some in (CONSTRUCTORS, OTHERS, *map(methods, OPERATORS))
    for name, entry in some.items()
}
