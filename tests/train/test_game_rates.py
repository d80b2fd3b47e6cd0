"""What is alike in all games: who learns from whom, at what rate, and what is returned."""

import math
import re
import sys
from itertools import pairwise

import pytest
import torch
from games import DESCRIBED, Painter, Watch


@pytest.fixture(params=list(DESCRIBED))
def name(request):
    return request.param


def documented(name, option):
    """The default value that the description of a recipe gives."""
    text = DESCRIBED[name].__doc__
    return float(re.search(rf"\b{option} : float, default ([0-9.e-]+)", text)[1])


def test_only_its_own_loss_reaches_g(name, monkeypatch):
    events = [e for e in Watch(monkeypatch, name, n_steps=2).events if e != "back to D"]
    assert events.count("back to G") == events.count("G goes down") == 2
    assert all(a == "G goes down" for a, b in pairwise(events) if b == "back to G")


def test_d_is_held_while_g_learns_from_it(name, monkeypatch):
    learns = [seen.learns for seen in Watch(monkeypatch, name, n_steps=2).through["D"]]
    assert sorted(learns[:3]) == sorted(learns[3:]) == [False, True, True]


@pytest.mark.parametrize("options", [{"lr": 0.3}, {}])
def test_both_rates_fall_along_a_cosine(options, name, monkeypatch):
    lr = options.get("lr", documented(name, "lr"))
    watch = Watch(monkeypatch, name, n_steps=4, **options)
    expected = [lr * (1 + math.cos(math.pi * k / 4)) / 2 for k in range(4)]
    for steps in watch.down.values():
        assert [step.rate for step in steps] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "option"), [("pix2pix", "lr_D"), ("srgan", "lr_D"), ("weak_ot", "lr_f")]
)
def test_d_may_have_its_own_rate(name, option, monkeypatch):
    watch = Watch(monkeypatch, name, lr=0.01, **{option: 0.4})
    assert (watch.down["G"][0].rate, watch.down["D"][0].rate) == (0.01, 0.4)


def test_pix2pix_lets_both_rates_climb_first(monkeypatch):
    watch = Watch(monkeypatch, "pix2pix", n_steps=4, lr=0.01, warm_up=2)
    for steps in watch.down.values():
        assert [step.rate for step in steps] == pytest.approx([0.005, 0.01, 0.01, 0.005])


def test_adam_forgets_as_fast_as_documented(name, monkeypatch):
    text = " ".join(DESCRIBED[name].__doc__.split())
    told = re.search(r"Adam \(β₁ = ([0-9.]+)(?:, β₂ = ([0-9.]+))?\)", text)
    expected = (float(told[1]), float(told[2] or 0.999)) if told else (0.9, 0.999)
    for (step,) in Watch(monkeypatch, name).down.values():
        assert step.betas == expected


@pytest.mark.parametrize("average", [0.0, 0.3])
def test_what_is_returned_is_the_running_mean_of_g(average, name, monkeypatch):
    """Its memory is at most (1 + k)/(10 + k) in step k."""
    watch = Watch(monkeypatch, name, n_steps=4, lr=0.01, average=average)
    mean = Painter().a.detach().double()
    for k, step in enumerate(watch.down["G"], start=1):
        a = min(average, (1 + k) / (10 + k))
        mean = a * mean + (1 - a) * step.weights[0]
    G, D = watch.made
    torch.testing.assert_close(G.a.detach(), mean, rtol=1e-6, atol=0)
    if name != "weak_ot":
        assert torch.equal(D.w, watch.down["D"][-1].weights[0])
    assert not G.training and not D.training


def test_the_running_mean_has_the_documented_memory(name, monkeypatch):
    told = []
    module = sys.modules[f"mvacourse.train.{name}"]
    monkeypatch.setattr(module, "follow", lambda mean, net, average, step: told.append(average))
    Watch(monkeypatch, name)
    assert set(told) == {documented(name, "average")}


def test_t_goes_down_as_often_as_documented_for_each_step_of_f(monkeypatch):
    watch = Watch(monkeypatch, "weak_ot", n_T=None)
    told = re.search(r"n_T : int, default (\d+)", DESCRIBED["weak_ot"].__doc__)
    assert [len(watch.down[role]) for role in "GD"] == [int(told[1]), 1]


def test_without_a_batch_there_are_still_several_examples(name, monkeypatch):
    watch = Watch(monkeypatch, name, batch=None)
    assert min(len(seen.given[0]) for seen in watch.through["D"]) > 1
    assert all(math.isfinite(step.loss) for steps in watch.down.values() for step in steps)


def test_the_seed_is_zero_if_none_is_given(name, monkeypatch):
    losses = [Watch(monkeypatch, name, seed=seed).history["loss"] for seed in (None, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


def test_the_random_numbers_go_to_the_device(name, monkeypatch):
    told, module = [], sys.modules[f"mvacourse.train.{name}"]
    plain = module.Run
    monkeypatch.setattr(module, "Run", lambda *a, **given: told.append(given) or plain(*a, **given))
    Watch(monkeypatch, name, device="cpu:0", seed=3)
    assert told[0]["device"] == torch.device("cpu:0") and told[0]["seed"] == 3
