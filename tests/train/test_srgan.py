"""SRGAN: the losses that both networks minimise, and which arguments are refused."""

import pytest
import torch
from torch import nn
from toy import images

from mvacourse import train
from mvacourse.nets import PatchGAN, vgg_features
from mvacourse.train import CheckpointError

OPTIONS = {"batch": 8, "progress": False, "precision": "float32"}


class Brightness:
    """x is white or black, y says nothing: the mean square wants grey, D wants either."""

    fingerprint = "brightness"

    def __call__(self, draw, batch):
        x = (draw.uniform(batch, 1, 1, 1) < 0.5).float().expand(-1, 1, 4, 4)
        return (draw.normal(batch, 1, 4, 4),), x


class Constant(nn.Module):
    """G(y) = a everywhere: one number is all that it learns."""

    def __init__(self, a=0.4):
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, y):
        return self.a.expand_as(y)


class Contrast(nn.Module):
    """D's logit is b + c(x̄ − ½)²: what is far from grey looks real."""

    def __init__(self):
        super().__init__()
        self.b, self.c = (nn.Parameter(torch.tensor(v)) for v in (0.0, 0.0))

    def forward(self, x):
        return self.b + self.c * (x.mean((1, 2, 3)) - 0.5).square()


def play(adversarial, n_steps=150, **options):
    given = {**OPTIONS, "lr": 0.02, "average": 0.0, **options}
    return train.srgan(
        Constant(), Contrast(), Brightness(), adversarial=adversarial, n_steps=n_steps, **given
    )


def test_without_an_adversary_g_gives_the_mean_and_with_it_leaves_it():
    G, _, history = play(0.0)
    assert G.a.item() == pytest.approx(0.5, abs=0.05)
    assert history["loss"] == history["content"]
    G, D, history = play(10.0)
    assert abs(G.a.item() - 0.5) > 0.2
    assert D.c.item() > 0, "D has learned that photographs are far from grey"
    assert len(history["loss"]) == len(history["content"]) == len(history["loss_D"]) == 150


def test_d_learns_to_tell_the_two_apart():
    history = play(0.0, average=0.9)[-1]
    first, last = sum(history["loss_D"][:10]) / 10, history.last("loss_D", 10)
    assert first == pytest.approx(2 * 0.693, abs=0.1) and last < 0.9 * first


def test_content_is_seen_through_the_features():
    class Blind(nn.Module):
        def forward(self, x):
            return 0 * x

    G, _, history = play(0.0, content=Blind())
    assert G.a.item() == pytest.approx(0.4)
    assert history["content"] == [0.0] * 150
    G, _, _ = play(0.0, content=Blind(), pixels=1.0)
    assert G.a.item() == pytest.approx(0.5, abs=0.05), "what they miss, the pixels tell"


def test_a_repeated_tile_is_punished_and_nothing_else_is():
    class Blind(nn.Module):
        def forward(self, x):
            return 0 * x

    class Grid(nn.Module):
        """G(y) = 0.4, plus a times a grid of period 4."""

        def __init__(self):
            super().__init__()
            self.a = nn.Parameter(torch.tensor(0.4))

        def forward(self, y):
            at = torch.arange(y.shape[-1]) % 4 == 0
            return self.a * at + 0.4 + 0 * y

    class Large(Brightness):
        def __call__(self, draw, batch):
            (y,), x = super().__call__(draw, batch)
            return (y.repeat(1, 1, 4, 4),), x.repeat(1, 1, 4, 4)

    def run(grid):
        G, _, history = train.srgan(
            Grid(), Contrast(), Large(), content=Blind(), adversarial=0.0, grid=grid, n_steps=100,
            lr=0.02, average=0.0, **OPTIONS)  # fmt: skip
        return G, history["content"]

    G, content = run(0.0)
    assert G.a.item() == pytest.approx(0.4) and content == [0.0] * 100
    G, content = run(5.0)
    assert abs(G.a.item()) < 0.05
    # no offset counts: the tile is a(1 − ¼) in a quarter of the pixels and −a/4 elsewhere
    assert content[0] == pytest.approx(5 * 0.4**2 * (0.75**2 / 4 + 0.75 / 4**2))


def test_with_the_spectrum_g_learns_how_strong_its_noise_must_be():
    class Blind(nn.Module):
        def forward(self, x):
            return 0 * x

    class Grain(nn.Module):
        """G(y) = ½ + a y, and y is noise that has nothing to do with x."""

        def __init__(self):
            super().__init__()
            self.a = nn.Parameter(torch.tensor(0.2))

        def forward(self, y):
            return 0.5 + self.a * y

    class Noise:
        fingerprint = "noise"

        def __call__(self, draw, batch):
            y, x = (0.05 * draw.normal(batch, 1, 32, 32) for _ in range(2))
            return (y,), 0.5 + x

    def run(**weights):
        G, _, _ = train.srgan(
            Grain(), Contrast(), Noise(), content=Blind(), adversarial=0.0, n_steps=60, lr=0.05,
            average=0.0, **weights, **OPTIONS)  # fmt: skip
        return G.a.item()

    assert run(spectrum=1.0) == pytest.approx(1, abs=0.1)
    assert abs(run(pixels=1.0)) < 0.1, "the square error wants none"


