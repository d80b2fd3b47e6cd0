"""A checkpoint is refused whichever argument of the training differs, and says which."""

import pytest
import torch
from games import RECIPES, Carrier, Judge, Painter
from torch import nn
from torch.nn import functional as F
from toy import images

from mvacourse import train
from mvacourse.train import CheckpointError

X, LABELS = images(8)
SMALL = {"batch": 2, "width": 4}


class Twice:
    """A number, and twice that."""

    fingerprint = "twice"

    def __call__(self, draw, batch):
        x = draw.uniform(batch, 1)
        return (x,), 2 * x


def game(name):
    def call(**options):
        torch.manual_seed(0)
        if name == "weak_ot":
            return RECIPES[name](Carrier().double(), Judge().double(), **options)
        return RECIPES[name](Painter(), Judge(), **options)

    call.__name__ = name
    return call


def regression(**options):
    torch.manual_seed(0)
    return train.regression(nn.Linear(1, 1), Twice(), **options)


def vae(images=X, **options):
    return train.vae(images, **{"k": 3, **SMALL, **options})


def flow(images=X, **options):
    return train.flow(images, **{"depth": 1, **SMALL, **options})


def classifier(data=(X, LABELS), **options):
    return train.classifier(*data, **{**SMALL, **options})


def gan(data=(X,), **options):
    return train.gan(*data, **{"k": 3, "width_D": 4, **SMALL, **options})


def conditional_gan(data=(X, LABELS), **options):
    return train.conditional_gan(*data, **{"k": 3, "width_D": 4, **SMALL, **options})


COMMON = {"batch": 3, "lr": 0.5, "seed": 1}
MEAN = {"average": 0.5}
PRECISE = {"precision": "bfloat16"}
GAMMA = {"gamma": 0.5, "penalty_every": 3}
RELABELLED = {"data": (X, LABELS.flip(0))}
CASES = [
    (vae, {**COMMON, "k": 4, "width": 5, "beta": 0.5, "images": X.flip(0)}),
    (flow, {**COMMON, "width": 5, "depth": 2, "noise": 0.1, "images": X.flip(0)}),
    (classifier, {**COMMON, "classes": 9, "width": 5, **RELABELLED}),
    (gan, {**COMMON, **MEAN, **GAMMA, "data": (X.flip(0),)}),
    (conditional_gan, {**COMMON, **MEAN, **GAMMA, **RELABELLED}),
    (regression, {**COMMON, **MEAN, **PRECISE, "warm_up": 1, "clip": 1.0, "loss": F.mse_loss}),
    (game("srgan"), {**COMMON, **MEAN, "adversarial": 0.5, "pixels": 0.5, "lr_D": 0.5}),
    (game("pix2pix"), {**COMMON, **MEAN, "lam": 0.5, "lr_D": 0.5, "warm_up": 1}),
    (game("weak_ot"), {**COMMON, **MEAN, "lr_f": 0.5, "penalty": 0.5, "n_z": 2, "n_T": 2}),
    (game("weak_ot"), {"z_dim": 3, "cost": F.mse_loss}),
]


@pytest.mark.parametrize(
    ("recipe", "change"),
    [
        pytest.param(recipe, {name: value}, id=f"{recipe.__name__}-{name}")
        for recipe, changes in CASES
        for name, value in changes.items()
    ],
)
def test_a_checkpoint_of_other_arguments_is_refused_by_name(recipe, change, tmp_path):
    def stop(step, net):
        raise KeyboardInterrupt

    options = {"n_steps": 3, "checkpoint": tmp_path / "checkpoint", "progress": False}
    with pytest.raises(KeyboardInterrupt):
        recipe(callback=stop, **options)
    (name,) = change
    with pytest.raises(CheckpointError, match=f"made with .*{name} = "):
        recipe(resume=True, **options, **change)
