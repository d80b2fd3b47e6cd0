"""What every run of pytest needs, also one of the notebooks alone."""

from pathlib import Path

import pytest

_SANITIZE = Path(__file__).parent / "tests/notebooks/nbval_sanitize.cfg"


def pytest_configure(config: pytest.Config) -> None:
    """Let nbval compare the claims' statements and bounds, not their values."""
    if getattr(config.option, "nbval_sanitize_with", "") is None:
        config.option.nbval_sanitize_with = str(_SANITIZE)
