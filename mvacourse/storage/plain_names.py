"""Names that become file names: a plain name cannot leave its folder, on any system."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"\w[\w.-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Devices of Windows, also with an ending."""
_LONGEST = 100


def is_plain(name: object) -> bool:
    """Check that `name` is made of letters, digits, ``_``, ``-`` and ``.`` alone.

    It begins with a letter, a digit or ``_``, does not end with ``.``, is not a device of Windows
    such as ``con``, and has at most 100 characters.
    """
    return (
        isinstance(name, str)
        and len(name) <= _LONGEST
        and _PLAIN.fullmatch(name) is not None
        and not name.endswith(".")
        and _RESERVED.fullmatch(name) is None
    )


def plain_name(name: str, argument: str = "name") -> str:
    """Require a plain name, as :func:`is_plain`, and return it.

    Raises
    ------
    ValueError
        If it is not one.
    """
    if not is_plain(name):
        shown = repr(name) if len(repr(name)) <= 2 * _LONGEST else f"{repr(name)[:_LONGEST]}…"
        raise ValueError(
            f"{argument} = {shown} cannot name a file: use letters, digits, '_', '-' and '.' "
            f"alone, at most {_LONGEST}, such as vae_digits"
        )
    return name
