"""Find, execute, tidy and store notebooks, for the command line.

Executing needs nbclient, and a page needs nbconvert: both come with the extra ``lab``.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

from mvacourse.storage import write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

FIRST = "00_start_here"
"""The notebook that the lab opens."""

_CLONE = Path(__file__).resolve().parent.parent
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
    """A notebook that cannot be read, or whose execution stopped; the message says where."""


def numbered(place: Path) -> list[Path]:
    """List the course's notebooks in a folder, ``NN_name.ipynb``, in order; no other ``.ipynb``."""
    found = place.glob("[0-9][0-9]_*.ipynb")
    return sorted(path for path in found if not path.name.endswith(".failed.ipynb"))


def folder() -> Path:
    """Find the notebooks to work with: here, in ``notebooks/`` here, or in the package's clone.

    Raises
    ------
    FileNotFoundError
        If none of these folders holds a numbered notebook.
    """
    here = Path.cwd()
    return _first(here, here / "notebooks", _CLONE / "notebooks")


def originals() -> Path:
    """Find the notebooks with their solutions: those of a clone, before loose ones that lie here.

    Raises
    ------
    FileNotFoundError
        As :func:`folder`.
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
        f"no notebooks in {here} or {here / 'notebooks'}: change to a clone of the course or to a "
        "student edition, or name a .ipynb file"
    )


def root(path: Path) -> Path:
    """Choose the folder for the lab to show: the clone, so that ``../docs`` opens, or its own."""
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
    what = "several notebooks answer to" if found else "no notebook is called"
    names = ", ".join(p.stem for p in found or known)
    raise FileNotFoundError(f"{what} {name!r}: choose one of {names}")


def read(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    NotebookError
        If the file is not one.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as err:
        first_line = str(err).strip().partition("\n")[0]
        raise NotebookError(f"{path} is not a notebook: {first_line}") from err


def save(text: str | NotebookNode, path: Path) -> None:
    """Write a notebook, or a page, whole or not at all: a full disk leaves the old file alone."""
    if not isinstance(text, str):
        import nbformat

        text = nbformat.writes(text).rstrip("\n") + "\n"
    write_whole(path, text)


def execute(nb: NotebookNode, path: Path, timeout: float = 600.0) -> NotebookError | None:
    """Run a notebook's cells in a fresh kernel, in the folder of `path`, and fill in its outputs.

    A bar counts the code cells. The notebook keeps what was computed before an error.

    Parameters
    ----------
    nb : NotebookNode
        Changed in place.
    path : Path
        Where it lies; its own file is not touched.
    timeout : float
        Seconds that one cell may take.

    Returns
    -------
    NotebookError or None
        What stopped it: the cell as JupyterLab numbers it, and the error.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm.auto import tqdm

    number = 0  # JupyterLab's: empty cells do not count

    def begin(cell: NotebookNode, cell_index: int) -> None:
        nonlocal number
        number += 1

    total = sum(c.cell_type == "code" and bool(c.source.strip()) for c in nb.cells)
    with tqdm(total=total, desc=path.stem, unit="cell") as bar:
        client = NotebookClient(
            nb,
            timeout=timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent.resolve())}},
            # The kernel's log would break the bar; what a cell raises comes back as a message.
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
    """Tidy an executed notebook for a commit, as a copy: the same run gives the same bytes.

    Gone are widget states and views (a reader without the kernel sees an error in their place),
    stderr, times of execution and the version of Python. Neighbouring pieces of stdout are joined,
    counts run 1, 2, 3 …, the kernel is called python3. Cell ids, tags and slide metadata stay.
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
    """Turn a notebook into a page that holds its pictures."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    page, _ = exporter.from_notebook_node(nb, resources={"metadata": {"name": title}})
    return page
