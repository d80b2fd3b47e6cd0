"""Recipes for VAEs: on typographic digits, and on MNIST (E2–E4)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mvacourse import train, validate
from mvacourse.datasets import mnist
from mvacourse.losses import elbo
from mvacourse.nets import VAE
from mvacourse.recipes.data import ABOUT_DIGITS, ON_NEW_DIGITS, digits, held_out_digits, new_digits
from mvacourse.recipes.recipe import Made, Recipe


def _mnist(n: int) -> tuple[Tensor, Tensor]:
    x, labels = mnist("train")
    return x[:n], labels[:n]


def _held_out_mnist() -> tuple[Tensor, Tensor]:
    x, labels = mnist("test")
    return x[:2000], labels[:2000]


def _vae(name: str) -> Any:
    def train_one(x: Tensor, labels: Tensor, **options: Any) -> tuple[Made, train.History]:
        net, history = train.vae(x, **options)
        return {name: net}, history

    return train_one


def _measure(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    (net,) = made.values()
    return of_vae(net, x)


def _measure_digits(made: Made, x: Tensor, labels: Tensor) -> dict[str, float]:
    (net,) = made.values()
    new, _ = new_digits()
    return {**of_vae(net, x), "range_mse_new_faces": of_vae(net, new)["range_mse"]}


@torch.no_grad()
def of_vae(net: VAE, images: Tensor) -> dict[str, float]:
    """Compute the bound (nats per image), and two errors: for the code μ, and for the best code.

    ``reconstruction_mse`` is the error of decode(μ). ``range_mse`` is the error after 200 steps of
    Adam on the code, starting from μ: it measures the distance of the images from the range of G.
    Both are means over pixels.
    """
    mu, logvar = net.encode(images)
    noise = torch.randn(len(images), net.k, generator=validate.generator(0))
    x_hat = net.decode(mu + (logvar / 2).exp() * noise)
    return {
        "elbo": float(elbo(x_hat, images, mu, logvar)),
        "reconstruction_mse": float((net.decode(mu) - images).square().mean()),
        "range_mse": _range_mse(net, images, mu),
    }


@torch.enable_grad()
def _range_mse(net: VAE, images: Tensor, z: Tensor) -> float:
    net.requires_grad_(False)
    z = z.clone().requires_grad_()
    optimiser = torch.optim.Adam([z], lr=0.03)
    for _ in range(200):
        loss = (net.decode(z) - images).square().sum()
        (z.grad,) = torch.autograd.grad(loss, z)
        optimiser.step()
    mse = float((net.decode(z.detach()) - images).square().mean())
    net.requires_grad_(True)
    return mse


RECIPES = {
    "vae_digits": Recipe(
        "Bora's VAE, k = 20, on typographic digits",
        ABOUT_DIGITS,
        digits,
        held_out_digits,
        ON_NEW_DIGITS,
        _vae("vae_digits"),
        _measure_digits,
        {
            "fast": {"n": 30_000, "n_steps": 3000, "beta": 0.3, "lr": 1.5e-3},
            "full": {"n": 60_000, "n_steps": 20_000, "beta": 0.3, "lr": 1.5e-3},
        },
    ),
    "vae_mnist": Recipe(
        "Bora's VAE, k = 20, on MNIST",
        'datasets.mnist("train")[:{n}]',
        _mnist,
        _held_out_mnist,
        'datasets.mnist("test")[:2000]',
        _vae("vae_mnist"),
        _measure,
        {
            "fast": {"n": 60_000, "n_steps": 3000, "lr": 1.5e-3},
            "full": {"n": 60_000, "n_steps": 18_000, "lr": 1.5e-3},
        },
    ),
}
