"""Shared by the tests of the commands."""

from __future__ import annotations

import pytest

from mvacourse.classroom import kernel, notebooks


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def executed(monkeypatch):
    """No kernel is started, no page is drawn: what would run is only noted."""
    names = []
    monkeypatch.setattr(notebooks, "to_html", lambda nb, title: "page")
    monkeypatch.setattr(kernel, "execute", lambda nb, path, timeout: names.append(path.name))
    return names
