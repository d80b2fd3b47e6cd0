"""A file is written completely, or not at all, whoever else writes it at the same time."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mvacourse.storage import atomic_write, require_writable, write_all, write_whole, writing

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions, links, or signals")


def test_text_and_bytes_arrive_as_they_are(tmp_path):
    path = tmp_path / "new folder" / "table.csv"
    write_whole(path, "σ,λ\n1,2\n")
    assert path.read_bytes() == "σ,λ\n1,2\n".encode()
    write_whole(path, b"\x00\r\n")
    assert path.read_bytes() == b"\x00\r\n"
    assert os.listdir(path.parent) == ["table.csv"]


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "a[b]*?", " x ", "-rf"])
@posix
def test_any_name_of_the_system_can_be_written(tmp_path, name):
    for content in (b"1", b"2"):
        write_whole(tmp_path / name, content)
    assert (tmp_path / name).read_bytes() == b"2" and os.listdir(tmp_path) == [name]


# Permissions and links


@posix
def test_permissions_are_passed_on(tmp_path):
    path = tmp_path / "page"
    write_whole(path, "old")
    for mode in (0o640, 0o600, 0o755):
        path.chmod(mode)
        write_whole(path, "new")
        assert path.stat().st_mode & 0o777 == mode


@posix
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_honours_the_umask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "page", "new")
    finally:
        os.umask(before)
    assert (tmp_path / "page").stat().st_mode & 0o777 == mode


@posix
def test_the_content_of_a_private_file_is_never_readable_by_others(tmp_path):
    path = tmp_path / "secret"
    path.touch(0o600)
    with writing(path) as file:
        file.write(b"x")
        modes = [p.stat().st_mode & 0o077 for p in tmp_path.iterdir()]
    assert modes == [0, 0]


@posix
def test_a_link_stays_and_its_file_is_replaced(tmp_path):
    (tmp_path / "real").mkdir()
    write_whole(tmp_path / "real/page", "old")
    link = tmp_path / "page"
    link.symlink_to("real/page")
    write_whole(link, "new")
    assert link.is_symlink() and (tmp_path / "real/page").read_text(encoding="utf-8") == "new"
    assert os.listdir(tmp_path / "real") == ["page"]
    (tmp_path / "real/page").unlink()
    write_whole(link, "again")  # a link to nothing yet
    assert link.is_symlink() and (tmp_path / "real/page").read_text(encoding="utf-8") == "again"


@posix
def test_a_planted_link_is_not_followed(tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.write_text("kept", encoding="utf-8")
    names = iter("ab")
    monkeypatch.setattr(atomic_write.secrets, "token_hex", lambda n: next(names))
    for name in ("page.part", ".page.a.part"):
        (tmp_path / name).symlink_to(other)
    write_whole(tmp_path / "page", "new")
    assert (
        other.read_text(encoding="utf-8") == "kept"
        and (tmp_path / "page").read_text(encoding="utf-8") == "new"
    )


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "link to itself", "below a file"])
def test_what_is_not_a_file_is_refused_and_stays(tmp_path, kind):
    path = tmp_path / "page"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to itself":
        path.symlink_to(path)
    else:
        path.write_text("file", encoding="utf-8")
        path = path / "below"
    before = os.lstat(tmp_path / "page")
    for check in (lambda: write_whole(path, "new"), lambda: require_writable(path)):
        with pytest.raises(OSError):
            check()
    assert os.lstat(tmp_path / "page") == before and os.listdir(tmp_path) == ["page"]


@posix
def test_a_device_is_not_replaced():
    with pytest.raises(OSError, match="something else than a file"):
        write_whole(Path(os.devnull), "new")
    assert not Path(os.devnull).is_file()


def test_a_write_protected_file_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "page"
    write_whole(path, "old")
    monkeypatch.setattr(os, "access", lambda file, how: False)  # root may write everywhere
    for check in (lambda: write_whole(path, "new"), lambda: require_writable(path)):
        with pytest.raises(PermissionError, match="write-protected"):
            check()
    assert path.read_text(encoding="utf-8") == "old" and os.listdir(tmp_path) == ["page"]


# Errors and interruptions


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path, each_failure):
    path = tmp_path / "page"
    path.write_text("old", encoding="utf-8")
    failed = []
    for n in each_failure():
        try:
            write_whole(path, "new")
        except OSError as err:
            assert "No space left" in str(err)
            assert path.read_text(encoding="utf-8") == "old"
            failed.append(n)
        assert os.listdir(tmp_path) == ["page"]
        path.write_bytes(b"old")
    assert len(failed) == 3, "creating, forcing to the disk and renaming can each fail"


def test_an_interruption_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "page"
    write_whole(path, "old")

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old" and os.listdir(tmp_path) == ["page"]
    with pytest.raises(KeyboardInterrupt), writing(tmp_path / "a/b/c") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["page"], "new folders are removed too"


def test_require_writable_leaves_no_trace(tmp_path):
    require_writable(tmp_path / "a/b/page")
    assert os.listdir(tmp_path) == []
    write_whole(tmp_path / "page", "old")
    require_writable(tmp_path / "page")
    assert (tmp_path / "page").read_text(encoding="utf-8") == "old" and os.listdir(tmp_path) == [
        "page"
    ]


@pytest.mark.parametrize("links", [True, False])
def test_several_files_are_written_all_or_none(tmp_path, each_failure, monkeypatch, links):
    folder = tmp_path / "new"
    (tmp_path / "old").mkdir()
    old = {tmp_path / "old" / name: f"old {name}" for name in "ab"}
    new = {**dict.fromkeys(old, "new"), tmp_path / "old/c": "new", folder / "d": "new"}
    failed = 0

    def no_links(*args):
        raise OSError

    if not links:  # as on a memory stick
        monkeypatch.setattr(os, "link", no_links)
    for _ in each_failure():
        for path, text in old.items():
            path.write_bytes(text.encode())
        try:
            write_all(new)
        except OSError:
            failed += 1
            assert {p: p.read_text(encoding="utf-8") for p in old} == old
            assert sorted(os.listdir(tmp_path / "old")) == ["a", "b"] and not folder.exists()
        else:
            assert all(path.read_text(encoding="utf-8") == "new" for path in new)
            assert sorted(os.listdir(tmp_path / "old")) == ["a", "b", "c"]
            assert os.listdir(folder) == ["d"]
            (folder / "d").unlink()
            folder.rmdir()
            (tmp_path / "old/c").unlink()
    assert failed >= 12, "each file is created, forced to the disk and renamed"


# Other processes

WRITER = """
import sys, time
from pathlib import Path
from mvacourse.storage import write_whole
path, letter, rounds = Path(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
for i in range(rounds):
    write_whole(path, letter * (1000 + 7919 * (i % 13)))
"""


def torn(content: bytes) -> bool:
    """Check whether a content is none of those that the writers write."""
    return len(set(content)) != 1 or (len(content) - 1000) % 7919 != 0


def race(folder: Path, rounds: int) -> tuple[int, int]:
    """Let two processes write a file while this one reads it; count what was torn, and failures."""
    path = folder / "page"
    write_whole(path, b"a" * 1000)
    command = [sys.executable, "-c", WRITER, path]
    writers = [subprocess.Popen([*command, letter, str(rounds)]) for letter in "ab"]
    n_torn = reads = 0
    while any(writer.poll() is None for writer in writers) or reads < rounds:
        n_torn += torn(path.read_bytes())
        reads += 1
    assert os.listdir(folder) == ["page"]
    return n_torn, sum(writer.returncode != 0 for writer in writers)


def test_two_writers_and_a_reader(tmp_path):
    assert race(tmp_path, 150) == (0, 0)


@pytest.mark.slow
def test_two_writers_and_a_reader_2000_times(tmp_path):
    assert race(tmp_path, 2000) == (0, 0)


@posix
def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from mvacourse.storage import writing\n"
        "with writing(Path(sys.argv[1])) as f: print(1, flush=True); time.sleep(60)"
    )
    path = tmp_path / "page"
    command = [sys.executable, "-c", code, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        write_whole(path, "by another")  # while the first one lives
        assert len(os.listdir(tmp_path)) == 2, "the temporary file of a living writer stays"
        process.send_signal(signal.SIGKILL)
    assert len(os.listdir(tmp_path)) == 2
    write_whole(path, "again")
    assert os.listdir(tmp_path) == ["page"] and path.read_text(encoding="utf-8") == "again"


def test_without_locks_only_old_temporary_files_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic_write, "fcntl", None)
    path = tmp_path / "page"
    other = f".pages.{'3' * 16}.part"
    for name in (f".page.{'1' * 16}.part", f".page.{'2' * 16}.old", other):
        (tmp_path / name).touch()
    write_whole(path, "new")
    assert len(os.listdir(tmp_path)) == 4
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3700)
    write_whole(path, "new")
    assert sorted(os.listdir(tmp_path)) == [other, "page"], "another file's stays"


@pytest.mark.parametrize("locks", [True, False])
def test_only_its_own_temporary_files_are_removed(tmp_path, monkeypatch, locks):
    """Not a user's file with a similar name, nor what the writer of ``page.b`` left."""
    if not locks:
        monkeypatch.setattr(atomic_write, "fcntl", None)
    now, digits = time.time, "0123456789abcdef"
    monkeypatch.setattr(time, "time", lambda: now() + 3700)
    others = {".page.my.notes.part", ".page.my.old", ".page..part", f".page.{digits[1:]}.part"}
    others |= {f".page.b.{digits}.part", f".page.{digits}", f".page.{digits}.part.gz"}
    others |= {f".page.{digits[:-1]}g.part", f".page.{digits}.old~", f".pageX{digits}.part"}
    own = {f".page.{digits}.part", f".page.{digits}.old"}
    for name in others | own:
        (tmp_path / name).touch()
    write_whole(tmp_path / "page", "new")
    assert set(os.listdir(tmp_path)) == others | {"page"}


@posix
def test_a_temporary_file_that_another_writer_is_removing_is_left_to_it(tmp_path, monkeypatch):
    """The other one has locked it between its creation and its own lock, and removes it later."""
    create, locked = os.open, []

    def slow(file, flags, *args):
        number = create(file, flags, *args)
        if flags & os.O_EXCL and not locked:
            other = create(file, os.O_WRONLY)
            atomic_write.fcntl.flock(other, atomic_write.fcntl.LOCK_EX)
            locked.append((file, other))
        return number

    monkeypatch.setattr(os, "open", slow)
    with writing(tmp_path / "page") as file:
        file.write(b"new")
        os.unlink(locked[0][0])
        os.close(locked[0][1])
    assert (tmp_path / "page").read_bytes() == b"new" and os.listdir(tmp_path) == ["page"]


def test_windows_waits_until_a_reader_has_closed_the_file(tmp_path, monkeypatch):
    replace, refusals = os.replace, iter([PermissionError, PermissionError])

    def busy(*args: object) -> None:
        if refusal := next(refusals, None):
            raise refusal
        replace(*args)

    monkeypatch.setattr(atomic_write, "_WINDOWS", True)
    monkeypatch.setattr(os, "replace", busy)
    write_whole(tmp_path / "page", "new")
    assert (tmp_path / "page").read_text(encoding="utf-8") == "new" and next(refusals, None) is None
    monkeypatch.setattr(atomic_write, "_PAUSES", (0.0,) * 3)
    refusals = itertools.repeat(PermissionError)
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "page", "newer")
    assert (tmp_path / "page").read_text(encoding="utf-8") == "new" and os.listdir(tmp_path) == [
        "page"
    ]
