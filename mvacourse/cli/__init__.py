"""The command ``mvacourse``, one file per subcommand; the work is done in the layers below."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from mvacourse import __version__
from mvacourse.cli import data, grade, lab, run, student, train, weights
from mvacourse.cli.messages import PLAIN, Commands, say

__all__ = ["app"]

app = typer.Typer(
    help="Restoration with Generative Priors: a lecture you can run.",
    epilog="Example: mvacourse lab",
    add_completion=False,
    cls=Commands,
    **PLAIN,
)
app.command(epilog="Example: mvacourse lab 03 --port 8899")(lab.lab)
app.command(epilog="Example: mvacourse run 03 04 --out build")(run.run)
app.add_typer(data.app, name="data")
app.command(epilog="Example: mvacourse train vae_digits --out build")(train.train)
app.add_typer(weights.app, name="weights")
app.command(epilog="Example: mvacourse student ~/course")(student.student)
app.command(epilog="Example: mvacourse grade submissions --notebook 04")(grade.grade)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"mvacourse {__version__}")
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
    """Read the options before the subcommand."""
    # OpenMP reads it when torch is loaded, here or in a kernel. Otherwise its idle threads spin:
    # next to two busy programs, on two cores, a solve took 2 s instead of 0.13 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
