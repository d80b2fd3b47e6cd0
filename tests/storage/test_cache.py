"""Benchmark files by name: verified files, helpful errors, and no access to public servers."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mvacourse import storage
from mvacourse.storage import cache, download

CONTENT = b"not an image, but it has a hash" * 1000


class _Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT under /good/, half of it under /cut/, other bytes under /wrong/ and /same/."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        kind = self.path.split("/")[1]
        others = {"wrong": b"something else", "short": CONTENT[:100], "same": CONTENT[::-1]}
        if kind not in ("good", "cut", "endless", "trickle", *others):
            self.send_error(404)
            return
        body = others.get(kind, CONTENT)
        self.send_response(200)
        if kind != "endless":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has had enough
            while kind == "endless":
                self.wfile.write(body)
            for byte in body if kind == "trickle" else b"":
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)
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
            "files": {"a/b.bin": {"sha256": pinned, "bytes": len(CONTENT)}},
        }
        if remote:
            entry["files"]["a/b.bin"]["remote"] = remote
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
            assert isinstance(file["bytes"], int) and 0 < file["bytes"] < 20e6
            assert all(storage.is_plain(part) for part in path.split("/")), path
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


@pytest.mark.parametrize("broken", ["gone", "wrong", "cut", "short", "same", "endless"])
def test_the_second_address_serves_when_the_first_fails(sandbox, server, broken):
    folder = sandbox(broken, "good")
    assert cache.fetch("toy/a/b.bin").read_bytes() == CONTENT
    assert len(server.asked) == 2 and len(_leftovers(folder)) == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("gone", "404 Not Found"),
        ("wrong", "has 14 bytes, not 31000, and is refused"),
        ("same", "another sha256"),
        ("short", "has 100 bytes, not 31000, and is refused"),
        ("cut", "the download broke off after 15500 of 31000 bytes"),
        ("endless", "the server sends more than the 31000 bytes of this file"),
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
    def silence(*args: object, **kwargs: object) -> None:
        raise urllib.error.URLError(TimeoutError("timed out"))

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", silence)
    sandbox("good")
    with pytest.raises(cache.DownloadError, match="no answer within 30 s"):
        cache.fetch("toy/a/b.bin")


def test_a_server_that_is_too_slow_is_given_up(sandbox, server, monkeypatch):
    """It sends a byte now and then, so no wait for a single byte is long."""
    limits = iter([0.3, 60.0])  # the trickle would take ten minutes
    monkeypatch.setattr(download, "longest", lambda size: next(limits, 0.3))
    folder = sandbox("trickle", "good")
    assert cache.fetch("toy/a/b.bin").read_bytes() == CONTENT
    assert len(server.asked) == 2 and len(_leftovers(folder)) == 1
    folder = sandbox("trickle")
    (folder / "toy/a/b.bin").unlink()
    with pytest.raises(cache.DownloadError, match="too slow: not complete within 0 s"):
        cache.fetch("toy/a/b.bin")
    assert _leftovers(folder) == []


def test_the_time_limit_leaves_time_to_a_slow_network():
    assert download.longest(0) == 60 and download.longest(10_000_000) == 560


def test_a_name_server_that_hangs_is_given_up(sandbox, monkeypatch):
    monkeypatch.setattr(download, "longest", lambda size: 0.2)
    hanging = threading.Event()
    monkeypatch.setattr(download, "_open", lambda url: hanging.wait(20))
    sandbox("good")
    with pytest.raises(cache.DownloadError, match="too slow"):
        cache.fetch("toy/a/b.bin")
    hanging.set()


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
    def interrupted(url: str, size: int):
        yield CONTENT[:10]
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "_arrivals", interrupted)
    folder = sandbox("good")
    with pytest.raises(KeyboardInterrupt):
        cache.fetch("toy/a/b.bin")
    assert _leftovers(folder) == []


def test_a_full_disk_ends_the_search_and_loses_nothing(sandbox, server, fill_disk):
    folder = sandbox("good", "good")
    fill_disk()
    with pytest.raises(cache.DownloadError, match=r"No space left on device.*MVACOURSE_DATA"):
        cache.fetch("toy/a/b.bin")
    assert len(server.asked) == 1 and _leftovers(folder) == []


def test_a_read_only_cache_serves_what_it_holds_and_explains_what_it_cannot(
    sandbox, server, monkeypatch
):
    def read_only(*args, **kwargs):
        raise PermissionError(errno.EROFS, "Read-only file system")

    folder = sandbox("good")
    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(cache.DownloadError, match=r"Read-only file system.*MVACOURSE_DATA"):
        cache.fetch("toy/a/b.bin")
    assert server.asked == [], "it is found out before any traffic"
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


# --- encrypted connections ------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, as that of a proxy, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is missing")
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=inspecting proxy", "-keyout", file]
    command += ["-out", file.with_suffix(".crt"), "-addext", "subjectAltName=IP:127.0.0.1"]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this openssl makes no such certificate")
    file.write_text(
        file.read_text(encoding="utf-8") + file.with_suffix(".crt").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    return file


@pytest.fixture
def encrypted(sandbox, server, certificate, tmp_path):
    """The address of the toy file is https, with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    sandbox("good")
    registry = tmp_path / "registry.json"
    registry.write_text(
        registry.read_text(encoding="utf-8").replace("http://", "https://"), encoding="utf-8"
    )
    cache._read_registry.cache_clear()
    return certificate.with_suffix(".crt")


def test_a_certificate_that_is_not_trusted_is_said_with_the_way_out(encrypted, monkeypatch):
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(cache.DownloadError) as info:
        cache.fetch("toy/a/b.bin")
    assert "its certificate is not trusted" in str(info.value)
    assert "set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE)" in str(info.value)
    assert "no connection" not in str(info.value)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_what_the_message_says_works(encrypted, monkeypatch, name):
    monkeypatch.setenv(name, str(encrypted))
    assert cache.fetch("toy/a/b.bin").read_bytes() == CONTENT


def test_a_wrong_certificate_file_is_named(encrypted, monkeypatch, tmp_path):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.crt"))
    with pytest.raises(cache.DownloadError, match=r"REQUESTS_CA_BUNDLE = .*none.crt holds no cert"):
        cache.fetch("toy/a/b.bin")


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


@pytest.mark.parametrize("path", [3, None, b"set5/baby.png", ["set5"], Path("set5")])
def test_the_name_of_a_benchmark_file_is_text(path):
    asked = (storage.fetch, storage.verify, storage.is_cached, storage.files)
    for ask in (*asked, lambda p: storage.fetch_all([p])):
        with pytest.raises(TypeError, match=r"(path|name) = .* must be a str, such as"):
            ask(path)
    with pytest.raises(TypeError, match=r"paths = 'set5' is one str: write \['set5'\]"):
        storage.fetch_all("set5")
