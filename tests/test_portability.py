"""The course on other machines: older Python, Windows, macOS. What can be read off the sources."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator

import pytest
from sources import FOLDERS, ROOT, nodes_outside, parse, sources, text_of

# What the standard library has only since 3.11, 3.12, 3.13 or 3.14.
LATER_MODULES = {"tomllib", "annotationlib", "compression"}
LATER_NAMES = {
    "typing": "Self Never Required NotRequired LiteralString Unpack TypeVarTuple assert_never "
    "assert_type reveal_type override dataclass_transform TypeAliasType ReadOnly TypeIs",
    "enum": "StrEnum ReprEnum EnumCheck verify member nonmember global_enum",
    "datetime": "UTC",
    "itertools": "batched",
    "contextlib": "chdir",
    "hashlib": "file_digest",
    "math": "exp2 cbrt sumprod fma",
    "operator": "call",
    "asyncio": "TaskGroup Runner timeout Barrier",
    "builtins": "ExceptionGroup BaseExceptionGroup PythonFinalizationError",
    "statistics": "kde kde_random",
    "random": "binomialvariate",
    "calendar": "Month Day",
    "copy": "replace",
    "warnings": "deprecated",
    "inspect": "getasyncgenstate markcoroutinefunction BufferFlags",
    "os": "process_cpu_count",
}
LATER_METHODS = {"walk": "pathlib", "full_match": "pathlib", "from_uri": "pathlib"}
LATER_METHODS |= {"add_note": "exceptions", "is_junction": "pathlib", "with_segments": "pathlib"}


OLD_OWNERS = {"ast", "os", "root"}  # their functions with such names are old


def too_new(tree: ast.Module) -> Iterator[str]:
    """Names that Python 3.10's standard library lacks, unless a branch on the version has them."""
    for node in nodes_outside(tree, "version_info"):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.partition(".")[0] in LATER_MODULES)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            later = LATER_NAMES.get(node.module, "").split()
            yield from (f"{node.module}.{a.name}" for a in node.names if a.name in later)
            yield from {node.module.partition(".")[0]} & LATER_MODULES
        elif isinstance(node, ast.Attribute):
            base = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in LATER_NAMES.get(base, "").split():
                yield f"{base}.{node.attr}"
            elif node.attr in LATER_METHODS and base not in OLD_OWNERS:
                yield f"{LATER_METHODS[node.attr]}: {node.attr}"
        elif isinstance(node, ast.Name) and node.id in LATER_NAMES["builtins"].split():
            yield node.id


def without_encoding(tree: ast.Module) -> Iterator[str]:
    """Calls that read or write text in the encoding of the system: on Windows not UTF-8."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if {"encoding", None} & given.keys():
            continue
        place = f"line {call.lineno}: {ast.unparse(call)[:60]}"
        if (name == "read_text" and not call.args) or (name == "write_text" and len(call.args) < 2):
            yield place
        elif name in ("run", "Popen", "check_output"):
            texts = (given.get(key) for key in ("text", "universal_newlines"))
            if any(isinstance(t, ast.Constant) and t.value for t in texts):
                yield place
        elif name == "open" and is_text(call, given):
            yield place


def is_text(call: ast.Call, given: dict[str | None, ast.expr]) -> bool:
    """Whether `open` opens a text: os.open, Image.open and other modules' functions do not."""
    method = isinstance(call.func, ast.Attribute)
    owner = ast.unparse(call.func.value) if method else ""
    if owner in ("os", "Image", "gzip", "PIL.Image", "atomic_write.Path", "webbrowser", "tarfile"):
        return False
    if "timeout" in given:  # an address
        return False
    position = 0 if method else 1
    mode = given.get("mode", call.args[position] if len(call.args) > position else None)
    return "b" not in (ast.unparse(mode) if mode is not None else "r")


WORDS = {
    too_new: {*LATER_MODULES, *" ".join(LATER_NAMES.values()).split(), *LATER_METHODS},
    without_encoding: {"open", "read_text", "write_text", "text", "universal_newlines"},
}
"""What a source must contain for a rule to find something: the others need not be parsed."""


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("rule", WORDS, ids=lambda rule: rule.__name__)
def test_sources_run_on_older_python_and_on_windows(folder, rule):
    word = re.compile(rf"\b({'|'.join(sorted(WORDS[rule]))})\b")
    found = {p.name: list(rule(parse(p))) for p in sources(folder) if word.search(text_of(p))}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import tomllib", "tomllib"),
        ("from typing import Self, Any", "typing.Self"),
        ("import datetime\ndatetime.UTC", "datetime.UTC"),
        ("for x in itertools.batched(y, 2): pass", "itertools.batched"),
        ("for x in Path('.').walk(): pass", "pathlib: walk"),
        ("raise ExceptionGroup('a', [])", "ExceptionGroup"),
        ("from enum import StrEnum", "enum.StrEnum"),
    ],
)
def test_newer_names_are_found(source, found):
    assert list(too_new(ast.parse(source))) == [found]


def test_a_branch_on_the_version_may_use_newer_names():
    source = "if sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli"
    assert list(too_new(ast.parse(source))) == []


@pytest.mark.parametrize(
    "source", ["type X = int", "def f[T](x): pass", "try: f()\nexcept* E: pass"]
)
def test_newer_syntax_is_found(source, tmp_path):
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    with pytest.raises(SyntaxError):
        parse(tmp_path / "a.py")


@pytest.mark.parametrize(
    "source",
    [
        "open('a')",
        "open('a', 'w')",
        "path.open()",
        "path.open(mode='a')",
        "path.read_text()",
        "path.write_text('a')",
        "subprocess.run(['a'], text=True)",
    ],
)
def test_a_call_without_encoding_is_found(source):
    assert len(list(without_encoding(ast.parse(source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "open('a', 'rb')",
        "open('a', encoding='utf-8')",
        "path.open('wb')",
        "path.read_text('utf-8')",
        "path.write_text('a', encoding='utf-8')",
        "Image.open('a')",
        "os.open('a', 0)",
        "subprocess.run(['a'], encoding='utf-8')",
        "f(**options)",
    ],
)
def test_a_call_with_encoding_passes(source):
    assert list(without_encoding(ast.parse(source))) == []


# Names of files


def unfit(names: list[str]) -> list[str]:
    """Paths that Windows or macOS cannot have, alone or together."""
    reserved = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
    bad = [
        name
        for name in names
        if re.search(r'[<>:"\\|?*\x00-\x1f]|[ .](/|$)', name)
        or any(part.split(".")[0].lower() in reserved for part in name.split("/"))
        or not name.isascii()
        or len(name) > 150
    ]
    lower = [name.lower() for name in names]
    return bad + [name for name in names if lower.count(name.lower()) > 1]


def test_every_system_can_have_the_files():
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip("this is no clone")
    assert unfit(listed.stdout.split("\0")) == []


@pytest.mark.parametrize(
    "names",
    [["a/aux.py"], ["NUL"], ["a:b"], ["a."], ["a /b"], ["é.py"], ["A.py", "a.py"], ["a" * 151]],
    ids=str,
)
def test_unfit_names_are_found(names):
    assert unfit(names) == names


# Other ways to start a process


def test_nothing_in_the_package_starts_a_process_that_shares_its_memory():
    """On Windows and macOS a new process starts afresh: what it gets must be sent to it."""
    for path in sorted((ROOT / "mvacourse").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\bos\.fork\(|\bmultiprocessing\b|num_workers", source), path
