"""Run one notebook in one way, and write what its claims measured.

``python -m claims.one NOTEBOOK SHIFT OUTPUT``; the environment says the rest.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

from mvacourse.classroom import ledger
from mvacourse.classroom.kernel import ThisPython


def main() -> int:
    notebook, shift, output = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    part = output.with_suffix(".part")
    part.write_text("", encoding="utf-8")
    os.environ[ledger.VARIABLE] = str(part.resolve())
    os.environ["JPY_SESSION_NAME"] = notebook.name
    nb = nbformat.read(notebook, as_version=4)
    started = time.perf_counter()
    crashes = _execute(nb, notebook, shift)
    with part.open("a", encoding="utf-8") as file:
        for line in crashes:
            file.write(ledger.to_line({"notebook": notebook.stem, "crash": line}))
        seconds = round(time.perf_counter() - started, 1)
        file.write(ledger.to_line({"notebook": notebook.stem, "seconds": seconds}))
    os.replace(part, output)
    return 0


def _execute(nb: nbformat.NotebookNode, path: Path, shift: int) -> list[str]:
    """Run all cells, also after an error; return the errors that are no claim's."""
    client = NotebookClient(
        nb,
        timeout=1800,
        allow_errors=True,
        km=AsyncKernelManager(kernel_spec_manager=ThisPython()),
        resources={"metadata": {"path": str(path.parent.resolve())}},
        extra_arguments=[
            "--IPKernelApp.log_level=CRITICAL",
            f"--IPKernelApp.exec_lines=__import__('claims.shifted_seeds').shifted_seeds.shift({shift})",
        ],
    )
    client.execute()
    return [
        f"cell {number}: {output.ename}: {output.evalue}"[:300]
        for number, cell in enumerate(nb.cells, start=1)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
        and output.ename != "ClaimError"
        and "raises-exception" not in cell.metadata.get("tags", [])
    ]


if __name__ == "__main__":
    raise SystemExit(main())
