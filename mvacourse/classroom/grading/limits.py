"""What the process that runs students' code may do: little memory, one folder, no network.

:func:`protect` is called in that process. It sets the system's limits where there are some, and an
audit hook that refuses what no exercise needs. An audit hook stops mistakes and simple attacks; it
is no wall against a determined program. The wall is bubblewrap (:mod:`.isolation`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

GIGABYTE = 2**30
LARGEST_FILE = 100 * 2**20

_NEVER = {
    "ctypes.call_function": "calling C",
    "ctypes.dlopen": "calling C",
    "ctypes.dlsym": "calling C",
    "gc.get_objects": "looking at all objects",
    "gc.get_referents": "looking at all objects",
    "gc.get_referrers": "looking at all objects",
    "os.exec": "starting a program",
    "os.fork": "starting a process",
    "os.forkpty": "starting a process",
    "os.kill": "ending a process",
    "os.killpg": "ending a process",
    "os.posix_spawn": "starting a program",
    "os.spawn": "starting a program",
    "os.startfile": "starting a program",
    "os.system": "starting a program",
    "pty.spawn": "starting a program",
    "resource.prlimit": "changing a limit",
    "resource.setrlimit": "changing a limit",
    "signal.pthread_kill": "ending a process",
    "socket.bind": "the network",
    "socket.connect": "the network",
    "socket.getaddrinfo": "the network",
    "socket.gethostbyaddr": "the network",
    "socket.gethostbyname": "the network",
    "socket.sendmsg": "the network",
    "socket.sendto": "the network",
    "subprocess.Popen": "starting a program",
    "webbrowser.open": "starting a program",
}
_CHANGES = {
    "os.chflags": ((0,), ()),
    "os.chmod": ((0,), (2,)),
    "os.chown": ((0,), (3,)),
    "os.link": ((0, 1), (2, 3)),
    "os.mkdir": ((0,), (2,)),
    "os.remove": ((0,), (1,)),
    "os.removexattr": ((0,), ()),
    "os.rename": ((0, 1), (2, 3)),
    "os.rmdir": ((0,), (1,)),
    "os.setxattr": ((0,), ()),
    "os.symlink": ((1,), (2,)),
    "os.truncate": ((0,), ()),
    "os.utime": ((0,), (3,)),
}
"""Of each event, which of its values are paths, and which are folders that these start from."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class NotAllowed(PermissionError):
    """An answer asked for something that the grading refuses."""

    def __str__(self) -> str:
        # not OSError's own, which changes once somebody sets `filename`, as shutil.rmtree does
        return str(self.args[0])


def protect(folder: Path, memory: float) -> None:
    """Limit this process from now on; it cannot be undone.

    Parameters
    ----------
    folder : Path
        The only folder in which it may write.
    memory : float
        Gigabytes that it may use besides what it uses now. Linux keeps to it, macOS and Windows
        do not.
    """
    _set_limits(memory)
    _forbid_forks()
    sys.addaudithook(_hook(Path(os.path.realpath(folder))))


def _set_limits(memory: float) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": LARGEST_FILE}
    if used := _address_space():
        wanted["RLIMIT_AS"] = used + int(memory * GIGABYTE)
    for name, value in wanted.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    """Return the bytes of addresses that this process uses; 0 where Linux does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _forbid_forks() -> None:
    """Forbid the function that starts all processes of Python, which is not audited."""
    try:
        import _posixsubprocess
    except ImportError:
        return

    def refused(*_: Any) -> None:
        raise NotAllowed("starting a process is not allowed here")

    _posixsubprocess.fork_exec = refused


def _hook(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    inside = f"{folder}{os.sep}"
    realpath, fspath, devnull = os.path.realpath, os.fspath, os.devnull

    def within(path: Any) -> bool:
        if isinstance(path, int):
            return True  # an open file: its opening was allowed
        place = os.fsdecode(realpath(fspath(path)))
        return place == str(folder) or place.startswith(inside) or place == devnull

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if event in _NEVER:
            raise NotAllowed(f"{_NEVER[event]} is not allowed here")
        if event == "open":
            path, mode, flags = values
            writes = any(c in mode for c in "wax+") if isinstance(mode, str) else flags & _WRITES
            if writes and path is not None and not within(path):
                raise NotAllowed("writing outside of the answer's own folder is not allowed here")
        elif event in _CHANGES:
            paths, starts = _CHANGES[event]
            if any(values[k] != -1 for k in starts) or not all(within(values[k]) for k in paths):
                raise NotAllowed("changing files outside of its own folder is not allowed here")

    return hook
