"""The training loop: steps, random numbers, checkpoints, interruptions, and errors."""

import os
import signal
import threading
import time

import pytest
import torch
from toy import train_vae

from mvacourse.storage import Stopped, exit_code
from mvacourse.train import CheckpointError, History, checkpoint, loop
from mvacourse.train.loop import Run
from mvacourse.train.optim import adam, anneal
from mvacourse.train.seeds import Draw, fingerprint, seeded


def vae(*args, **options):
    return train_vae(*args, **{"progress": False, **options})


@pytest.fixture
def file(tmp_path):
    return tmp_path / "folder" / "vae.checkpoint"


@pytest.fixture
def stopped(file):
    """A checkpoint at step 10 of 20."""

    def stop(step, net):
        if step == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vae(20, checkpoint=file, callback=stop)
    return file


# Random numbers


def test_a_draw_depends_on_seed_and_step_alone():
    assert torch.equal(Draw(1, 2).normal(3, 4), Draw(1, 2).normal(3, 4))
    seen = {float(Draw(seed, step).uniform(1)) for seed in range(5) for step in range(5)}
    assert len(seen) == 25


def test_rows_are_uniform():
    rows = torch.cat([Draw(0, step).rows(10, 100) for step in range(100)])
    counts = torch.bincount(rows, minlength=10)
    assert int((counts - 1000).abs().max()) < 150  # five standard deviations


def test_seeded_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with seeded(1):
        a = torch.rand(3)
    assert torch.equal(torch.rand(3), expected)
    with seeded(1):
        assert torch.equal(torch.rand(3), a)


def test_fingerprint_knows_values_and_shape():
    x = torch.arange(6.0)
    prints = {fingerprint(y) for y in (x, x.reshape(2, 3), x.double(), x + 1)}
    assert len(prints) == 4
    assert fingerprint(x) == fingerprint(x.clone())


def test_anneal_falls_along_a_cosine():
    optimiser = adam(torch.nn.Linear(1, 1), 1.0)
    rates = []
    for step in (1, 51, 100):
        anneal(optimiser, 2.0, step, 100)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates == pytest.approx([2.0, 1.0, 0.0], abs=1e-3)


# History


def test_history_goes_through_a_dictionary():
    history = History({"loss": [3.0, 2.0, 1.0]}, seconds=1.5)
    again = History.from_dict(history.to_dict())
    assert again == history
    assert again.seconds == 1.5
    assert again.last("loss", 2) == 1.5


def test_history_is_resumed_too(stopped):
    assert len(vae(20, checkpoint=stopped, resume=True)[1]["loss"]) == 20


# Checkpoints


def test_unfinished_checkpoint_is_not_overwritten(stopped):
    before = stopped.read_bytes()
    with pytest.raises(CheckpointError, match="holds vae at step 10 of 20: .* resume=True"):
        vae(20, checkpoint=stopped)
    assert stopped.read_bytes() == before


def test_finished_checkpoint_is_not_overwritten_either(tmp_path):
    file = tmp_path / "vae.checkpoint"
    vae(3, checkpoint=file)
    before = file.read_bytes()
    with pytest.raises(CheckpointError, match="holds vae at step 3 of 3: .* resume=True"):
        vae(3, checkpoint=file)
    assert file.read_bytes() == before
    assert len(vae(3, checkpoint=file, resume=True)[1]["loss"]) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 1}, "made with seed = 0, not 1"),
        ({"lr": 0.1}, "made with lr = 0.001, not 0.1"),
        ({"n_steps": 30}, "made with n_steps = 20, not 30"),
        ({"beta": 0.5, "seed": 2}, "made with seed = 0, not 2; beta = 1.0, not 0.5"),
    ],
)
def test_other_arguments_are_refused_by_name(stopped, change, words):
    with pytest.raises(CheckpointError, match=words):
        vae(**{"n_steps": 20, **change}, checkpoint=stopped, resume=True)


@pytest.mark.parametrize("kept", [0, 10, 90, 91, 500, -1])
def test_truncated_checkpoint_is_refused_by_name(stopped, kept):
    stopped.write_bytes(stopped.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match="vae.checkpoint"):
        vae(20, checkpoint=stopped, resume=True)


def test_altered_checkpoint_is_refused_by_name(stopped):
    content = bytearray(stopped.read_bytes())
    content[len(content) // 2] ^= 1
    stopped.write_bytes(content)
    with pytest.raises(CheckpointError, match="vae.checkpoint is refused: .* altered"):
        vae(20, checkpoint=stopped, resume=True)


def test_checkpoint_that_runs_code_is_not_loaded(file):
    """Even one with a right hash: unpickling is restricted to tensors and plain values."""

    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(file.parent / "trapped"),))

    checkpoint.write(file, {"step": Trap()})
    with pytest.raises(CheckpointError, match="vae.checkpoint"):
        checkpoint.read(file)
    assert not (file.parent / "trapped").exists()


