"""What a card may contain: plain JSON, and the facts without which no network can be built."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from mvacourse import nets

Card = dict[str, Any]
NETWORKS = tuple(name for name in nets.__all__ if isinstance(getattr(nets, name), type))
"""Classes that a card may name; :mod:`mvacourse.nets` also has functions."""

_NEEDED = {"network": str, "arguments": dict, "sha256": str}
_POSSIBLE = {"metrics": dict, "parameters": int, "bytes": int, "seconds": (int, float)}
_LARGEST = 2**63
_DEEPEST = 50
"""Levels of lists and dictionaries; Python's JSON module fails somewhere beyond 900."""


def fault(content: object) -> str | None:
    """Say why no network can be built from a card; None if nothing is wrong with it."""
    if not isinstance(content, dict):
        return f"is damaged: it holds a {type(content).__name__}, not an object {{…}}"
    missing = [key for key in _NEEDED if key not in content]
    if missing:
        return f"lacks {', '.join(missing)}"
    for key, kind in {**_NEEDED, **_POSSIBLE}.items():
        if key in content and not _is(content[key], kind):
            return f"is damaged: {key} = {content[key]!r:.50}"
    if content["network"] not in NETWORKS:
        return (
            f"is refused: network = {content['network']!r:.100} is not in mvacourse.nets "
            f"({', '.join(NETWORKS)})"
        )
    return None


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    """Check the type of a value; a number is no bool, not negative, and not absurdly large."""
    if not isinstance(value, kind) or isinstance(value, bool):
        return False
    return not isinstance(value, (int, float)) or 0 <= value < _LARGEST


def to_json(card: Card) -> str:
    """Write a card as JSON.

    Raises
    ------
    ValueError
        If a value is not JSON: the message names its key, such as ``metrics.psnr``.
    """
    for name, why in _faults(card, "", ()):
        raise ValueError(f"{name} {why}")
    return json.dumps(card, indent=2, ensure_ascii=False) + "\n"


def _faults(value: object, name: str, around: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """Yield the names of the values that are not JSON, and why."""
    if isinstance(value, (dict, list, tuple)):
        if id(value) in around:
            yield name, "contains itself"
            return
        if len(around) == _DEEPEST:
            yield f"{name:.100}…", f"has more than {_DEEPEST} levels"
            return
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            inner = f"{name}.{key}".lstrip(".") if isinstance(value, dict) else f"{name}[{key}]"
            if isinstance(key, str):
                yield from _faults(key, f"the key {inner!r}", ())
            elif not isinstance(key, int):
                yield inner, f"has a {type(key).__name__} as its key: write a str"
            yield from _faults(item, inner, (*around, id(value)))
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield name, f"= {value} is not a finite number"
    elif isinstance(value, int):
        if abs(value) >= _LARGEST:
            yield name, "is a whole number of more than 63 bits"
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            yield name, f"= {value!r:.50} holds half a character, which no file can store"
    elif value is not None:
        kind = type(value).__name__
        yield name, f"is a {kind}, not JSON: write a number, str, list or dict"
