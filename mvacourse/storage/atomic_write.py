"""Files that are whole or not there: written beside the old one, then put in its place."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that at every moment it holds the old content or the new one, whole.

    The bytes go to ``NAME.part`` beside it, are forced to the disk, and take its name. A file that
    is replaced passes its permissions on.

    Parameters
    ----------
    path : Path
        Its folder is made if need be.
    content : bytes or str
        Text is written in UTF-8, its line ends as they are.

    Raises
    ------
    OSError
        If the disk is full, or may not be written to. The old file is untouched, and nothing is
        left beside it.
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
        with contextlib.suppress(OSError):  # where nothing may be written, nothing was
            temporary.unlink(missing_ok=True)
        raise
