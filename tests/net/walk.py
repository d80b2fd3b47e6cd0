"""Every public function, class and method of the package, and the calls that the net makes."""

from __future__ import annotations

import inspect
import random
import re
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

import mvacourse
from net.entry import Entry, arguments, call
from net.judge import Outcome, is_finite, judge, quiet
from net.kinds import kind, optional
from net.rooms import entries
from net.values import bad_values

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CLASSROOM = ("show", "widgets", "exercises")
NOT_HERE = {
    "cli": "commands: Typer checks their options, and tests/cli their messages",
    "recipes.train": "takes minutes; tests/recipes checks its names and budgets",
    "operators.Operator": "abstract",
    "operators.LinearOperator": "abstract",
    "priors.StoppingRule": "a protocol",
    "widgets.Explorer": "made by widgets.explore",
    "widgets.LabelMap": "made by widgets.label_map",
    "widgets.Prediction": "made by widgets.predict",
    "show.Picture.set": "matplotlib's",
    "exercises.Exercise.inputs": "a default",
    "dtypes": "converts what its callers have checked",
    "weights.require_writable": "of the command line, which passes a recipe's name",
}
NOT_HERE |= dict.fromkeys(
    [f"storage.{name}" for name in ("is_plain", "plain_name", "require_writable", "write_all")]
    + [f"storage.{name}" for name in ("writing", "Stopped", "exit_code", "on_stop")],
    "of the package's own files and signals: tests/storage",
)
# A record holds what a function returns. An error is raised, not called.
RECORDS = ("classroom.Course", "exercises.Exercise", "widgets.Static", "images.PhotoTable")
CONTEXTS = {"no_grad": torch.no_grad, "inference_mode": torch.inference_mode}


def public() -> dict[str, Callable]:
    """Every public function, class and method, by name: "solvers.gradient_descent"."""
    found: dict[str, Callable] = {}
    for room in mvacourse._SUBMODULES:
        if room == "classroom":
            for part in CLASSROOM:
                found |= _members(part, import_module(f"mvacourse.classroom.{part}"))
            found |= {f"classroom.{name}": getattr(mvacourse, name) for name in ("claim", "start")}
            found |= _methods(
                "classroom.Course", import_module("mvacourse.classroom.course").Course
            )
        elif room not in NOT_HERE:
            found |= _members(room, import_module(f"mvacourse.{room}"))
    return {name: f for name, f in found.items() if name not in NOT_HERE}


def _members(room: str, module: Any) -> dict[str, Callable]:
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
    found: dict[str, Callable] = {}
    for name in names:
        value = getattr(module, name)
        path = f"{room}.{name}"
        if isinstance(value, types.GenericAlias):  # Python 3.10 takes Callable[…] for a class
            continue
        if inspect.isclass(value):
            record = issubclass(value, (tuple, Exception)) or path in RECORDS
            found |= {} if record else {path: value}
            found |= {} if issubclass(value, Exception) else _methods(path, value)
        elif inspect.isroutine(value) or hasattr(value, "__wrapped__"):
            found[path] = value
    return found


def _methods(path: str, owner: type) -> dict[str, Callable]:
    found: dict[str, Callable] = {}
    if path in NOT_HERE and path.startswith(("operators", "priors")):
        return found
    for base in owner.__mro__:
        for name, value in vars(base).items() if base.__module__.startswith("mvacourse") else ():
            shown = name == "__call__" or not name.startswith("_")
            if shown and name != "extra_repr" and inspect.isroutine(inspect.unwrap(value)):
                found.setdefault(f"{path}.{name}", getattr(owner, name))
    return found


@dataclass(frozen=True)
class Call:
    """One call with one bad argument."""

    function: str
    parameter: str
    label: str
    value: Any
    verdict: str

    def __str__(self) -> str:
        return f"{self.function}.{self.parameter}: {self.label}"


def target(name: str, entry: Entry) -> Callable:
    """What to call: the function, or the method of the entry's object."""
    if entry.on is None:
        return public()[name]
    method = name.rsplit(".", 1)[1]
    # forward is called through the module, as a user does
    return entry.owner if method in ("forward", "__call__") else getattr(entry.owner, method)


def described(name: str, entry: Entry) -> Callable:
    """What has the signature."""
    f = target(name, entry)
    return f.forward if entry.on is not None and hasattr(f, "forward") else f


def calls(name: str, entry: Entry) -> Iterator[Call]:
    """Yield the calls of one function: each parameter with each bad value."""
    signature = inspect.signature(described(name, entry)).parameters
    valid = arguments(described(name, entry), entry)
    for parameter, value in valid.items():
        p = signature.get(parameter.lstrip("*"))
        star = parameter.startswith("*")
        value = value[0] if star and value else value
        of = kind(name, parameter, getattr(p, "annotation", ""), value, entry)
        for label, bad, verdict in bad_values(of, value, optional(p) and not star):
            yield Call(name, parameter, label, bad, verdict)
    for label in CONTEXTS:
        yield Call(name, "", label, None, "may")


@cache
def wanted(name: str) -> Any:
    """The result of the valid arguments."""
    entry = entries()[name]
    with quiet():
        torch.manual_seed(0)
        f = described(name, entry)
        return call(target(name, entry), arguments(f, entry))


def made(it: Call) -> Outcome:
    """Make one call."""
    entry = entries()[it.function]
    f, g = target(it.function, entry), described(it.function, entry)
    given = arguments(g, entry)
    if it.parameter:
        star = it.parameter.startswith("*")
        rest = given[it.parameter][1:] if star else ()
        given[it.parameter] = (it.value, *rest) if star else it.value
        good = wanted(it.function) if it.verdict in ("same", "differs") else None
        return judge(f, entry, given, it.parameter, it.verdict, is_finite(it.value), good)
    with CONTEXTS[it.label]():
        return judge(f, entry, given, "grad", "may", True)


@cache
def listed() -> list[tuple[re.Pattern, str]]:
    """The exceptions: patterns of calls, with the reason of each."""
    text = (Path(__file__).parent / "exceptions.toml").read_text(encoding="utf-8")
    return [
        (re.compile(row["calls"]), row["reason"])
        for row in tomllib.loads(text).get("exception", [])
    ]


def every(rooms: tuple[str, ...] = ()) -> list[Call]:
    """List all calls, or those of some rooms or functions."""
    chosen = [n for n in entries() if not rooms or n.startswith(tuple(f"{r}." for r in rooms))
              or n in rooms]  # fmt: skip
    return [it for name in chosen for it in calls(name, entries()[name])]


def sample(count: int, seed: int) -> list[Call]:
    """Draw calls at random; each function has at least one."""
    rng = random.Random(seed)
    drawn = every()
    return rng.sample(drawn, min(count, len(drawn)))
