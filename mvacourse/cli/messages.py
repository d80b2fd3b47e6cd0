"""Shared by all commands: plain help, plain error messages, plural forms, signals."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from mvacourse import storage
from mvacourse.classroom import notebooks, terminal

# Plain help and plain tracebacks: the output stays readable in a log, a pipe, a screen reader.
PLAIN: dict[str, Any] = {
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}


class Commands(TyperGroup):
    """All commands: every output is safe for the terminal, and a signal ends them in one line."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line; if its output cannot be written, say so in one line."""
        try:
            with terminal.safe_output(), storage.on_stop():
                return super().main(*args, **options)
        except OSError as err:
            _discard_output()
            what = f"{err.filename or 'the output'} cannot be read or written"
            with suppress(OSError):
                complain(f"{short(what)}: {err.strerror or err}")
            sys.exit(1)

    def invoke(self, ctx: Any) -> Any:
        """Run one command; after Ctrl-C, or another signal, say so in one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            fail(str(stop) or "stopped", storage.exit_code(stop))


def _discard_output() -> None:
    """Drop what stdout still holds: Python would try to write it once more at its end."""
    with suppress(OSError, ValueError, AttributeError):  # of a stream that is no file
        try:
            sys.stdout.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def plain_errors(*also: type[Exception]) -> Iterator[None]:
    """Print only the message of an expected error, without a traceback; exit code 1."""
    try:
        yield
    except storage.DownloadError as err:  # it lists addresses, one per line
        fail(str(err))
    except (notebooks.NotebookError, OSError, ValueError, *also) as err:
        fail(one_line(err))


def say(text: str) -> None:
    """Print a line, or several."""
    print(terminal.visible(text), flush=True)


def complain(text: str) -> None:
    """Print an error on stderr."""
    if sys.stderr is None:  # closed: `print` would take stdout
        return
    print(f"mvacourse: {terminal.visible(text)}", file=sys.stderr, flush=True)


def fail(message: str, code: int = 1) -> NoReturn:
    """Print the error on stderr, and exit with `code`; 2 means a mistake in the command line."""
    complain(message)
    raise typer.Exit(code)


def one_line(text: object) -> str:
    """Show a text from a file in one line: what is in the file cannot look like another message."""
    return terminal.visible(str(text), keep="")


def short(text: object, longest: int = 200) -> str:
    """Show a text from a file in one line of a limited length."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[:longest]}…"


def folder(text: str) -> Path:
    """Read the name of a folder; an empty one, as of an unset variable, gives exit code 2."""
    if not text:
        raise typer.BadParameter("the name of the folder is empty; write . for this one")
    return Path(text)


def need(*modules: str) -> None:
    """Require modules that only an extra installs."""
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        fail(
            f"this command needs {', '.join(absent)}: install the extra, "
            "python -m pip install 'mvacourse[lab]'"
        )


def choose(name: str, known: Sequence[str], what: str) -> None:
    """Require a known name; otherwise exit with code 2."""
    if name in known:
        return
    from mvacourse import validate  # here: it loads torch, which --help need not

    hint = validate.near(name, known, f"choose one of {', '.join(known)}")
    fail(f"there is no {what} named {name!r}: {hint}", 2)


def figures(card: dict[str, Any]) -> list[str]:
    """Format the metrics of a card, one line each, and the images that they were measured on."""
    metrics = card.get("metrics", {})
    shown = {k: f"{v:.4g}" if isinstance(v, float) else v for k, v in metrics.items()}
    on = {"measured on": card["measured_on"]} if "measured_on" in card else {}
    return [short(f"{key}: {value}") for key, value in {**shown, **on}.items()]


def count(number: int, thing: str) -> str:
    """Format a number with a noun: 1 file, 2 files."""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def find(names: list[str]) -> list[Path]:
    """Find the notebooks with these names; an unknown name gives exit code 2."""
    try:
        if names:
            return list(dict.fromkeys(notebooks.find(name) for name in names))
        return notebooks.numbered(notebooks.folder())
    except FileNotFoundError as err:
        fail(one_line(err), 2)
    except OSError as err:  # a name that is too long, for instance
        fail(f"a notebook cannot be read: {short(err)}", 2)
