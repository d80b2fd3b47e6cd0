"""validate, calculus, noise, kernels, regularizers, losses."""

from __future__ import annotations

import torch

from net.entry import Entry, rand, randn, whole

U = {"make": lambda: {"u": rand(1, 1, 8, 6)}}
FIELD = {"make": lambda: {"p": rand(1, 1, 2, 8, 6)}}
NUMBER = {"make": lambda: {"value": 0.5, "name": "value"}}
IMAGE = {"x": "image"}


def rand_like(x: torch.Tensor) -> torch.Tensor:
    """A function of one tensor."""
    return x / 2


def vectors(*names: str):
    return lambda: {name: rand(5, 3, seed=i) for i, name in enumerate(names)}


def logits(*names: str):
    return lambda: {name: randn(5, seed=i) for i, name in enumerate(names)}


def pixels(*names: str):
    return lambda: {name: rand(2, 1, 8, 6, seed=i) for i, name in enumerate(names)}


def penalised() -> dict:
    x = rand(2, 1, 8, 6).requires_grad_()
    return {"real_logits": x.square().sum((1, 2, 3)), "x": x}


VALIDATE = {
    "tensor": Entry(lambda: {"x": rand(2, 3), "name": "x"}),
    "batch": Entry(lambda: {"x": rand(1, 1, 8, 6), "name": "x"}, kinds={"x": "tensor"}),
    "finite": Entry(lambda: {"x": rand(2, 3), "name": "x"}),
    "image": Entry(lambda: {"x": rand(1, 1, 8, 6), "name": "x"}, kinds=IMAGE),
    "same_shape": Entry(lambda: {"x": rand(2, 3), "ref": rand(2, 3), "names": ("x", "ref")}),
    "positive": Entry(**NUMBER, kinds={"value": "positive"}),
    "non_negative": Entry(**NUMBER, kinds={"value": "non_negative"}),
    "fraction": Entry(**NUMBER, kinds={"value": "fraction"}),
    "one_of": Entry(
        lambda: {"value": "a", "allowed": ("a", "b"), "name": "value"},
        kinds={"value": "choice", "allowed": "word"},
    ),
    "near": Entry(
        lambda: {"name": "vae_digit", "known": ("vae_digits",), "otherwise": "see the list"},
        kinds={"known": "word", "otherwise": "word"},
    ),
    "count": Entry(
        lambda: {"value": 3, "name": "value"}, kinds={"value": "count", "at_least": "word"}
    ),
    "kernel": Entry(lambda: {"k": torch.ones(3, 3) / 9}),
    "mask": Entry(lambda: {"m": rand(8, 6) > 0.5, "name": "m"}),
    "labels": Entry(
        lambda: {"x": whole(3, 2, 8, 6), "classes": 3, "name": "x"}, kinds={"ndim": "word"}
    ),
    "image_size": Entry(lambda: {"size": (8, 6)}),
    "generator": Entry(lambda: {"seed": 0}),
    "values": Entry(lambda: {"x": rand(2, 3), "name": "x"}, kinds={"ndim": "word"}),
    "real": Entry(lambda: {"x": rand(2, 3), "name": "x"}, kinds={"ndim": "word"}),
    "like": Entry(lambda: {"x": rand(2, 3), "ref": rand(2, 3)}),
    "number": Entry(**NUMBER, kinds={"value": "real"}),
    "seed": Entry(lambda: {"value": 0}, kinds={"value": "seed"}, also={"value": "seed"}),
    "seed32": Entry(lambda: {"value": 0}, kinds={"value": "seed"}, also={"value": "seed"}),
    "device": Entry(lambda: {"value": "cpu"}, kinds={"value": "device"}, also={"value": "device"}),
    "dtype": Entry(
        lambda: {"value": torch.float32},
        kinds={"value": "dtype", "complex": "word"},
        also={"value": "dtype"},
    ),
    "image_shape": Entry(lambda: {"shape": (1, 8, 6)}),
    "function": Entry(
        lambda: {"f": rand_like, "name": "f", "*arguments": ("x",)},
        kinds={"f": "callback", "arguments": "word"},
    ),
    "returning": Entry(
        lambda: {"f": rand_like, "name": "f", "*arguments": ("x",)},
        kinds={"f": "callback", "arguments": "word"},
    ),
    "returned": Entry(
        lambda: {"y": rand(2, 3), "like": rand(2, 3), "call": "y"},
        kinds={"call": "word", "like": "word"},
    ),
    "module": Entry(lambda: {"net": torch.nn.Linear(2, 2), "name": "net"}),
}
CALCULUS = {
    "dot": Entry(lambda: {"u": rand(1, 1, 8, 6), "v": rand(1, 1, 8, 6, seed=1)}),
    "norm": Entry(**U),
    "grad": Entry(**U),
    "grad_T": Entry(**FIELD),
    "div": Entry(**FIELD),
    "laplacian": Entry(**U, like="u"),
    "laplacian_hat": Entry(lambda: {"height": 8, "width": 6}),
}
NOISE = {
    "gaussian": Entry(lambda: {"u": rand(1, 1, 8, 6), "sigma": 0.1, "seed": 0}, like="u"),
    "poisson": Entry(lambda: {"u": rand(1, 1, 8, 6), "peak": 10.0, "seed": 0}, like="u"),
    "stream": Entry(lambda: {"seed": 0, "number": 1}, kinds={"number": "word"}),
}
KERNELS = {
    "box": Entry(lambda: {"size": (3, 5)}),
    "centred": Entry(lambda: {"x": rand(1, 1, 8, 6)}, like="x"),
    "coil_maps": Entry(lambda: {"n_coils": 2, "shape": (8, 6)}),
    "delta": Entry(lambda: {"size": (3, 5)}),
    "disk": Entry(lambda: {"radius": 1.5}),
    "gaussian": Entry(lambda: {"size": (5, 5), "sigma": 1.0}),
    "motion": Entry(lambda: {"size": 5, "angle": 30.0}),
    "radial_lines": Entry(lambda: {"shape": (8, 6), "n_lines": 3}),
    "random_mask": Entry(
        lambda: {"shape": (8, 6), "keep": 0.5, "seed": 0}, kinds={"keep": "positive"}
    ),
}
REGULARIZERS = {
    "tychonov": Entry(**U),
    "tychonov_grad": Entry(**U, like="u"),
    "tv": Entry(**U),
    "smoothed_tv": Entry(lambda: {"u": rand(1, 1, 8, 6), "eps": 0.1}),
    "smoothed_tv_grad": Entry(lambda: {"u": rand(1, 1, 8, 6), "eps": 0.1}, like="u"),
}
LOSSES = {
    "bce": Entry(pixels("x_hat", "x")),
    "kl_normal": Entry(vectors("mu", "logvar")),
    "elbo": Entry(lambda: {**pixels("x_hat", "x")(), **vectors("mu", "logvar")()}),
    "discriminator_loss": Entry(logits("real_logits", "fake_logits")),
    "generator_loss": Entry(logits("fake_logits")),
    "relativistic_loss": Entry(logits("winner_logits", "loser_logits")),
    "r1": Entry(penalised),
    "flow_nll": Entry(lambda: {"z": randn(5, 3), "logdet": randn(5)}),
    "bits_per_dimension": Entry(lambda: {"nll": 100.0, "k": 16}, kinds={"nll": "real"}),
    "feature_distance": Entry(
        lambda: {"f": [rand(1, 2, 4, 4)], "g": [rand(1, 2, 4, 4, seed=1)]},
        kinds={"f": "features", "g": "features"},
    ),
}
ENTRIES = {
    f"{room}.{name}": entry
    for room, some in (
        ("validate", VALIDATE),
        ("calculus", CALCULUS),
        ("noise", NOISE),
        ("kernels", KERNELS),
        ("regularizers", REGULARIZERS),
        ("losses", LOSSES),
    )
    for name, entry in some.items()
}
