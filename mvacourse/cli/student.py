"""``mvacourse student``: write the student edition, without solutions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mvacourse.classroom import notebooks
from mvacourse.cli.messages import count, folder, need, plain_errors, say


def student(
    target: Annotated[
        Path, typer.Argument(metavar="DIR", parser=folder, help="Folder for the edition.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite changed notebooks, including students' work.")
    ] = False,
) -> None:
    """Write the notebooks without their solutions.

    The outputs are removed too. The source is the clone you are in, or else the installed one.
    """
    need("nbformat")
    from mvacourse.classroom.student_edition import write_edition

    with plain_errors():
        source = notebooks.originals()
        written = write_edition(source, target, force=force)
        say(f"wrote {count(len(written), 'notebook')} from {source} to {target}")
