"""The sets of versions: read them from `tests/matrix.toml`, and make an environment for each."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "tests/matrix.toml"
RESOLUTIONS = ("highest", "lowest-direct")
BUILD = Path("build/matrix")
SHOWN = (
    "torch",
    "torchvision",
    "numpy",
    "scipy",
    "scikit-image",
    "matplotlib",
    "pillow",
    "ipython",
)
"""Packages whose versions the table shows."""


class Environment(NamedTuple):
    """A set of versions; the comments in the file say what the fields are."""

    name: str
    about: str
    python: str
    resolution: str
    constraints: str = ""
    extra: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def folder(self, root: Path) -> Path:
        return root / BUILD / self.name

    def interpreter(self, root: Path) -> Path:
        inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        return self.folder(root) / "venv" / inside

    def versions(self, root: Path) -> str:
        """List what is installed, as `pip freeze` does; empty before the environment is made."""
        file = self.folder(root) / "versions.txt"
        return file.read_text(encoding="utf-8") if file.is_file() else ""


def read(root: Path) -> dict[str, Environment]:
    """Read the sets, by name."""
    path = root / FILE
    if not path.is_file():
        raise SystemExit(f"{FILE} is not here: run this from the root of the repository")
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, Environment]:
    """Read the sets from the text of the file."""
    found = {}
    for name, table in tomllib.loads(text).items():
        unknown = sorted(table.keys() - set(Environment._fields[1:]))
        missing = sorted({"about", "python", "resolution"} - table.keys())
        if unknown or missing:
            wrong = f"has no {', '.join(missing)}" if missing else f"has {', '.join(unknown)}"
            fields = ", ".join(Environment._fields[1:])
            raise SystemExit(f"{FILE}: [{name}] {wrong}; the keys are {fields}")
        if table["resolution"] not in RESOLUTIONS:
            choices = " or ".join(RESOLUTIONS)
            raise SystemExit(f"{FILE}: [{name}] resolution must be {choices}")
        for key in ("extra", "without"):
            table[key] = tuple(table.get(key, ()))
        found[name] = Environment(name, **table)
    return found


def make(environment: Environment, root: Path) -> None:
    """Make the environment, unless there is one made from the same requirements."""
    folder = environment.folder(root)
    stamp = folder / "requirements.sha256"
    wanted = requirements(environment, root)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    uv = find_uv(root)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    venv, python = folder / "venv", environment.interpreter(root)
    run([uv, "venv", "--quiet", "--python", find_python(environment.python), str(venv)], root)
    command = [uv, "pip", "install", "--quiet", "--python", str(python)]
    command += ["--resolution", environment.resolution]
    command += ["--constraint", environment.constraints] if environment.constraints else []
    if environment.without:
        left_out = folder / "left_out.txt"
        nowhere = "; sys_platform == 'nowhere'"  # uv's way to leave a requirement out
        lines = [f"{name}{nowhere}\n" for name in environment.without]
        left_out.write_text("".join(lines), encoding="utf-8")
        command += ["--override", str(left_out)]
    run([*command, "--editable", ".[test]", *environment.extra], root)
    frozen = run([uv, "pip", "freeze", "--exclude-editable", "--python", str(python)], root)
    version = run([str(python), "-c", "import platform; print(platform.python_version())"], root)
    text = f"python=={version.strip()}\n{frozen}"
    (folder / "versions.txt").write_text(text, encoding="utf-8")
    stamp.write_text(wanted, encoding="utf-8")


def requirements(environment: Environment, root: Path) -> str:
    """Compute a hash of all that decides which versions are installed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [project["dependencies"], project["optional-dependencies"]]
    pinned = environment.constraints and (root / environment.constraints).read_text(
        encoding="utf-8"
    )
    return hashlib.sha256(repr((environment, asked, pinned)).encode()).hexdigest()


def find_uv(root: Path) -> str:
    """Find uv, or install it in an environment of its own."""
    if found := shutil.which("uv"):
        return found
    venv = root / BUILD / "uv"
    inside = venv / ("Scripts" if os.name == "nt" else "bin")
    if not list(inside.glob("uv*")):
        run([sys.executable, "-m", "venv", str(venv)], root)
        run([str(inside / "python"), "-m", "pip", "install", "--quiet", "uv"], root)
    return str(inside / "uv")


def find_python(version: str) -> str:
    """Find an interpreter, also among pyenv's; otherwise return the version for uv to look for."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [sys.executable, shutil.which(f"python{version}")]
    candidates += sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    for candidate in filter(None, candidates):
        answer = subprocess.run(
            [candidate, "-c", code], capture_output=True, check=False, encoding="utf-8"
        )
        if answer.stdout.strip() == version:
            return str(candidate)
    return version


def run(command: list[str], root: Path) -> str:
    """Run a command, and return what it prints; stop with its error if it fails."""
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
