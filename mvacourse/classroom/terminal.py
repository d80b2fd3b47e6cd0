"""What is printed can be read on every terminal, and does nothing to it.

Text from a file (a card, a file's name) may hold control codes, which would clear a screen or
change a title. And a terminal, a pipe or a log may have a small alphabet, such as cp1252 on
Windows.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TextIO

_INSTEAD = {
    **{"→": "->", "←": "<-", "↦": "->", "−": "-", "–": "-", "—": "-", "·": ".", "×": "x"},
    **{"≤": "<=", "≥": ">=", "≈": "~", "≠": "!=", "±": "+-", "√": "sqrt", "∞": "inf", "‖": "||"},
    **{"∇": "grad", "∂": "d", "∈": "in", "⊙": "*", "′": "'", "‘": "'", "’": "'", "“": '"'},
    **{"”": '"', "…": "...", "✓": "ok", "✗": "FAILS", "\u00a0": " ", "\u202f": " "},
    **{"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u2044": "/"},
    **dict.fromkeys("█▉▊▋▌▍▎▏", "#"),  # progress bars
}
"""Words for characters that an encoding lacks."""
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of Unicode: control codes, marks of direction, halves of pairs, line separators."""


def visible(text: str, keep: str = "\n\t") -> str:
    r"""Replace control codes by their escapes, such as ``\x1b``, except those in `keep`.

    >>> visible("\x1b[2Jname")
    '\\x1b[2Jname'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _shown(c) for c in text)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if unicodedata.category(character) not in _INVISIBLE:
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def readable(text: str, encoding: str | None) -> str:
    """Replace the characters that an encoding lacks: → by ->, γ by gamma, é by e.

    >>> readable("γ → ∞", "ascii")
    'gamma -> inf'
    """
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return "".join(_spelt(character, encoding) for character in text)
    except LookupError:
        return readable(text, "ascii")


@lru_cache(maxsize=4096)
def _spelt(character: str, encoding: str) -> str:
    candidates = (character, _INSTEAD.get(character), _greek(character), _simplified(character))
    for candidate in candidates:
        try:
            if candidate and candidate.encode(encoding):
                return candidate
        except UnicodeEncodeError:
            continue
    return character.encode("ascii", "backslashreplace").decode("ascii")


def _greek(character: str) -> str:
    """Return the name of a Greek letter, as in LaTeX: gamma, Gamma."""
    match unicodedata.name(character, "").replace("LAMDA", "LAMBDA").split():
        case ["GREEK", "SMALL", "LETTER", name]:
            return name.lower()
        case ["GREEK", "CAPITAL", "LETTER", name]:
            return name.title()
    return ""


def _simplified(character: str) -> str:
    """Take a character apart: é becomes e, ½ becomes 1/2, ² becomes ^2."""
    mark = {"<super>": "^", "<sub>": "_"}.get(unicodedata.decomposition(character).split(" ")[0])
    parts = unicodedata.normalize("NFKD", character).replace("\u2044", "/")
    if parts == character:
        return ""
    return (mark or "") + "".join(c for c in parts if c.isascii())


class Door:
    """A stream that makes text visible and readable, then passes it on."""

    encoding = "utf-8"  # any text may come: nobody needs to encode it before

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text; carriage returns stay, because progress bars need them."""
        if not isinstance(text, str):
            raise TypeError(f"write needs text, not {type(text).__name__}")
        seen = visible(text, keep="\n\t\r")
        self._stream.write(readable(seen, getattr(self._stream, "encoding", None)))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def through_the_door() -> None:
    """Put a :class:`Door` before stdout and stderr, for the rest of this program."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Door):  # None: a program without a console
            setattr(sys, name, Door(stream))


@contextmanager
def safe_output() -> Iterator[None]:
    """Put a :class:`Door` before stdout and stderr, within the block."""
    before = sys.stdout, sys.stderr
    through_the_door()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def say(text: str, *, error: bool = False) -> None:
    """Print a line that may contain any character, to a stream with any encoding."""
    stream = sys.stderr if error else sys.stdout
    print(readable(text, getattr(stream, "encoding", None)), file=stream)
