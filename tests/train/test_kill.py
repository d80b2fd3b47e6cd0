"""A training that is killed at random points and resumed ends like an uninterrupted one."""

import os
import random
import signal
import time

import pytest
import torch
from toy import RECIPES, assert_equal, start, states, steps

from mvacourse.train import checkpoint

N_STEPS = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")


def test_killed_twice_equals_uninterrupted(tmp_path):
    seed = random.SystemRandom().randrange(10**6)
    rng = random.Random(seed)
    points = sorted(rng.sample(range(2, N_STEPS - 10), 2))
    print(f"seed {seed}: killed at steps {points}")
    for point in points:
        process, told = start("gan", tmp_path, N_STEPS)
        next(step for step in steps(told) if step >= point)
        time.sleep(rng.uniform(0, 0.01))  # somewhere inside a step, or a saving
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert not (tmp_path / "result0.pt").exists()
    process, told = start("gan", tmp_path, N_STEPS)
    seen = list(steps(told))
    process.join()
    assert process.exitcode == 0
    assert seen[0] > 1 and seen[-1] == N_STEPS, "it went on from a checkpoint"
    assert_equal(torch.load(tmp_path / "result0.pt"), states(uninterrupted("gan")))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_signal_loses_nothing(tmp_path, number):
    process, told = start("vae", tmp_path, N_STEPS, save_every=1000.0)
    first = next(step for step in steps(told) if step >= 20)
    os.kill(process.pid, number)
    last = max([first, *steps(told)])
    process.join()
    assert process.exitcode != 0
    assert last < N_STEPS and checkpoint.read(tmp_path / "checkpoint")["step"] == last
    process, told = start("vae", tmp_path, N_STEPS)
    assert list(steps(told)) == list(range(last + 1, N_STEPS + 1))
    process.join()
    assert_equal(torch.load(tmp_path / "result0.pt"), states(uninterrupted("vae")))


def uninterrupted(recipe):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return RECIPES[recipe](N_STEPS, progress=False)
    finally:
        torch.set_num_threads(threads)
