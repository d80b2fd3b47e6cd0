"""Find, read, tidy and store notebooks, for the command line.

An HTML page needs nbconvert, which comes with the extra ``lab``.
"""

from __future__ import annotations

import copy
import warnings
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


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise FileNotFoundError(
            "the current folder does not exist any more: go to another one with cd"
        ) from None


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
    here = _here()
    return _first(here, here / "notebooks", _CLONE / "notebooks")


def originals() -> Path:
    """Find the notebooks with their solutions; those of a clone come before others in this folder.

    Raises
    ------
    FileNotFoundError
        As for :func:`folder`.
    """
    here = _here()
    inside = [here] if here.name == "notebooks" else []
    return _first(here / "notebooks", *inside, _CLONE / "notebooks", here)


def _first(*places: Path) -> Path:
    for place in places:
        if numbered(place):
            return place
    here = _here()
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
    if path.suffix == ".ipynb" and path.exists():
        return path
    known = numbered(folder())
    stem = path.name.removesuffix(".ipynb")
    number = f"{int(stem):02d}_" if stem.isdecimal() else f"{stem}_"
    found = [p for p in known if p.stem == stem] or [p for p in known if p.stem.startswith(number)]
    if len(found) == 1:
        return found[0]
    what = "several notebooks match" if found else "no notebook is called"
    names = ", ".join(p.stem for p in found or known)
    raise FileNotFoundError(f"{what} {name!r:.200}: choose one of {names}")


def read(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    NotebookError
        If the file cannot be read, or is not a notebook.
    """
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells without ids, which are accepted
            nb = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
            nbformat.validate(nb)
            nbformat.writes(nb).encode()
            return nb
    except UnicodeEncodeError as err:
        raise NotebookError(f"{path} is not a notebook: {_half(err)}") from err
    except OSError as err:
        raise NotebookError(f"{path} cannot be read: {err.strerror or err}") from err
    except Exception as err:  # a damaged file makes nbformat fail in many ways
        words = str(err).strip().partition("\n")[0][:200] or type(err).__name__
        raise NotebookError(f"{path} is not a notebook: {words}") from err


def save(text: str | NotebookNode, path: Path) -> None:
    """Write a notebook or a page completely or not at all: a full disk keeps the old file.

    Raises
    ------
    NotebookError
        If an output holds half a character, as Python's texts may, and files may not.
    OSError
        If the disk is full or not writable.
    """
    if not isinstance(text, str):
        import nbformat

        text = nbformat.writes(text).rstrip("\n") + "\n"
    try:
        write_whole(path, text)
    except UnicodeEncodeError as err:
        raise NotebookError(f"{path} cannot be written: {_half(err)}") from err


def _half(error: UnicodeEncodeError) -> str:
    """Name the half of a surrogate pair that UTF-8 has no bytes for."""
    return f"it holds half a character, \\u{ord(error.object[error.start]):04x}"


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
    """Convert a notebook to one HTML page, pictures included.

    Raises
    ------
    NotebookError
        If nbconvert fails.
    """
    from nbconvert import HTMLExporter

    try:
        page, _ = HTMLExporter().from_notebook_node(nb, resources={"metadata": {"name": title}})
    except Exception as err:  # of the many packages that nbconvert calls
        raise NotebookError(f"{title} does not become a page: {err}") from err
    return page
