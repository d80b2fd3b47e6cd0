"""The training of weak transport: seeds, resumption, and which arguments are refused."""

from functools import partial

import pytest
import torch
from toy import assert_equal, states

from mvacourse import nets, train
from mvacourse.nets import PotentialMLP, TransportMLP
from mvacourse.train import CheckpointError
from mvacourse.train.weak_ot import push
from mvacourse.transport import d2_gaussian, weak_cost


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def toy(n_steps=20, *, seed=0, **options):
    with train.seeded(seed):
        T, f = TransportMLP(2, 2, width=8), PotentialMLP(2, width=8)
    options = {"cost": partial(weak_cost, gamma=0.5), "n_T": 2, "batch": 8, **options}
    options = {"z_dim": 2, "n_steps": n_steps, "seed": seed, "progress": False, **options}
    return train.weak_ot(T, f, normal(50, 2), 2 * normal(60, 2, seed=1), **options)


def test_draws_stand_beside_their_point():
    x, z = normal(3, 2), normal(3, 4, 2, seed=1)
    y = push(lambda x, z: 10 * x + z, x, z)
    assert torch.equal(y, 10 * x[:, None] + z)


def test_t_steps_n_t_times_and_f_once():
    calls = []

    class Told(PotentialMLP):
        def forward(self, y):
            calls.append((len(y), all(p.requires_grad for p in self.parameters())))
            return super().forward(y)

    options = {"cost": partial(weak_cost, gamma=0.5), "z_dim": 2, "batch": 8, "progress": False}
    train.weak_ot(
        TransportMLP(2), Told(2), normal(9, 2), normal(9, 2), n_T=3, n_z=5, n_steps=1, **options
    )
    assert calls[:3] == [(40, False)] * 3
    assert sorted(calls[3:]) == [(8, True), (40, True)]


def test_the_given_networks_are_left_as_they_are():
    T, f = TransportMLP(2), PotentialMLP(2)
    before = {**T.state_dict(), **{f"f.{key}": p for key, p in f.state_dict().items()}}
    before = {key: p.clone() for key, p in before.items()}
    options = {"cost": partial(weak_cost, gamma=0.0), "z_dim": 2, "n_steps": 2, "progress": False}
    train.weak_ot(T, f, normal(9, 2), normal(9, 2), **options)
    after = {**T.state_dict(), **{f"f.{key}": p for key, p in f.state_dict().items()}}
    assert all(torch.equal(p, before[key]) for key, p in after.items())


def test_same_seed_gives_same_weights_and_another_does_not():
    torch.manual_seed(1)
    once, state = states(toy(5, seed=3)), torch.get_rng_state()
    assert_equal(once, states(toy(5, seed=3)))
    assert torch.equal(torch.get_rng_state(), state), "torch's own generator is left alone"
    other = states(toy(5, seed=4))
    assert not all(torch.equal(once[key], other[key]) for key in once)


def test_resumed_equals_uninterrupted_bit_for_bit(tmp_path):
    def stop(step, net):
        if step == 8:
            raise KeyboardInterrupt

    file = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt, match="after step 8 of 20; .*checkpoint holds step 8"):
        toy(checkpoint=file, save_every=0, callback=stop)
    resumed = toy(checkpoint=file, save_every=0, resume=True)
    assert_equal(states(resumed), states(toy()))
    assert_equal(states(toy(checkpoint=file, resume=True)), states(resumed))


def test_networks_come_back_ready_for_use():
    seen = []
    *made, history = toy(4, callback=lambda step, net: seen.append((step, type(net).__name__)))
    assert seen == [(step, "TransportMLP") for step in range(1, 5)]
    assert [len(history[name]) for name in ("loss", "cost")] == [4, 4]
    for net in made:
        assert not net.training
        assert type(net).__name__ in nets.__all__
        assert all(p.requires_grad for p in net.parameters())
        type(net)(**net.arguments).load_state_dict(net.state_dict())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cost": partial(weak_cost, gamma=0.6)}, "cost"),
        ({"cost": partial(weak_cost, gamma=0.5, d2=partial(d2_gaussian, width=2.0))}, "cost"),
        ({"n_T": 3}, "n_T"),
        ({"n_z": 2}, "n_z"),
        ({"average": 0.5}, "average"),
    ],
)
def test_a_checkpoint_of_other_arguments_is_refused(change, word, tmp_path):
    def stop(step, net):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toy(4, checkpoint=tmp_path / "c", callback=stop)
    with pytest.raises(CheckpointError, match=f"{word} = "):
        toy(4, checkpoint=tmp_path / "c", resume=True, **change)


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        (normal(9, 3), {}, "one size"),
        (normal(0, 2), {}, "source is"),
        (torch.zeros(9, 2).long(), {}, "floating-point"),
        (normal(9, 2) / 0, {}, "source holds"),
        (normal(9, 2), {"average": 1.0}, "average"),
        (normal(9, 2), {"n_T": 0}, "n_T"),
        (normal(9, 2), {"n_z": 0}, "n_z"),
        (normal(9, 2), {"n_z": 1}, "1 draws"),
        (normal(9, 2), {"z_dim": 3}, "z has shape"),
        (normal(9, 2), {"z_dim": 0}, "z_dim"),
        (normal(9, 2), {"n_steps": 0}, "n_steps"),
        (normal(9, 2), {"lr": 0.0}, "lr"),
    ],
)
def test_bad_input(source, options, words):
    given = {"cost": partial(weak_cost, gamma=0.5), "z_dim": 2, "n_steps": 1, **options}
    with pytest.raises(ValueError, match=words):
        train.weak_ot(
            TransportMLP(2), PotentialMLP(2), source, normal(9, 2), progress=False, **given
        )
