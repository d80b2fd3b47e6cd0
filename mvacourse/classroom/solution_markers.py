"""The lines around a solution, ``### BEGIN SOLUTION`` and ``### END SOLUTION``, as in nbgrader.

With a misspelt marker, the solution would silently stay in the student edition. So there are three
kinds of lines: markers, which may differ in case, spaces and punctuation; near-markers, such as
``# solution begins``, ``# BEGIN SAMPLE SOLUTION`` or ``x = 1  # SOLUTION``, which are errors; and
all others. A near-marker has a word such as "begin" near a word such as "solution", in a comment or
a heading.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator

_WORDS = {"beginsolution": "BEGIN", "endsolution": "END"}
_BOUNDARIES = ("begin", "start", "end", "stop", "finish", "open", "close", "debut")
_BOUNDARY = {f"{word}{end}" for word in _BOUNDARIES for end in ("", "s", "es", "ed")}
_BOUNDARY |= {"beginning", "ending", "fin", "finishes", "begun"}
_BOUNDARY -= {"opened", "closed", "started", "ended"}  # of adjectives, as in "closed form"
_REAL_WORDS = {"star", "stat", "tart", "lose", "ned"}
"""They differ in one letter from a boundary word."""
_SOLUTION = {"solution", "solutions", "answer", "answers", "soln", "sol", "reponse", "corrige"}
_LABELS = {"exercise", "part", "question", "task", "problem", "code", "block", "cell", "key"}
_ARTICLES = {"the", "a", "an", "my", "our", "your", "this", "model", "reference", "sample"}
_OTHER_SENSE = set(
    "with from at to by in into near for on as is are if when once after before where until while "
    "unless up because than then and or but not no only all any every each that which".split()
)
"""Between two words, these make a sentence: begin with a solution."""

_COMMENT = re.compile(r"#|//|/\*|<!--|^\s*%")
_STARTS_COMMENT = re.compile(r"\s*(?:#|//|/\*|%|\[//\])")
_HTML_COMMENT = re.compile(r"<!--(.*?)(?:-->|$)")
_TAG = re.compile(r"</?\s*(?:solutions?|answers?)\b|^\W*/\s*(?:solutions?|answers?)\W*$")
_FIRST_TWO = re.compile(r"[\W_]*([^\W_]+)[\s_:-]*([^\W_]+)")
_TEXT = re.compile(r"(\"\"\"|'''|\"|')(.*?)(?:\1|$)")
_CODE_IN_PROSE = re.compile(r"`[^`]*`")
_NAMES = "|".join(sorted(_LABELS | _ARTICLES))
_CLAUSES = re.compile(rf"[,;.!?]|(?<=\w)\s+(?!(?:{_NAMES}|\w|\d+):)\w+:")
_NBGRADER = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
"""nbgrader takes any line with these words for a marker, wherever they are in it."""

_SHORT = 20
"""Letters of a comment that can still be a misspelt marker."""
_FEW = 4
"""Words of a line of prose that can still be a marker."""
_GAP = 3
"""Words between "begin" and "solution" in a marker, at most."""


def kind(line: str, *, code: bool) -> str | None:
    """Say what a line of a cell is: "BEGIN", "END", "near" (an error), or None.

    Parameters
    ----------
    line : str
    code : bool
        Whether the cell is code. In other cells a sentence about solutions is no near-marker.
    """
    text = _plain(line)
    if _letters(text) in _WORDS and _alone(line, code):
        return _WORDS[_letters(text)]
    if not code:
        line, text = (_CODE_IN_PROSE.sub("", x) for x in (line, text))
    near = _NBGRADER.search(line) or (_in_code(line, text) if code else _in_prose(text))
    return "near" if near else None


def _plain(line: str) -> str:
    """Fold letters that look alike: full-width ones, accents, other cases, invisible characters."""
    text = unicodedata.normalize("NFKD", line)
    text = "".join(
        c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Mn") or c == "\t"
    )
    return text.casefold()


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text))


def _alone(line: str, code: bool) -> bool:
    """Check that the line of a code cell is a comment: a string or a name is no marker."""
    return not code or _COMMENT.match(line.strip()) is not None


def _in_code(line: str, text: str) -> bool:
    """Look for a near-marker in the comment of a line of code, or in a text in quotes."""
    if any(_is_like_marker(content) for _, content in _TEXT.findall(text)):
        return True
    start = _COMMENT.search(text)
    if start is None:  # "begin solution" is no code: the line is inside a text of several lines
        return " " in text.strip() and _letters(text) in _WORDS
    comment = text[start.start() :]
    only = re.sub(r"[\W_\d]+", " ", comment).split()
    if len(only) == 1 and only[0] in _SOLUTION:  # as in Otter: x = 3  # SOLUTION
        after_code = text[: start.start()].strip() != "" and not only[0].startswith("answer")
        return after_code or _TAG.search(comment) is not None or only[0].upper() in line
    return _is_like_marker(comment) or _is_near(comment)


def _in_prose(text: str) -> bool:
    """Look for one in the comments of a text, in its heading, or in a line of few words."""
    if any(_is_like_marker(x) or _is_near(x) for x in _HTML_COMMENT.findall(text)):
        return True
    first = _FIRST_TWO.match(text)
    if _TAG.search(text) or (first and _bounds(first[1]) and _solves(first[2])):
        return True
    words = re.findall(r"[^\W_]+", text)
    likely = _STARTS_COMMENT.match(text) or len(words) <= _FEW
    return bool(likely) and (_is_like_marker(text) or _is_near(text))


def _is_like_marker(text: str) -> bool:
    """Check whether a whole text is a misspelt marker."""
    letters = _letters(text)
    if letters.startswith(tuple(_WORDS)):
        return True
    return len(letters) <= _SHORT and bool(difflib.get_close_matches(letters, _WORDS, cutoff=0.86))


def _is_near(text: str) -> bool:
    """Check whether a comment has the word of a boundary near the word of a solution."""
    return bool(_TAG.search(text)) or any(_is_near_in(words) for words in _clauses(text))


def _clauses(text: str) -> Iterator[list[str]]:
    """Split a comment at its stops and commas, and at a colon after two words; yield the words."""
    text = text.replace("mark scheme", "solution").replace("marking scheme", "solution")
    text = re.sub(r"\bhidden(?: tests?\b| code\b|(?=\W*$))", "solution", text)
    for clause in _CLAUSES.split(text):
        yield re.findall(r"[^\W_]+", clause)


def _is_near_in(words: list[str]) -> bool:
    for i, word in enumerate(words):
        if _bounds(word):
            for j in range(i + 1, min(i + _GAP + 2, len(words))):
                if _solves(words[j]) and _is_short_way(words[i], words[i + 1 : j]):
                    return True
        elif _solves(word):
            for j in range(i + 1, min(i + _GAP + 2, len(words))):
                if _bounds(words[j]) and all(map(_is_label, words[i + 1 : j])):
                    return True
        elif any(
            word in (f"{b}{s}", f"{s}{b}") for b in _BOUNDARIES for s in ("solution", "answer")
        ):
            return True
    return False


def _is_short_way(boundary: str, gap: list[str]) -> bool:
    """Check that words lead from "begin" to "solution": "of the", but not "with a"."""
    if any(word in _OTHER_SENSE or (len(word) > 4 and word.endswith("ing")) for word in gap):
        return False
    if "of" not in gap:
        return True
    rest = gap[gap.index("of") + 1 :]  # "ends of" is a plural
    return not boundary.endswith("s") and all(word in _ARTICLES or _is_label(word) for word in rest)


def _is_label(word: str) -> bool:
    """Check for what names one of several solutions: of exercise 3, part A."""
    return word in _LABELS or word in ("of", "for") or len(word) == 1 or word.isdecimal()


def _bounds(word: str) -> bool:
    """Check for a word such as "begin", also with two letters exchanged or one of them missing."""
    return word in _BOUNDARY or (word in _MISSPELT and word not in _REAL_WORDS)


def _solves(word: str) -> bool:
    near = difflib.get_close_matches(word, ("solution", "solutions"), cutoff=0.85)
    return word in _SOLUTION or any(abs(len(word) - len(other)) < 2 for other in near)


def _misspelt(word: str) -> set[str]:
    cuts = range(len(word))
    swapped = {word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :] for i in cuts}
    doubled = {word[:i] + word[i] + word[i:] for i in cuts}
    shorter = {word[:i] + word[i + 1 :] for i in cuts} if len(word) > 4 else set()
    return swapped | doubled | shorter


_MISSPELT = {wrong for word in _BOUNDARIES for wrong in _misspelt(word)}
