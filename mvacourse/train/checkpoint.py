"""Checkpoints: written in one go, and checked against their hash when read."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from mvacourse import storage

_HEAD = b"mvacourse checkpoint sha256 "
_LENGTH = len(_HEAD) + 64 + 1
"""Number of bytes before the output of torch.save: head, hexadecimal hash, newline."""


class CheckpointError(RuntimeError):
    """A checkpoint cannot be written, read or continued; the message says how to fix it."""


def write(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint. At any moment `path` holds the complete old one or the complete new one.

    Parameters
    ----------
    path : Path
        Its folder is created if needed.
    state : dict
        Tensors, numbers, strings, and lists and dictionaries of them.

    Raises
    ------
    CheckpointError
        If the disk is full or write-protected; the old checkpoint is untouched.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    body = buffer.getvalue()
    head = _HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n"
    with _explained(path):
        storage.write_whole(path, head + body)


def require_writable(path: Path) -> None:
    """Check that :func:`write` can write here.

    Raises
    ------
    CheckpointError
        As :func:`write`.
    """
    with _explained(path):
        storage.require_writable(path)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        kept = "the one written before is untouched" if path.is_file() else "none was there before"
        raise CheckpointError(
            f"checkpoint {path} cannot be written: {err.strerror or err}; {kept}. "
            "Free some space, or choose a folder where you have write access"
        ) from err


def read(path: Path) -> dict[str, Any]:
    """Read a checkpoint onto the CPU, without running any code from it.

    Raises
    ------
    CheckpointError
        If it cannot be read, is not a checkpoint of this course, or is truncated or altered.
    """
    try:
        content = path.read_bytes()
    except OSError as err:
        raise CheckpointError(f"checkpoint {path} cannot be read: {err.strerror or err}") from err
    head, body = content[:_LENGTH], content[_LENGTH:]
    if not head.startswith(_HEAD):
        raise CheckpointError(f"{path} is not a checkpoint of mvacourse: choose another file")
    expected, found = head[len(_HEAD) : -1].decode("ascii", "replace"), hashlib.sha256(body)
    if found.hexdigest() != expected:
        raise CheckpointError(
            f"checkpoint {path} is refused: its content has sha256 {found.hexdigest()}, but it "
            f"was written with {expected}. It is truncated or altered: delete it and train again"
        )
    try:
        return torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError) as err:
        raise CheckpointError(f"{path} contains more than numbers and is not loaded") from err
