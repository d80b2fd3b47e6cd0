"""The defaults that a docstring names are those of the signature."""

import contextlib
import importlib
import inspect
import pkgutil
import re

import pytest

PACKAGES = (
    *("calculus", "closed_form", "kernels", "losses", "metrics", "noise", "operators", "priors"),
    *("regularizers", "solvers", "transport", "uncertainty", "variational"),
)
DEFAULT = re.compile(
    r"^(\w+(?:, \w+)*) : .*, default ([-\d(][-\d.e/, ()]*|True|False|None)$", re.MULTILINE
)


def modules():
    for name in PACKAGES:
        module = importlib.import_module(f"mvacourse.{name}")
        yield module
        for info in pkgutil.walk_packages(getattr(module, "__path__", []), f"{module.__name__}."):
            yield importlib.import_module(info.name)


def documented():
    for module in modules():
        for name, value in vars(module).items():
            if getattr(value, "__module__", "") != module.__name__ or not callable(value):
                continue
            members = vars(value).items() if inspect.isclass(value) else ()
            for path, f in ((name, value), *((f"{name}.{n}", m) for n, m in members)):
                for names, default in DEFAULT.findall(inspect.getdoc(f) or ""):
                    for argument in names.split(", "):
                        yield pytest.param(f, argument, default, id=f"{path}-{argument}")


CASES = list(documented())


@pytest.mark.parametrize(("f", "argument", "default"), CASES)
def test_the_documented_default_is_the_one_of_the_signature(f, argument, default):
    parameters = inspect.signature(f).parameters
    assert parameters[argument].default == eval(default)
    # `make mutants` tries the tests that enter a function, so this one enters, and gets no further.
    needed = [p for p in parameters.values() if p.default is p.empty and p.kind < p.VAR_POSITIONAL]
    with contextlib.suppress(Exception):
        f(*[None for _ in needed])


def test_there_are_many_of_them():
    assert len(CASES) > 20
