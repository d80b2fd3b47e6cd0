"""Drawn label maps of façades, in the classes and colours of the CMP database."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from mvacourse import validate

FACADE_PARTS = MappingProxyType(
    {
        "wall": (0, 48, 255),
        "background": (0, 0, 222),
        "window": (0, 128, 255),
        "cornice": (255, 80, 0),
        "shop": (176, 0, 0),
        "balcony": (192, 255, 63),
        "decoration": (255, 160, 0),
        "door": (0, 208, 255),
        "lintel": (32, 255, 224),
        "sill": (112, 255, 144),
        "pillar": (255, 0, 0),
        "shutter": (255, 240, 0),
    }
)
"""Parts of a façade, in the order of their labels 0 to 11, and the colours of the database's
pictures in 8 bits. The colours were read from the pictures; the names, from what they cover."""

_LABEL = {part: label for label, part in enumerate(FACADE_PARTS)}
_SMALLEST = 32


def facade_labels(n: int, seed: int | torch.Generator | None = 0, size: int = 128) -> Tensor:
    """Draw `n` label maps of façades.

    Floors of windows in columns, between a sky and the street; with a cornice, and at random with
    lintels, sills, shutters, pillars, decoration, balconies and shops. They are nobody's houses:
    a network that has learned from photographs of façades can paint them. Map i of a seed is the
    same for every n.

    Parameters
    ----------
    n : int
        Number of maps.
    seed : int, torch.Generator or None
        The same number always gives the same maps.
    size : int, default 128
        Height and width, at least 32. The map is drawn on a grid of this size: with another size
        it has the same houses, up to a pixel.

    Returns
    -------
    Tensor, (n,size,size), int64
        Index into :data:`FACADE_PARTS`.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.
    """
    n, size = validate.count(n, "n"), validate.count(size, "size", at_least=_SMALLEST)
    key = int(torch.randint(2**62, (), generator=validate.generator(seed)))
    return torch.stack([_Drawing(np.random.default_rng([key, i]), size).labels for i in range(n)])


def facade_colors(labels: Tensor) -> Tensor:
    """Colour label maps `(B,H,W)` of façades as the CMP database does: `(B,3,H,W)` in [0, 1].

    Raises
    ------
    TypeError, ValueError
        If `labels` are not maps of whole numbers from 0 to 11.
    """
    validate.labels(labels, len(FACADE_PARTS))
    colors = torch.tensor(list(FACADE_PARTS.values()), device=labels.device) / 255
    return colors[labels.long()].movedim(-1, 1)


class _Drawing:
    """One façade; all places are fractions of the height or width."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.rng, self.size = rng, size
        self.labels = torch.full((size, size), _LABEL["background"])
        left, right = rng.uniform(0, 0.06), 1 - rng.uniform(0, 0.06)
        top, street = rng.uniform(0.06, 0.14), rng.uniform(0.93, 0.98)
        self.fill("wall", top, street, left, right)
        n_floors, n_columns = int(rng.integers(3, 6)), int(rng.integers(3, 7))
        floor = (street - top - 0.05) / n_floors
        ground = street - floor
        self.fill("cornice", top, top + 0.045, left, right)
        if self.some(0.5):
            self.fill("cornice", ground - 0.02, ground + 0.005, left, right)
        column = (right - left) / n_columns
        middles = [left + (i + 0.5) * column for i in range(n_columns)]
        if self.some(0.3):
            for i in range(n_columns + 1):
                at = min(max(left + i * column, left + 0.012), right - 0.012)
                self.fill("pillar", top + 0.045, ground - 0.02, at - 0.012, at + 0.012)
        self.windows([top + 0.05 + i * floor for i in range(n_floors - 1)], middles, floor, column)
        self.ground_floor(ground, street, middles, column)

    def some(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def fill(self, part: str, top: float, bottom: float, left: float, right: float) -> None:
        rows, columns = (
            slice(round(max(low, 0) * self.size), round(high * self.size))
            for low, high in ((top, bottom), (left, right))
        )
        self.labels[rows, columns] = _LABEL[part]

    def windows(self, tops: list[float], middles: list[float], floor: float, column: float) -> None:
        """Draw equal windows on all floors above the ground."""
        half = column * self.rng.uniform(0.2, 0.28)
        high = floor * self.rng.uniform(0.52, 0.62)
        ornaments = [part for part, p in (("lintel", 0.5), ("sill", 0.6), ("shutter", 0.25),
                                          ("decoration", 0.2)) if self.some(p)]  # fmt: skip
        balconies = int(self.rng.integers(len(tops))) if self.some(0.4) else None
        for i, start in enumerate(tops):
            top = start + 0.22 * floor
            bottom = top + high
            for at in middles:
                left, right = at - half, at + half
                if "lintel" in ornaments:
                    self.fill("lintel", top - 0.025, top, left - 0.01, right + 0.01)
                if "decoration" in ornaments and i == 0:
                    self.fill("decoration", top - 0.07, top - 0.03, at - half / 2, at + half / 2)
                if "shutter" in ornaments:
                    wing = 0.6 * (column / 2 - half)
                    self.fill("shutter", top, bottom, left - wing, right + wing)
                if "sill" in ornaments:
                    self.fill("sill", bottom, bottom + 0.02, left - 0.01, right + 0.01)
                self.fill("window", top, bottom, left, right)
            if i == balconies:
                middle = len(middles) // 2
                left, right = middles[middle - 1] - column / 2, middles[middle] + column / 2
                self.fill("balcony", bottom - 0.3 * high, bottom + 0.02, left + 0.02, right - 0.02)

    def ground_floor(self, top: float, street: float, middles: list[float], column: float) -> None:
        """Draw shops or windows, and one door."""
        door = int(self.rng.integers(len(middles)))
        shops = self.some(0.5)
        for i, at in enumerate(middles):
            left, right = at - 0.3 * column, at + 0.3 * column
            if i == door:
                self.fill("door", top + 0.25 * (street - top), street, left, right)
            elif shops:
                self.fill("shop", top + 0.2 * (street - top), street, at - 0.44 * column,
                          at + 0.44 * column)  # fmt: skip
            else:
                self.fill("window", top + 0.25 * (street - top), top + 0.75 * (street - top),
                          left, right)  # fmt: skip
