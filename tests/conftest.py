"""Shared by the tests of several modules."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import pytest

# A shell that starts a program in the background lets it ignore Ctrl-C, and its children too.
if (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
