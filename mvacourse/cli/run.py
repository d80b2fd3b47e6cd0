"""``mvacourse run``: execute notebooks, and write each as an HTML page."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from mvacourse import storage
from mvacourse.classroom import notebooks
from mvacourse.cli.messages import complain, count, fail, find, need, one_line, say
from mvacourse.cli.messages import folder as as_folder


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
    out: Annotated[
        Path, typer.Option(metavar="DIR", parser=as_folder, help="Folder for the pages.")
    ] = Path("build"),
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, max=1e6, help="Time limit for one cell.")
    ] = 600,
) -> None:
    """Execute notebooks, and write each as an HTML page.

    If one fails, the others still run. MVACOURSE_BUDGET=full trains in full; the default is fast.
    """
    need("nbclient", "nbconvert", "ipykernel")
    if math.isnan(timeout):  # typer compares, and no comparison with it is true
        fail("--timeout nan: write a number of seconds from 1 to 1000000", 2)
    paths = find(names or [])
    _check_pages(paths, out)
    failures = []
    for path in paths:
        try:
            _run_one(path, inplace, out, timeout)
        except (notebooks.NotebookError, OSError) as err:
            failures.append(err)
            say(f"failed  {one_line(path.name)}")
    for failure in failures:
        complain(one_line(failure))
    if failures:
        raise typer.Exit(1)


def _check_pages(paths: list[Path], out: Path) -> None:
    """Find out before the work, not after, if the pages cannot be written."""
    twice = [stem for stem, n in Counter(path.stem for path in paths).items() if n > 1]
    if twice:
        fail(f"several notebooks would be written to {out / twice[0]}.html: run one at a time", 2)
    try:
        storage.require_writable(out / "page.html")
    except OSError as err:
        fail(f"{out} cannot be written: {err.strerror or err}; choose a folder with --out DIR")


def _run_one(path: Path, inplace: bool, out: Path, timeout: float) -> None:
    from mvacourse.classroom import kernel, nbgrader

    nb = notebooks.read(path)
    page = out / f"{path.stem}.html"
    for file in (page, path) if inplace else (page,):
        storage.require_writable(file)
    failure = kernel.execute(nb, path, timeout)
    nb = notebooks.normalise(nb)
    notebooks.save(notebooks.to_html(nb, path.stem), page)  # also after a failure: it shows where
    if failure:
        raise failure
    if inplace:
        nbgrader.annotate(nb)
        notebooks.save(nb, path)
    errors = sum(o.output_type == "error" for c in nb.cells for o in c.get("outputs", []))
    unsolved = f"  ({count(errors, 'cell')} raised an error; its tag allows it)" if errors else ""
    say(f"ok      {one_line(path.name)}  →  {one_line(page)}{unsolved}")
