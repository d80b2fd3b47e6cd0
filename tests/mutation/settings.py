"""What `tests/mutants.toml` says: the core, its tests, and the mutants that change nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "tests/mutants.toml"
KEYS = {"core", "tests", "left_out", "loaded", "equivalent"}
Key = tuple[str, str, str, str]


class Settings(NamedTuple):
    """See the comments in the file."""

    core: list[str]
    tests: list[str]
    loaded: list[str]
    equivalent: dict[Key, str]
    """Why a mutant, named by module, function, line and what it becomes, changes nothing."""


def read(root: Path) -> Settings:
    """Read the file, with folders replaced by the files inside."""
    path = root / FILE
    if not path.exists():
        raise SystemExit(f"{FILE} is not here: run this from the root of the repository")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(table.keys() - KEYS)
    if unknown:
        raise SystemExit(f"{FILE}: {', '.join(unknown)} is none of {', '.join(sorted(KEYS))}")
    left_out = set(expand(root, table.get("left_out", [])))
    tests = [p for p in expand(root, table["tests"]) if Path(p).name.startswith("test_")]
    equivalent = {}
    for entry in table.get("equivalent", []):
        try:
            key = tuple(entry[name] for name in ("module", "function", "line", "becomes"))
            equivalent[key] = entry["why"]
        except KeyError as error:
            raise SystemExit(f"{FILE}: an [[equivalent]] has no {error}: {entry}") from None
    return Settings(
        core=expand(root, table["core"]),
        tests=[path for path in tests if path not in left_out],
        loaded=table.get("loaded", []),
        equivalent=equivalent,
    )


def expand(root: Path, names: list[str]) -> list[str]:
    """List the Python files that files, folders and patterns stand for."""
    found: dict[str, None] = {}
    for name in names:
        paths = sorted(root.glob(name.rstrip("/")))
        if not paths:
            raise SystemExit(f"{name}: no such file or folder (see {FILE})")
        for path in paths:
            for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                found[file.relative_to(root).as_posix()] = None
    return list(found)
