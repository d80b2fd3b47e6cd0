"""Recipes for the shipped networks: for each its data, its training, and its metrics.

``recipes.train("vae_digits", "full")`` makes the network that ``weights.load("vae_digits")`` loads.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mvacourse import validate, weights
from mvacourse.recipes import (
    cgan_digits,
    classifiers,
    denoisers,
    flow_digits,
    gan_digits,
    patch_mixtures,
    perceptual_distance,
    pix2pix_facades,
    pix2pix_textures,
    segmenter_textures,
    sr_photo,
    srgan_mse_vgg22,
    tomography,
    vae_digits,
    weak_ot_colours,
    weak_ot_digits,
    weak_ot_texture,
    weak_ot_toy,
)
from mvacourse.recipes.recipe import TEST_SEED, TRAIN_SEED, Data, Recipe
from mvacourse.train import History, distributed
from mvacourse.train.seeds import fingerprint

__all__ = ["RECIPES", "TEST_SEED", "TRAIN_SEED", "Recipe", "describe", "names", "train"]

RECIPES: dict[str, Recipe] = {
    **vae_digits.RECIPES,
    **classifiers.RECIPES,
    **gan_digits.RECIPES,
    **flow_digits.RECIPES,
    **cgan_digits.RECIPES,
    **sr_photo.RECIPES,
    **srgan_mse_vgg22.RECIPES,
    **denoisers.RECIPES,
    **patch_mixtures.RECIPES,
    **perceptual_distance.RECIPES,
    **tomography.RECIPES,
    **segmenter_textures.RECIPES,
    **pix2pix_textures.RECIPES,
    **pix2pix_facades.RECIPES,
    **weak_ot_toy.RECIPES,
    **weak_ot_digits.RECIPES,
    **weak_ot_texture.RECIPES,
    **weak_ot_colours.RECIPES,
}


def names() -> tuple[str, ...]:
    """Return the names of the networks that :func:`train` can train."""
    return tuple(RECIPES)


def describe(name: str) -> str:
    """Describe in one line the network that a training makes.

    Raises
    ------
    ValueError
        If there is no such network.
    """
    return _recipe(name).about


def train(
    name: str,
    budget: str = "fast",
    *,
    resume: bool = False,
    out: str | Path | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
    progress: bool = True,
) -> weights.Card:
    """Train one of the course's networks, measure it on held-out data, and save it with its card.

    The checkpoint ``NAME.checkpoint`` is next to the weights; it is deleted once they are saved.
    The metrics are those of the saved network, with weights rounded to half precision.

    Parameters
    ----------
    name : str
        One of :func:`names`. The GANs of digits, ``gan_…``, also save ``NAME_discriminator``.
    budget : {"fast", "full"}
        ``"fast"`` takes a minute or two on a laptop. ``"full"`` makes the networks of the
        notebooks.
    resume : bool
        Continue from the checkpoint, if there is one.
    out : str or Path, optional
        Folder to write to; the course's own ``data/weights`` by default. A network that the
        training starts from, or that judges the result, always comes from ``data/weights``.
    seed : int, default 0
        Random seed for the initial weights and the steps. The data have their own seeds.
    device : str or torch.device
        Where to train.
    progress : bool
        Show a progress bar.

    Returns
    -------
    dict
        The card; empty in all processes except the first.

    Raises
    ------
    ValueError
        If there is no such network or budget, or another network that it needs is missing.
    CheckpointError, WeightsError
        As in :mod:`mvacourse.train` and :mod:`mvacourse.weights`.
    """
    recipe = _recipe(name)
    if budget not in recipe.budgets:
        raise ValueError(f"budget = {budget!r}: choose {' or '.join(map(repr, recipe.budgets))}")
    if recipe.judge is not None:  # find out before the training, not after, if it is missing
        if recipe.judge not in weights.names():
            raise ValueError(
                f"{name} needs {recipe.judge}, which is not in {weights.default_folder()}: "
                f"mvacourse train {recipe.judge} --budget full makes it"
            )
        weights.load(recipe.judge)
    folder = weights.default_folder() if out is None else Path(out)
    checkpoint = folder / f"{name}.checkpoint"
    weights.require_writable(name, folder)  # the same: before the training
    options = dict(recipe.budgets[budget])
    held_out = recipe.held_out()  # the same: before the training
    data = recipe.load(n := options.pop("n"))
    made, history = recipe.train(
        *data,
        **options,
        seed=seed,
        device=device,
        checkpoint=checkpoint,
        resume=resume,
        progress=progress,
    )
    if distributed.rank() > 0:
        distributed.wait()
        return {}
    card = _story(name, recipe, budget, seed, device, n, options, history)
    card["data_sha256"] = fingerprint(*_tensors(data))
    if recipe.judge is not None:
        card["judge_sha256"] = weights.card(recipe.judge)["sha256"]
    made = {key: net.cpu().half().float() for key, net in made.items()}
    card["metrics"] = _rounded(recipe.measure(made, *held_out))
    cards = [weights.save(key, net, card, folder) for key, net in made.items()]
    checkpoint.unlink(missing_ok=True)
    distributed.wait()
    return cards[0]


def _recipe(name: str) -> Recipe:
    if not isinstance(name, str) or name not in RECIPES:
        hint = validate.near(name, RECIPES, f"there are {', '.join(RECIPES)}")
        raise ValueError(f"name = {name!r} is not a network that the course trains: {hint}")
    return RECIPES[name]


def _tensors(data: Data) -> Iterator[Tensor]:
    """Yield the tensors one by one, including those in lists."""
    for part in data:
        yield from (part if isinstance(part, (list, tuple)) else (part,))


def _story(
    name: str,
    recipe: Recipe,
    budget: str,
    seed: int,
    device: str | torch.device,
    n: int,
    options: dict[str, Any],
    history: History,
) -> weights.Card:
    return {
        "about": recipe.about,
        "command": f"mvacourse train {name} --budget {budget} --seed {seed}",
        "data": recipe.data.format(n=n),
        "measured_on": recipe.measured_on,
        "budget": budget,
        "seed": seed,
        "options": options,
        "steps": options["n_steps"],
        "hardware": _hardware(device),
        "torch": torch.__version__,
        "seconds": float(f"{history.seconds:.3g}"),
        "loss": float(f"{history.last('loss'):.5g}"),
        "licence": "MIT",
    }


def _hardware(device: str | torch.device) -> str:
    """Return the processor's name, without anything that identifies the machine."""
    if torch.device(device).type == "cuda":
        return f"{torch.cuda.get_device_name()}, {distributed.world()} of them"
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {torch.get_num_threads()} thread(s), {distributed.world()} process(es)"


def _rounded(metrics: dict[str, float]) -> dict[str, float]:
    return {key: float(f"{value:.4g}") for key, value in metrics.items()}
