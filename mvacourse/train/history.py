"""What a training logs: its losses, step by step, and its time."""

from __future__ import annotations

import math
from typing import Any

from mvacourse import validate


class History(dict[str, list[float]]):
    """Values logged in training, one per step: ``history["loss"][0]`` is the loss of step 1.

    ``history.seconds`` is the total time of the steps. It includes the time before each resumption.
    """

    def __init__(self, values: dict[str, list[float]] | None = None, seconds: float = 0.0) -> None:
        super().__init__({name: list(column) for name, column in (values or {}).items()})
        self.seconds = seconds

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and a number, which :meth:`from_dict` can read."""
        return {"values": dict(self), "seconds": self.seconds}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> History:
        """Rebuild a history from the output of :meth:`to_dict`."""
        return cls(state["values"], state["seconds"])

    def last(self, name: str, n: int = 100) -> float:
        """Average the last n values of a column, because single values are noisy."""
        if not isinstance(name, str) or name not in self:
            raise KeyError(f"name = {name!r} is not a column: choose one of {', '.join(self)}")
        values = self[name][-validate.count(n, "n") :]
        return math.fsum(values) / len(values)
