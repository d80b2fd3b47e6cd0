"""Benchmark files and weights made by others, by name, each with a pinned sha256.

The name of a file is its path in the cache, such as ``"set5/baby.png"``. ``data/registry.json``
lists the files, their hashes and their addresses. The cache is the folder in ``MVACOURSE_DATA``, or
the user's own cache folder. It may be shared and read-only. ``MVACOURSE_OFFLINE=1`` forbids every
download.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_GITHUB = "github:"
_GITHUB_HOSTS = (
    "https://raw.githubusercontent.com/{owner}/{repo}/{commit}/{path}",
    "https://cdn.jsdelivr.net/gh/{owner}/{repo}@{commit}/{path}",
)


class DownloadError(RuntimeError):
    """A file is not available; the message says which one, and how to fix it."""


def data_dir() -> Path:
    """Find the project's ``data/`` folder (weights, published tables, registry).

    In a clone it is beside the package; in an installed wheel it is inside the package.

    Raises
    ------
    FileNotFoundError
        If neither exists.
    """
    package = Path(__file__).resolve().parent.parent
    # First the wheel's folder: a clone has no `_data`, but site-packages may have another `data`.
    for folder in (package / "_data", package.parent / "data"):
        if (folder / "registry.json").is_file():
            return folder
    raise FileNotFoundError(
        f"mvacourse's data folder is neither in {package} nor beside it: install the package again"
    )


def cache_dir() -> Path:
    """Return the folder of the benchmark files: ``MVACOURSE_DATA``, or the user's cache folder.

    It may be missing, or not writable.

    Raises
    ------
    DownloadError
        If ``MVACOURSE_DATA`` names the home of an unknown user, such as ``~nobody/data``.
    """
    named = os.environ.get("MVACOURSE_DATA")
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise DownloadError(
                f"MVACOURSE_DATA = {named!r}: there is no such user; write the whole path"
            ) from None
    import pooch  # takes 30 ms, so only if it is needed

    return Path(pooch.os_cache("mvacourse"))


def registry() -> dict[str, dict[str, Any]]:
    """List the sets of benchmark files. Do not change the result: the registry is read only once.

    Returns
    -------
    dict
        Name of the set → ``description``, ``licence``, ``citation`` and ``files``. ``files`` maps
        each path to its ``sha256``, its size in ``bytes``, and its ``urls``, to be tried in order.
    """
    return _read_registry(data_dir() / "registry.json")


@lru_cache
def _read_registry(path: Path) -> dict[str, dict[str, Any]]:
    sets = json.loads(path.read_text(encoding="utf-8"))
    for entry in sets.values():
        folder, sources = entry.pop("folder"), entry.pop("sources")
        entry["files"] = {
            f"{folder}/{name}": _resolve(name, pinned, sources)
            for name, pinned in entry["files"].items()
        }
    return sets


def _resolve(name: str, pinned: dict[str, Any], sources: list[str]) -> dict[str, Any]:
    """Expand a file's entry in the registry: its hash, its size, and its name at the source."""
    remote = pinned.get("remote", name)
    urls = [u for s in sources for u in _addresses(s.format(remote=remote))]
    return {"sha256": pinned["sha256"], "bytes": pinned["bytes"], "urls": urls}


def _addresses(source: str) -> list[str]:
    """Expand ``github:OWNER/REPO@COMMIT/PATH`` into the addresses of the file."""
    if not source.startswith(_GITHUB):
        return [source]
    owner, rest = source[len(_GITHUB) :].split("/", 1)
    repo, rest = rest.split("@", 1)
    commit, path = rest.split("/", 1)
    return [h.format(owner=owner, repo=repo, commit=commit, path=path) for h in _GITHUB_HOSTS]


def files(name: str) -> list[str]:
    """List the paths of the set `name`; if `name` is itself a path, return only that.

    Raises
    ------
    TypeError
        If `name` is not a str.
    ValueError
        If there is no such set or path; the message suggests similar names.
    """
    _require_str(name, "name")
    sets = registry()
    if name in sets:
        return list(sets[name]["files"])
    paths = [path for entry in sets.values() for path in entry["files"]]
    if name in paths:
        return [name]
    from mvacourse import validate  # here: it loads torch, which the commands that list need not

    hint = validate.near(name, [*sets, *paths], f"the sets are {', '.join(sets)}")
    raise ValueError(f"there is no set or file named {name!r}: {hint}")


