"""Atomic writes: a file is written next to the old one, then replaces it."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file atomically: at every moment it holds all of the old or all of the new content.

    The bytes go to ``NAME.part`` in the same folder, are forced to the disk, then this file is
    renamed. The new file keeps the permissions of the file that it replaces.

    Parameters
    ----------
    path : Path
        Its folder is created if necessary.
    content : bytes or str
        Text is written in UTF-8, with unchanged line ends.

    Raises
    ------
    OSError
        If the disk is full or not writable. The old file is unchanged, and no partial file is left.
    """
    raw = content.encode("utf-8") if isinstance(content, str) else content
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):  # if the folder is not writable, there is no such file
            temporary.unlink(missing_ok=True)
        raise
