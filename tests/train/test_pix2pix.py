"""Pairs of label maps and photographs, and the effect of each loss in pix2pix."""

import copy

import pytest
import torch
from toy import assert_equal, label_maps, states, train_pix2pix

from mvacourse import train
from mvacourse.nets import PatchGAN, Pix2PixUNet, one_hot
from mvacourse.train import CheckpointError, Labelled
from mvacourse.train.seeds import Draw

LABELS, PHOTOGRAPHS = label_maps()
OPTIONS = {"batch": 8, "progress": False, "precision": "float32"}


def nets(n_layers=1):
    with train.seeded(0):
        return Pix2PixUNet(2, 1, width=4, n_scales=2), PatchGAN(3, width=4, n_layers=n_layers)


# The pairs


def test_a_pair_is_a_label_map_and_its_photograph():
    (x,), y = Labelled(LABELS, PHOTOGRAPHS, 2)(Draw(0, 1), 16)
    assert x.shape == (16, 2, 8, 8) and y.shape == (16, 1, 8, 8)
    assert torch.equal(x[:, 1:], (y > 0).float()), "mirrored together"
    (y_again,), x_again = Labelled(LABELS, PHOTOGRAPHS, 2, to="labels")(Draw(0, 1), 16)
    assert torch.equal(x_again, x) and torch.equal(y_again, y)


def test_half_of_the_pairs_are_mirrored():
    ramp = torch.linspace(0, 1, 8).expand(1, 1, 8, 8)
    _, y = Labelled(torch.zeros(1, 8, 8).long(), ramp, 1)(Draw(0, 1), 400)
    mirrored = y[:, 0, 0, 0] == 1
    assert mirrored.float().mean().item() == pytest.approx(0.5, abs=0.08)
    assert torch.equal(y[~mirrored][0], ramp[0])


def test_a_label_map_may_be_a_picture():
    picture = torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    (x,), y = Labelled(picture, picture[:, :1])(Draw(0, 1), 16)
    assert torch.equal(x[:, :1], y) and x.shape == (16, 3, 8, 8)


def test_windows_of_map_and_photograph_are_the_same_ones():
    at = torch.arange(64.0).view(1, 1, 8, 8) / 64
    (x,), y = Labelled(at, at, size=5)(Draw(0, 1), 300)
    assert torch.equal(x, y) and y.shape == (300, 1, 5, 5)
    mirrored = y[:, 0, 0, 0] > y[:, 0, 0, 4]
    corners = torch.where(mirrored, y[:, 0, 0, 4], y[:, 0, 0, 0]) * 64
    assert {int(c) for c in corners} == {8 * i + j for i in range(4) for j in range(4)}
    first = y[~mirrored][0, 0]
    torch.testing.assert_close(first - first[0, 0], at[0, 0, :5, :5]), "a window, as it is"
    whole = Labelled(at, at, size=8)(Draw(0, 1), 4)[1]
    assert torch.equal(whole, Labelled(at, at)(Draw(0, 1), 4)[1])


def test_the_fingerprint_tells_data_and_direction():
    prints = [
        Labelled(LABELS, PHOTOGRAPHS, 2).fingerprint,
        Labelled(LABELS, PHOTOGRAPHS, 3).fingerprint,
        Labelled(LABELS, PHOTOGRAPHS, 2, to="labels").fingerprint,
        Labelled(LABELS, PHOTOGRAPHS / 2, 2).fingerprint,
        Labelled(LABELS.flip(0), PHOTOGRAPHS, 2).fingerprint,
        Labelled(LABELS, PHOTOGRAPHS, 2, size=4).fingerprint,
    ]
    assert len(set(prints)) == 6
    assert prints[0] == Labelled(LABELS.clone(), PHOTOGRAPHS.clone(), 2).fingerprint


# The recipe


class Coin:
    """y is black or white all over, three times out of ten white; x says nothing."""

    fingerprint = "coin"

    def __call__(self, draw, batch):
        y = (draw.uniform(batch, 1, 1, 1) < 0.3).float().expand(-1, 1, 8, 8)
        return (torch.ones(len(y), 2, 8, 8),), y


def test_l1_alone_gives_the_median():
    G, D, history = train.pix2pix(nets()[0], None, Coin(), n_steps=150, lr=1e-2, **OPTIONS)
    assert D is None and set(history["loss_D"]) == {0.0}
    assert G(torch.ones(1, 2, 8, 8)).max() < 0.1, "black is right more often than white"
    assert history.last("l1", 50) == pytest.approx(0.3, abs=0.06)


def test_without_a_discriminator_the_loss_is_lambda_l1():
    _, _, history = train.pix2pix(nets()[0], None, Coin(), lam=3.0, n_steps=2, **OPTIONS)
    assert history.last("loss") == pytest.approx(3 * history.last("l1"), rel=1e-6)
    assert history.last("loss_D") == 0


def test_with_a_discriminator_there_is_more_variance_than_l1_leaves():
    found = {}
    for lam in (0.0, 1000.0):
        G = train.pix2pix(*nets(0), Speckle(), lam=lam, n_steps=100, lr=1e-2, **OPTIONS)[0]
        found[lam] = G(torch.ones(8, 2, 16, 16), 0).std().item()
    assert found[0.0] > 0.15 > 0.05 > found[1000.0]