def _require_str(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} = {value!r} must be a str, such as 'set5/baby.png'")


def _pinned(path: str) -> dict[str, Any]:
    _require_str(path, "path")
    for entry in registry().values():
        if path in entry["files"]:
            return entry["files"][path]
    files(path)  # raises, with a suggestion, unless `path` is the name of a set
    raise ValueError(f"{path!r} is a set of files: name one of them, such as {files(path)[0]!r}")


def sha256(file: Path) -> str:
    """Compute the sha256 of a file of any size."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def is_cached(path: str) -> bool:
    """Return whether a file is in the cache. It does not check the content; :func:`verify` does.

    If the folder is not readable, return False.
    """
    _pinned(path)
    try:
        return (cache_dir() / path).is_file()
    except OSError:
        return False


def verify(path: str) -> str:
    """Compare a cached file with its pinned hash: ``"ok"``, ``"missing"`` or ``"altered"``.

    Raises
    ------
    ValueError
        If the path is in no set.
    """
    pinned = _pinned(path)
    file = cache_dir() / path
    if not file.is_file():
        return "missing"
    return "ok" if sha256(file) == pinned["sha256"] else "altered"


def fetch(path: str) -> Path:
    """Get a benchmark file from the cache, or else from its public addresses.

    The hash is checked at every call (about 2 ms per megabyte). A download goes to a temporary file
    in the same folder, which is renamed only if its hash is right. So an interrupted download never
    looks like the complete file. It stops if it is too long or too slow.

    Parameters
    ----------
    path : str
        Path in the cache, such as ``"set5/baby.png"``.

    Returns
    -------
    Path
        The verified local file.

    Raises
    ------
    TypeError, ValueError
        If the path is not a str, or in no set.
    DownloadError
        If the cached file has a different hash (it is refused, and left in place), no address
        works, downloads are forbidden, or the cache is not writable.
    """
    pinned = _pinned(path)
    file = cache_dir() / path
    try:
        state = verify(path)
    except OSError as err:
        raise DownloadError(f"{file} cannot be read: {err.strerror or err}") from err
    if state == "ok":
        return file
    if state == "altered":
        raise DownloadError(
            f"{file} is refused: its sha256 is {sha256(file)}, and the registry pins "
            f"{pinned['sha256']}. It may be truncated: delete it, and fetch it again"
        )
    if os.environ.get("MVACOURSE_OFFLINE", "0") not in ("", "0"):
        raise DownloadError(_report(path, ["no download was tried: MVACOURSE_OFFLINE is set"]))
    return _download(path, file)


def fetch_all(paths: Iterable[str]) -> list[Path]:
    """Get several files, as :func:`fetch` does; downloads show a progress bar.

    Raises
    ------
    TypeError, ValueError, DownloadError
        As :func:`fetch`; also if `paths` is a single str.
    """
    from tqdm.auto import tqdm

    if isinstance(paths, str):
        raise TypeError(f"paths = {paths!r} is one str: write [{paths!r}]")
    paths = list(paths)
    missing = [path for path in paths if not is_cached(path)]
    for path in tqdm(missing, desc="download", unit="file", leave=False, disable=not missing):
        fetch(path)
    return [fetch(path) for path in paths]


def _download(path: str, file: Path) -> Path:
    """Try the addresses in order; stop at once if the local disk fails."""
    from mvacourse.storage.download import NotDownloaded, download  # takes 50 ms

    pinned, tried = _pinned(path), []
    for url in pinned["urls"]:
        try:
            download(url, file, pinned["bytes"], pinned["sha256"])
            return file
        except NotDownloaded as err:
            tried.append(f"tried {url}: {err}")
        except OSError as err:
            raise DownloadError(
                f"{path} cannot be stored in {file.parent}: {err.strerror or err}. No partial "
                "file is left. Set MVACOURSE_DATA to a folder with enough space and write "
                "permission"
            ) from err
    raise DownloadError(_report(path, tried))


def _report(path: str, tried: list[str]) -> str:
    """List what was tried, one per line, and how to put the file there by hand."""
    pinned = _pinned(path)
    return "\n".join(
        [
            f"{path} is not in the cache, and was not downloaded.",
            *(f"  {line}" for line in tried),
            "  by hand: download the file from one of these addresses",
            *(f"    {url}" for url in pinned["urls"]),
            f"  and save it as {cache_dir() / path} (sha256 {pinned['sha256']}),",
            "  or set MVACOURSE_DATA to a folder that holds it",
        ]
    )
