"""Every recipe of `mvacourse train` can be killed: little work is lost, and no bit changes."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mvacourse import cli, recipes, weights
from mvacourse.recipes import RECIPES
from mvacourse.train import checkpoint, loop

MOST_LOST = 30.0
"""Seconds of work that a kill may cost."""
N_STEPS = 160
PAUSE = 0.25
"""Seconds that a step is made to wait, so that the training lasts longer than a checkpoint."""
MISSING = {n: r.judge for n, r in RECIPES.items() if r.judge not in (None, *weights.names())}
"""Recipes that start from a network which the course does not ship."""


def work(folder: Path, name: str, out: str, pause: float, resume: bool) -> None:
    """Train with few small steps; tell their numbers and times in `steps.txt`."""
    os.chdir(folder)
    torch.set_num_threads(1)
    log = loop.Run.log
    recipe = RECIPES[name]
    n = 4 if recipe.budgets["fast"]["n"] <= 100 else 64
    recipe.budgets["fast"].update(n=n, n_steps=N_STEPS, batch=2)
    RECIPES[name] = recipe._replace(held_out=lambda: (), measure=lambda made: {})

    with (
        open("steps.txt", "w", encoding="utf-8") as steps,
        open("told.txt", "w", encoding="utf-8") as told,
    ):

        def slow(self: loop.Run, **values: float) -> None:
            log(self, **values)
            time.sleep(pause)
            print(self.step + 1, time.time(), file=steps, flush=True)

        loop.Run.log = slow
        sys.stdout = sys.stderr = told
        words = ["train", name, "--out", out, "--device", "cpu", *["--resume"][:resume]]
        cli.app(words, prog_name="mvacourse")


def start(*arguments: object) -> multiprocessing.Process:
    """Train in a process of its own, forked from a server that has loaded torch once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mvacourse.recipes", "mvacourse.cli", "pytest"])
    process = context.Process(target=work, args=arguments)
    process.start()
    return process


def end(process: multiprocessing.Process, folder: Path) -> tuple[int, str]:
    """Wait for the end of a process; return its exit code, and what it has printed."""
    process.join()
    return process.exitcode, (folder / "told.txt").read_text(encoding="utf-8")


def steps(folder: Path) -> dict[int, float]:
    lines = (folder / "steps.txt").read_text(encoding="utf-8").splitlines()
    return {int(number): float(at) for number, at in map(str.split, lines)}


def kill(
    process: multiprocessing.Process, number: int, folder: Path, ready: Callable[[], bool]
) -> tuple[int, str]:
    """Send a signal as soon as it is time, and wait for the end."""
    while not (process.exitcode is not None or ready()):
        time.sleep(0.1)
    os.kill(process.pid, number)
    return end(process, folder)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("name", recipes.names())
def test_killed_and_resumed_equals_uninterrupted(name, tmp_path, monkeypatch):
    if name in MISSING:
        pytest.skip(f"starts from {MISSING[name]}, which is not shipped")
    monkeypatch.setenv("MVACOURSE_BUDGET", "fast")
    code, told = end(start(tmp_path, name, "whole", 0.0, False), tmp_path)
    if "is not in the cache" in told or "torchvision's" in told:
        pytest.skip("needs a benchmark file")
    assert code == 0, told
    file = tmp_path / f"killed/{name}.checkpoint"
    (tmp_path / "steps.txt").unlink()

    process = start(tmp_path, name, "killed", PAUSE, False)
    at = round(N_STEPS * random.uniform(0.6, 0.9))  # the first checkpoint is written after 20 s
    begun = (tmp_path / "steps.txt").exists
    code, _ = kill(
        process, signal.SIGKILL, tmp_path, lambda: begun() and len(steps(tmp_path)) >= at
    )
    assert code == -signal.SIGKILL
    done, kept = steps(tmp_path), checkpoint.read(file)["step"]
    assert 0 < kept <= max(done) < N_STEPS
    lost = max(done.values()) - done[kept]
    assert lost <= MOST_LOST
    (tmp_path / "steps.txt").unlink()

    process = start(tmp_path, name, "killed", PAUSE, True)
    code, told = kill(
        process, signal.SIGTERM, tmp_path, lambda: begun() and len(steps(tmp_path)) >= 5
    )
    assert code == 143 and "Traceback" not in told, told
    assert min(steps(tmp_path)) == kept + 1
    stopped = re.search(r"stopped after step (\d+) of \d+; .* holds step (\d+)", told)
    assert stopped and stopped[1] == stopped[2] == str(max(steps(tmp_path)))
    assert f"Continue with: mvacourse train {name} --out killed" in told

    code, told = end(start(tmp_path, name, "killed", 0.0, True), tmp_path)
    assert code == 0, told
    assert min(steps(tmp_path)) == int(stopped[1]) + 1
    made = [path.name for path in (tmp_path / "whole").glob("*.safetensors")]
    both = [[(tmp_path / f / each).read_bytes() for f in ("whole", "killed")] for each in made]
    assert made and all(whole == killed for whole, killed in both)
    assert not file.exists()
    print(f"{name}: SIGKILL cost {lost:.1f} s ({max(done) - kept} steps), SIGTERM nothing")
