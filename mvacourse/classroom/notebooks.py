"""Find, execute, tidy and store notebooks, for the command line.

Executing needs nbclient, and an HTML page needs nbconvert: both come with the extra ``lab``.
"""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import TYPE_CHECKING

from mvacourse.storage import write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

FIRST = "00_start_here"
"""The notebook that ``mvacourse lab`` opens."""

_CLONE = Path(__file__).resolve().parents[2]
_WIDGET = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


class NotebookError(RuntimeError):
    """A notebook cannot be read, or its execution stopped; the message says where."""


def numbered(place: Path) -> list[Path]:
    """List the course's notebooks in a folder, ``NN_name.ipynb``, in order."""
    found = place.glob("[0-9][0-9]_*.ipynb")
    return sorted(path for path in found if not path.name.endswith(".failed.ipynb"))


def folder() -> Path:
    """Find the notebooks to work with: here, in ``notebooks/`` here, or in the package's clone.

    Raises
    ------
    FileNotFoundError
        If none of these folders contains a numbered notebook.
    """
    here = Path.cwd()
    return _first(here, here / "notebooks", _CLONE / "notebooks")


def originals() -> Path:
    """Find the notebooks with their solutions; those of a clone come before others in this folder.

    Raises
    ------
    FileNotFoundError
        As for :func:`folder`.
    """
    here = Path.cwd()
    inside = [here] if here.name == "notebooks" else []
    return _first(here / "notebooks", *inside, _CLONE / "notebooks", here)


def _first(*places: Path) -> Path:
    for place in places:
        if numbered(place):
            return place
    here = Path.cwd()
    raise FileNotFoundError(
        f"no notebooks in {here} or {here / 'notebooks'}: go to a clone of the course or to a "
        "student edition, or name a .ipynb file"
    )


def root(path: Path) -> Path:
    """Choose the lab's root folder: the clone, where links to ``../docs`` work, or its own."""
    clone = path.parent.parent
    in_clone = path.parent.name == "notebooks" and (clone / "mvacourse" / "__init__.py").is_file()
    return clone if in_clone else path.parent


def find(name: str) -> Path:
    """Find a notebook by its path, its name (``03_tychonov``) or its number (``03``, ``3``).

    Raises
    ------
    FileNotFoundError
        If there is none, or several share the number; the message lists the names.
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    known = numbered(folder())
    stem = path.name.removesuffix(".ipynb")
    number = f"{int(stem):02d}_" if stem.isdecimal() else f"{stem}_"
    found = [p for p in known if p.stem == stem] or [p for p in known if p.stem.startswith(number)]
    if len(found) == 1:
        return found[0]
    what = "several notebooks match" if found else "no notebook is called"
    names = ", ".join(p.stem for p in found or known)
    raise FileNotFoundError(f"{what} {name!r}: choose one of {names}")


def read(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    NotebookError
        If the file is not a notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as err:
        first_line = str(err).strip().partition("\n")[0]
        raise NotebookError(f"{path} is not a notebook: {first_line}") from err


def save(text: str | NotebookNode, path: Path) -> None:
    """Write a notebook or a page completely or not at all: a full disk keeps the old file."""
    if not isinstance(text, str):
        import nbformat

        text = nbformat.writes(text).rstrip("\n") + "\n"
    write_whole(path, text)


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
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm.auto import tqdm

    number = 0  # as in JupyterLab: empty cells do not count

    def begin(cell: NotebookNode, cell_index: int) -> None:
        nonlocal number
        number += 1

    total = sum(c.cell_type == "code" and bool(c.source.strip()) for c in nb.cells)
    with tqdm(total=total, desc=path.stem, unit="cell") as bar:
        client = NotebookClient(
            nb,
            timeout=math.ceil(timeout),  # nbclient below 0.11 takes no fractions
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent.resolve())}},
            # The kernel's log would break the bar; a cell's error comes back as a message.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            on_cell_execute=begin,
            on_cell_executed=lambda cell, cell_index, execute_reply: bar.update(),
        )
        try:
            client.execute()
            return None
        except CellExecutionError as err:
            why = f"{err.ename}: {err.evalue}"
        except CellTimeoutError:
            why = f"not done after {timeout:g} s"
        except DeadKernelError:
            why = "the kernel died (out of memory?)"
    return NotebookError(f"{path.name}, cell [{number}]: {why}")


def normalise(nb: NotebookNode) -> NotebookNode:
    """Return a copy of an executed notebook, tidied for git: the same run gives the same bytes.

    It removes widget states and views (without a kernel, a reader would see an error there),
    stderr, execution times and the Python version. It joins neighbouring pieces of stdout, counts
    cells 1, 2, 3 …, and names the kernel python3. Cell ids, tags and slide metadata stay.
    """
    nb = copy.deepcopy(nb)
    nb.metadata.pop("widgets", None)
    nb.metadata.update(kernelspec=dict(_KERNEL), language_info=dict(_LANGUAGE))
    count = 0
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        cell.metadata.pop("ExecuteTime", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = _tidy(cell.outputs)
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return nb


def _tidy(outputs: list[NotebookNode]) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        elif _WIDGET in output.get("data", {}):
            del output.data[_WIDGET]
            if set(output.data) <= {"text/plain"}:  # the widget's repr, no picture
                continue
        kept.append(output)
    return kept


def to_html(nb: NotebookNode, title: str) -> str:
    """Convert a notebook to one HTML page, pictures included."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    page, _ = exporter.from_notebook_node(nb, resources={"metadata": {"name": title}})
    return page
