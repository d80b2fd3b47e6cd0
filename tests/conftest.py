"""Shared by the tests of several modules."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

# A shell that starts a program in the background lets it ignore Ctrl-C, and nohup the end of the
# terminal; its children ignore them too.
_USUAL = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}
if threading.current_thread() is threading.main_thread():
    for _name in _USUAL.keys() & {s.name for s in signal.Signals}:
        if signal.getsignal(signal.Signals[_name]) == signal.SIG_IGN:
            signal.signal(signal.Signals[_name], _USUAL[_name])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin each test with the same random numbers, whichever tests ran before it."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture
def two_networks(tmp_path, monkeypatch) -> Path:
    """The course's own weights are two small networks in a folder of this test's."""
    import torch

    from mvacourse import nets, weights

    folder = tmp_path / "data/weights"
    monkeypatch.setattr(weights, "default_folder", lambda: folder)
    for name, seed, budget in (("vae_a", 0, "full"), ("vae_b", 1, "fast")):
        torch.manual_seed(seed)
        card = {
            "arguments": {"k": 2, "shape": [1, 28, 28], "width": 4},
            "budget": budget,
            "command": f"mvacourse train {name} --budget {budget}",
            "metrics": {"error a pixel": 0.0123456, "images": 64},
        }
        weights.save(name, nets.VAE(2, (1, 28, 28), 4), card)
    return folder


@pytest.fixture
def fill_disk(monkeypatch):
    """Call it to fill the disk: from then on, nothing more can be written completely."""

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(os, "fsync", full)


@pytest.fixture
def each_failure(monkeypatch):
    """Iterate to meet a full disk at the 1st, then only at the 2nd … call that writes something.

    It ends with the first round that no failure has met; the rounds are numbered from 1.
    """
    names = ("open", "fsync", "replace", "link", "mkdir")
    originals = {name: getattr(os, name) for name in names}

    def rounds():
        for n in itertools.count(1):
            calls = itertools.count(1)
            made = []

            def failing(call, n=n, calls=calls, made=made):
                def one(*args, **options):
                    if next(calls) == n:
                        made.append(call)
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    return call(*args, **options)

                return one

            for name in names:
                monkeypatch.setattr(os, name, failing(originals[name]))
            yield n
            if not made:
                return

    return rounds
