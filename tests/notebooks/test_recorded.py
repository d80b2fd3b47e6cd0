"""A claim that only compares a file's values says so, and no other does."""

from __future__ import annotations

import nbformat
import pytest
import recorded
from rules import committed

READ = """
with (storage.data_dir() / "published" / "x.csv").open() as file:
    rows = list(csv.DictReader(file))
found = {}
for r in rows:
    found.setdefault(r["method"], []).append(float(r["psnr"]))
live = metrics.psnr(x, u)
"""
CLAIMS = [
    ('claim("a", min(found["DIP"]), at_least=1)', ["'a' compares a recorded value"]),
    ('claim("a", weights.card("x")["metrics"]["psnr"], at_least=1)', ["'a' compares a recorded"]),
    ('d = torch.tensor([float(r["psnr"]) for r in rows]).diff()\nclaim("a", d, below=0)', ["'a' "]),
    ('def mean(m):\n    return sum(found[m]) / 5\n\nclaim("a", mean("TV"), above=0)', ["'a' "]),
    ('for m in found:\n    claim(f"{m}", found[m], above=0)', ["{m}"]),
    ('claim("a", min(found["DIP"]), at_least=1, recorded=True)', []),
    ('claim("a", live - found["DIP"][0], at_least=1)', []),
    ('claim("a", live, at_least=1)', []),
    ('claim("a", [found[m][0] for m in live], above=0, recorded=True)', []),
    ('claim("a", live, at_least=1, recorded=True)', ["'a' compares no recorded value"]),
]


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_recorded_claims_say_so(path):
    found = recorded.told_wrongly(recorded.code(nbformat.read(path, as_version=4)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("source, complaints", CLAIMS)
def test_values_are_followed_from_the_file_to_the_claim(source, complaints):
    found = recorded.told_wrongly([READ, source])
    assert len(found) == len(complaints)
    assert all(wanted in line for wanted, line in zip(complaints, found))
