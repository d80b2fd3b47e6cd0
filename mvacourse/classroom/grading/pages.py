"""What the grading writes: a table for the teacher, and a page for each student."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping, Sequence

from mvacourse.classroom.grading.marks import Mark, Marks
from mvacourse.classroom.grading.questions import Question

_STYLE = """
body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; color: #1b1b1b; background: #fff; }
h2 { margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
h3 { margin-bottom: .2rem; }
p.words { margin: .2rem 0; }
pre { background: #f4f4f4; padding: .7rem; overflow-x: auto; font-size: .9rem; }
.remark { color: #7a4a00; }
"""


def to_table(all_marks: Sequence[Marks], course: Mapping[str, Sequence[Question]]) -> str:
    """Write a line per student: points per exercise, their sum, and remarks about the files."""
    questions = [q for asked in course.values() for q in asked]
    out_of = sum(q.points for q in questions)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    head = [f"{q.notebook[:2]} {q.exercise} /{q.points}" for q in questions]
    table.writerow(["student", *head, "points", "out of", "remarks"])
    for marks in all_marks:
        known = {(m.notebook, m.exercise): m.points for m in marks.marks}
        points = [known.get((q.notebook, q.exercise), 0) for q in questions]
        remarks = [*marks.remarks, *(f"{m.exercise}: {m.remark}" for m in marks.marks if m.remark)]
        table.writerow(
            [_safe(marks.student), *points, marks.points, out_of, _safe("; ".join(remarks))]
        )
    return text.getvalue()


def _safe(text: str) -> str:
    """Write a text that no spreadsheet takes for a formula, in one line that any file can hold."""
    text = " ".join(text.encode(errors="backslashreplace").decode().split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def to_page(marks: Marks, titles: Mapping[str, str]) -> str:
    """Write a student's page, as HTML: points and messages, and the code that was marked.

    Parameters
    ----------
    marks : Marks
    titles : dict {notebook: title}
    """
    student = _text(marks.student)
    out_of = sum(mark.out_of for mark in marks.marks)
    parts = [f"<h1>{student}</h1>", f"<p><strong>{marks.points} of {out_of} points</strong></p>"]
    parts += [f'<p class="remark">{_text(remark)}</p>' for remark in marks.remarks]
    for stem in dict.fromkeys(mark.notebook for mark in marks.marks):
        inside = [mark for mark in marks.marks if mark.notebook == stem]
        points = f"{sum(m.points for m in inside)} of {sum(m.out_of for m in inside)} points"
        parts.append(f"<h2>{_text(titles.get(stem, stem))}: {points}</h2>")
        parts += map(_section, inside)
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{student}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _section(mark: Mark) -> str:
    sign = "✓" if mark.points else "✗"
    parts = [
        f"<h3>{_text(mark.exercise)}: {mark.points} of {mark.out_of}</h3>",
        f'<p class="words">{sign} {_text(mark.words)}</p>',
    ]
    if mark.remark and mark.remark != mark.words:
        parts.append(f'<p class="words remark">{_text(mark.remark)}</p>')
    if mark.source:
        parts.append(f"<pre>{_text(mark.source)}</pre>")
    return "\n".join(parts)


def _text(text: str) -> str:
    """Escape a text for HTML: a name or a message of a student's is never markup."""
    return html.escape(text.encode(errors="backslashreplace").decode())
