"""The code in the documentation runs as it stands."""

import re
from pathlib import Path

import torch

from mvacourse.operators import Compose, dot_gap, vjp_gap

PAGE = Path(__file__).parents[1] / "docs" / "add_an_operator.md"


def test_the_operator_of_the_tutorial_passes_its_own_checks():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    torch.manual_seed(0)
    names: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["A"](names["u"]).shape == (2, 1, 7, 5)
    B = Compose(names["EveryOtherRow"](), names["EveryOtherRow"]())
    assert dot_gap(B, names["u"]) < 1e-12 and vjp_gap(B, names["u"]) < 1e-12
    assert names["EveryOtherRow"]().T(torch.ones(1, 1, 4, 5)).shape == (1, 1, 8, 5)
