"""What the course trains and ships: for each network its data, its budgets and its metrics.

``catalogue.train("vae_digits", "full")`` makes what ``weights.load("vae_digits")`` loads.
"""

from __future__ import annotations

import difflib
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mvacourse import weights
from mvacourse.catalogue import (
    conditional,
    digits,
    grain,
    perceptual,
    photographs,
    plane,
    textures,
    tomography,
    transport,
)
from mvacourse.catalogue.entry import TEST_SEED, TRAIN_SEED, Data, Entry
from mvacourse.train import History, distributed
from mvacourse.train.draws import fingerprint

__all__ = ["TEST_SEED", "TRAIN_SEED", "describe", "names", "train"]

ENTRIES: dict[str, Entry] = {
    **digits.ENTRIES,
    **conditional.ENTRIES,
    **photographs.ENTRIES,
    **perceptual.ENTRIES,
    **tomography.ENTRIES,
    **textures.ENTRIES,
    **plane.ENTRIES,
    **transport.ENTRIES,
    **grain.ENTRIES,
}


def names() -> tuple[str, ...]:
    """List what :func:`train` can train."""
    return tuple(ENTRIES)


def describe(name: str) -> str:
    """Say in one line what a training makes.

    Raises
    ------
    ValueError
        If there is no such training.
    """
    return _entry(name).about


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
    """Train one of the course's networks, measure it on held-out data, and write it with its card.

    The checkpoint ``NAME.checkpoint`` stands beside the weights, and goes when they are there.
    Metrics are taken of the network as stored, rounded to half precision.

    Parameters
    ----------
    name : str
        One of :func:`names`. The GANs of digits, ``gan_…``, also write ``NAME_discriminator``.
    budget : {"fast", "full"}
        A minute or two on a laptop, or what the notebooks' results need.
    resume : bool
        Go on from the checkpoint, if there is one.
    out : str or Path, optional
        Folder to write to; the course's own ``data/weights`` by default. What a training starts
        from or is judged by always comes from there.
    seed : int, default 0
        Of the first weights and the steps; the data keep theirs.
    device : str or torch.device
        Where to train.
    progress : bool
        Show a bar.

    Returns
    -------
    dict
        The card; empty in all processes but the first.

    Raises
    ------
    ValueError
        If there is no such training or budget, or what it starts from or is judged by is missing.
    CheckpointError, WeightsError
        As :mod:`mvacourse.train` and :mod:`mvacourse.weights` say.
    """
    entry = _entry(name)
    if budget not in entry.budgets:
        raise ValueError(f"budget = {budget!r}: choose {' or '.join(map(repr, entry.budgets))}")
    if entry.judge is not None:  # what is needed is missed before the work, not after it
        if entry.judge not in weights.names():
            raise ValueError(
                f"{name} needs {entry.judge}, which {weights.default_folder()} does not hold: "
                f"mvacourse train {entry.judge} --budget full makes it"
            )
        weights.load(entry.judge)
    folder = weights.default_folder() if out is None else Path(out)
    checkpoint = folder / f"{name}.checkpoint"
    options = dict(entry.budgets[budget])
    held_out = entry.held_out()  # and so is what they are taken on
    data = entry.load(n := options.pop("n"))
    made, history = entry.recipe(
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
    card = _story(name, entry, budget, seed, device, n, options, history)
    card["data_sha256"] = fingerprint(*_tensors(data))
    if entry.judge is not None:
        card["judge_sha256"] = weights.card(entry.judge)["sha256"]
    made = {key: net.cpu().half().float() for key, net in made.items()}
    card["metrics"] = _rounded(entry.measure(made, *held_out))
    cards = [weights.save(key, net, card, folder) for key, net in made.items()]
    checkpoint.unlink(missing_ok=True)
    distributed.wait()
    return cards[0]


def _entry(name: str) -> Entry:
    if name not in ENTRIES:
        near = difflib.get_close_matches(str(name), ENTRIES, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(ENTRIES)}"
        raise ValueError(f"name = {name!r} is no network that the course trains: {hint}")
    return ENTRIES[name]


def _tensors(data: Data) -> Iterator[Tensor]:
    """Give the tensors one by one, those in lists as well."""
    for part in data:
        yield from (part if isinstance(part, (list, tuple)) else (part,))


def _story(
    name: str,
    entry: Entry,
    budget: str,
    seed: int,
    device: str | torch.device,
    n: int,
    options: dict[str, Any],
    history: History,
) -> weights.Card:
    return {
        "about": entry.about,
        "command": f"mvacourse train {name} --budget {budget} --seed {seed}",
        "data": entry.data.format(n=n),
        "budget": budget,
        "seed": seed,
        "options": options,
        "steps": options["n_steps"],
        "hardware": _hardware(device),
        "torch": torch.__version__,
        "seconds": round(history.seconds, 1),
        "loss": float(f"{history.last('loss'):.5g}"),
        "licence": "MIT",
    }


def _hardware(device: str | torch.device) -> str:
    """Name the processor, without what would tell one machine from another."""
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
