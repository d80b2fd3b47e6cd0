"""Checkpoints that are whole or refused: written in one stroke, read with their hash."""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

import torch

from mvacourse.storage import write_whole

_HEAD = b"mvacourse checkpoint sha256 "
_LENGTH = len(_HEAD) + 64 + 1
"""Bytes before what torch.save wrote: the head, the hash in hexadecimals, a new line."""


class CheckpointError(RuntimeError):
    """A checkpoint cannot be written, read, or gone on from; the message names it and the mend."""


def write(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint; at every moment `path` holds the old one or the new one, whole.

    Parameters
    ----------
    path : Path
        Its folder is made if need be.
    state : dict
        Tensors, numbers, strings, and lists and dictionaries of them.

    Raises
    ------
    CheckpointError
        If the disk is full, or may not be written to; the old checkpoint is untouched.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    body = buffer.getvalue()
    head = _HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n"
    try:
        write_whole(path, head + body)
    except OSError as err:
        kept = "the one written before is untouched" if path.is_file() else "none was there before"
        raise CheckpointError(
            f"checkpoint {path} cannot be written: {err.strerror or err}; {kept}. "
            "Make room, or name a checkpoint in a folder that you may write to"
        ) from err


def read(path: Path) -> dict[str, Any]:
    """Read a checkpoint onto the CPU, never running code from it.

    Raises
    ------
    CheckpointError
        If it cannot be read, is no checkpoint of this course, or is truncated or altered.
    """
    try:
        content = path.read_bytes()
    except OSError as err:
        raise CheckpointError(f"checkpoint {path} cannot be read: {err.strerror or err}") from err
    head, body = content[:_LENGTH], content[_LENGTH:]
    if not head.startswith(_HEAD):
        raise CheckpointError(f"{path} is no checkpoint of mvacourse: name another file")
    expected, found = head[len(_HEAD) : -1].decode("ascii", "replace"), hashlib.sha256(body)
    if found.hexdigest() != expected:
        raise CheckpointError(
            f"checkpoint {path} is refused: its content has sha256 {found.hexdigest()}, and it "
            f"was written with {expected}. It is truncated or altered: delete it and train anew"
        )
    try:
        return torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError) as err:
        raise CheckpointError(f"{path} holds more than numbers, and is not loaded") from err
