"""Distillation: its pairs, its loss, and a network that learns from a simple judge."""

from importlib import import_module

import pytest
import torch

from mvacourse import images, metrics, nets, train
from mvacourse.recipes.perceptual_distance import Distorted, distil, relative_error
from mvacourse.train import distributed
from mvacourse.train.seeds import Draw


@pytest.fixture(scope="module")
def photographs():
    return [(255 * images.photo(n, (60, 80), color=True)[0]).byte() for n in ("coffee", "rocket")]


def born(seed=0):
    with train.seeded(seed):
        return nets.PerceptualDistance(4)


def test_pairs_are_distorted_views_of_one_window_and_what_the_judge_says(photographs):
    pairs = Distorted(photographs, 32, judge=metrics.mse)
    (x, ref), d = pairs(Draw(0, 1), 24)
    assert x.shape == ref.shape == (24, 3, 32, 32)
    torch.testing.assert_close(d, metrics.mse(x, ref))
    assert not d.requires_grad
    across = metrics.mse(x, ref.roll(1, 0))
    assert d.median() < 0.5 * across.median(), "views of one window are nearer than others"
    windows = pairs.crops(Draw(0, 1), 24)
    true = (ref == windows).flatten(1).all(1).float().mean()
    assert 0.2 < true < 0.8, "half of the references are the photograph itself"


def test_pairs_come_of_the_draw_alone(photographs):
    pairs = Distorted(photographs, 32, judge=metrics.mse)
    (x, ref), d = pairs(Draw(0, 5), 4)
    pairs(Draw(0, 6), 4)
    (x_again, ref_again), d_again = pairs(Draw(0, 5), 4)
    assert torch.equal(x, x_again) and torch.equal(ref, ref_again) and torch.equal(d, d_again)
    assert not torch.equal(x, pairs(Draw(0, 6), 4)[0][0])


def test_processes_share_one_batch(photographs, monkeypatch):
    pairs = Distorted(photographs, 32, judge=metrics.mse)
    (whole, _), d = pairs(Draw(0, 1), 4)
    monkeypatch.setattr(distributed, "world", lambda: 2)
    for rank in (0, 1):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        (part, _), d_part = pairs(Draw(0, 1), 4)
        assert torch.equal(part, whole[rank::2])
        torch.testing.assert_close(d_part, d[rank::2])


def test_fingerprint_tells_data_size_and_judge(photographs):
    same = [Distorted(photographs, 32, metrics.mse).fingerprint for _ in range(2)]
    others = [
        Distorted(photographs[:1], 32, metrics.mse).fingerprint,
        Distorted(photographs, 48, metrics.mse).fingerprint,
        Distorted(photographs, 32, metrics.rmse).fingerprint,
    ]
    assert same[0] == same[1]
    assert len({*same, *others}) == 4


def test_relative_error_counts_ratios():
    d = torch.tensor([0.1, 1.0])
    ten_percent = torch.log(torch.tensor(1.1))
    torch.testing.assert_close(relative_error(1.1 * d, d), ten_percent, rtol=0.02, atol=0)
    torch.testing.assert_close(relative_error(d, 1.1 * d), relative_error(1.1 * d, d))
    assert relative_error(d, d) == 0
    assert torch.isfinite(relative_error(torch.zeros(2), d))


def test_network_learns_what_the_judge_says(photographs):
    options = {"size": 32, "judge": metrics.mse, "batch": 8, "lr": 5e-3, "progress": False}
    net, history = distil(born(), photographs, n_steps=50, average=0.9, **options)
    assert history.last("loss", 10) < 0.7 * sum(history["loss"][:10]) / 10
    assert type(net) is nets.PerceptualDistance and not net.training
    again, _ = distil(born(), photographs, n_steps=2, **options)
    twice, _ = distil(born(), photographs, n_steps=2, **options)
    assert all(map(torch.equal, again.state_dict().values(), twice.state_dict().values()))


def test_interrupted_training_ends_with_the_same_bits(photographs, tmp_path):
    def stop(step, net):
        if step == 3:
            raise KeyboardInterrupt

    options = {"size": 32, "judge": metrics.mse, "batch": 4, "n_steps": 6, "progress": False}
    whole, _ = distil(born(), photographs, **options)
    options |= {"checkpoint": tmp_path / "checkpoint"}
    with pytest.raises(KeyboardInterrupt):
        distil(born(), photographs, callback=stop, **options)
    net, _ = distil(born(), photographs, resume=True, **options)
    assert all(map(torch.equal, net.state_dict().values(), whole.state_dict().values()))


def test_a_judge_without_its_file_is_told_before_the_work(photographs, tmp_path, monkeypatch):
    from mvacourse.storage import DownloadError

    monkeypatch.setenv("MVACOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("MVACOURSE_OFFLINE", "1")
    import_module("mvacourse.metrics.lpips")._model.cache_clear()
    file = tmp_path / "checkpoint"
    with pytest.raises(DownloadError, match="squeezenet"):
        distil(born(), photographs, size=32, n_steps=1, checkpoint=file, progress=False)
    assert not file.exists()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: Distorted([], 32, metrics.mse), "photographs is empty"),
        (lambda p: Distorted(p, 61, metrics.mse), "smaller than size = 61"),
        (lambda p: distil(born(), p, judge=metrics.mse, size=32, n_steps=0), "n_steps"),
        (lambda p: relative_error(torch.zeros(2), torch.zeros(3)), "d_hat has shape"),
    ],
)
def test_bad_input(call, words, photographs):
    with pytest.raises(ValueError, match=words):
        call(photographs)
