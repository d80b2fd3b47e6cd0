"""``mvacourse data``: list, download and verify benchmark files and third-party weights."""

from __future__ import annotations

import os
from collections import Counter
from typing import Annotated

import typer

from mvacourse import storage
from mvacourse.cli.messages import PLAIN, count, fail, plain_errors, say

app = typer.Typer(
    help="Manage benchmark files and third-party weights. MVACOURSE_DATA sets their folder.",
    epilog="Example: mvacourse data fetch set5",
    **PLAIN,
)


@app.command("list", epilog="Example: mvacourse data list")
def data_list() -> None:
    """List the sets, how many files you have, the licences."""
    with plain_errors():
        _tell_folder()
        for name, entry in storage.registry().items():
            here = sum(storage.is_cached(path) for path in entry["files"])
            say(f"{name:8}  {here:3} of {len(entry['files']):3}  {entry['description']}")
            say(f"{'':8}  {'':10}  licence: {entry['licence']}")


@app.command("fetch", epilog="Example: mvacourse data fetch set5 mnist")
def data_fetch(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help="Sets, files such as set5/baby.png, or all."),
    ],
) -> None:
    """Download missing files, and verify the others."""
    from tqdm.auto import tqdm

    paths = _files(names)
    with plain_errors():
        for path in tqdm(paths, desc="fetch", unit="file"):
            storage.fetch(path)
    say(f"{count(len(paths), 'file')} in {storage.cache_dir()}, all as in the registry")


@app.command("verify", epilog="Example: mvacourse data verify set5")
def data_verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME", help="Sets or files; all if none is given.", show_default=False
        ),
    ] = None,
) -> None:
    """Compare cached files with their pinned sha256.

    The exit code is 1 if a file is altered, if a named set is incomplete, or if MVACOURSE_DATA
    names a folder that does not exist.
    """
    with plain_errors():
        there = _tell_folder()
    bad = not there and bool(os.environ.get("MVACOURSE_DATA"))
    for name in _expand(names or ["all"]):
        paths = _files([name])
        with plain_errors():
            states = {path: storage.verify(path) for path in paths}
        counts = Counter(states.values())
        words = [f"{counts[s]} {s}" for s in ("ok", "missing", "altered") if counts[s]]
        say(f"{name:8}  {', '.join(words)}")
        for path in (p for p, state in states.items() if state == "altered"):
            say(f"{'':8}  altered: {storage.cache_dir() / path}")
        bad |= bool(counts["altered"]) or bool(names and counts["missing"])
    if bad:
        raise typer.Exit(1)


def _tell_folder() -> bool:
    """Print the folder of the benchmark files, and return whether it exists."""
    folder = storage.cache_dir()
    named = bool(os.environ.get("MVACOURSE_DATA"))
    say(f"cache: {folder}" + (" (named by MVACOURSE_DATA)" if named else ""))
    if not folder.is_dir():
        wrong = ": is the name right?" if named else " yet; the first download creates it"
        say(f"       there is no such folder{wrong}")
    return folder.is_dir()


def _expand(names: list[str]) -> list[str]:
    return [n for name in names for n in (storage.registry() if name == "all" else [name])]


def _files(names: list[str]) -> list[str]:
    """Convert names of sets and files to paths; an unknown name gives exit code 2."""
    try:
        return list(dict.fromkeys(path for name in _expand(names) for path in storage.files(name)))
    except ValueError as err:
        fail(str(err), 2)
