"""The course's networks of digits: for each its data, its budgets, and what its card tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from mvacourse import images, train, weights
from mvacourse.catalogue import metrics
from mvacourse.catalogue.entry import TEST_SEED, TRAIN_SEED, Entry, Made
from mvacourse.datasets import mnist

_JUDGE = "classifier_digits"


def _digits(n: int) -> tuple[Tensor, Tensor]:
    return images.digits(n, seed=TRAIN_SEED)


def _held_out_digits() -> tuple[Tensor, Tensor]:
    return images.digits(2000, seed=TEST_SEED)


def _coloured(n: int) -> tuple[Tensor, Tensor]:
    return images.coloured_digits(n, seed=TRAIN_SEED)


def _held_out_coloured() -> tuple[Tensor, Tensor]:
    return images.coloured_digits(2000, seed=TEST_SEED)


def _mnist(n: int) -> tuple[Tensor, Tensor]:
    x, labels = mnist("train")
    return x[:n], labels[:n]


def _held_out_mnist() -> tuple[Tensor, Tensor]:
    x, labels = mnist("test")
    return x[:2000], labels[:2000]


def _vae(name: str) -> Callable[..., tuple[Made, train.History]]:
    def recipe(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
        net, history = train.vae(x, **options)
        return {name: net}, history

    return recipe


def _gan(name: str) -> Callable[..., tuple[Made, train.History]]:
    def recipe(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
        G, D, history = train.gan(x, **options)
        return {name: G, f"{name}_discriminator": D}, history

    return recipe


def _flow(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
    net, history = train.flow(x, **options)
    return {"flow_digits": net}, history


def _classifier(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
    net, history = train.classifier(x, labels, **options)
    return {"classifier_digits": net}, history


def _of_one(measure: Callable[..., dict[str, float]]) -> Callable[..., dict[str, float]]:
    return lambda made, x, labels: measure(next(iter(made.values())), x)


def _of_gan(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return metrics.of_gan(*made.values(), x, weights.load(_JUDGE))


def _of_classifier(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    return metrics.of_classifier(made["classifier_digits"], x, labels)


_DIGITS = (f"images.digits({{n}}, seed={TRAIN_SEED})", _digits, _held_out_digits)
_COLOURED = (f"images.coloured_digits({{n}}, seed={TRAIN_SEED})", _coloured, _held_out_coloured)
_MNIST = ('datasets.mnist("train")[:{n}]', _mnist, _held_out_mnist)

ENTRIES = {
    "vae_digits": Entry(
        "Bora's VAE, k = 20, on typographic digits",
        *_DIGITS,
        _vae("vae_digits"),
        _of_one(metrics.of_vae),
        {
            "fast": {"n": 30_000, "n_steps": 3000, "beta": 0.3, "lr": 1.5e-3},
            "full": {"n": 60_000, "n_steps": 20_000, "beta": 0.3, "lr": 1.5e-3},
        },
    ),
    "classifier_digits": Entry(
        "classifier of typographic digits",
        *_DIGITS,
        _classifier,
        _of_classifier,
        {"fast": {"n": 20_000, "n_steps": 800}, "full": {"n": 60_000, "n_steps": 2500}},
    ),
    "gan_digits": Entry(
        "GAN, k = 64, on typographic digits, with its discriminator",
        *_DIGITS,
        _gan("gan_digits"),
        _of_gan,
        {"fast": {"n": 20_000, "n_steps": 600}, "full": {"n": 60_000, "n_steps": 3000}},
        _JUDGE,
    ),
    "flow_digits": Entry(
        "normalising flow on typographic digits",
        *_DIGITS,
        _flow,
        _of_one(metrics.of_flow),
        {"fast": {"n": 20_000, "n_steps": 400}, "full": {"n": 60_000, "n_steps": 3000}},
    ),
    "gan_coloured": Entry(
        "GAN, k = 64, on coloured digits, with its discriminator",
        *_COLOURED,
        _gan("gan_coloured"),
        _of_gan,
        {"fast": {"n": 20_000, "n_steps": 600}, "full": {"n": 60_000, "n_steps": 3000}},
        _JUDGE,
    ),
    "vae_mnist": Entry(
        "Bora's VAE, k = 20, on MNIST",
        *_MNIST,
        _vae("vae_mnist"),
        _of_one(metrics.of_vae),
        {
            "fast": {"n": 60_000, "n_steps": 3000, "lr": 1.5e-3},
            "full": {"n": 60_000, "n_steps": 18_000, "lr": 1.5e-3},
        },
    ),
}
