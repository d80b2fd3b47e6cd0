"""``mvacourse run``: execute notebooks, and write each as an HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mvacourse.classroom import notebooks
from mvacourse.cli.messages import count, find, need


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NOTEBOOK",
            help="Numbers, names or paths; by default all of the course's notebooks.",
            show_default=False,
        ),
    ] = None,
    inplace: Annotated[
        bool, typer.Option("--inplace", help="Store the outputs in the .ipynb, tidied for git.")
    ] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the pages.")] = Path("build"),
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="Time limit for one cell.")
    ] = 600,
) -> None:
    """Execute notebooks, and write each as an HTML page.

    If one fails, the others still run. MVACOURSE_BUDGET=full trains in full; the default is fast.
    """
    need("nbclient", "nbconvert", "ipykernel")
    failures = []
    for path in find(names or []):
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
    notebooks.save(notebooks.to_html(nb, path.stem), page)  # also after a failure: it shows where
    if failure:
        raise failure
    if inplace:
        notebooks.save(nb, path)
    errors = sum(o.output_type == "error" for c in nb.cells for o in c.get("outputs", []))
    unsolved = f"  ({count(errors, 'cell')} raised an error; its tag allows it)" if errors else ""
    typer.echo(f"ok      {path.name}  →  {page}{unsolved}")
