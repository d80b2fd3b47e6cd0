"""One step of each training that has one network: what goes in, the loss that it goes down."""

import math
import re
import sys
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from toy import RECIPES, images

from mvacourse import losses, train
from mvacourse.train.optim import descend


class Halfway(Exception):
    """Raised by a callback: enough has been seen."""


def watched(monkeypatch, name, network=None):
    """Note each call of the network that a recipe makes, and each loss that it goes down."""
    module = sys.modules[f"mvacourse.train.{name}"]
    seen = SimpleNamespace(calls=[], losses=[], rates=[], grads=[])

    def spy(optimiser, loss, net, clip=None):
        descend(optimiser, loss, net, clip)
        seen.losses.append(loss.item())
        seen.rates.append(optimiser.param_groups[0]["lr"])
        seen.grads.append(torch.cat([p.grad.flatten() for p in net.parameters()]).norm().item())

    monkeypatch.setattr(module, "descend", spy)
    if network:
        plain = getattr(module, network)

        class Seen(plain):
            def forward(self, *given):
                out = super().forward(*given)
                seen.calls.append((given, out))
                return out

        monkeypatch.setattr(module, network, Seen)
    return seen


def described(name):
    return getattr(train, name).__doc__


def levels(n=10):
    """Images that are grey all over, and which grey: n of them, from black to white."""
    return torch.linspace(0, 1, n)[:, None, None, None].expand(n, 1, 8, 8), torch.arange(n)


@pytest.mark.parametrize("options", [{"beta": 0.3}, {}])
def test_a_vae_goes_down_the_evidence_bound_of_its_own_output(options, monkeypatch):
    seen = watched(monkeypatch, "vae", "VAE")
    sizes = {"k": 3, "width": 8, "batch": 5}
    _, history = train.vae(levels()[0], n_steps=2, progress=False, **sizes, **options)
    for ((x, w), (x_hat, mu, logvar)), loss in zip(seen.calls, seen.losses, strict=True):
        assert x.shape == (5, 1, 8, 8) and w.shape == (5, 3)
        divergence = options.get("beta", 1.0) * losses.kl_normal(mu, logvar)
        assert loss == pytest.approx((losses.bce(x_hat, x) + divergence).item(), rel=1e-6)
    assert history["loss"] == seen.losses


def test_a_flow_goes_down_the_likelihood_of_its_own_output(monkeypatch):
    seen = watched(monkeypatch, "flow", "Flow")
    train.flow(levels()[0], width=4, depth=1, batch=5, n_steps=2, progress=False)
    for (_, (z, logdet)), loss in zip(seen.calls, seen.losses, strict=True):
        assert loss == pytest.approx(losses.flow_nll(z, logdet).item(), rel=1e-6)


@pytest.mark.parametrize("options", [{"noise": 0.25}, {}])
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_flow_sees_its_images_under_uniform_noise(level, options, monkeypatch):
    """x ↦ (1 − ν)x + νw: black becomes U(0, ν), white U(1 − ν, 1)."""
    seen, noise = watched(monkeypatch, "flow", "Flow"), options.get("noise", 1 / 32)
    x = torch.full((3, 1, 8, 8), level)
    train.flow(x, width=4, depth=1, batch=50, n_steps=1, progress=False, **options)
    w = (seen.calls[0][0][0] - (1 - noise) * level) / noise
    assert -1e-4 < w.min() < 0.01 and 0.99 < w.max() < 1 + 1e-4
    assert w.mean().item() == pytest.approx(0.5, abs=0.03)


def test_a_classifier_goes_down_the_cross_entropy_of_the_right_labels(monkeypatch):
    seen = watched(monkeypatch, "classifier", "Classifier")
    x, labels = levels()
    train.classifier(x, labels, width=2, n_steps=2, batch=5, progress=False)
    for ((x,), logits), loss in zip(seen.calls, seen.losses, strict=True):
        right = (9 * x[:, 0, 0, 0]).round().long()
        expected = -logits.log_softmax(1)[torch.arange(5), right].mean()
        assert loss == pytest.approx(expected.item(), rel=1e-6)


