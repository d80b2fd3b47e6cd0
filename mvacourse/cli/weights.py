"""``mvacourse weights``: list the trained networks, and verify them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mvacourse.cli.messages import (
    PLAIN,
    choose,
    complain,
    count,
    fail,
    figures,
    one_line,
    say,
    short,
)
from mvacourse.cli.messages import folder as as_folder

app = typer.Typer(
    help="List and verify the trained networks.",
    epilog="Example: mvacourse weights verify",
    **PLAIN,
)

_Folder = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        parser=as_folder,
        help="Folder to look in.",
        show_default="the course's own",
    ),
]


@app.command("list", epilog="Example: mvacourse weights list")
def weights_list(folder: _Folder = None) -> None:
    """List the networks, their quality and origin.

    Each quality is told with the images that it was measured on.
    """
    from mvacourse import weights

    place = _existing(folder)
    say(f"weights: {place}")
    if not weights.names(folder):
        say("         there are none: `mvacourse train --list` lists what can be trained")
    for name in weights.names(folder):
        try:
            card = weights.card(name, folder)
        except weights.WeightsError as err:
            say(f"{name}\n    {one_line(err)}")
            continue
        say(f"{name}\n    {card['network']}{_extent(card)}")
        for line in figures(card):
            say(f"    {line}")
        if "command" in card:
            say(f"    made by: {short(card['command'])}")


def _existing(folder: Path | None) -> Path:
    """Return the folder to look in; exit with code 2 if it does not exist."""
    from mvacourse import weights

    place = folder or weights.default_folder()
    if not place.is_dir():
        fail(f"--from {place}: there is no such folder; is the name right?", 2)
    return place


def _extent(card: dict[str, Any]) -> str:
    parameters = f", {card['parameters']:,} parameters" if "parameters" in card else ""
    return parameters + (f", {card['bytes'] / 1e6:.2f} MB" if "bytes" in card else "")


@app.command("verify", epilog="Example: mvacourse weights verify vae_digits")
def weights_verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Networks; all if none is given.", show_default=False),
    ] = None,
    folder: _Folder = None,
) -> None:
    """Compare the networks with the sha256 in their cards.

    The exit code is 1 if a network is missing or altered, or has a damaged card, or if the folder
    contains no networks.
    """
    from mvacourse import weights

    place = _existing(folder)
    known = weights.names(folder)
    if not known:
        fail(f"there are no networks in {place}: nothing was verified")
    for name in names or []:
        choose(name, known, "trained network")
    faults = []
    for name in names or known:
        fault = _fault(name, folder)
        say(f"{name:24}  {fault[0] if fault else 'ok'}")
        faults += fault[1:]
    for fault in faults:
        complain(one_line(fault))
    if faults:
        raise typer.Exit(1)
    say(f"{count(len(names or known), 'network')}, all as in the cards")


def _fault(name: str, folder: Path | None) -> list[str]:
    """Return a word and a message about what is wrong with a network; empty if nothing is."""
    from mvacourse import weights

    state = "damaged card"
    try:
        state = weights.verify(name, folder)
        if state != "ok":
            weights.load(name, folder=folder)  # raises an error that says how to fix it
    except (weights.WeightsError, ValueError, OSError) as err:
        return [state, str(err)]
    return []
