"""``mvacourse lab``: open the course in JupyterLab."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from mvacourse.classroom import notebooks
from mvacourse.cli.messages import find, need

_CONFIG = Path(__file__).parent / "lab_config"
"""Settings of JupyterLab for the course: no question about news, which would need a network."""


def lab(
    notebook: Annotated[
        str,
        typer.Argument(metavar="NOTEBOOK", help="Notebook to open: a number, a name or a path."),
    ] = notebooks.FIRST,
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT",
            min=0,
            max=65535,
            help="Port; the next free one if it is taken, or any for 0.",
        ),
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
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port or _free_port()}"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{quote(path.relative_to(root).as_posix())}",
        "--ServerApp.kernel_spec_manager_class=mvacourse.classroom.kernel.ThisPython",
        # No news and no check for newer versions: the lab needs no network.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in most containers
    places = [str(_CONFIG), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    raise typer.Exit(_serve(command, {"JUPYTER_CONFIG_PATH": os.pathsep.join(places)}))


def _free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _serve(command: list[str], variables: dict[str, str]) -> int:
    """Replace this process by the server, so signals reach it; on Windows, wait for it instead."""
    environment = {**os.environ, **variables}
    if sys.platform == "win32":
        return _wait(command, environment)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None if it is closed
        stream.flush()
    os.execve(command[0], command, environment)


def _wait(command: list[str], environment: dict[str, str]) -> int:
    """Run the server until it ends; only the server handles Ctrl-C."""
    with subprocess.Popen(command, env=environment) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue
