"""``mvacourse lab``: open the course in JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from mvacourse.classroom import notebooks
from mvacourse.cli.messages import find, need


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

    It is reachable from this machine only (127.0.0.1, with a token). Press Ctrl-C twice to stop.
    """
    need("jupyterlab")
    path = find([notebook])[0].resolve()
    root = notebooks.root(path)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{path.relative_to(root).as_posix()}",
        # No question about news and no check for newer versions: the lab needs no network.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in most containers
    raise typer.Exit(_serve(command))


def _serve(command: list[str]) -> int:
    """Replace this process by the server, so signals reach it; on Windows, wait for it instead."""
    if sys.platform == "win32":
        return _wait(command)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)


def _wait(command: list[str]) -> int:
    """Run the server until it ends; only the server handles Ctrl-C."""
    with subprocess.Popen(command) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue
