"""What the net needs to know about one public function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Entry:
    """Valid arguments, and what the function promises.

    Attributes
    ----------
    make : callable
        Makes valid arguments by name. The key "*name" holds the tuple of a parameter ``*name``.
        A parameter that is missing keeps its default.
    on : callable, optional
        For a method: makes the object.
    like : str, optional
        The result has the shape and dtype of this argument.
    kinds : dict
        The kind of a parameter, where the table of `kinds.py` does not find it.
    errors : tuple
        What the docstring announces besides TypeError and ValueError.
    also : dict
        Other words that name an argument in a message.
    infinite : bool
        Whether a result may be infinite, as the PSNR of equal images is.
    """

    make: Callable[[], dict[str, Any]] = dict
    on: Callable[[], Any] | None = None
    like: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[type[Exception], ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    infinite: bool = False

    @cached_property
    def owner(self) -> Any:
        """The object of a method, made once."""
        return self.on() if self.on is not None else None


def arguments(function: Callable, entry: Entry) -> dict[str, Any]:
    """Valid arguments, with the defaults of the others."""
    given = entry.make()
    for name, p in inspect.signature(function).parameters.items():
        if name != "self" and p.default is not p.empty:
            given.setdefault(name, p.default)
    return given


def call(function: Callable, given: Mapping[str, Any]) -> Any:
    """Call with arguments by name, but with ``*name`` by position."""
    star = next((name for name in given if name.startswith("*")), None)
    if star is None:
        return function(**given)
    named = {name: value for name, value in given.items() if name != star}
    before = []
    for name, p in inspect.signature(function).parameters.items():
        if p.kind == p.VAR_POSITIONAL:
            break
        before.append(named.pop(name))
    return function(*before, *given[star], **named)


def rand(*shape: int, seed: int = 0) -> Tensor:
    """Draw an image, or any tensor, with values in [0.1, 0.9]."""
    return 0.1 + 0.8 * torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def randn(*shape: int, seed: int = 0) -> Tensor:
    """Draw from N(0, I)."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def whole(high: int, *shape: int) -> Tensor:
    """Draw whole numbers below `high`; each occurs."""
    x = torch.randint(high, shape, generator=torch.Generator().manual_seed(0))
    x.view(-1)[:high] = torch.arange(high)
    return x


def seeded(make: Callable[..., nn.Module], *arguments: Any, **options: Any) -> nn.Module:
    """Make a network with fixed weights, in evaluation mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return make(*arguments, **options).eval()
