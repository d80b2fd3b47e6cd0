"""Two processes train like one: both hold equal weights, the same as one up to rounding."""

import os
import socket

import pytest
import torch
from toy import RECIPES, assert_equal, start, states, steps

from mvacourse.train import checkpoint, distributed

N_STEPS = 6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.skipif(os.name != "posix", reason="the processes are forked")
@pytest.mark.parametrize("recipe", ["gan", "pix2pix"])
def test_two_processes_train_as_one(recipe, tmp_path):
    meeting = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    processes = [start(recipe, tmp_path, N_STEPS, **meeting, RANK=str(rank)) for rank in range(2)]
    for process, told in processes:
        assert list(steps(told)) == list(range(1, N_STEPS + 1))
        process.join()
        assert process.exitcode == 0
    first, second = (torch.load(tmp_path / f"result{rank}.pt") for rank in range(2))
    assert_equal(first, second)
    assert checkpoint.read(tmp_path / "checkpoint")["step"] == N_STEPS

    alone = states(RECIPES[recipe](N_STEPS, progress=False))
    for key, value in alone.items():
        torch.testing.assert_close(first[key], value, rtol=1e-3, atol=1e-4, msg=key)


@pytest.mark.slow
def test_a_process_that_shares_no_memory_trains_the_same(tmp_path):
    process, told = start("gan", tmp_path, N_STEPS, method="spawn")
    assert list(steps(told)) == list(range(1, N_STEPS + 1))
    process.join()
    assert process.exitcode == 0
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the process does
    try:
        alone = states(RECIPES["gan"](N_STEPS, progress=False))
    finally:
        torch.set_num_threads(threads)
    assert_equal(torch.load(tmp_path / "result0.pt"), alone)


def test_one_process_is_the_identity():
    x = torch.rand(4, 2)
    assert distributed.world() == 1 and distributed.rank() == 0
    assert torch.equal(distributed.shard(x), x)
    assert distributed.mean({"loss": torch.tensor(2.0)}) == {"loss": 2.0}


def test_shards_make_up_the_batch(monkeypatch):
    monkeypatch.setattr(distributed, "world", lambda: 2)
    x = torch.arange(6)
    parts = []
    for rank in range(2):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        parts.append(distributed.shard(x))
    assert [part.tolist() for part in parts] == [[0, 2, 4], [1, 3, 5]]
    with pytest.raises(ValueError, match="batch = 5 cannot be shared evenly by 2 processes"):
        distributed.shard(torch.arange(5))


def test_each_process_keeps_to_its_own_gpu(monkeypatch):
    chosen = []
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert distributed.join("cuda") == torch.device("cuda", 1)
    assert chosen == [torch.device("cuda", 1)]
    assert distributed.join("cpu") == torch.device("cpu")
