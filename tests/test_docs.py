"""The code in the documentation runs as it stands."""

import re
from pathlib import Path

import torch

PAGE = Path(__file__).parents[1] / "docs" / "add_an_operator.md"


def test_the_operator_of_the_tutorial_passes_its_own_checks():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    torch.manual_seed(0)
    names: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["A"](names["u"]).shape == (2, 1, 7, 5)
