"""The process that runs one student's answers: ``python -m mvacourse.classroom.grading.worker``.

It reads a job from stdin, as JSON, and writes one line of JSON when an answer begins and one when
it has ended. It compares nothing: what the right answers are is known to the other process alone.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

import mvacourse.classroom
from mvacourse.classroom.exercises import NotWritten, all_exercises
from mvacourse.classroom.exercises.checking.calls import copied
from mvacourse.classroom.exercises.checking.exercise import Exercise
from mvacourse.classroom.exercises.checking.trials import Case, Trial, attempt, gradients
from mvacourse.classroom.grading import limits, wire
from mvacourse.classroom.grading.questions import plain

_EXERCISES = "mvacourse.classroom.exercises"


def main() -> None:
    """Run a job: ``seed``, ``memory`` and ``answers``, each with the fields of `processes.Task`."""
    job = json.loads(sys.stdin.buffer.read())
    lines = os.fdopen(os.dup(1), "wb")
    _silence()
    torch.set_num_threads(1)
    prepared = []
    for item in job["answers"]:
        exercise = all_exercises()[item["exercise"]]
        prepared.append((item, exercise, exercise.cases(job["seed"])))
    _hide_references({exercise.name: exercise.cases()[0] for _, exercise, _ in prepared})
    limits.protect(Path.cwd(), job["memory"])
    for number, (item, exercise, cases) in enumerate(prepared):
        _write(lines, {"begin": number})
        _write(lines, {"end": number, **_run(item, exercise, cases)})
    _write(lines, {"done": True})


def _silence() -> None:
    """Send what answers print nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _write(lines: Any, message: dict[str, Any]) -> None:
    lines.write(json.dumps(message).encode() + b"\n")
    lines.flush()


def _hide_references(cases: Mapping[str, Case]) -> None:
    """Put a module in the place of the exercises that has their functions and no answers."""
    for name in [name for name in sys.modules if name.startswith(_EXERCISES)]:
        del sys.modules[name]
    hollow: Any = types.ModuleType(_EXERCISES, "While answers are graded, checks do nothing.")
    hollow.NotWritten = NotWritten
    hollow.check = lambda name, answer: None
    hollow.use = lambda name, answer: answer
    hollow.case = lambda name: copied(cases[name])
    sys.modules[_EXERCISES] = hollow
    mvacourse.classroom.exercises = hollow


def _run(item: dict[str, str], exercise: Exercise, cases: list[Case]) -> dict[str, Any]:
    try:
        answer = _answer(item)
    except BaseException as error:  # SystemExit too: it is the student's
        return {"trials": [wire.encode_trial(_failed(error, item["source"], "its cell"))]}
    try:
        trials = attempt(exercise, answer, cases)
        failed = any(trial.failure for trial in trials)
        slopes = None if failed else gradients(exercise, answer, cases)
        return {
            "trials": [wire.encode_trial(trial) for trial in trials],
            "gradients": wire.encode_gradients(slopes),
        }
    except wire.NotSendable as error:
        return {"trials": [wire.encode_trial(Trial(failure=str(error)))]}
    except BaseException as error:
        return {"trials": [wire.encode_trial(_failed(error, item["source"], "it"))]}


def _answer(item: dict[str, str]) -> Any:
    """Run the cells that the answer depends on, then its own, and return what is checked."""
    names: dict[str, Any] = {"__name__": "__main__"}
    torch.set_default_dtype(torch.float32)  # the notebook may have another one
    exec(compile(item["prelude"], "<above>", "exec"), names)
    source = plain(item["source"])
    linecache.cache["<answer>"] = (len(source), None, source.splitlines(keepends=True), "<answer>")
    exec(compile(source, "<answer>", "exec"), names)
    return eval(item["answer"], names)


def _failed(error: BaseException, source: str, what: str) -> Trial:
    if isinstance(error, NotWritten):
        words = "not written yet: replace the line that raises NotWritten"
        return Trial(failure=words, written=False)
    if isinstance(error, SyntaxError) and error.lineno:
        lines = source.splitlines()
        line = lines[error.lineno - 1].strip() if error.lineno <= len(lines) else ""
        return Trial(failure=f"line {error.lineno} is not Python ({error.msg}): {line}")
    at = ""
    if error.__traceback__:
        import traceback

        own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == "<answer>"]
        at = f" (line {own[-1].lineno}: {own[-1].line})" if own else ""
    return Trial(failure=f"{what} raised {type(error).__name__}: {error}{at}")


if __name__ == "__main__":
    main()
