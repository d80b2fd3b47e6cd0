"""Benchmark files by name: verified files, helpful errors, and no access to public servers."""

from __future__ import annotations

import errno
import hashlib
import http.server
import json
import threading
from pathlib import Path

import pytest

from mvacourse.storage import cache

CONTENT = b"not an image, but it has a hash" * 1000


class _Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT under /good/, half of it under /cut/, other bytes under /wrong/."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        kind = self.path.split("/")[1]
        if kind not in ("good", "cut", "wrong", "short"):
            self.send_error(404)
            return
        body = {"wrong": b"something else", "short": CONTENT[:100]}.get(kind, CONTENT)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind == "cut" else body)

    def log_message(self, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def server():
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    httpd.asked = []
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture
def sandbox(tmp_path, monkeypatch, server):
    """A cache folder of its own and `use(kind, …)`, which writes a registry with one set."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "MVACOURSE_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "data_dir", lambda: tmp_path)

    def use(*kinds: str, remote: str | None = None) -> Path:
        base = f"http://127.0.0.1:{server.server_port}"
        pinned = hashlib.sha256(CONTENT).hexdigest()
        entry = {
            "description": "toy",
            "licence": "none",
            "citation": "none",
            "folder": "toy",
            "sources": [f"{base}/{kind}/{{remote}}" for kind in kinds],
            "files": {"a/b.bin": {"sha256": pinned, "remote": remote} if remote else pinned},
        }
        (tmp_path / "registry.json").write_text(json.dumps({"toy": entry}), encoding="utf-8")
        cache._read_registry.cache_clear()
        return tmp_path / "cache"

    yield use
    cache._read_registry.cache_clear()


def _leftovers(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


# --- what the project ships -------------------------------------------------------------------


def test_registry_is_complete_and_every_file_has_a_hash_and_an_address():
    sets = cache.registry()
    assert set(sets) == {
        *("set5", "set5_lr", "mnist", "bsds500", "facades", "mri", "dip", "weights")
    }
    n_files = {name: len(entry["files"]) for name, entry in sets.items()}
    assert n_files == {
        **{"set5": 5, "set5_lr": 30, "mnist": 4, "bsds500": 400},
        **{"facades": 400, "mri": 2, "dip": 6, "weights": 2},
    }
    for entry in sets.values():
        assert entry["description"] and entry["licence"] and entry["citation"]
        for path, file in entry["files"].items():
            assert len(file["sha256"]) == 64 and int(file["sha256"], 16) > 0
            assert len(file["urls"]) >= 2, path
            assert all(u.startswith("https://") and "{" not in u for u in file["urls"])


def test_a_github_source_gives_the_same_commit_twice():
    urls = cache.registry()["set5"]["files"]["set5/baby.png"]["urls"]
    commit = "58234876fef6f1b56306705c78dfd40cdb837b86"
    assert urls == [
        f"https://raw.githubusercontent.com/majedelhelou/denoising_datasets/{commit}/CSet5/baby.png",
        f"https://cdn.jsdelivr.net/gh/majedelhelou/denoising_datasets@{commit}/CSet5/baby.png",
    ]


def test_bsds500_holds_no_validation_image():
    assert not [path for path in cache.files("bsds500") if "/val/" in path]


def test_data_dir_in_a_wheel_comes_before_a_foreign_data_folder(tmp_path, monkeypatch):
    package = tmp_path / "mvacourse"
    for folder in (package / "_data", tmp_path / "data"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(cache, "__file__", str(package / "storage" / "cache.py"))
    with pytest.raises(FileNotFoundError, match="install the package again"):
        cache.data_dir()
    (tmp_path / "data" / "registry.json").write_text("{}", encoding="utf-8")
    assert cache.data_dir() == tmp_path / "data"
    (package / "_data" / "registry.json").write_text("{}", encoding="utf-8")
    assert cache.data_dir() == package / "_data"


def test_cache_dir_is_the_named_folder_or_the_users(monkeypatch):
    monkeypatch.setenv("MVACOURSE_DATA", "~/somewhere")
    assert cache.cache_dir() == Path.home() / "somewhere"
    monkeypatch.setenv("MVACOURSE_DATA", "")
    assert cache.cache_dir().name == "mvacourse"


# --- downloads --------------------------------------------------------------------------------


def test_fetch_downloads_once_then_reads_the_cache(sandbox, server, capfd):
    folder = sandbox("good")
    assert not cache.is_cached("toy/a/b.bin") and cache.verify("toy/a/b.bin") == "missing"
    file = cache.fetch("toy/a/b.bin")
    assert file == folder / "toy/a/b.bin" and file.read_bytes() == CONTENT
    assert cache.is_cached("toy/a/b.bin") and cache.verify("toy/a/b.bin") == "ok"
    assert cache.fetch("toy/a/b.bin") == file
    assert server.asked == ["/good/a/b.bin"]
    assert _leftovers(folder) == [file]
    assert capfd.readouterr() == ("", "")  # a notebook would keep it


def test_fetch_asks_for_the_remote_name_where_it_differs(sandbox, server):
    sandbox("good", remote="elsewhere/c.bin")
    cache.fetch("toy/a/b.bin")
    assert server.asked == ["/good/elsewhere/c.bin"]


@pytest.mark.parametrize("broken", ["gone", "wrong", "cut", "short"])
def test_the_second_address_serves_when_the_first_fails(sandbox, server, broken):
    folder = sandbox(broken, "good")
    assert cache.fetch("toy/a/b.bin").read_bytes() == CONTENT
    assert len(server.asked) == 2 and len(_leftovers(folder)) == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("gone", "404 Not Found"),
        ("wrong", "another sha256"),
        ("short", "another sha256"),
        ("cut", "download broke off|another sha256"),
    ],
)
def test_a_failed_download_leaves_nothing_and_says_how_to_help_oneself(sandbox, broken, reason):
    folder = sandbox(broken)
    with pytest.raises(cache.DownloadError, match=f"\n  tried http.*({reason})") as info:
        cache.fetch("toy/a/b.bin")
    text = str(info.value)
    assert "127.0.0.1" in text and str(folder / "toy/a/b.bin") in text
    assert hashlib.sha256(CONTENT).hexdigest() in text and "MVACOURSE_DATA" in text
    assert _leftovers(folder) == []


def test_no_network(sandbox, server):
    sandbox("good")
    server.shutdown()
    server.server_close()
    with pytest.raises(cache.DownloadError, match="no connection"):
        cache.fetch("toy/a/b.bin")


def test_a_silent_server_is_given_up(sandbox, monkeypatch):
    import requests

    def silence(*args: object, **kwargs: object) -> None:
        raise requests.ReadTimeout

    monkeypatch.setattr(requests, "get", silence)
    sandbox("good")
    with pytest.raises(cache.DownloadError, match="no answer within 30 s"):
        cache.fetch("toy/a/b.bin")


def test_offline_tries_nothing_but_still_serves_the_cache(sandbox, server, monkeypatch):
    sandbox("good")
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    with pytest.raises(cache.DownloadError) as caught:
        cache.fetch("toy/a/b.bin")
    assert "\n  no download was tried: MVACOURSE_OFFLINE is set\n" in str(caught.value)
    assert server.asked == []
    monkeypatch.setenv("MVACOURSE_OFFLINE", "0")
    cache.fetch("toy/a/b.bin")
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    assert cache.fetch("toy/a/b.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:1000], b"", b"foreign"])
def test_an_altered_file_is_refused_and_left_in_place(sandbox, server, content):
    file = sandbox("good") / "toy/a/b.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert cache.verify("toy/a/b.bin") == "altered"
    with pytest.raises(cache.DownloadError, match=r"refused.*delete it"):
        cache.fetch("toy/a/b.bin")
    assert file.read_bytes() == content and server.asked == []


def test_an_interrupted_download_leaves_nothing(sandbox, monkeypatch):
    import pooch

    def interrupted(self, url, output_file, pooch, check_only=False):
        Path(output_file).write_bytes(CONTENT[:10])
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
    folder = sandbox("good")
    with pytest.raises(KeyboardInterrupt):
        cache.fetch("toy/a/b.bin")
    assert _leftovers(folder) == []


def test_a_full_disk_ends_the_search_and_loses_nothing(sandbox, monkeypatch):
    import pooch

    calls = []

    def full(self, url, output_file, pooch, check_only=False):
        calls.append(url)
        Path(output_file).write_bytes(CONTENT[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    folder = sandbox("good", "good")
    with pytest.raises(cache.DownloadError, match=r"No space left on device.*MVACOURSE_DATA"):
        cache.fetch("toy/a/b.bin")
    assert len(calls) == 1 and _leftovers(folder) == []


def test_a_read_only_cache_serves_what_it_holds_and_explains_what_it_cannot(sandbox, monkeypatch):
    import pooch

    def read_only(*args, **kwargs):
        raise PermissionError(errno.EROFS, "Read-only file system")

    folder = sandbox("good")
    monkeypatch.setattr(pooch, "retrieve", read_only)
    with pytest.raises(cache.DownloadError, match=r"Read-only file system.*MVACOURSE_DATA"):
        cache.fetch("toy/a/b.bin")
    file = folder / "toy/a/b.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    assert cache.fetch("toy/a/b.bin") == file


def test_a_folder_that_may_not_be_read_holds_nothing(sandbox, monkeypatch):
    def forbidden(self: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    sandbox("good")
    monkeypatch.setattr(Path, "is_file", forbidden)
    monkeypatch.setattr(cache, "_pinned", lambda path: {"sha256": "", "urls": []})
    assert not cache.is_cached("toy/a/b.bin")
    with pytest.raises(cache.DownloadError, match=r"b.bin cannot be read: Permission denied"):
        cache.fetch("toy/a/b.bin")


def test_a_cache_that_is_a_file_is_explained(sandbox, monkeypatch, tmp_path):
    sandbox("good")
    (tmp_path / "plain").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path / "plain"))
    with pytest.raises(cache.DownloadError, match="cannot be stored"):
        cache.fetch("toy/a/b.bin")


def test_fetch_all_is_silent_when_nothing_is_missing(sandbox, capfd):
    sandbox("good")
    cache.fetch_all(["toy/a/b.bin"])
    capfd.readouterr()
    assert [f.name for f in cache.fetch_all(["toy/a/b.bin"])] == ["b.bin"]
    assert capfd.readouterr() == ("", "")


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [cache.fetch, cache.verify, cache.is_cached, cache.files])
def test_unknown_names_get_a_suggestion(call):
    with pytest.raises(ValueError, match=r"'set5/babu.png'.*did you mean set5/baby.png"):
        call("set5/babu.png")


def test_names_like_no_other_get_the_list():
    with pytest.raises(ValueError, match="the sets are set5, set5_lr, mnist"):
        cache.files("zzzzzzzz")


def test_a_set_is_not_a_file():
    assert len(cache.files("set5")) == 5 and cache.files("set5/baby.png") == ["set5/baby.png"]
    with pytest.raises(ValueError, match=r"'set5' is a set of files.*set5/baby.png"):
        cache.fetch("set5")


def test_a_path_cannot_leave_the_cache():
    with pytest.raises(ValueError, match="no set or file"):
        cache.fetch("set5/../../secret")
