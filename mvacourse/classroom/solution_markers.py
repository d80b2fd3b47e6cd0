"""The lines around a solution, ``### BEGIN SOLUTION`` and ``### END SOLUTION``, as in nbgrader.

With a misspelt marker, the solution would silently stay in the student edition. So there are three
kinds of lines: markers, which may differ in case, spaces and punctuation; near-markers, such as
``# solution begins`` or ``x = 1  # BEGIN SOLUTION``, which are errors; and all others.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

_WORDS = {"beginsolution": "BEGIN", "endsolution": "END"}
_SOLUTION = r"(?:solutions?|answers?|hidden tests?)"
_BOUNDARY = r"(?:begin|begins|beginning|start|starts|end|ends|stop|stops)"
_ADJACENT = re.compile(
    rf"\b{_BOUNDARY}(?: (?:the|of|a|my|model))* ?{_SOLUTION}\b|\b{_SOLUTION} ?{_BOUNDARY}\b"
)
_COMMENT = re.compile(r"#|//|/\*|<!--|^\s*%")
_CODE_IN_PROSE = re.compile(r"`[^`]*`")
_NBGRADER = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
"""nbgrader takes any line with these words for a marker, wherever they are in it."""

_SHORT = 20
"""Letters of a comment that can still be a misspelt marker."""


def kind(line: str, *, code: bool) -> str | None:
    """Say what a line of a cell is: "BEGIN", "END", "near" (an error), or None.

    Parameters
    ----------
    line : str
    code : bool
        Whether the cell is code. In other cells a sentence about solutions is no near-marker.
    """
    text = _plain(line)
    joined = "".join(re.findall(r"[^\W_]+", text))
    if joined in _WORDS and _alone(line, code):
        return _WORDS[joined]
    return "near" if _is_near(line, text, code) else None


def _plain(line: str) -> str:
    """Fold letters that look alike: full-width ones, other cases, invisible characters."""
    text = unicodedata.normalize("NFKC", line)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c == "\t")
    return text.casefold()


def _alone(line: str, code: bool) -> bool:
    """Check that the line of a code cell is a comment: a string or a name is no marker."""
    return not code or _COMMENT.match(line.strip()) is not None


def _is_near(line: str, text: str, code: bool) -> bool:
    if not code:
        line, text = (_CODE_IN_PROSE.sub("", x) for x in (line, text))
    if _NBGRADER.search(line):
        return True
    start = _COMMENT.search(text)
    told = (text[start.start() :] if start else "") if code else text
    words = re.sub(r"[\W_]+", " ", told).strip()
    if not code and words.count(" ") > 3:
        return False
    letters = words.replace(" ", "")
    alike = len(letters) <= _SHORT and difflib.get_close_matches(letters, _WORDS, cutoff=0.86)
    return bool(alike or letters.startswith(tuple(_WORDS)) or _ADJACENT.search(words))
