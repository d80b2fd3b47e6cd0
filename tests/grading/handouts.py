"""The notebook of the course that most tests of the grading use."""

from __future__ import annotations

from pathlib import Path

ORIGINAL = Path(__file__).parents[2] / "notebooks" / "04_total_variation.ipynb"