def test_a_folder_in_the_way_is_told(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read"):
        vae(20, checkpoint=tmp_path, resume=True)


def test_unwritable_folder_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    seen = []
    with pytest.raises(CheckpointError, match="cannot be written: .*none was there before"):
        vae(20, checkpoint=tmp_path / "file" / "c", callback=lambda *a: seen.append(a))
    assert seen == []


def test_full_disk_keeps_the_old_checkpoint_and_the_training(file, fill_disk):
    def fill(step, net):
        if step == 10:
            fill_disk()

    with pytest.warns(UserWarning, match=r"step 1[012] is not saved: .*No space left.*untouched"):
        result = vae(12, checkpoint=file, save_every=0, callback=fill)
    assert checkpoint.read(file)["step"] == 9
    assert len(result[1]["loss"]) == 12
    assert os.listdir(file.parent) == [file.name]


# Saving by the clock


@pytest.fixture
def clock(monkeypatch):
    """A clock of which each training step takes one second, and each saving `clock.saving`."""

    class Clock:
        now, saving = 0.0, 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    write = checkpoint.write

    def slow(path, state):
        clock.now += clock.saving
        clock.written.append(state["step"])
        write(path, state)

    clock.written = []
    monkeypatch.setattr(loop, "time", clock)
    clock.perf_counter = clock.monotonic
    monkeypatch.setattr(checkpoint, "write", slow)
    return clock


def tick(clock):
    def callback(step, net):
        clock.now += 1

    return callback


def test_a_checkpoint_is_written_after_so_many_seconds_not_steps(file, clock):
    vae(50, checkpoint=file, callback=tick(clock))
    assert clock.written == [0, 20, 40, 50], "every 20 s, by default"
    file.unlink()
    clock.written = []
    vae(50, checkpoint=file, save_every=7.5, callback=tick(clock))
    assert clock.written == [0, 8, 16, 24, 32, 40, 48, 50]


def test_saving_takes_at_most_a_twentieth_of_the_time(file, clock):
    clock.saving = 2.0
    vae(100, checkpoint=file, callback=tick(clock))
    assert clock.written == [0, 38, 76, 100]


def test_a_failed_saving_is_not_repeated_at_every_step(file, clock, monkeypatch):
    def fail(path, state):
        clock.written.append(state["step"])
        if state["step"]:
            raise CheckpointError("full")

    monkeypatch.setattr(checkpoint, "write", fail)
    with pytest.warns(UserWarning, match="is not saved"):
        vae(50, checkpoint=file, callback=tick(clock))
    assert clock.written == [0, 20, 40, 50]


def test_a_resumed_training_saves_by_the_clock_too(file, clock):
    def stop(step, net):
        clock.now += 1
        if step == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vae(50, checkpoint=file, callback=stop)
    assert clock.written == [0, 20, 25]
    vae(50, checkpoint=file, resume=True, callback=tick(clock))
    assert clock.written == [0, 20, 25, 45, 50]


def test_a_checkpoint_that_cannot_be_written_is_told_before_the_work_is_resumed(
    stopped, monkeypatch
):
    monkeypatch.setattr(os, "access", lambda file, how: False)
    seen = []
    with pytest.raises(CheckpointError, match="cannot be written: it is write-protected"):
        vae(20, checkpoint=stopped, resume=True, callback=lambda *a: seen.append(a))
    assert seen == []


# Interruptions


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_interruption_lets_the_step_end_and_is_kept(file, name):
    number = getattr(signal, name)
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    def interrupt(step, net):
        if step == 6:
            os.kill(os.getpid(), number)

    with pytest.raises(
        Stopped, match="step 6 of 20; .* continue from it with resume=True"
    ) as stopped:
        vae(20, checkpoint=file, callback=interrupt)
    assert checkpoint.read(file)["step"] == 6
    assert exit_code(stopped.value) == 128 + number
    after = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before and before[0] is signal.default_int_handler


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_an_ignored_signal_stays_ignored_and_a_foreign_handler_stays(file):
    """As after `nohup`, or in a program that handles its signals itself."""
    seen = []
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    foreign = signal.signal(signal.SIGTERM, lambda *a: seen.append("SIGTERM"))
    try:
        vae(3, checkpoint=file, callback=lambda *a: os.kill(os.getpid(), signal.SIGHUP))
        vae(3, callback=lambda *a: os.kill(os.getpid(), signal.SIGTERM))
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGTERM, foreign)
    assert seen == ["SIGTERM"] * 3 and checkpoint.read(file)["step"] == 3


def test_interruption_without_a_checkpoint_says_what_is_lost():
    def interrupt(step, net):
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="step 1 of 20; nothing is kept"):
        vae(20, callback=interrupt)


def test_second_interruption_stops_within_the_step(file):
    net = torch.nn.Linear(1, 1)
    with (
        pytest.raises(KeyboardInterrupt, match="step 2 of 9; .* holds step 0"),
        Run("toy", 9, keep={"net": net}, checkpoint=file) as run,
    ):
        for draw in run:
            run.log(loss=0.0)
            if draw.step == 3:
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)
    assert checkpoint.read(file)["step"] == 0, "half a step is not kept"


def test_an_error_passes_through_and_the_signal_is_given_back(file):
    def fail(step, net):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        vae(20, checkpoint=file, callback=fail)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_training_in_a_thread_leaves_signals_alone():
    results = []
    thread = threading.Thread(target=lambda: results.append(vae(3)))
    thread.start()
    thread.join()
    assert len(results[0][1]["loss"]) == 3


def test_the_bar_shows_the_loss(capsys):
    vae(3, progress=True, callback=lambda step, net: time.sleep(0.15))  # it is drawn each 0.1 s
    assert "loss" in capsys.readouterr().err
