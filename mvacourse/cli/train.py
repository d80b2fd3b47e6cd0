"""``mvacourse train``: train one of the course's networks, without losing work."""

from __future__ import annotations

import os
import shlex
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from mvacourse.cli.messages import choose, fail, figures, folder, plain_errors, say
from mvacourse.storage import exit_code


class Budget(str, Enum):
    """Length of a training."""

    fast = "fast"
    full = "full"


_Name = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="A network from --list.", show_default=False),
]
_Budget = Annotated[
    Budget | None,
    typer.Option(
        help="fast: minutes on a laptop; full: as for the notebooks.", show_default="fast"
    ),
]
_Resume = Annotated[
    bool, typer.Option("--resume", help="Continue from the checkpoint, if there is one.")
]
_Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        parser=folder,
        help="Folder to write to.",
        show_default="the course's own weights",
    ),
]
_Seed = Annotated[int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Random seed.")]
_Device = Annotated[
    str | None,
    typer.Option(metavar="DEVICE", help="cpu, cuda or mps.", show_default="the fastest"),
]
_List = Annotated[bool, typer.Option("--list", help="List the networks that can be trained.")]


def train(
    name: _Name = None,
    budget: _Budget = None,
    resume: _Resume = False,
    out: _Out = None,
    seed: _Seed = 0,
    device: _Device = None,
    show: _List = False,
) -> None:
    """Train a network; write it with its card.

    After Ctrl-C or a crash, --resume continues, and ends with the same weights. MVACOURSE_BUDGET
    and MVACOURSE_DEVICE replace the options --budget and --device. In several processes:
    torchrun --nproc-per-node 2 -m mvacourse train NAME --budget full
    """
    # Imported here: torch takes a second to load, and --help does not need it.
    from mvacourse import recipes, weights
    from mvacourse.classroom import course
    from mvacourse.train import CheckpointError

    if show:
        for each in recipes.names() if _is_first() else ():
            say(f"{each:18}  {recipes.describe(each)}")
        return
    if name is None:
        fail(f"NAME is missing: train one of {', '.join(recipes.names())}", 2)
    choose(name, recipes.names(), "network to train")
    given = {"--budget": budget and budget.value, "--out": out, "--device": device}
    with plain_errors(CheckpointError, weights.WeightsError, FloatingPointError):
        chosen = course.start(seed, device=device, budget=given["--budget"])
        if out is None:
            _guard(name, chosen.budget)
        options = {"budget": chosen.budget, "device": chosen.device}
        try:
            card = recipes.train(name, resume=resume, out=out, seed=seed, **options)
        except CheckpointError as err:
            raise CheckpointError(_with_option(err)) from err
        except KeyboardInterrupt as stop:
            _stopped(stop, name, {**given, "--seed": seed or None})
    if _is_first():
        _tell(name, card, out or weights.default_folder())


def _guard(name: str, budget: str) -> None:
    """Stop a fast training from overwriting the weights that the notebooks need."""
    from mvacourse import weights

    if budget == "full" or name not in weights.names():
        return
    if weights.card(name).get("budget") == "full":
        fail(
            f"{weights.default_folder() / name}.safetensors was trained with the full budget, and "
            "the notebooks need it: add --out DIR to try, or --budget full to train it again",
            2,
        )


def _stopped(stop: KeyboardInterrupt, name: str, options: dict[str, Any]) -> NoReturn:
    """After Ctrl-C or another signal, print the command that continues the training."""
    if not _is_first():
        raise typer.Exit(exit_code(stop))
    processes = os.environ.get("LOCAL_WORLD_SIZE")
    start = ["torchrun", "--nproc-per-node", processes, "-m"] if processes else []
    given = [str(x) for pair in options.items() if pair[1] is not None for x in pair]
    command = shlex.join([*start, "mvacourse", "train", name, *given, "--resume"])
    fail(f"{_with_option(stop) or 'stopped'}\nContinue with: {command}", exit_code(stop))


def _with_option(error: BaseException) -> str:
    """Name the option of the command instead of the function's argument."""
    return str(error).replace("continue from it with resume=True", "continue from it with --resume")


def _tell(name: str, card: dict[str, Any], folder: Path) -> None:
    seconds = card.get("seconds")
    took = f", {seconds:.0f} s" if seconds is not None else ""
    say(f"{name}  →  {folder / name}.safetensors{took}")
    for line in figures(card):
        say(f"    {line}")


def _is_first() -> bool:
    """Check whether this process prints: the only one, or the first that torchrun started."""
    return os.environ.get("RANK", "0") == "0"
