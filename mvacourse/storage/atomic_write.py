"""Atomic writes: a file is written next to the old one, then replaces it.

Every file that the project writes comes through here. The temporary file is ``.NAME.RANDOM.part``
in the same folder, where RANDOM is 16 hexadecimal digits. A killed program can leave it behind; the
next writer of NAME removes it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_WINDOWS = sys.platform == "win32"
_TEMPORARY, _BACKUP = ".part", ".old"
_ENDINGS = "|".join(map(re.escape, (_TEMPORARY, _BACKUP)))
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts to replace a file that another program has open, on Windows."""
_ABANDONED = 3600.0
"""Seconds after which a temporary file is taken for abandoned where there are no locks."""


class _Draft(NamedTuple):
    """The new content of a file, under a temporary name."""

    file: IO[bytes]
    temporary: Path
    target: Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file atomically: at every moment it holds all of the old or all of the new content.

    The bytes are forced to the disk before the new file gets its name. It keeps the permissions of
    the file that it replaces. Several processes may write the same file; the last one wins.

    Parameters
    ----------
    path : Path
        Its folder is created if necessary. If it is a symbolic link, the link stays, and the file
        that it names is replaced.
    content : bytes or str
        Text is written in UTF-8, with unchanged line ends.

    Raises
    ------
    OSError
        If the disk is full or not writable, or the file is write-protected or not a regular file.
        The old file is unchanged, and no partial file is left.
    """
    with writing(path) as file:
        file.write(_bytes(content))


@contextlib.contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for :func:`write_whole` piece by piece; an exception in the block undoes it.

    Raises
    ------
    OSError
        As :func:`write_whole`.
    """
    with _draft(path) as draft:
        yield draft.file
        _finish(draft)
        _replace(draft.temporary, draft.target)


def write_all(contents: Mapping[Path, bytes | str]) -> None:
    """Write several files, each as :func:`write_whole` does: all of them or, after an error, none.

    Raises
    ------
    OSError
        As :func:`write_whole`. Every old file is unchanged, and no new one is left.
    """
    with contextlib.ExitStack() as temporaries, contextlib.ExitStack() as undo:
        drafts = []
        for path, content in contents.items():
            drafts.append(draft := temporaries.enter_context(_draft(path)))
            draft.file.write(_bytes(content))
            _finish(draft)
        kept = {draft.target: _back_up(draft.target, temporaries) for draft in drafts}
        for draft in drafts:
            undo.callback(_restore, draft.target, kept[draft.target])
            _replace(draft.temporary, draft.target)
        undo.pop_all()


def require_writable(path: Path) -> None:
    """Check before a long computation that :func:`write_whole` can write its result.

    It writes and removes an empty temporary file. A full disk is found only later.

    Raises
    ------
    OSError
        As :func:`write_whole`.
    """
    with _draft(path):
        pass


def _bytes(content: bytes | str) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[_Draft]:
    """Create the temporary file. At the end, remove what is left of it, and new empty folders."""
    target, mode = _target(Path(path))
    new_folders = [f for f in (target.parent, *target.parent.parents) if not f.exists()]
    try:
        draft = _create(target, mode)
        try:
            with draft.file:
                yield draft
        finally:
            with contextlib.suppress(OSError):
                draft.temporary.unlink()
    finally:
        for folder in new_folders:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


def _target(path: Path) -> tuple[Path, int | None]:
    """Follow symbolic links. Return the file to write, and the permissions of the one there."""
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    try:
        found = target.stat()
    except FileNotFoundError:
        return target, None
    if not stat.S_ISREG(found.st_mode):
        number = errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EINVAL
        raise OSError(number, "there is already something else than a file", str(path))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected", str(path))
    return target, stat.S_IMODE(found.st_mode)


def _create(target: Path, mode: int | None) -> _Draft:
    """Create a new file with a random name; the umask applies if there is no old `mode`.

    The file is locked as long as its writer lives, so that :func:`_sweep` leaves it alone.
    """
    for _ in range(100):  # another process may remove the file, or an empty folder, at this moment
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        temporary = target.with_name(f"{_start(target)}{secrets.token_hex(8)}{_TEMPORARY}")
        try:
            number = os.open(temporary, _FLAGS, 0o666 if mode is None else 0o600)
        except (FileNotFoundError, FileExistsError):
            continue
        file = os.fdopen(number, "wb")
        try:
            _lock(number)
        except BlockingIOError:  # _sweep of another process was first, and removes it next
            file.close()
            continue
        except OSError:  # no locks in this file system
            pass
        if temporary.exists():
            if mode is not None:
                temporary.chmod(mode)
            return _Draft(file, temporary, target)
        file.close()
    raise OSError(errno.EBUSY, "other programs remove the temporary files", str(target))


def _start(target: Path) -> str:
    """Return how the names of the temporary files begin: a name has at most 255 bytes."""
    name = target.name
    raw = os.fsencode(name)
    return f".{name if len(raw) <= 200 else hashlib.sha256(raw).hexdigest()[:32]}."


def _lock(number: int) -> None:
    """Lock an open file, or raise BlockingIOError if another process has locked it."""
    if fcntl is None:
        raise OSError(errno.ENOLCK, "no locks on this system")
    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sweep(target: Path) -> None:
    """Remove what killed writers of this file have left."""
    own = re.compile(rf"{re.escape(_start(target))}[0-9a-f]{{16}}(?:{_ENDINGS})")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if own.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(file: Path) -> None:
    if file.suffix == _TEMPORARY and fcntl is not None and not file.is_symlink():
        number = os.open(file, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            _lock(number)
            file.unlink()
            return
        except BlockingIOError:
            return
        except OSError:  # no locks in this file system
            pass
        finally:
            os.close(number)
    told = file.lstat()
    if time.time() - max(told.st_mtime, told.st_ctime) > _ABANDONED:
        file.unlink()


def _finish(draft: _Draft) -> None:
    draft.file.flush()
    os.fsync(draft.file.fileno())
    if _WINDOWS:  # an open file cannot be renamed there; elsewhere, closing would end the lock
        draft.file.close()


def _replace(temporary: Path, target: Path) -> None:
    """Rename; on Windows, wait while another program has the old file open."""
    for pause in _PAUSES if _WINDOWS else ():
        try:
            os.replace(temporary, target)
            return
        except PermissionError:
            time.sleep(pause)
    os.replace(temporary, target)


def _back_up(target: Path, cleaning: contextlib.ExitStack) -> Path | None:
    """Give the old file a second name, or copy it if the file system has no links."""
    if not target.exists():
        return None
    backup = target.with_name(f"{_start(target)}{secrets.token_hex(8)}{_BACKUP}")
    cleaning.callback(backup.unlink, missing_ok=True)
    try:
        os.link(target, backup)
    except OSError:
        shutil.copy2(target, backup)
    return backup


def _restore(target: Path, backup: Path | None) -> None:
    if backup is not None:
        _replace(backup, target)
    else:
        with contextlib.suppress(FileNotFoundError):
            target.unlink()
