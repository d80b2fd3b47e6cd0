"""Tier 2 of the data: benchmark files and foreign weights, by name, each with a pinned sha256.

A file is named by its path in the cache, such as ``"set5/baby.png"``. ``data/registry.json`` says
which files there are, what they hash to, and where they can be had. The cache is the folder that
``MVACOURSE_DATA`` names, or the user's own cache folder; it may be shared and read-only.
``MVACOURSE_OFFLINE=1`` forbids every download.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_TIMEOUT = 30.0
"""Seconds an address may stay silent before the next one is tried."""

_GITHUB = "github:"
_GITHUB_HOSTS = (
    "https://raw.githubusercontent.com/{owner}/{repo}/{commit}/{path}",
    "https://cdn.jsdelivr.net/gh/{owner}/{repo}@{commit}/{path}",
)


class DownloadError(RuntimeError):
    """A file of tier 2 cannot be had; the message says what was wanted, and the mend."""


def data_dir() -> Path:
    """Find the project's ``data/`` folder (weights, published tables, registry).

    It stands beside the package in a clone, and inside it in an installed wheel.

    Raises
    ------
    FileNotFoundError
        If neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    # The wheel's first: a clone has no `_data`, but site-packages may hold a foreign `data`.
    for folder in (package / "_data", package.parent / "data"):
        if (folder / "registry.json").is_file():
            return folder
    raise FileNotFoundError(
        f"mvacourse's data folder is neither in {package} nor beside it: install the package again"
    )


def cache_dir() -> Path:
    """Name the folder that holds tier 2: ``MVACOURSE_DATA``, or the user's cache folder.

    It need not exist, nor be writable.
    """
    named = os.environ.get("MVACOURSE_DATA")
    if named:
        return Path(named).expanduser()
    import pooch  # 30 ms, for those who need it

    return Path(pooch.os_cache("mvacourse"))


def registry() -> dict[str, dict[str, Any]]:
    """List the sets of tier 2. Do not change what it returns: it is read once.

    Returns
    -------
    dict
        Name of the set → ``description``, ``licence``, ``citation`` and ``files``, where each path
        leads to its ``sha256`` and its ``urls``, to be tried in order.
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


def _resolve(name: str, pinned: str | dict[str, str], sources: list[str]) -> dict[str, Any]:
    """Expand a file's line in the registry: its hash, or its hash and its name elsewhere."""
    if isinstance(pinned, str):
        pinned = {"sha256": pinned, "remote": name}
    urls = [u for s in sources for u in _addresses(s.format(remote=pinned["remote"]))]
    return {"sha256": pinned["sha256"], "urls": urls}


def _addresses(source: str) -> list[str]:
    """Expand ``github:OWNER/REPO@COMMIT/PATH`` into the addresses that serve it."""
    if not source.startswith(_GITHUB):
        return [source]
    owner, rest = source[len(_GITHUB) :].split("/", 1)
    repo, rest = rest.split("@", 1)
    commit, path = rest.split("/", 1)
    return [h.format(owner=owner, repo=repo, commit=commit, path=path) for h in _GITHUB_HOSTS]


def files(name: str) -> list[str]:
    """List the paths of one set, or the one path that `name` already is.

    Raises
    ------
    ValueError
        If there is no such set or path; the message suggests near ones.
    """
    sets = registry()
    if name in sets:
        return list(sets[name]["files"])
    paths = [path for entry in sets.values() for path in entry["files"]]
    if name in paths:
        return [name]
    from mvacourse import validate  # here: it loads torch, which the commands that list need not

    hint = validate.near(name, [*sets, *paths], f"the sets are {', '.join(sets)}")
    raise ValueError(f"there is no set or file named {name!r} in tier 2: {hint}")


def _pinned(path: str) -> dict[str, Any]:
    for entry in registry().values():
        if path in entry["files"]:
            return entry["files"][path]
    files(path)  # raises, with a suggestion, unless it names a set
    raise ValueError(f"{path!r} is a set of files: name one of them, such as {files(path)[0]!r}")


def sha256(file: Path) -> str:
    """Hash a file of any size."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def is_cached(path: str) -> bool:
    """Tell whether a file lies in the cache, without looking into it (:func:`verify` does).

    A folder that may not be read holds nothing for us.
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
    """Get a file of tier 2, from the cache or else from its public addresses.

    The hash is checked at every call (about 2 ms a megabyte). A download goes to a temporary file
    beside its target and takes its name only once its hash is right, so one that is interrupted
    leaves nothing that could be taken for the file.

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
    ValueError
        If the path is in no set.
    DownloadError
        If the cached file is not the pinned one (it is refused, and left in place), no address
        gives it, downloads are forbidden, or the cache cannot be written.
    """
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
            f"{_pinned(path)['sha256']}. It may be truncated: delete it, and ask for it again"
        )
    if os.environ.get("MVACOURSE_OFFLINE", "0") not in ("", "0"):
        raise DownloadError(_report(path, ["no download was tried: MVACOURSE_OFFLINE is set"]))
    return _download(path, file)


def fetch_all(paths: Iterable[str]) -> list[Path]:
    """Get several files, as :func:`fetch` does; a bar shows while any has to be downloaded."""
    from tqdm.auto import tqdm

    paths = list(paths)
    missing = [path for path in paths if not is_cached(path)]
    for path in tqdm(missing, desc="download", unit="file", leave=False, disable=not missing):
        fetch(path)
    return [fetch(path) for path in paths]


def _download(path: str, file: Path) -> Path:
    """Try the addresses in order; a fault of the local disk ends the search at once."""
    import pooch
    import requests

    pinned, tried = _pinned(path), []
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")  # pooch tells every download on stderr, which a notebook would keep
    try:
        for url in pinned["urls"]:
            try:
                pooch.retrieve(
                    url,
                    known_hash=f"sha256:{pinned['sha256']}",
                    fname=file.name,
                    path=file.parent,
                    downloader=pooch.HTTPDownloader(timeout=_TIMEOUT, chunk_size=1 << 16),
                )
                return file
            except requests.RequestException as err:
                tried.append(f"tried {url}: {_reason(err)}")
            except ValueError:
                tried.append(f"tried {url}: what it gives has another sha256, and is refused")
            except OSError as err:
                raise DownloadError(
                    f"{path} cannot be stored in {file.parent}: {err.strerror or err}. Nothing was "
                    "left behind. Let MVACOURSE_DATA name a folder that has room and that you may "
                    "write to"
                ) from err
    finally:
        logger.setLevel(level)
    raise DownloadError(_report(path, tried))


def _reason(err: Exception) -> str:
    import requests

    if isinstance(err, requests.HTTPError) and err.response is not None:
        return f"{err.response.status_code} {err.response.reason}"
    if isinstance(err, requests.Timeout):
        return f"no answer within {_TIMEOUT:g} s"
    if isinstance(err, requests.exceptions.ChunkedEncodingError):
        return "it broke off"
    return "no connection" if isinstance(err, requests.ConnectionError) else type(err).__name__


def _report(path: str, tried: list[str]) -> str:
    """Write what was tried, a line each, and what a person needs to put the file there by hand."""
    pinned = _pinned(path)
    return "\n".join(
        [
            f"{path} is not in the cache, and was not downloaded.",
            *(f"  {line}" for line in tried),
            "  by hand: save what one of these addresses gives",
            *(f"    {url}" for url in pinned["urls"]),
            f"  as {cache_dir() / path} (sha256 {pinned['sha256']}),",
            "  or let MVACOURSE_DATA name a folder that holds it",
        ]
    )
