"""``mvacourse grade``: mark students' notebooks."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mvacourse import storage
from mvacourse.classroom import notebooks
from mvacourse.cli.messages import count, fail, folder, need, plain_errors, say, short

if TYPE_CHECKING:
    from mvacourse.classroom.grading.questions import Question
    from mvacourse.classroom.grading.submissions import Submission


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            metavar="SUBMISSIONS",
            parser=folder,
            help="Folder with a notebook, or a folder, per student.",
        ),
    ],
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The table; by default marks.csv in the --out folder."),
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", parser=folder, help="Folder for pages and marks.")
    ] = Path("grades"),
    notebook: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NOTEBOOK",
            help="What to mark, such as 04; may be repeated. By default all that were handed in.",
            show_default=False,
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(metavar="S", min=1, max=3600, help="Time limit of one answer.")
    ] = 20,
    memory: Annotated[
        float, typer.Option(metavar="GB", min=0.5, max=1000, help="Memory limit of one answer.")
    ] = 4,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=2**31 - 1,
            help="Seed of the inputs. By default a random one, kept in the folder of --out.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=1, max=256, help="Submissions at a time.")
    ] = os.cpu_count() or 1,
) -> None:
    """Mark students' notebooks: only their answers' cells are run, with limits.

    A second call goes on where the first was stopped. The table has a line for each student, and
    each has a page with the messages.
    """
    need("nbformat", "IPython")
    for option, value in (("--seconds", seconds), ("--memory", memory)):
        if math.isnan(value):  # typer compares, and no comparison with it is true
            fail(f"{option} nan: write a number", 2)
    from tqdm.auto import tqdm

    from mvacourse.classroom import grading

    with plain_errors(grading.NotStarted):
        found = grading.find(submissions)
        course = _course(notebook or [], found)
        table = csv or out / "marks.csv"
        for place in (table, out / grading.SEED_FILE):
            storage.require_writable(place)
        say(grading.protection())
        with tqdm(total=len(found), desc="grading", unit="submission") as bar:
            marks = grading.grade(
                found,
                course,
                out,
                limits=grading.Limits(seconds, memory),
                seed=seed,
                jobs=min(jobs, len(found)),
                hidden=[submissions, out],
                done=lambda *_: bar.update(),
            )
        storage.write_whole(table, grading.pages.to_table(marks, course))
        say(f"wrote {table} and {count(len(marks), 'page')} in {out / 'pages'}")


def _course(chosen: list[str], found: Sequence[Submission]) -> dict[str, list[Question]]:
    """Read the exercises of the chosen notebooks, or else of those that were handed in."""
    from mvacourse.classroom import grading

    place = notebooks.originals()
    known = [path.stem for path in notebooks.numbered(place)]
    stems = []
    for name in chosen:
        first = f"{int(name):02d}_" if name.isdecimal() else name.removesuffix(".ipynb")
        fits = [stem for stem in known if stem.startswith(first)]
        if len(fits) != 1:
            fail(f"--notebook {short(name)}: choose one of {', '.join(known)}", 2)
        stems += fits
    course = grading.read_course(place, stems)
    if chosen:
        return course
    stems = sorted(grading.handed_in(found, course))
    if not stems:
        fail("no submission is one of the course's notebooks: choose what to mark with --notebook")
    return {stem: course[stem] for stem in stems}
