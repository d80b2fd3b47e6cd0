"""A real JupyterLab on this machine and Debian's Chromium, or a reason to skip."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = {
    # no pop-up that asks about news, and every cell in the page, seen or not
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@dataclass(frozen=True)
class Lab:
    """Where the server listens, and the folder that it shows."""

    address: str
    token: str
    folder: Path

    def url(self, notebook: Path) -> str:
        inside = notebook.relative_to(self.folder).as_posix()
        return f"{self.address}/lab/tree/{inside}?token={self.token}&reset"


@pytest.fixture(scope="session")
def chromium() -> str:
    pytest.importorskip("playwright", reason="the playwright package is missing")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("Chromium is missing: apt-get install chromium")


@pytest.fixture(scope="session")
def lab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    pytest.importorskip("jupyterlab", reason="jupyterlab is missing")
    home, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    log = home / "server.log"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            command(lab, port), env=environment(home), cwd=folder, stdout=stream, stderr=stream
        )
    try:
        wait_for(lab, server, log)
        yield lab
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def command(lab: Lab, port: int) -> list[str]:
    options = ["--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}"]
    options += [f"--ServerApp.root_dir={lab.folder}", "--expose-app-in-browser"]
    return [sys.executable, "-m", "jupyterlab", *options]


def environment(home: Path) -> dict[str, str]:
    """The user's own settings of Jupyter stay out of the test, and it stays out of them."""
    ours = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
        "MVACOURSE_OFFLINE": 1,
        "OMP_NUM_THREADS": 1,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    return os.environ | {name: str(value) for name, value in ours.items()}


def wait_for(lab: Lab, server: subprocess.Popen, log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{lab.address}/api?token={lab.token}", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text('utf-8')[-2000:]}")


@pytest.fixture
def page(chromium: str):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=CHROMIUM_FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        yield page
        browser.close()
