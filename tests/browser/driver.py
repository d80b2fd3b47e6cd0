"""Control of JupyterLab by its own commands, for the tests."""

from __future__ import annotations

from pathlib import Path

IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'

# The notebook is the lab's current widget only some time after it is seen.
READY = """
() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.status === "idle";
}
"""


def run_all(page, lab, path: Path) -> None:
    """Open a notebook and choose Run All Cells; this does not wait for their end."""
    page.goto(lab.url(path))
    page.wait_for_selector(IDLE, timeout=90_000)
    page.wait_for_function(READY, timeout=90_000)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
