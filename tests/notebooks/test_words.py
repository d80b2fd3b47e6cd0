"""A term is explained where the course first uses it, and the English is of today."""

from __future__ import annotations

import re

import nbformat
import pytest
from rules import committed

FIRST_USE = {
    r"\bPSNR\b": "peak signal-to-noise ratio",
    r"\bdB\b": "decibel",
    r"\bLPIPS\b": "reference",
    r"\bFID\b": "Fréchet",
    r"\bSSIM\b": "structural similarity",
    r"\bW_2\b|W₂": "Wasserstein",
    r"\b[Mm]ultipliers?\b": "constraint",
    r"\b[Dd]ual(ity)?\b": "bound",
    r"\bTychonov\b": "Tikhonov",
}
"""A term, and a word that must stand in the cell of its first use."""

OLD = re.compile(
    r"\b(draws? (?:the )?lots|whoever|whence|hitherto|shall|forthwith|albeit|naught|lest"
    r"|upon|alas|cool head|bold thing|leave all proportion|for it (?:is|was|has|knows|holds)"
    r"|knows nothing of|whilst|amidst|wherein|thereof|therein|thereby|henceforth|must needs"
    r"|as it were|find out by heart)\b",
    re.IGNORECASE,
)

NOTEBOOKS = committed()


def texts(path):
    """The Markdown cells of a notebook."""
    nb = nbformat.read(path, as_version=4)
    return [cell.source for cell in nb.cells if cell.cell_type == "markdown"]


def first_use(term):
    for path in NOTEBOOKS:
        for source in texts(path)[1:]:  # the first cell lists what the notebook holds
            if re.search(term, source):
                return path, source
    return None, ""


@pytest.mark.parametrize("term", FIRST_USE)
def test_a_term_is_explained_where_it_is_first_used(term):
    path, source = first_use(term)
    assert path is not None, "no notebook uses it: take it out of the list"
    assert FIRST_USE[term].casefold() in source.casefold(), (path.name, source[:200])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_english_is_of_today(path):
    found = [match[0] for source in texts(path) for match in OLD.finditer(source)]
    assert not found, found