class Scale(nn.Module):
    """N(y) = a·y, a = 0 at first."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.tensor(0.0))

    def forward(self, y):
        return self.a * y


class Halved:
    """y = 2x."""

    fingerprint = "halved"

    def __init__(self):
        self.given = []

    def __call__(self, draw, batch):
        self.given.append(x := draw.uniform(batch, 1, 4, 4))
        return (2 * x,), x


@pytest.mark.parametrize("options", [{"loss": F.mse_loss}, {}])
def test_regression_goes_down_its_loss_which_is_the_mean_absolute_error(options, monkeypatch):
    seen, pairs = watched(monkeypatch, "regression"), Halved()
    train.regression(Scale(), pairs, n_steps=1, precision="float32", progress=False, **options)
    error = pairs.given[0].square() if options else pairs.given[0].abs()  # of N(y) = 0
    assert seen.losses == pytest.approx([error.mean().item()])


def test_regression_shortens_its_gradient_to_clip(monkeypatch):
    seen = watched(monkeypatch, "regression")
    options = {"n_steps": 3, "precision": "float32", "progress": False}
    for clip in (None, 0.1):
        train.regression(Scale(), Halved(), clip=clip, **options)
    assert min(seen.grads[:3]) > 0.5 and seen.grads[3:] == pytest.approx(3 * [0.1], rel=1e-4)


ONE_NETWORK = ["vae", "flow", "classifier", "regression"]


@pytest.mark.parametrize("options", [{"lr": 0.3}, {}])
@pytest.mark.parametrize("name", ONE_NETWORK)
def test_the_rate_falls_along_a_cosine_from_the_documented_one(name, options, monkeypatch):
    seen = watched(monkeypatch, name)
    told = re.search(r"\blr : float, default ([0-9.e-]+)", described(name))
    lr = options.get("lr", float(told[1]))
    RECIPES[name](4, progress=False, **options)
    assert seen.rates == pytest.approx([lr * (1 + math.cos(math.pi * k / 4)) / 2 for k in range(4)])


def test_regression_climbs_to_its_rate_first(monkeypatch):
    seen = watched(monkeypatch, "regression")
    RECIPES["regression"](4, progress=False, lr=0.1, warm_up=2)
    assert seen.rates == pytest.approx([0.05, 0.1, 0.1, 0.05])


def test_the_mean_of_regression_has_the_documented_memory(monkeypatch):
    told = []
    module = sys.modules["mvacourse.train.regression"]
    monkeypatch.setattr(module, "follow", lambda mean, net, average, step: told.append(average))
    RECIPES["regression"](1, progress=False)
    text = train.regression.__doc__
    assert told == [float(re.search(r"average : float, default ([0-9.]+)", text)[1])]


X, LABELS = images()
WHOLE = {
    "vae": lambda **given: train.vae(X, **given),
    "flow": lambda **given: train.flow(X, **given),
    "classifier": lambda **given: train.classifier(X, LABELS, **given),
    "gan": lambda **given: train.gan(X, **given),
    "conditional_gan": lambda **given: train.conditional_gan(X, LABELS, **given),
}


@pytest.mark.parametrize("name", list(WHOLE))
def test_data_alone_are_enough_to_begin(name):
    """The network is as large as it is by itself, or as documented, and learns at once."""
    made = []

    def stop(step, net):
        made.append(net)
        raise Halfway

    with pytest.raises(Halfway):
        WHOLE[name](callback=stop, progress=False)
    own = {**type(made[0])().arguments, "shape": list(X.shape[1:])}
    assert {**made[0].arguments, "shape": list(X.shape[1:])} == own
    for option, value in re.findall(r"\b(k|classes) : int, default (\d+)", described(name)):
        assert own[option] == int(value)
    assert all(torch.isfinite(p).all() for p in made[0].parameters())


@pytest.mark.parametrize("name", list(WHOLE))
def test_the_seed_is_zero_if_none_is_given(name):
    losses = [
        RECIPES[name](1, progress=False, **given)[-1]["loss"]
        for given in ({}, {"seed": 0}, {"seed": 1})
    ]
    assert losses[0] == losses[1] != losses[2]


def test_regression_needs_neither_seed_nor_batch():
    given = {"n_steps": 2, "progress": False}
    losses = [
        train.regression(Scale(), Halved(), **given, **o)[1]["loss"] for o in ({}, {"seed": 0})
    ]
    assert losses[0] == losses[1] and all(math.isfinite(value) for value in losses[0])


@pytest.mark.parametrize("name", ONE_NETWORK)
def test_the_random_numbers_go_to_the_device(name, monkeypatch):
    told, module = [], sys.modules[f"mvacourse.train.{name}"]
    plain = module.Run
    monkeypatch.setattr(module, "Run", lambda *a, **given: told.append(given) or plain(*a, **given))
    RECIPES[name](1, progress=False, device="cpu:0", seed=3)
    assert told[0]["device"] == torch.device("cpu:0") and told[0]["seed"] == 3


@pytest.mark.parametrize("name", ["gan", "conditional_gan"])
def test_a_discriminator_is_as_large_as_it_is_by_itself(name):
    D = WHOLE[name](n_steps=1, batch=2, progress=False)[1]
    own = type(D)().arguments
    assert {**D.arguments, "shape": None} == {**own, "shape": None}
