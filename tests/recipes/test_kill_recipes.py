"""Every recipe of `mvacourse train` can be killed: little work is lost, and no bit changes."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mvacourse import recipes, weights
from mvacourse.train import checkpoint

MOST_LOST = 30.0
"""Seconds of work that a kill may cost."""
N_STEPS = 160
PAUSE = 0.25
"""Seconds that a step is made to wait, so that the training lasts longer than two checkpoints."""
ROOT = Path(__file__).parents[2]
EXTRA = {n: r.judge for n, r in recipes.RECIPES.items() if r.judge not in (None, *weights.names())}
"""Recipes that start from a network which the course does not ship."""

SMALL = """
import sys, time

from mvacourse import cli
from mvacourse.recipes import RECIPES
from mvacourse.train import loop

name, pause = sys.argv.pop(1), float(sys.argv.pop(1))
recipe = RECIPES[name]
n = 4 if recipe.budgets["fast"]["n"] <= 100 else 64
recipe.budgets["fast"].update(n=n, n_steps=N_STEPS, batch=2)
RECIPES[name] = recipe._replace(held_out=lambda: (), measure=lambda made: {})
log = loop.Run.log

def slow(self, **values):
    log(self, **values)
    time.sleep(pause)
    with open("steps.txt", "a") as file:
        print(self.step + 1, time.time(), file=file)

loop.Run.log = slow
cli.app(prog_name="mvacourse")
"""


def command(name: str, out: str, pause: float = 0.0, resume: bool = False) -> list[str]:
    code = SMALL.replace("N_STEPS", str(N_STEPS))
    words = [sys.executable, "-c", code, name, str(pause), "train", name, "--out", out]
    return [*words, "--device", "cpu", *(["--resume"] if resume else [])]


def start(folder: Path, *arguments: object, **options: object) -> subprocess.Popen:
    """Train in a folder, where `steps.txt` will have the number and the time of each step."""
    (folder / "steps.txt").write_text("", encoding="utf-8")
    return subprocess.Popen(
        command(*arguments, **options),
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def steps(folder: Path) -> dict[int, float]:
    lines = (folder / "steps.txt").read_text(encoding="utf-8").splitlines()
    return {int(number): float(at) for number, at in map(str.split, lines)}


def kill(process: subprocess.Popen, number: int, ready: Callable[[], bool]) -> str:
    """Send a signal as soon as it is time; return what the process has printed."""
    while not ready():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.2)
    process.send_signal(number)
    return process.communicate(timeout=600)[1]


def finish(process: subprocess.Popen) -> None:
    told = process.communicate(timeout=600)[1]
    assert process.returncode == 0, told


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("name", recipes.names())
def test_killed_and_resumed_equals_uninterrupted(name, tmp_path):
    if name in EXTRA:
        pytest.skip(f"starts from {EXTRA[name]}, which is not shipped")
    whole = start(tmp_path, name, "whole")
    told = whole.communicate(timeout=600)[1]
    if "is not in the cache" in told or "torchvision's" in told:
        pytest.skip("needs a benchmark file")
    assert whole.returncode == 0, told
    file = tmp_path / f"killed/{name}.checkpoint"

    process = start(tmp_path, name, "killed", PAUSE)
    end = PAUSE * N_STEPS * random.uniform(0.5, 0.9)  # the first checkpoint is written after 20 s
    kill(process, signal.SIGKILL, lambda: PAUSE * len(steps(tmp_path)) > end)
    assert process.returncode == -signal.SIGKILL
    done, kept = steps(tmp_path), checkpoint.read(file)["step"]
    lost = max(done.values()) - done[kept]
    assert 0 < kept <= max(done) < N_STEPS and lost <= MOST_LOST

    process = start(tmp_path, name, "killed", PAUSE, resume=True)
    told = kill(process, signal.SIGTERM, lambda: len(steps(tmp_path)) >= 5)
    assert process.returncode == 143 and "Traceback" not in told, told
    assert min(steps(tmp_path)) == kept + 1
    stopped = re.search(r"stopped after step (\d+) of \d+; .* holds step (\d+)", told)
    assert stopped and stopped[1] == stopped[2] == str(max(steps(tmp_path)))
    assert f"Continue with: mvacourse train {name} --out killed" in told

    finish(start(tmp_path, name, "killed", resume=True))
    assert min(steps(tmp_path)) == int(stopped[1]) + 1
    made = [path.name for path in (tmp_path / "whole").glob("*.safetensors")]
    for each in made:
        assert (tmp_path / "killed" / each).read_bytes() == (
            tmp_path / "whole" / each
        ).read_bytes(), each
    assert made and not file.exists()
    print(f"{name}: SIGKILL cost {lost:.1f} s ({max(done) - kept} steps), SIGTERM nothing")