class Speckle:
    """y is white noise, which no x can tell."""

    fingerprint = "speckle"

    def __call__(self, draw, batch):
        y = draw.uniform(batch, 1, 16, 16)
        return (torch.ones(len(y), 2, 16, 16),), y


def test_the_first_weights_are_left_alone():
    G, D = nets()
    before = copy.deepcopy([G.state_dict(), D.state_dict()])
    made = train.pix2pix(G, D, Labelled(LABELS, PHOTOGRAPHS, 2), n_steps=3, **OPTIONS)
    for net, state, learned in zip((G, D), before, made):
        assert all(torch.equal(v, state[k]) for k, v in net.state_dict().items())
        assert any(not torch.equal(v, state[k]) for k, v in learned.state_dict().items())


def test_the_painted_squares_are_bright():
    G = train_pix2pix(100, lr=1e-2, progress=False)[0]
    y = G(one_hot(LABELS, 2))[:, 0]
    assert y[LABELS == 1].mean() > 0.6 and y[LABELS == 0].mean() < 0.2


def test_other_arguments_are_refused_by_a_checkpoint(tmp_path):
    file = tmp_path / "checkpoint"
    train_pix2pix(2, checkpoint=file, progress=False)
    for other in (
        {"lam": 1.0},
        {"lr": 1e-4},
        {"lr_D": 1e-4},
        {"warm_up": 1},
        {"batch": 4},
        {"average": 0.5},
        {"precision": "bfloat16"},
    ):
        (name,) = other
        with pytest.raises(CheckpointError, match=f"{name} = "):
            train_pix2pix(2, checkpoint=file, resume=True, progress=False, **other)
    pairs = Labelled(LABELS, PHOTOGRAPHS, 2)
    for G, D, name in ((nets()[0], None, "D"), (nets(0)[0], nets(0)[1], "D")):
        with pytest.raises(CheckpointError, match=f"{name} = "):
            train.pix2pix(G, D, pairs, n_steps=2, checkpoint=file, resume=True, **OPTIONS)


def test_a_flag_that_leaves_the_weights_equal_is_told_apart(tmp_path):
    file, pairs = tmp_path / "checkpoint", Labelled(LABELS, PHOTOGRAPHS, 2)
    with train.seeded(0):
        G = Pix2PixUNet(2, 1, width=4, n_scales=2)
    train.pix2pix(G, None, pairs, n_steps=2, checkpoint=file, **OPTIONS)
    with train.seeded(0):
        other = Pix2PixUNet(2, 1, width=4, n_scales=2, dropout=0.1)
    with pytest.raises(CheckpointError, match="G = "):
        train.pix2pix(other, None, pairs, n_steps=2, checkpoint=file, resume=True, **OPTIONS)


def test_l1_alone_resumes_bit_for_bit(tmp_path):
    def recipe(**options):
        pairs = Labelled(LABELS, PHOTOGRAPHS, 2)
        G, _, history = train.pix2pix(nets()[0], None, pairs, n_steps=6, **OPTIONS, **options)
        return states((G, history))

    def stop(step, net):
        if step == 4:
            raise KeyboardInterrupt

    file = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt):
        recipe(checkpoint=file, save_every=0, callback=stop)
    assert_equal(recipe(checkpoint=file, resume=True), recipe())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Labelled(LABELS, PHOTOGRAPHS), "classes is missing"),
        (lambda: Labelled(LABELS, PHOTOGRAPHS, 1), "from 0 to 1: with classes = 1"),
        (lambda: Labelled(LABELS, PHOTOGRAPHS, 2, size=9), "size = 9 does not fit .* 8×8"),
        (lambda: Labelled(LABELS, PHOTOGRAPHS, 2, size=0), "size"),
        (lambda: Labelled(LABELS[1:], PHOTOGRAPHS, 2), "a map of the same size for each"),
        (lambda: Labelled(LABELS, PHOTOGRAPHS[..., 1:], 2), "a map of the same size"),
        (lambda: Labelled(LABELS, 255 * PHOTOGRAPHS, 2), "photographs .* 0–255"),
        (
            lambda: Labelled(LABELS, PHOTOGRAPHS, 2, to="label"),
            "choose one of 'photographs', 'labels'",
        ),
        (lambda: train_pix2pix(lam=-1.0), "lam = -1.0"),
        (lambda: train_pix2pix(warm_up=20), "warm_up = 20 must be less than n_steps = 20"),
        (lambda: train_pix2pix(average=1.0), "average = 1.0"),
        (lambda: train_pix2pix(lr=0.0), "lr = 0.0"),
        (lambda: train_pix2pix(lr_D=0.0), "lr_D = 0.0"),
        (lambda: train_pix2pix(precision="half"), "precision = 'half'"),
        (lambda: train.pix2pix(nets()[0], None, Coin(), lam=0.0, n_steps=2), "nothing to learn"),
        (
            lambda: train.pix2pix(
                *nets(), Labelled(LABELS, PHOTOGRAPHS.repeat(1, 2, 1, 1), 2), n_steps=2, **OPTIONS
            ),
            r"G\(x\) has shape .* y has shape",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
