"""Supervised restoration: what is minimised and returned, and which arguments are refused."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from toy import Noisy

from mvacourse import train
from mvacourse.train import CheckpointError
from mvacourse.train.optim import anneal, descend, follow


class Scale(nn.Module):
    """N(y) = a·y: the best a is known."""

    def __init__(self, a=0.0):
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, y):
        return self.a * y


class Halved:
    """y = 2x, so that the best a is ½."""

    fingerprint = "halved"

    def __call__(self, draw, batch):
        x = draw.uniform(batch, 1, 4, 4)
        return (2 * x,), x


OPTIONS = {"batch": 4, "progress": False, "precision": "float32"}


@pytest.mark.parametrize("loss", [F.l1_loss, F.mse_loss])
def test_it_finds_the_best_network_of_its_family(loss):
    net, history = train.regression(
        Scale(), Halved(), loss=loss, n_steps=300, lr=0.02, average=0.9, **OPTIONS
    )
    assert net.a.item() == pytest.approx(0.5, abs=5e-3)
    assert not net.training
    assert history["loss"][-1] < 0.02 * history["loss"][0]


class TwoSizes:
    """Half of the images are a hundred times brighter; y = 2x for the dark, 4x for the bright."""

    fingerprint = "two sizes"

    def __call__(self, draw, batch):
        bright = (draw.uniform(batch, 1, 1, 1) < 0.5).float()
        x = draw.uniform(batch, 1, 4, 4) * (1 + 99 * bright)
        return ((2 + 2 * bright) * x, 1 + 99 * bright), x


class Told(Scale):
    def forward(self, y, size):
        return super().forward(y)


def size_of(y, size):
    return size


@pytest.mark.parametrize(("scale", "best"), [(None, 0.25), (size_of, 0.3)])
def test_divided_by_their_size_large_and_small_errors_count_alike(scale, best):
    """min (2a − 1)²·d + (4a − 1)²·b: a = (2d + 4b)/(4d + 16b), d = b with the scale."""
    options = {**OPTIONS, "batch": 64, "loss": F.mse_loss}
    net, _ = train.regression(
        Told(), TwoSizes(), scale=scale, n_steps=300, lr=0.02, average=0.9, **options
    )
    assert net.a.item() == pytest.approx(best, abs=0.01)


@pytest.mark.parametrize(
    ("scale", "error", "words"),
    [
        (2.0, TypeError, "scale is a float"),
        (lambda y: 0 * y, ValueError, "must be positive"),
        (lambda y: float("nan") * y, ValueError, "must be positive"),
        (lambda y: y[..., :3] + 1, ValueError, "must broadcast to x"),
        (lambda y: 1.0, TypeError, "scale"),
    ],
)
def test_a_bad_scale_is_refused(scale, error, words):
    with pytest.raises(error, match=words):
        train.regression(Scale(), Halved(), scale=scale, n_steps=2, **OPTIONS)


def test_the_given_network_is_left_as_it_is():
    start = Scale(0.1)
    train.regression(start, Halved(), n_steps=3, **OPTIONS)
    assert start.a.item() == pytest.approx(0.1)


def test_without_average_the_last_weights_come_back():
    last = {}
    options = {**OPTIONS, "n_steps": 5, "lr": 0.1}
    sharp, _ = train.regression(Scale(), Halved(), average=0.0, **options)
    mean, _ = train.regression(
        Scale(),
        Halved(),
        average=0.9,
        callback=lambda k, net: last.update({k: net.a.item()}),
        **options,
    )
    assert last[5] == mean.a.item() != sharp.a.item()


def test_bfloat16_is_near_float32():
    nets = [
        train.regression(Scale(), Halved(), n_steps=40, lr=0.05, **{**OPTIONS, "precision": p})[0]
        for p in ("float32", "bfloat16")
    ]
    assert nets[1].a.item() == pytest.approx(nets[0].a.item(), rel=0.02)


@pytest.mark.parametrize("change", ["pairs", "net", "loss", "lr"])
def test_a_checkpoint_of_other_arguments_is_refused(change, tmp_path):
    def stop(step, net):
        if step == 2:
            raise KeyboardInterrupt

    def run(net=None, pairs=None, **options):
        given = {**OPTIONS, "n_steps": 4, "checkpoint": tmp_path / "c", **options}
        return train.regression(net or Scale(), pairs or Halved(), **given)

    with pytest.raises(KeyboardInterrupt):
        run(callback=stop)
    other = {"pairs": Noisy(), "net": Scale(0.3), "loss": F.mse_loss, "lr": 0.5}[change]
    with pytest.raises(CheckpointError, match=f"{change} = "):
        run(resume=True, **{change: other})


def test_a_checkpoint_tells_a_partial_loss_from_another(tmp_path):
    def stop(step, net):
        raise KeyboardInterrupt

    def run(beta, **options):
        loss = partial(F.smooth_l1_loss, beta=beta)
        given = {**OPTIONS, "n_steps": 4, "checkpoint": tmp_path / "c", "loss": loss}
        return train.regression(Scale(), Halved(), **given, **options)

    with pytest.raises(KeyboardInterrupt):
        run(0.5, callback=stop)
    with pytest.raises(CheckpointError, match=r"loss = 'smooth_l1_loss\(beta=0.5\)', not"):
        run(0.1, resume=True)
    run(0.5, resume=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"average": 1.0}, "average = 1.0"),
        ({"warm_up": 5}, "warm_up = 5 must be less than n_steps = 5"),
        ({"warm_up": -1}, "warm_up"),
        ({"n_steps": 0}, "n_steps"),
        ({"lr": -1.0}, "lr"),
        ({"precision": "half"}, "precision"),
        ({"clip": 0.0}, "clip"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        train.regression(Scale(), Halved(), **{**OPTIONS, "n_steps": 5, **options})


def test_an_answer_of_another_shape_is_refused():
    class Cut(Halved):
        def __call__(self, draw, batch):
            (y,), x = super().__call__(draw, batch)
            return (y[..., :2],), x

    with pytest.raises(ValueError, match=r"net\(\*inputs\)"):
        train.regression(Scale(), Cut(), n_steps=1, **OPTIONS)


def test_the_rate_climbs_and_falls():
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    rates = []
    for step in range(1, 21):
        anneal(optimiser, 2.0, step, 20, warm_up=4)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates[:4] == pytest.approx([0.5, 1.0, 1.5, 2.0])
    assert rates[4] == pytest.approx(2.0)
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert rates[-1] < 0.05


def test_the_running_mean_follows_weights_and_copies_buffers():
    net, mean = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    with torch.no_grad():
        net.weight.fill_(3.0)
        net.running_mean.fill_(7.0)
    follow(mean, net, 0.75)
    assert mean.weight.tolist() == [1.5, 1.5]
    assert mean.running_mean.tolist() == [7.0, 7.0]


def test_frozen_weights_are_refused():
    with pytest.raises(ValueError, match=r"frozen.*requires_grad_"):
        train.regression(Scale().requires_grad_(False), Halved(), n_steps=2, **OPTIONS)


def test_what_is_frozen_stays_and_the_rest_learns():
    net = nn.Sequential(Scale(0.2), Scale(0.2))
    net[0].requires_grad_(False)
    learned, _ = train.regression(net, Halved(), n_steps=3, **OPTIONS)
    assert learned[0].a == net[0].a and learned[1].a != net[1].a


@pytest.mark.parametrize(("slope", "moved"), [(100.0, 0.5), (0.3, 0.3)])
def test_a_long_gradient_is_shortened_and_a_short_one_is_not(slope, moved):
    net = Scale()
    descend(torch.optim.SGD(net.parameters(), lr=1.0), slope * net.a, net, clip=0.5)
    assert net.a.item() == pytest.approx(-moved)


def test_clipping_is_part_of_what_a_checkpoint_tells(tmp_path):
    file = tmp_path / "run"
    train.regression(Scale(), Halved(), n_steps=4, checkpoint=file, clip=1.0, **OPTIONS)
    with pytest.raises(CheckpointError, match="clip"):
        train.regression(Scale(), Halved(), n_steps=6, checkpoint=file, resume=True, **OPTIONS)
