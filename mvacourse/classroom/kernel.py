"""Run a notebook in a kernel of this interpreter, and end the kernel whatever happens."""

from __future__ import annotations

import asyncio
import atexit
import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

from mvacourse.classroom.notebooks import NotebookError
from mvacourse.classroom.terminal import visible
from mvacourse.storage import Stopped, on_stop

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode


class ThisPython(KernelSpecManager):
    """Kernels by name, of which ``python3`` is this interpreter.

    By default, a folder of the user can name another one, which may lack the course's packages.
    """

    def find_kernel_specs(self) -> dict[str, str]:
        from ipykernel.kernelspec import RESOURCES

        return {**super().find_kernel_specs(), NATIVE_KERNEL_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != NATIVE_KERNEL_NAME:
            return super().get_kernel_spec(kernel_name)
        from ipykernel.kernelspec import RESOURCES, get_kernel_dict

        return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())


def execute(nb: NotebookNode, path: Path, timeout: float = 600.0) -> NotebookError | None:
    """Run a notebook's cells in a new kernel, in the folder of `path`, and fill in its outputs.

    A progress bar counts the code cells. After an error, the notebook keeps the outputs so far.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    path : Path
        Path of the notebook; the file itself is not changed.
    timeout : float
        Time limit for one cell, in seconds.

    Returns
    -------
    NotebookError or None
        The cell that failed, with JupyterLab's number, and its error.

    Raises
    ------
    Stopped
        After Ctrl-C or another signal that asks to end; the kernel has ended too.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm.auto import tqdm

    number = 0  # as in JupyterLab: empty cells do not count

    def begin(cell: NotebookNode, cell_index: int) -> None:
        nonlocal number
        number += 1

    total = sum(c.cell_type == "code" and bool(c.source.strip()) for c in nb.cells)
    with tqdm(total=total, desc=visible(path.stem, keep=""), unit="cell") as bar:
        client = NotebookClient(
            nb,
            km=AsyncKernelManager(kernel_spec_manager=ThisPython()),
            timeout=math.ceil(timeout),  # nbclient below 0.11 takes no fractions
            resources={"metadata": {"path": str(path.parent.resolve())}},
            # The kernel's log would break the bar; a cell's error comes back as a message.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            on_cell_execute=begin,
            on_cell_executed=lambda cell, cell_index, execute_reply: bar.update(),
        )
        try:
            _run(client)
            return None
        except CellExecutionError as err:
            why = f"{err.ename}: {err.evalue}"
        except CellTimeoutError:
            why = f"not done after {timeout:g} s"
        except DeadKernelError:
            why = "the kernel died (out of memory?)"
        except RuntimeError as err:
            why = f"the kernel does not work: {err}"
    place = f", cell [{number}]" if number else ""  # 0: the kernel does not even start
    return NotebookError(f"{path.name}{place}: {why}")


def _run(client: NotebookClient) -> None:
    """Run all cells in another thread. So signals come to this one, which then ends the kernel."""
    loop = asyncio.new_event_loop()
    running = loop.create_task(_run_and_end(client))
    stopped: list[int] = []

    def stop(signum: int, frame: object) -> None:
        if stopped:
            raise Stopped(signum)
        stopped.append(signum)
        client.shutdown_kernel = "immediate"
        loop.call_soon_threadsafe(running.cancel)

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(asyncio.wait([running]))
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))

    thread = threading.Thread(target=work, daemon=True)
    with on_stop(stop):
        thread.start()
        while thread.is_alive():
            thread.join(0.1)  # on Windows, no signal is seen during a longer wait
    loop.close()
    error = None if running.cancelled() else running.exception()
    if stopped:
        raise Stopped(stopped[0])
    if error is not None:
        raise error


async def _run_and_end(client: NotebookClient) -> Any:
    manager = client.km
    try:
        await client.async_execute(cleanup_kc=True)
    finally:
        # After a kernel that did not start, nbclient would complain when Python ends.
        atexit.unregister(client._cleanup_kernel)
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)
