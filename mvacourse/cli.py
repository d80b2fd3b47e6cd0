"""The command ``mvacourse``: open the lab, run notebooks, manage data, write a student edition."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from mvacourse import __version__, cache, notebooks

# Plain help and plain tracebacks: the output stays readable in a log, a pipe, a screen reader.
_PLAIN: dict[str, Any] = {
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}

app = typer.Typer(
    help="Restoration with Generative Priors: a lecture you can run.",
    epilog="Example: mvacourse lab",
    add_completion=False,
    **_PLAIN,
)
data = typer.Typer(
    help="Manage benchmark files and foreign weights. MVACOURSE_DATA names their folder.",
    epilog="Example: mvacourse data fetch set5",
    **_PLAIN,
)
app.add_typer(data, name="data")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mvacourse {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Tell an expected fault in its own words, without a traceback; exit code 1."""
    try:
        yield
    except (cache.DownloadError, notebooks.NotebookError, OSError, ValueError) as err:
        _fail(str(err))


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"mvacourse: {message}", err=True)
    raise typer.Exit(code)


def _need(*modules: str) -> None:
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        _fail(
            f"this command needs {', '.join(absent)}: install the extra that brings it, "
            "python -m pip install 'mvacourse[lab]'"
        )


def _find(names: list[str]) -> list[Path]:
    """Turn names into notebooks; an unknown name is a mistake in the command, exit code 2."""
    try:
        if names:
            return [notebooks.find(name) for name in names]
        return notebooks.numbered(notebooks.folder())
    except FileNotFoundError as err:
        _fail(str(err), 2)


@app.command(epilog="Example: mvacourse lab 03 --port 8899")
def lab(
    notebook: Annotated[
        str,
        typer.Argument(metavar="NOTEBOOK", help="Notebook to open: a number, a name or a path."),
    ] = notebooks.FIRST,
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Port; the next free one if it is taken.")
    ] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open the course in JupyterLab.

    It answers to this machine only (127.0.0.1, with a token). Ctrl-C twice stops it.
    """
    _need("jupyterlab")
    path = _find([notebook])[0].resolve()
    root = notebooks.root(path)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{path.relative_to(root).as_posix()}",
        # No question about news, no look-up of newer versions: the lab asks nothing of the network.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in most containers
    raise typer.Exit(_serve(command))


def _serve(command: list[str]) -> int:
    """Become the server, so that each signal reaches it; Windows can only wait for it."""
    if sys.platform == "win32":
        return _wait(command)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)


def _wait(command: list[str]) -> int:
    """Run the server until it ends; Ctrl-C is for it to answer, not for us."""
    with subprocess.Popen(command) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue


@app.command(epilog="Example: mvacourse run 03 04 --out build")
def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NOTEBOOK",
            help="Numbers, names or paths; all of the course's notebooks if none is given.",
            show_default=False,
        ),
    ] = None,
    inplace: Annotated[
        bool, typer.Option("--inplace", help="Store the outputs in the .ipynb, tidied for git.")
    ] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the pages.")] = Path("build"),
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="Time that one cell may take.")
    ] = 600,
) -> None:
    """Execute notebooks, and write each as a page.

    One that fails stops no other. MVACOURSE_BUDGET=full trains for real; the default is fast.
    """
    _need("nbclient", "nbconvert", "ipykernel")
    failures = []
    for path in _find(names or []):
        try:
            _run_one(path, inplace, out, timeout)
        except (notebooks.NotebookError, OSError) as err:
            failures.append(err)
            typer.echo(f"failed  {path.name}")
    for failure in failures:
        typer.echo(f"mvacourse: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


def _run_one(path: Path, inplace: bool, out: Path, timeout: float) -> None:
    nb = notebooks.read(path)
    failure = notebooks.execute(nb, path, timeout)
    nb = notebooks.normalise(nb)
    page = out / f"{path.stem}.html"
    notebooks.save(notebooks.to_html(nb, path.stem), page)  # a failure's too: it shows where
    if failure:
        raise failure
    if inplace:
        notebooks.save(nb, path)
    errors = sum(o.output_type == "error" for c in nb.cells for o in c.get("outputs", []))
    unsolved = f"  ({_count(errors, 'cell')} raised an error, as the tag allows)" if errors else ""
    typer.echo(f"ok      {path.name}  →  {page}{unsolved}")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


@data.command("list", epilog="Example: mvacourse data list")
def data_list() -> None:
    """List the sets, what you have of them, their licences."""
    _tell_folder()
    for name, entry in cache.registry().items():
        here = sum(cache.is_cached(path) for path in entry["files"])
        typer.echo(f"{name:8}  {here:3} of {len(entry['files']):3}  {entry['description']}")
        typer.echo(f"{'':8}  {'':10}  licence: {entry['licence']}")


@data.command("fetch", epilog="Example: mvacourse data fetch set5 mnist")
def data_fetch(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help="Sets, files such as set5/baby.png, or all."),
    ],
) -> None:
    """Download what is missing, and verify the rest."""
    from tqdm.auto import tqdm

    paths = _files(names)
    with _plain_errors():
        for path in tqdm(paths, desc="fetch", unit="file"):
            cache.fetch(path)
    typer.echo(f"{_count(len(paths), 'file')} in {cache.cache_dir()}, as the registry pins them")


@data.command("verify", epilog="Example: mvacourse data verify set5")
def data_verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME", help="Sets or files; all if none is given.", show_default=False
        ),
    ] = None,
) -> None:
    """Compare cached files with their pinned sha256.

    Exit code 1 if a file is altered, or if a set that was named is incomplete.
    """
    bad = False
    _tell_folder()
    for name in _expand(names or ["all"]):
        paths = _files([name])
        with _plain_errors():
            states = {path: cache.verify(path) for path in paths}
        count = Counter(states.values())
        words = [f"{count[s]} {s}" for s in ("ok", "missing", "altered") if count[s]]
        typer.echo(f"{name:8}  {', '.join(words)}")
        for path in (p for p, state in states.items() if state == "altered"):
            typer.echo(f"{'':8}  altered: {cache.cache_dir() / path}")
        bad |= bool(count["altered"]) or bool(names and count["missing"])
    if bad:
        raise typer.Exit(1)


def _tell_folder() -> None:
    """Say where tier 2 is looked for, and whether that folder is there at all."""
    folder = cache.cache_dir()
    named = bool(os.environ.get("MVACOURSE_DATA"))
    typer.echo(f"cache: {folder}" + (" (named by MVACOURSE_DATA)" if named else ""))
    if not folder.is_dir():
        wrong = ": is the name right?" if named else " yet; the first download makes it"
        typer.echo(f"       there is no such folder{wrong}")


def _expand(names: list[str]) -> list[str]:
    return [n for name in names for n in (cache.registry() if name == "all" else [name])]


def _files(names: list[str]) -> list[str]:
    """Turn names of sets and files into paths; an unknown name ends with exit code 2."""
    try:
        return list(dict.fromkeys(path for name in _expand(names) for path in cache.files(name)))
    except ValueError as err:
        _fail(str(err), 2)


@app.command(epilog="Example: mvacourse student ~/course")
def student(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the edition.")],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite notebooks that differ, students' work too.")
    ] = False,
) -> None:
    """Write the notebooks without their solutions.

    Outputs go too. The source is the clone that you stand in, or else the installed one.
    """
    _need("nbformat")
    from mvacourse.student import write_edition

    with _plain_errors():
        source = notebooks.originals()
        written = write_edition(source, target, force=force)
        typer.echo(f"wrote {_count(len(written), 'notebook')} from {source} to {target}")


if __name__ == "__main__":
    app()
