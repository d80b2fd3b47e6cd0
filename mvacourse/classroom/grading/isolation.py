"""Run a program where it can do no harm: in bubblewrap, if Linux has it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

WITHOUT = (
    "bubblewrap is not there (Linux only: apt install bubblewrap), so only limits and an audit "
    "hook protect this machine: grade what you do not trust in a container"
)


@cache
def bubblewrap() -> str | None:
    """Find bubblewrap, if this system lets it make namespaces."""
    found = shutil.which("bwrap") if sys.platform == "linux" else None
    if not found:
        return None
    tried = subprocess.run(
        [found, *_WALLS, "--", shutil.which("true") or "/bin/true"], capture_output=True, timeout=30
    )
    return found if tried.returncode == 0 else None


_WALLS = (
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
    *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
)


def isolated(command: list[str], folder: Path, hidden: Iterable[Path] = ()) -> list[str]:
    """Put bubblewrap before a command, if it is there.

    The program then sees the files, but can only write to `folder`; it sees no network, and no
    other process; when it ends, all that it started ends.

    Parameters
    ----------
    command : list of str
    folder : Path
    hidden : iterable of Path
        Folders that look empty to it. Those that hold Python or the course stay visible.
    """
    program = bubblewrap()
    if not program:
        return command
    own = [Path(sys.prefix), Path(sys.base_prefix), Path(__file__)]
    hides: list[str] = []
    for place in (p.resolve() for p in hidden):
        if place.is_dir() and not any(p.resolve().is_relative_to(place) for p in own):
            hides += ["--tmpfs", str(place), "--remount-ro", str(place)]
    own_folder = ["--bind", str(folder), str(folder), "--chdir", str(folder)]
    return [program, *_WALLS, *hides, *own_folder, "--", *command]
