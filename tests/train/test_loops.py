"""Trainings on toy data: the loss decreases, a seed determines everything, and they resume."""

import pytest
import torch
from no_float64 import metal
from toy import RECIPES, assert_equal, images, states

from mvacourse import nets, train


@pytest.fixture(params=list(RECIPES))
def recipe(request):
    def call(*args, **options):
        return RECIPES[request.param](*args, **{"progress": False, **options})

    return call


@pytest.mark.parametrize("name", ["vae", "flow", "classifier", "regression"])
def test_loss_falls(name):
    history = RECIPES[name](80, progress=False, lr=1e-2)[-1]
    assert len(history["loss"]) == 80
    first, last = sum(history["loss"][:10]) / 10, history.last("loss", 10)
    assert last < 0.8 * first if first > 0 else last < first
    assert history.seconds > 0


@pytest.mark.parametrize("name", ["vae", "flow", "regression"])
def test_a_device_without_float64_trains_as_well(name):
    # processors that have bfloat16 would use it, and the emulated device does not
    options = {"precision": "float32"} if name == "regression" else {}
    with metal() as device:
        found = RECIPES[name](2, device=device, progress=False, **options)[-1]
    expected = RECIPES[name](2, progress=False, **options)[-1]["loss"]
    assert found["loss"] == pytest.approx(expected, rel=1e-4)


def test_gan_comes_near_the_data():
    x = images()[0]
    options = {"k": 4, "width": 8, "width_D": 8, "batch": 16, "lr": 1e-2, "average": 0.9}
    G = train.gan(x, n_steps=120, progress=False, **options)[0]
    with torch.no_grad():
        fake = G(torch.randn(64, 4, generator=torch.Generator().manual_seed(0)))

    def distance(y):
        return float(torch.cdist(y.flatten(1), x.flatten(1)).amin(1).mean())

    born = train.gan(x, n_steps=1, progress=False, **options)[0]
    with torch.no_grad():
        before = born(torch.randn(64, 4, generator=torch.Generator().manual_seed(0)))
    assert distance(fake) < 0.6 * distance(before)


def test_same_seed_gives_same_weights_and_another_does_not(recipe):
    torch.manual_seed(1)
    once = states(recipe(5, seed=3))
    state = torch.get_rng_state()
    twice = states(recipe(5, seed=3))
    assert_equal(once, twice)
    assert torch.equal(torch.get_rng_state(), state), "torch's own generator is left alone"
    other = states(recipe(5, seed=4))
    assert not all(torch.equal(once[key], other[key]) for key in once)


def test_resumed_equals_uninterrupted_bit_for_bit(recipe, tmp_path):
    def stop(step, net):
        if step == 4:
            raise KeyboardInterrupt

    file = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt, match="after step 4 of 10; .*checkpoint holds step 4"):
        recipe(10, checkpoint=file, save_every=0, callback=stop)
    resumed = recipe(10, checkpoint=file, save_every=0, resume=True)
    assert_equal(states(resumed), states(recipe(10)))
    assert_equal(states(recipe(10, checkpoint=file, resume=True)), states(resumed))


def test_networks_come_back_ready_for_use(recipe):
    *made, _ = recipe(2)
    for net in made:
        assert not net.training
        assert type(net).__name__ in nets.__all__
        assert all(p.requires_grad for p in net.parameters())
        again = type(net)(**net.arguments)
        again.load_state_dict(net.state_dict())


def test_callback_sees_every_step(recipe):
    seen = []
    recipe(4, callback=lambda step, net: seen.append((step, type(net).__name__)))
    assert [step for step, _ in seen] == [1, 2, 3, 4]
    assert seen[0][1] in nets.__all__


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: train.vae(255 * x), "images .* 0–255"),
        (lambda x: train.vae(x[0]), "images has shape"),
        (lambda x: train.vae(x, n_steps=0), "n_steps"),
        (lambda x: train.vae(x, lr=0.0), "lr"),
        (lambda x: train.vae(x, seed=-1), "seed"),
        (lambda x: train.flow(x, noise=0.0), "noise"),
        (lambda x: train.gan(x[..., :6]), "4 must divide"),
        (lambda x: train.gan(x, gamma=-1.0), "gamma"),
        (lambda x: train.gan(x, average=1.0), "average"),
        (lambda x: train.gan(x, penalty_every=0), "penalty_every"),
        (lambda x: train.classifier(x, torch.zeros(3).long()), "labels have shape"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call(images()[0])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_a_gpu_trains_as_the_cpu_does(recipe, request, monkeypatch, tmp_path):
    """In float32 proper: neither bfloat16 nor TF32.

    Of the flow the losses are compared, not the weights: its skew starts with gradients that are
    nothing but rounding, and Adam makes whole steps of them.
    """
    name = request.node.callspec.params["recipe"]
    exact = {"precision": "float32"} if name in ("regression", "srgan", "pix2pix") else {}
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    there, here = (
        recipe(5, device="cuda", checkpoint=tmp_path / "checkpoint", **exact),
        recipe(5, **exact),
    )
    assert next(there[0].parameters()).is_cuda
    for key, column in here[-1].items():
        assert there[-1][key] == pytest.approx(column, rel=1e-3, abs=1e-4), key
    if name != "flow":
        found = states(there)
        for key, value in states(here).items():
            torch.testing.assert_close(found[key].cpu(), value, rtol=1e-2, atol=1e-3, msg=key)
