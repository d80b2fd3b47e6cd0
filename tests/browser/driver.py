"""Control of JupyterLab by its own commands and menus, for the tests."""

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

# Run All gives each cell a star at once, and takes all of them away after an error.
NOTHING_WAITS = """
() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const prompts = [...panel.node.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  const idle = panel.sessionContext.session?.kernel?.status === "idle";
  return idle && !prompts.some((prompt) => prompt.textContent.includes("*"));
}
"""

# What a reader sees of each code cell.
CELLS = """
() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code")
  .map((cell) => {
    const shown = (kind) => cell.node.querySelectorAll(`[data-mime-type="${kind}"]`).length;
    return {
      source: cell.model.sharedModel.getSource(),
      count: cell.model.executionCount,
      folded: cell.inputHidden,
      said: cell.node.querySelector(".jp-Cell-outputWrapper").innerText,
      errors: shown("application/vnd.jupyter.error"),
      stderr: shown("application/vnd.jupyter.stderr"),
    };
  })
"""

WRITE = """
([number, source]) => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code")[number].model.sharedModel.setSource(source)
"""


def open_notebook(page, lab, path: Path) -> None:
    """Open a notebook, and wait for its kernel."""
    page.goto(lab.url(path))
    page.wait_for_selector(IDLE, timeout=90_000)
    page.wait_for_function(READY, timeout=90_000)


def run_all(page, lab, path: Path) -> None:
    """Open a notebook and choose Run All Cells; this does not wait for their end."""
    open_notebook(page, lab, path)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def run_all_by_menu(page, seconds: float) -> None:
    """Choose Run All Cells in the menu, and wait until no cell waits for the kernel."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(f"() => !({NOTHING_WAITS.strip()})()", timeout=30_000)
    wait_until_run(page, seconds)


def wait_until_run(page, seconds: float) -> None:
    """Wait until no cell waits for the kernel; the last messages have then been drawn too."""
    page.wait_for_function(NOTHING_WAITS, timeout=1000 * seconds, polling=200)
    page.wait_for_selector(IDLE, timeout=30_000)
    page.wait_for_timeout(500)


def code_cells(page) -> list[dict]:
    """Read what is seen of each code cell: its source, count, outputs."""
    return page.evaluate(CELLS)


def code_cell(page, number: int):
    """Find a code cell on the page; the first one has number 0."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(number)


def run_cell(page, number: int, seconds: float = 60) -> None:
    """Select a code cell, press Shift-Enter, and wait until it has run."""
    code_cell(page, number).locator(".jp-InputPrompt").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(200)
    wait_until_run(page, seconds)


def write(page, number: int, source: str) -> None:
    """Replace the source of a code cell."""
    page.evaluate(WRITE, [number, source])


def end_kernel(page) -> None:
    """End the notebook's kernel: each holds some hundred megabytes."""
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
