"""Run answers in a process of their own, and read what they gave, whatever that process does."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from mvacourse.classroom.exercises.checking.trials import Trial
from mvacourse.classroom.grading import wire
from mvacourse.classroom.grading.isolation import isolated

START = 120.0
"""Seconds in which Python and torch must have started."""
LARGEST_LINE = 64 * 2**20


@dataclass(frozen=True)
class Task:
    """An answer to run: the exercise's name, the code above, the answer's cell, what is checked."""

    exercise: str
    prelude: str
    source: str
    answer: str


@dataclass(frozen=True)
class Limits:
    """What one answer may use: seconds by the clock, gigabytes of memory."""

    seconds: float = 20.0
    memory: float = 4.0


@dataclass(frozen=True)
class Result:
    """What an answer gave: a trial for each input, and gradients where they are asked for."""

    trials: list[Trial]
    gradients: list[list[Tensor | None]] | None = None


class Stopped(RuntimeError):
    """The grading was ended while answers were running."""


class Runner:
    """Run answers; :meth:`end` ends all that run, from any thread.

    Parameters
    ----------
    seed : int
        Of the inputs.
    limits : Limits
        Of each answer.
    hidden : sequence of Path
        Folders that answers must not see.
    """

    def __init__(self, seed: int, limits: Limits, hidden: Sequence[Path] = ()) -> None:
        self.seed, self.limits, self.hidden = seed, limits, tuple(hidden)
        self._alive: set[_Process] = set()
        self._ended = threading.Event()

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """Run the answers of one student, one after the other.

        If one never ends, or ends its process, it is given up, and a new process runs the others.

        Raises
        ------
        NotStarted
            If no process can be started here.
        Stopped
            If :meth:`end` was called.
        """
        results: dict[int, Result] = {}
        while len(results) < len(tasks):
            todo = [k for k in range(len(tasks)) if k not in results]
            with self._process([tasks[k] for k in todo]) as process:
                for place, result in process.results():
                    results.setdefault(todo[place], result)
            if self._ended.is_set():
                raise Stopped("the grading was ended")
        return [results[k] for k in range(len(tasks))]

    @contextmanager
    def _process(self, tasks: Sequence[Task]) -> Iterator[_Process]:
        with tempfile.TemporaryDirectory(prefix="mvacourse-", ignore_cleanup_errors=True) as folder:
            process = _Process(tasks, self, Path(folder))
            self._alive.add(process)
            try:
                if self._ended.is_set():
                    raise Stopped("the grading was ended")
                yield process
            finally:
                self._alive.discard(process)
                process.close()

    def end(self) -> None:
        """End all answers that run; :meth:`run` then raises Stopped."""
        self._ended.set()
        for process in list(self._alive):
            process.kill()


class NotStarted(RuntimeError):
    """The process for answers ends before the first one begins: this machine lacks something."""


class _Process:
    """One process of `worker`, and the threads that write to it and read from it."""

    def __init__(self, tasks: Sequence[Task], runner: Runner, folder: Path) -> None:
        self._n, self._limits = len(tasks), runner.limits
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=4)
        self._errors = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "mvacourse.classroom.grading.worker"]
        self._process = subprocess.Popen(
            isolated(command, folder, runner.hidden),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env=_environment(folder),
            start_new_session=os.name == "posix",
        )
        job = {"seed": runner.seed, "memory": runner.limits.memory}
        self._job = json.dumps({**job, "answers": [asdict(t) for t in tasks]}).encode()
        for work in (self._feed, self._read):
            threading.Thread(target=work, daemon=True).start()

    def _feed(self) -> None:
        with suppress(OSError, ValueError):
            self._process.stdin.write(self._job)
            self._process.stdin.close()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            while line := self._process.stdout.readline(LARGEST_LINE):
                self._lines.put(line)
        self._lines.put(None)

    def results(self) -> Iterator[tuple[int, Result]]:
        """Yield the place and the result of each answer that was run; the last one may be dead."""
        running, seconds = -1, START
        while True:
            try:
                line = self._lines.get(timeout=seconds)
            except queue.Empty:
                if running < 0:
                    raise NotStarted(
                        f"answers cannot be run here: no start in {START:g} s"
                    ) from None
                words = f"not done after {seconds:g} s: is there a loop that never ends?"
                yield running, _failed(words)
                return
            message = _message(line)
            if message.get("done") is True:
                return
            if message.get("begin") == running + 1 < self._n:
                running, seconds = running + 1, self._limits.seconds
            elif running >= 0 and message.get("end") == running:
                yield running, _result(message)
                seconds = START
            elif running < 0:
                raise NotStarted(f"answers cannot be run here: {self._why()}")
            else:
                yield running, _failed(self._death(line))
                return

    def _why(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else f"exit code {self._process.wait()}"

    def _death(self, line: bytes | None) -> str:
        if line is not None:
            return "it wrote into the grading"
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(5)
            if code < 0 or code > 128:
                number = -code if code < 0 else code - 128
                known = {s.value: s.name for s in signal.Signals}
                return f"its process was ended by {known.get(number, f'signal {number}')}"
        return "it ended its process: does it call exit?"

    def kill(self) -> None:
        """End the process, and on POSIX all of its group."""
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def close(self) -> None:
        """End the process and the threads."""
        self.kill()
        self._process.wait()
        with suppress(queue.Empty):
            while self._lines.get(timeout=1) is not None:  # so that the reading thread can end
                pass
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError, ValueError):
                stream.close()


def _environment(folder: Path) -> dict[str, str]:
    """Keep what Python needs; no tokens, no home."""
    kept = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "LC_ALL", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "MPLCONFIGDIR"), str(folder))
    settings = {"OMP_NUM_THREADS": "1", "MVACOURSE_OFFLINE": "1", "PYTHONSAFEPATH": "1"}
    return {**given, **homes, **settings, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _message(line: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(line or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _result(message: dict[str, Any]) -> Result:
    try:
        sent = message.get("trials")
        if not isinstance(sent, list) or not sent:
            raise wire.NotSendable("there is no trial")
        trials = [wire.decode_trial(t) for t in sent]
        return Result(trials, wire.decode_gradients(message.get("gradients")))
    except wire.NotSendable as error:
        return _failed(f"its result cannot be read: {error}")


def _failed(words: str) -> Result:
    return Result([Trial(failure=words)])