def test_relativistic_networks_play_the_same_game():
    G, D, history = play(10.0, relativistic=True)
    assert abs(G.a.item() - 0.5) > 0.2
    assert D.c.item() > 0
    first = sum(history["loss_D"][:10]) / 10
    assert first == pytest.approx(0.693, abs=0.1), "½ + ½ of log 2"


def test_shifted_looks_see_each_pixel_at_each_place():
    seen = []

    class Watch(nn.Module):
        def forward(self, x):
            seen.append(x.detach())
            return x

    class Ramp:
        fingerprint = "ramp"

        def __call__(self, draw, batch):
            x = torch.arange(64.0).reshape(1, 1, 8, 8).expand(batch, -1, -1, -1) / 64
            return (x,), x

    class Same(Constant):
        def forward(self, y):
            return y + 0 * self.a

    def run(**options):
        return train.srgan(
            Same(), Contrast(), Ramp(), content=Watch(), shift=3, n_steps=60, **OPTIONS, **options
        )

    run()
    corners = {(round(64 * x[0, 0, 0, 0].item()) // 8, x.shape) for x in seen}
    assert {row for row, _ in corners} == {0, 1, 2, 3}
    assert {8 - x.shape[-2] for x in seen} == {8 - x.shape[-1] for x in seen} == {0, 1, 2, 3}
    for fake, real in zip(seen[::2], seen[1::2]):
        assert torch.equal(fake, real), "both images are cut alike"
    again = list(seen)
    seen.clear()
    run()
    assert all(torch.equal(a, b) for a, b in zip(again, seen))


def test_given_networks_and_features_are_left_as_they_are():
    G, D, V = Constant(), Contrast(), vgg_features(backbone="random")
    before = [p.clone() for p in (*G.parameters(), *D.parameters(), *V.parameters())]

    class Squares:
        fingerprint = "squares"

        def __call__(self, draw, batch):
            x = images()[0][draw.rows(64, batch)].expand(-1, 3, -1, -1)
            return (x,), x

    made = train.srgan(G, D, Squares(), content=V, n_steps=2, lr=0.1, **OPTIONS)
    after = (*G.parameters(), *D.parameters(), *V.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after))
    assert not made[0].training and not made[1].training
    assert made[0].a != G.a


def test_a_discriminator_with_spectral_norm_goes_on_to_the_same_weights(tmp_path):
    """Its power iteration has a state, which the checkpoint must keep."""

    class Stripes:
        fingerprint = "stripes"

        def __call__(self, draw, batch):
            x = draw.uniform(batch, 1, 1, 16).expand(-1, 3, 16, 16)
            return (x,), x

    def run(**options):
        with train.seeded(0):
            D = PatchGAN(3, width=2, n_layers=1, norm="spectral")
        options = {**OPTIONS, "adversarial": 1.0, "n_steps": 6, **options}
        return train.srgan(Constant(), D, Stripes(), **options)

    def stop(step, net):
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(checkpoint=tmp_path / "c", callback=stop)
    for whole, resumed in zip(run()[:2], run(checkpoint=tmp_path / "c", resume=True)[:2]):
        for key, value in whole.state_dict().items():
            assert torch.equal(value, resumed.state_dict()[key]), key


@pytest.mark.parametrize("change", ["pairs", "G", "D", "content", "precision"])
def test_a_checkpoint_of_other_arguments_is_refused(change, tmp_path):
    def stop(step, net):
        raise KeyboardInterrupt

    def run(**changed):
        given = {"G": Constant(), "D": Contrast(), "pairs": Brightness(), "n_steps": 3}
        return train.srgan(**{**OPTIONS, **given, "checkpoint": tmp_path / "c", **changed})

    with pytest.raises(KeyboardInterrupt):
        run(callback=stop)
    others = {"G": Constant(0.3), "D": Constant(), "content": nn.Flatten()}
    others["precision"] = "bfloat16"
    others["pairs"] = type("Other", (Brightness,), {"fingerprint": "other"})()
    with pytest.raises(CheckpointError, match=change):
        run(resume=True, **{change: others[change]})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"adversarial": -1.0}, "adversarial"),
        ({"pixels": -1.0}, "pixels"),
        ({"grid": -1.0}, "grid"),
        ({"spectrum": -1.0}, "spectrum"),
        ({"shift": -1}, "shift"),
        ({"average": 1.0}, "average"),
        ({"n_steps": 0}, "n_steps"),
        ({"lr": 0.0}, "lr"),
        ({"precision": "half"}, "precision"),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(ValueError, match=words):
        play(**{"adversarial": 1.0, "n_steps": 2, **options})


def test_an_image_of_another_size_is_refused():
    class Cut(Brightness):
        def __call__(self, draw, batch):
            (y,), x = super().__call__(draw, batch)
            return (y[..., :2],), x

    with pytest.raises(ValueError, match=r"G\(y\) has shape .* and x has shape"):
        train.srgan(Constant(), Contrast(), Cut(), n_steps=1, **OPTIONS)
